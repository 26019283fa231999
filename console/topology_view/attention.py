"""What is painted over the topology for the operator's hand and eye: rings, and the edges of the selected card."""

from dataclasses import dataclass

from PySide6.QtGui import QPainter

from console.theme import Theme
from console.topology_view.camera import Camera
from console.topology_view.canvas import LABELS_FROM, Canvas
from console.topology_view.paint import Stroke, paint_edge_label, paint_edges, paint_ring
from console.words import literal


@dataclass(frozen=True, slots=True)
class Attention:
    """Which cards stand out: selected, under the pointer, found, and the one found that one is at."""

    selection: str | None
    focused: bool
    hovered: str | None = None
    found: tuple[str, ...] = ()
    current: str | None = None


def paint_attention(painter: QPainter, canvas: Canvas, camera: Camera, attention: Attention, theme: Theme) -> None:
    """Paint the edges of the selection, then the rings."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if attention.selection is not None:
        _paint_edges(painter, canvas, camera, attention.selection, theme)
    rings = [(name, theme.text_soft, 1.0) for name in attention.found if name != attention.current]
    if attention.hovered is not None:
        rings.append((attention.hovered, theme.border_strong, 1.0))
    if attention.selection is not None:
        rings.append((attention.selection, theme.focus if attention.focused else theme.text_soft, 2.0))
    if attention.current is not None:
        rings.append((attention.current, theme.focus, 2.5))
    for name, colour, width in rings:
        paint_ring(painter, camera.view_rect(canvas.scene.cards[name]), colour, width)


def _paint_edges(painter: QPainter, canvas: Canvas, camera: Camera, name: str, theme: Theme) -> None:
    """Paint the edges that end at a card darker; those of the impact stand out already."""
    scene = canvas.scene
    mine = [key for key in scene.curves if name in key and key not in canvas.impact]
    painter.save()
    painter.translate(camera.offset)
    painter.scale(camera.zoom, camera.zoom)
    for hard in (False, True):
        curves = [scene.curves[key] for key in mine if scene.links[key].hard is hard]
        paint_edges(painter, curves, Stroke(theme.text_soft, 1.8, dashed=not hard))
    if camera.zoom > LABELS_FROM:
        for key in mine:
            if key in scene.label_spots:
                paint_edge_label(painter, scene.label_spots[key], literal(scene.links[key].label), False, theme)
    painter.restore()
