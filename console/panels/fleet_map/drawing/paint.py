"""What is painted over the picture of the map: the room between racks, and frames round what is chosen or under the pointer."""

from collections.abc import Iterable

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from console.kit.theme import Theme
from console.panels.fleet_map.camera import MapCamera
from console.panels.fleet_map.sheet import MapRaster

RACKS_FROM = 7.0
"""From so many pixels a server on racks have more room round them than servers have."""
LEAST_MARK = 7.0
"""What is chosen is framed at least this large, however small a server is."""


def paint_racks(painter: QPainter, sheet: MapRaster, camera: MapCamera, view: QSizeF, theme: Theme) -> None:
    """Leave more room round each rack in view than between its servers, once these are large enough for that."""
    if camera.zoom < RACKS_FROM:
        return
    painter.setPen(QPen(theme.panel, 3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for rack in camera.in_view(sheet.arrangement.racks, view).tolist():
        frame = camera.view_rect(*sheet.arrangement.racks[rack].tolist())
        painter.drawRect(QRectF(round(frame.left()) - 0.5, round(frame.top()) - 0.5, *_size(frame)))


def _size(rect: QRectF) -> tuple[float, float]:
    return float(round(rect.right()) - round(rect.left())), float(round(rect.bottom()) - round(rect.top()))


def paint_frames(
    painter: QPainter,
    rects: Iterable[tuple[float, float, float, float]],
    camera: MapCamera,
    colour: QColor,
    ground: QColor,
) -> None:
    """Frame rectangles of cells, with a line of the *ground* round the frame: it is seen on servers of any colour."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for rect in rects:
        frame = camera.view_rect(*rect)
        wide, high = max(frame.width(), LEAST_MARK), max(frame.height(), LEAST_MARK)
        middle = frame.center()
        line = QRectF(middle.x() - wide / 2 - 1, middle.y() - high / 2 - 1, wide + 1, high + 1)
        for pen in (QPen(ground, 6), QPen(colour, 2)):
            painter.setPen(pen)
            painter.drawRect(line)
