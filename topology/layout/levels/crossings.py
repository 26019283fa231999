"""Counts crossings: between two rows while an order is looked for, and of the lines of a finished picture."""

import numpy as np

from topology.layout.levels.values import Arrangement, Floats, Ints

PLACES = 2**36
"""More than there are places in a row, in the finest steps."""
BLOCK = 128
MOST_COMPARED = 6_000_000
"""Pairs that are compared one by one, which is quicker than sorting for rows that are not very long."""
_LATER = np.triu(np.ones((BLOCK, BLOCK), np.bool_), 1)


def inversions(ranks: Ints) -> int:
    """Count pairs that stand in the wrong order, in a permutation of 0 to n - 1.

    Bit by bit from the highest: of numbers that agree so far, each 1 before a 0 is one pair.
    """
    total = 0
    order = ranks
    for bit in range(max(len(ranks) - 1, 0).bit_length() - 1, -1, -1):
        block = order >> (bit + 1)
        ones = (order >> bit) & 1
        before = np.cumsum(ones) - ones
        first = np.flatnonzero(np.r_[True, block[1:] != block[:-1]])
        in_block = before - np.repeat(before[first], np.diff(np.r_[first, len(block)]))
        total += int(in_block[ones == 0].sum())
        order = order[np.argsort(order >> bit, kind="stable")]
    return total


def crossings_between(gap: Ints, above: Ints, below: Ints) -> int:
    """Count the pairs of segments of the same *gap* that cross, given the places of their ends; touching is not crossing.

    Places are whole numbers from 0, below `PLACES`.
    """
    if not len(gap):
        return 0
    start = gap * PLACES
    order = np.lexsort((below, start + above))
    values = (start + below)[order]
    sizes = np.bincount(gap)
    if int((sizes * sizes).sum()) <= MOST_COMPARED:
        return _compared(values, np.cumsum(sizes)[gap[order]])
    ranks = np.empty(len(gap), np.int64)
    ranks[np.argsort(values, kind="stable")] = np.arange(len(gap))
    return inversions(ranks)


def _compared(values: Ints, ends: Ints) -> int:
    """Count pairs in the wrong order by comparing all; none is after the *ends* of the first of the two."""
    total = 0
    for first in range(0, len(values), BLOCK):
        last = min(first + BLOCK, len(values))
        mine = values[first:last, None]
        total += int(np.count_nonzero((mine > values[first:last]) & _LATER[: last - first, : last - first]))
        total += int(np.count_nonzero(mine > values[last : ends[last - 1]]))
    return total


def crossings_of(arrangement: Arrangement, shared: bool = False) -> int:
    """Count where the lines of two edges cross; touching is not crossing. Takes seconds for thousands of edges.

    With *shared*, lines that lie on each other count as the one line that is seen; else each edge counts.
    """
    return count_pieces(_pieces(arrangement), shared)


def _pieces(arrangement: Arrangement) -> Floats:
    points = arrangement.points.astype(np.float64)
    if len(points) < 2:
        return np.zeros((0, 4))
    pieces = np.hstack([points[:-1], points[1:]])
    inner = np.ones(len(points) - 1, bool)
    inner[arrangement.starts[1:-1] - 1] = False
    loops = np.repeat(arrangement.edges[:, 0] == arrangement.edges[:, 1], np.diff(arrangement.starts))
    kept: Floats = pieces[inner & ~loops[:-1]]
    return kept


def count_pieces(pieces: Floats, shared: bool = False) -> int:
    """Count the pairs of straight pieces (x1, y1, x2, y2) that cross inside both; with *shared*, equal pieces as one."""
    flip = pieces[:, 1] > pieces[:, 3]
    pieces = np.where(flip[:, None], pieces[:, [2, 3, 0, 1]], pieces)
    pieces, times = np.unique(np.round(pieces, 3), axis=0, return_counts=True)
    order = np.argsort(pieces[:, 1], kind="stable")
    pieces, times = pieces[order], np.ones_like(times) if shared else times[order]
    x1, y1, x2, y2 = pieces.T
    last = np.searchsorted(y1, y2, side="left")
    total = 0
    for number in range(len(pieces)):
        others = slice(number + 1, int(last[number]))
        a_x, a_y, b_x, b_y = x1[others], y1[others], x2[others], y2[others]
        px, py, dx, dy = x1[number], y1[number], x2[number] - x1[number], y2[number] - y1[number]
        side_a = dx * (a_y - py) - dy * (a_x - px)
        side_b = dx * (b_y - py) - dy * (b_x - px)
        ex, ey = b_x - a_x, b_y - a_y
        side_p = ex * (py - a_y) - ey * (px - a_x)
        side_q = ex * (py + dy - a_y) - ey * (px + dx - a_x)
        crossed = (side_a * side_b < -1e-6) & (side_p * side_q < -1e-6)
        total += int(times[number] * times[others][crossed].sum())
    return total
