"""Where servers are too small for a line between them, racks are told apart by lines, which hide nothing that is not normal."""

import numpy as np
import pytest
from PySide6.QtCore import QSize

from console.operating.regions import read_named
from console.panels.fleet_map.camera import MapCamera
from console.panels.fleet_map.sheet import MapRaster
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.fleet_map.arrangement import CellGroup
from topology.fleet_map.marks import ABNORMAL
from topology.region.server_states import ServerState

VIEW = QSize(900, 240)


@pytest.fixture(scope="module")
def state() -> State:
    fleet = Fleet(read_named(None))
    fleet.state[::97] = int(ServerState.FAILED)
    fleet.recount()
    return State(fleet.region, fleet, revision=1)


def pixels_at(state: State, zoom: float) -> tuple[MapRaster, np.ndarray]:
    raster = MapRaster(state, CellGroup(900.0, 240.0, 20.0, 18.0))
    return raster, raster._pixels(MapCamera(zoom), VIEW, zoom)


@pytest.mark.parametrize("zoom", [2.0, 2.7, 3.5])
def test_that_neighbouring_racks_are_parted_by_a_line_where_servers_touch(state: State, zoom: float) -> None:
    raster, pixels = pixels_at(state, zoom)
    seen = 0
    for left, top, wide, high in raster.arrangement.racks.tolist():
        right, middle = int((left + wide) * zoom), int((top + high / 2) * zoom)
        if wide == 0 or right >= VIEW.width() or middle >= VIEW.height():
            continue
        seen += 1
        assert pixels[middle, right] == 0 or pixels[middle, right] >= int(ABNORMAL)
    assert seen > 5


@pytest.mark.parametrize("zoom", [2.0, 2.7, 3.5])
def test_that_no_server_that_is_not_normal_is_hidden_by_the_lines(state: State, zoom: float) -> None:
    raster, pixels = pixels_at(state, zoom)
    for server in np.flatnonzero(raster.marks.values >= int(ABNORMAL)).tolist():
        column, row = raster.arrangement.point(server)
        part = pixels[
            int(np.ceil(row * zoom)) : int((row + 1) * zoom), int(np.ceil(column * zoom)) : int((column + 1) * zoom)
        ]
        if part.size:
            assert (part == raster.marks.values[server]).any()
