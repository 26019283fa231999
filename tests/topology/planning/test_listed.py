"""Plans hold positions: what is made of them late is what it would have been at once, and survives what comes later."""

import hashlib
import json
from dataclasses import replace
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from tests.topology.planning.conftest import Ask, Make, Read
from tests.topology.strategies import Shape, selections, states
from topology.fleet.batches import batch_of
from topology.fleet.state import State
from topology.planning.listed import Listed
from topology.planning.plan import Plan, Verdict
from topology.planning.preview import Planner, judge, preview, replan
from topology.region.server_states import ServerState


@given(states(Shape()), st.data())
def test_that_names_supports_and_digest_are_those_of_the_positions(state: State, data: st.DataObject) -> None:
    plan = preview(state, data.draw(selections(state)))
    assert plan.listed is not None
    positions, roster = plan.listed.positions.tolist(), state.region.roster
    assert plan.servers == tuple(roster.names[server] for server in positions)
    assert plan.count == len(positions)
    subsystems = state.region.subsystems
    assert plan.supports == tuple(
        tuple(subsystems[number].name for number in state.fleet.subsystems_of(server)) for server in positions
    )
    told = json.dumps(
        [state.region.name, plan.command, sorted(plan.servers)], separators=(",", ":"), ensure_ascii=False
    )
    assert plan.digest == hashlib.sha256(told.encode()).hexdigest()


@given(states(Shape()), st.data())
def test_that_a_plan_survives_json_and_is_judged_alike_by_another_console(state: State, data: st.DataObject) -> None:
    command = data.draw(selections(state))
    plan = preview(state, command)
    read = Plan.from_json(plan.to_json())
    assert read == plan
    assert read.listed is None
    assert read.is_like(plan)
    assert plan.is_like(read)
    assert replan(state, read, command) == replan(state, plan, command)


def test_that_a_keystroke_makes_neither_names_nor_supports_nor_a_digest(make: Make, read: Read) -> None:
    state = make()
    planner = Planner(state.region)
    made = AssertionError("made too early")
    with patch.object(Listed, "names", property(lambda _: (_ for _ in ()).throw(made))):
        plan = planner.preview(state, read(state, "remove all from index"))
        state.fleet.apply(batch_of(2, 1.0, [(state.fleet.position["placement-0001"], ServerState.FAILED)]))
        state.revision = 2
        again = planner.replan(state, plan, read(state, "remove all from index"))
        assert again.count == plan.count == 100
        assert again.is_like(plan)


def test_that_a_plan_keeps_its_servers_whatever_happens_to_them(make: Make, ask: Ask) -> None:
    state = make()
    plan, other = ask(state, "remove 6 from billing"), ask(state, "remove 6 from billing")
    before = other.servers, other.supports, other.digest
    state.fold(batch_of(2, 1.0, [(server, ServerState.FAILED) for server in range(len(state.region.roster))]))
    assert (plan.servers, plan.supports, plan.digest) == before


def test_that_told_findings_change_nothing_else(make: Make, ask: Ask) -> None:
    plan = ask(make(), "remove 8 from billing")
    assert plan.told((), Verdict.CLEAR) == replace(plan, findings=(), verdict=Verdict.CLEAR)
    assert plan.findings


def test_that_plans_are_alike_by_command_and_servers(make: Make, ask: Ask, read: Read) -> None:
    state = make()
    plan = ask(state, "remove 6 from billing")
    assert plan.is_like(ask(state, "remove 6 from billing"))
    assert not plan.is_like(ask(state, "remove 5 from billing"))
    assert not plan.is_like(None)
    others = judge(state, read(state, "remove 6 from billing"), (*plan.servers[:5], "both-0001"))
    assert (others.count, others.is_like(plan)) == (6, False)
