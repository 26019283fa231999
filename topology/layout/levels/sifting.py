"""Puts each thing of a row where it crosses least, wherever in the row that is: what an exchange of neighbours does not find.

For a row all numbers of crossings are found at once, of each two things in either order; so a thing can be tried everywhere.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from topology.layout.levels.layers import listed
from topology.layout.levels.level import Level
from topology.layout.levels.values import Floats, Ints

Counts = NDArray[np.float32]
"""Of crossings in one row: whole numbers far below those up to which this kind is exact, and multiplied quickly."""
MOST_TURNS = 4
"""So many times each row is sifted at most."""


class Sifting:
    """The rows of a level with what joins them to the rows above and below."""

    def __init__(self, level: Level, share_upper: Floats, share_lower: Floats) -> None:
        order, starts = listed(level.row, level.rows)
        self._rows = [order[starts[row] : starts[row + 1]] for row in range(level.rows)]
        place = np.zeros(level.count, np.int64)
        for things in self._rows:
            place[things] = np.arange(len(things))
        room = np.bincount(level.row, minlength=level.rows)
        self._sides: list[list[tuple[Ints, Ints, Ints, int, int]]] = [[] for _ in self._rows]
        for near, far, share in ((level.upper, level.lower, share_lower), (level.lower, level.upper, share_upper)):
            mine, begin = listed(level.row[near], level.rows)
            for row in range(level.rows):
                edges = mine[begin[row] : begin[row + 1]]
                if len(edges):
                    slots, slot = np.unique(np.round(share[edges], 6), return_inverse=True)
                    beyond = int(room[level.row[far[edges[0]]]]) * len(slots)
                    self._sides[row].append((place[near[edges]], far[edges], slot, len(slots), beyond))
        wanted = [row for row, things in enumerate(self._rows) if len(things) > 1 and self._sides[row]]
        self.rows = sorted(wanted, key=lambda row: (int(level.layer[self._rows[row][0]]), row))
        """Those in which there is something to choose, from the top."""
        self._can = set(self.rows)
        most = max((len(things) for things in self._rows), default=0)
        self._above = np.triu(np.ones((most, most), np.float32), 1)

    def run(self, rank: Floats, first: Sequence[int]) -> int:
        """Sift the rows *first*, and what lies beside a row that changed, until nothing is better elsewhere.

        Changes *rank*, and gives how many crossings that saved.
        """
        waiting = list(first)
        left = MOST_TURNS * max(len(first), len(self.rows))
        saved = 0
        for row in waiting[:]:
            saved += self._sift(row, rank)
        return saved + self._settle(rank, waiting, left) if saved else 0

    def _settle(self, rank: Floats, changed: Sequence[int], left: int) -> int:
        """Sift all that lies beside what changed, and so on."""
        waiting = [other for row in changed for other in (row - 1, row + 1) if other in self._can]
        waiting = list(dict.fromkeys(waiting))
        saved = 0
        for row in waiting:  # grows while it is read
            left -= 1
            won = self._sift(row, rank)
            saved += won
            if not left:
                break
            if won:
                waiting.extend(other for other in (row - 1, row + 1) if other in self._can)
        return saved

    def turn(self, row: int, rank: Floats, start: float, end: float) -> int:
        """Turn a part of a row round, from one share of it to another; changes *rank*, gives how many crossings that saved."""
        things = self._rows[row]
        order = rank[things].argsort()
        first, last = sorted((int(start * len(order)), int(end * len(order))))
        part = order[first : max(last, first + 1) + 1]
        size = len(part)
        saved = int((self._more(row, rank)[part[:, None], part] * self._above[:size, :size]).sum())
        rank[things[part]] = rank[things[part[::-1]]]
        return saved

    def _sift(self, row: int, rank: Floats) -> int:
        things = self._rows[row]
        size = len(things)
        above = self._above[:size, :size]
        order = rank[things].argsort()
        more = self._more(row, rank)[order[:, None], order]
        saved = 0
        for _ in range(2 * size):
            upper = more * above
            if upper.max() <= 0:
                break
            # From and to: column and row of what goes left, row and column of what goes right.
            left, right = upper[::-1].cumsum(axis=0)[::-1], upper.cumsum(axis=1)
            best_left, best_right = int(left.argmax()), int(right.argmax())
            gain_left, gain_right = int(left.flat[best_left]), int(right.flat[best_right])
            if max(gain_left, gain_right) <= 0:
                break
            if gain_left >= gain_right:
                target, source = divmod(best_left, size)
                turned = [*range(target), source, *range(target, source), *range(source + 1, size)]
            else:
                source, target = divmod(best_right, size)
                turned = [*range(source), *range(source + 1, target + 1), source, *range(target + 1, size)]
            saved += max(gain_left, gain_right)
            order, more = order[turned], more[turned][:, turned]
        if saved:
            rank[things[order]] = np.arange(size)
        return saved

    def _more(self, row: int, rank: Floats) -> Counts:
        """Give for each two things of a row how many crossings more there are if the first is the left one."""
        size = len(self._rows[row])
        found = np.zeros((size, size), np.float32)
        for near, far, slot, slots, beyond in self._sides[row]:
            at = rank[far].astype(np.int64) * slots + slot
            # Of the places beyond only those that are used are columns, in their order.
            used = np.zeros(beyond, np.int64)
            used[at] = 1
            number = used.cumsum()
            columns = int(number[-1])
            count = np.bincount(near * columns + number[at] - 1, minlength=size * columns).reshape(size, columns)
            few = count.astype(np.float32)
            over = few.cumsum(axis=1)
            found += (over[:, -1:] - over) @ few.T
        return found - found.T
