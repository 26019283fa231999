"""What the map tells of one server, and which servers a place of the map has."""

from dataclasses import dataclass
from enum import IntEnum
from functools import partial

import numpy as np
from numpy.typing import NDArray

from topology.command.grammar.syntax import Place
from topology.fleet.state import State
from topology.fleet_map.marks import CellMark
from topology.region.region import Roster
from topology.region.server_states import ServerState
from topology.region.standing_order import in_order


class ChoiceReach(IntEnum):
    """How much one choice on the map takes, from least to most."""

    SERVER = 0
    RACK = 1
    CELL = 2
    ZONE = 3


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """One server at one moment.

    *since* is the link's time of the last change of its state, in seconds since 1970 UTC, None where none was seen. *mark* is
    what the map shows it as.
    """

    name: str
    place: Place
    subsystems: tuple[str, ...]
    state: ServerState
    since: float | None
    protected: bool
    mark: CellMark


def facts_of(state: State, server: int, mark: int) -> ServerFacts:
    """Gather what is known of the server at this place in the roster."""
    region, fleet = state.region, state.fleet
    since = float(fleet.since[server])
    return ServerFacts(
        region.roster.names[server],
        Place(*fleet.place_of(server)),
        tuple(region.subsystems[number].name for number in fleet.subsystems_of(server)),
        ServerState(int(fleet.state[server])),
        since if since > 0 else None,
        bool(region.roster.protected[server]),
        CellMark(mark),
    )


def place_around(state: State, server: int, reach: ChoiceReach) -> Place:
    """Give the rack, cell or zone that a server is in; of a server alone, its rack."""
    zone, cell, rack = state.fleet.place_of(server)
    if reach is ChoiceReach.ZONE:
        return Place(zone)
    return Place(zone, cell) if reach is ChoiceReach.CELL else Place(zone, cell, rack)


def _racks_around(roster: Roster, rack: int, reach: ChoiceReach) -> NDArray[np.int64]:
    cell = roster.rack_cell[rack]
    if reach is ChoiceReach.RACK:
        return np.array([rack], np.int64)
    if reach is ChoiceReach.CELL:
        return np.flatnonzero(roster.rack_cell == cell)
    return np.flatnonzero(roster.cell_zone[roster.rack_cell] == roster.cell_zone[cell])


def members_around(state: State, server: int, reach: ChoiceReach) -> NDArray[np.int32]:
    """Give the servers of the rack, cell or zone that a server is in, or that server alone, in the order of the roster."""
    roster = state.region.roster
    if reach is ChoiceReach.SERVER:
        return np.array([server], np.int32)
    rack = int(roster.rack[server])
    cell = int(roster.rack_cell[rack])
    if roster.loose or roster.gone:
        racks = _racks_around(roster, rack, reach)
        inside = np.isin(roster.rack, racks)
        inside[list(roster.gone)] = False
        order = in_order(roster)
        return order[inside[order]]
    # Every column is in order, so that a place is a stretch of each.
    within = partial(np.searchsorted, side="left")
    first, last = rack, rack + 1
    if reach is not ChoiceReach.RACK:
        cells = (cell, cell + 1)
        if reach is ChoiceReach.ZONE:
            zone = int(roster.cell_zone[cell])
            cells = (int(within(roster.cell_zone, zone)), int(within(roster.cell_zone, zone + 1)))
        first, last = (int(within(roster.rack_cell, number)) for number in cells)
    return np.arange(within(roster.rack, first), within(roster.rack, last), dtype=np.int32)
