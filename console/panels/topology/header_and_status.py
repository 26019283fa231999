"""What stands round the topology: the header with its hints, the line of facts below, and the legend."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from console.kit.tank import paint_hatch
from console.kit.theme import Theme, ui_font
from console.panels.topology.keys import TopologyAction

HINTS = {
    TopologyAction.FIND: "/ find",
    TopologyAction.FIT: "F fit",
    TopologyAction.ALL_BOXES: "Shift+G services",
    TopologyAction.FOCUS: "H neighbours",
    TopologyAction.LEGEND: "L legend",
    TopologyAction.ZOOM_IN: "+",
    TopologyAction.ZOOM_OUT: "−",
}
"""What can be done, in words; each also answers to a click."""
WOULD_LEAVE, WOULD_RETURN = "would leave", "would come back"
IS_LEAVING = "about to leave"
LEAST_WANTED = (
    TopologyAction.ALL_BOXES,
    TopologyAction.LEGEND,
    TopologyAction.FOCUS,
    TopologyAction.ZOOM_OUT,
    TopologyAction.ZOOM_IN,
    TopologyAction.FIT,
    TopologyAction.FIND,
)
"""What goes first where there is no room for all."""
PAD = 16.0
TITLE = "Topology"
LEAST_SUMMARY = 160.0
"""Pixels that the summary has at least, whatever hints there are: it says what is hidden."""


def header_height() -> float:
    """Give the height of the header."""
    return QFontMetricsF(ui_font(10.5, bold=True)).height() + 18


def status_height() -> float:
    """Give the height of the line below."""
    return QFontMetricsF(ui_font(9)).height() + 10


def hint_spots(header: QRectF) -> dict[TopologyAction, QRectF]:
    """Give the place of each hint, from the right; those that would leave the summary too little room are left out."""
    metrics = QFontMetricsF(ui_font(9))
    least = _title_end(header) + LEAST_SUMMARY
    spots: dict[TopologyAction, QRectF] = {}
    right = header.right() - PAD + 6
    widths = {act: metrics.horizontalAdvance(words) + 12 for act, words in HINTS.items()}
    kept = list(HINTS)
    for act in LEAST_WANTED:
        if right - sum(widths[one] for one in kept) >= least:
            break
        kept.remove(act)
    for act in reversed(kept):
        width = widths[act]
        spots[act] = QRectF(right - width, header.top() + 6, width, header.height() - 12)
        right -= width
    return spots


def hint_at(header: QRectF, at: QPointF) -> TopologyAction | None:
    """Give what the hint at a place does."""
    return next((act for act, spot in hint_spots(header).items() if spot.contains(at)), None)


def paint_header(
    painter: QPainter, header: QRectF, summary: Sequence[str], theme: Theme, field: QRect | None, focused: bool
) -> None:
    """Paint title, summary and hints, these only where no find *field* lies; underlined while the keys go to the topology."""
    painter.fillRect(header, theme.ground)
    bold, plain = ui_font(10.5, bold=True), ui_font(9)
    metrics = QFontMetricsF(bold)
    width = metrics.horizontalAdvance(TITLE)
    base = header.center().y() + (metrics.ascent() - metrics.descent()) / 2
    _say(painter, header.left() + PAD, base, TITLE, bold, theme.text)
    if focused:
        painter.fillRect(QRectF(header.left() + PAD, round(base + 4), width, 2), theme.focus)
    spots = hint_spots(header) if field is None else {}
    left = _title_end(header)
    room = (
        min([float(field.left()) if field is not None else header.right(), *(spot.left() for spot in spots.values())])
        - 10
        - left
    )
    if room > 60:
        _say(painter, left, base, fitting(summary, QFontMetricsF(plain), room), plain, theme.text_soft)
    painter.setFont(plain)
    painter.setPen(theme.text_faint)
    for act, spot in spots.items():
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, HINTS[act])


def fitting(summary: Sequence[str], metrics: QFontMetricsF, room: float) -> str:
    """Leave out the last parts of a *summary* that have no room; only its first is cut where there is not even room for that."""
    parts = list(summary)
    while len(parts) > 1 and metrics.horizontalAdvance(" · ".join(parts)) > room:
        parts.pop()
    return metrics.elidedText(" · ".join(parts), Qt.TextElideMode.ElideRight, room)


def paint_focus(painter: QPainter, view: QRectF, theme: Theme) -> None:
    """Frame the whole view: the keys go to it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.focus, 2))
    painter.drawRect(view.adjusted(1, 1, -1, -1))


def paint_status(painter: QPainter, line: QRectF, text: str, hint: str, theme: Theme, hatch: str = WOULD_LEAVE) -> None:
    """Paint the facts of one node, or the legend when there is none to tell of; *hatch* says what is hatched."""
    painter.fillRect(line, theme.ground)
    painter.setPen(QPen(theme.border, 1))
    painter.drawLine(line.topLeft(), line.topRight())
    plain = ui_font(9)
    metrics = QFontMetricsF(plain)
    base = line.center().y() + (metrics.ascent() - metrics.descent()) / 2
    if text:
        cut = metrics.elidedText(text, Qt.TextElideMode.ElideRight, line.width() - 2 * PAD)
        _say(painter, line.left() + PAD, base, cut, plain, theme.text)
        return
    end = _legend(painter, line, base, plain, theme, hatch)
    width = metrics.horizontalAdvance(hint)
    if hint and end + 20 + width < line.right() - PAD:
        _say(painter, line.right() - PAD - width, base, hint, plain, theme.text_faint)


def _title_end(header: QRectF) -> float:
    """Give where the summary begins."""
    return header.left() + PAD + QFontMetricsF(ui_font(10.5, bold=True)).horizontalAdvance(TITLE) + 14


def _legend(painter: QPainter, line: QRectF, base: float, plain: QFont, theme: Theme, hatch: str) -> float:
    x, middle = line.left() + PAD, line.center().y()
    for words, dashed in (("hard need", False), ("soft need", True)):
        pen = QPen(theme.edge, 1.4)
        if dashed:
            pen.setDashPattern([4.0, 3.0])
        painter.setPen(pen)
        painter.drawLine(QPointF(x, middle), QPointF(x + 22, middle))
        x = _say(painter, x + 28, base, words, plain, theme.text_faint) + 18
    painter.fillRect(QRectF(x, middle - 1, 16, 2), theme.floor)
    painter.setBrush(theme.floor)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    tip = QPointF(x + 15, middle)
    painter.drawPolygon(QPolygonF([tip, tip + QPointF(5, -3.5), tip + QPointF(5, 3.5)]))
    x = _say(painter, x + 26, base, "floor", plain, theme.text_faint) + 18
    paint_hatch(painter, QRectF(x, middle - 5, 16, 10), theme)
    return _say(painter, x + 22, base, hatch, plain, theme.text_faint)


def _say(painter: QPainter, x: float, base: float, text: str, font: QFont, colour: QColor) -> float:
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(QPointF(x, base), text)
    return x + QFontMetricsF(font).horizontalAdvance(text)
