"""The legend of the topology: every sign with its words, over the view until it is put away."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from console.kit.tank import Tank, paint_tank
from console.kit.theme import Theme, ui_font
from console.panels.topology.drawing.paint import Stroke

ROW, PAD, SIGN = 26.0, 16.0, 44.0
WORDS = (
    ("tank", "a subsystem: the water is capacity, the line its floor"),
    ("leaving", "hatched: what the plan on show would take"),
    ("below", "below its floor, or would end there"),
    ("impacted", "impacted: needs something that is below its floor"),
    ("tight", "tight: little above its floor"),
    ("unknown", "no floor stated: removals that touch it are refused"),
    ("hard", "needs the lower one; without it, it does not work"),
    ("soft", "needs the lower one, and can do without for a while"),
    ("observed", "was seen calling the lower one; nobody stated that it needs it"),
    ("loss", "a need that is, or would be, lost"),
    ("box", "a closed box: the numbers are of the worst inside"),
    ("frame", "a service"),
    ("stale", "grey and flat: the source is silent, the numbers are old"),
)


def place(room: QRectF) -> QRectF:
    """Give where the legend is in the view: in the corner at the left below."""
    metrics = QFontMetricsF(ui_font(9))
    wide = max(metrics.horizontalAdvance(words) for _, words in WORDS) + SIGN + 3 * PAD
    high = min(ROW * len(WORDS) + PAD, room.height())
    return QRectF(room.left(), room.bottom() - high, min(wide, room.width()), high)


def paint(painter: QPainter, room: QRectF, theme: Theme) -> None:
    """Paint the legend."""
    box = place(room)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme.border_strong)
    painter.setBrush(theme.panel)
    painter.drawRoundedRect(box, 6, 6)
    plain = ui_font(9)
    metrics = QFontMetricsF(plain)
    step = (box.height() - PAD) / len(WORDS)
    for row, (sign, words) in enumerate(WORDS):
        middle = box.top() + PAD / 2 + step * (row + 0.5)
        _paint_sign(painter, sign, QRectF(box.left() + PAD, middle - 8, SIGN, 16), theme)
        painter.setFont(plain)
        painter.setPen(theme.text)
        room_left = box.right() - PAD - (box.left() + SIGN + 2 * PAD)
        said = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room_left)
        painter.drawText(QPointF(box.left() + SIGN + 2 * PAD, middle + metrics.ascent() / 2 - 1), said)


def _paint_sign(painter: QPainter, sign: str, box: QRectF, theme: Theme) -> None:
    middle = box.center()
    if sign in ("tank", "leaving", "below", "stale"):
        after = {"tank": 80, "leaving": 60, "below": 40, "stale": 80}[sign]
        tank = Tank(100, 80 if sign != "below" else 40, after, 52, stale=sign == "stale")
        paint_tank(painter, QRectF(middle.x() - 7, box.top(), 14, box.height()), tank, theme)
    elif sign in ("impacted", "box", "frame"):
        pen = QPen(theme.alarm if sign == "impacted" else theme.border_strong, 1.4)
        if sign != "box":
            pen.setDashPattern([4.0, 2.5] if sign == "impacted" else [3.0, 4.0])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        card = QRectF(middle.x() - 16, box.top() + 1, 32, 13)
        if sign == "box":
            painter.drawRoundedRect(card.translated(3, 3), 3, 3)
            painter.setBrush(theme.raised)
        painter.drawRoundedRect(card, 3, 3)
    elif sign in ("hard", "soft", "observed", "loss"):
        colour = theme.edge_impact if sign == "loss" else theme.edge
        stroke = Stroke(colour, 2.4 if sign == "loss" else 1.4, sign == "soft", sign == "observed")
        pen = QPen(stroke.colour, stroke.width)
        if stroke.pattern:
            pen.setDashPattern(stroke.pattern)
        painter.setPen(pen)
        painter.drawLine(QPointF(box.left(), middle.y()), QPointF(box.right(), middle.y()))
    elif sign == "tight":
        _fill(painter, [(0, -5), (5, 0), (0, 5), (-5, 0)], middle, theme.caution)
    else:
        painter.setPen(theme.caution)
        painter.setFont(ui_font(10, bold=True))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "?")


def _fill(painter: QPainter, corners: list[tuple[float, float]], at: QPointF, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([at + QPointF(x, y) for x, y in corners]))
