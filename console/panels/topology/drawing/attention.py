"""What is painted over the topology for the operator's hand and eye: rings, and the edges of the selected card."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from console.kit.batches import draw_lines, draw_rects
from console.kit.theme import Theme
from console.panels.topology.drawing.canvas import Canvas
from console.panels.topology.drawing.overview import OverviewTransform
from console.panels.topology.drawing.paint import Stroke, paint_edge_label, paint_edges, paint_ring
from console.panels.topology.drawing.scene_painter import LABELS_FROM
from console.panels.topology.geometry.camera import Camera
from console.panels.topology.geometry.scene import TopologyScene
from console.words.writing import literal

MOST_RINGS = 200
"""So many rings of what was found are drawn round; more are drawn in one call."""
MOST_CURVES = 120
"""So many edges of one card are drawn with their curves; more are drawn straight, which takes no longer than a frame."""


@dataclass(frozen=True, slots=True)
class CardAttention:
    """Which cards stand out: selected, under the pointer, found, and the one found that one is at."""

    selection: str | None
    focused: bool
    hovered: str | None = None
    found: tuple[str, ...] = ()
    current: str | None = None
    way: tuple[str, ...] = ()
    """The nodes of a way that was asked for."""


def paint_attention(painter: QPainter, canvas: Canvas, camera: Camera, attention: CardAttention, theme: Theme) -> None:
    """Paint the edges of the selection and of a way, then the rings."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    scene, seen = canvas.scene, camera.scene_rect(QRectF(painter.viewport()))
    if attention.selection is not None:
        _paint_edges(painter, canvas, camera, attention.selection, theme)
    way = [(name, theme.focus, 1.5) for name in attention.way if name in scene.index]
    if way and not canvas.is_overview_at(camera.zoom):
        painter.save()
        _to_scene(painter, camera)
        keys = [key for key in pairwise(attention.way) if key in scene.links]
        paint_edges(painter, [scene.lines.curve(key) for key in keys], Stroke(theme.focus, 2.4), seen)
        painter.restore()
    current = scene.outline.shows(attention.current) if attention.current is not None else None
    _paint_found(painter, scene, camera, seen, attention.found, theme)
    rings: list[tuple[str, QColor, float]] = []
    if attention.hovered is not None and attention.hovered in scene.index:
        rings.append((attention.hovered, theme.border_strong, 1.0))
    rings += way
    if attention.selection is not None:
        rings.append((attention.selection, theme.focus if attention.focused else theme.text_soft, 2.0))
    if current is not None:
        rings.append((current, theme.focus, 2.5))
    for name, colour, width in rings:
        card = scene.shape.cards[name]
        if name not in scene.hidden and card.intersects(seen):
            paint_ring(painter, camera.view_rect(card), colour, width)


def _paint_found(
    painter: QPainter, scene: TopologyScene, camera: Camera, seen: QRectF, found: tuple[str, ...], theme: Theme
) -> None:
    """Paint a ring round every card in view that was found, or that holds what was: thousands of them without corners."""
    if not found:
        return
    index, node_of = scene.outline.region.index, scene.outline.node_of
    marked = np.zeros(len(scene.names), bool)
    marked[[node_of[index[name]] for name in found]] = True
    inside = scene.cards_in(seen)
    numbers = inside[marked[inside]]
    if len(numbers) <= MOST_RINGS:
        for number in numbers.tolist():
            paint_ring(painter, camera.view_rect(scene.shape.cards[scene.names[number]]), theme.text_soft, 1.0)
        return
    left, top, right, bottom = (
        OverviewTransform(camera.zoom, camera.offset).boxes(scene.shape.rects[numbers]) + np.array((-3, -3, 3, 3))
    ).T
    wide, high, one = right - left, bottom - top, np.ones(len(numbers))
    sides = ((left, top, wide, one), (left, bottom - 1, wide, one), (left, top, one, high), (right - 1, top, one, high))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    draw_rects(painter, np.vstack([np.stack(side, axis=1) for side in sides]), theme.text_soft)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


def _to_scene(painter: QPainter, camera: Camera) -> None:
    painter.translate(camera.offset)
    painter.scale(camera.zoom, camera.zoom)


def _paint_edges(painter: QPainter, canvas: Canvas, camera: Camera, name: str, theme: Theme) -> None:
    """Paint the edges that end at a card darker; those of the impact stand out already."""
    scene, seen = canvas.scene, camera.scene_rect(QRectF(painter.viewport()))
    numbers = np.flatnonzero((scene.ends == scene.index[name]).any(axis=1) & scene.shape.linked)
    if canvas.is_overview_at(camera.zoom) or len(numbers) > MOST_CURVES:
        pieces, owner = scene.lines.segments
        window = OverviewTransform(camera.zoom, camera.offset)
        draw_lines(painter, window.lines(pieces[np.isin(owner, numbers)]), QPen(theme.text_soft, 1.4))
        return
    mine = [scene.keys[number] for number in numbers.tolist() if scene.keys[number] not in canvas.impact]
    painter.save()
    _to_scene(painter, camera)
    for hard, observed in ((False, True), (False, False), (True, False)):
        links = [scene.links[key] for key in mine]
        curves = [scene.lines.curve(one.key) for one in links if (one.hard, one.observed) == (hard, observed)]
        paint_edges(painter, curves, Stroke(theme.text_soft, 1.8, dashed=not hard, dotted=observed), seen)
    if camera.zoom * scene.card[1] > LABELS_FROM:
        for key in mine:
            if scene.links[key].operations:
                paint_edge_label(painter, scene.lines.label_spot(key), literal(scene.links[key].label), False, theme)
    painter.restore()
