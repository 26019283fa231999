"""Arrows at the border of the topology for what the plan touches, or would break, out of view; each takes one there."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from console.kit.theme import Theme, ui_font
from console.panels.topology.cards.readings import BELOW, Readings
from console.panels.topology.cards.words import state_text
from console.panels.topology.geometry.camera import Camera
from console.panels.topology.geometry.scene import TopologyScene

HIGH, PAD, TIP = 24.0, 10.0, 10.0
WIDEST = 330.0
SLACK = 8.0
"""Pixels that the middle of a card may be out of the room and still be seen."""
SIDES = {"left": (-1, 0), "right": (1, 0), "above": (0, -1), "below": (0, 1)}


@dataclass(frozen=True, slots=True)
class OffScreenArrow:
    """What lies out of view on one side: the most urgent of it, and how many there are."""

    side: str
    name: str
    words: str
    box: QRectF
    is_alarm: bool


def pointers(scene: TopologyScene, readings: Readings, camera: Camera, room: QRectF) -> list[OffScreenArrow]:
    """Find what the plan on show touches or breaks and *room* of the view does not show, one pointer a side."""
    if not readings.planned or len(readings) != len(scene.names):
        return []
    columns = readings.columns
    wanted = np.flatnonzero((columns.touched | columns.impacted | (columns.rank >= BELOW)) & scene.shape.shown)
    if not len(wanted):
        return []
    middle = scene.shape.centres[wanted] * camera.zoom + (camera.offset.x(), camera.offset.y())
    seen = room.adjusted(-SLACK, -SLACK, SLACK, SLACK)
    away = np.maximum(np.maximum((seen.left(), seen.top()) - middle, middle - (seen.right(), seen.bottom())), 0.0)
    out = away.max(axis=1) > 0
    found = []
    for side, (x, y) in SIDES.items():
        axis = 0 if x else 1
        ahead = out & (away[:, axis] >= away[:, 1 - axis]) & ((middle[:, axis] - _middle(room, axis)) * (x or y) > 0)
        if ahead.any():
            found.append(_pointer(side, wanted[ahead], scene, readings, room))
    return found


def paint_pointers(painter: QPainter, found: list[OffScreenArrow], theme: Theme) -> None:
    """Paint the arrows with their words."""
    plain = ui_font(9, bold=True)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for one in found:
        colour = theme.alarm if one.is_alarm else theme.plan
        painter.setPen(QPen(colour, 1.4))
        painter.setBrush(theme.raised)
        painter.drawRoundedRect(one.box, 4, 4)
        x, y = SIDES[one.side]
        tip = one.box.center() + QPointF(x * (one.box.width() / 2 - PAD), 0)
        if y:
            tip = QPointF(one.box.left() + PAD + TIP / 2, one.box.center().y() + y * TIP / 2)
        along, across = QPointF(x, y) * TIP, QPointF(y, x) * (TIP * 0.55)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF([tip, tip - along + across, tip - along - across]))
        left = PAD if one.side == "right" else PAD + TIP + 8
        text = one.box.adjusted(left, 0, -(PAD + TIP + 8 if one.side == "right" else PAD), 0)
        painter.setFont(plain)
        painter.setPen(colour if one.is_alarm else theme.text)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, one.words)


def _pointer(side: str, numbers: np.ndarray, scene: TopologyScene, readings: Readings, room: QRectF) -> OffScreenArrow:
    columns = readings.columns
    order = np.lexsort((columns.headroom[numbers], -columns.rank[numbers]))
    first = int(numbers[order[0]])
    reading, others = readings.at(first), len(numbers) - 1
    alarm = reading.is_below or bool(reading.impacted)
    said = state_text(reading)[0] if reading.declared else "impacted" if reading.impacted else "touched"
    if reading.impacted and not reading.is_below:
        said = "impacted"
    words = f"{reading.label}: {said}" + (f" · {others:,} more" if others else "")
    metrics = QFontMetricsF(ui_font(9, bold=True))
    words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, WIDEST - 2 * PAD - TIP - 8)
    wide = metrics.horizontalAdvance(words) + 2 * PAD + TIP + 10
    left, top = room.center().x() - wide / 2, room.center().y() - HIGH / 2
    match side:
        case "left":
            left = room.left()
        case "right":
            left = room.right() - wide
        case "above":
            top = room.top()
        case _:
            top = room.bottom() - HIGH
    return OffScreenArrow(side, scene.names[first], words, QRectF(left, top, wide, HIGH), alarm)


def _middle(room: QRectF, axis: int) -> float:
    return room.center().x() if axis == 0 else room.center().y()
