"""The tank, the sign of a subsystem everywhere: water is capacity, the line is the floor, hatched is what would leave.

Upright in the cards of the topology, lying in the rows of the preview. Only painting: which numbers to show is for the caller.
"""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from console.kit.theme import Theme

Span = tuple[float, float]
HATCH, LIGHT_HATCH = 4.5, 7.0
"""Distance of hatch lines, as wide as the painter's unit: of what the plan takes, and of what already runs."""
FINE = 9.0
"""A tank thinner than this, in pixels on the screen, is drawn without outline, hatching and marker."""


class Lie(Enum):
    """How a tank lies: `UPRIGHT` fills from below, `FLAT` from the left."""

    UPRIGHT = "upright"
    FLAT = "flat"


@dataclass(frozen=True, slots=True)
class Tank:
    """The numbers of one tank, in units.

    *after* is what will be in service when the plan and running executions are done (above *in_service* for a restore), *pending*
    what running executions alone will still take. *floor* None means that no floor is stated, and is never drawn as zero.
    """

    declared: int
    in_service: int
    after: int
    floor: int | None
    pending: int = 0
    stale: bool = False

    @property
    def scale(self) -> int:
        """What a full tank stands for: declared, unless something is above even that."""
        return max(self.declared, self.in_service, self.after, self.floor or 0, 1)

    @property
    def is_below(self) -> bool:
        """Whether it would end below its floor."""
        return self.floor is not None and self.after < self.floor

    @property
    def water(self) -> Span:
        """Where water stays, as shares of the tank; the other spans likewise, None where there is nothing to draw."""
        return 0.0, min(self.after, self.in_service - self.pending) / self.scale

    @property
    def leaving(self) -> Span | None:
        """What the plan takes."""
        top = self.in_service - self.pending
        return (self.after / self.scale, top / self.scale) if self.after < top else None

    @property
    def returning(self) -> Span | None:
        """What the plan gives back."""
        top = self.in_service - self.pending
        return (top / self.scale, self.after / self.scale) if self.after > top else None

    @property
    def going(self) -> Span | None:
        """What running executions will still take."""
        start = max(self.after, self.in_service - self.pending)
        return (start / self.scale, self.in_service / self.scale) if start < self.in_service else None


def water_colour(tank: Tank, theme: Theme) -> QColor:
    """Give the colour of the water: alarm below the floor, and never that of health when floor or facts are missing."""
    if tank.stale:
        return theme.stale
    if tank.is_below:
        return theme.alarm
    return theme.stale if tank.floor is None else theme.water


def paint_tank(painter: QPainter, rect: QRectF, tank: Tank, theme: Theme, lie: Lie = Lie.UPRIGHT) -> None:
    """Paint *tank* into *rect*; the floor line and its marker stick out of it by up to a third of a card's margin."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillRect(rect, theme.track)
    fine = min(rect.width(), rect.height()) * painter.transform().m11() >= FINE
    inner = rect.adjusted(1, 1, -1, -1) if fine else rect
    painter.fillRect(_part(inner, tank.water, lie), water_colour(tank, theme))
    if tank.going is not None:
        _hatch(painter, _part(inner, tank.going, lie, least=2.0), inner, theme.plan, None, LIGHT_HATCH if fine else 0.0)
    for span in (tank.leaving, tank.returning):
        if span is not None:
            _hatch(
                painter,
                _part(inner, span, lie, least=2.0),
                inner,
                theme.plan,
                theme.plan_ground,
                HATCH if fine else 0.0,
            )
    if fine:
        _outline(painter, rect, tank, theme)
    if tank.floor is not None:
        _floor(painter, inner, tank.floor / tank.scale, theme, lie, fine)
    painter.restore()


def paint_hatch(painter: QPainter, rect: QRectF, theme: Theme) -> None:
    """Paint the hatching of what a plan takes, as for a legend."""
    painter.save()
    _hatch(painter, rect, rect, theme.plan, theme.plan_ground, HATCH)
    painter.restore()


def _part(rect: QRectF, span: Span, lie: Lie, least: float = 0.0) -> QRectF:
    """Give the part of *rect* for a span of shares, at least *least* thick and still inside."""
    first, last = (min(1.0, max(0.0, share)) for share in span)
    if lie is Lie.UPRIGHT:
        thick = max(least, (last - first) * rect.height())
        top = max(rect.top(), rect.bottom() - first * rect.height() - thick)
        return QRectF(rect.left(), top, rect.width(), thick)
    thick = max(least, (last - first) * rect.width())
    return QRectF(min(rect.left() + first * rect.width(), rect.right() - thick), rect.top(), thick, rect.height())


def _hatch(painter: QPainter, part: QRectF, tank: QRectF, line: QColor, ground: QColor | None, step: float) -> None:
    """Hatch *part*; the lines start at the tank's corner, so that they stand still while the part grows."""
    if ground is not None:
        painter.fillRect(part, ground)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(QPen(line, 1.4 if ground is not None else 1.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    if step:
        painter.drawLines(_diagonals(part, tank.left() + tank.bottom(), step * 1.414))
    else:
        painter.fillRect(part, line)
    if ground is not None and min(part.width(), part.height()) > 2:
        painter.setPen(QPen(line, 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(part.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _diagonals(part: QRectF, origin: float, step: float) -> list[QLineF]:
    """Give the lines x + y = origin + n * step that cross *part*, cut at its borders."""
    left, top, right, bottom = part.left(), part.top(), part.right(), part.bottom()
    lines = []
    for number in range(int((left + top - origin) // step), int((right + bottom - origin) // step) + 1):
        total = origin + number * step
        start, end = max(left, total - bottom), min(right, total - top)
        if start < end:
            lines.append(QLineF(start, total - start, end, total - end))
    return lines


def _outline(painter: QPainter, rect: QRectF, tank: Tank, theme: Theme) -> None:
    style = Qt.PenStyle.DashLine if tank.floor is None or tank.stale else Qt.PenStyle.SolidLine
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(QPen(theme.border_strong, 1.0, style))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))


def _floor(painter: QPainter, rect: QRectF, share: float, theme: Theme, lie: Lie, fine: bool) -> None:
    """Draw the floor line with a rim against the water, and for an upright tank the marker beside it."""
    if lie is Lie.UPRIGHT:
        at = min(max(rect.bottom() - share * rect.height(), rect.top()), rect.bottom())
        rim, line = QRectF(rect.left(), at - 2, rect.width(), 4), QRectF(rect.left() - 5, at - 1, rect.width() + 10, 2)
    else:
        at = min(max(rect.left() + share * rect.width(), rect.left()), rect.right())
        rim, line = QRectF(at - 2, rect.top(), 4, rect.height()), QRectF(at - 1, rect.top() - 4, 2, rect.height() + 8)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillRect(rim, theme.track)
    painter.fillRect(line, theme.floor)
    if not fine:
        return
    painter.setBrush(QBrush(theme.floor))
    if lie is Lie.UPRIGHT:
        tip = QPointF(rect.right() + 4, at)
        painter.drawPolygon(QPolygonF([tip, tip + QPointF(5, -3.5), tip + QPointF(5, 3.5)]))
    else:
        tip = QPointF(at, rect.top() - 1.5)
        painter.drawPolygon(QPolygonF([tip, tip + QPointF(-3, -4), tip + QPointF(3, -4)]))
