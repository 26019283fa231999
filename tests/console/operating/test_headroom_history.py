"""The last hour of headroom: from facts, bounded, and nothing of a time in which nobody knew."""

from dataclasses import replace

import numpy as np
import pytest

from console.operating.headroom_history import EACH_S, KEPT_S, MOST_NUMBERS, UNKNOWN, HeadroomHistory
from topology.fleet.batches import batch_of
from topology.fleet.fleet import Fleet
from topology.fleet.state import Freshness, State
from topology.region.description import read_region
from topology.region.server_states import ServerState

TEXT = """format = 1
[region]
name = "r"
zones = ["az1"]
[policy]
pace = "20/min"
largest_command = 5
[[subsystem]]
name = "index"
floor = 6
[[subsystem]]
name = "bare"
[[subsystem]]
name = "lambda"
external = true
[[pool]]
name = "p"
count = 10
supports = ["index", "bare"]
"""
START = 1_700_000_000.0


@pytest.fixture
def state() -> State:
    region = read_region(TEXT, "r.toml")
    return State(region, Fleet(region), time=START)


def test_that_headroom_is_kept_as_it_was(state: State) -> None:
    history = HeadroomHistory(state.region)
    history.see(state)
    state.fold(batch_of(1, START + 60, [(0, ServerState.FAILED), (1, ServerState.FAILED)]))
    history.see(replace(state, time=START + 60))
    trend = history.of(0)
    assert trend.headroom.tolist() == [4, 2]
    assert trend.times.tolist() == [START, START + 60]
    assert history.of(1).headroom.tolist() == [UNKNOWN, UNKNOWN]
    assert history.of(2).headroom.tolist() == [UNKNOWN, UNKNOWN]


def test_that_frames_close_together_keep_one_moment(state: State) -> None:
    history = HeadroomHistory(state.region)
    for at in range(1000):
        history.see(replace(state, time=START + at * 0.016))
    assert len(history.of(0).times) == 2


def test_that_no_more_than_an_hour_is_kept_however_long_it_lasts(state: State) -> None:
    history = HeadroomHistory(state.region)
    for at in range(2000):
        history.see(replace(state, time=START + at * EACH_S))
    times = history.of(0).times
    assert times[-1] - times[0] <= KEPT_S
    assert np.all(np.diff(times) == EACH_S)
    assert len(times) >= KEPT_S / EACH_S - 1


def test_that_nothing_is_kept_while_the_source_is_silent(state: State) -> None:
    history = HeadroomHistory(state.region)
    history.see(replace(state, freshness=Freshness(age_s=60)))
    history.see(replace(state, freshness=Freshness(connected=False)))
    assert len(history.of(0).times) == 0


def test_that_a_clock_set_back_begins_anew(state: State) -> None:
    history = HeadroomHistory(state.region)
    history.see(state)
    history.see(replace(state, time=START - 3600))
    assert history.of(0).times.tolist() == [START - 3600]


def test_that_memory_is_bounded_for_a_region_of_very_many_subsystems(state: State) -> None:
    many = replace(state.region, subsystems=state.region.subsystems * 6000, index={})
    history = HeadroomHistory(many)
    assert history._rows.size <= max(MOST_NUMBERS, 2 * len(many.subsystems))
    assert history.fits(many)
    assert not history.fits(state.region)
