"""Puts things of known widths into lines, many groups of them at once: racks into the bands of a cell, cells into a zone's shelves.

Everything keeps its order, left to right and then down, as text does.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class PackedLines(NamedTuple):
    """Where each thing of a flow stands, and how many lines each group took."""

    line: Ints
    """The line of each thing within its group, from 0."""
    left: Ints
    """How far it stands from the left."""
    lines: Ints
    """Lines of each group; 0 where it has nothing."""


def flow(widths: Ints, first: Ints, limit: Ints, gap: int = 0) -> PackedLines:
    """Break each group of things into lines no wider than the group's *limit*; what is wider has a line of its own.

    Args:
        widths: of every thing, at least 1, group by group.
        first: where each group begins in *widths*; one entry more than there are groups.
        limit: the most that a line of each group may measure.
        gap: left free between two things of a line.
    """
    edges = np.concatenate(([0], np.cumsum(widths + gap)))
    begins = np.zeros(len(widths), np.bool_)
    count = np.zeros(len(limit), np.int64)
    active = np.flatnonzero(first[:-1] < first[1:])
    place = first[active]
    while len(active):
        begins[place] = True
        count[active] += 1
        last = np.searchsorted(edges, edges[place] + limit[active] + gap, "right") - 1
        place = np.maximum(last, place + 1)
        goes_on = place < first[active + 1]
        active, place = active[goes_on], place[goes_on]
    number = np.cumsum(begins) - 1
    start = np.flatnonzero(begins)
    sizes = np.diff(first)
    before = np.concatenate(([0], np.cumsum(count)))[:-1]
    return PackedLines(number - np.repeat(before, sizes), edges[:-1] - edges[start[number]], count)


def bands(widths: Ints, first: Ints, most: Ints) -> Ints:
    """Give for each group about the least width at which its things take no more than *most* lines."""
    sizes = np.diff(first)
    filled = np.flatnonzero(sizes)
    found = np.zeros(len(sizes), np.int64)
    if not len(filled):
        return found
    totals = np.add.reduceat(widths, first[filled])
    widest = np.maximum.reduceat(widths, first[filled])
    least = -(-totals // most[filled])
    found[filled] = np.maximum(least, widest)
    # One width less than the widest thing may stay free at the end of a line, so this is enough for certain.
    enough = np.maximum(least + widest - 1, widest)
    while True:
        short = filled[(flow(widths, first, found).lines > most)[filled] & (found[filled] < enough)]
        if not len(short):
            return found
        found[short] += 1


def shelf_heights(heights: Ints, lines: PackedLines, first: Ints) -> tuple[Ints, Ints]:
    """Give the height of every line of every group, one group after the other, and where each group's lines begin.

    The highest thing of a line is as high as the line.
    """
    begin = np.concatenate(([0], np.cumsum(lines.lines)))
    shelf = np.repeat(begin[:-1], np.diff(first)) + lines.line
    found = np.zeros(begin[-1], np.int64)
    np.maximum.at(found, shelf, heights)
    return found, begin
