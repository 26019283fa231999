"""The small map of the topology: where everything is, where trouble is, and which part is in view."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from console.kit.batches import draw_rects
from console.kit.theme import Theme
from console.panels.topology.cards.readings import BELOW, Readings
from console.panels.topology.geometry.camera import Camera
from console.panels.topology.geometry.scene import TopologyScene

WIDEST, HIGHEST = 190.0, 130.0
"""Pixels that it takes at most."""
AIR = 6.0


class Minimap:
    """Draws the map into a corner; the dots of the cards are kept as a picture until the scene changes."""

    def __init__(self, scene: TopologyScene, theme: Theme) -> None:
        self.scene, self.theme = scene, theme
        self._dots: QPixmap | None = None
        self._drawn: tuple[object, ...] = ()

    def place(self, room: QRectF) -> QRectF:
        """Give where the map is in the view: in the corner at the right below, as large as the scene's shape lets it be."""
        bounds = self.scene.shape.bounds
        scale = min(
            (WIDEST - 2 * AIR) / max(bounds.width(), 1.0),
            (HIGHEST - 2 * AIR) / max(bounds.height(), 1.0),
            room.width() / 3 / max(bounds.width(), 1.0),
        )
        size = bounds.width() * scale + 2 * AIR, bounds.height() * scale + 2 * AIR
        return QRectF(room.right() - size[0], room.bottom() - size[1] - 4, *size)

    def is_wanted(self, camera: Camera, room: QRectF) -> bool:
        """Say whether some of the scene is out of view: else there is nothing to tell."""
        return not camera.scene_rect(room.adjusted(-4, -4, 4, 4)).contains(self.scene.shape.bounds)

    def to_scene(self, at: QPointF, room: QRectF) -> QPointF:
        """Give the point of the scene at a place on the map."""
        place, bounds = self.place(room), self.scene.shape.bounds
        scale = bounds.width() / (place.width() - 2 * AIR)
        return bounds.topLeft() + (at - place.topLeft() - QPointF(AIR, AIR)) * scale

    def paint(self, painter: QPainter, readings: Readings, camera: Camera, view: QRectF, room: QRectF) -> None:
        """Paint the map for a camera that shows *view*."""
        place, scene, theme = self.place(room), self.scene, self.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawPixmap(place.topLeft(), self._picture(place, painter.device().devicePixelRatioF()))
        if len(readings) == len(scene.names):
            columns = readings.columns
            below = (columns.rank >= BELOW) & scene.shape.shown
            marked = ((columns.impacted | columns.touched) & ~below) & scene.shape.shown
            trouble = theme.stale if readings.stale else theme.alarm
            for numbers, colour, size in (
                (np.flatnonzero(marked), theme.plan if readings.planned else trouble, 2.0),
                (np.flatnonzero(below), trouble, 4.0),
            ):
                spots = self._spots(place)[numbers]
                draw_rects(painter, np.hstack([spots - size / 2, np.full((len(spots), 2), size)]), colour)
        bounds, scale = scene.shape.bounds, self._scale(place)
        seen = _kept_within(camera.scene_rect(view), bounds)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.focus, 1.5))
        corner = place.topLeft() + QPointF(AIR, AIR) + (seen.topLeft() - bounds.topLeft()) * scale
        frame = QRectF(corner, seen.size() * scale)
        painter.drawRect(frame.adjusted(0, 0, max(4 - frame.width(), 0), max(4 - frame.height(), 0)))

    def _scale(self, place: QRectF) -> float:
        return (place.width() - 2 * AIR) / max(self.scene.shape.bounds.width(), 1.0)

    def _spots(self, place: QRectF) -> np.ndarray:
        bounds = self.scene.shape.bounds
        corner = np.array([place.left() + AIR, place.top() + AIR])
        moved: np.ndarray = np.round(
            corner + (self.scene.shape.centres - (bounds.left(), bounds.top())) * self._scale(place)
        )
        return moved

    def _picture(self, place: QRectF, ratio: float) -> QPixmap:
        key = self.scene.version, place.width(), place.height(), self.theme.name, ratio
        if self._dots is None or key != self._drawn:
            size = place.size() * ratio
            self._dots, self._drawn = QPixmap(round(size.width()), round(size.height())), key
            self._dots.setDevicePixelRatio(ratio)
            self._dots.fill(self.theme.panel)
            painter = QPainter(self._dots)
            spots = self._spots(QRectF(QPointF(0, 0), place.size()))[self.scene.shape.shown]
            size_of = max(1.0, min(6.0, 120 * self._scale(place)))
            across = np.array([size_of, max(1.0, size_of * 0.4)])
            draw_rects(
                painter, np.hstack([spots - across / 2, np.broadcast_to(across, spots.shape)]), self.theme.text_faint
            )
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(self.theme.border_strong)
            painter.drawRect(QRectF(0.5, 0.5, place.width() - 1, place.height() - 1))
            painter.end()
        return self._dots


def _kept_within(rect: QRectF, bounds: QRectF) -> QRectF:
    """Give the part of *rect* inside *bounds*; of one that lies outside, what is nearest to it on the border."""

    def x(at: float) -> float:
        return min(max(at, bounds.left()), bounds.right())

    def y(at: float) -> float:
        return min(max(at, bounds.top()), bounds.bottom())

    return QRectF(QPointF(x(rect.left()), y(rect.top())), QPointF(x(rect.right()), y(rect.bottom())))
