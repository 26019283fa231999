"""Which server is in which cell of the map's image: grouped by zone, cell and rack, every server exactly once.

A rack is a rectangle of servers, read like text. The racks of a cell stand side by side in bands, the cells of a zone side by
side on shelves, the zones side by side in rows. All of it depends on the description and on the room there is, never on what
servers do, so that nothing moves because data changed. Lengths are in cells of the image unless they say pixels.
"""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from topology.fleet_map.packing import Ints, PackedLines, bands, flow, shelf_heights
from topology.region.region import Roster
from topology.region.standing_order import in_order

NOBODY = -1
"""In `Arrangement.server_at`: no server is there."""
ZONE_GAP_PX = 12.0
"""Room between zones, where the whole map is in view."""
CELL_GAP = 1
"""Room between the cells of a zone: where it is less than a pixel, `raster.borders` draws the line between them."""
LEAST_ZONE_PX = 56.0
"""A zone narrower than this has no room for its title."""
SMALLEST_SHARE = 0.4
"""A zone is at least this part as wide as it would be if all were alike."""
HIGHEST_RACK = 8
LEAST_CELL_PX = 30.0
"""A cell narrower than this has no room for its name."""
LOWEST_SHELF = 3.2
"""A shelf of cells that is lower than so many of its titles has none."""
WORTH_OF_NAMES = 1.3
"""Servers may be drawn so much smaller for the sake of the names of cells."""


class CellGroup(NamedTuple):
    """The room that a map is made for, in pixels, and how much of it titles need: above a row of zones, and above cells."""

    width: float
    height: float
    title: float
    cell_title: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class MapArrangement:
    """A map: an image of *width* by *height* cells. Rectangles are columns left, top, width, height, one row each."""

    width: int
    height: int
    place: NDArray[np.int32]
    """N: the cell of each server, counted row by row."""
    server_at: NDArray[np.int32]
    """height x width: the server in each cell, or NOBODY."""
    zones: NDArray[np.int32]
    cells: NDArray[np.int32]
    racks: NDArray[np.int32]
    zone_servers: tuple[int, ...]
    """How many servers each zone lists."""
    title: int
    """Rows that are left free above each row of zones."""
    cell_title: int
    """Rows that are left free above each shelf of cells; 0 where there is no room for them."""

    def at(self, column: int, row: int) -> int:
        """Give the server in a cell of the image, or NOBODY; there is nobody outside of it."""
        if 0 <= column < self.width and 0 <= row < self.height:
            return int(self.server_at[row, column])
        return NOBODY

    def point(self, server: int) -> tuple[int, int]:
        """Give column and row of a server."""
        row, column = divmod(int(self.place[server]), self.width)
        return column, row

    def inside(self, left: int, top: int, right: int, bottom: int) -> NDArray[np.int32]:
        """Give the servers under a rectangle of cells, all four edges included, in the order of the roster."""
        part = self.server_at[max(top, 0) : max(bottom + 1, 0), max(left, 0) : max(right + 1, 0)]
        return np.sort(part[part != NOBODY])

    def step(self, server: int, right: int, down: int) -> int:
        """Give the next server in a direction: along the line, across gaps; else the nearest that is farther that way."""
        column, row = self.point(server)
        line = self.server_at[row, :] if right else self.server_at[:, column]
        at, forward = (column, right > 0) if right else (row, down > 0)
        rest = line[at + 1 :] if forward else line[:at][::-1]
        found = np.flatnonzero(rest != NOBODY)
        return int(rest[found[0]]) if len(found) else self._aside(server, right, down)

    def nearest(self, column: int, row: int) -> int:
        """Give the server nearest to a cell, NOBODY only where the map is empty."""
        here = self.at(column, row)
        if here != NOBODY or not len(self.place):
            return here
        x, y, wide, high = self.racks.T.astype(np.int64)
        across = np.maximum(np.maximum(x - column, column - (x + wide - 1)), 0)
        along = np.maximum(np.maximum(y - row, row - (y + high - 1)), 0)
        return self._nearest_of(int(np.argmin(np.where(wide > 0, across + along, _FAR))), column, row)

    def _aside(self, server: int, right: int, down: int) -> int:
        """Look for the rack that lies that way and least to the side; the server itself where there is none."""
        column, row = self.point(server)
        x, y, wide, high = self.racks.T.astype(np.int64)
        across = np.maximum(np.maximum(x - column, column - (x + wide - 1)), 0)
        along = np.maximum(np.maximum(y - row, row - (y + high - 1)), 0)
        beyond = (
            (x > column if right > 0 else x + wide - 1 < column)
            if right
            else (y > row if down > 0 else y + high - 1 < row)
        )
        ahead, aside = (across, along) if right else (along, across)
        cost = np.where(beyond & (wide > 0), ahead + 2 * aside, _FAR)
        best = int(np.argmin(cost))
        return server if cost[best] == _FAR else self._nearest_of(best, column, row)

    def _nearest_of(self, rack: int, column: int, row: int) -> int:
        x, y, wide, high = self.racks[rack].tolist()
        part = self.server_at[y : y + high, x : x + wide]
        rows, columns = np.nonzero(part != NOBODY)
        nearest = int(np.argmin(abs(rows + y - row) + abs(columns + x - column)))
        return int(part[rows[nearest], columns[nearest]])


_FAR = 2**40


def arrange(roster: Roster, room: CellGroup) -> MapArrangement:
    """Make the map of a roster that fills a room best: the larger a server is drawn when all of it is shown, the better."""
    return _place(roster, _Plan.best(_Counts(roster), room))


class _Counts:
    """How many servers, racks and cells there are where, worked out once for every plan that is tried."""

    def __init__(self, roster: Roster) -> None:
        self.rack_size = np.bincount(roster.rack, minlength=len(roster.racks)).astype(np.int64)
        self.rack_height = _rack_height(self.rack_size)
        self.rack_width = np.maximum(1, -(-self.rack_size // self.rack_height))
        """Racks without a server take a place too: they are listed."""
        self.first_rack = _first_of(roster.rack_cell, len(roster.cells))
        self.first_cell = _first_of(roster.cell_zone, len(roster.zones))
        cell_size = np.add.reduceat(np.append(self.rack_width, 0), self.first_rack[:-1]) if len(roster.cells) else _NONE
        self.cell_area = cell_size * self.rack_height
        total = np.concatenate(([0], np.cumsum(self.cell_area)))
        self.zone_area = np.diff(total[self.first_cell])
        self._in_bands: dict[bytes, tuple[Ints, PackedLines]] = {}

    def in_bands(self, most: Ints) -> tuple[Ints, PackedLines]:
        """Give the width of each cell whose racks stand in so many bands, and where the racks then stand."""
        key = most.tobytes()
        found = self._in_bands.get(key)
        if found is None:
            width = bands(self.rack_width, self.first_rack, most)
            found = self._in_bands[key] = width, flow(self.rack_width, self.first_rack, width)
        return found


_NONE = np.zeros(0, np.int64)


def _first_of(group: NDArray[np.int32], count: int) -> Ints:
    """Give where each of *count* groups begins in a column that is ordered by group; one entry more than groups."""
    return np.searchsorted(group, np.arange(count + 1)).astype(np.int64)


def _rack_height(sizes: Ints) -> int:
    """Choose how high racks are: so that little is left free, and of what is alike, so that racks are about square."""
    filled = sizes[sizes > 0]
    if not len(filled):
        return 1
    usual = float(np.median(filled))

    def cost(height: int) -> float:
        taken = float((-(-filled // height)).sum()) * height
        return taken * (1 + 0.05 * abs(math.log2(usual / height / height)))

    return min(range(1, HIGHEST_RACK + 1), key=cost)


class _Rows(NamedTuple):
    """How zones stand in rows: *first* zone of each row, and the width of each zone as a share of its row's."""

    first: tuple[int, ...]
    shares: NDArray[np.float64]


class _Plan(NamedTuple):
    """One way to lay everything out."""

    counts: _Counts
    rows: _Rows
    zoom: float
    """Pixels a cell, where all of it is shown."""
    zone_width: Ints
    racks: PackedLines
    cell_width: Ints
    cells: PackedLines
    cell_height: Ints
    shelves: Ints
    first_shelf: Ints
    zone_gap: int
    title: int
    cell_title: int

    @classmethod
    def best(cls, counts: _Counts, room: CellGroup) -> "_Plan":
        """Try numbers of rows of zones, and of shelves, that lie near what areas alone would say; take the largest zoom."""
        room = room._replace(width=max(room.width, 40.0), height=max(room.height, 24.0))
        zones = len(counts.zone_area)
        best: _Plan | None = None
        for rows in _rows_to_try(zones, room):
            for shelves in _shelves_to_try(counts, rows, room):
                plan = cls._widest(counts, rows, shelves, room)
                if best is None or plan.worth > best.worth:
                    best = plan
        if best is None:
            raise RuntimeError("there is no best here, as there has to be")
        return best

    @classmethod
    def _widest(cls, counts: _Counts, rows: int, shelves: int, room: CellGroup) -> "_Plan":
        """Find the largest zoom, to a hundredth, at which everything still fits into the room."""
        taken = max(float(counts.zone_area.sum()), 1.0)
        high = math.sqrt(room.width * room.height / taken) * 1.05
        fits: _Plan | None = None
        low = high
        while fits is None:
            high, low = low, low * 0.8
            plan = cls.at(counts, rows, shelves, room, low)
            fits = plan if plan.fits(room) else None
        while high / low > 1.01:
            middle = math.sqrt(high * low)
            plan = cls.at(counts, rows, shelves, room, middle)
            if plan.fits(room):
                fits, low = plan, middle
            else:
                high = middle
        return fits

    @classmethod
    def at(cls, counts: _Counts, rows: int, shelves: int, room: CellGroup, zoom: float) -> "_Plan":
        """Lay everything out for a zoom, in so many rows of zones with so many shelves in each."""
        per_row = -(-max(len(counts.zone_area), 1) // rows)
        title = _title_px(room, rows)
        zone_gap = max(2, round(ZONE_GAP_PX / zoom))
        across = max(per_row, int(room.width / zoom) - zone_gap * (per_row - 1))
        high = (room.height - ZONE_GAP_PX * (rows - 1)) / rows / zoom - math.ceil(title / zoom)
        division = _rows_of(counts.zone_area, per_row)
        width = np.maximum(1, (division.shares * across).astype(np.int64))
        limit = np.repeat(width, np.diff(counts.first_cell))
        cell_title = math.ceil(_cell_title_px(counts, rows, shelves, room) / zoom)
        most = max(1, int((high - CELL_GAP * (shelves - 1)) / shelves - cell_title) // counts.rack_height)
        # A cell that is wider than its zone gets as many bands as it takes, and so does one whose racks are.
        widest = -(-counts.cell_area // counts.rack_height)
        bands_of = np.maximum(most, -(-widest * 9 // np.maximum(limit * 8, 1)))
        cell_width, racks = counts.in_bands(bands_of)
        cells = flow(cell_width, counts.first_cell, width, CELL_GAP)
        cell_height = racks.lines * counts.rack_height
        heights, first_shelf = shelf_heights(cell_height, cells, counts.first_cell)
        return cls(
            counts,
            division,
            zoom,
            np.maximum(width, _widest_line(cell_width, cells, counts.first_cell)),
            racks,
            cell_width,
            cells,
            cell_height,
            heights,
            first_shelf,
            zone_gap,
            math.ceil(title / zoom),
            cell_title,
        )

    @property
    def worth(self) -> float:
        """How good it is: the larger servers are drawn the better, and so much smaller they may be for names."""
        return self.zoom * (WORTH_OF_NAMES if self.cell_title else 1.0)

    @property
    def shelf_edges(self) -> Ints:
        """How far down each shelf begins with its title, where all stood below each other; one entry more than shelves."""
        return np.concatenate(([0], np.cumsum(self.shelves + CELL_GAP + self.cell_title)))

    @property
    def zone_height(self) -> Ints:
        """How high each zone is."""
        edges = self.shelf_edges
        found: Ints = np.maximum(edges[self.first_shelf[1:]] - edges[self.first_shelf[:-1]] - CELL_GAP, 0)
        return found

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the whole."""
        starts = (*self.rows.first, len(self.zone_width))
        height = self.zone_height
        wide = [int(self.zone_width[a:b].sum()) + self.zone_gap * (b - a - 1) for a, b in pairwise(starts)]
        high = [int(height[a:b].max(initial=1)) + self.title for a, b in pairwise(starts)]
        return max(wide, default=1), sum(high) + self.zone_gap * (len(high) - 1)

    def fits(self, room: CellGroup) -> bool:
        """Whether all of it is in the room at its zoom."""
        width, height = self.size
        return width * self.zoom <= room.width + 0.5 and height * self.zoom <= room.height + 0.5


def _title_px(room: CellGroup, rows: int) -> float:
    """Give the height of titles: none where so many rows of zones leave no room for them."""
    return room.title if room.height / rows >= 2.2 * room.title else 0.0


def _cell_title_px(counts: _Counts, rows: int, shelves: int, room: CellGroup) -> float:
    """Give the height of the titles of cells: none where these would take too much of a shelf, or be too narrow."""
    zones = max(1, len(counts.zone_area))
    per_shelf = -(-max(1, int(np.diff(counts.first_cell).max(initial=1))) // shelves)
    width = room.width / -(-zones // rows) / per_shelf
    height = ((room.height - ZONE_GAP_PX * (rows - 1)) / rows - _title_px(room, rows)) / shelves
    return room.cell_title if width >= LEAST_CELL_PX and height >= LOWEST_SHELF * room.cell_title else 0.0


def _rows_to_try(zones: int, room: CellGroup) -> list[int]:
    """Give numbers of rows in which titles have room, as far as that is possible."""

    def area(rows: int) -> float:
        across = -(-zones // rows)
        width = (room.width - ZONE_GAP_PX * (across - 1)) / across
        height = (room.height - ZONE_GAP_PX * (rows - 1)) / rows - _title_px(room, rows)
        narrow = 1.0 if width >= LEAST_ZONE_PX or across == 1 else 0.3
        return max(width, 0.0) * max(height, 0.0) * zones * narrow * (1.0 if _title_px(room, rows) else 0.5)

    ordered = sorted(range(1, max(zones, 1) + 1), key=area, reverse=True)
    return ordered[:2] if zones > 1 else [1]


def _shelves_to_try(counts: _Counts, rows: int, room: CellGroup) -> list[int]:
    """Give numbers of shelves at which cells are about square."""
    zones = max(1, len(counts.zone_area))
    per_zone = max(1, int(np.diff(counts.first_cell).max(initial=1)))
    width = room.width / -(-zones // rows)
    height = max(room.height / rows - _title_px(room, rows), 1.0)
    square = math.sqrt(per_zone * height / width)
    near = {math.floor(square), math.ceil(square), math.ceil(square) + 1}
    return sorted(min(per_zone, max(1, number)) for number in near | {1 if square < 2 else round(square)})


def _rows_of(areas: Ints, per_row: int) -> _Rows:
    """Divide zones into rows; within one they are as wide as they are large, but none is a mere sliver."""
    first = tuple(range(0, max(len(areas), 1), per_row))
    shares = np.zeros(len(areas))
    for begin in first:
        part = slice(begin, begin + per_row)
        own = np.maximum(areas[part] / max(float(areas[part].sum()), 1.0), SMALLEST_SHARE / per_row)
        # The last row may have fewer zones; they are no wider for it.
        shares[part] = own / max(own.sum(), 1e-9) * (len(own) / per_row)
    return _Rows(first, shares)


def _widest_line(widths: Ints, lines: PackedLines, first: Ints) -> Ints:
    """Give the width of the widest line of each group."""
    group = np.repeat(np.arange(len(first) - 1), np.diff(first))
    found = np.zeros(len(first) - 1, np.int64)
    np.maximum.at(found, group, lines.left + widths)
    return found


def _place(roster: Roster, plan: _Plan) -> MapArrangement:
    counts = plan.counts
    zones = _zone_rects(plan)
    zone_of = roster.cell_zone.astype(np.int64)
    edges = plan.shelf_edges
    first_edge = edges[plan.first_shelf[:-1]]
    shelf = plan.first_shelf[:-1][zone_of] + plan.cells.line
    cells = np.stack(
        (
            zones[zone_of, 0] + plan.cells.left,
            zones[zone_of, 1] + edges[shelf] - first_edge[zone_of] + plan.cell_title,
            plan.cell_width,
            plan.cell_height,
        ),
        axis=1,
    ).reshape(-1, 4)
    cell_of = roster.rack_cell.astype(np.int64)
    racks = np.stack(
        (
            cells[cell_of, 0] + plan.racks.left,
            cells[cell_of, 1] + plan.racks.line * counts.rack_height,
            counts.rack_width,
            np.full(len(cell_of), counts.rack_height),
        ),
        axis=1,
    ).reshape(-1, 4)
    width, height = plan.size
    first = np.concatenate(([0], np.cumsum(counts.rack_size)))[:-1]
    rack = roster.rack
    order = in_order(roster)
    number = np.empty(len(rack), np.int32)
    number[order] = np.arange(len(rack), dtype=np.int32) - first.astype(np.int32)[rack[order]]
    down, right = np.divmod(number, racks[:, 2].astype(np.int32)[rack])
    corner = (racks[:, 1] * width + racks[:, 0]).astype(np.int32)
    place = corner[rack] + down * np.int32(width) + right
    server_at = np.full(width * height, NOBODY, np.int32)
    server_at[place] = np.arange(len(rack), dtype=np.int32)
    gone = list(roster.gone)
    server_at[place[gone]] = NOBODY
    listed = np.bincount(zone_of[cell_of][rack], minlength=len(zones))
    listed -= np.bincount(zone_of[cell_of][rack[gone]], minlength=len(zones))
    return MapArrangement(
        width,
        height,
        place,
        server_at.reshape(height, width),
        zones.astype(np.int32),
        cells.astype(np.int32),
        racks.astype(np.int32),
        tuple(listed.tolist()),
        plan.title,
        plan.cell_title,
    )


def _zone_rects(plan: _Plan) -> Ints:
    found = np.zeros((len(plan.zone_width), 4), np.int64)
    heights, top = plan.zone_height, 0
    for begin, end in pairwise((*plan.rows.first, len(plan.zone_width))):
        widths = plan.zone_width[begin:end]
        lefts = np.concatenate(([0], np.cumsum(widths + plan.zone_gap)))[:-1]
        high = int(heights[begin:end].max(initial=1))
        found[begin:end] = np.stack((lefts, np.full_like(lefts, top + plan.title), widths, heights[begin:end]), axis=1)
        top += high + plan.title + plan.zone_gap
    return found
