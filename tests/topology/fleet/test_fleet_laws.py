"""The fleet's counters: whatever happens, they are what a recount from the states gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.topology.planning.recounting import add_up, floors, rounded_up
from tests.topology.strategies import Shape, regions, states
from topology.fleet.batches import EventBatch, batch_of
from topology.fleet.fleet import NO_FLOOR, Fleet
from topology.fleet.state import State
from topology.region.description import read_region
from topology.region.region import Amount, Region
from topology.region.server_states import ServerState

Changes = list[tuple[int, ServerState]]
ANYTHING = Shape(missing_floors=True)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Region, list[EventBatch]]:
    region = draw(regions(ANYTHING))
    last = len(region.roster) - 1
    change = st.tuples(st.integers(0, last), st.sampled_from(ServerState))
    batches = []
    time = 0.0
    for revision, changes in enumerate(draw(st.lists(st.lists(change, max_size=6), max_size=6)), 1):
        time += draw(st.sampled_from((0.0, 1.0, 30.0, 61.0)))
        batches.append(batch_of(revision, time, changes, draw(st.sampled_from((None, "act.1")))))
    return region, batches


def played(region: Region, batches: list[EventBatch]) -> Fleet:
    fleet = Fleet(region)
    for batch in batches:
        fleet.apply(batch)
    return fleet


def by_scope(state: State) -> dict[tuple[str, str], int]:
    scopes = state.fleet.scopes
    return {
        (state.region.subsystems[number].name, name): capacity
        for number, name, capacity in zip(
            scopes.subsystem.tolist(), scopes.names, state.fleet.capacity.tolist(), strict=True
        )
    }


@given(histories())
def test_that_counters_are_what_a_recount_gives(history: tuple[Region, list[EventBatch]]) -> None:
    region, batches = history
    fleet = played(region, batches)
    capacity, classes = fleet.capacity.copy(), fleet.class_in_service.copy()
    fleet.recount()
    assert (fleet.capacity == capacity).all()
    assert (fleet.class_in_service == classes).all()


@given(histories())
def test_that_capacity_is_the_units_in_service_of_each_scope(history: tuple[Region, list[EventBatch]]) -> None:
    region, batches = history
    fleet = played(region, batches)
    serving = np.flatnonzero(fleet.state == ServerState.IN_SERVICE).tolist()
    state = State(region, fleet)
    expected = add_up(state, serving)
    assert by_scope(state) == {key: expected[key] for key in by_scope(state)}
    assert set(expected) <= set(by_scope(state))


@given(histories(), st.data())
def test_that_replay_in_two_parts_is_replay_at_once(
    history: tuple[Region, list[EventBatch]], data: st.DataObject
) -> None:
    region, batches = history
    gathered: Changes = [
        (server, ServerState(kind))
        for batch in batches
        for server, kind in zip(batch.servers.tolist(), batch.states.tolist(), strict=True)
    ]
    cut = data.draw(st.integers(0, len(gathered)))
    whole = played(region, [batch_of(1, 1.0, gathered)])
    parts = played(region, [batch_of(1, 1.0, gathered[:cut]), batch_of(2, 1.0, gathered[cut:])])
    assert (whole.state == parts.state).all()
    assert (whole.capacity == parts.capacity).all()


@given(histories())
def test_that_events_never_change_what_is_declared_or_a_floor(history: tuple[Region, list[EventBatch]]) -> None:
    region, batches = history
    fresh, used = Fleet(region), played(region, batches)
    assert (fresh.scopes.declared == used.scopes.declared).all()
    assert (fresh.scopes.floor == used.scopes.floor).all()


@given(states(ANYTHING))
def test_that_floors_are_whole_units_of_what_is_declared_rounded_up(state: State) -> None:
    known = floors(state)
    scopes = state.fleet.scopes
    for number, name, floor in zip(scopes.subsystem.tolist(), scopes.names, scopes.floor.tolist(), strict=True):
        key = (state.region.subsystems[number].name, name)
        assert floor == known.get(key, NO_FLOOR)


@given(st.integers(0, 100), st.integers(0, 10**9))
def test_that_a_floor_is_never_rounded_down_and_never_by_a_whole_server(percent: int, declared: int) -> None:
    count = Amount(percent, percent=True).of(declared)
    assert count == rounded_up(Amount(percent, percent=True), declared)
    assert 0 <= count * 100 - percent * declared < 100
    assert 0 <= percent * declared - Amount(percent, percent=True).of_down(declared) * 100 < 100


@given(histories())
def test_that_a_rack_has_another_version_exactly_when_one_of_its_servers_changed(
    history: tuple[Region, list[EventBatch]],
) -> None:
    region, batches = history
    fleet = Fleet(region)
    for batch in batches:
        before, versions = fleet.state.copy(), fleet.rack_version.copy()
        fleet.apply(batch)
        changed = set(region.roster.rack[before != fleet.state].tolist())
        assert set(np.flatnonzero(fleet.rack_version > versions).tolist()) == changed
        assert (fleet.rack_version >= versions).all()


@given(histories())
def test_that_only_what_acts_take_out_of_service_counts_towards_the_pace(
    history: tuple[Region, list[EventBatch]],
) -> None:
    region, batches = history
    fleet = Fleet(region)
    taken: list[tuple[float, int]] = []
    for batch in batches:
        before = fleet.state.copy()
        fleet.apply(batch)
        left = np.flatnonzero((before == ServerState.IN_SERVICE) & (fleet.state != before)).tolist()
        taken += [(batch.time, server) for server in left if batch.operation is not None]
    now = batches[-1].time if batches else 0.0
    recent = [server for time, server in taken if time > now - 60]
    total, per_subsystem = fleet.usage_since(now - 60)
    assert total == len(recent)
    expected: dict[int, int] = {}
    for server in recent:
        for number in fleet.subsystems_of(server):
            expected[number] = expected.get(number, 0) + 1
    assert per_subsystem == expected


@given(histories())
def test_that_servers_are_numbered_in_the_order_in_which_acts_took_them(
    history: tuple[Region, list[EventBatch]],
) -> None:
    region, batches = history
    fleet = Fleet(region)
    latest = 0
    for batch in batches:
        before = fleet.left.copy()
        fleet.apply(batch)
        new = fleet.left[fleet.left != before]
        assert (new > latest).all()
        assert len(set(new.tolist())) == len(new)
        latest = int(fleet.left.max(initial=0))


def test_that_the_last_word_on_a_server_wins() -> None:
    fleet = Fleet(_region())
    fleet.apply(batch_of(1, 1.0, [(0, ServerState.FAILED), (1, ServerState.DRAINING), (0, ServerState.IN_SERVICE)]))
    assert [ServerState(kind).name for kind in fleet.state[:2]] == ["IN_SERVICE", "DRAINING"]
    assert fleet.capacity[0] == 3


def test_that_an_empty_batch_changes_nothing() -> None:
    fleet = Fleet(_region())
    fleet.apply(batch_of(1, 1.0, []))
    assert fleet.capacity[0] == 4
    assert not fleet.departures


def _region() -> Region:
    return read_region(
        'format = 1\n[region]\nname = "r"\nzones = ["az1"]\n[[subsystem]]\nname = "index"\nfloor = 1\n'
        '[[pool]]\nname = "p"\ncount = 4\nsupports = ["index"]\n',
        "r",
    )


@given(histories())
def test_that_a_batch_of_any_length_is_folded_alike(history: tuple[Region, list[EventBatch]]) -> None:
    region, batches = history
    quick = played(region, batches)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("topology.fleet.fleet.SEATS", 0)
        slow = played(region, batches)
    for name in ("state", "since", "left", "capacity", "class_in_service", "rack_version"):
        assert getattr(quick, name).tolist() == getattr(slow, name).tolist(), name
