"""The curved lines of the topology, as paths: upright where they leave a card and where they arrive at one."""

from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF

from topology.layout.levels.values import Point

ARROW = 4.5
"""Half the width of an arrow head."""


@dataclass(frozen=True)
class Curve:
    """The line of a link, and where it ends: *tip* at the card that is needed, *along* the direction it arrives in."""

    path: QPainterPath
    tip: QPointF
    along: QPointF
    size: float = ARROW
    """Half the width of the arrow head."""

    @cached_property
    def bounds(self) -> QRectF:
        """The rectangle round it, arrow head included."""
        return self.path.controlPointRect().adjusted(-ARROW - 2, -ARROW - 2, ARROW + 2, ARROW + 2)

    @cached_property
    def pieces(self) -> tuple[tuple[QRectF, QPainterPath], ...]:
        """The line cut where it passes a row, each piece with the rectangle round it: of a long line little is in view."""
        path, pieces = self.path, []
        kinds = QPainterPath.ElementType
        for number in range(1, path.elementCount()):
            kind = path.elementAt(number).type
            if kind is kinds.CurveToDataElement:
                continue
            piece = QPainterPath(QPointF(*_element(path, number - 1)))
            if kind is kinds.LineToElement:
                piece.lineTo(*_element(path, number))
            else:
                piece.cubicTo(*(part for after in range(3) for part in _element(path, number + after)))
            pieces.append((piece.controlPointRect().adjusted(-3, -3, 3, 3), piece))
        return tuple(pieces)

    @property
    def arrow(self) -> QPolygonF:
        """The arrow head."""
        back = self.tip - self.along * (self.size * 1.7)
        side = QPointF(-self.along.y(), self.along.x()) * self.size
        return QPolygonF([self.tip, back + side, back - side])


def bend(path: QPainterPath, end: QPointF) -> None:
    """Lead *path* to *end*, upright at both ends unless that is beside it."""
    start = path.currentPosition()
    if abs(start.x() - end.x()) < 0.5 or abs(start.y() - end.y()) < 0.5:
        path.lineTo(end)
        return
    middle = (start.y() + end.y()) / 2
    path.cubicTo(start.x(), middle, end.x(), middle, end.x(), end.y())


def direct(source: QRectF, target: QRectF, size: float = ARROW) -> Curve:
    """Join two cards that lie anywhere: upright where one is above the other, else sideways."""
    if target.top() > source.bottom() or target.bottom() < source.top():
        down = target.top() > source.bottom()
        start = QPointF(source.center().x(), source.bottom() if down else source.top())
        tip = QPointF(target.center().x(), target.top() if down else target.bottom())
        path = QPainterPath(start)
        bend(path, tip)
        return Curve(path, tip, QPointF(0, 1 if down else -1), size)
    right = target.center().x() > source.center().x()
    start = QPointF(source.right() if right else source.left(), source.center().y())
    tip = QPointF(target.left() if right else target.right(), target.center().y())
    path = QPainterPath(start)
    middle = (start.x() + tip.x()) / 2
    path.cubicTo(middle, start.y(), middle, tip.y(), tip.x(), tip.y())
    return Curve(path, tip, QPointF(1 if right else -1, 0), size)


def _element(path: QPainterPath, number: int) -> Point:
    element = path.elementAt(number)
    return element.x, element.y
