"""Where servers are on the map: every one of them once, together with its rack, cell and zone, whatever the region and the room."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import resources
from tests.topology.strategies import Shape, regions
from topology.fleet_map.arrangement import NOBODY, CellGroup, MapArrangement, arrange
from topology.fleet_map.packing import bands, flow
from topology.region.description import read_region
from topology.region.region import Region, Roster

ROOMS = st.builds(
    CellGroup,
    st.floats(1, 3000, allow_nan=False),
    st.floats(1, 2000, allow_nan=False),
    st.sampled_from((0.0, 17.0, 40.0)),
    st.sampled_from((0.0, 13.0)),
)
LARGE = Shape(cells=4, pool_sizes=st.integers(1, 150))
sizes = st.lists(st.integers(1, 30), max_size=12)


@st.composite
def maps(draw: st.DrawFn) -> tuple[Region, MapArrangement]:
    region = draw(regions(LARGE))
    return region, arrange(region.roster, draw(ROOMS))


def covered(rects: NDArray[np.int32], made: MapArrangement) -> NDArray[np.int64]:
    """Count for each cell of the image in how many rectangles it is."""
    found = np.zeros((made.height, made.width), np.int64)
    for left, top, width, height in rects.tolist():
        assert left >= 0 <= top
        assert left + width <= made.width
        assert top + height <= made.height
        found[top : top + height, left : left + width] += 1
    return found


def embedded() -> Region:
    return read_region(resources.text("regions/s3-us-east-1/region.toml"), "embedded")


@given(maps())
def test_that_every_server_has_exactly_one_cell(found: tuple[Region, MapArrangement]) -> None:
    region, made = found
    everyone = np.sort(made.server_at[made.server_at != NOBODY])
    assert everyone.tolist() == list(range(len(region.roster)))
    assert made.server_at.reshape(-1)[made.place].tolist() == everyone.tolist()
    for server in everyone.tolist():
        assert made.at(*made.point(server)) == server


@given(maps())
def test_that_nobody_is_where_the_names_of_cells_stand(found: tuple[Region, MapArrangement]) -> None:
    _, made = found
    top_of = {cell: int(made.zones[zone, 1]) for cell, zone in enumerate(found[0].roster.cell_zone.tolist())}
    for cell, (left, top, width, _) in enumerate(made.cells.tolist()):
        assert top - made.cell_title >= top_of[cell]
        assert (made.server_at[top - made.cell_title : top, left : left + width] == NOBODY).all()


@pytest.mark.parametrize(("height", "named"), [(80.0, True), (40.0, False), (800.0, True)])
def test_that_cells_have_names_where_there_is_room_for_them(height: float, named: bool) -> None:
    made = arrange(embedded().roster, CellGroup(835, height, 18, 13))
    zoom = min(835 / made.width, height / made.height)
    assert (made.cell_title > 0) is named
    assert not named or made.cell_title * zoom >= 12


@given(maps())
def test_that_a_server_is_inside_its_rack_cell_and_zone_and_in_no_other(found: tuple[Region, MapArrangement]) -> None:
    region, made = found
    roster = region.roster
    for rects, group in (
        (made.racks, roster.rack),
        (made.cells, roster.rack_cell[roster.rack]),
        (made.zones, roster.cell_zone[roster.rack_cell[roster.rack]]),
    ):
        assert covered(rects, made).max(initial=0) <= 1
        for number, (left, top, width, height) in enumerate(rects.tolist()):
            inside = made.inside(left, top, left + width - 1, top + height - 1) if width and height else []
            assert list(inside) == np.flatnonzero(group == number).tolist()
    assert made.zone_servers == tuple(
        np.bincount(roster.cell_zone[roster.rack_cell[roster.rack]], minlength=len(roster.zones)).tolist()
    )


@given(maps())
def test_that_servers_of_a_rack_are_read_like_text(found: tuple[Region, MapArrangement]) -> None:
    region, made = found
    for number in range(len(region.roster.racks)):
        servers = np.flatnonzero(region.roster.rack == number)
        places = [made.point(server)[::-1] for server in servers.tolist()]
        assert places == sorted(places)


@given(maps(), st.data())
def test_that_a_rectangle_has_the_servers_whose_cells_are_in_it(
    found: tuple[Region, MapArrangement], data: st.DataObject
) -> None:
    region, made = found
    xs = sorted(data.draw(st.lists(st.integers(-3, made.width + 3), min_size=2, max_size=2)))
    ys = sorted(data.draw(st.lists(st.integers(-3, made.height + 3), min_size=2, max_size=2)))
    expected = [
        server
        for server in range(len(region.roster))
        if xs[0] <= made.point(server)[0] <= xs[1] and ys[0] <= made.point(server)[1] <= ys[1]
    ]
    assert made.inside(xs[0], ys[0], xs[1], ys[1]).tolist() == expected


@given(maps(), st.data())
def test_that_arrows_go_one_way_and_reach_every_server(
    found: tuple[Region, MapArrangement], data: st.DataObject
) -> None:
    region, made = found
    start = data.draw(st.integers(0, len(region.roster) - 1))
    for right, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        column, row = made.point(start)
        there = made.step(start, right, down)
        x, y = made.point(there)
        assert there == start or (x - column) * right + (y - row) * down > 0
    reached, todo = {start}, [start]
    while todo:
        server = todo.pop()
        for right, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            there = made.step(server, right, down)
            if there not in reached:
                reached.add(there)
                todo.append(there)
    assert reached == set(range(len(region.roster)))


@given(maps(), st.integers(-50, 400), st.integers(-50, 400))
def test_that_the_nearest_server_of_a_servers_cell_is_itself(
    found: tuple[Region, MapArrangement], column: int, row: int
) -> None:
    _, made = found
    nearest = made.nearest(column, row)
    assert nearest != NOBODY
    assert made.nearest(*made.point(nearest)) == nearest


@given(regions(LARGE), ROOMS)
def test_that_the_same_region_in_the_same_room_is_the_same_map(region: Region, room: CellGroup) -> None:
    assert (arrange(region.roster, room).place == arrange(region.roster, room).place).all()


@pytest.mark.parametrize(("width", "height", "least"), [(830, 98, 1.9), (1130, 155, 2.7), (1600, 800, 7.5)])
def test_that_the_embedded_region_fills_the_room_it_has(width: int, height: int, least: float) -> None:
    made = arrange(embedded().roster, CellGroup(width, height, 17))
    assert min(width / made.width, height / made.height) >= least
    assert made.title * least >= 15


def test_that_many_zones_stand_in_rows() -> None:
    zones = [f"z{number}" for number in range(40)]
    lines = ['format = 1\n[region]\nname = "many"', f"zones = {zones}".replace("'", '"')]
    lines += ['[policy]\n[[subsystem]]\nname = "index"\nfloor = 0']
    lines += ['[[pool]]\nname = "index"\ncount = 4000\nsupports = ["index"]']
    made = arrange(read_region("\n".join(lines), "many").roster, CellGroup(900, 400, 17))
    assert len(set(made.zones[:, 1].tolist())) > 1
    assert (made.zones[:, 2] * 900 / made.width >= 50).all()


def test_that_a_zone_without_servers_has_a_place_too() -> None:
    text = """
format = 1
[region]
name = "half"
zones = ["az1", "az2"]
[policy]
[[subsystem]]
name = "index"
floor = 0
[[pool]]
name = "index"
count = 30
supports = ["index"]
zones = "az1"
"""
    made = arrange(read_region(text, "half").roster, CellGroup(800, 100, 17))
    assert made.zone_servers == (30, 0)
    assert made.zones[1, 2] > 0
    assert made.zones[1, 0] > made.zones[0, 0] + made.zones[0, 2]


def test_that_a_region_without_servers_is_an_empty_map() -> None:
    none = np.zeros(0, np.int32)
    empty = Roster((), none, none, none.astype(np.uint8), none.astype(np.bool_), (), none, (), none, ("az1",), ())
    made = arrange(empty, CellGroup(800, 100, 17))
    assert (made.server_at == NOBODY).all()
    assert made.nearest(3, 3) == NOBODY
    assert made.at(0, 0) == NOBODY


@given(st.lists(sizes, max_size=6), st.integers(1, 60), st.integers(0, 3))
def test_that_lines_keep_order_and_limit_and_take_as_much_as_fits(
    groups: list[list[int]], limit: int, gap: int
) -> None:
    widths = np.array([width for group in groups for width in group], np.int64)
    first = np.concatenate(([0], np.cumsum([len(group) for group in groups]))).astype(np.int64)
    found = flow(widths, first, np.full(len(groups), limit, np.int64), gap)
    for number, group in enumerate(groups):
        line, left = 0, 0
        for place, width in enumerate(group, int(first[number])):
            if left and left + width > limit:
                line, left = line + 1, 0
            assert (found.line[place], found.left[place]) == (line, left)
            left += width + gap
        assert found.lines[number] == (line + 1 if group else 0)


@given(st.lists(sizes, max_size=6), st.integers(1, 8))
def test_that_bands_are_no_more_than_asked_for(groups: list[list[int]], most: int) -> None:
    widths = np.array([width for group in groups for width in group], np.int64)
    first = np.concatenate(([0], np.cumsum([len(group) for group in groups]))).astype(np.int64)
    limit = bands(widths, first, np.full(len(groups), most, np.int64))
    assert (flow(widths, first, limit).lines <= most).all()
    assert [bool(width) for width in limit] == [bool(group) for group in groups]
