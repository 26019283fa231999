"""Cuts deep graphs into strips that stand side by side, so that a chain fills a view as a wide row does.

A strip is some rows that follow each other. Edges between strips leave the one at its bottom, pass it on its right, and enter the
other at its top: below, `Channels` gives each its place there.
"""

from dataclasses import dataclass

import numpy as np

from topology.layout.levels.values import Bools, Floats, Ints, Spacing

MOST_STRIPS = 12
DEEP = 2
"""A graph of fewer rows is not cut."""
WORTH = 0.85
"""A cut has to make a picture smaller by this factor at least, for it makes lines longer."""


@dataclass(frozen=True, eq=False)
class Folded:
    """Things in strips: *strip* of each thing, numbered through, and its *row* there; *owner* is the container of each strip."""

    strip: Ints
    row: Ints
    owner: Ints
    first: Ints
    """The first row of each strip in its container."""

    @property
    def place(self) -> Ints:
        """Which strip of its container each strip is, from 0."""
        return np.arange(len(self.owner)) - np.searchsorted(self.owner, self.owner)

    @property
    def is_plain(self) -> bool:
        """Whether nothing was cut."""
        return not self.first.any()


def fold(
    container: Ints,
    row: Ints,
    size: tuple[Floats, Floats],
    passing: tuple[Ints, Ints],
    spacing: Spacing,
    aspect: Floats,
    old: Ints,
    allowed: bool = True,
) -> Folded:
    """Cut what is too deep.

    Args:
        container: of each thing.
        row: of each thing.
        size: widths and heights of the things.
        passing: the upper and the lower things of the edges.
        spacing: the room between things.
        aspect: the width wanted for a height of 1, of each container.
        old: the strip that each thing was in, -1 for new ones: strips that are known stay strips.
        allowed: whether anything may be cut that was not.
    """
    containers, depth = int(container.max(initial=-1)) + 1, int(row.max(initial=-1)) + 1
    shape = containers, depth
    cell = container * depth + row
    wide = np.asarray(np.bincount(cell, size[0] + spacing.gap_x, containers * depth).reshape(shape), float)
    highest = np.zeros(containers * depth)
    np.maximum.at(highest, cell, size[1] + spacing.gap_y)
    high: Floats = highest.reshape(shape)
    lanes = _lanes(container, row, passing, shape) * spacing.lane
    lanes = np.minimum(lanes, wide.max(axis=1, initial=0.0)[:, None])
    held = np.zeros(containers, bool)
    held[container[old >= 0]] = True
    deep = high.sum(axis=1) * aspect > (wide + lanes).max(axis=1, initial=0.0) / WORTH
    cuts = _old_cuts(cell, old, shape)
    for number in np.flatnonzero(allowed & deep & ~held & ((high > 0).sum(axis=1) >= DEEP)).tolist():
        rows = int((high[number] > 0).sum())
        cuts[number, :rows] = _best_cuts(
            wide[number, :rows], high[number, :rows], lanes[number, :rows], spacing, float(aspect[number])
        )
    index = cuts.cumsum(axis=1)
    keys, strip = np.unique(container * (depth + 1) + index.ravel()[cell], return_inverse=True)
    first = np.full(len(keys), depth)
    np.minimum.at(first, strip, row)
    return Folded(strip, row - first[strip], keys // (depth + 1), first)


def _lanes(container: Ints, row: Ints, passing: tuple[Ints, Ints], shape: tuple[int, int]) -> Floats:
    """Count the edges that pass each row."""
    change = np.zeros((shape[0], shape[1] + 1))
    upper, lower = passing
    np.add.at(change, (container[upper], row[upper] + 1), 1.0)
    np.add.at(change, (container[lower], row[lower]), -1.0)
    passed: Floats = change.cumsum(axis=1)[:, : shape[1]]
    return passed


def _old_cuts(cell: Ints, old: Ints, shape: tuple[int, int]) -> Bools:
    """Say which rows began a strip, by the strips that most of what is in them was in."""
    known = old >= 0
    cuts = np.zeros(shape, bool)
    if not old.max(initial=0):
        return cuts
    count = np.bincount(cell[known], minlength=shape[0] * shape[1]).reshape(shape)
    total = np.bincount(cell[known], old[known], shape[0] * shape[1]).reshape(shape)
    was = np.where(count > 0, np.round(total / np.maximum(count, 1)), 0.0)
    highest = np.maximum.accumulate(was, axis=1)
    cuts[:, 1:] = highest[:, 1:] > highest[:, :-1]
    return cuts


def _best_cuts(wide: Floats, high: Floats, lanes: Floats, spacing: Spacing, aspect: float) -> Bools:
    """Give where to cut one container for the smallest picture of the shape wanted."""
    full, total = wide + lanes, float(high.sum())
    best = np.zeros(len(high), bool)
    least = max(float(full.max()) / aspect, total) * WORTH
    for strips in range(2, min(MOST_STRIPS, len(high)) + 1):
        starts = _starts(high, lanes, strips)
        ends = [*starts[1:], len(high)]
        width = sum(float(full[a:b].max()) for a, b in zip(starts, ends, strict=True))
        crossed = sum(float(lanes[a]) for a in starts[1:]) + (len(starts) - 1) * 2 * spacing.gap_x
        height = max(float(high[a:b].sum()) for a, b in zip(starts, ends, strict=True)) + spacing.gap_y
        extent = max((width + crossed) / aspect, height)
        if extent < least:
            best[:] = False
            best[starts[1:]] = True
            least = extent
    return best


def _starts(high: Floats, lanes: Floats, strips: int) -> list[int]:
    """Give the first rows of strips of about the same height, cut where few edges pass."""
    ends = high.cumsum()
    starts = [0]
    for number in range(1, strips):
        wanted = float(ends[-1]) * number / strips
        row = int(np.abs(ends - wanted).argmin()) + 1
        near = [other for other in (row, row - 1, row + 1) if starts[-1] < other < len(high)]
        if near:
            starts.append(min(near, key=lambda other: (lanes[other], abs(other - row))))
    return starts
