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
    return Sequence(servers, (barred, extra[profiles]), [levels[level] for level in sorted(levels)], room)


class Sequence:
    """The servers of one selection in the order in which they leave, worked out as far as somebody asked."""

    def __init__(
        self,
        servers: NDArray[np.int32],
        standing: tuple[NDArray[np.bool_], NDArray[np.int64]],
        levels: "list[list[_Line]]",
        room: Room,
    ) -> None:
        self.matching = servers
        """Every server that matches."""
        self._standing = standing
        self._kept: list[int] = []
        self._more = _keeping_floors(levels, room)
        self._ended = False
        self._rest: NDArray[np.int32] | None = None

    def safe(self, most: int) -> int:
        """Give how many can leave before a floor, a protection or an unknown floor is in the way; counts to *most*."""
        missing = most - len(self._kept)
        if missing > 0 and not self._ended:
            self._kept.extend(islice(self._more, missing))
            self._ended = len(self._kept) < most
        return min(len(self._kept), most)

    def first(self, count: int) -> NDArray[np.int32]:
        """Give the first *count* servers to leave, or all that match when there are fewer."""
        kept = np.array(self._kept[: self.safe(count)], np.int32)
        if len(kept) == count:
            return kept
        if self._rest is None:
            self._rest = self._others()
        return np.concatenate((kept, self._rest[: count - len(kept)]))

    def _others(self) -> NDArray[np.int32]:
        others = ~np.isin(self.matching, np.array(self._kept, np.int32))
        barred, extra = self._standing
        servers = self.matching[others]
        return servers[np.lexsort((servers, extra[others], barred[others]))]


class _Group:
    """Servers that differ by rack and name only, the next one to leave last."""

    __slots__ = ("local", "servers")

    def __init__(self, servers: list[int], local: tuple[Term, ...]) -> None:
        self.servers = servers
        self.local = local


class _Line:
    """The groups with one profile: they share the floors of the whole region, and differ in those of zone and cell.

    *level* holds groups whose own floors do not bind (their ratio was at least the region's), by next server; *below*
    holds those whose do, by ratio. Both are looked at again before they are believed.
    """

    __slots__ = ("_below", "_groups", "_level", "_wide")

    def __init__(self, wide: tuple[Term, ...], groups: list[_Group]) -> None:
        self._wide = wide
        self._groups = groups
        self._level: list[tuple[int, int]] = []
        self._below = [(float("-inf"), group.servers[-1], number) for number, group in enumerate(groups)]
        heapify(self._below)

    def best(self, room: Room) -> tuple[float, int] | None:
        """Give the best server as (minus its ratio, position), smaller is better; None when none may leave."""
        limit = _ratio(self._wide, room)
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
        for row, units, _ in self._wide:
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
    groups: dict[int, list[_Group]] = {}
    wide: dict[int, tuple[Term, ...]] = {}
    backwards = servers[::-1].tolist()
    for begin, end, number in zip(begins.tolist(), ends, present.tolist(), strict=True):
        profile = int(state.fleet.class_profile[number])
        wide[profile], local = classes.terms(number)
        members = backwards[len(servers) - end : len(servers) - begin]
        groups.setdefault(profile, []).append(_Group(members, local))
    return {profile: _Line(wide[profile], members) for profile, members in groups.items()}, present


def _room(classes: Classes, present: NDArray[np.int64], headroom: NDArray[np.int64]) -> Room:
    """Give the headroom of every scope that the classes *present* count in; without a floor it is never asked for."""
    begin = classes.first_row[present]
    rows = np.unique(classes.flat_rows[runs(begin, classes.first_row[present + 1] - begin)])
    return dict(zip(rows.tolist(), headroom[rows].tolist(), strict=True))
