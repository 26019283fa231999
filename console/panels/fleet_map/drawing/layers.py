"""Paints the map's layers from the ground up: the picture, racks and names, what is chosen, and the titles at the edge."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QSize, QSizeF
from PySide6.QtGui import QPainter

from console.kit.theme import Theme
from console.panels.fleet_map.camera import MapCamera
from console.panels.fleet_map.choice import CellChoice
from console.panels.fleet_map.drawing.labels import paint_cell_names, paint_names, paint_rack_names, paint_titles
from console.panels.fleet_map.drawing.paint import paint_frames, paint_racks
from console.panels.fleet_map.sheet import MapRaster
from topology.fleet_map.arrangement import NOBODY


@dataclass(frozen=True, slots=True)
class MapLayers:
    """What of *sheet* a *camera* sees in *view* of the widget; *old* where nothing is known of now."""

    sheet: MapRaster
    camera: MapCamera
    view: QRect
    old: bool

    def paint(self, painter: QPainter, choice: CellChoice, hovered: int, theme: Theme) -> None:
        """Paint it, with what is chosen and what is under the pointer."""
        sheet, camera, ratio = self.sheet, self.camera, painter.device().devicePixelRatioF()
        pixels = QSize(round(self.view.width() * ratio), round(self.view.height() * ratio))
        painter.save()
        painter.setClipRect(self.view)
        picture = sheet.picture(camera, pixels, ratio, theme, old=self.old)
        painter.drawImage(QPointF(self.view.topLeft()), picture)
        painter.translate(self.view.topLeft())
        room = QSizeF(self.view.size())
        for layer in (paint_racks, paint_cell_names, paint_names, paint_rack_names):
            layer(painter, sheet, camera, room, theme)
        chosen = choice.rect(sheet.arrangement, sheet.region.roster)
        paint_frames(painter, [chosen] if chosen is not None else [], camera, theme.focus, theme.panel)
        for server, colour in ((choice.cursor, theme.floor), (hovered, theme.text)):
            if server != NOBODY:
                paint_frames(painter, [(*sheet.arrangement.point(server), 1, 1)], camera, colour, theme.panel)
        paint_titles(painter, sheet, camera, room, theme)
        painter.restore()
