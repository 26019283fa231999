"""What becomes of a roster when servers join, go, or move: another roster, in which every position still means the same.

Servers that join come after the last one, and the place of one that went stays, nameless and supporting nothing. Zones, cells,
racks and classes keep their order, so they may get other numbers; the maps from old to new ones are given along. Nothing that
read the roster of before sees any of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topology.fleet.batches import EventBatch, ListedServer
from topology.region.region import Roster
from topology.region.roster import natural
from topology.region.server_states import ServerState

_Rack = tuple[str, str, str]


@dataclass(frozen=True, slots=True, eq=False)
class ChangedRoster:
    """A roster after changes: *changed* positions are of another class now; *racks* and *cells* map old numbers to new ones."""

    roster: Roster
    changed: NDArray[np.int64]
    racks: NDArray[np.int32]
    cells: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class ClassTable:
    """Which class each server is of, and the cell and the profile of each class, ordered by these."""

    of: NDArray[np.int32]
    cell: NDArray[np.int32]
    profile: NDArray[np.int32]


def changed_roster(roster: Roster, batch: EventBatch) -> ChangedRoster:
    """Give the roster after what a batch says of servers that joined, went or moved; their states are in it too."""
    gone = [at for at in batch.gone if roster.names[at]]
    told = {**dict(batch.moved), **{len(roster) + number: server for number, server in enumerate(batch.joined)}}
    total = len(roster) + len(batch.joined)
    places = _Places(roster, (server.place for server in told.values()))
    profiles = dict.fromkeys(roster.profiles)
    profiles.update(dict.fromkeys(server.profile for server in told.values()))
    if gone:
        profiles[()] = None
    number_of = {profile: number for number, profile in enumerate(profiles)}
    rack = np.empty(total, np.int32)
    rack[: len(roster)] = places.rack_map[roster.rack] if len(roster) else roster.rack
    profile, state, protected = (_longer(column, total) for column in (roster.profile, roster.state, roster.protected))
    at = np.fromiter(told, np.int64, len(told))
    rack[at] = [places.number[server.place] for server in told.values()]
    profile[at] = [number_of[server.profile] for server in told.values()]
    state[at] = [server.state for server in told.values()]
    protected[at] = [server.protected for server in told.values()]
    if gone:
        profile[gone], state[gone], protected[gone] = number_of[()], ServerState.REMOVED, False
    found = Roster(
        _names(roster.names, gone, told),
        rack,
        profile,
        state,
        protected,
        places.racks,
        places.rack_cell,
        places.cells,
        places.cell_zone,
        places.zones,
        tuple(profiles),
        tuple(sorted({*roster.loose, *told} - set(gone))),
        tuple(sorted({*roster.gone, *gone})),
    )
    return ChangedRoster(found, np.unique(np.r_[at, np.array(gone, np.int64)]), places.rack_map, places.cell_map)


def changed_classes(before: ClassTable, after: ChangedRoster) -> ClassTable:
    """Give the classes after a change of the roster, at the cost of what changed and of one step over all servers."""
    roster, changed = after.roster, after.changed
    profiles = max(1, len(roster.profiles))
    kept = after.cells[before.cell].astype(np.int64) * profiles + before.profile if len(before.cell) else _none()
    own = roster.rack_cell[roster.rack[changed]].astype(np.int64) * profiles + roster.profile[changed]
    keys = np.unique(np.r_[kept, own])
    of = np.empty(len(roster), np.int32)
    of[: len(before.of)] = np.searchsorted(keys, kept).astype(np.int32)[before.of] if len(kept) else before.of
    of[changed] = np.searchsorted(keys, own)
    return ClassTable(of, (keys // profiles).astype(np.int32), (keys % profiles).astype(np.int32))


def still_declared(
    declared: Mapping[tuple[str, str], int], listed: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str], int]:
    """Give what was declared for a scope where less is listed by now: only an acknowledgement forgets it."""
    return {scope: units for scope, units in declared.items() if units > listed.get(scope, 0)}


class _Places:
    """Zones, cells and racks with those of some servers added, in order, and what became of the old numbers."""

    def __init__(self, roster: Roster, more: Any) -> None:
        known = set(roster.racks)
        new = [rack for rack in dict.fromkeys(more) if rack not in known]
        self.racks: tuple[_Rack, ...] = roster.racks
        self.cells, self.zones = roster.cells, roster.zones
        self.rack_cell, self.cell_zone = roster.rack_cell, roster.cell_zone
        self.rack_map = np.arange(len(roster.racks), dtype=np.int32)
        self.cell_map = np.arange(len(roster.cells), dtype=np.int32)
        if new:
            self._add(roster, new)
        self.number = {rack: number for number, rack in enumerate(self.racks)}

    def _add(self, roster: Roster, new: Sequence[_Rack]) -> None:
        racks = [*roster.racks, *new]
        parts = {part: natural(part) for part in {part for rack in racks for part in rack}}
        self.racks = tuple(sorted(racks, key=lambda rack: tuple(parts[part] for part in rack)))
        self.cells = tuple(dict.fromkeys(rack[:2] for rack in self.racks))
        self.zones = tuple(sorted({*roster.zones, *(zone for zone, _ in self.cells)}, key=natural))
        rack_number = {rack: number for number, rack in enumerate(self.racks)}
        cell_number = {cell: number for number, cell in enumerate(self.cells)}
        zone_number = {zone: number for number, zone in enumerate(self.zones)}
        self.rack_map = np.array([rack_number[rack] for rack in roster.racks], np.int32)
        # A cell of the old roster has a rack, so it is among the new ones.
        self.cell_map = np.array([cell_number[cell] for cell in roster.cells], np.int32)
        self.rack_cell = np.array([cell_number[rack[:2]] for rack in self.racks], np.int32)
        self.cell_zone = np.array([zone_number[zone] for zone, _ in self.cells], np.int32)


def _names(names: Sequence[str], gone: Sequence[int], told: Mapping[int, ListedServer]) -> tuple[str, ...]:
    if not gone and all(at >= len(names) or names[at] == server.name for at, server in told.items()):
        return (*names, *(server.name for at, server in told.items() if at >= len(names)))
    found = [*names, *("" for at in told if at >= len(names))]
    for at, server in told.items():
        found[at] = server.name
    for at in gone:
        found[at] = ""
    return tuple(found)


def _longer(column: NDArray[Any], total: int) -> NDArray[Any]:
    found = np.empty(total, column.dtype)
    found[: len(column)] = column
    return found


def _none() -> NDArray[np.int64]:
    return np.zeros(0, np.int64)
