"""From the cells of a map to the pixels of a view: none is lost, however small they get.

Where a pixel has several cells it takes the highest mark of them, so one server that is not normal shows among thousands.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
FEW = 0.01
"""Up to this part of a view's pixels are few."""


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """Which cells the pixels of one direction show: pixel p those from *first[p]* up to, but without, *last[p]*.

    Where cells are smaller than pixels, every cell is in exactly one pixel; where they are larger, every pixel is in one cell.
    Cells outside of the map are cut off: their pixels have none, and first is last.
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    share: NDArray[np.float64]
    """How far into its cell the middle of each pixel is, 0 to 1; only of use where cells are larger than pixels."""

    @classmethod
    def of(cls, origin: float, zoom: float, pixels: int, cells: int) -> "Axis":
        """Give the axis of a view that begins at *origin*, in cells, and shows *zoom* pixels a cell."""
        if zoom < 1:
            edges = np.floor(origin + np.arange(pixels + 1) / zoom).astype(np.int64)
            edges = np.clip(edges, 0, cells)
            return cls(edges[:-1], edges[1:], np.zeros(pixels))
        middle = origin + (np.arange(pixels) + 0.5) / zoom
        cell = np.floor(middle).astype(np.int64)
        there = (cell >= 0) & (cell < cells)
        first = np.clip(cell, 0, cells)
        return cls(first, np.where(there, first + 1, first), middle - cell)

    @property
    def most(self) -> int:
        """The most cells that a pixel has."""
        return int((self.last - self.first).max(initial=0))

    @property
    def ends(self) -> NDArray[np.bool_]:
        """Say for each pixel whether it is the last of its cell: where a line between cells is drawn."""
        return np.append(self.first[1:] != self.first[:-1], False)


def shown(marks: Bytes, rows: Axis, columns: Axis) -> Bytes:
    """Give the highest mark in each pixel, 0 where it has no cell."""
    size = len(rows.first), len(columns.first)
    left, right = _reach(columns)
    top, bottom = _reach(rows)
    if left == right or top == bottom:
        return np.zeros(size, np.uint8)
    high = _highest(marks[:, left:right], rows, 0, 0)
    return _highest(high, columns, 1, left)


def borders(
    rects: NDArray[np.int32], origin: tuple[float, float], zoom: float, size: tuple[int, int]
) -> NDArray[np.bool_]:
    """Say which pixels lie on the line to the right of a rectangle of cells, or below it.

    Args:
        rects: columns left, top, width, height, in cells.
        origin: the cells, across and down, that the view begins with.
        zoom: pixels a cell.
        size: height and width of the view, in pixels.
    """
    high, wide = size
    corners = rects.astype(np.int64)
    corners[:, 2:] += corners[:, :2]
    edges = np.floor((corners - np.array([*origin, *origin])) * zoom).astype(np.int64)
    left, top, right, bottom = (np.clip(edges[:, side], -1, (wide, high)[side % 2]) for side in range(4))
    begun = np.zeros((high + 2, wide + 2), np.int32)
    np.add.at(begun, (top + 1, right + 1), 1)
    np.add.at(begun, (np.minimum(bottom + 1, high) + 1, right + 1), -1)
    upright = np.cumsum(begun, axis=0) > 0
    begun.fill(0)
    np.add.at(begun, (bottom + 1, left + 1), 1)
    np.add.at(begun, (bottom + 1, np.minimum(right + 1, wide) + 1), -1)
    lying = np.cumsum(begun, axis=1) > 0
    found: NDArray[np.bool_] = (upright | lying)[1:-1, 1:-1]
    return found


def enlarged(pixels: Bytes, least: int) -> Bytes:
    """Let every mark from *least* on take up two pixels each way, but nothing where nobody is, and nothing of a higher mark.

    Where more than a few pixels have such marks they are seen as they are, and stay so.
    """
    marked = pixels >= least
    if not 0 < np.count_nonzero(marked) < FEW * pixels.size:
        return pixels
    down, right = np.nonzero(marked)
    found = pixels.copy()
    for below, beside in ((0, 1), (1, 0), (1, 1)):
        rows, columns = down + below, right + beside
        inside = (rows < pixels.shape[0]) & (columns < pixels.shape[1])
        rows, columns = rows[inside], columns[inside]
        marks = np.where(pixels[rows, columns] > 0, pixels[down[inside], right[inside]], 0)
        np.maximum.at(found, (rows, columns), marks)
    return found


def _reach(axis: Axis) -> tuple[int, int]:
    filled = axis.last > axis.first
    return (int(axis.first[filled].min()), int(axis.last[filled].max())) if filled.any() else (0, 0)


def _highest(marks: Bytes, axis: Axis, direction: int, start: int) -> Bytes:
    """Take the highest of the cells of each pixel along one direction; *start* is the cell that *marks* begin with."""
    last = np.maximum(axis.last - 1 - start, 0)
    first = np.minimum(axis.first - start, last)
    first = np.clip(first, 0, marks.shape[direction] - 1)
    last = np.clip(last, 0, marks.shape[direction] - 1)
    found = np.take(marks, first, axis=direction)
    for further in range(1, axis.most):
        np.maximum(found, np.take(marks, np.minimum(first + further, last), axis=direction), out=found)
    empty = axis.last <= axis.first
    if empty.any():
        found[(slice(None),) * direction + (empty,)] = 0
    return found
