"""What the fleet map costs at three sizes: laying it out, and a picture in which every server changed. Processor time.

The target for a picture of 1,000,000 servers, all changed, is 4 ms.
"""

from functools import partial
from statistics import median
from time import process_time

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

from console.kit.theme import load_fonts, load_theme
from console.panels.fleet_map.view import FleetMapView
from tests.benchmarks.generated import SIZES, cost_of, exponent, rounded, state_of
from topology.fleet.batches import EventBatch
from topology.fleet.state import State
from topology.fleet_map.arrangement import CellGroup, arrange


def test_what_laying_out_costs(benchmark: BenchmarkFixture) -> None:
    room = CellGroup(900, 150, 20)
    costs = [cost_of(partial(arrange, state_of(size).region.roster, room), 5) for size in SIZES]
    benchmark.extra_info |= {"ms": rounded(costs), "exponent": round(exponent(costs), 2)}
    benchmark.pedantic(arrange, args=(state_of(SIZES[-1]).region.roster, room), rounds=3)
    assert exponent(costs) < 1.2


def test_what_a_picture_costs_in_which_every_server_changed(benchmark: BenchmarkFixture, qtbot: QtBot) -> None:
    load_fonts()
    costs: dict[int, float] = {}
    view = FleetMapView(load_theme("night"), lambda: None)
    for size in SIZES:
        state = state_of(size)
        view = FleetMapView(load_theme("night"), lambda: None)
        qtbot.addWidget(view)
        view.resize(1280, 800)
        view.show_fleet(state, None)
        with qtbot.waitExposed(view):
            view.show()
        qtbot.waitUntil(lambda view=view: view.viewport.sheet is not None and view.viewport.sheet.drawings > 0)
        turn = {"at": 0}

        def fold(state: State = state, turn: dict[str, int] = turn) -> None:
            turn["at"] += 1
            states = np.full(len(state.region.roster), turn["at"] % 2 + 1, np.uint8)  # in service and draining in turn
            servers = np.arange(len(states), dtype=np.int32)
            state.fleet.apply(EventBatch(state.revision + turn["at"], float(turn["at"]), servers, states))

        def show(view: FleetMapView = view, state: State = state) -> None:
            view.show_fleet(state, None)
            view.repaint()

        parts: list[float] = []
        sheet = view.viewport.sheet
        assert sheet is not None
        before = sheet.drawings
        for _ in range(9):
            fold()
            start = process_time()
            show()
            parts.append(process_time() - start)
        # What is not painted costs nothing: a window that is not there yet ignores `repaint`.
        assert sheet.drawings == before + 9
        costs[size] = median(parts)
    benchmark.extra_info |= {
        "ms": rounded(list(costs.values())),
        "exponent": round(exponent(list(costs.values())), 2),
    }
    benchmark.pedantic(show, setup=fold, rounds=3)
    # In proportion to the pixels, which do not grow, and to the servers, whose marks are counted.
    assert exponent(list(costs.values())) < 1.0


@pytest.mark.parametrize("size", SIZES)
def test_that_a_still_map_costs_next_to_nothing(qtbot: QtBot, size: int) -> None:
    load_fonts()
    state = state_of(size)
    view = FleetMapView(load_theme("night"), lambda: None)
    qtbot.addWidget(view)
    view.resize(1280, 800)
    view.show_fleet(state, None)
    first = cost_of(lambda: view.show_fleet(state, None), 9)
    state.fleet.apply(EventBatch(2, 1.0, np.arange(size, dtype=np.int32), np.full(size, 4, np.uint8)))
    start = process_time()
    view.show_fleet(state, None)
    assert first < max(process_time() - start, 0.001)
