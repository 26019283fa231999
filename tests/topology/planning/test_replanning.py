"""What stays on show while the region changes under an unchanged command, and what a confirmation is held against."""

import gc
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias
from weakref import ref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.words.findings.table import message
from tests.topology.planning.conftest import Ask, Make, Read
from tests.topology.strategies import Shape, move, selections, states
from topology.command.grammar.syntax import Planned, Undo
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.planning.plan import Confirmation, Effort, Finding, Plan, Verdict
from topology.planning.preview import Planner, check_confirmation, preview, replan
from topology.region.region import Amount
from topology.region.server_states import ServerState

Again: TypeAlias = Callable[[State, Plan, Planned], Plan]

BOTH: list[Again] = [replan, lambda state, plan, command: Planner(state.region).replan(state, plan, command)]


def fail(state: State, *names: str, to: ServerState = ServerState.FAILED) -> None:
    move(state, {state.fleet.position[name]: to for name in names})


def refusals(state: State, plan: Plan, command: Planned, effort: Effort = Effort.COUNT) -> tuple[Finding, ...]:
    return check_confirmation(state, plan, command, Confirmation(plan.digest, effort))


@pytest.fixture(params=BOTH, ids=["replan", "planner"])
def again(request: pytest.FixtureRequest) -> Again:
    chosen: Again = request.param
    return chosen


def test_that_the_servers_on_show_stay_when_others_change(make: Make, ask: Ask, read: Read, again: Again) -> None:
    state = make()
    fail(state, "bill-0001")
    plan = ask(state, "remove 3 from billing")
    fail(state, "bill-0001", to=ServerState.IN_SERVICE)
    assert ask(state, "remove 3 from billing").servers != plan.servers
    later = again(state, plan, read(state, "remove 3 from billing"))
    assert later.servers == plan.servers
    assert later.revision == state.revision > plan.revision
    assert later.digest == plan.digest


def test_that_servers_are_selected_anew_when_one_left_service(make: Make, ask: Ask, read: Read, again: Again) -> None:
    state = make()
    plan = ask(state, "remove 3 from billing")
    fail(state, plan.servers[0])
    later = again(state, plan, read(state, "remove 3 from billing"))
    assert later == ask(state, "remove 3 from billing")
    assert len(later.servers) == 3


def test_that_servers_are_selected_anew_when_the_quantity_comes_to_another_number(
    make: Make, ask: Ask, read: Read, again: Again
) -> None:
    state = make()
    fail(state, *(f"placement-{number:04}" for number in range(1, 11)))
    plan = ask(state, "remove 10% from placement")
    fail(state, *(f"placement-{number:04}" for number in range(1, 11)), to=ServerState.IN_SERVICE)
    later = again(state, plan, read(state, "remove 10% from placement"))
    assert (len(plan.servers), len(later.servers)) == (1, 2)


def test_that_servers_are_selected_anew_when_the_verdict_worsens(
    make: Make, ask: Ask, read: Read, again: Again
) -> None:
    state = make(billing='zone_floor = "50%"')
    command = read(state, "remove 4 from billing")
    fail(state, "bill-0002", "bill-0004", "bill-0006")
    plan = preview(state, command)
    assert sorted(plan.servers)[:3] == ["bill-0001", "bill-0003", "bill-0005"]
    assert plan.verdict is Verdict.CAUTION
    fail(state, "bill-0002", "bill-0004", "bill-0006", to=ServerState.IN_SERVICE)
    fail(state, *(f"both-{number:04}" for number in range(5, 29, 2)))
    later = again(state, plan, command)
    assert later == preview(state, command)


def test_that_a_blocked_plan_gives_way_to_a_selection_that_is_not(
    make: Make, ask: Ask, read: Read, again: Again
) -> None:
    state = make()
    command = read(state, "remove 27 from billing")
    blocked = preview(state, command)
    fail(state, "index-0001")  # nothing to gain yet
    assert again(state, blocked, command).blocked
    none = Amount(0)
    relaxed = tuple(replace(one, floor=none, zone_floor=none, cell_floor=none) for one in state.region.subsystems)
    region = replace(state.region, subsystems=relaxed, index={})
    assert not again(State(region, Fleet(region), state.revision + 1), blocked, command).blocked


def test_that_another_command_is_planned_anew(make: Make, ask: Ask, read: Read, again: Again) -> None:
    state = make()
    plan = ask(state, "remove 3 from billing")
    later = again(state, plan, read(state, "remove 3 from index"))
    assert later == ask(state, "remove 3 from index")


@given(states(Shape()), st.data())
def test_that_a_plan_on_show_never_says_less_than_a_judgement_of_its_servers(state: State, data: st.DataObject) -> None:
    command = data.draw(selections(state))
    plan = preview(state, command)
    if len(state.region.roster):
        some = st.dictionaries(
            st.integers(0, len(state.region.roster) - 1), st.sampled_from(ServerState), min_size=1, max_size=4
        )
        move(state, data.draw(some))
    later = replan(state, plan, command)
    fresh = preview(state, command)
    assert later.revision == state.revision
    assert len(later.servers) == len(fresh.servers)
    if later.servers != plan.servers:
        assert later == fresh
    if not fresh.blocked:
        assert not later.blocked


def test_that_a_clear_plan_is_confirmed_with_one_key(make: Make, ask: Ask, read: Read) -> None:
    state = make()
    plan = ask(state, "remove 6 from billing")
    assert refusals(state, plan, read(state, "remove 6 from billing"), Effort.KEY) == ()


def test_that_a_plan_with_cautions_wants_the_number_of_servers(make: Make, ask: Ask, read: Read) -> None:
    state = make()
    plan, command = ask(state, "remove 8 from billing"), read(state, "remove 8 from billing")
    (finding,) = refusals(state, plan, command, Effort.KEY)
    assert finding.code == "effort"
    assert "type the number of its servers, 8," in message(finding)
    assert refusals(state, plan, command, Effort.COUNT) == ()


@pytest.mark.parametrize("effort", Effort)
def test_that_a_blocked_plan_cannot_be_confirmed(make: Make, ask: Ask, read: Read, effort: Effort) -> None:
    state = make()
    plan = ask(state, "remove 27 from billing")
    assert [finding.code for finding in refusals(state, plan, read(state, "remove 27 from billing"), effort)] == [
        "floor"
    ]


def test_that_a_confirmation_of_another_plan_is_refused(make: Make, ask: Ask, read: Read) -> None:
    state = make()
    plan, other = ask(state, "remove 6 from billing"), ask(state, "remove 5 from billing")
    (finding,) = check_confirmation(
        state, plan, read(state, "remove 6 from billing"), Confirmation(other.digest, Effort.COUNT)
    )
    assert finding.code == "stale"


def test_that_a_plan_with_other_servers_than_its_digest_is_refused(make: Make, ask: Ask, read: Read) -> None:
    state = make()
    plan = ask(state, "remove 6 from billing")
    forged = replace(plan, servers=(*plan.servers[:5], "both-0001"))
    assert [one.code for one in refusals(state, forged, read(state, "remove 6 from billing"))] == ["stale"]


def test_that_a_higher_revision_alone_is_not_stale(make: Make, ask: Ask, read: Read) -> None:
    state = make()
    plan = ask(state, "remove 6 from billing")
    fail(state, "placement-0001")
    assert refusals(state, plan, read(state, "remove 6 from billing"), Effort.KEY) == ()


def test_that_a_listed_server_that_left_service_makes_the_plan_stale(make: Make, ask: Ask, read: Read) -> None:
    state = make()
    plan = ask(state, "remove 6 from billing")
    fail(state, "bill-0003")
    findings = refusals(state, plan, read(state, "remove 6 from billing"))
    assert message(findings[0]) == "since revision 1 1 server of the list changed: bill-0003 failed"
    assert {finding.code for finding in findings} == {"stale"}


def test_that_a_listed_server_that_supports_another_set_makes_the_plan_stale(make: Make, ask: Ask, read: Read) -> None:
    state = make()
    plan = ask(state, "remove 1 from billing")
    other = make()
    profiles = list(other.region.roster.profiles)
    position = other.fleet.position["bill-0001"]
    profiles[other.region.roster.profile[position]] = ((0, 1), (2, 1))
    region = replace(other.region, roster=replace(other.region.roster, profiles=tuple(profiles)), index={})
    changed = State(region, type(other.fleet)(region), revision=2, time=other.time)
    findings = refusals(changed, plan, read(changed, "remove 1 from billing"))
    assert message(findings[0]) == "bill-0001 supported billing, and now supports index, billing"


def test_that_a_plan_that_would_break_a_floor_by_now_is_stale_and_says_what_changed(
    make: Make, ask: Ask, read: Read
) -> None:
    state = make()
    command = read(state, "remove 20 from index")
    plan = preview(state, command)
    fail(
        state, next(name for name in state.region.roster.names if name.startswith("index") and name not in plan.servers)
    )
    (finding,) = refusals(state, plan, command)
    assert finding.code == "stale"
    assert message(finding) == (
        "caution at revision 1 is blocked at revision 2: index 99 → 79, floor 80: 1 below; at most 19 can leave"
    )


def test_that_a_worse_verdict_without_a_block_is_stale_too(make: Make, ask: Ask, read: Read) -> None:
    state = make()
    command = read(state, "remove 6 from billing")
    plan = preview(state, command)
    move(state, {state.fleet.position["placement-0001"]: ServerState.REMOVED}, "of somebody else", 0)
    (finding,) = refusals(state, plan, command)
    assert message(finding).startswith("clear at revision 1 is caution at revision 2: 6 servers at 20/min")


def test_that_servers_another_execution_is_about_to_take_make_the_plan_stale(make: Make, ask: Ask, read: Read) -> None:
    state = make()
    command = read(state, "remove 6 from billing")
    plan = preview(state, command)
    state.pending = np.array([state.fleet.position["bill-0001"]], np.int32)
    assert "bill-0001 already leaving" in message(refusals(state, plan, command)[0])


def test_that_a_named_server_that_is_taken_meanwhile_is_told_once(make: Make, read: Read, again: Again) -> None:
    state = make()
    command = read(state, "remove servers bill-0001..0003")
    plan = preview(state, command)
    state.pending = np.array([state.fleet.position["bill-0001"]], np.int32)
    (finding,) = (one for one in again(state, plan, command).findings if one.code == "too-few-match")
    assert message(finding) == "1 server cannot be removed: bill-0001 already leaving"


def test_that_the_digest_names_region_command_and_servers_but_not_the_revision(make: Make, ask: Ask) -> None:
    state = make()
    plan = ask(state, "remove 6 from billing")
    fail(state, "placement-0001")
    assert ask(state, "remove 6 from billing").digest == plan.digest
    assert ask(state, "remove 5 from billing").digest != plan.digest
    assert ask(state, 'remove 6 from billing because "x"').digest != plan.digest


def test_that_a_plan_that_undoes_nothing_is_not_judged_as_an_undo(make: Make, ask: Ask) -> None:
    state = make()
    plan = ask(state, "remove 6 from billing")
    with pytest.raises(TypeError):
        check_confirmation(state, plan, Undo(3), Confirmation(plan.digest, Effort.KEY))


def test_that_what_is_remembered_of_a_region_goes_when_the_region_does(make: Make, ask: Ask) -> None:
    state = make()
    ask(state, "remove 6 from billing")
    gone = ref(state.region)
    del state
    gc.collect()
    assert gone() is None
