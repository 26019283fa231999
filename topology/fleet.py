"""The servers of a region in columns, and the counters kept over them.

A fleet is the one thing that changes in place, in `Fleet.apply`, by one owner. Everything read from it to be kept (a
plan, an effect) is a value. It holds facts and counts, and judges nothing.
"""

from collections import deque
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from topology.events import EventBatch, ServerState
from topology.region import Region

PACE_WINDOW_S = 60.0
"""The sliding window of a pace, which is stated per minute."""

REGION, ZONE, CELL = 0, 1, 2
"""The kinds of scope, widest first."""

NO_FLOOR = -1
"""In `Scopes.floor`: no floor is stated for this scope."""


@dataclass(frozen=True, slots=True, eq=False)
class Scopes:
    """Every (subsystem, place) with declared capacity, in columns, ordered by subsystem, then region, zones, cells."""

    subsystem: NDArray[np.int32]
    """Position in `Region.subsystems`."""
    kind: NDArray[np.int8]
    """REGION, ZONE or CELL."""
    names: tuple[str, ...]
    """`region`, `zone:az4`, `cell:az4/c1`."""
    declared: NDArray[np.int64]
    """Units listed for the scope whatever their state, or as the description declares; above 0."""
    floor: NDArray[np.int64]
    """Units that must stay in service, or NO_FLOOR."""
    region_row: NDArray[np.int32]
    """Row of each subsystem's region scope; -1 where it has no servers."""


@dataclass(frozen=True, slots=True)
class Departure:
    """Servers that left service by one act at one moment: how many in all, and how many of each subsystem."""

    time: float
    servers: int
    per_subsystem: dict[int, int] = field(default_factory=dict)


class Fleet:
    """Who is in service, and how much capacity that is in every scope.

    Servers with the same cell and the same profile form a *class*: within one they differ only by rack, name and
    protection, so counting happens per class. `class_*` columns have one entry a class.
    """

    def __init__(self, region: Region) -> None:
        self.region = region
        roster = region.roster
        self.state = roster.state.copy()
        self.since = np.zeros(len(roster))
        """Time of the last change of each server; 0 where none was seen."""
        self.left = np.zeros(len(roster), np.int64)
        """Sequence number with which an act took each server, higher is later; 0 where none did."""
        self.rack_version = np.zeros(len(roster.racks), np.int64)
        """Opaque: rises whenever a server of the rack changes."""
        self.departures: deque[Departure] = deque()
        """What left by acts within the region's longest window, oldest first."""
        self._sequence = 0
        profiles = max(1, len(roster.profiles))
        cell = roster.rack_cell[roster.rack].astype(np.int64) if len(roster) else np.zeros(0, np.int64)
        keys, self.class_of = np.unique(cell * profiles + roster.profile, return_inverse=True)
        self.class_of = self.class_of.astype(np.int32)
        """N: the class of each server."""
        self.class_cell = (keys // profiles).astype(np.int32)
        self.class_profile = (keys % profiles).astype(np.int32)
        self.scopes, self.class_rows, self.class_units = _scopes_of(self)
        self.class_in_service = np.zeros(len(keys), np.int64)
        self.capacity = np.zeros(len(self.scopes.declared), np.int64)
        """Units in service, one entry a scope."""
        self.recount()

    def apply(self, batch: EventBatch) -> None:
        """Fold a batch of facts into states and counters."""
        if len(batch.servers) == 0:
            return
        # The last word on a server wins, so keep each server's last position only.
        _, last = np.unique(batch.servers[::-1], return_index=True)
        keep = np.sort(len(batch.servers) - 1 - last)
        servers, states = batch.servers[keep], batch.states[keep]
        before = self.state[servers]
        changed = before != states
        servers, states, before = servers[changed], states[changed], before[changed]
        if len(servers) == 0:
            return
        self.state[servers] = states
        self.since[servers] = batch.time
        self.rack_version[np.unique(self.region.roster.rack[servers])] += 1
        step = (states == ServerState.IN_SERVICE).astype(np.int64) - (before == ServerState.IN_SERVICE)
        classes, position = np.unique(self.class_of[servers], return_inverse=True)
        per_class = np.bincount(position, weights=step).astype(np.int64)
        self.class_in_service[classes] += per_class
        for number, change in zip(classes.tolist(), per_class.tolist(), strict=True):
            if change:
                self.capacity[self.class_rows[number]] += change * self.class_units[number]
        if batch.is_departure:
            self._note_departure(batch.time, servers[step < 0])

    def recount(self) -> None:
        """Count every class and scope anew from the states."""
        serving = self.class_of[self.state == ServerState.IN_SERVICE]
        self.class_in_service = np.bincount(serving, minlength=len(self.class_cell)).astype(np.int64)
        self.capacity = np.zeros(len(self.scopes.declared), np.int64)
        for number, count in enumerate(self.class_in_service.tolist()):
            self.capacity[self.class_rows[number]] += count * self.class_units[number]

    def usage_since(self, moment: float) -> tuple[int, dict[int, int]]:
        """Count the servers that acts took after *moment*: in all, and by subsystem."""
        total, per_subsystem = 0, dict[int, int]()
        for departure in self.departures:
            if departure.time > moment:
                total += departure.servers
                for number, count in departure.per_subsystem.items():
                    per_subsystem[number] = per_subsystem.get(number, 0) + count
        return total, per_subsystem

    @cached_property
    def position(self) -> dict[str, int]:
        """Position of each server in the roster, by name."""
        return {name: number for number, name in enumerate(self.region.roster.names)}

    def subsystems_of(self, server: int) -> tuple[int, ...]:
        """Positions of the subsystems that the server at this place in the roster supports."""
        return tuple(number for number, _ in self.region.roster.profiles[self.region.roster.profile[server]])

    def place_of(self, server: int) -> tuple[str, str, str]:
        """Zone, cell and rack of the server at this place in the roster."""
        return self.region.roster.racks[self.region.roster.rack[server]]

    def _note_departure(self, time: float, servers: NDArray[np.int32]) -> None:
        if len(servers) == 0:
            return
        self.left[servers] = self._sequence + 1 + np.arange(len(servers))
        self._sequence += len(servers)
        per_subsystem: dict[int, int] = {}
        for server in servers.tolist():
            for number in self.subsystems_of(server):
                per_subsystem[number] = per_subsystem.get(number, 0) + 1
        self.departures.append(Departure(time, len(servers), per_subsystem))
        while self.departures and self.departures[0].time <= time - self.region.longest_window_s:
            self.departures.popleft()


def _scopes_of(fleet: Fleet) -> tuple[Scopes, list[NDArray[np.int32]], list[NDArray[np.int64]]]:
    """Lay out every scope with declared capacity, and for each class the rows it counts in with its units."""
    region, roster = fleet.region, fleet.region.roster
    class_size = np.bincount(fleet.class_of, minlength=len(fleet.class_cell)).tolist()
    listed: dict[tuple[int, int, int], int] = {}
    keys: list[list[tuple[int, int, int]]] = []
    units: list[NDArray[np.int64]] = []
    for cell, profile, size in zip(fleet.class_cell.tolist(), fleet.class_profile.tolist(), class_size, strict=True):
        zone = int(roster.cell_zone[cell])
        supports = roster.profiles[profile]
        own = [(number, *place) for number, _ in supports for place in ((REGION, 0), (ZONE, zone), (CELL, cell))]
        weights = [weight for _, weight in supports for _ in range(3)]
        for key, weight in zip(own, weights, strict=True):
            listed[key] = listed.get(key, 0) + weight * size
        keys.append(own)
        units.append(np.array(weights, np.int64))
    for number, subsystem in enumerate(region.subsystems):
        if subsystem.declared:
            listed.setdefault((number, REGION, 0), 0)
    order = sorted(listed)
    row = {key: number for number, key in enumerate(order)}
    rows = [np.array([row[key] for key in own], np.int32) for own in keys]
    declared, floors, names = [], [], []
    region_row = np.full(len(region.subsystems), -1, np.int32)
    for key in order:
        number, kind, place = key
        subsystem = region.subsystems[number]
        count = listed[key]
        if kind == REGION:
            count = subsystem.declared if subsystem.declared is not None else count
            region_row[number] = row[key]
        stated = (subsystem.floor, subsystem.zone_floor, subsystem.cell_floor)[kind]
        declared.append(count)
        floors.append(NO_FLOOR if stated is None else stated.of(count))
        names.append(_scope_name(region, kind, place))
    scopes = Scopes(
        np.array([key[0] for key in order], np.int32),
        np.array([key[1] for key in order], np.int8),
        tuple(names),
        np.array(declared, np.int64),
        np.array(floors, np.int64),
        region_row,
    )
    return scopes, rows, units


def _scope_name(region: Region, kind: int, place: int) -> str:
    if kind == ZONE:
        return f"zone:{region.roster.zones[place]}"
    return "cell:" + "/".join(region.roster.cells[place]) if kind == CELL else "region"
