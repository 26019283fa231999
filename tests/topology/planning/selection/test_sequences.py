"""The order of leaving worked out in columns, against the one that takes one server at a time, and what it counts."""

from dataclasses import replace
from unittest import mock

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.profiles import examples
from tests.topology.planning.conftest import described
from tests.topology.planning.test_selection_laws import selections_of_states
from tests.topology.strategies import Shape, move, state_of
from topology.command.grammar.syntax import Count, Remove
from topology.fleet.state import State
from topology.planning.effects import worth_of
from topology.planning.selection import select
from topology.planning.selection.headrooms import Headrooms, headrooms_of
from topology.planning.selection.matching import matching, named_subsystems
from topology.planning.selection.one_profile import OneProfile
from topology.planning.selection.select import Sequence, sequence_of
from topology.planning.selection.turns.one_by_one import OneByOne
from topology.region.description import read_region
from topology.region.server_states import ServerState

ONE_OR_TWO = Shape(profiles=(("index",), ("index", "placement")), pool_sizes=st.integers(1, 40))


def order_of(state: State, command: Remove) -> Sequence:
    named = named_subsystems(state, command.subsystems)
    return sequence_of(state, headrooms_of(state), named, matching(state, command))


@st.composite
def with_every_floor(draw: st.DrawFn) -> State:
    """Servers of one profile, some of them failed, with floors of the region, its zones and its cells."""
    floors = [draw(st.integers(30, 95)) for _ in range(3)]
    lines = ["format = 1", "[region]", 'name = "small"', 'zones = ["az1", "az2", "az3"]', "[policy]", 'pace = "9/min"']
    lines += ['largest_command = "100%"', "[[subsystem]]", 'name = "index"']
    lines += [f'{key} = "{floor}%"' for key, floor in zip(("floor", "zone_floor", "cell_floor"), floors, strict=True)]
    lines += [
        "[[pool]]",
        'name = "p"',
        f"count = {draw(st.integers(9, 90))}",
        'supports = ["index"]',
        "cells_per_zone = 3",
    ]
    state = state_of(read_region("\n".join(lines), "small.toml"))
    some = draw(st.sets(st.integers(0, len(state.region.roster) - 1), max_size=9))
    if some:
        move(state, dict.fromkeys(some, ServerState.FAILED))
    return state


@given(with_every_floor(), st.integers(1, 90))
@settings(max_examples=examples(1000))
def test_that_zones_and_cells_take_turns_as_if_taken_one_at_a_time(state: State, most: int) -> None:
    compare_orders(state, Remove(Count(most), ("index",)), most)


@given(selections_of_states(ONE_OR_TWO), st.integers(1, 60))
def test_that_servers_of_one_profile_leave_as_if_taken_one_at_a_time(case: tuple[State, Remove], most: int) -> None:
    compare_orders(*case, most)


def compare_orders(state: State, command: Remove, most: int) -> None:
    with mock.patch.object(select, "OneProfile", OneByOne):
        slow = order_of(state, command)
        expected, safe = slow.first(most).tolist(), slow.safe(most)
    quick = order_of(state, command)
    assert (quick.first(most).tolist(), quick.safe(most)) == (expected, safe)


def test_that_one_profile_is_worked_out_in_columns() -> None:
    # Else the law above would compare a thing with itself.
    state = state_of(read_region(described(), "small.toml"))
    order = order_of(state, Remove(Count(3), ("index",)))
    order.first(3)
    assert isinstance(order._level, OneProfile)


@given(selections_of_states(), st.lists(st.integers(0, 30), min_size=1, max_size=6))
def test_that_an_order_is_the_same_in_whatever_pieces_it_is_asked_for(
    case: tuple[State, Remove], counts: list[int]
) -> None:
    whole = order_of(*case)
    everything = whole.first(len(whole.matching)).tolist()
    pieces = order_of(*case)
    for count in counts:
        assert pieces.first(count).tolist() == everything[:count]
        assert pieces.safe(count) == whole.safe(count)


@given(selections_of_states(), st.lists(st.integers(0, 30), min_size=1, max_size=6))
def test_that_what_servers_are_worth_is_what_a_recount_of_them_finds(
    case: tuple[State, Remove], counts: list[int]
) -> None:
    state, command = case
    order, now = order_of(state, command), headrooms_of(state)
    for count in counts:
        for found, expected in zip(order.worth(count), worth_of(state, now, order.first(count)), strict=True):
            assert np.array_equal(found, expected)


@given(selections_of_states(), st.data())
def test_that_kept_headrooms_are_those_of_the_state_as_it_is(case: tuple[State, Remove], data: st.DataObject) -> None:
    state, _ = case
    size = len(state.region.roster)
    for _ in range(3 if size else 0):
        now, fresh = headrooms_of(state), Headrooms(state, headrooms_of(state).classes)
        for name in ("serving", "held", "left", "room", "below"):
            assert np.array_equal(getattr(now, name), getattr(fresh, name))
        assert now.down == fresh.down
        if data.draw(st.booleans()):
            state.pending = np.array(data.draw(st.lists(st.integers(0, size - 1), max_size=3, unique=True)), np.int32)
        else:
            move(state, {data.draw(st.integers(0, size - 1)): data.draw(st.sampled_from(ServerState))})


def test_that_a_copy_of_a_state_with_other_servers_pending_has_headrooms_of_its_own() -> None:
    state = state_of(read_region(described(), "small.toml"))
    other = replace(state, pending=np.array([0], np.int32))
    assert headrooms_of(state).held.sum() == 0
    assert headrooms_of(other).held.sum() > 0
    assert headrooms_of(state).held.sum() == 0
