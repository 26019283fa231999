"""Going to nodes of the topology: what is selected by hand, opened, or come near to."""

from typing import Protocol

from PySide6.QtCore import SignalInstance

from console.panels.topology.arrangement import TopologyArrangement
from console.panels.topology.look import TopologyLook
from console.panels.topology.viewport import TopologyViewport

NEAR_ENOUGH = 0.7
"""The zoom that a jump to a card goes to where the cards are smaller."""
READABLE_HEIGHT = 42.0
"""Pixels that a card has at least after a jump: those of a crowded picture are low, and need a larger zoom."""


class GoingSurface(Protocol):
    """What is gone about in: the parts of the view, and its own signals."""

    selected: SignalInstance
    activated: SignalInstance
    arrangement: TopologyArrangement
    viewport: TopologyViewport
    look: TopologyLook
    hovered: str | None


class TopologyGoing:
    """Selects and opens, and says so."""

    def __init__(self, view: GoingSurface) -> None:
        self._view = view
        self._arriving: str | None = None
        """A node that is gone to as soon as its box, which is being opened, is laid out."""

    def choose(self, name: str | None) -> None:
        """Select, and say so."""
        view = self._view
        if name != view.look.selection:
            view.look.select(name)
            view.selected.emit(name or "")

    def activate(self, name: str) -> None:
        """Open a box; of a subsystem say that all is wanted about it."""
        view = self._view
        if name in view.arrangement.closed:
            self.set_closed(view.arrangement.closed - {name})
        elif not any(box.name == name for box in view.arrangement.boxes):  # one being opened already is no subsystem
            view.activated.emit(name)

    def jump(self, name: str, *, leaves: bool = True) -> None:
        """Go to a node, near enough to read it, in the middle where it was out of view; what it *leaves* is remembered."""
        view = self._view
        scene, viewport = view.arrangement.scene, view.viewport
        if scene is None or name not in scene.index:
            return
        if leaves:
            view.look.leave()
        view.hovered = None  # the view moves under the pointer: what that was over is not told of any more
        if name in scene.hidden:
            view.look.set_focus(None)
        middle = scene.shape.cards[name].center()
        near = max(NEAR_ENOUGH, READABLE_HEIGHT / scene.card[1])
        if viewport.camera.zoom < near:
            viewport.zoom(near / viewport.camera.zoom, viewport.camera.to_view(middle))
        if not viewport.room().contains(viewport.card_rect(name)):
            viewport.centre_on(middle)
        self.choose(name)

    def set_closed(self, closed: frozenset[str]) -> None:
        """Draw these boxes as one node each, and open all others; what is selected stays where it is on the screen."""
        view = self._view
        if view.arrangement.set_closed(closed):
            view.look.focus, view.look.way = None, ()
            view.arrangement.lay_out()

    def go_to(self, name: str, *, leaves: bool = True) -> None:
        """Go to a subsystem near enough to read it; its box is opened first, where it is in a closed one."""
        view, scene = self._view, self._view.arrangement.scene
        if scene is None or name in scene.index or name not in scene.outline.region.index:
            self.jump(name, leaves=leaves)
            return
        if leaves:
            view.look.leave()  # now: while the box is being opened there is nothing to come back to
        self._arriving = name
        boxes = {box.name for box in scene.outline.boxes_of(name)}
        self.set_closed(view.arrangement.closed - boxes)
        if self._arriving is not None:
            view.look.select(name)

    def arrive(self) -> None:
        """Go to what waited for its box to be opened."""
        name, self._arriving = self._arriving, None
        if name is not None:
            self.jump(name, leaves=False)
