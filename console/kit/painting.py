"""How things are painted that every panel has: signs beside colours, boxes, focus rings, fonts, cut texts and tooltips.

Only painting, in the theme's colours; what the signs stand for is in `resources/themes` and in `console.words.writing`.
"""

import re
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QLabel, QToolTip, QWidget

from console.kit.theme import Theme, mono_font, ui_font

Tone = Literal[
    "text",
    "text_soft",
    "text_faint",
    "alarm",
    "caution",
    "plan",
    "stale",
    "on_alarm",
    "on_plan",
    "border",
    "border_strong",
]
"""A colour of the theme that texts and frames may have."""
_TIP_OFF = 24
"""How far below the point that it is asked for Qt puts a tooltip, at most, in pixels."""
_TIP_GAP = 6
Sign = Literal["alarm", "caution", "clear", "note", ""]
TONES: dict[str, Tone] = {"alarm": "alarm", "caution": "caution", "clear": "text", "note": "text_soft"}
"""The tone in which something with a sign is written."""

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
_RADIUS = 5.0


def tone(theme: Theme, name: Tone) -> QColor:
    """Give a theme's colour by name."""
    colour: QColor = getattr(theme, name)
    return colour


@lru_cache(maxsize=64)
def font_of(size: float, bold: bool = False, mono: bool = False) -> QFont:
    """Give a font that is made only once."""
    return mono_font(size, bold) if mono else ui_font(size, bold)


def draw_sign(painter: QPainter, sign: Sign, box: QRectF, colour: QColor) -> None:
    """Draw the sign of a meaning: ▼ alarm, ◆ caution, ✓ clear, · note. A shape, since few typefaces have them all."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side = min(box.width(), box.height())
    centre, half = box.center(), side / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    if sign == "alarm":
        painter.drawPolygon(_polygon(centre, half, ((-0.9, -0.7), (0.9, -0.7), (0, 0.85))))
    elif sign == "caution":
        painter.drawPolygon(_polygon(centre, half, ((0, -1), (0.9, 0), (0, 1), (-0.9, 0))))
    elif sign == "clear":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(colour, max(1.6, side / 6))
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.drawPolyline(_polygon(centre, half, ((-0.85, 0.05), (-0.25, 0.7), (0.9, -0.7))))
    elif sign == "note":
        painter.drawEllipse(centre, half * 0.4, half * 0.4)
    painter.restore()


def draw_chevron(painter: QPainter, box: QRectF, colour: QColor, open_: bool) -> None:
    """Draw the sign of a row that has more below it."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 1.4))
    points = ((-0.7, -0.35), (0.0, 0.4), (0.7, -0.35)) if open_ else ((-0.35, -0.7), (0.4, 0.0), (-0.35, 0.7))
    painter.drawPolyline(_polygon(box.center(), min(box.width(), box.height()) / 2, points))
    painter.restore()


def draw_box(painter: QPainter, rect: QRect, ground: QColor, border: QColor, width: float = 1.0) -> None:
    """Draw a rounded box whose border lies inside *rect*."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(ground)
    painter.setPen(QPen(border, width))
    inset = width / 2
    painter.drawRoundedRect(QRectF(rect).adjusted(inset, inset, -inset, -inset), _RADIUS, _RADIUS)
    painter.restore()


def elided(text: str, font: QFont, width: int) -> str:
    """Cut *text* to *width* with an ellipsis."""
    return QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)


MAY_BREAK, STAY_TOGETHER = "\N{ZERO WIDTH SPACE}", "\N{WORD JOINER}"
_ENDS_A_PART = re.compile(r"(?<=[-._/:,])")


def breakable(text: str, font: QFont, width: int) -> str:
    """Let words that are wider than *width* be broken: at the parts of a name, and where these are too wide, anywhere."""
    metrics = QFontMetrics(font)
    lines = [line.split(" ") for line in text.split("\n")]
    # Measuring takes its time, and hardly a word is as wide as a column.
    if max(len(word) for line in lines for word in line) * metrics.maxWidth() <= width:
        return text
    return "\n".join(" ".join(_broken(word, metrics, width) for word in line) for line in lines)


def _broken(word: str, metrics: QFontMetrics, width: int) -> str:
    if metrics.horizontalAdvance(word) <= width:
        return word
    parts = _ENDS_A_PART.split(word.replace(STAY_TOGETHER, ""))
    return MAY_BREAK.join(part if metrics.horizontalAdvance(part) <= width else MAY_BREAK.join(part) for part in parts)


def elided_name(text: str, font: QFont, width: int) -> str:
    """Cut a name to *width* in its middle: names that begin alike are told apart by their ends."""
    return QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideMiddle, width)


def draw_focus(painter: QPainter, rect: QRect, colour: QColor) -> None:
    """Draw the ring that says where the keys go, inside *rect*."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 2))
    painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
    painter.restore()


def plain_tip(text: str) -> str:
    """Give a tooltip that shows *text* literally: Qt takes what looks like markup for markup."""
    if "<" not in text and "&" not in text:
        return text
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")
    return f"<qt>{escaped}</qt>"


def show_tip(widget: QWidget, at: QPoint, text: str) -> None:
    """Show *text*, plain or rich, at the point *at* of the screen: below it within *widget*, else above it; none takes it away."""
    QToolTip.showText(_tip_place(widget, at, text) if text else at, text, widget)


def _tip_place(widget: QWidget, at: QPoint, text: str) -> QPoint:
    bottom = widget.mapToGlobal(QPoint(0, widget.height())).y()
    height = _tip_height(text)
    if at.y() + _TIP_OFF + height <= bottom:
        return at
    screen = widget.screen().geometry()
    return QPoint(at.x(), max(screen.top(), at.y() - height - _TIP_GAP) - _TIP_OFF)


def _tip_height(text: str) -> int:
    """Say how high a tooltip is with its frame."""
    label = QLabel(text)
    label.setFont(QToolTip.font())
    label.setMargin(6)
    return label.sizeHint().height() + _TIP_GAP


def _polygon(centre: QPointF, half: float, points: tuple[tuple[float, float], ...]) -> QPolygonF:
    return QPolygonF([QPointF(centre.x() + x * half, centre.y() + y * half) for x, y in points])
