"""Whoever decides what in whatever order: nobody approves their own, and what is approved is never more than was asked."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topology.approval.envelope import Exceeded, ScopeEffect, envelope_of
from topology.approval.policy import LIFTABLE, SHARE, ApprovalPolicy, ApproverGroup
from topology.approval.request import (
    ApprovalError,
    ApprovalRequest,
    ApprovalState,
    ApprovalWord,
    asked,
    broken_glass,
    decided,
    living,
    used,
    voided,
    withdrawn,
)

NAMES = ("ana", "ben", "eve", "kim")
operators = st.sampled_from(NAMES)
codes = st.sampled_from(("frozen", "too-large", "pace", "floor", "unknown", "protected", "impact", SHARE))
effects = st.lists(
    st.builds(
        ScopeEffect,
        st.sampled_from(("index", "billing")),
        st.sampled_from(("region", "zone:az1")),
        st.integers(0, 20),
        st.none() | st.integers(-5, 20),
    ),
    max_size=4,
    unique_by=lambda one: one.place,
)
policies = st.builds(
    ApprovalPolicy,
    cautions=st.just(("impact",)),
    share_permille=st.none() | st.integers(0, 1000),
    lifts=st.lists(codes, max_size=4).map(tuple),
    break_glass=st.lists(codes, max_size=4).map(tuple),
    count=st.integers(1, 3),
    groups=st.lists(
        st.builds(
            ApproverGroup, st.sampled_from(("leads", "dba")), st.lists(operators, min_size=1, unique=True).map(tuple)
        ),
        max_size=2,
    ).map(tuple),
)
acts = st.lists(
    st.tuples(st.sampled_from(("approve", "decline", "withdraw", "glass")), operators, st.sampled_from(("why", ""))),
    max_size=10,
)


def request_of(policy: ApprovalPolicy, needs: tuple[str, ...] = ("impact",), operator: str = "ana") -> ApprovalRequest:
    envelope = envelope_of(6, [ScopeEffect("index", "region", 6, 4)])
    return replace(asked(policy, operator, "remove 6 from index", "d", "why", envelope, needs), number=12)


def after(policy: ApprovalPolicy, request: ApprovalRequest, act: str, operator: str, reason: str) -> ApprovalRequest:
    """Do one act to a request."""
    if act == "glass":
        return broken_glass(policy, request, reason, 0.0)
    if act == "withdraw":
        return withdrawn(request, operator, reason, 0.0)
    return decided(request, operator, ApprovalWord(act), reason, 0.0)


@given(policies, operators, st.lists(codes, min_size=1).map(tuple), acts)
def test_that_no_sequence_of_words_lets_an_operator_approve_their_own_or_lift_what_nobody_may(
    policy, who, needs, words
):
    request = request_of(policy, needs, who)
    for act, operator, reason in words:
        before = request
        try:
            request = after(policy, request, act, operator, reason)
        except ApprovalError:
            request = before
        assert not request.glass_broken or before.glass_broken or (policy.may_break_glass(needs) and reason)
        if before.state is ApprovalState.WITHDRAWN:
            assert request is before
        assert who not in request.approvers
        found = living(request, 60.0)
        assert (found is not None) == (request.state is ApprovalState.APPROVED)
        if found is None:
            continue
        assert set(found.lifts) <= set(LIFTABLE) & set(policy.lifts) & set(needs)
        if request.glass_broken:
            assert found.by == (who,)
            continue
        assert len(found.by) >= policy.count
        for group in policy.groups:
            assert set(group.members).intersection(found.by)


@given(policies, acts)
def test_that_a_withdrawn_request_never_lives_again(policy, words):
    request = withdrawn(request_of(policy), "ana", "no", 0.0)
    for act, operator, reason in words:
        with pytest.raises(ApprovalError):
            after(policy, request, act, operator, reason or "why")
    assert living(request, 60.0) is None
    with pytest.raises(ApprovalError):
        used(request, "E")


@given(st.integers(0, 9), effects, st.integers(0, 9), effects)
def test_that_an_envelope_holds_exactly_what_is_nowhere_larger_and_leaves_nowhere_less(most, approved, servers, plan):
    envelope = envelope_of(most, approved)
    kept = {one.place: one for one in approved if one.units > 0}
    larger = servers > most or any(
        one.place not in kept
        or one.units > kept[one.place].units
        or (
            kept[one.place].headroom is not None and (one.headroom is None or one.headroom < kept[one.place].headroom)  # type: ignore[operator]
        )
        for one in plan
        if one.units > 0
    )
    assert bool(envelope.exceeded_by(servers, plan)) == larger
    assert envelope.exceeded_by(most, approved) == ()


def test_that_what_lies_outside_is_named_with_both_numbers():
    envelope = envelope_of(6, [ScopeEffect("index", "zone:az1", 6, 4)])
    more = [ScopeEffect("index", "zone:az1", 8, 2), ScopeEffect("billing", "region", 1, 9)]
    assert envelope.exceeded_by(8, more) == (
        Exceeded("servers", 8, 6),
        Exceeded("units", 8, 6, "index", "zone:az1"),
        Exceeded("headroom", 2, 4, "index", "zone:az1"),
        Exceeded("units", 1, None, "billing", "region"),
    )


def test_that_a_group_is_waited_for_and_others_are_told_whom_it_is_for():
    policy = ApprovalPolicy(cautions=("impact",), groups=(ApproverGroup("leads", ("kim", "eve")),))
    request = request_of(policy)
    with pytest.raises(ApprovalError, match=r"request 12 is for 1 of leads \(kim, eve\) to approve"):
        decided(request, "ben", ApprovalWord.APPROVE, "fine", 0.0)
    with pytest.raises(ApprovalError, match="request 12 is your own: another operator approves it"):
        decided(request, "ana", ApprovalWord.APPROVE, "fine", 0.0)
    assert decided(request, "kim", ApprovalWord.APPROVE, "fine", 0.0).state is ApprovalState.APPROVED


def test_that_an_approval_is_for_one_execution():
    request = decided(request_of(ApprovalPolicy(cautions=("impact",))), "ben", ApprovalWord.APPROVE, "fine", 0.0)
    first = used(request, "E")
    assert used(first, "E") == first
    with pytest.raises(ApprovalError, match="approval 12 was used already: ask again"):
        used(first, "F")


def test_that_an_approval_that_lifts_something_and_breaking_glass_want_a_reason():
    policy = ApprovalPolicy(lifts=("frozen",), break_glass=("frozen",))
    envelope = envelope_of(1, [ScopeEffect("index", "region", 1)])
    with pytest.raises(ApprovalError, match="an approval that lifts frozen needs a reason"):
        asked(policy, "ana", "c", "d", " ", envelope, ("frozen",))
    with pytest.raises(ApprovalError, match="nobody break glass for impact"):
        broken_glass(policy, request_of(policy, ("frozen", "impact")), "fire", 0.0)


def test_that_what_is_void_is_worth_nothing_for_good_and_only_its_own_operator_voids_it() -> None:
    request = decided(request_of(ApprovalPolicy(count=1)), "ben", ApprovalWord.APPROVE, "fine", 0.0)
    with pytest.raises(ApprovalError, match="approval 12 is ana's, not yours"):
        voided(request, "ben", "too much", 1.0)
    void = voided(request, "ana", "8 servers, approved are 6", 1.0)
    assert void.state is ApprovalState.VOID
    assert living(void, 100.0) is None
    for act in (
        lambda: used(void, "e"),
        lambda: voided(void, "ana", "again", 2.0),
        lambda: withdrawn(void, "ben", "why", 2.0),
        lambda: decided(void, "kim", ApprovalWord.APPROVE, "fine", 2.0),
    ):
        with pytest.raises(ApprovalError):
            act()
