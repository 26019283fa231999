"""What the fleet map costs at three sizes: laying it out, and a picture in which every server changed. Processor time.

The target for a picture of 1,000,000 servers, all changed, is 4 ms.
"""

from collections.abc import Callable
from functools import cache, partial
from math import log
from statistics import median
from time import process_time

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

from console.fleet_map.view import FleetMapView
from console.theme import load_fonts, load_theme
from topology.description import read_region
from topology.events import EventBatch
from topology.fleet import Fleet
from topology.fleet_map.arrangement import Room, arrange
from topology.generation.region import generate
from topology.state import State

SIZES = (10_000, 100_000, 1_000_000)


@cache
def state_of(servers: int) -> State:
    made = generate(servers, 100, 0)
    fleet = "".join(piece for _, piece in made.fleet()).encode()
    region = read_region(made.text, "generated.toml", fleet)
    return State(region, Fleet(region), revision=1)


def cost_of(act: Callable[[], object], rounds: int) -> float:
    """Give the median processor time of a call, in seconds."""
    costs = []
    for _ in range(rounds):
        start = process_time()
        act()
        costs.append(process_time() - start)
    return median(costs)


def exponent(costs: list[float]) -> float:
    """Say how the cost grows with the size: 1 is in proportion, 0 not at all."""
    return log(costs[-1] / costs[0]) / log(SIZES[-1] / SIZES[0])


def test_what_laying_out_costs(benchmark: BenchmarkFixture) -> None:
    room = Room(900, 150, 20)
    costs = [cost_of(partial(arrange, state_of(size).region.roster, room), 5) for size in SIZES]
    benchmark.extra_info |= {"ms": [round(cost * 1000, 2) for cost in costs], "exponent": round(exponent(costs), 2)}
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
        view.show()
        qtbot.waitExposed(view)
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
        for _ in range(9):
            fold()
            start = process_time()
            show()
            parts.append(process_time() - start)
        costs[size] = median(parts)
    benchmark.extra_info |= {
        "ms": [round(cost * 1000, 2) for cost in costs.values()],
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
