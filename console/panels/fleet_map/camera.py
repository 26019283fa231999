"""Which part of the map is in view, and how large. Pure arithmetic: pixel = (cell - corner) * zoom."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF

LARGEST = 160.0
"""Pixels a server, at most."""


@dataclass(frozen=True, slots=True)
class MapCamera:
    """*zoom* pixels a cell of the map's image; *left* and *top* are the cells in the upper left corner of the view."""

    zoom: float = 1.0
    left: float = 0.0
    top: float = 0.0

    @classmethod
    def fitting(cls, size: tuple[int, int], view: QSizeF) -> "MapCamera":
        """Show all of a map at the top of a view, in the middle of its width."""
        zoom = min(view.width() / max(size[0], 1), view.height() / max(size[1], 1), LARGEST / 4)
        zoom = max(zoom, 1e-6)
        return cls(zoom, -(view.width() / zoom - size[0]) / 2, 0.0)

    def to_cell(self, at: QPointF) -> tuple[int, int]:
        """Give the cell at a place in the view; it may lie outside of the map."""
        return int((at.x() / self.zoom + self.left) // 1), int((at.y() / self.zoom + self.top) // 1)

    def view_rect(self, left: float, top: float, width: float, height: float) -> QRectF:
        """Give the place in the view of a rectangle of cells."""
        return QRectF(
            (left - self.left) * self.zoom, (top - self.top) * self.zoom, width * self.zoom, height * self.zoom
        )

    def panned(self, by: QPointF) -> "MapCamera":
        """Move the map by a distance in the view."""
        return replace(self, left=self.left - by.x() / self.zoom, top=self.top - by.y() / self.zoom)

    def zoomed(self, factor: float, at: QPointF, smallest: float) -> "MapCamera":
        """Zoom so that what is *at* a place in the view stays there."""
        zoom = min(LARGEST, max(smallest, self.zoom * factor))
        return MapCamera(
            zoom,
            self.left + at.x() / self.zoom - at.x() / zoom,
            self.top + at.y() / self.zoom - at.y() / zoom,
        )

    def in_view(self, rects: NDArray[np.int32], view: QSizeF) -> NDArray[np.intp]:
        """Say which rectangles of cells, one a row, are at least in part in view."""
        right, bottom = self.left + view.width() / self.zoom, self.top + view.height() / self.zoom
        x, y, wide, high = rects.T
        return np.flatnonzero((x < right) & (x + wide > self.left) & (y < bottom) & (y + high > self.top))

    def showing(self, cell: tuple[int, int], view: QSizeF, above: float = 0.0) -> "MapCamera":
        """Pan as little as it takes for a cell to be in view, with something of what is around it.

        *above* is how much of the view's upper edge is covered, in pixels.
        """
        seen = self.view_rect(*cell, 1, 1)
        dx = _into_view(seen.left(), seen.right(), 0.0, view.width())
        dy = _into_view(seen.top(), seen.bottom(), above, view.height())
        return self.panned(QPointF(dx, dy)) if dx or dy else self

    def within(self, size: tuple[int, int], view: QSizeF) -> "MapCamera":
        """Pan back as far as it takes for the middle of the view to be on the map: it cannot be lost."""
        half = view.width() / 2 / self.zoom, view.height() / 2 / self.zoom
        return replace(
            self,
            left=min(max(self.left, -half[0]), size[0] - half[0]),
            top=min(max(self.top, -half[1]), size[1] - half[1]),
        )


def _into_view(first: float, last: float, begin: float, end: float) -> float:
    """Say how far to move what goes from *first* to *last* for it to be inside, with air; what is larger, into the middle."""
    air = min(24.0, (end - begin) / 4)
    if last - first > end - begin - 2 * air:
        return (begin + end - first - last) / 2
    return max(begin + air - first, 0.0) or min(end - air - last, 0.0)
