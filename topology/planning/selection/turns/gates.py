"""Where bunches of servers wait for their turn: at a scope that holds them back, those that two scopes hold back together."""

from heapq import heappop, heappush, heapreplace

from topology.planning.selection.classes import Term

Waiting = list[tuple[int, int]]
"""A heap of next server and number of a bunch, or of a pair, which is below 0."""


class Gate:
    """A scope with a floor, as those see it that count so many *units* there: *waiting* are held back by it."""

    __slots__ = ("is_shut", "row", "scale", "units", "waiting")

    def __init__(self, term: Term) -> None:
        self.row, self.units, self.scale = term
        self.waiting: Waiting = []
        self.is_shut = False
        """Whether it stands among those that are shut; else its first is offered, if it has any."""


class Pair:
    """Bunches that two gates hold back: they move from one to the other as one. *at* is where, *other* is not."""

    __slots__ = ("at", "other", "waiting")

    def __init__(self, at: int, other: int) -> None:
        self.at, self.other = at, other
        self.waiting: Waiting = []


class Gates:
    """The gates of a selection, and the pairs of them."""

    def __init__(self) -> None:
        self.each: list[Gate] = []
        self._numbers: dict[Term, int] = {}
        self._pairs: list[Pair] = []
        self._pair_of: dict[tuple[int, int], int] = {}

    def number(self, term: Term) -> int:
        """Give the number of the gate for a term."""
        found = self._numbers.setdefault(term, len(self.each))
        if found == len(self.each):
            self.each.append(Gate(term))
        return found

    def front(self, at: int) -> tuple[int, int] | None:
        """Give the first server that waits at a gate and what it waits in; None where none does."""
        waiting = self.each[at].waiting
        while waiting:
            server, item = waiting[0]
            if item >= 0:
                return waiting[0]
            pair = self._pairs[~item]
            if pair.at == at and pair.waiting and pair.waiting[0][0] == server:
                return waiting[0]
            heappop(waiting)  # the pair has moved on, or another of its bunches is first
        return None

    def pair(self, item: int) -> Pair:
        """Give the pair that is an item below 0."""
        return self._pairs[~item]

    def wait(self, server: int, number: int, at: int) -> None:
        """Let a bunch wait at a gate."""
        heappush(self.each[at].waiting, (server, number))

    def wait_at_both(self, server: int, number: int, at: int, other: int) -> None:
        """Let the bunch in front of *at*, which *other* holds back too, wait with those that both hold back."""
        key = (at, other) if at < other else (other, at)
        found = self._pair_of.setdefault(key, len(self._pairs))
        if found == len(self._pairs):
            self._pairs.append(Pair(other, at))
        pair = self._pairs[found]
        if not pair.waiting:
            pair.at, pair.other = other, at
        heappush(pair.waiting, (server, number))
        if pair.waiting[0][0] == server:
            heappush(self.each[pair.at].waiting, (server, ~found))

    def move(self, item: int) -> None:
        """Let the pair in front of its gate wait at the other one."""
        pair = self._pairs[~item]
        heappop(self.each[pair.at].waiting)
        pair.at, pair.other = pair.other, pair.at
        heappush(self.each[pair.at].waiting, (pair.waiting[0][0], item))

    def leave(self, at: int) -> None:
        """Let the bunch in front of a gate wait there no longer."""
        waiting = self.each[at].waiting
        item = waiting[0][1]
        if item >= 0:
            heappop(waiting)
            return
        pair = self._pairs[~item]
        heappop(pair.waiting)
        if pair.waiting:
            heapreplace(waiting, (pair.waiting[0][0], item))
        else:
            heappop(waiting)

    def go_on(self, at: int, server: int, number: int) -> None:
        """Put *server*, the next of the bunch in front of a gate, in the place of the one that left."""
        waiting = self.each[at].waiting
        item = waiting[0][1]
        if item >= 0:
            heapreplace(waiting, (server, number))
            return
        pair = self._pairs[~item]
        heapreplace(pair.waiting, (server, number))
        heapreplace(waiting, (pair.waiting[0][0], item))
