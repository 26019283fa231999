"""What a plan takes over from the one before: the same as if nobody had planned anything before."""

from dataclasses import replace
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.profiles import examples
from tests.topology.strategies import Shape, move, removals, selections, state_of, states
from topology.command.grammar.syntax import Count, Planned, Remove
from topology.fleet.state import State
from topology.planning import effects
from topology.planning.guards.capacity.floor import FloorBroken
from topology.planning.guards.table import findings_of
from topology.planning.judging import case_of
from topology.planning.plan import ScopeVerdict
from topology.planning.preview import Planner, preview
from topology.planning.selection.choice import Choice, choose, intent_of
from topology.planning.selection.headrooms import headrooms_of
from topology.planning.selection.matching import matching, named_subsystems
from topology.planning.selection.select import sequence_of
from topology.region.description import read_region
from topology.region.server_states import ServerState

SHAPE = Shape(missing_floors=True, pool_sizes=st.integers(1, 30))


def chosen(state: State, command: Planned) -> Choice:
    now = headrooms_of(state)
    return choose(
        state,
        command,
        lambda one: sequence_of(state, now, named_subsystems(state, one.subsystems), matching(state, one)),
    )


@given(st.data())
@settings(max_examples=examples(120))
def test_that_plans_do_not_depend_on_those_before(data: st.DataObject) -> None:
    state = data.draw(states(SHAPE))
    commands = data.draw(st.lists(removals(state), min_size=2, max_size=5))
    first = data.draw(selections(state))
    counts = data.draw(st.lists(st.integers(1, 30), min_size=2, max_size=6))
    commands += [replace(first, quantity=Count(count)) for count in counts]
    few = data.draw(st.sampled_from([0, 1, effects.FEW_OTHERS]))
    expected = [preview(state, command).to_json() for command in commands]
    with mock.patch.object(effects, "FEW_OTHERS", few), mock.patch.object(effects, "MANY", 0):
        assert [preview(state, command).to_json() for command in commands] == expected


@given(st.data())
@settings(max_examples=examples(120))
def test_that_guards_find_the_same_in_columns_as_in_effects_one_by_one(data: st.DataObject) -> None:
    state = data.draw(states(SHAPE))
    for command in data.draw(st.lists(removals(state), min_size=1, max_size=3)):
        plain = case_of(state, intent_of(command), chosen(state, command))
        with mock.patch.object(effects, "MANY", 0):
            asked = case_of(state, intent_of(command), chosen(state, command))
        assert (plain.columns is None, asked.columns is None) == (True, False)
        assert findings_of(asked) == findings_of(plain)


def spread() -> State:
    """Servers of one kind in twelve cells of each of three zones."""
    lines = ["format = 1", "[region]", 'name = "small"', 'zones = ["az1", "az2", "az3"]', "[policy]", 'pace = "9/min"']
    lines += ['largest_command = "100%"', "[[subsystem]]", 'name = "index"']
    lines += [f'{key} = "50%"' for key in ("floor", "zone_floor", "cell_floor")]
    lines += ["[[pool]]", 'name = "p"', "count = 3600", 'supports = ["index"]', "cells_per_zone = 30"]
    return state_of(read_region("\n".join(lines), "small.toml"))


def test_that_a_plan_of_one_server_more_takes_over_what_is_the_same() -> None:
    state, name = spread(), ("index",)
    planner = Planner(state.region)
    before = planner.preview(state, Remove(Count(3000), name))
    after = planner.preview(state, Remove(Count(3001), name))
    scopes = [(one.scope.kind, one.leaving) for one in after.effects if one not in before.effects]
    assert sorted(kind for kind, _ in scopes) == ["cell", "region", "zone"]
    told = [(one.scope, one.facts.after) for one in after.findings if isinstance(one.facts, FloorBroken)]
    assert told == [(one.scope, one.after) for one in after.effects if one.verdict is ScopeVerdict.BREAKS]
    kept = [one for one in after.effects if any(one is other for other in before.effects)]
    assert len(kept) == len(after.effects) - 3
    found = [one for one in after.findings if any(one is other for other in before.findings)]
    assert {one.code for one in found} == {"floor", "tight"}


def test_that_facts_leave_nothing_to_take_over() -> None:
    state, command = spread(), Remove(Count(3000), ("index",))
    before = preview(state, command)
    move(state, {0: ServerState.FAILED})
    after = preview(state, command)
    assert not [one for one in after.effects if any(one is other for other in before.effects)]
