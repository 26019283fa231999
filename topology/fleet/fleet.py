"""The servers of a region in columns, and the counters kept over them.

A fleet is the one thing that changes in place, in `Fleet.apply`, by one owner. Everything read from it to be kept (a
plan, an effect) is a value. It holds facts and counts, and judges nothing.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from topology.fleet.batches import EventBatch
from topology.fleet.roster_changes import ClassTable, changed_classes, changed_roster, still_declared
from topology.region.naming.positions import positions_of
from topology.region.region import Amount, Region, Subsystem
from topology.region.scope import WHOLE, Scope
from topology.region.server_states import ServerState

PACE_WINDOW_S = 60.0
"""The sliding window of a pace, which is stated per minute."""

REGION, ZONE, CELL = 0, 1, 2
"""The kinds of scope, widest first."""

SEATS = 2**16
"""Facts in a batch up to which the last word on a server is found by one number a server."""

NO_FLOOR = -1
"""In `Scopes.floor`: no floor is stated for this scope."""


@dataclass(frozen=True, slots=True, eq=False)
class Scopes:
    """Every (subsystem, place) with declared capacity, in columns, ordered by subsystem, then region, zones, cells."""

    subsystem: NDArray[np.int32]
    """Position in `Region.subsystems`."""
    kind: NDArray[np.int8]
    """REGION, ZONE or CELL."""
    names: tuple[Scope, ...]
    """`region`, `zone:az4`, `cell:az4/c1`, each with its parts."""
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
        self.left = np.zeros(len(roster), np.int32)
        """Sequence number with which an act took each server, higher is later; 0 where none did."""
        self.rack_version = np.zeros(len(roster.racks), np.int64)
        """Opaque: rises whenever a server of the rack changes."""
        self.version = 0
        """Opaque: rises whenever states or counters change; with the fleet itself it says what was worked out from them."""
        self.departures: deque[Departure] = deque()
        """What left by acts within the region's longest window, oldest first."""
        self._sequence = 0
        self._seat = np.empty(len(roster), np.uint16)
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
        """Fold a batch of facts into states and counters; servers that joined, went or moved make another *region*."""
        if batch.changes_roster:
            self._change_roster(batch)
        if len(batch.servers) == 0:
            return
        # The last word on a server wins: of several that write into its seat, only the last one finds itself there.
        if len(batch.servers) <= SEATS:
            place = np.arange(len(batch.servers), dtype=np.uint16)
            self._seat[batch.servers] = place
            keep = np.flatnonzero(self._seat[batch.servers] == place)
        else:
            _, last = np.unique(batch.servers[::-1], return_index=True)
            keep = np.sort(len(batch.servers) - 1 - last)
        servers, states = batch.servers[keep], batch.states[keep]
        before = self.state[servers]
        changed = before != states
        servers, states, before = servers[changed], states[changed], before[changed]
        if len(servers) == 0:
            return
        self.version += 1
        self.state[servers] = states
        self.since[servers] = batch.time
        self.rack_version[self.region.roster.rack[servers]] += 1  # by 1, however many of a rack are in it
        step = (states == ServerState.IN_SERVICE).astype(np.int64) - (before == ServerState.IN_SERVICE)
        classes = self.class_of[servers]
        np.add.at(self.class_in_service, classes, step)
        at, owner = self.class_rows.places(classes)
        np.add.at(self.capacity, self.class_rows.flat[at], self.class_units.flat[at] * step[owner])
        if batch.is_departure:
            self._note_departure(batch.time, servers[step < 0])

    def _change_roster(self, batch: EventBatch) -> None:
        """Take in servers that joined, went or moved: what was declared for a scope stays declared, though fewer are listed."""
        roster, declared = self.region.roster, {**self.region.learnt.most_listed, **self._declared()}
        after = changed_roster(roster, batch)
        more = len(after.roster) - len(roster)
        classes = changed_classes(ClassTable(self.class_of, self.class_cell, self.class_profile), after)
        self.class_of, self.class_cell, self.class_profile = classes.of, classes.cell, classes.profile
        self.state, self.since, self.left, self._seat = (
            np.concatenate((column, np.zeros(more, column.dtype)))
            for column in (self.state, self.since, self.left, self._seat)
        )
        # One that only stands or supports something else now is in its state for as long as it was.
        others = after.changed[(after.changed >= len(roster)) | (self.state != after.roster.state)[after.changed]]
        self.state[others] = after.roster.state[others]
        self.since[others] = batch.time
        versions = np.zeros(len(after.roster.racks), np.int64)
        versions[after.racks] = self.rack_version
        versions[after.roster.rack[after.changed]] += 1
        self.rack_version = versions
        learnt = replace(self.region.learnt, most_listed={})
        self.region = replace(self.region, roster=after.roster, learnt=learnt)
        self.scopes, self.class_rows, self.class_units = _scopes_of(self)
        if most := still_declared(declared, self._declared()):
            self.region = replace(self.region, learnt=replace(learnt, most_listed=most))
            self.scopes, self.class_rows, self.class_units = _scopes_of(self)
        self.recount()
        self._rename(batch, roster.names)

    def _declared(self) -> dict[tuple[str, str], int]:
        subsystems = self.region.subsystems
        columns = zip(self.scopes.subsystem.tolist(), self.scopes.names, self.scopes.declared.tolist(), strict=True)
        return {(subsystems[number].name, scope): units for number, scope, units in columns}

    def _rename(self, batch: EventBatch, before: Sequence[str]) -> None:
        """Keep the positions by name true, where anybody has asked for them."""
        position = self.__dict__.get("position")
        if not isinstance(position, dict):
            self.__dict__.pop("position", None)
            return
        names = self.region.roster.names
        told = {*batch.gone, *(at for at, _ in batch.moved)}
        for at in told:
            position.pop(before[at], None)
        position.update((names[at], at) for at in (*told, *range(len(before), len(names))) if names[at])

    def copy(self, *, roster_stays: bool = False) -> "Fleet":
        """Give a fleet with the same facts, to be changed by another owner, who may change no roster where *roster_stays*."""
        found = copy(self)
        for column in ("state", "since", "left", "rack_version", "class_in_service", "capacity", "_seat", "departures"):
            setattr(found, column, getattr(self, column).copy())
        if "position" in found.__dict__ and not roster_stays:
            found.__dict__["position"] = copy(self.position)
        return found

    def recount(self) -> None:
        """Count every class and scope anew from the states."""
        self.version += 1
        serving = self.class_of[self.state == ServerState.IN_SERVICE]
        self.class_in_service = np.bincount(serving, minlength=len(self.class_cell)).astype(np.int64)
        counts = np.repeat(self.class_in_service, np.diff(self.class_rows.starts))
        rows, scopes = self.class_rows.flat, len(self.scopes.declared)
        self.capacity = np.bincount(rows, counts * self.class_units.flat, minlength=scopes).astype(np.int64)

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
    def position(self) -> Mapping[str, int]:
        """Position of each server in the roster, by name; servers that went have none."""
        return positions_of(self.region.roster.names)

    def subsystems_of(self, server: int) -> tuple[int, ...]:
        """Positions of the subsystems that the server at this place in the roster supports."""
        return tuple(number for number, _ in self.region.roster.profiles[self.region.roster.profile[server]])

    def place_of(self, server: int) -> tuple[str, str, str]:
        """Zone, cell and rack of the server at this place in the roster."""
        return self.region.roster.racks[self.region.roster.rack[server]]

    def note_order(self, taken: Sequence[int]) -> None:
        """Take these servers (positions) for those that acts took last, in this order; what left otherwise left before them."""
        before = np.flatnonzero(self.left)
        earlier = np.setdiff1d(before[np.argsort(self.left[before], kind="stable")], taken, assume_unique=True)
        order = np.concatenate((earlier, np.asarray(taken, np.int64)))
        self.left[order] = np.arange(1, len(order) + 1, dtype=np.int32)
        self._sequence = len(order)

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


class PerClass(Sequence[NDArray[Any]]):
    """For each class a run of numbers, all kept in one column: *flat*, with run k from *starts*[k] to *starts*[k + 1]."""

    def __init__(self, flat: NDArray[Any], starts: NDArray[np.int64]) -> None:
        self.flat, self.starts = flat, starts

    @overload
    def __getitem__(self, number: int) -> NDArray[Any]: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[NDArray[Any]]: ...
    def __getitem__(self, number: int | slice) -> NDArray[Any] | Sequence[NDArray[Any]]:
        if isinstance(number, slice):
            return [self[at] for at in range(*number.indices(len(self)))]
        if not -len(self) <= number < len(self):
            raise IndexError(number)
        number %= len(self)
        found: NDArray[Any] = self.flat[self.starts[number] : self.starts[number + 1]]
        return found

    def __len__(self) -> int:
        return len(self.starts) - 1

    def places(self, numbers: NDArray[np.integer[Any]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give where in *flat* the runs of some classes are, one after the other, and for each place the position in *numbers*."""
        first = self.starts[numbers]
        lengths = self.starts[numbers + 1] - first
        ends = lengths.cumsum()
        owner = np.arange(len(first)).repeat(lengths)
        return (first - ends + lengths)[owner] + np.arange(len(owner)), owner


def _scopes_of(fleet: Fleet) -> tuple[Scopes, PerClass, PerClass]:
    """Lay out every scope with declared capacity, and for each class the rows it counts in with its units."""
    region, roster = fleet.region, fleet.region.roster
    flat = [pair for profile in roster.profiles for pair in profile]
    subsystem_of, units_of = np.array(flat, np.int64).reshape(-1, 2).T
    starts = np.r_[0, np.cumsum([len(profile) for profile in roster.profiles], dtype=np.int64)]
    own, owner = PerClass(np.arange(len(flat)), starts).places(fleet.class_profile)
    cell = fleet.class_cell[owner].astype(np.int64)
    zone = roster.cell_zone[cell].astype(np.int64) if len(cell) else cell
    # A scope as one number that sorts by subsystem, kind and place; region, zone and cell of a support follow each other.
    places = max(len(roster.cells), len(roster.zones), 1)
    subsystem = subsystem_of[own]
    keys = np.stack(
        [(subsystem * 3 + kind) * places + place for kind, place in ((REGION, 0 * cell), (ZONE, zone), (CELL, cell))],
        axis=1,
    ).ravel()
    units = np.repeat(units_of[own], 3)
    size = np.bincount(fleet.class_of, minlength=len(fleet.class_cell))[owner].repeat(3)
    once = {name for name, _ in region.learnt.most_listed}
    declared_only = [
        number * 3 * places
        for number, one in enumerate(region.subsystems)
        if one.declared or one.name in once or region.learnt.wanted.get(one.name)
    ]
    order, row = np.unique(np.r_[keys, np.array(declared_only, np.int64)], return_inverse=True)
    row = row[: len(keys)].astype(np.int32)
    listed = np.bincount(row, units * size, minlength=len(order)).astype(np.int64)
    number, kind, place = order // places // 3, order // places % 3, order % places
    region_row = np.full(len(region.subsystems), -1, np.int32)
    whole = np.flatnonzero(kind == REGION)
    region_row[number[whole]] = whole
    floors = np.full(len(order), NO_FLOOR, np.int64)
    names = _scope_names(region)
    named = [names[which][at] for which, at in zip(kind.tolist(), place.tolist(), strict=True)]
    for at, (one, which) in enumerate(zip(number.tolist(), kind.tolist(), strict=True)):
        described = region.subsystems[one]
        if which == REGION and described.declared is not None:
            listed[at] = described.declared
        elif once or region.learnt.wanted:
            listed[at] = region.learnt.declared(described.name, named[at], int(listed[at]))
        stated = described.floor if which == REGION else _floor_in_place(described, which, named[at])
        if stated is not None:
            floors[at] = stated.of(int(listed[at]))
    _add_up(region, floors, number, kind, region_row)
    for name in region.learnt.budgets:
        at = int(region_row[region.index[name]]) if name in region.index else -1
        if at >= 0:
            floors[at] = max(int(floors[at]), region.learnt.budgets[name].floor)
    scopes = Scopes(number.astype(np.int32), kind.astype(np.int8), tuple(named), listed, floors, region_row)
    ends = np.r_[0, np.cumsum(np.bincount(owner, minlength=len(fleet.class_cell)) * 3)].astype(np.int64)
    return scopes, PerClass(row, ends), PerClass(units, ends)


def _floor_in_place(described: Subsystem, which: int, scope: Scope) -> Amount | None:
    if which == ZONE:
        return described.floor_in_zone(scope.place) if described.zone_floors else described.zone_floor
    return described.floor_in_cell(scope.place) if described.cell_floors else described.cell_floor


def _add_up(
    region: Region,
    floors: NDArray[np.int64],
    subsystem: NDArray[np.int64],
    kind: NDArray[np.int64],
    region_row: NDArray[np.int32],
) -> None:
    """Give each subsystem that states floors for its zones, and none for the region, the sum of those: less cannot hold."""
    for at, described in enumerate(region.subsystems):
        row = int(region_row[at])
        if row < 0 or described.floor is not None:
            continue
        zones = floors[(subsystem == at) & (kind == ZONE)]
        if len(zones) and bool((zones != NO_FLOOR).all()):
            floors[row] = int(zones.sum())


def _scope_names(region: Region) -> tuple[list[Scope], list[Scope], list[Scope]]:
    """Give region, zones and cells as scopes."""
    roster = region.roster
    return [WHOLE], [Scope("zone", zone) for zone in roster.zones], [Scope("cell", *cell) for cell in roster.cells]
