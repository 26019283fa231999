"""Which part of the map is in view, and how large. Pure arithmetic: pixel = (cell - corner) * zoom."""

from dataclasses import dataclass, replace

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
        """Show all of a map in the middle of a view."""
        zoom = min(view.width() / max(size[0], 1), view.height() / max(size[1], 1), LARGEST / 4)
        zoom = max(zoom, 1e-6)
        spare = view.width() / zoom - size[0], view.height() / zoom - size[1]
        # What spare room there is below stays below, so that the first titles stay where they are.
        return cls(zoom, -spare[0] / 2, min(0.0, -spare[1] / 2))

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

    def showing(self, cell: tuple[int, int], view: QSizeF) -> "MapCamera":
        """Pan as little as it takes for a cell to be in view, with something of what is around it."""
        air = min(24.0, view.width() / 4, view.height() / 4)
        seen = self.view_rect(*cell, 1, 1)
        dx = max(air - seen.left(), 0.0) or min(view.width() - air - seen.right(), 0.0)
        dy = max(air - seen.top(), 0.0) or min(view.height() - air - seen.bottom(), 0.0)
        if seen.width() > view.width() - 2 * air:
            dx = view.width() / 2 - seen.center().x()
        if seen.height() > view.height() - 2 * air:
            dy = view.height() / 2 - seen.center().y()
        return self.panned(QPointF(dx, dy)) if dx or dy else self

    def within(self, size: tuple[int, int], view: QSizeF) -> "MapCamera":
        """Pan back as far as it takes for the middle of the view to be on the map: it cannot be lost."""
        half = view.width() / 2 / self.zoom, view.height() / 2 / self.zoom
        return replace(
            self,
            left=min(max(self.left, -half[0]), size[0] - half[0]),
            top=min(max(self.top, -half[1]), size[1] - half[1]),
        )
