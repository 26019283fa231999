"""What is chosen on the map: the server that the keys are on, an area, and how much one choice takes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topology.fleet.state import State
from topology.fleet_map.arrangement import NOBODY, MapArrangement
from topology.fleet_map.facts import ChoiceReach, members_around, place_around
from topology.fleet_map.saying import Said, say_area, say_place
from topology.region.region import Roster

Rect = tuple[int, int, int, int]
"""Left, top, width and height, in cells."""


@dataclass(slots=True)
class CellChoice:
    """*cursor* is a server or NOBODY; *area* two opposite cells of a rectangle, the first of them held fast.

    *reach* is how much a choice takes, *once* how much this one does where that is something else.
    """

    cursor: int = NOBODY
    area: tuple[tuple[int, int], tuple[int, int]] | None = None
    reach: ChoiceReach = ChoiceReach.RACK
    once: ChoiceReach | None = None

    @property
    def taken(self) -> ChoiceReach:
        """How much is taken round the cursor."""
        return self.reach if self.once is None else self.once

    def put(self, server: int) -> None:
        """Put the cursor on a server, or on none; an area that was marked out is forgotten."""
        self.cursor, self.area, self.once = server, None, None

    def widen(self) -> None:
        """Let a choice take the next larger thing; after a zone comes a single server."""
        self.reach = ChoiceReach((self.reach + 1) % len(ChoiceReach))
        self.area, self.once = None, None

    def rect(self, arrangement: MapArrangement, roster: Roster) -> Rect | None:
        """Give what would be framed: the area, else the rack, cell or zone round the cursor, else nothing."""
        if self.area is not None:
            (left, top), (right, bottom) = self.edges()
            return left, top, right - left + 1, bottom - top + 1
        if self.cursor == NOBODY:
            return None
        if self.taken is ChoiceReach.SERVER:
            return (*arrangement.point(self.cursor), 1, 1)
        rack = int(roster.rack[self.cursor])
        cell = int(roster.rack_cell[rack])
        rects, number = {
            ChoiceReach.RACK: (arrangement.racks, rack),
            ChoiceReach.CELL: (arrangement.cells, cell),
            ChoiceReach.ZONE: (arrangement.zones, int(roster.cell_zone[cell])),
        }[self.taken]
        left, top, width, height = rects[number].tolist()
        return left, top, width, height

    def edges(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Give the upper left and the lower right cell of the area."""
        if self.area is None:
            raise RuntimeError("there is no area here, as there has to be")
        (ax, ay), (bx, by) = self.area
        return (min(ax, bx), min(ay, by)), (max(ax, bx), max(ay, by))

    def members(self, arrangement: MapArrangement, state: State) -> NDArray[np.int32]:
        """Give the servers that are chosen, whatever their state."""
        if self.area is not None:
            (left, top), (right, bottom) = self.edges()
            return arrangement.inside(left, top, right, bottom)
        if self.cursor == NOBODY:
            return np.zeros(0, np.int32)
        return members_around(state, self.cursor, self.taken)

    def said(self, arrangement: MapArrangement, state: State, lit: str) -> Said:
        """Give the command for what is chosen, of the subsystem *lit* only where there is one."""
        members = self.members(arrangement, state)
        if self.area is not None or self.taken is ChoiceReach.SERVER or self.cursor == NOBODY:
            return say_area(state, members, lit)
        return say_place(state, place_around(state, self.cursor, self.taken), members, lit)
