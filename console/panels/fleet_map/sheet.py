"""The map as a picture: marks laid out in an image, and the part of it that a camera sees, drawn only when it changed."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QImage

from console.kit.theme import Theme
from console.panels.fleet_map.camera import MapCamera
from console.panels.fleet_map.colours import INK, SIDE, colour_table, image_of, shapes, small_shapes
from topology.fleet.state import State
from topology.fleet_map.arrangement import NOBODY, CellGroup, MapArrangement, arrange
from topology.fleet_map.marks import ABNORMAL, ColourBy, Marks
from topology.fleet_map.raster import Axis, borders, enlarged, shown
from topology.planning.plan import Plan
from topology.region.region import Region

LARGE_FROM = 2.0
"""Below so many pixels a server what is not normal is drawn larger, and lines between cells are drawn over servers."""
LINES_FROM = 4.0
"""From so many pixels a server on a line is left free between servers; below it, between racks, over servers that are normal."""
SHAPES_FROM = 9.0
"""From so many on what is not normal also has its shape; between lines and this, a small one of three by three."""

_Key = tuple[MapCamera, QSize, float, str, bool, int]


class MapRaster:
    """A region's fleet, arranged for a room, with the mark of every server."""

    def __init__(self, state: State, room: CellGroup) -> None:
        self.region: Region = state.region
        self.marks = Marks(state)
        self.arrangement: MapArrangement = arrange(state.region.roster, room)
        self.image = np.zeros((0, 0), np.uint8)
        """The mark in each cell of the arrangement."""
        self.drawings = 0
        """How often a picture was drawn."""
        self._version = 0
        self._key: _Key | None = None
        self._picture = QImage()
        self._borders_key: tuple[MapCamera, QSize, float] | None = None
        self._lines = np.zeros((0, 0), np.bool_)
        self._fill()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in cells."""
        return self.arrangement.width, self.arrangement.height

    def rearrange(self, room: CellGroup) -> None:
        """Lay everything out anew for another room."""
        self.arrangement = arrange(self.region.roster, room)
        self._fill()

    def show(self, state: State, plan: Plan | None, by: ColourBy, lit: str) -> bool:
        """Take in what changed; gives whether any server looks different now."""
        self.marks.look(by, lit)
        self.marks.plan(state, plan)
        moved = self.marks.update(state)
        if moved is None:
            self._fill()
        elif len(moved):
            self.image.reshape(-1)[self.arrangement.place[moved]] = self.marks.values[moved]
            self._version += 1
        return moved is None or len(moved) > 0

    def look(self, state: State, by: ColourBy, lit: str) -> None:
        """Let marks tell something else; the plan stays."""
        self.marks.look(by, lit)
        self.marks.update(state)
        self._fill()

    def seen_at(self, camera: MapCamera, at: QPointF) -> int:
        """Give the server at a place of the view: where several share it, one with the mark that is seen there."""
        if camera.zoom >= LARGE_FROM:
            return self.arrangement.at(*camera.to_cell(at))
        x, y = at.x() // 1, at.y() // 1
        here = self._highest_in(camera, QPointF(x, y), QPointF(x + 1, y + 1))
        if here == NOBODY or self.marks.values[here] >= ABNORMAL:
            return here
        around = self._highest_in(camera, QPointF(x - 1, y - 1), QPointF(x + 1, y + 1))
        return around if self.marks.values[around] >= ABNORMAL else here

    def _highest_in(self, camera: MapCamera, first: QPointF, last: QPointF) -> int:
        """Give a server with the highest mark of those between two corners of pixels."""
        left, top = camera.to_cell(first)
        right, bottom = camera.to_cell(last)
        servers = self.arrangement.inside(left, top, max(right - 1, left), max(bottom - 1, top))
        return int(servers[np.argmax(self.marks.values[servers])]) if len(servers) else NOBODY

    def first_of_title(self, camera: MapCamera, at: QPointF, high: float) -> int:
        """Give the first server of the zone whose title is at a place of the view, or NOBODY."""
        for number, rect in enumerate(self.arrangement.zones.tolist()):
            zone = camera.view_rect(*rect)
            if QRectF(zone.left(), max(zone.top() - high, 0.0), zone.width(), high).contains(at):
                first = int(np.sum(self.arrangement.zone_servers[:number]))
                has_title = zone.top() >= high - 4 or zone.top() < 0
                return first if has_title and self.arrangement.zone_servers[number] else NOBODY
        return NOBODY

    def picture(self, camera: MapCamera, view: QSize, ratio: float, theme: Theme, *, old: bool = False) -> QImage:
        """Give the part of the map that *camera* sees, in a view of so many pixels of the screen; *old* facts look old."""
        key = (camera, view, ratio, theme.name, old, self._version)
        if key != self._key:
            self._key, self.drawings = key, self.drawings + 1
            self._picture = image_of(self._pixels(camera, view, camera.zoom * ratio), colour_table(theme, old=old))
            self._picture.setDevicePixelRatio(ratio)
        return self._picture

    def _pixels(self, camera: MapCamera, view: QSize, zoom: float) -> NDArray[np.uint8]:
        columns = Axis.of(camera.left, zoom, view.width(), self.arrangement.width)
        rows = Axis.of(camera.top, zoom, view.height(), self.arrangement.height)
        pixels = shown(self.image, rows, columns)
        if zoom < LINES_FROM:
            normal = pixels < int(ABNORMAL)
            np.putmask(pixels, self._borders(camera, view, zoom) & normal, 0)
        if zoom < LARGE_FROM:
            pixels = enlarged(pixels, int(ABNORMAL))
        if zoom >= LINES_FROM:
            cut_shapes(pixels, rows, columns, zoom)
            pixels[rows.ends, :] = 0
            pixels[:, columns.ends] = 0
        return pixels

    def _borders(self, camera: MapCamera, view: QSize, zoom: float) -> NDArray[np.bool_]:
        """Give the lines between racks, or between cells where racks are too small, drawn anew only when the camera moved."""
        key = (camera, view, zoom)
        if key != self._borders_key:
            size = view.height(), view.width()
            self._borders_key = key
            rects = self.arrangement.cells if zoom < LARGE_FROM else self.arrangement.racks
            self._lines = borders(rects, (camera.left, camera.top), zoom, size)
        return self._lines

    def _fill(self) -> None:
        server_at = self.arrangement.server_at
        if self.image.shape != server_at.shape:
            self.image = np.zeros(server_at.shape, np.uint8)
        # Where nobody is, the number is -1: the last mark, which is that of nobody.
        np.take(self.marks.values, server_at, out=self.image, mode="wrap")
        self._version += 1


def cut_shapes(pixels: NDArray[np.uint8], rows: Axis, columns: Axis, zoom: float) -> None:
    """Cut the shape of each mark that is not normal out of its square, which the line between cells takes a pixel of."""
    small = zoom < SHAPES_FROM
    table, side = (small_shapes(), 3.0 * zoom / (zoom - 1)) if small else (shapes(), float(SIDE))
    most = table.shape[1] - 1
    down, right = np.nonzero(pixels >= int(ABNORMAL))
    steps = (np.minimum(axis.share[at] * side, most).astype(np.int32) for axis, at in ((rows, down), (columns, right)))
    cut = table[pixels[down, right], *steps]
    pixels[down[cut], right[cut]] = INK
