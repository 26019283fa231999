"""Which servers leave, and in which order: one at a time, by the rule that the manual states.

First come those whose leaving keeps every floor. Of these the one that supports the fewest subsystems that the command
does not name; then the one after which the smallest headroom / max(floor, 1) over the scopes it touches is largest;
then by zone, cell, rack, name. When none is left that may leave, the others follow by fewest subsystems not named,
then by zone, cell, rack, name; those that a command may never take come last.

The order does not depend on how many are asked for, so a larger command takes the same servers and more. A server's
standing only ever gets worse as others leave, so the best of a heap is the best of all once it has been looked at
again.
"""

from collections.abc import Iterator
from heapq import heapify, heappop, heappush, heapreplace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from topology.fleet.fleet import ZONE
from topology.fleet.state import State
from topology.planning.selection.classes import Classes, Term, runs

Room = dict[int, int]
"""Headroom left in each scope with a floor, by row."""


def sequence_of(
    state: State, classes: Classes, named: frozenset[int], servers: NDArray[np.int32], held: NDArray[np.int64]
) -> "Sequence":
    """Prepare the order in which *servers* (as `matching` gives them) leave.

    *named* are the subsystems of the command; *held* are the units in each scope that running executions will still
    take.
    """
    roster = state.region.roster
    profiles = roster.profile[servers]
    barred = roster.protected[servers] | classes.barred[profiles]
    extra = np.zeros(len(roster.profiles), np.int64)
    for profile in np.unique(profiles).tolist():
        extra[profile] = sum(one not in named for one, _ in roster.profiles[profile])
    lines, present = _lines(state, classes, servers[~barred])
    levels: dict[int, list[_Line]] = {}
    for profile, line in lines.items():
        levels.setdefault(int(extra[profile]), []).append(line)
    headroom = state.fleet.capacity - held - state.fleet.scopes.floor
    room = _room(classes, present, headroom)
    found = [levels[level] for level in sorted(levels)]
    return Sequence(servers, (barred, extra[profiles]), found, room, state.fleet.class_of)


class Sequence:
    """The servers of one selection in the order in which they leave, worked out as far as somebody asked."""

    def __init__(
        self,
        servers: NDArray[np.int32],
        standing: tuple[NDArray[np.bool_], NDArray[np.int64]],
        levels: "list[list[_Line]]",
        room: Room,
        class_of: NDArray[np.int32],
    ) -> None:
        self.matching = servers
        """Every server that matches."""
        self._standing = standing
        self._kept = np.zeros(0, np.int32)
        self._more = _keeping_floors(levels, room)
        self._ended = False
        self._all: NDArray[np.int32] | None = None
        self._class_of = class_of
        of = class_of[servers]
        self._classes = of[np.flatnonzero(np.diff(of, prepend=-1))].astype(np.int64)
        self._counted = 0, np.zeros(len(self._classes), np.int64)

    def safe(self, most: int) -> int:
        """Give how many can leave before a floor, a protection or an unknown floor is in the way; counts to *most*."""
        missing = most - len(self._kept)
        if missing > 0 and not self._ended:
            self._kept = np.concatenate((self._kept, np.fromiter(islice(self._more, missing), np.int32)))
            self._ended = len(self._kept) < most
        return min(len(self._kept), most)

    def first(self, count: int) -> NDArray[np.int32]:
        """Give the first *count* servers to leave, or all that match when there are fewer."""
        if self.safe(count) == count:
            return self._kept[:count]
        if self._all is None:
            self._all = np.concatenate((self._kept, self._others()))
        return self._all[:count]

    def per_class(self, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give the classes of the first *count* servers, and how many are of each; what differs from the last call is counted."""
        servers = self.first(count)
        before, counts = self._counted
        if abs(len(servers) - before) > len(servers):
            before, counts = 0, np.zeros(len(self._classes), np.int64)
        longer = servers if len(servers) >= before else self.first(before)
        low, high = sorted((before, len(servers)))
        places = np.searchsorted(self._classes, self._class_of[longer[low:high]])
        step = np.bincount(places, minlength=len(counts))
        counts = counts + step if len(servers) >= before else counts - step
        self._counted = len(servers), counts
        present = np.flatnonzero(counts)
        return self._classes[present], counts[present]

    def _others(self) -> NDArray[np.int32]:
        is_kept = np.zeros(len(self._class_of), np.bool_)
        is_kept[self._kept] = True
        others = ~is_kept[self.matching]
        barred, extra = self._standing
        servers = self.matching[others]
        return servers[np.lexsort((servers, extra[others], barred[others]))]


class _Group:
    """Servers that differ by rack and name only, the next one to leave last."""

    __slots__ = ("local", "servers")

    def __init__(self, servers: list[int], local: tuple[Term, ...]) -> None:
        self.servers = servers
        self.local = local


class _Zone:
    """The groups of one profile in one zone: they share its floors, and differ in those of their cells.

    *level* holds groups whose own floors do not bind (their ratio was at least the limit), by next server; *below*
    holds those whose do, by ratio. Both are looked at again before they are believed.
    """

    __slots__ = ("_below", "_groups", "_level", "_terms")

    def __init__(self, terms: tuple[Term, ...], groups: list[_Group]) -> None:
        self._terms = terms
        self._groups = groups
        self._level: list[tuple[int, int]] = []
        self._below = [(float("-inf"), group.servers[-1], number) for number, group in enumerate(groups)]
        heapify(self._below)

    def best(self, room: Room, limit: float) -> tuple[float, int] | None:
        """Give the best server as (minus its ratio, position), no ratio above *limit*; None when none may leave."""
        own = _ratio(self._terms, room)
        if own < limit:
            limit = own
            if limit < 0:
                return None
        level, below, groups = self._level, self._below, self._groups
        while below and -below[0][0] >= limit:
            _, server, number = below[0]
            ratio = _ratio(groups[number].local, room)
            if ratio >= limit:
                heappop(below)
                heappush(level, (server, number))
            else:
                heapreplace(below, (-ratio, server, number))
        while level:
            server, number = level[0]
            ratio = _ratio(groups[number].local, room)
            if ratio >= limit:
                return -limit, server
            heappop(level)
            heappush(below, (-ratio, server, number))
        while below:
            negative, server, number = below[0]
            ratio = _ratio(groups[number].local, room)
            if -ratio == negative:
                return None if ratio < 0 else (negative, server)
            heapreplace(below, (-ratio, server, number))
        return None

    def take(self, room: Room) -> int:
        """Let the server that `best` just gave leave."""
        from_level = bool(self._level)
        number = self._level[0][1] if from_level else self._below[0][2]
        group = self._groups[number]
        for row, units, _ in self._terms:
            room[row] -= units
        for row, units, _ in group.local:
            room[row] -= units
        server = group.servers.pop()
        if from_level:
            if group.servers:
                heapreplace(self._level, (group.servers[-1], number))
            else:
                heappop(self._level)
        elif group.servers:
            heapreplace(self._below, (self._below[0][0], group.servers[-1], number))
        else:
            heappop(self._below)
        return server


class _Line:
    """The zones with one profile: they share the floors of the whole region. A taken server moves the others of its zone only."""

    __slots__ = ("_best", "_wide", "_zones")

    def __init__(self, wide: tuple[Term, ...], zones: list[_Zone]) -> None:
        self._wide = wide
        self._zones = zones
        self._best: _Zone | None = None

    def best(self, room: Room) -> tuple[float, int] | None:
        """Give the best server as (minus its ratio, position), smaller is better; None when none may leave."""
        limit = _ratio(self._wide, room)
        if limit < 0:
            return None
        found: tuple[float, int] | None = None
        for zone in self._zones:
            best = zone.best(room, limit)
            if best is not None and (found is None or best < found):
                found, self._best = best, zone
        return found

    def take(self, room: Room) -> int:
        """Let the server that `best` just gave leave."""
        if self._best is None:
            raise RuntimeError("nothing was found that may leave")
        for row, units, _ in self._wide:
            room[row] -= units
        return self._best.take(room)


def _ratio(terms: tuple[Term, ...], room: Room) -> float:
    """Give the smallest headroom / floor after one more server has left: below 0 when a floor would break."""
    smallest = float("inf")
    for row, units, scale in terms:
        ratio = (room[row] - units) / scale
        if ratio < smallest:
            smallest = ratio
    return smallest


def _keeping_floors(levels: list[list[_Line]], room: Room) -> Iterator[int]:
    """Give, one at a time, the servers whose leaving keeps every floor."""
    for lines in levels:
        heap = [(best, number) for number, line in enumerate(lines) if (best := line.best(room)) is not None]
        heapify(heap)
        while heap:
            known, number = heap[0]
            best = lines[number].best(room)
            if best is None:
                heappop(heap)
                continue
            if best != known:
                entry = (best, number)
                heapreplace(heap, entry)
                if heap[0] is not entry:
                    continue
            yield lines[number].take(room)


def _lines(state: State, classes: Classes, servers: NDArray[np.int32]) -> tuple[dict[int, _Line], NDArray[np.int64]]:
    """Group *servers*, which come class by class, and gather the groups by profile; give the classes too."""
    if len(servers) == 0:
        return {}, np.zeros(0, np.int64)
    of = state.fleet.class_of[servers]
    begins = np.concatenate(([0], np.flatnonzero(np.diff(of)) + 1))
    ends = [*begins[1:].tolist(), len(servers)]
    present = of[begins].astype(np.int64)
    zones: dict[int, dict[int, list[_Group]]] = {}
    shared: dict[tuple[int, int], tuple[Term, ...]] = {}
    wide: dict[int, tuple[Term, ...]] = {}
    fleet, kind = state.fleet, state.fleet.scopes.kind
    backwards = servers[::-1].tolist()
    cells = fleet.class_cell[present]
    for begin, end, number, profile, zone in zip(
        begins.tolist(),
        ends,
        present.tolist(),
        fleet.class_profile[present].tolist(),
        state.region.roster.cell_zone[cells].tolist(),
        strict=True,
    ):
        wide[profile], local = classes.terms(number)
        shared[profile, zone] = tuple(term for term in local if kind[term[0]] == ZONE)
        members = backwards[len(servers) - end : len(servers) - begin]
        own = tuple(term for term in local if kind[term[0]] != ZONE)
        zones.setdefault(profile, {}).setdefault(zone, []).append(_Group(members, own))
    lines = {
        profile: _Line(wide[profile], [_Zone(shared[profile, zone], groups) for zone, groups in each.items()])
        for profile, each in zones.items()
    }
    return lines, present


def _room(classes: Classes, present: NDArray[np.int64], headroom: NDArray[np.int64]) -> Room:
    """Give the headroom of every scope that the classes *present* count in; without a floor it is never asked for."""
    begin = classes.first_row[present]
    rows = np.unique(classes.flat_rows[runs(begin, classes.first_row[present + 1] - begin)])
    return dict(zip(rows.tolist(), headroom[rows].tolist(), strict=True))
