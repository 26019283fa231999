"""Orders the layered rows of a graph as an earlier picture had them, and places them about where they were.

What is new comes between those it is joined to, where crossings are few; what was there moves aside at most.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from topology.layout.rows.ordering import NEARLY, UPRIGHT, Rows, Segment, settle

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
STEPS = 60
"""Steps in which new items come to rest between those they are joined to."""
SWEEPS = 6
ANCHOR = 1000.0
"""How much harder an item is held where it was than a segment pulls."""
FEW = 200
"""Values of which all pairs are looked at at once, which is quicker than bit by bit."""


class _Gap:
    """The segments between two adjacent rows, in arrays: ends, and where they meet them as a part of a rank."""

    def __init__(self, upper: Numbers, lower: Numbers, upper_part: Floats, lower_part: Floats) -> None:
        self.upper, self.lower, self.upper_part, self.lower_part = upper, lower, upper_part, lower_part


class KeptOrdering:
    """Orders the items within their rows as they were; `crossings` are those that are left."""

    def __init__(self, rows: Rows, segments: Sequence[Segment], widths: Sequence[float]) -> None:
        self._rows = [np.array(row, np.int64) for row in rows]
        count = len(widths)
        row_of, self._local = np.zeros(count, np.int64), np.zeros(count, np.int64)
        for number, row in enumerate(self._rows):
            row_of[row] = number
            self._local[row] = np.arange(len(row))
        ends = np.array([(one.upper, one.lower) for one in segments], np.int64).reshape(-1, 2)
        ports = np.array([(one.upper_port, one.lower_port) for one in segments], float).reshape(-1, 2)
        parts = ports / np.asarray(widths)[ends] * 0.9
        order = np.argsort(row_of[ends[:, 0]], kind="stable")
        ends, parts = ends[order], parts[order]
        cuts = np.searchsorted(row_of[ends[:, 0]], np.arange(len(rows) + 1))
        self._gaps = [
            _Gap(ends[a:b, 0], ends[a:b, 1], parts[a:b, 0], parts[a:b, 1])
            for a, b in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True)
        ]
        self._ends, self._rank = ends, np.zeros(count)
        self._best = [row.copy() for row in self._rows]
        self.crossings = self._count(self._best)

    @property
    def best(self) -> Rows:
        """The best order so far."""
        return [row.tolist() for row in self._best]

    def keep(self, hints: Mapping[int, float]) -> Rows:
        """Give the order that *hints*, the places of some items, stand in; only the others are put where crossings are few.

        An item without a hint comes between those it is joined to. Relative to each other, those with one stay as they were.
        """
        count = len(self._rank)
        known = np.zeros(count, bool)
        known[list(hints)] = True
        place = np.zeros(count)
        place[list(hints)] = list(hints.values())
        one, other = self._ends.T
        degree = np.maximum(np.bincount(one, minlength=count) + np.bincount(other, minlength=count), 1)
        place[~known] = float(place[known].mean()) if known.any() else 0.0
        for _ in range(STEPS):
            around = np.bincount(one, place[other], minlength=count) + np.bincount(other, place[one], minlength=count)
            place = np.where(known, place, around / degree)
        rows = [row[np.argsort(place[row], kind="stable")] for row in self._rows]
        self._best, self.crossings = [row.copy() for row in rows], self._count(rows)
        fixed = [row[known[row]] for row in rows]
        for number in range(SWEEPS if self.crossings else 0):
            self._sweep(rows, upwards=bool(number % 2), flip=number % 4 > 1)
            for row, kept in zip(rows, fixed, strict=True):
                row[known[row]] = kept
            crossings = self._count(rows)
            if crossings < self.crossings:
                self.crossings, self._best = crossings, [row.copy() for row in rows]
        return self.best

    def _set_ranks(self, rows: list[Numbers]) -> None:
        for row in rows:
            self._rank[row] = np.arange(len(row))

    def _sweep(self, rows: list[Numbers], upwards: bool, flip: bool) -> None:
        """Sort each row by the mean rank of what its items are joined to in the row before."""
        tie = -1.0 if flip else 1.0
        for number in range(len(rows) - 2, -1, -1) if upwards else range(1, len(rows)):
            row = rows[number]
            gap = self._gaps[number if upwards else number - 1]
            mine, others, part = (
                (gap.upper, gap.lower, gap.lower_part) if upwards else (gap.lower, gap.upper, gap.upper_part)
            )
            at = self._local[mine]
            sums = np.bincount(at, self._rank[others] + part, minlength=len(row))
            counts = np.bincount(at, minlength=len(row))
            # In the order in which the row was given, which *local* numbers.
            given = self._rows[number]
            rank = self._rank[given]
            mean = np.where(counts > 0, sums / np.maximum(counts, 1), rank)
            rows[number] = given[np.lexsort((tie * rank, mean))]
            self._rank[rows[number]] = np.arange(len(row))

    def _count(self, rows: list[Numbers]) -> int:
        self._set_ranks(rows)
        total = 0
        for gap in self._gaps:
            if len(gap.upper) > 1:
                above, below = self._rank[gap.upper] + gap.upper_part, self._rank[gap.lower] + gap.lower_part
                total += inversions(below[np.lexsort((below, above))])
        return total


def inversions(values: NDArray[np.floating]) -> int:
    """Count the pairs of which the first is larger than the second, bit by bit of their ranks: of n values in n log n."""
    if len(values) <= FEW:
        return int(np.count_nonzero(np.triu(values[:, None] > values, 1)))
    _, ranks = np.unique(values, return_inverse=True)
    total, length = 0, len(ranks)
    before = np.zeros(length, np.int64)
    for bit in range(int(ranks.max()).bit_length() - 1, -1, -1):
        high, is_one = ranks >> (bit + 1), (ranks >> bit) & 1
        ones = is_one.cumsum()
        starts = (high[1:] != high[:-1]).nonzero()[0] + 1
        # How many ones there were before the group that each value is in.
        before[:] = 0
        before[starts] = np.diff(ones[starts - 1], prepend=0)
        before = before.cumsum()
        total += int(((ones - before) * (1 - is_one)).sum())
        ranks = ranks[(ranks >> bit).argsort(kind="stable")]
    return total


def place_kept(
    rows: Rows,
    segments: Sequence[Segment],
    widths: Sequence[float],
    gaps: Sequence[float],
    anchors: Mapping[int, float],
    sweeps: int = 8,
) -> list[float]:
    """Give the middle of each item as `ordering.place` does; those with *anchors* are held there: at least one.

    Each row is settled in the sense of least squares: what is in the way moves aside, and nothing else.
    """
    size, room = np.asarray(widths, float), np.asarray(gaps, float)
    ordered = [np.array(row, np.int64) for row in rows]
    row_of = np.zeros(len(size), np.int64)
    offsets = []
    x = np.zeros(len(size))
    local = np.zeros(len(size), np.int64)
    for number, row in enumerate(ordered):
        row_of[row], local[row] = number, np.arange(len(row))
        reach = (size[row] + room[row]) / 2
        offset = np.r_[0.0, np.cumsum(reach[:-1] + reach[1:])] if len(row) else np.zeros(0)
        offsets.append(offset)
        x[row] = offset - (offset[-1] / 2 if len(row) else 0.0)
    upper, lower = np.array([(one.upper, one.lower) for one in segments], np.int64).reshape(-1, 2).T
    numbers = [(one.upper_port - one.lower_port, one.weight) for one in segments]
    shift, pull = np.array(numbers, float).reshape(-1, 2).T
    above = _by_row(row_of[lower], len(rows))
    below = _by_row(row_of[upper], len(rows))
    held, spot = np.zeros(len(size)), np.zeros(len(size))
    held[list(anchors)], spot[list(anchors)] = ANCHOR, list(anchors.values())
    x += float(spot[held > 0].mean() - x[held > 0].mean())
    for sweep in range(sweeps):
        both = sweep >= sweeps // 2
        harder = UPRIGHT * 3.0 ** (sweep - sweeps * 3 // 4) if sweep >= sweeps * 3 // 4 else 0.0
        downwards = sweep % 2 == 0
        for number in range(len(ordered)) if downwards else range(len(ordered) - 1, -1, -1):
            row = ordered[number]
            if not len(row):
                continue
            sums, weights = held[row] * spot[row], held[row].copy()
            if both or downwards:
                mine = above[number]
                _add(
                    sums, weights, local[lower[mine]], x[upper[mine]] + shift[mine], x[lower[mine]], pull[mine], harder
                )
            if both or not downwards:
                mine = below[number]
                _add(
                    sums, weights, local[upper[mine]], x[lower[mine]] - shift[mine], x[upper[mine]], pull[mine], harder
                )
            wanted = np.where(weights > 0, sums / np.where(weights > 0, weights, 1.0), x[row])
            steps = np.diff(offsets[number]).tolist()
            x[row] = settle(wanted.tolist(), np.maximum(weights, 0.05).tolist(), steps)
    found: list[float] = x.tolist()
    return found


def _by_row(row: Numbers, rows: int) -> list[Numbers]:
    order = np.argsort(row, kind="stable")
    cuts = np.searchsorted(row[order], np.arange(rows + 1))
    return [order[a:b] for a, b in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True)]


def _add(sums: Floats, weights: Floats, at: Numbers, wanted: Floats, now: Floats, pull: Floats, harder: float) -> None:
    strength = pull * (1.0 + harder / (1.0 + ((wanted - now) / NEARLY) ** 4)) if harder else pull
    sums += np.bincount(at, strength * wanted, minlength=len(sums))
    weights += np.bincount(at, strength, minlength=len(sums))
