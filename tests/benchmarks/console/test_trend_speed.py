"""What trends cost: taking in a frame of a region of 1,000 subsystems, giving one subsystem's, and cutting it for a line of pixels.

A frame comes at most every 16 ms however many facts there are, so that a fact itself costs nothing.
"""

from dataclasses import replace
from functools import partial
from timeit import timeit

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.generated import region_of
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.fleet.trend.ring import HeadroomHistory

SIZES = (100, 1_000, 10_000)


def kept(subsystems: int) -> tuple[HeadroomHistory, State]:
    """Give a history that is full, and the state it saw last."""
    region = region_of(40_000, subsystems)
    state = State(region, Fleet(region), time=1_700_000_000.0)
    history = HeadroomHistory(region)
    for _ in range(400):
        state = replace(state, time=state.time + 10)
        history.see(state)
    return history, state


@pytest.mark.parametrize("subsystems", SIZES)
def test_what_a_frame_and_a_line_cost(benchmark: BenchmarkFixture, subsystems: int) -> None:
    history, state = kept(subsystems)
    name = state.region.subsystems[subsystems // 2].name
    benchmark.pedantic(history.see, (state,), rounds=20)
    trend = history.of(name)
    assert trend is not None
    benchmark.extra_info |= {
        "frame_us": round(min(timeit(partial(history.see, state), number=200) for _ in range(5)) / 200 * 1e6, 1),
        "of_us": round(min(timeit(partial(history.of, name), number=200) for _ in range(5)) / 200 * 1e6, 1),
        "columns_us": round(min(timeit(partial(trend.in_columns, 60), number=200) for _ in range(5)) / 200 * 1e6, 1),
        "megabytes": round(3 * history._capacity.nbytes / 1e6, 1),
    }
    assert np.isfinite(trend.in_columns(60).capacity).all()
