"""Orders the rows of a level for few crossings: a spectral start, barycentres, exchanges of neighbours, at last sifting.

All containers are ordered at once. Keys are rounded before they are compared, so that the last bit of a sum decides nothing.
"""

from collections.abc import Callable

import numpy as np

from topology.layout.levels.crossings import crossings_between
from topology.layout.levels.layers import listed
from topology.layout.levels.level import Level
from topology.layout.levels.sifting import Sifting
from topology.layout.levels.values import Bools, Floats, Ints

SMALL, MIDDLING, MIDDLE, BIG = 250, 700, 1200, 6000
"""Segments up to which turns are tried after every start, rows are sifted, two starts are tried, and neighbours exchanged."""
MOST_TURNS = 140
"""So many parts of rows are turned round in the smallest level."""
MOST_IDLE = 40
"""Turns in a row that won nothing, after which no more are tried."""
MODES = ((60, 0.97), (40, 0.95))
"""Steps, and the share of the spectrum that they damp, of spectral starts."""
STEPS = 1_000_000
"""Into so many a place is cut, for what leaves a thing left or right of its middle."""
MOST_PAIRS = 400_000
"""Pairs of segments that one exchange may compare."""


class Ordering:
    """The rank of every thing in its row, and the search for better ones."""

    def __init__(self, level: Level, tick: Callable[[], None], *, hasty: bool = False) -> None:
        self._level, self._tick, self._hasty = level, tick, hasty
        self.rank: Floats = np.zeros(level.count)
        self._row_size = np.bincount(level.row, minlength=level.rows)
        self._share_u = 0.9 * level.upper_port / level.width[level.upper]
        self._share_l = 0.9 * level.lower_port / level.width[level.lower]
        self._gap = level.row[level.upper]
        self._step_u, self._step_l = (
            np.rint((share + 1) * STEPS).astype(np.int64) for share in (self._share_u, self._share_l)
        )
        self._room = self._row_size[level.row].astype(float)
        self._ends, self._others = np.r_[level.upper, level.lower], np.r_[level.lower, level.upper]
        self._shares = np.r_[self._share_l, self._share_u]
        degree = np.bincount(self._ends, minlength=level.count)
        self._is_free, self._degree = degree == 0, np.maximum(degree, 1).astype(float)
        halves = [level.layer[self._ends] % 2 == parity for parity in (0, 1)]
        self._halves = [np.flatnonzero(half) for half in halves]
        self._parts = [self._part(level.layer % 2 == parity) for parity in (0, 1)]
        self._parts.append(self._part(np.ones(level.count, np.bool_)))

    def search(self) -> None:
        """Leave the order with the fewest crossings that was found in `rank`."""
        size = len(self._level.upper)
        starts = [self._spectral(*MODES[0])]
        if size <= SMALL and not self._hasty:
            given = np.where(self._level.is_lane, 0.5, np.arange(self._level.count) / max(self._level.count, 1))
            starts = [given, *starts, -starts[0]]
        elif size <= MIDDLE and not self._hasty:
            starts.append(self._spectral(*MODES[1]))
        best, least = None, -1
        for start in starts:
            self.set_order(start)
            self._improve(2 if self._hasty else 10 if size <= BIG else 6)
            crossings = self.crossings() if len(starts) > 1 else 0
            if best is None or crossings < least:
                best, least = self.rank.copy(), crossings
            if len(starts) > 1 and least == 0:
                break
        if best is None:
            raise RuntimeError("there is no best here, as there has to be")
        self.rank = best
        if size <= MIDDLING and not self._hasty:
            self._sift()

    def _sift(self) -> None:
        """Sift, then turn a part of a row again and again and sift what lies beside it: now and then that is better."""
        sifting = Sifting(self._level, self._share_u, self._share_l)
        sifting.run(self.rank, sifting.rows)
        best, least = self.rank.copy(), self.crossings()
        turns = int(MOST_TURNS * max(1 - len(self._level.upper) / SMALL, 0)) if sifting.rows else 0
        idle = 0
        for number in range(turns):
            if not least or idle == MOST_IDLE:
                break
            # The same places on every machine: multiples of the golden ratio and of its like.
            row = sifting.rows[int(number * 0.7548776662466927 % 1 * len(sifting.rows))]
            now = least - sifting.turn(row, self.rank, number * 0.5698402909980532 % 1, number * 0.6180339887498949 % 1)
            now -= sifting.run(self.rank, [other for other in (row - 1, row + 1, row) if other in sifting.rows])
            idle = 0 if now < least else idle + 1
            if now <= least:
                best, least = self.rank.copy(), now
            else:
                self.rank = best.copy()
        self.rank = best

    def set_order(self, key: Floats, parity: int | None = None) -> None:
        """Order every row by *key*, or with a *parity* every second one; equal ones stay in the order of things."""
        part, row, place = self._parts[2 if parity is None else parity]
        order = np.lexsort((np.round(key[part], 9), row))
        self.rank[part[order]] = place

    def _part(self, wanted: Bools) -> tuple[Ints, Ints, Ints]:
        """Give the things that are *wanted*, their rows, and the places in their rows that they get when they are sorted."""
        part = np.flatnonzero(wanted)
        row = self._level.row[part]
        size = np.bincount(row, minlength=self._level.rows)
        first = np.cumsum(size) - size
        return part, row, np.arange(len(part)) - np.repeat(first, size)

    def crossings(self) -> int:
        """Count the crossings between rows."""
        places = self.rank.astype(np.int64) * STEPS
        above, below = places[self._level.upper] + self._step_u, places[self._level.lower] + self._step_l
        return crossings_between(self._gap, above, below)

    def _spectral(self, steps: int, damped: float) -> Floats:
        """Give the slowest mode of the level's graph, which lays neighbours side by side.

        Source: the Fiedler vector of the lazy random walk, the constant taken off in each container, by Chebyshev's polynomials,
        which damp all modes below *damped*.
        """
        level = self._level
        ends, others, weight = self._ends, self._others, self._degree
        total = np.bincount(level.container, weights=weight)

        def centred(x: Floats) -> Floats:
            return x - (np.bincount(level.container, x * weight) / total)[level.container]

        # An even scatter that any machine makes alike: multiples of the golden ratio.
        before: Floats = np.zeros(level.count)
        now = centred(np.modf(np.arange(level.count) * 0.6180339887498949)[0])
        for step in range(steps):
            walked = 0.5 * now + 0.5 * np.bincount(ends, now[others], level.count) / weight
            turned = 2.0 / damped * walked - now
            before, now = now, centred(turned if step == 0 else 2.0 * turned - before)
            if step % 10 == 9:
                size = np.sqrt(np.bincount(level.container, now * now) / np.bincount(level.container))
                scale = 1.0 / np.maximum(size, 1e-200)[level.container]
                before, now = before * scale, now * scale
        return now

    def _improve(self, rounds: int) -> None:
        small = len(self._level.upper) <= BIG
        best, least = self.rank.copy(), self.crossings()
        for number in range(rounds):
            self._tick()
            for parity in (0, 1):
                self._sort_half(parity)
            if not small and number < rounds - 1:
                continue
            crossings = self.crossings()
            if crossings < least:
                best, least = self.rank.copy(), crossings
            if crossings == 0:
                break
        self.rank = best
        if small and (self._hasty or len(self._level.upper) > SMALL):  # smaller ones are sifted, which finds more
            self.exchange(20)

    def _sort_half(self, parity: int) -> None:
        """Sort every second row by the mean place of what its things are joined to, in the rows above and below."""
        level, half = self._level, self._halves[parity]
        far = self._others[half]
        places = (self.rank[far] + 0.5 + self._shares[half]) / self._room[far]
        mean = np.bincount(self._ends[half], places, level.count) / self._degree
        own = (self.rank + 0.5) / self._room
        self.set_order(np.where(self._is_free, own, mean), parity)

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
