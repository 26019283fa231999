"""The last hour of headroom: from facts, bounded, and nothing of a time in which nobody knew."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from topology.fleet.batches import batch_of
from topology.fleet.fleet import Fleet
from topology.fleet.state import Freshness, State
from topology.fleet.trend.curve import UNKNOWN, Trend, TrendSpan
from topology.fleet.trend.ring import EACH_S, KEPT_S, MOST_NUMBERS, HeadroomHistory
from topology.fleet.unheard import UnheardRack
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


def of(history: HeadroomHistory, name: str = "index") -> Trend:
    found = history.of(name)
    assert found is not None
    return found


def fail(state: State, *servers: int, at: float, back: bool = False) -> None:
    to = ServerState.IN_SERVICE if back else ServerState.FAILED
    state.fold(batch_of(state.revision + 1, at, [(server, to) for server in servers]))


def test_that_headroom_is_kept_as_it_was(state: State) -> None:
    history = HeadroomHistory(state.region)
    history.see(state)
    fail(state, 0, 1, at=START + 20)
    history.see(replace(state, time=START + 20))
    assert of(history).headroom.tolist() == [4, 2]
    assert of(history).times.tolist() == [START, START + 20]
    bare = of(history, "bare")
    assert bare.headroom.tolist() == [UNKNOWN, UNKNOWN]
    assert bare.capacity.tolist() == [10, 8]
    assert not of(history, "lambda").is_known
    assert history.of("no-such") is None


def test_that_the_least_of_ten_seconds_is_not_lost_between_two_moments(state: State) -> None:
    history = HeadroomHistory(state.region)
    history.see(state)
    fail(state, 0, 1, 2, 3, 4, 5, at=START + 3)
    history.see(replace(state, time=START + 3))
    fail(state, 0, 1, 2, 3, 4, 5, at=START + 4, back=True)
    history.see(replace(state, time=START + 4))
    assert of(history).capacity.tolist() == [10]
    assert of(history).lowest.tolist() == [4]
    assert np.nanmin(of(history).in_columns(60).least) == -2


def test_that_frames_close_together_keep_one_moment(state: State) -> None:
    history = HeadroomHistory(state.region)
    for at in range(1000):
        history.see(replace(state, time=START + at * 0.016))
    assert len(of(history).times) == 2


def test_that_no_more_than_an_hour_is_kept_however_long_it_lasts(state: State) -> None:
    history = HeadroomHistory(state.region)
    for at in range(2000):
        history.see(replace(state, time=START + at * EACH_S))
    trend = of(history)
    assert trend.times[-1] - trend.times[0] <= KEPT_S
    assert np.all(np.diff(trend.times) == EACH_S)
    assert not np.isnan(trend.in_columns(360).capacity).any()


def test_that_a_silence_is_a_gap_and_no_number(state: State) -> None:
    history = HeadroomHistory(state.region)
    for at in range(0, 200, 2):
        silent = Freshness(connected=False) if 60 <= at < 120 else Freshness()
        history.see(replace(state, time=START + at, freshness=silent))
    trend = of(history)
    assert trend.gaps() == ((START + 58, START + 120),)
    known = trend.in_columns(3600).capacity[-198:]
    assert np.isnan(known[58:119]).all()
    assert (known[:57] == 10).all()
    assert (known[121:] == 10).all()


def test_that_what_nobody_looked_at_is_a_gap(state: State) -> None:
    history = HeadroomHistory(state.region)
    history.see(state)
    history.see(replace(state, time=START + 900))
    assert of(history).gaps() == ((START, START + 900),)


def test_that_nothing_is_kept_of_a_source_that_was_silent_from_the_start(state: State) -> None:
    history = HeadroomHistory(state.region)
    history.see(replace(state, freshness=Freshness(age_s=60)))
    history.see(replace(state, freshness=Freshness(connected=False)))
    assert not of(history).is_known


def test_that_a_subsystem_of_a_rack_that_nobody_hears_is_not_known(state: State) -> None:
    history = HeadroomHistory(state.region)
    history.see(replace(state, unheard=(UnheardRack(("az1", "c1", "r1"), ("index",)),)))
    assert not of(history).is_known
    assert of(history, "bare").is_known


def test_that_a_clock_set_back_begins_anew(state: State) -> None:
    history = HeadroomHistory(state.region)
    history.see(state)
    history.see(replace(state, time=START - 3600))
    assert of(history).times.tolist() == [START - 3600]


def test_that_a_floor_that_changes_is_kept_with_the_capacity_of_its_time(state: State) -> None:
    history = HeadroomHistory(state.region)
    history.see(state)
    higher = read_region(TEXT.replace("floor = 6", "floor = 9"), "r.toml")
    assert history.fits(higher)
    history.see(State(higher, Fleet(higher), time=START + 20))
    assert of(history).floor.tolist() == [6, 9]
    assert of(history).headroom.tolist() == [4, 1]


def test_that_another_reading_with_more_subsystems_keeps_what_was_known_of_the_others(state: State) -> None:
    history = HeadroomHistory(state.region)
    history.see(state)
    more = read_region(
        TEXT.replace("[[subsystem]]", '[[subsystem]]\nname = "apart"\nfloor = 0\n[[subsystem]]', 1), "r.toml"
    )
    assert not history.fits(more)
    later = HeadroomHistory(more, history)
    later.see(State(more, Fleet(more), time=START + 20))
    assert of(later).headroom.tolist() == [4, 4]
    assert of(later, "apart").capacity.tolist()[0] == UNKNOWN


def test_that_what_is_marked_as_seen_changes_only_where_there_is_more_to_see(state: State) -> None:
    history = HeadroomHistory(state.region)
    history.see(state)
    before = history.mark("index"), history.mark()
    history.see(replace(state, time=START + 1))
    assert (history.mark("index"), history.mark()) == before
    fail(state, 0, at=START + 2)
    history.see(replace(state, time=START + 2))
    assert history.mark("index") != before[0]
    assert history.mark() == before[1]


def test_that_a_fall_is_told_only_from_moments_that_are_known(state: State) -> None:
    history = HeadroomHistory(state.region)
    for at in range(0, 660, 2):
        if at == 300:
            fail(state, 0, 1, at=START + at)
        silent = Freshness(connected=False) if at >= 620 else Freshness()
        history.see(replace(state, time=START + at, freshness=silent))
    slope = history.slope()
    assert slope[0] == pytest.approx(-2 * 3600 / 610, rel=0.02)
    assert np.isnan(slope[1:]).all()


def test_that_memory_is_bounded_for_a_region_of_very_many_subsystems(state: State) -> None:
    many = replace(state.region, subsystems=state.region.subsystems * 6000, index={})
    history = HeadroomHistory(many)
    assert history._capacity.size <= max(MOST_NUMBERS, 2 * len(many.subsystems))
    assert history.fits(many)
    assert not history.fits(state.region)


@given(
    steps=st.lists(st.tuples(st.floats(0, 100), st.integers(0, 50) | st.none()), min_size=1, max_size=30),
    count=st.integers(1, 40),
    ends=st.floats(1, 4000),
)
@example(steps=[(0.0, 7), (10.0, 3)], count=2, ends=10.0)
def test_that_columns_hold_what_held_in_their_time(
    steps: list[tuple[float, int | None]], count: int, ends: float
) -> None:
    """Against looking at each moment by itself."""
    times = np.unique(np.cumsum([gap for gap, _ in steps]))
    units = [UNKNOWN if value is None else value for _, value in steps][: len(times)]
    capacity = np.array(units, np.int32)
    trend = Trend(TrendSpan.HOUR, "UTC", 0.0, ends, ends, times, capacity, capacity, np.full(len(times), 5, np.int32))
    cut = trend.in_columns(count)
    for number in range(count):
        start, end = cut.edges[number], cut.edges[number + 1]
        end = np.nextafter(end, np.inf) if number == count - 1 else end
        inside = [at for at in range(len(times)) if times[at] < end and (at + 1 == len(times) or times[at + 1] > start)]
        held = [units[at] for at in inside]
        if not held or UNKNOWN in held:
            assert np.isnan(cut.lowest[number])
            assert np.isnan(cut.headroom[number])
        else:
            assert cut.lowest[number] == min(held)
            assert cut.capacity[number] == held[-1]
            assert cut.least[number] == min(held) - 5
