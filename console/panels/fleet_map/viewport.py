"""The part of the fleet map that the widget shows, and where in the widget its servers are."""

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSizeF, Signal
from PySide6.QtWidgets import QWidget

from console.panels.fleet_map.camera import MapCamera
from console.panels.fleet_map.choice import CellChoice
from console.panels.fleet_map.drawing.bar import Bar
from console.panels.fleet_map.drawing.labels import cell_title_height, title_height
from console.panels.fleet_map.sheet import MapRaster
from topology.fleet_map.arrangement import NOBODY, CellGroup

PAD = 10


class MapViewport(QObject):
    """A camera over the map, in the size of a widget above its line of facts."""

    moved = Signal()
    """It shows another part."""

    def __init__(self, widget: QWidget, bar: Bar, choice: CellChoice) -> None:
        super().__init__(widget)
        self.sheet: MapRaster | None = None
        self.camera = MapCamera()
        self.fitted = True
        """Until the operator pans or zooms, the map follows the size of the view."""
        self._widget, self._bar, self._choice = widget, bar, choice

    # ---- where things are

    def view(self) -> QRect:
        """Give the part of the widget that shows the map."""
        width, height = self._widget.width(), self._widget.height()
        return QRect(PAD, 2, max(1, width - 2 * PAD), max(1, height - 4 - round(self._bar.height)))

    def line(self) -> QRectF:
        """Give the part below it, where facts and legend are."""
        high = round(self._bar.height)
        return QRectF(0, self._widget.height() - high, self._widget.width(), high)

    def centre_of(self, server: int) -> QPointF:
        """Give where the middle of a server is in the widget now."""
        if self.sheet is None:
            return QPointF()
        square = self.camera.view_rect(*self.sheet.arrangement.point(server), 1, 1)
        return square.center() + QPointF(self.view().topLeft())

    def cell_at(self, at: QPointF) -> tuple[int, int]:
        """Give the cell of the map at a place in the widget."""
        return self.camera.to_cell(at - QPointF(self.view().topLeft()))

    def server_at(self, at: QPointF) -> int:
        """Give the server at a place in the widget; where servers are small, the one that its pixel shows."""
        if self.sheet is None or not QRectF(self.view()).contains(at):
            return NOBODY
        return self.sheet.seen_at(self.camera, at - QPointF(self.view().topLeft()))

    def first_of_title(self, at: QPointF) -> int:
        """Give the first server of the zone whose title is at a place; NOBODY where there is none."""
        place = at - QPointF(self.view().topLeft())
        return self.sheet.first_of_title(self.camera, place, title_height()) if self.sheet is not None else NOBODY

    # ---- what is in view

    def fit(self) -> None:
        """Show everything."""
        self.fitted = True
        if self.sheet is not None:
            self.camera = self._fitting()
        self.moved.emit()

    def refit(self) -> None:
        """Follow a new size: show everything, or as much of the part that was chosen as is inside the map."""
        if self.sheet is not None:
            self.camera = self._fitting() if self.fitted else self._within(self.camera)

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom about a place in the view of the map, else about the cursor or the middle."""
        if self.sheet is None:
            return
        smallest = self._fitting().zoom
        self.camera = self.camera.zoomed(factor, at or self._focal_point(), smallest)
        self.fitted = self.camera.zoom <= smallest
        self.camera = self._fitting() if self.fitted else self._within(self.camera)
        self.moved.emit()

    def pan(self, by: QPointF) -> None:
        """Move the map by a distance in the view."""
        if self.sheet is not None and not self.fitted:
            self.camera = self._within(self.camera.panned(by))
            self.moved.emit()

    def bring(self, server: int) -> None:
        """Bring a server into view, below the title at its edge."""
        if self.sheet is not None and server != NOBODY and not self.fitted:
            point = self.sheet.arrangement.point(server)
            self.camera = self.camera.showing(point, QSizeF(self.view().size()), title_height())

    def group(self) -> CellGroup:
        """Give the room that the map is laid out for."""
        view = self.view()
        return CellGroup(view.width(), view.height(), title_height(), cell_title_height())

    def rearrange(self) -> None:
        """Lay the map out for the size it has now; where the operator has gone near, a server there stays where it is."""
        if self.sheet is None:
            return
        anchor, place = NOBODY, QPointF()
        if not self.fitted:
            anchor, place = self._anchor(self.sheet)
        self.sheet.rearrange(self.group())
        if anchor == NOBODY or self.camera.zoom <= self._fitting().zoom:
            self.fit()
        else:
            self.camera = self._within(self.camera.panned(place - self.centre_of(anchor)))
            self.moved.emit()

    def _anchor(self, sheet: MapRaster) -> tuple[int, QPointF]:
        """Choose the server of the keys if it is in view, else the one nearest to the middle; gives where it is, too."""
        view = QRectF(self.view())
        server = self._choice.cursor
        if server == NOBODY or not view.contains(self.centre_of(server)):
            server = sheet.arrangement.nearest(*self.cell_at(view.center()))
        return server, self.centre_of(server) if server != NOBODY else QPointF()

    def _fitting(self) -> MapCamera:
        size = self.sheet.size if self.sheet is not None else (1, 1)
        return MapCamera.fitting(size, QSizeF(self.view().size()))

    def _within(self, camera: MapCamera) -> MapCamera:
        return camera.within(self.sheet.size, QSizeF(self.view().size())) if self.sheet is not None else camera

    def _focal_point(self) -> QPointF:
        """Give the place, in the view of the map, that keys zoom about."""
        view = QRectF(QPointF(0, 0), QSizeF(self.view().size()))
        if self._choice.cursor == NOBODY:
            return view.center()
        at = self.centre_of(self._choice.cursor) - QPointF(self.view().topLeft())
        return at if view.contains(at) else view.center()
