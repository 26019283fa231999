"""Places one level: everything ordered, put into columns, settled, and the lines of its edges drawn through the rows."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from topology.layout.levels.level import Level, Ties
from topology.layout.levels.ordering import Ordering, kept_order
from topology.layout.levels.values import Bools, Floats, Ints, Spacing
from topology.layout.places.columns import columns_of
from topology.layout.places.settling import Settling

LANES = 0.35
"""The part of the widest row that lanes may add to it; more of them stand closer."""
MIDDLING = 0.35
"""How much of a port's distance counts when boxes are placed: 1 puts edges upright, 0 boxes in the middle of each other."""
GRAIN = 16.0
"""Places are whole multiples of 1 / GRAIN, so that no machine's last bit shows."""


@dataclass(frozen=True, eq=False)
class Placed:
    """A level in place: *x* are middles, *top* upper edges, from the container's left and top.

    *points* and *starts* are the lines of the ties, from the lower edge of the upper item to the upper edge of the lower.
    """

    level: Level
    x: Floats
    top: Floats
    width: Floats
    height: Floats
    origin: Floats
    """What was taken from every x of a container so that its left is 0."""
    points: Floats
    starts: Ints


def place(
    container: Ints,
    layer: Ints,
    size: tuple[Floats, Floats],
    ties: Ties,
    spacing: Spacing,
    widest: Floats,
    tick: Callable[[], None],
    old: Callable[[Level], Floats] | None = None,
    *,
    loose: float = 1.0,
    hasty: bool = False,
) -> Placed:
    """Place the items of many containers.

    Args:
        container: of each item, from 0.
        layer: the row of each item.
        size: widths and heights of the items.
        ties: the edges.
        spacing: the room between things.
        widest: the width that each container should keep.
        tick: called between sweeps.
        old: gives the places that things of the level had, nan for new ones; None for a picture from scratch.
        loose: how much wider than its widest row a container may become.
        hasty: whether only about how much room all of it takes is of interest.
    """
    level = Level(container, layer, size[0], size[1], ties, spacing.lane)
    ordering = Ordering(level, tick, hasty=hasty)
    places = np.full(level.count, np.nan) if old is None else old(level)
    kept = bool((~np.isnan(places)).any())
    if kept:
        known = np.zeros(len(widest), bool)
        known[level.container[~np.isnan(places)]] = True
        key = kept_order(level, places)
        if not known[level.container].all():
            ordering.search()
            key = np.where(known[level.container], key, ordering.rank)
        ordering.set_order(key)
    else:
        ordering.search()
    rank = np.round(ordering.rank).astype(np.int64)
    column, spot = columns_of(level, rank, widest, spacing.gap_x, spacing.gap_y, places)
    x = _settled(level, ordering, column, spacing, widest, tick, places if kept else None, loose, hasty=hasty)
    x = np.round(x * GRAIN) / GRAIN
    containers = len(widest)
    left, right = np.full(containers, np.inf), np.full(containers, -np.inf)
    np.minimum.at(left, level.container, x - level.width / 2)
    np.maximum.at(right, level.container, x + level.width / 2)
    left, right = np.where(np.isfinite(left), left, 0.0), np.where(np.isfinite(right), right, 0.0)
    x = x - left[level.container]
    top, band_top, band_bottom, height = _rows(level, column, spot, spacing, containers)
    lines = _Lines(level, x, top, band_top, band_bottom, column, spot, spacing)
    points, starts = lines.draw(ties)
    return Placed(level, x, top, right - left, height, left, points, starts)


def _settled(
    level: Level,
    ordering: Ordering,
    column: Ints,
    spacing: Spacing,
    widest: Floats,
    tick: Callable[[], None],
    places: Floats | None,
    loose: float,
    *,
    hasty: bool,
) -> Floats:
    """Give the middle of everything."""
    count = int(column.max(initial=-1)) + 1
    width = np.zeros(count)
    np.maximum.at(width, column, level.width)
    row = np.zeros(count, np.int64)
    row[column] = level.row
    lane = np.zeros(count, bool)
    lane[column] = level.is_lane
    lanes = np.bincount(row[lane], minlength=level.rows)
    room = np.minimum(
        spacing.lane, LANES * widest[np.arange(level.rows) // max(level.depth, 1)] / np.maximum(lanes, 1) / 2
    )
    width = np.where(lane, room[row], width)
    # Lanes that stand closer are as narrow everywhere, borders of containers included.
    level.width[level.is_lane] = width[column[level.is_lane]]
    gap = np.where(lane, width, spacing.gap_x)
    layer = row % max(level.depth, 1)
    weight = 1.0 + 2.0 * level.is_lane[level.upper] + 2.0 * level.is_lane[level.lower]
    ends = column[level.upper], column[level.lower]
    shift = (level.upper_port - level.lower_port) * MIDDLING
    container = row // max(level.depth, 1)
    settling = Settling(row, layer, container, width, gap, ends, shift, weight, loose)
    if places is None:
        size = len(level.upper)
        settling.run(2 if hasty else 24 if size < 100 else 16 if size < 500 else 10 if size < 3000 else 6, tick)
    else:
        anchors = np.full(count, np.nan)
        known = np.flatnonzero(~np.isnan(places))
        anchors[column[known]] = places[known]
        guess = np.zeros(count)
        guess[column] = kept_order(level, places)
        settling.run(4, tick, anchors, guess)
    return settling.x[column]


def _rows(
    level: Level, column: Ints, spot: Ints, spacing: Spacing, containers: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Give the upper edge of everything, of each row the upper and the lower edge, and the height of each container."""
    order = np.lexsort((spot, column))
    heights = level.height[order]
    step = np.where(heights > 0, heights + spacing.gap_y, 0.0)
    before = np.cumsum(step) - step
    first = np.flatnonzero(spot[order] == 0)
    start = np.repeat(before[first], np.diff(np.r_[first, len(order)])) if len(order) else before
    in_row = np.zeros(level.count)
    in_row[order] = before - start
    band = np.zeros(level.rows)
    np.maximum.at(band, level.row, in_row + level.height)
    bands = band.reshape(containers, -1) if level.rows else np.zeros((containers, 0))
    steps = np.where(bands > 0, bands + spacing.gap_y, 0.0)
    tops = np.cumsum(steps, axis=1) - steps
    height = np.maximum(steps.sum(axis=1) - spacing.gap_y, 0.0)
    # The last row that is empty, where lanes leave a box, lies on its border.
    tops = np.minimum(tops, height[:, None])
    band_top, band_bottom = tops.ravel(), (tops + bands).ravel()
    return in_row + band_top[level.row], band_top, band_bottom, height


@dataclass(frozen=True, eq=False)
class _Lines:
    """Draws the edges: upright past the cards of a row, through the gutter beside a column where they end inside it."""

    level: Level
    x: Floats
    top: Floats
    band_top: Floats
    band_bottom: Floats
    column: Ints
    spot: Ints
    spacing: Spacing

    def draw(self, ties: Ties) -> tuple[Floats, Ints]:
        """Give all points, and where the line of each tie starts."""
        level, path = self.level, self.level.path
        count = len(path)
        blocks, shown = np.zeros((count, 4, 2)), np.zeros((count, 4), bool)
        starting = np.zeros(count, bool)
        starting[level.path_starts[:-1]] = True
        ending = np.zeros(count, bool)
        ending[level.path_starts[1:] - 1] = True
        row = level.row[path]
        lane = ~(starting | ending)
        blocks[:, 0] = np.column_stack([self.x[path], self.band_top[row]])
        blocks[:, 1] = np.column_stack([self.x[path], self.band_bottom[row]])
        shown[:, 0], shown[:, 1] = lane, lane & (self.band_bottom[row] > self.band_top[row])
        width, last = self._columns()
        self._leave(blocks, shown, np.flatnonzero(starting), ties.upper_port, width, last)
        self._arrive(blocks, shown, np.flatnonzero(ending), ties.lower_port, width)
        starts = np.zeros(count + 1, np.int64)
        np.cumsum(shown.sum(axis=1), out=starts[1:])
        return blocks[shown], starts[level.path_starts]

    def _columns(self) -> tuple[Floats, Bools]:
        """Give the width of everything's column, and whether it is the lowest there."""
        size = int(self.column.max(initial=-1)) + 1
        width, most = np.zeros(size), np.zeros(size, np.int64)
        np.maximum.at(width, self.column, self.level.width)
        np.maximum.at(most, self.column, self.spot)
        return width[self.column], self.spot == most[self.column]

    def _leave(self, blocks: Floats, shown: Bools, at: Ints, port: Floats, width: Floats, last: Bools) -> None:
        item = self.level.path[at]
        x, bottom = self.x[item] + port, self.top[item] + self.level.height[item]
        end = self.band_bottom[self.level.row[item]]
        gutter = self.x[item] + width[item] / 2 + self.spacing.gap_x / 2
        low = last[item]
        blocks[at, 0] = np.column_stack([x, bottom])
        blocks[at, 1] = np.column_stack([np.where(low, x, gutter), np.where(low, end, bottom + self.spacing.gap_y / 2)])
        blocks[at, 2] = np.column_stack([gutter, end])
        shown[at, 0] = True
        shown[at, 1] = ~low | (end > bottom)
        shown[at, 2] = ~low

    def _arrive(self, blocks: Floats, shown: Bools, at: Ints, port: Floats, width: Floats) -> None:
        item = self.level.path[at]
        x, top = self.x[item] + port, self.top[item]
        gutter = self.x[item] - width[item] / 2 - self.spacing.gap_x / 2
        inner = self.spot[item] > 0
        blocks[at, 0] = np.column_stack([gutter, self.band_top[self.level.row[item]]])
        blocks[at, 1] = np.column_stack([gutter, top - self.spacing.gap_y / 2])
        blocks[at, 2] = np.column_stack([x, top])
        shown[at, 0] = shown[at, 1] = inner
        shown[at, 2] = True
