"""Breaks rows that are too wide into columns of several things, so that a picture keeps a usable shape.

A column holds things that follow each other in their row, from top to bottom. Lanes stay lanes of their own, beside the columns.
"""

import numpy as np

from topology.layout.levels.level import Level
from topology.layout.levels.values import Floats, Ints, Spacing

TOO_WIDE = 1.05
"""A row that is wider than wanted by this factor is broken."""


def widest_of(
    container: Ints, layer: Ints, size: tuple[Floats, Floats], spacing: Spacing, aspect: Floats, least: Floats
) -> Floats:
    """Give the width that rows of each container should keep for it to be its *aspect* times as wide as high; at least *least*."""
    if not len(container):
        return least
    depth = int(layer.max()) + 1
    rows = len(least) * depth
    row = container * depth + layer
    area = np.bincount(row, (size[0] + spacing.gap_x) * (size[1] + spacing.gap_y) * (size[1] > 0), rows)
    highest = np.zeros(rows)
    np.maximum.at(highest, row, np.where(size[1] > 0, size[1] + spacing.gap_y, 0.0))
    low: Floats = least.copy()
    high: Floats = np.maximum(least, area.reshape(-1, depth).sum(axis=1) / spacing.height)
    for _ in range(30):
        middle = np.sqrt(low * high)
        height = np.maximum(highest, area / np.repeat(middle, depth)).reshape(-1, depth).sum(axis=1)
        wide = middle > aspect * height
        low, high = np.where(wide, low, middle), np.where(wide, middle, high)
    return high


def columns_of(level: Level, rank: Ints, widest: Floats, gap_x: float, gap_y: float, old: Floats) -> tuple[Ints, Ints]:
    """Put everything into columns.

    Args:
        level: what is placed.
        rank: the order in each row.
        widest: the width that a row of each container should keep, lanes left out.
        gap_x: the least room between columns.
        gap_y: the least room between things of a column.
        old: the middles of things that keep their columns, nan for others.

    Returns:
        For each thing its column and its place in it, both from 0; columns are numbered row by row, from left to right.
    """
    order = np.lexsort((rank, level.row))
    row = level.row[order]
    real = ~level.is_lane[order]
    total = np.bincount(row, np.where(real, level.width[order] + gap_x, 0.0), level.rows)
    owner = np.arange(level.rows) // max(level.depth, 1)
    # Rows of a picture that is edited stay as they are: broken if they were, whole if they were.
    held = np.zeros(level.rows, bool)
    held[level.row[~np.isnan(old) & ~level.is_lane]] = True
    wide = (total > widest[owner] * TOO_WIDE) & ~held
    wide |= held & _shared(level, old)
    # Two low boxes stand above each other beside a high one, which takes no height.
    highest, lowest = np.zeros(level.rows), np.full(level.rows, np.inf)
    np.maximum.at(highest, row[real], level.height[order[real]])
    np.minimum.at(lowest, row[real], level.height[order[real]])
    uneven = (highest >= 2 * lowest + gap_y) & ~held & ~wide
    key = np.arange(len(order), dtype=float)
    for number in np.flatnonzero(wide | uneven).tolist():
        span = np.flatnonzero(row == number)
        things = order[span]
        if held[number]:
            column = _kept(level, things, old, gap_y)
        elif uneven[number]:
            column = _stacked(level, things, float(highest[number]) + gap_y, gap_y)
        else:
            column = _filled(level, things, float(total[number]), float(widest[owner[number]]), gap_y)
        key[span] = span[0] + _with_lanes(level.is_lane[things], column)
    again = np.lexsort((key, row))
    order, key, row = order[again], key[again], row[again]
    new = np.ones(len(order), bool)
    new[1:] = (key[1:] != key[:-1]) | (row[1:] != row[:-1]) | level.is_lane[order[1:]]
    # Lines to the same node that come to lie beside each other are one line from there on.
    share = level.share[order]
    new[1:] &= (share[1:] < 0) | (share[1:] != share[:-1]) | (row[1:] != row[:-1])
    number_of = np.cumsum(new) - 1
    first = np.flatnonzero(new)
    column_of, place = np.zeros(level.count, np.int64), np.zeros(level.count, np.int64)
    column_of[order] = number_of
    place[order] = np.where(level.is_lane[order], 0, np.arange(len(order)) - first[number_of]) if len(order) else 0
    return column_of, place


def _shared(level: Level, old: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Say in which rows two things have the same old middle, so that they stood in one column."""
    known = np.flatnonzero(~np.isnan(old) & ~level.is_lane)
    shared = np.zeros(level.rows, bool)
    order = known[np.lexsort((old[known], level.row[known]))]
    same = (level.row[order[1:]] == level.row[order[:-1]]) & (np.abs(old[order[1:]] - old[order[:-1]]) < 0.5)
    shared[level.row[order[1:][same]]] = True
    return shared


def _filled(level: Level, things: Ints, total: float, widest: float, gap_y: float) -> list[int]:
    """Fill columns from left to right, each as high as makes the row fit."""
    real = [thing for thing in things.tolist() if not level.is_lane[thing]]
    heights = [float(level.height[thing]) + gap_y for thing in real]
    mean = total / len(real)
    most = max(*heights, sum(heights) * mean / widest, heights[0])
    columns = _columns_up_to(heights, most)
    # Of few things none may find room below another as they are, and the row be as wide as it was.
    while columns[-1] and (columns[-1] + 1) * mean > widest * TOO_WIDE:
        most += min(heights) / 2
        columns = _columns_up_to(heights, most)
    return columns


def _columns_up_to(heights: list[float], most: float) -> list[int]:
    """Give the column of each thing where none is higher than *most*, or by little."""
    columns, column, filled = [], 0, 0.0
    for height in heights:
        if filled and filled + height / 4 > most:
            column, filled = column + 1, 0.0
        columns.append(column)
        filled += height
    return columns


def _stacked(level: Level, things: Ints, most: float, gap_y: float) -> list[int]:
    """Fill columns from left to right that are no higher than *most*."""
    columns, column, filled = [], 0, 0.0
    for thing in things.tolist():
        if level.is_lane[thing]:
            continue
        height = float(level.height[thing]) + gap_y
        if filled and filled + height > most + 0.5:
            column, filled = column + 1, 0.0
        columns.append(column)
        filled += height
    return columns


def _kept(level: Level, things: Ints, old: Floats, gap_y: float) -> list[int]:
    """Leave things in the columns that they were in; a new one joins the column before it, if that is not the highest."""
    real = [thing for thing in things.tolist() if not level.is_lane[thing]]
    filled: list[float] = []
    columns: list[int] = []
    before = np.nan
    for thing in real:
        if not np.isnan(old[thing]):
            if not filled or np.isnan(before) or abs(old[thing] - before) >= 0.5:
                filled.append(0.0)
            before = old[thing]
            filled[-1] += float(level.height[thing]) + gap_y
        columns.append(len(filled) - 1)
    most = max(filled)
    shift = 0
    placed = []
    for thing, column in zip(real, columns, strict=True):
        height = float(level.height[thing]) + gap_y
        if np.isnan(old[thing]):
            if column >= 0 and filled[column] + height <= most + 0.5:
                filled[column] += height
            else:
                shift += 1
                placed.append(column + shift)
                continue
        placed.append(column + shift)
    return placed


def _with_lanes(is_lane: np.ndarray[tuple[int], np.dtype[np.bool_]], columns: list[int]) -> Floats:
    """Give keys that sort a row by column, each lane beside the column it would cut through, at the nearer side."""
    real = np.flatnonzero(~is_lane)
    column = np.array(columns)
    first = np.r_[True, column[1:] != column[:-1]]
    begin = np.flatnonzero(first)[np.cumsum(first) - 1]
    size = np.bincount(np.cumsum(first) - 1)[np.cumsum(first) - 1]
    key = np.zeros(len(is_lane))
    scale = 1.0 / (len(columns) + 2)
    key[real] = (column + 1) * scale
    before = np.cumsum(~is_lane)[is_lane]
    number = np.clip(before - 1, 0, len(columns) - 1)
    inside = before - begin[number]
    late = inside * 2 > size[number]
    lane_key = (column[number] + np.where(late, 1.5, 0.5)) * scale
    key[is_lane] = np.where(before == 0, 0.5 * scale, lane_key)
    return key
