"""What is going on between a press of the mouse on the map and its release: a click, an area being marked out, or panning."""

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF


class Ground(Protocol):
    """What the pointer acts on: the view."""

    def server_at(self, at: QPointF) -> int:
        """Give the server at a place in the widget."""

    def cell_at(self, at: QPointF) -> tuple[int, int]:
        """Give the cell at a place in the widget."""

    def choose(self, server: int) -> None:
        """Take what was clicked; with NOBODY, choose nothing."""

    def choose_zone(self, at: QPointF) -> bool:
        """Take the zone whose title was clicked, if one was."""

    def mark_area(self, first: tuple[int, int], last: tuple[int, int]) -> None:
        """Mark out the rectangle between two cells."""

    def say(self) -> None:
        """Write the command for what is chosen."""

    def pan(self, by: QPointF) -> None:
        """Move everything."""


@dataclass(slots=True)
class Press:
    """A press that began at *start*, and got as far as *at*."""

    start: QPointF
    at: QPointF
    pans: bool
    dragging: bool = False


class MapPointer:
    """Tells clicks from drags; a drag begins when the pointer has gone *reach* pixels."""

    def __init__(self, ground: Ground, reach: int) -> None:
        self._ground, self._reach = ground, reach
        self._press: Press | None = None

    @property
    def is_down(self) -> bool:
        """Whether a button is held."""
        return self._press is not None

    def press(self, at: QPointF, *, pans: bool) -> None:
        """Be ready for a click or a drag, which marks out an area or *pans*."""
        self._press = Press(at, at, pans)

    def move(self, at: QPointF) -> None:
        """Go on with a drag, once it is one."""
        press = self._press
        if press is None or (not press.dragging and (at - press.start).manhattanLength() < self._reach):
            return
        press.dragging = True
        if press.pans:
            self._ground.pan(at - press.at)
        else:
            self._ground.mark_area(self._ground.cell_at(press.start), self._ground.cell_at(at))
        press.at = at

    def release(self, at: QPointF) -> None:
        """End it: an area that was marked out is said, and so is what was clicked."""
        press, self._press = self._press, None
        if press is None or press.pans:
            return
        if press.dragging:
            self._ground.say()
        elif not self._ground.choose_zone(at):
            self._ground.choose(self._ground.server_at(at))
