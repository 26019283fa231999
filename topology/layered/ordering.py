"""Orders the rows of a level for few crossings: a spectral start, sweeps to the barycentre, then exchanges of neighbours.

All containers are ordered at once. Keys are rounded before they are compared, so that the last bit of a sum decides nothing.
"""

from collections.abc import Callable

import numpy as np

from topology.layered.crossings import crossings_between
from topology.layered.layers import listed
from topology.layered.level import Level
from topology.layered.values import Floats, Ints

SMALL, BIG = 700, 8000
"""Segments up to which every start is tried, and above which neighbours are not exchanged."""
SPECTRAL_STEPS = 40
MOST_PAIRS = 400_000
"""Pairs of segments that one exchange may compare."""


class Ordering:
    """The rank of every thing in its row, and the search for better ones."""

    def __init__(self, level: Level, tick: Callable[[], None]) -> None:
        self._level, self._tick = level, tick
        self.rank: Floats = np.zeros(level.count)
        self._row_size = np.bincount(level.row, minlength=level.rows)
        self._share_u = 0.9 * level.upper_port / level.width[level.upper]
        self._share_l = 0.9 * level.lower_port / level.width[level.lower]
        self._members = [np.flatnonzero(level.layer == number) for number in range(level.depth)]
        self._down = self._grouped(level.lower)
        self._up = self._grouped(level.upper)
        self._gap = level.row[level.upper]
        self._room = self._row_size[level.row].astype(float)

    def search(self) -> None:
        """Leave the order with the fewest crossings that was found in `rank`."""
        size = len(self._level.upper)
        starts = [self._spectral()]
        if size <= SMALL:
            given = np.where(self._level.is_lane, 0.5, np.arange(self._level.count) / max(self._level.count, 1))
            starts += [given, -starts[0]]
        sweeps = 8 if size <= SMALL else 5 if size <= BIG else 4
        best, least = None, -1
        for start in starts:
            self.set_order(start)
            self._improve(sweeps)
            crossings = self.crossings() if len(starts) > 1 else 0
            if best is None or crossings < least:
                best, least = self.rank.copy(), crossings
            if len(starts) > 1 and least == 0:
                break
        assert best is not None
        self.rank = best

    def set_order(self, key: Floats) -> None:
        """Order every row by *key*; equal ones stay in the order of things."""
        order = np.lexsort((np.round(key, 9), self._level.row))
        first = np.cumsum(self._row_size) - self._row_size
        self.rank[order] = np.arange(len(order)) - first[self._level.row[order]]

    def crossings(self) -> int:
        """Count the crossings between rows."""
        above = np.round(self.rank[self._level.upper] + self._share_u, 6)
        below = np.round(self.rank[self._level.lower] + self._share_l, 6)
        return crossings_between(self._gap, above, below)

    def _grouped(self, ends: Ints) -> list[tuple[Ints, Ints, Floats]]:
        """Give, for each layer, the segments that end there, the place of their ends among its members, and how many each has."""
        level = self._level
        place = np.zeros(level.count, np.int64)
        for members in self._members:
            place[members] = np.arange(len(members))
        order, starts = listed(level.layer[ends], level.depth)
        groups = []
        for number, members in enumerate(self._members):
            segments = order[starts[number] : starts[number + 1]]
            local = place[ends[segments]]
            groups.append((segments, local, np.bincount(local, minlength=len(members)).astype(float)))
        return groups

    def _spectral(self) -> Floats:
        """Give the slowest mode of the level's graph, which lays neighbours side by side.

        Source: the Fiedler vector, by power iteration on the lazy random walk, the constant taken off in each container.
        """
        level = self._level
        degree = np.bincount(level.upper, minlength=level.count) + np.bincount(level.lower, minlength=level.count)
        weight = np.maximum(degree, 1).astype(float)
        total = np.bincount(level.container, weights=weight)
        number = np.arange(level.count)
        # An even scatter that any machine makes alike: multiples of the golden ratio.
        x: Floats = np.modf(number * 0.6180339887498949)[0] - 0.5
        steps = SPECTRAL_STEPS if len(level.upper) <= BIG else SPECTRAL_STEPS * 3 // 4
        for step in range(steps):
            pull = np.bincount(level.upper, x[level.lower], level.count)
            pull += np.bincount(level.lower, x[level.upper], level.count)
            x = np.where(degree > 0, 0.5 * x + 0.5 * pull / weight, x)
            x -= (np.bincount(level.container, x * weight) / total)[level.container]
            if step % 8 == 7:
                x /= max(float(np.abs(x).max(initial=0.0)), 1e-12)
        return x

    def _improve(self, sweeps: int) -> None:
        small = len(self._level.upper) <= BIG
        best, least = self.rank.copy(), self.crossings() if small else 0
        for number in range(sweeps):
            self._tick()
            self._sweep(upwards=number % 2 == 1)
            if small and number >= 1:
                if number >= sweeps - 2 or number == 1:
                    self.exchange(6)
                crossings = self.crossings()
                if crossings < least:
                    best, least = self.rank.copy(), crossings
                if crossings == 0:
                    break
        if small:
            self.rank = best
            self.exchange(20)

    def _sweep(self, upwards: bool) -> None:
        """Sort each row by the mean place of what its things are joined to in the row before."""
        level, rank = self._level, self.rank
        groups, others, shares = (
            (self._up, level.lower, self._share_l) if upwards else (self._down, level.upper, self._share_u)
        )
        for number in range(level.depth - 2, -1, -1) if upwards else range(1, level.depth):
            segments, local, degree = groups[number]
            members = self._members[number]
            far = others[segments]
            places = (rank[far] + 0.5 + shares[segments]) / self._room[far]
            mean = np.bincount(local, places, len(members))
            own = (rank[members] + 0.5) / self._room[members]
            key = np.where(degree > 0, mean / np.maximum(degree, 1.0), own)
            key = np.round(level.container[members] + np.clip(key, 0.0, 0.999999) * 0.999, 9)
            order = members[np.lexsort((rank[members], key))]
            size = self._row_size[level.row[order]]
            first = np.flatnonzero(np.r_[True, level.row[order[1:]] != level.row[order[:-1]]]) if len(order) else order
            rank[order] = np.arange(len(order)) - np.repeat(first, size[first])

    def exchange(self, passes: int) -> None:
        """Swap neighbours for as long as that takes crossings away: rows of even and of odd layers, then pairs, in turn."""
        level = self._level
        sides = []
        for near, far, share in (
            (level.upper, level.lower, self._share_l),
            (level.lower, level.upper, self._share_u),
        ):
            order, starts = listed(near, level.count)
            sides.append((far[order], share[order], starts))
        for _ in range(passes):
            self._tick()
            swapped = 0
            for half in (0, 1, 2, 3):
                swapped += self._swap(sides, half % 2, half // 2)
            if not swapped:
                return

    def _swap(self, sides: list[tuple[Ints, Floats, Ints]], parity: int, second: int) -> int:
        level, rank = self._level, self.rank
        order = np.lexsort((rank, level.row))
        left, right = order[:-1], order[1:]
        good = (level.row[left] == level.row[right]) & (level.layer[left] % 2 == parity)
        good &= rank[left].astype(np.int64) % 2 == second
        left, right = left[good], right[good]
        gain = np.zeros(len(left))
        for far, share, starts in sides:
            n_left, n_right = starts[left + 1] - starts[left], starts[right + 1] - starts[right]
            pairs = n_left * n_right
            if int(pairs.sum()) > MOST_PAIRS:
                pairs = np.where(pairs > 64, 0, pairs)
            busy = np.flatnonzero(pairs)
            if not len(busy):
                continue
            which = np.repeat(busy, pairs[busy])
            ends = np.cumsum(pairs[busy])
            number = np.arange(len(which)) - np.repeat(ends - pairs[busy], pairs[busy])
            a = starts[left[which]] + number // n_right[which]
            b = starts[right[which]] + number % n_right[which]
            apart = np.round(rank[far[a]] + share[a] - rank[far[b]] - share[b], 6)
            gain += np.bincount(which, np.sign(apart), len(left))
        chosen = gain > 0
        left, right = left[chosen], right[chosen]
        rank[left], rank[right] = rank[right], rank[left]
        return len(left)


def kept_order(level: Level, old: Floats) -> Floats:
    """Give keys that keep things with an *old* place (else nan) in order, new ones at the mean of what they are joined to."""
    place = old.copy()
    ends = np.r_[level.upper, level.lower]
    others = np.r_[level.lower, level.upper]
    shift = np.r_[level.lower_port - level.upper_port, level.upper_port - level.lower_port]
    for _ in range(level.depth + 1):
        missing = np.isnan(place)
        use = missing[ends] & ~missing[others]
        if not use.any():
            break
        total = np.bincount(ends[use], place[others[use]] + shift[use], level.count)
        number = np.bincount(ends[use], minlength=level.count)
        place = np.where(missing & (number > 0), total / np.maximum(number, 1), place)
    missing = np.isnan(place)
    if missing.any():
        size = int(level.container.max()) + 1
        most = np.full(size, -np.inf)
        np.maximum.at(most, level.container[~missing], place[~missing])
        most = np.where(np.isfinite(most), most, 0.0)
        place[missing] = most[level.container[missing]] + 1.0 + np.arange(int(missing.sum()))
    return place
