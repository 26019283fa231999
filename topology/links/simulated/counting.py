"""Counts the units of servers in a scope as plainly as can be: for a fleet that judges each wave once more."""

import numpy as np
from numpy.typing import NDArray

from topology.links.fleet_source import ScopeFloor
from topology.region.region import Region, Roster
from topology.region.scope import Scope


class MovedUnits:
    """Units in service, and those that move, in any scope; the servers of each subsystem are counted once, by cell."""

    def __init__(self, region: Region, serving: NDArray[np.int64], moved: NDArray[np.int64]) -> None:
        self._region = region
        self._servers = (serving, moved)
        self._by_cell: dict[int, tuple[NDArray[np.int64], ...]] = {}

    def of(self, scope: ScopeFloor) -> tuple[int, int]:
        """Give the units that a subsystem has in service in a scope, and those that move."""
        number = self._region.index.get(scope.subsystem)
        if number is None:
            return 0, 0
        if number not in self._by_cell:
            self._by_cell[number] = tuple(_units_by_cell(self._region.roster, number, some) for some in self._servers)
        inside = _cells_of(self._region.roster, Scope.read(scope.scope))
        had, moved = (int(units[inside].sum()) for units in self._by_cell[number])
        return had, moved


def _units_by_cell(roster: Roster, number: int, servers: NDArray[np.int64]) -> NDArray[np.int64]:
    units = np.array([dict(profile).get(number, 0) for profile in roster.profiles], np.int64)
    cells = roster.rack_cell[roster.rack[servers]]
    return np.bincount(cells, units[roster.profile[servers]], len(roster.cells)).astype(np.int64)


def _cells_of(roster: Roster, scope: Scope) -> NDArray[np.bool_]:
    if scope.kind == "region":
        return np.ones(len(roster.cells), np.bool_)
    if scope.kind == "zone":
        return np.array([zone == scope.zone for zone, _ in roster.cells], np.bool_)
    return np.array([pair == (scope.zone, scope.cell) for pair in roster.cells], np.bool_)
