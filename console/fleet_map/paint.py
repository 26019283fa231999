"""What is painted over the picture of the map: titles, frames round racks, names, and what is chosen or under the pointer."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from console import words
from console.fleet_map.camera import MapCamera
from console.fleet_map.sheet import Sheet
from console.fleet_map.words import name_lines, zone_title
from console.painting import elided, font_of
from console.theme import Theme
from topology.fleet_map.arrangement import NOBODY

TITLE_SIZE, NAME_SIZE = 9.5, 7.5
RACKS_FROM, NAMES_FROM = 7.0, 52.0
"""From so many pixels a server on racks have frames, and servers carry their names."""
LEAST_MARK = 7.0
"""What is chosen is framed at least this large, however small a server is."""


def title_height() -> float:
    """Give the room that a title takes above its zone."""
    return QFontMetricsF(font_of(TITLE_SIZE, bold=True)).height() + 3


def paint_titles(painter: QPainter, sheet: Sheet, camera: MapCamera, view: QSizeF, theme: Theme) -> None:
    """Write each zone's name and count above it; one whose top is out of view has its title at the edge."""
    high = title_height()
    roster = sheet.region.roster
    for number, rect in enumerate(sheet.arrangement.zones.tolist()):
        zone = camera.view_rect(*rect)
        band = _band(zone, high, view)
        if band is None or band.width() < 12:
            continue
        if sheet.arrangement.title * camera.zoom < high - 4:
            if band.top() > 0:
                continue  # so many zones leave no room for titles, but where they are near
        elif band.top() == 0 and zone.top() < high:
            painter.fillRect(band, theme.panel)
        name, count = zone_title(roster.zones[number], sheet.arrangement.zone_servers[number])
        _title(painter, band, words.literal(name), count, theme)


def _band(zone: QRectF, high: float, view: QSizeF) -> QRectF | None:
    """Give where a zone's title stands, or nothing where none of the zone is in view."""
    left, right = max(zone.left(), 0.0), min(zone.right(), view.width())
    top = max(zone.top() - high, 0.0)
    if right <= left or top > view.height() or zone.bottom() < min(high, view.height()):
        return None
    return QRectF(left, top, right - left, high)


def _title(painter: QPainter, band: QRectF, name: str, count: str, theme: Theme) -> None:
    bold, plain = font_of(TITLE_SIZE, bold=True), font_of(9)
    painter.setFont(bold)
    painter.setPen(theme.text_soft)
    left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    painter.drawText(band, left, elided(name, bold, int(band.width())))
    wide = QFontMetricsF(plain).horizontalAdvance(count)
    used = QFontMetricsF(bold).horizontalAdvance(name) + 10
    if used + wide <= band.width():
        painter.setFont(plain)
        painter.setPen(theme.text_faint)
        painter.drawText(band, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, count)


def paint_racks(painter: QPainter, sheet: Sheet, camera: MapCamera, view: QSizeF, theme: Theme) -> None:
    """Leave more room round each rack in view than between its servers, once these are large enough for that."""
    if camera.zoom < RACKS_FROM:
        return
    painter.setPen(QPen(theme.panel, 3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for rack in _in_view(sheet.arrangement.racks, camera, view).tolist():
        frame = camera.view_rect(*sheet.arrangement.racks[rack].tolist())
        painter.drawRect(QRectF(round(frame.left()) - 0.5, round(frame.top()) - 0.5, *_size(frame)))


def _size(rect: QRectF) -> tuple[float, float]:
    return float(round(rect.right()) - round(rect.left())), float(round(rect.bottom()) - round(rect.top()))


def _in_view(rects: NDArray[np.int32], camera: MapCamera, view: QSizeF) -> NDArray[np.intp]:
    right, bottom = camera.left + view.width() / camera.zoom, camera.top + view.height() / camera.zoom
    x, y, wide, high = rects.T
    return np.flatnonzero((x < right) & (x + wide > camera.left) & (y < bottom) & (y + high > camera.top))


def paint_names(painter: QPainter, sheet: Sheet, camera: MapCamera, view: QSizeF, theme: Theme) -> None:
    """Write the name of each server in view on a plate in its square, once there is room for names."""
    if camera.zoom < NAMES_FROM:
        return
    font = font_of(NAME_SIZE)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    letters = max(1, int((camera.zoom - 8) / metrics.averageCharWidth()))
    most = max(1, int((camera.zoom * 0.72 - 4) / metrics.lineSpacing()))
    left, top = camera.to_cell(QPointF(0, 0))
    right, bottom = camera.to_cell(QPointF(view.width() - 1, view.height() - 1))
    names, place = sheet.region.roster.names, sheet.arrangement
    for row in range(max(top, 0), min(bottom + 1, place.height)):
        for column in range(max(left, 0), min(right + 1, place.width)):
            server = place.at(column, row)
            if server == NOBODY:
                continue
            lines = name_lines(names[server], letters)
            if len(lines) > most:
                lines = [*lines[: most - 1], f"{lines[-1][: letters - 1]}…"] if most > 1 else [f"…{lines[-1]}"]
            square = camera.view_rect(column, row, 1, 1)
            high = len(lines) * metrics.lineSpacing() + 4
            plate = QRectF(square.left() + 2, square.bottom() - high - 3, square.width() - 5, high)
            painter.fillRect(plate, theme.raised)
            painter.setPen(theme.text)
            painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, "\n".join(map(words.literal, lines)))


def paint_frames(
    painter: QPainter, rects: Iterable[tuple[float, float, float, float]], camera: MapCamera, colour: QColor
) -> None:
    """Frame rectangles of cells."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 2))
    for rect in rects:
        frame = camera.view_rect(*rect)
        wide, high = max(frame.width(), LEAST_MARK), max(frame.height(), LEAST_MARK)
        middle = frame.center()
        painter.drawRect(QRectF(middle.x() - wide / 2 - 1, middle.y() - high / 2 - 1, wide + 1, high + 1))
