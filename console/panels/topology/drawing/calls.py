"""The words beside edges along which calls were seen: how often, or how long ago; over the kept picture, for they change."""

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from console.kit.theme import Theme
from console.panels.topology.drawing.canvas import Canvas
from console.panels.topology.drawing.paint import paint_edge_label
from console.panels.topology.drawing.scene_painter import LABELS_FROM
from console.panels.topology.geometry.camera import Camera
from console.panels.topology.geometry.lines import Key

MOST_WORDS = 60
"""So many edges that nobody stated carry their words at once; with more only those of the selected card do."""


def paint_calls(
    painter: QPainter, canvas: Canvas, camera: Camera, calls: Mapping[Key, str], selection: str | None, theme: Theme
) -> None:
    """Paint the words of the edges in view that were only seen, and of all edges of the selection."""
    if not calls or camera.zoom <= LABELS_FROM or canvas.is_overview_at(camera.zoom):
        return
    scene, seen = canvas.scene, camera.scene_rect(QRectF(painter.viewport()))
    keys = [scene.keys[number] for number in np.flatnonzero(scene.shape.linked).tolist() if scene.keys[number] in calls]
    fresh = [key for key in keys if scene.links[key].observed]
    shown = fresh if len(fresh) <= MOST_WORDS else []
    mine = [key for key in keys if selection in key]
    painter.save()
    painter.translate(camera.offset)
    painter.scale(camera.zoom, camera.zoom)
    for key in dict.fromkeys((*shown, *mine[:MOST_WORDS])):
        link = scene.links[key]
        words = f"{link.label} · {calls[key]}" if link.operations else calls[key]
        spot = scene.lines.label_spot(key)
        if seen.contains(spot):
            paint_edge_label(painter, spot, words, key in canvas.impact, theme)
    painter.restore()
