"""The guard `expects`: what a plan does beyond what its step declared, said in words and figures."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from console.words.findings.table import message, satisfied_by
from tests.topology.planning.conftest import described
from tests.topology.strategies import Shape, move, selections, state_of, states
from topology.command.grammar.syntax import Count, Planned, Remove
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.state import State
from topology.planning.plan import Plan, Severity, Verdict
from topology.planning.preview import Planner, preview, undo_plan
from topology.playbook.expects import held_step, unmet, unmet_after, unmet_before, with_findings
from topology.playbook.model import Expects, Reference
from topology.playbook.values import SubsystemValue, Value
from topology.region.description import read_region
from topology.region.region import Amount
from topology.region.server_states import ServerState


def held_to(expects: Expects, plan: Plan) -> Plan:
    return with_findings(plan, unmet(expects, plan))


def preview_step(planner: Planner, state: State, command: Planned, expects: Expects | None) -> Plan:
    return held_step(planner, state, command, planner.preview(state, command), expects)


def small(**keys: str) -> State:
    """100 of index (floor 80; 28 of them shared with billing), 34 of billing (floor 4), 20 of placement (floor 10)."""
    return state_of(read_region(described(**keys), "small.toml"))


def read(state: State, text: str) -> Planned:
    command = parse(text, vocabulary_of(state)).command
    assert isinstance(command, Planned)
    return command


def plan(text: str, state: State | None = None) -> Plan:
    state = state or small()
    return preview(state, read(state, text))


def sentences(expects: Expects, text: str) -> list[str]:
    found = unmet(expects, plan(text))
    assert all(one.code == "expects" and one.severity is Severity.BLOCK for one in found)
    assert all(satisfied_by(one) and one.lifted_by == "nothing" for one in found)
    return [message(one) for one in found]


def test_that_more_servers_than_expected_are_counted() -> None:
    assert sentences(Expects(servers=6), "remove 10 from billing") == [
        "the step expects at most 6 servers, this removes 10: 4 more"
    ]
    assert sentences(Expects(servers=10), "remove 10 from billing") == []


def test_that_subsystems_not_expected_are_named_with_what_they_lose() -> None:
    assert sentences(Expects(subsystems=("billing",)), "remove 10 from billing") == [
        "4 servers of the 10 serve index, which the step does not expect: index 100 → 96"
    ]
    assert sentences(Expects(subsystems=("billing",)), "remove 6 from billing") == []
    assert sentences(Expects(subsystems=()), "remove 1 from placement") == [
        "1 server of the 1 serves placement, which the step does not expect: placement 20 → 19"
    ]


def test_that_missing_headroom_is_said_with_all_figures() -> None:
    assert sentences(Expects(headroom=Amount(8)), "remove 14 from index") == [
        "the step expects headroom of at least 8 in index, this leaves 6: 2 short (index 100 → 86, floor 80)"
    ]
    assert sentences(Expects(headroom=Amount(8, percent=True)), "remove 14 from index") == [
        "the step expects headroom of at least 7 (8% of the floor) in index, this leaves 6: 1 short "
        "(index 100 → 86, floor 80)"
    ]
    assert sentences(Expects(headroom=Amount(6)), "remove 14 from index") == []


def test_that_headroom_of_a_subsystem_asks_only_for_that_one() -> None:
    expects = Expects(headroom_of=(("billing", Amount(25)),))
    assert sentences(expects, "remove 14 from index") == []
    assert sentences(expects, "remove 6 from billing") == [
        "the step expects headroom of at least 25 in billing, this leaves 24: 1 short (billing 34 → 28, floor 4)"
    ]


def test_that_the_headroom_of_a_zone_counts_where_it_has_a_floor() -> None:
    state = small(index='zone_floor = "90%"')
    found = unmet(Expects(headroom=Amount(1)), plan("remove 5 from index in az1", state))
    assert [(one.subsystem, one.scope) for one in found] == [("index", "zone:az1")]
    assert "in index in az1, this leaves 0: 1 short (index in az1 50 → 45, floor 45)" in message(found[0])


def test_that_a_floor_that_is_not_stated_is_never_headroom_enough() -> None:
    text = described().replace('name = "placement"\nfloor = "50%"', 'name = "placement"')
    state = state_of(read_region(text, "small.toml"))
    found = unmet(Expects(headroom=Amount(0)), plan("remove 1 from placement", state))
    assert [message(one) for one in found] == [
        "the step expects headroom of at least 0 in placement, which states no floor: placement 20 → 19"
    ]


def test_that_a_plan_that_takes_too_long_says_how_much_longer() -> None:
    assert sentences(Expects(minutes=1.0), "remove 10 from index at 5/min") == [
        "it is expected to take at most 1 min, and takes 2 min: 1 min longer"
    ]
    assert sentences(Expects(minutes=0.5), "remove 10 from index") == []


def test_that_an_expectation_without_its_value_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(TypeError, match="resolve"):
        unmet(Expects(servers=Reference("count")), plan("remove 1 from index"))


def test_that_references_are_resolved_with_values() -> None:
    expects = Expects(servers=Reference("count"), subsystems=("index", Reference("what")))
    values: dict[str, Value] = {"count": Count(3), "what": SubsystemValue("billing")}
    assert expects.resolved(values) == Expects(servers=3, subsystems=("index", "billing"))


def test_that_the_finding_blocks_and_stands_in_its_place_in_the_table() -> None:
    state = small(index="protected = true", placement="")
    held = held_to(Expects(servers=6), plan("remove 31 from index", state))
    codes = held.codes()
    assert codes.index("floor") < codes.index("too-large") < codes.index("expects") < codes.index("protected")
    clear = plan("remove 4 from billing")
    assert clear.verdict is Verdict.CLEAR
    assert held_to(Expects(servers=3), clear).verdict is Verdict.BLOCKED
    assert held_to(Expects(servers=4), clear) is clear


def test_that_the_undo_of_a_removal_is_not_blocked_by_it() -> None:
    state = small()
    taken = plan("remove 5 from billing", state).servers
    move(state, dict.fromkeys((state.fleet.position[name] for name in taken), ServerState.REMOVED), "act")
    undo = undo_plan(state, taken, 12, "undo 12", ("billing",))
    held = held_to(Expects(servers=1), undo)
    assert [one.severity for one in held.findings if one.code == "expects"] == [Severity.CAUTION]
    assert not held.blocked


def test_that_the_largest_safe_command_keeps_to_what_is_expected() -> None:
    state = small()
    planner = Planner(state.region)
    step = preview_step(planner, state, read(state, "remove 20 from billing"), Expects(subsystems=("billing",)))
    assert step.blocked
    assert step.largest_safe is not None
    assert step.largest_safe.command == "remove 6 servers from billing"
    none = preview_step(planner, state, read(state, "remove 20 from billing"), Expects(servers=0))
    assert none.largest_safe is None


def expectations() -> st.SearchStrategy[Expects]:
    amounts = st.builds(Amount, st.integers(0, 12), st.booleans())
    names = ("index", "placement", "billing", "metering")
    return st.builds(
        Expects,
        servers=st.none() | st.integers(0, 10),
        subsystems=st.none() | st.lists(st.sampled_from(names), unique=True).map(tuple),
        headroom=st.none() | amounts,
        headroom_of=st.lists(st.tuples(st.sampled_from(names), amounts), max_size=1).map(tuple),
        minutes=st.none() | st.floats(0.01, 5),
    )


@given(states(Shape(missing_floors=True)), st.data())
def test_that_expecting_headroom_refuses_whatever_breaks_a_floor(state: State, data: st.DataObject) -> None:
    made = preview(state, data.draw(selections(state)))
    refused = {(one.subsystem, one.scope) for one in unmet(Expects(headroom=Amount(0)), made)}
    broken = {(one.subsystem, one.scope) for one in made.findings if one.code == "floor"}
    assert broken <= refused
    without_floor = {(one.subsystem, one.scope) for one in made.effects if one.leaving and one.floor is None}
    assert refused == broken | without_floor


@given(states(), expectations(), st.data())
def test_that_a_smaller_command_never_fails_what_a_larger_one_meets(
    state: State, expects: Expects, data: st.DataObject
) -> None:
    command = data.draw(selections(state))
    assume(isinstance(command, Remove))
    sizes = [len(unmet(expects, preview(state, replace(command, quantity=Count(count))))) for count in range(1, 9)]
    assert sizes == sorted(sizes)


@given(states(), expectations(), st.data())
def test_that_the_largest_safe_of_a_step_is_the_largest_that_nothing_blocks(
    state: State, expects: Expects, data: st.DataObject
) -> None:
    command = data.draw(selections(state))
    assert isinstance(command, Remove)
    planner = Planner(state.region)
    step = preview_step(planner, state, command, expects)
    counts = [replace(command, quantity=Count(count)) for count in range(1, 40)]
    good = [one for one in counts if not preview_step(planner, state, one, expects).blocked]
    assert (step.largest_safe.command if step.largest_safe else None) == (str(good[-1]) if good else None)


def test_that_a_condition_before_looks_at_what_is_out_already() -> None:
    state = small()
    assert unmet_before(Expects(servers=0, subsystems=(), headroom=Amount(10)), state) == ()
    out = [state.fleet.position[name] for name in plan("remove 11 from index", state).servers]
    move(state, dict.fromkeys(out, ServerState.FAILED))
    said = [
        message(one) for one in unmet_before(Expects(servers=4, subsystems=("billing",), headroom=Amount(10)), state)
    ]
    assert said == [
        "at most 4 servers may be out of service before it starts; 11 are: 7 more",
        "11 servers of index are out of service, which the playbook does not expect",
        "headroom of at least 10 is expected in index; there is 9: 1 short",
    ]


def test_that_a_condition_counts_what_executions_will_still_take() -> None:
    state = small()
    expects = Expects(headroom_of=(("index", Amount(20)),))
    assert unmet_before(expects, state) == ()
    state.pending = np.array([state.fleet.position["index-0001"]], np.int32)
    assert [one.subsystem for one in unmet_before(expects, state)] == ["index"]


def test_that_a_condition_after_looks_at_everything_that_was_done() -> None:
    state = small()
    plans = [plan("remove 6 from billing", state), plan("remove 4 from index", state)]
    expects = Expects(servers=8, subsystems=("billing",), minutes=0.1)
    said = [message(one) for one in unmet_after(expects, plans, state)]
    assert said == [
        "the step expects at most 8 servers, this removes 10: 2 more",
        "index was touched, which the playbook does not expect",
        "it is expected to take at most 6 s, and takes 30 s: 24 s longer",
    ]
