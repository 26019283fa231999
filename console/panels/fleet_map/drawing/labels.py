"""What is written on the map: the names of zones, cells, racks and servers, each where it covers none of the others."""

from functools import lru_cache
from math import ceil

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QStaticText

from console.kit.painting import LEFT, RIGHT, elided, font_of
from console.kit.theme import Theme
from console.panels.fleet_map.camera import MapCamera
from console.panels.fleet_map.sheet import MapRaster
from console.panels.fleet_map.words import name_lines, zone_title
from console.words import writing as words
from topology.fleet_map.arrangement import NOBODY, MapArrangement

TITLE_SIZE, CELL_SIZE, RACK_SIZE, NAME_SIZE = 9.5, 8.0, 7.5, 7.5
RACK_NAMES_FROM, NAMES_FROM = 24.0, 52.0
"""From so many pixels a server on racks carry their names, and servers theirs."""
SHARE_OF_NAME = 0.72
"""So much of a server's square may its name take; what is left above it is for the name of its rack."""


def title_height() -> float:
    """Give the room that a title takes above its zone."""
    return QFontMetricsF(font_of(TITLE_SIZE, bold=True)).height() + 3


def cell_title_height() -> float:
    """Give the room that a name takes above its cell."""
    return ceil(QFontMetricsF(font_of(CELL_SIZE)).height())


def paint_titles(painter: QPainter, sheet: MapRaster, camera: MapCamera, view: QSizeF, theme: Theme) -> None:
    """Write each zone's name and count above it; one whose top is out of view has its title at the edge.

    There it is also said which cell and which rack fill the whole of the view.
    """
    high = title_height()
    roster = sheet.region.roster
    for number, rect in enumerate(sheet.arrangement.zones.tolist()):
        zone = camera.view_rect(*rect)
        band = _band(zone, high, view)
        if band is None or band.width() < 12:
            continue
        name, count = zone_title(roster.zones[number], sheet.arrangement.zone_servers[number])
        if sheet.arrangement.title * camera.zoom < high - 4 and zone.top() >= 0:
            continue  # so low a view, or so many zones, leave no room for titles; near, they stand over what is in view
        if band.top() == 0 and zone.top() < high:
            painter.fillRect(band, theme.panel)
            name = _common_place(sheet, camera, view, number) or name
        _title(painter, band, words.literal(name), count, theme)


def _band(zone: QRectF, high: float, view: QSizeF) -> QRectF | None:
    """Give where a zone's title stands, or nothing where none of the zone is in view."""
    left, right = max(zone.left(), 0.0), min(zone.right(), view.width())
    top = max(zone.top() - high, 0.0)
    if right <= left or top > view.height() or zone.bottom() < min(high, view.height()):
        return None
    return QRectF(left, top, right - left, high)


def _common_place(sheet: MapRaster, camera: MapCamera, view: QSizeF, zone: int) -> str:
    """Give the cell, and the rack, that everything in view of a zone is in; nothing where it is in several."""
    roster = sheet.region.roster
    racks = camera.in_view(sheet.arrangement.racks, view)
    racks = racks[roster.cell_zone[roster.rack_cell[racks]] == zone]
    if len(racks) == 1:
        return "/".join(roster.racks[int(racks[0])])
    cells = np.unique(roster.rack_cell[racks])
    return "/".join(roster.cells[int(cells[0])]) if len(cells) == 1 else ""


def _title(painter: QPainter, band: QRectF, name: str, count: str, theme: Theme) -> None:
    bold, plain = font_of(TITLE_SIZE, bold=True), font_of(9)
    painter.setFont(bold)
    painter.setPen(theme.text_soft)
    painter.drawText(band, LEFT, elided(name, bold, int(band.width())))
    wide = QFontMetricsF(plain).horizontalAdvance(count)
    used = QFontMetricsF(bold).horizontalAdvance(name) + 10
    if used + wide <= band.width():
        painter.setFont(plain)
        painter.setPen(theme.text_faint)
        painter.drawText(band, RIGHT, count)


def paint_cell_names(painter: QPainter, sheet: MapRaster, camera: MapCamera, view: QSizeF, theme: Theme) -> None:
    """Write the name of each cell in view above it, where the map has room for that."""
    high = cell_title_height()
    if sheet.arrangement.cell_title * camera.zoom < high - 2:
        return
    painter.setFont(font_of(CELL_SIZE))
    painter.setPen(theme.text_soft)
    for at, text in _cell_names(sheet.region.roster.cells, sheet.arrangement, camera, view.width(), view.height()):
        painter.drawStaticText(at, text)


@lru_cache(maxsize=1)
def _cell_names(
    names: tuple[tuple[str, str], ...], arrangement: MapArrangement, camera: MapCamera, width: float, height: float
) -> list[tuple[QPointF, QStaticText]]:
    """Place the name of each cell in view, once for all pictures of the same place."""
    rects, high = arrangement.cells, cell_title_height()
    placed = []
    view = QSizeF(width, height)
    for cell in camera.in_view(rects - np.array([0, 1, 0, -1]) * arrangement.cell_title, view).tolist():
        place = camera.view_rect(*rects[cell].tolist())
        left = max(place.left(), 0.0)
        placed.append((QPointF(left, place.top() - high), _cut(names[cell][1], int(place.right() - left))))
    return placed


@lru_cache(maxsize=4096)
def _cut(name: str, width: int) -> QStaticText:
    """Lay out the name of a cell, cut to a width, once for all pictures."""
    font = font_of(CELL_SIZE)
    text = QStaticText(elided(name, font, width))
    text.setTextFormat(Qt.TextFormat.PlainText)
    text.prepare(font=font)
    return text


def paint_rack_names(painter: QPainter, sheet: MapRaster, camera: MapCamera, view: QSizeF, theme: Theme) -> None:
    """Write the name of each rack in view on a plate in its upper left corner, once there is room for that."""
    if camera.zoom < RACK_NAMES_FROM:
        return
    font = font_of(RACK_SIZE)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    for rack in camera.in_view(sheet.arrangement.racks, view).tolist():
        place = camera.view_rect(*sheet.arrangement.racks[rack].tolist())
        _, cell, name = sheet.region.roster.racks[rack]
        most = int(place.width()) - 8
        full = words.literal(f"{cell}/{name}")
        text = full if metrics.horizontalAdvance(full) <= most else elided(words.literal(name), font, most)
        plate = QRectF(place.left() + 1, place.top() + 1, metrics.horizontalAdvance(text) + 6, metrics.height() - 1)
        painter.fillRect(plate, theme.panel)
        painter.setPen(theme.text_soft)
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)


def paint_names(painter: QPainter, sheet: MapRaster, camera: MapCamera, view: QSizeF, theme: Theme) -> None:
    """Write the name of each server in view on a plate in its square, once there is room for names."""
    if camera.zoom < NAMES_FROM:
        return
    font = font_of(NAME_SIZE)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    letters = max(1, int((camera.zoom - 8) / metrics.averageCharWidth()))
    most = max(1, int((camera.zoom * SHARE_OF_NAME - 4) / metrics.lineSpacing()))
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
