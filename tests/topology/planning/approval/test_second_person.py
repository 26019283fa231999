"""What a policy leaves to two people: which plans, what an approval lifts, and what lies outside of one."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.words.findings.table import message
from topology.approval.request import LivingApproval
from topology.command.grammar.syntax import Count, Planned, Remove
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.planning.guards.policy.second_person import approvals_of, envelope_for, needs_of
from topology.planning.plan import Confirmation, Effort, Plan, Severity, Verdict
from topology.planning.preview import check_confirmation, preview
from topology.region.description import RegionError, read_region

TEXT = """\
format = 1
[region]
name = "shop"
zones = ["az1"]
[policy]
pace = "100/min"
largest_command = 10
[approval]
more_than = "5%"
lifts = ["frozen", "too-large"]
[[subsystem]]
name = "index"
floor = 60
[[subsystem]]
name = "vault"
floor = 0
protected = true
[[pool]]
name = "index"
count = 100
supports = ["index"]
[[pool]]
name = "vault"
count = 20
supports = ["vault"]
"""
FREEZE = '[[freeze]]\nfrom = 2017-02-28T00:00:00Z\nuntil = 2017-03-01T00:00:00Z\nreason = "quarter end"\n'
FROZEN_AT = 1_488_300_000.0


def state_of(text: str = TEXT, **values: Any) -> State:
    region = read_region(text, "shop.toml")
    return replace(State(region, Fleet(region), time=FROZEN_AT), **values)


def take(count: int, subsystem: str = "index") -> Remove:
    return Remove(Count(count), (subsystem,))


def approval(plan: Plan, lifts: tuple[str, ...] = (), needs: tuple[str, ...] = ()) -> LivingApproval:
    needs = needs or needs_of(plan)
    return LivingApproval(12, "ana", plan.command, envelope_for(plan), lifts, ("ben",), 60.0, needs)


def refused(state: State, plan: Plan, command: Planned, approvals: tuple[str, ...] = ()) -> list[str]:
    confirmation = Confirmation(plan.digest, Effort.COUNT, approvals)
    return [message(one) for one in check_confirmation(state, plan, command, confirmation)]


def test_that_a_plan_that_takes_more_of_a_scope_than_the_share_wants_a_second_person():
    state = state_of()
    assert "approval" not in preview(state, take(5)).codes()
    plan = preview(state, take(6))
    finding = next(one for one in plan.findings if one.code == "approval")
    assert (plan.verdict, finding.severity) == (Verdict.CAUTION, Severity.CAUTION)
    assert message(finding) == "another operator has to approve this (more than 5 % of a scope leaves)"
    assert refused(state, plan, take(6)) == [message(finding)]


def test_that_an_approved_plan_and_a_smaller_one_can_be_confirmed_by_whoever_names_the_approval():
    state = state_of()
    given_for = preview(state, take(8))
    state = replace(state, approvals=(approval(given_for),))
    for count in (8, 6):
        plan = preview(state, take(count))
        assert approvals_of(plan) == ("12",)
        assert refused(state, plan, take(count), ("12",)) == []
        assert "look at it again" in refused(state, plan, take(count))[0]


def test_that_a_larger_plan_is_outside_of_the_approval_and_says_by_what():
    state = state_of()
    given_for = replace(approval(preview(state, take(8))), command=str(take(9)))
    state = replace(state, approvals=(given_for,))
    plan = preview(state, take(9))
    text = next(message(one) for one in plan.findings if one.code == "approval")
    assert "approval 12 does not cover it: it takes 9 servers, approved are 8" in text
    assert refused(state, plan, take(9), ("12",)) == [text]


def test_that_less_headroom_than_was_approved_voids_an_approval():
    state = state_of()
    given_for = approval(preview(state, take(8)))
    pending = state.fleet.state.nonzero()[0][-3:].astype("int32")
    pending = [state.fleet.position[f"index-{number:04}"] for number in (98, 99, 100)]
    state = replace(state, approvals=(given_for,), pending=type(state.pending)((3,), "int32"))
    state.pending[:] = pending
    text = next(message(one) for one in preview(state, take(8)).findings if one.code == "approval")
    assert "index ends with headroom 29, approved was 32 or more" in text


def test_that_a_freeze_is_lifted_by_an_approval_that_says_so_and_by_no_other():
    state = state_of(TEXT + FREEZE)
    plan = preview(state, take(2))
    frozen = next(one for one in plan.findings if one.code == "frozen")
    assert (plan.verdict, frozen.lifted_by) == (Verdict.BLOCKED, "approval")
    with_it = replace(state, approvals=(approval(plan, ("frozen",)),))
    lifted = preview(with_it, take(2))
    assert lifted.verdict is Verdict.CAUTION
    assert next(one for one in lifted.findings if one.code == "frozen").lifted_by == "approval"
    assert refused(with_it, lifted, take(2), ("12",)) == []
    without = replace(state, approvals=(approval(plan),))
    assert preview(without, take(2)).verdict is Verdict.BLOCKED


@given(st.integers(1, 100), st.sampled_from(("index", "vault")), st.booleans())
def test_that_no_approval_makes_a_broken_floor_or_a_protected_server_pass(count, subsystem, frozen):
    state = state_of(TEXT + (FREEZE if frozen else ""))
    alone = preview(state, take(count, subsystem))
    everything = ("frozen", "too-large", "pace", "floor", "unknown", "protected", "share", *needs_of(alone))
    given_all = replace(approval(alone, everything[:6], everything), envelope=envelope_for(alone))
    plan = preview(replace(state, approvals=(given_all,)), take(count, subsystem))
    blocks = {one.code for one in alone.findings if one.severity is Severity.BLOCK} - {"frozen", "too-large"}
    assert {one.code for one in plan.findings if one.severity is Severity.BLOCK} >= blocks


def test_that_a_plan_that_nobody_can_approve_asks_for_nobody():
    plan = preview(state_of(TEXT + FREEZE), take(45))
    assert "floor" in plan.codes()
    assert needs_of(plan) == ()
    assert {one.code: one.lifted_by for one in plan.findings if one.code in ("floor", "frozen")} == {
        "floor": "nothing",
        "frozen": "approval",
    }


def test_that_a_policy_that_would_let_a_floor_be_lifted_is_not_read():
    with pytest.raises(RegionError, match=r"approval\.lifts holds 'floor'; it may hold frozen, too-large, pace"):
        read_region(TEXT.replace('"too-large"]', '"floor"]'), "shop.toml")


def test_that_findings_of_approvals_survive_json():
    state = state_of()
    plan = preview(state, take(6))
    assert Plan.from_json(plan.to_json()).findings == plan.findings
    state = replace(state, approvals=(approval(plan),))
    plan = preview(state, take(6))
    assert approvals_of(Plan.from_json(plan.to_json())) == ("12",)
