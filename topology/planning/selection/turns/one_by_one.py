"""Which servers leave while every floor is kept, where their profiles share scopes with each other: one at a time.

What holds a server back is the scope with the least left above its floor. Servers that are held back wait at such a scope, the
first in order in front; only when its turn comes is the first of them looked at. So a step costs what it moves, however many
servers and profiles wait.
"""

from collections.abc import Iterator
from heapq import heappop, heappush, heapreplace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from topology.planning.selection.classes import Classes
from topology.planning.selection.groups import Groups
from topology.planning.selection.turns.bunches import Bunch, Bunches
from topology.planning.selection.turns.gates import Gates

NOWHERE = -1
"""In place of a gate: nothing is known to hold a bunch back."""
AT_A_TIME = 200
"""Bunches that are taken in between two servers, or else before whoever counts is asked whether to go on."""
NOBODY = -1
"""In place of a server: it is not known yet who is next."""


class OneByOne:
    """The order in which the servers of *groups* leave, worked out as far as somebody asked."""

    def __init__(self, classes: Classes, groups: Groups, room: NDArray[np.int64]) -> None:
        bunches = Bunches(classes, groups)
        self._places = bunches.places
        self._more = iter(_Queue(bunches, room.tolist()))
        self._order = np.zeros(0, np.int64)
        self.ended = False
        """Whether no more than what was given may leave."""

    @property
    def known(self) -> int:
        """How many of the first are known."""
        return len(self._order)

    def first(self, count: int) -> NDArray[np.int64]:
        """Give the first *count* to leave, as places in `Groups.servers`; fewer where no more may."""
        while len(self._order) < count and not self.ended:
            self.go_on(count - len(self._order))
        return self._order[:count]

    def go_on(self, steps: int) -> None:
        """Work out up to *steps* more; fewer where much had to be taken in before."""
        found = []
        for place in islice(self._more, steps):
            if place == NOBODY:
                break
            found.append(place)
        else:
            self.ended = len(found) < steps
        self._order = np.concatenate((self._order, self._places[np.array(found, np.int64)]))


class _Queue:
    """Bunches of servers that take turns.

    *offered* holds, by next server, bunches that nothing was found to hold back, and the first at each gate that may be open;
    *shut* holds the other gates, best first. Both are looked at again before they are believed: ratios only ever fall.
    """

    def __init__(self, bunches: Bunches, room: list[int]) -> None:
        self._waiting = bunches
        self._room = room
        self._gates = Gates()
        self._bunches: list[Bunch] = []
        self._held: list[tuple[int, ...]] = []
        """The gates of each bunch."""
        self._offered: list[tuple[int, int, int]] = []
        self._shut: list[tuple[float, int]] = []
        self._next = 0, 0, NOWHERE
        """The server whose turn it is, its bunch, and the gate at which it waits."""
        self._are_more = False
        """Whether it was not found because too many bunches came in at once."""

    def __iter__(self) -> Iterator[int]:
        """Give, one at a time, the servers whose leaving keeps every floor, as places in `Bunches`."""
        room, common = self._room, self._waiting.common
        while True:
            limit = min([(room[row] - units) / scale for row, units, scale in common], default=float("inf"))
            while limit >= 0 and not self._find(limit):
                if self._are_more:
                    yield NOBODY
                else:
                    limit = self._next_limit()
            if limit < 0:
                return
            yield self._take()

    def _find(self, limit: float) -> bool:
        """Find the first server, in order, with a ratio of *limit*, which none exceeds; False if none is offered."""
        offered, gates = self._offered, self._gates
        self._open(limit)
        arrived = len(self._bunches)
        while True:
            self._arrive()
            self._are_more = len(self._bunches) >= arrived + AT_A_TIME
            if not offered or self._are_more:
                return False
            server, number, at = offered[0]
            if at != NOWHERE:
                found = self._in_front(server, at, limit)
                if found == NOWHERE:
                    continue
                number = found
            lowest, held = limit, NOWHERE
            for each in self._held[number]:
                if (ratio := self._ratio(each)) < lowest:
                    lowest, held = ratio, each
            if held == NOWHERE:
                self._next = server, number, at
                return True
            heappop(offered)
            if at == NOWHERE:
                gates.wait(server, number, held)
            else:
                gates.leave(at)
                gates.wait_at_both(server, number, at, held)
                self._offer(at)
            self._close(held, lowest)

    def _in_front(self, server: int, at: int, limit: float) -> int:
        """Give the bunch in front of a gate that is offered for *server*; NOWHERE if that is not so, which is put right."""
        front, gates = self._gates.front(at), self._gates
        if gates.each[at].is_shut or front is None or front[0] != server:
            heappop(self._offered)
            return NOWHERE
        if (ratio := self._ratio(at)) < limit:
            heappop(self._offered)
            self._close(at, ratio)
            return NOWHERE
        if front[1] >= 0:
            return front[1]
        pair = gates.pair(front[1])
        if (ratio := self._ratio(other := pair.other)) >= limit:
            return pair.waiting[0][1]
        heappop(self._offered)
        gates.move(front[1])
        self._offer(at)
        self._close(other, ratio)
        return NOWHERE

    def _ratio(self, at: int) -> float:
        gate = self._gates.each[at]
        return (self._room[gate.row] - gate.units) / gate.scale

    def _take(self) -> int:
        """Let the server whose turn it is leave; gives its place."""
        _, number, at = self._next
        bunch, room = self._bunches[number], self._room
        for row, units, _ in bunch.terms:
            room[row] -= units
        taken, following = bunch.pop()
        if at != NOWHERE:
            heappop(self._offered)
            if following < 0:
                self._gates.leave(at)
            else:
                self._gates.go_on(at, following, number)
            self._offer(at)
        elif following < 0:
            heappop(self._offered)
        else:
            heapreplace(self._offered, (following, number, NOWHERE))
        return taken

    def _arrive(self) -> None:
        """Take in the bunches whose first server may come before all that are offered."""
        firsts, offered, common = self._waiting.firsts, self._offered, self._waiting.common
        while (number := len(self._bunches)) < len(firsts) and not (offered and offered[0][0] < firsts[number]):
            bunch = self._waiting.make(number)
            self._bunches.append(bunch)
            self._held.append(tuple(self._gates.number(term) for term in bunch.terms if term not in common))
            heappush(offered, (firsts[number], number, NOWHERE))

    def _offer(self, at: int) -> None:
        front = self._gates.front(at)
        if front is not None:
            heappush(self._offered, (front[0], 0, at))

    def _close(self, at: int, ratio: float) -> None:
        gate = self._gates.each[at]
        if not gate.is_shut:
            gate.is_shut = True
            heappush(self._shut, (-ratio, at))

    def _open(self, limit: float) -> None:
        """Offer the first at every gate that leaves *limit*."""
        shut = self._shut
        while shut and -shut[0][0] >= limit:
            at = shut[0][1]
            ratio = self._ratio(at)
            if ratio < limit:
                heapreplace(shut, (-ratio, at))
                continue
            heappop(shut)
            self._gates.each[at].is_shut = False
            self._offer(at)

    def _next_limit(self) -> float:
        """Give the best ratio of a gate that holds any back; below 0 where none may leave."""
        while self._shut:
            known, at = self._shut[0]
            if self._gates.front(at) is None:
                heappop(self._shut)
                self._gates.each[at].is_shut = False
                continue
            ratio = self._ratio(at)
            if -ratio == known:
                return ratio
            heapreplace(self._shut, (-ratio, at))
        return -1.0
