"""What a press, a drag and a release of the mouse do in the topology."""

from typing import Protocol

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from console.panels.topology.arrangement import TopologyArrangement
from console.panels.topology.dragging import CardDragging
from console.panels.topology.drawing.drawing import TopologyDrawing
from console.panels.topology.going import TopologyGoing
from console.panels.topology.look import TopologyLook
from console.panels.topology.viewport import TopologyViewport


class PointerSurface(Protocol):
    """What the pointer acts on: the parts of the view."""

    arrangement: TopologyArrangement
    viewport: TopologyViewport
    look: TopologyLook
    drawing: TopologyDrawing
    going: TopologyGoing

    def draw_anew(self) -> None: ...


class TopologyPointer:
    """Drags cards, the ground or the frame of the small map, and takes what is clicked."""

    def __init__(self, surface: PointerSurface) -> None:
        self._surface = surface
        self._drag = CardDragging(self, QApplication.startDragDistance())
        self._on_map = False

    @property
    def is_down(self) -> bool:
        """Whether a button is held."""
        return self._drag.is_down or self._on_map

    def press(self, at: QPointF) -> None:
        """Take an arrow at the border or a place of the small map, or select a card and be ready for a drag."""
        surface = self._surface
        camera, room = surface.viewport.camera, surface.viewport.room()
        arrow = next((one for one in surface.drawing.pointers(camera, room) if one.box.contains(at)), None)
        minimap = surface.drawing.minimap(camera, room)
        if arrow is not None:
            surface.going.jump(arrow.name)
        elif minimap is not None and minimap.place(room).contains(at):
            surface.look.leave()
            self._on_map = True
            self.move(at)
        else:
            self._drag.press(at)

    def move(self, at: QPointF) -> None:
        """Drag a card or the ground, or go where the small map is held."""
        viewport = self._surface.viewport
        minimap = self._surface.drawing.minimap(viewport.camera, viewport.room())
        if not self._on_map:
            self._drag.move(at)
        elif minimap is not None:
            viewport.centre_on(minimap.to_scene(at, viewport.room()))

    def release(self) -> bool:
        """End it, and say whether a card was moved."""
        self._on_map = False
        return self._drag.release()

    # ---- what the drag acts on

    def card_at(self, at: QPointF) -> str | None:
        """Give the card at a place in the view."""
        return self._surface.viewport.card_at(at)

    def centre_of(self, name: str) -> QPointF:
        """Give where the middle of a card is in the view."""
        return self._surface.viewport.centre_of(name)

    def choose(self, name: str | None) -> None:
        """Select, by the operator's hand."""
        self._surface.going.choose(name)

    def put(self, name: str, centre: QPointF) -> None:
        """Pin a card's middle at a place in the view."""
        self._surface.arrangement.put(name, self._surface.viewport.camera.to_scene(centre))
        self._surface.draw_anew()

    def pan(self, by: QPointF) -> None:
        """Move everything."""
        self._surface.viewport.pan(by)
