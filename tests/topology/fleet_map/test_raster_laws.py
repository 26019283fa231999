"""From cells to pixels: what is not normal is never lost, and what a pixel shows is there."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from topology.fleet_map.raster import Axis, borders, enlarged, shown

IMAGES = arrays(np.uint8, st.tuples(st.integers(1, 60), st.integers(1, 60)), elements=st.integers(0, 17))
ZOOMS = st.floats(0.05, 20)
ORIGINS = st.floats(-40, 70)


def axes(
    image: NDArray[np.uint8], zoom: float, origin: tuple[float, float], size: tuple[int, int]
) -> tuple[Axis, Axis]:
    rows = Axis.of(origin[0], zoom, size[0], image.shape[0])
    return rows, Axis.of(origin[1], zoom, size[1], image.shape[1])


@given(IMAGES, ZOOMS, st.tuples(ORIGINS, ORIGINS), st.tuples(st.integers(1, 80), st.integers(1, 80)))
def test_that_a_pixel_shows_the_highest_mark_of_its_cells(
    image: NDArray[np.uint8], zoom: float, origin: tuple[float, float], size: tuple[int, int]
) -> None:
    rows, columns = axes(image, zoom, origin, size)
    found = shown(image, rows, columns)
    assert found.shape == size
    for row in range(size[0]):
        for column in range(size[1]):
            part = image[rows.first[row] : rows.last[row], columns.first[column] : columns.last[column]]
            assert found[row, column] == part.max(initial=0)


@given(IMAGES, ZOOMS, st.tuples(st.integers(0, 59), st.integers(0, 59)))
def test_that_where_all_is_in_view_every_cell_is_in_some_pixel(
    image: NDArray[np.uint8], zoom: float, place: tuple[int, int]
) -> None:
    image = image.copy()
    image[place[0] % image.shape[0], place[1] % image.shape[1]] = 17
    size = (int(np.ceil(image.shape[0] * zoom)) + 1, int(np.ceil(image.shape[1] * zoom)) + 1)
    assert (shown(image, *axes(image, zoom, (0, 0), size)) == 17).any()


@given(st.floats(0.05, 0.99), ORIGINS, st.integers(1, 100), st.integers(1, 100))
def test_that_where_cells_are_small_each_is_in_one_pixel_at_most(
    zoom: float, origin: float, pixels: int, cells: int
) -> None:
    axis = Axis.of(origin, zoom, pixels, cells)
    seen = [cell for first, last in zip(axis.first, axis.last, strict=True) for cell in range(first, last)]
    assert seen == list(range(seen[0], seen[-1] + 1)) if seen else True
    assert len(set(seen)) == len(seen)


@given(st.floats(1, 20), ORIGINS, st.integers(1, 100), st.integers(1, 100))
def test_that_where_cells_are_large_lines_stand_at_their_ends(
    zoom: float, origin: float, pixels: int, cells: int
) -> None:
    axis = Axis.of(origin, zoom, pixels, cells)
    assert axis.most <= 1
    assert ((axis.share >= 0) & (axis.share <= 1)).all()
    for pixel in range(pixels - 1):
        assert axis.ends[pixel] == (axis.first[pixel] != axis.first[pixel + 1])


@given(arrays(np.uint8, st.tuples(st.integers(20, 60), st.integers(20, 60)), elements=st.integers(0, 2)), st.data())
def test_that_what_is_drawn_larger_hides_nothing_higher_and_stands_on_servers(
    pixels: NDArray[np.uint8], data: st.DataObject
) -> None:
    before = pixels.copy()
    for mark in data.draw(st.lists(st.integers(11, 17), max_size=3)):
        row = data.draw(st.integers(0, pixels.shape[0] - 1))
        before[row, data.draw(st.integers(0, pixels.shape[1] - 1))] = mark
    after = enlarged(before, 11)
    assert (after >= before).all()
    assert ((after > 0) == (before > 0)).all()
    for row, column in np.argwhere(after != before):
        near = before[max(row - 1, 0) : row + 1, max(column - 1, 0) : column + 1]
        assert after[row, column] == near.max()


def test_that_where_many_are_not_normal_they_are_drawn_as_they_are() -> None:
    pixels = np.full((10, 10), 2, np.uint8)
    pixels[::3, ::3] = 14
    assert (enlarged(pixels, 11) == pixels).all()


@given(
    st.lists(st.tuples(*[st.integers(-5, 40)] * 2, *[st.integers(1, 12)] * 2), max_size=6),
    st.floats(0.1, 3),
    st.tuples(st.floats(-5, 20), st.floats(-5, 20)),
)
def test_that_lines_stand_right_of_and_below_every_rectangle(
    rects: list[tuple[int, int, int, int]], zoom: float, origin: tuple[float, float]
) -> None:
    high, wide = 30, 40
    found = borders(np.array(rects, np.int32).reshape(-1, 4), origin, zoom, (high, wide))
    expected = np.zeros((high, wide), np.bool_)
    for left, top, width, height in rects:
        x0, x1 = (int(np.floor((x - origin[0]) * zoom)) for x in (left, left + width))
        y0, y1 = (int(np.floor((y - origin[1]) * zoom)) for y in (top, top + height))
        for y in range(max(y0, 0), min(y1, high - 1) + 1):
            if 0 <= x1 < wide:
                expected[y, x1] = True
        for x in range(max(x0, 0), min(x1, wide - 1) + 1):
            if 0 <= y1 < high:
                expected[y1, x] = True
    assert (found == expected).all()
