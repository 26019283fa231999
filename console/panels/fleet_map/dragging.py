"""What is going on between a press of the mouse on the map and its release: a click, an area being marked out, or panning."""

from typing import Protocol

from PySide6.QtCore import QPointF

from console.kit.dragging import Drag


class CellSurface(Protocol):
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

    def pan(self, by: QPointF) -> None:
        """Move everything."""


class CellDragging:
    """Tells clicks from drags of an area or of the map; a drag begins when the mouse has gone *reach* pixels."""

    def __init__(self, surface: CellSurface, reach: int) -> None:
        self._surface, self._reach = surface, reach
        self._drag: Drag | None = None
        self._pans = False

    @property
    def is_down(self) -> bool:
        """Whether a button is held."""
        return self._drag is not None

    def press(self, at: QPointF, *, pans: bool) -> None:
        """Be ready for a click or a drag, which marks out an area or *pans*."""
        self._drag, self._pans = Drag(at, self._reach), pans

    def move(self, at: QPointF) -> None:
        """Go on with a drag, once it is one."""
        drag = self._drag
        by = drag.moved(at) if drag is not None else None
        if drag is None or by is None:
            return
        if self._pans:
            self._surface.pan(by)
        else:
            self._surface.mark_area(self._surface.cell_at(drag.start), self._surface.cell_at(at))

    def release(self, at: QPointF) -> None:
        """End it: what was clicked is chosen, and an area that was marked out stays so. Neither writes anything."""
        drag, self._drag = self._drag, None
        if drag is None or self._pans:
            return
        if not drag.began and not self._surface.choose_zone(at):
            self._surface.choose(self._surface.server_at(at))
