"""Marks of the fleet map are told apart by their shape alone, from four pixels a server on."""

from itertools import combinations

import numpy as np
import pytest

from console.panels.fleet_map.colours import small_shapes
from console.panels.fleet_map.sheet import cut_shapes
from topology.fleet_map.marks import ABNORMAL, CellMark
from topology.fleet_map.raster import Axis

MARKS = tuple(mark for mark in CellMark if mark >= ABNORMAL)


def drawn(mark: CellMark, zoom: float) -> np.ndarray:
    """Give which pixels of one server's square stay, its line left out."""
    side = int(zoom)
    axis = Axis.of(0.0, zoom, side, 1)
    pixels = np.full((side, side), int(mark), np.uint8)
    cut_shapes(pixels, axis, axis, zoom)
    return pixels[: side - 1, : side - 1] == int(mark)


@pytest.mark.parametrize("zoom", [4.0, 5.0, 6.5, 8.0, 9.0, 16.0])
def test_that_no_two_marks_that_are_not_normal_look_alike_without_colour(zoom: float) -> None:
    for one, other in combinations(MARKS, 2):
        assert not np.array_equal(drawn(one, zoom), drawn(other, zoom)), (one, other)


@pytest.mark.parametrize("zoom", [4.0, 9.0])
def test_that_every_mark_leaves_something_to_see(zoom: float) -> None:
    assert all(drawn(mark, zoom).any() for mark in MARKS)


def test_that_what_is_in_service_is_a_full_square_and_only_what_failed_is_one_too() -> None:
    full = {mark for mark in MARKS if not small_shapes()[mark].any()}
    assert full == {CellMark.FAILED}
