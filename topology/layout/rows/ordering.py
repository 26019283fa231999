"""Orders the items of layered rows for few crossings, and gives each its place from left to right.

An item is a node, a box of nodes, or a lane: the place where a long edge passes a row. Segments join items of adjacent rows; a port
is where a segment meets its item, as a distance from the item's middle.
"""

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

Rows = list[list[int]]
SMALL, BIG = 400, 4000
"""Numbers of segments from which less is tried, and far less."""
PATIENCE = 4
"""Rounds without an improvement after which another start is tried."""
NEARLY = 24.0
"""How far from upright a segment may be and still be pulled upright, in the unit of the widths."""
UPRIGHT = 4.0
"""How much harder an upright segment pulls than a slanting one, at first; then harder still."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of an edge between two adjacent rows; *weight* is how much it wants to be upright."""

    upper: int
    lower: int
    upper_port: float = 0.0
    lower_port: float = 0.0
    weight: float = 1.0


class RowOrderSearch:
    """Searches for an order of the items within their rows, best seen so far kept in `best`.

    The effort falls with the number of segments, so that a big graph takes seconds at most; a small one gets several starts.
    """

    def __init__(self, rows: Rows, segments: Sequence[Segment], widths: Sequence[float]) -> None:
        # For each item and side (0 above, 1 below): the items it is joined to, with the part of a rank that the port is off.
        self._joined: list[list[list[tuple[int, float]]]] = [[[], []] for _ in widths]
        for segment in segments:
            upper, lower = segment.upper, segment.lower
            self._joined[upper][1].append((lower, segment.lower_port / widths[lower] * 0.9))
            self._joined[lower][0].append((upper, segment.upper_port / widths[upper] * 0.9))
        self._between: list[list[tuple[int, float, int, float]]] = [[] for _ in rows]
        row_of = {item: number for number, row in enumerate(rows) for item in row}
        for segment in segments:
            ports = segment.upper_port / widths[segment.upper] * 0.9, segment.lower_port / widths[segment.lower] * 0.9
            self._between[row_of[segment.upper]].append((segment.upper, ports[0], segment.lower, ports[1]))
        self._rank = [0.0] * len(widths)
        self._size = len(segments)
        self.best: Rows = [list(row) for row in rows]
        self.crossings = self._count(rows)

    def search(self) -> Rows:
        """Give the order with the fewest crossings that was found."""
        small = self._size < SMALL
        starts = [self.best, [row[::-1] for row in self.best]] if small else [self.best]
        rounds = 12 if small else 6 if self._size < BIG else 3
        for start in starts:
            for upwards in (False, True) if small else (False,):
                if self.crossings == 0:
                    return self.best
                self._improve([list(row) for row in start], rounds, upwards)
        return self.best

    def _improve(self, rows: Rows, rounds: int, upwards: bool) -> None:
        self._count(rows)
        last = 0
        for number in range(rounds):
            before = self.crossings
            self._sweep(rows, upwards=upwards ^ bool(number % 2), flip=number % 4 > 1)
            if self._size < BIG:
                self._exchange(rows, 8 if self._size < SMALL else 3)
            last = number if self._keep(rows) < before else last
            if self.crossings == 0 or number - last >= PATIENCE:
                return

    def _keep(self, rows: Rows) -> int:
        crossings = self._count(rows)
        if crossings < self.crossings:
            self.crossings, self.best = crossings, [list(row) for row in rows]
        return self.crossings

    def _rank_row(self, row: Sequence[int]) -> None:
        for number, item in enumerate(row):
            self._rank[item] = number

    def _sweep(self, rows: Rows, upwards: bool, flip: bool) -> None:
        """Sort each row by the mean rank of what its items are joined to in the row before."""
        side = 1 if upwards else 0
        for row in rows[-2::-1] if upwards else rows[1:]:
            mean = {item: self._mean(item, side) for item in row}
            tie = -1 if flip else 1
            row.sort(key=lambda item: (mean[item], tie * self._rank[item]))
            self._rank_row(row)

    def _mean(self, item: int, side: int) -> float:
        joined = self._joined[item][side]
        if not joined:
            return self._rank[item]
        return sum(self._rank[other] + part for other, part in joined) / len(joined)

    def _exchange(self, rows: Rows, passes: int) -> None:
        """Swap neighbours for as long as that takes crossings away."""
        for _ in range(passes):
            improved = False
            for row in rows:
                improved |= self._exchange_row(row)
            if not improved:
                return

    def _exchange_row(self, row: list[int]) -> bool:
        places = {
            item: [sorted(self._rank[o] + part for o, part in side) for side in self._joined[item]] for item in row
        }
        improved = False
        for number in range(len(row) - 1):
            left, right = row[number], row[number + 1]
            as_is = sum(_crossed(a, b) for a, b in zip(places[left], places[right], strict=True))
            if as_is and sum(_crossed(b, a) for a, b in zip(places[left], places[right], strict=True)) < as_is:
                row[number], row[number + 1] = right, left
                self._rank[right], self._rank[left] = number, number + 1
                improved = True
        return improved

    def _count(self, rows: Rows) -> int:
        for row in rows:
            self._rank_row(row)
        rank, total = self._rank, 0
        for between in self._between:
            pairs = sorted((rank[upper] + a, rank[lower] + b) for upper, a, lower, b in between)
            total += count_crossings(pairs)
        return total


def count_crossings(pairs: Sequence[tuple[float, float]]) -> int:
    """Count the pairs of segments that cross, each given as (place above, place below) and all sorted; touching is not crossing."""
    seen: list[float] = []
    total = 0
    start = 0
    for number, (above, _) in enumerate(pairs):
        if above != pairs[start][0]:
            for _, earlier in pairs[start:number]:
                insort(seen, earlier)
            start = number
        below = pairs[number][1]
        total += len(seen) - bisect_left(seen, below) - _equal(seen, below)
    return total


def _equal(ordered: Sequence[float], value: float) -> int:
    first = bisect_left(ordered, value)
    last = first
    while last < len(ordered) and ordered[last] == value:
        last += 1
    return last - first


def _crossed(left: Sequence[float], right: Sequence[float]) -> int:
    """Count the crossings between the segments of two neighbours, given where each ends, sorted."""
    if not left or not right:
        return 0
    return sum(bisect_left(right, place) for place in left)


def place(rows: Rows, segments: Sequence[Segment], widths: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """Give the middle of each item, from left to right as ordered and never nearer than widths and gaps allow.

    Rows are settled one after the other, each item drawn to the mean of what it is joined to: first by those above, then by those
    below, then by both, which leaves parents over the middle of their children; last, segments that are nearly upright pull
    harder the nearer they are, until they are.

    Args:
        rows: items in their order.
        segments: what joins them.
        widths: of each item.
        gaps: the room each item wants to either side; between two it is half of both.
    """
    joined: list[list[list[tuple[int, float, float]]]] = [[[], []] for _ in widths]
    for segment in segments:
        shift = segment.upper_port - segment.lower_port
        joined[segment.lower][0].append((segment.upper, shift, segment.weight))
        joined[segment.upper][1].append((segment.lower, -shift, segment.weight))
    apart = [[(widths[a] + widths[b] + gaps[a] + gaps[b]) / 2 for a, b in pairwise(row)] for row in rows]
    x = [0.0] * len(widths)
    for row, steps in zip(rows, apart, strict=True):
        at = -sum(steps) / 2
        for item, step in zip(row, [*steps, 0.0], strict=True):
            x[item] = at
            at += step
    down, up, both = (0,), (1,), (0, 1)
    sweeps = 4 if len(segments) < BIG else 2
    for number in range(5 * sweeps):
        sides = both if number >= 2 * sweeps else up if number % 2 else down
        upright = UPRIGHT * 3 ** (number - 3 * sweeps) if number >= 3 * sweeps else 0.0
        for row, steps in list(zip(rows, apart, strict=True))[:: -1 if number % 2 else 1]:
            _settle_row(row, steps, joined, sides, upright, x)
    return x


def _settle_row(
    row: Sequence[int],
    steps: Sequence[float],
    joined: Sequence[Sequence[Sequence[tuple[int, float, float]]]],
    sides: tuple[int, ...],
    upright: float,
    x: list[float],
) -> None:
    wanted, weights = [], []
    for item in row:
        total = weight = 0.0
        for side in sides:
            for other, shift, pull in joined[item][side]:
                slant = (x[other] + shift - x[item]) / NEARLY
                strength = pull * (1.0 + upright / (1.0 + slant**4))
                total += strength * (x[other] + shift)
                weight += strength
        wanted.append(total / weight if weight else x[item])
        weights.append(weight or 0.05)
    for item, at in zip(row, settle(wanted, weights, steps), strict=True):
        x[item] = at


def settle(wanted: Sequence[float], weights: Sequence[float], steps: Sequence[float]) -> list[float]:
    """Give places as near to those *wanted* as the *steps* between neighbours allow, in the sense of least squares.

    Source: pool adjacent violators (Barlow and others, 1972), on the places less the steps before them.
    """
    offsets = [0.0]
    for step in steps:
        offsets.append(offsets[-1] + step)
    pools: list[tuple[float, float, int]] = []
    for want, weight, offset in zip(wanted, weights, offsets, strict=True):
        mean, mass, count = want - offset, weight, 1
        while pools and pools[-1][0] >= mean:
            other, other_mass, other_count = pools.pop()
            mean = (mean * mass + other * other_mass) / (mass + other_mass)
            mass, count = mass + other_mass, count + other_count
        pools.append((mean, mass, count))
    means = [mean for mean, _, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]
