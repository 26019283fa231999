"""`remove all … by rack`: each stage keeps every floor, is as large as may be, and the whole comes as it was foretold."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.topology.planning.recounting import broken
from tests.topology.strategies import Shape, move, state_of, states
from topology.command.grammar.syntax import LEVELS, All, Level, Place, Remove
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.state import State
from topology.planning.plan import Plan, Verdict
from topology.planning.preview import Planner, preview
from topology.region.description import read_region
from topology.region.server_states import ServerState

TEXT = """\
format = 1
[region]
name = "shop"
zones = ["az1", "az2"]
[policy]
pace = "10/min"
largest_command = {largest}
[[subsystem]]
name = "front"
floor = {front}
[[subsystem]]
name = "store"
floor = {store}
[[dependency]]
from = "front"
to = "store"
[[pool]]
name = "s"
count = 16
supports = ["store"]
cells_per_zone = 1
servers_per_rack = 4
[[pool]]
name = "f"
count = 8
supports = ["front"]
cells_per_zone = 1
servers_per_rack = 2
"""


def shop(largest: int = 12, front: int = 0, store: int = 0) -> State:
    return state_of(read_region(TEXT.format(largest=largest, front=front, store=store), "shop.toml"))


def planned(state: State, text: str) -> Plan:
    command = parse(text, vocabulary_of(state)).command
    assert isinstance(command, Remove)
    assert str(command) == text
    return preview(state, command)


def leave(state: State, plan: Plan) -> None:
    move(state, {state.fleet.position[name]: ServerState.REMOVED for name in plan.servers}, "act")


def positions(state: State, names: tuple[str, ...]) -> list[int]:
    return [state.fleet.position[name] for name in names]


def test_that_whole_racks_go_up_to_the_largest_command() -> None:
    plan = planned(shop(largest=10), "remove all from store in az1 by rack")
    assert plan.staging is not None
    assert [(stage.servers, stage.lots, stage.parts) for stage in plan.staging.stages] == [(8, 2, 0)]
    assert (plan.count, plan.verdict, plan.staging.stays) == (8, Verdict.CLEAR, 0)
    plan = planned(shop(largest=7), "remove all from store in az1 by rack")
    assert plan.staging is not None
    assert [(stage.servers, stage.lots, stage.parts) for stage in plan.staging.stages] == [(4, 1, 0), (4, 1, 0)]
    assert plan.staging.minutes == pytest.approx(0.8)


def test_that_a_rack_larger_than_the_largest_command_goes_in_parts() -> None:
    plan = planned(shop(largest=3), "remove all from store in az1 by rack")
    assert plan.staging is not None
    assert [(stage.servers, stage.lots, stage.parts) for stage in plan.staging.stages] == [
        (3, 0, 1), (1, 1, 0), (3, 0, 1), (1, 1, 0),
    ]  # fmt: skip


def test_that_it_stops_at_the_floor_and_says_what_would_let_it_go_on() -> None:
    state = shop(store=11)
    plan = planned(state, "remove all from store in az1 by rack")
    staging = plan.staging
    assert staging is not None
    assert [(stage.servers, stage.lots, stage.parts) for stage in staging.stages] == [(4, 1, 0), (1, 0, 1)]
    assert (staging.servers, staging.stays) == (5, 3)
    assert [(need.subsystem, str(need.scope), need.missing) for need in staging.needs] == [("store", "region", 3)]
    assert staging.worst is not None
    assert (staging.worst.subsystem, staging.worst.headroom) == ("store", 0)
    for _ in staging.stages:
        plan = planned(state, "remove all from store in az1 by rack")
        assert not plan.blocked
        leave(state, plan)
    plan = planned(state, "remove all from store in az1 by rack")
    assert (plan.verdict, [finding.code for finding in plan.findings][:1]) == (Verdict.BLOCKED, ["floor"])
    assert plan.staging is not None
    assert (plan.staging.stages, plan.staging.stays) == ((), 3)


def test_that_dependents_go_before_what_they_need_however_they_are_named() -> None:
    state = shop(largest=6)
    plan = planned(state, "remove all from store, front in az1 by rack")
    assert plan.staging is not None
    assert plan.staging.order == ("front", "store")
    assert [stage.servers for stage in plan.staging.stages] == [4, 4, 4]
    assert {name[0] for name in plan.servers} == {"f"}
    held = planned(shop(front=6), "remove all from store, front in az1 by rack")
    assert held.staging is not None
    assert (held.staging.servers, held.staging.stays) == (2, 10), "store waits for the dependents that stay"


def test_that_by_goes_with_all_alone_and_suggests_it() -> None:
    vocabulary = vocabulary_of(shop())
    error = parse("remove 5 from store by rack", vocabulary).error
    assert error is not None
    assert error.suggestion == "remove all from store by rack"
    error = parse("remove all from store by shelf", vocabulary).error
    assert error is not None
    assert error.message == "expected rack, cell or zone here, not shelf"
    assert parse("restore all to store by rack", vocabulary).error is not None


@st.composite
def stagings(draw: st.DrawFn) -> tuple[State, Remove]:
    state = draw(states(Shape(missing_floors=True)))
    served = [subsystem.name for subsystem in state.region.subsystems if not subsystem.external]
    assume(state.region.roster.racks)
    zone, cell, _ = draw(st.sampled_from(state.region.roster.racks))
    places = draw(st.sampled_from(((), (Place(zone),), (Place(zone, cell),))))
    by: Level = draw(st.sampled_from(LEVELS))
    names = tuple(draw(st.lists(st.sampled_from(served), min_size=1, max_size=3, unique=True)))
    return state, Remove(All(), names, places, by=by)


@settings(deadline=None)
@given(stagings())
def test_that_every_stage_keeps_every_floor_and_comes_as_it_was_foretold(case: tuple[State, Remove]) -> None:
    state, command = case
    planner = Planner(state.region)
    foretold = planner.preview(state, command).staging
    assert foretold is not None
    limit = state.region.policy.largest_count(state.region.roster.count)
    for stage in foretold.stages:
        plan = planner.preview(state, command)
        assert "floor" not in plan.codes()
        assert "protected" not in plan.codes()
        assert plan.count == stage.servers
        assert limit is None or plan.count <= limit
        assert broken(state, positions(state, plan.servers)) == {}
        assert plan.staging is not None
        assert plan.staging.stages[0] == stage
        leave(state, plan)
    after = planner.preview(state, command)
    assert after.staging is not None
    assert (after.staging.stages, after.staging.stays, after.staging.kept) == ((), foretold.stays, foretold.kept)
    assert Plan.from_json(after.to_json()) == after


@settings(deadline=None)
@given(stagings())
def test_that_where_it_ends_no_further_server_of_the_turn_can_leave(case: tuple[State, Remove]) -> None:
    state, command = case
    planner = Planner(state.region)
    while not (plan := planner.preview(state, command)).blocked or (plan.staging and plan.staging.stages):
        if not plan.staging or not plan.staging.stages:
            return
        leave(state, plan)
    assert plan.staging is not None
    if plan.staging.stays and len(plan.staging.order) == 1:
        for name in plan.servers:
            assert broken(state, positions(state, (name,)))
