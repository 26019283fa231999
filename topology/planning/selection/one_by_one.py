"""Which servers leave while every floor is kept, one at a time: for profiles that share scopes with each other.

A server's standing only ever gets worse as others leave, so the best of a heap is the best of all once it has been looked
at again.
"""

from collections.abc import Iterator
from heapq import heapify, heappop, heappush, heapreplace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from topology.fleet.fleet import ZONE
from topology.planning.selection.classes import Classes, Term, runs
from topology.planning.selection.groups import Groups

Room = dict[int, int]
"""Headroom left in each scope with a floor, by row."""


class OneByOne:
    """The order in which the servers of *groups* leave, worked out as far as somebody asked."""

    def __init__(self, classes: Classes, groups: Groups, room: NDArray[np.int64]) -> None:
        lines = _lines(classes, groups)
        self._more = _keeping_floors(lines, _room(classes, groups.classes, room))
        self._order = np.zeros(0, np.int64)
        self._groups = groups
        self.ended = False
        """Whether no more than what was given may leave."""

    def first(self, count: int) -> NDArray[np.int64]:
        """Give the first *count* to leave, as places in `Groups.servers`; fewer where no more may."""
        missing = count - len(self._order)
        if missing > 0 and not self.ended:
            more = np.fromiter(islice(self._more, missing), np.int64)
            self._order = np.concatenate((self._order, more))
            self.ended = len(more) < missing
        return self._order[:count]


class _Group:
    """Servers that differ by rack and name only: *next* is the position of the first that is still there."""

    __slots__ = ("end", "local", "next", "place", "servers")

    def __init__(self, servers: NDArray[np.int32], begin: int, end: int, local: tuple[Term, ...]) -> None:
        self.servers = servers
        self.place, self.end = begin, end
        self.next = int(servers[begin])
        self.local = local

    def pop(self) -> int:
        """Take the first, and give its place."""
        taken = self.place
        self.place += 1
        self.next = int(self.servers[self.place]) if self.place < self.end else -1
        return taken


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
        self._below = [(float("-inf"), group.next, number) for number, group in enumerate(groups)]
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
        """Let the server that `best` just gave leave; gives its place."""
        from_level = bool(self._level)
        number = self._level[0][1] if from_level else self._below[0][2]
        group = self._groups[number]
        for row, units, _ in self._terms:
            room[row] -= units
        for row, units, _ in group.local:
            room[row] -= units
        taken = group.pop()
        if from_level:
            if group.next >= 0:
                heapreplace(self._level, (group.next, number))
            else:
                heappop(self._level)
        elif group.next >= 0:
            heapreplace(self._below, (self._below[0][0], group.next, number))
        else:
            heappop(self._below)
        return taken


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


def _keeping_floors(lines: list[_Line], room: Room) -> Iterator[int]:
    """Give, one at a time, the servers whose leaving keeps every floor, as places."""
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


def _lines(classes: Classes, groups: Groups) -> list[_Line]:
    """Gather *groups* by profile, in the order of the profiles, and by zone."""
    kind = classes.scopes.kind
    found: dict[int, tuple[tuple[Term, ...], dict[int, tuple[tuple[Term, ...], list[_Group]]]]] = {}
    columns = (groups.classes, groups.profiles, groups.zones, groups.begins[:-1], groups.begins[1:])
    for number, profile, zone, begin, end in zip(*(column.tolist() for column in columns), strict=True):
        wide, local = classes.terms(number)
        _, zones = found.setdefault(profile, (wide, {}))
        if zone not in zones:
            zones[zone] = tuple(term for term in local if kind[term[0]] == ZONE), []
        own = tuple(term for term in local if kind[term[0]] != ZONE)
        zones[zone][1].append(_Group(groups.servers, begin, end, own))
    return [_Line(wide, [_Zone(*each) for each in zones.values()]) for _, (wide, zones) in sorted(found.items())]


def _room(classes: Classes, present: NDArray[np.int64], room: NDArray[np.int64]) -> Room:
    """Give the headroom of every scope that the classes *present* count in; without a floor it is never asked for."""
    begin = classes.first_row[present]
    rows = np.unique(classes.flat_rows[runs(begin, classes.first_row[present + 1] - begin)])
    return dict(zip(rows.tolist(), room[rows].tolist(), strict=True))
