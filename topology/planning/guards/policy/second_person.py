"""The guard `approval`: what a policy leaves to two people, and whether the second one has agreed to exactly this.

It speaks last, when everything else is known: what it lifts is a block that the policy lets an approval lift, and turns into a
caution. A floor, the unknown and what is protected are lifted by nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from msgspec.structs import replace

from topology.approval.envelope import EffectEnvelope, Exceeded, ScopeEffect, envelope_of
from topology.approval.policy import ApprovalPolicy
from topology.approval.request import LivingApproval
from topology.planning.facts import FindingFacts
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.plan import Effect, Finding, Plan, Severity

CODE = "approval"
PACE = "pace"
BY_APPROVAL = "approval"
"""What may lift a block that the policy lets a second person lift, and what has lifted it where it cautions."""


@dataclass(frozen=True, slots=True)
class NeedsApproval(FindingFacts):
    """Why a plan needs another operator: *needs* are codes, or `share` (of which more than *permille* leaves).

    The policy wants *count* people, and of each of *groups* so many. *outside* says by what it lies outside of what was
    approved (number *near*), where something was; *new* are needs that it was not asked for, *unlifted* codes that it leaves.
    """

    kind: ClassVar[str] = "approval-needed"
    needs: tuple[str, ...]
    permille: int
    count: int
    groups: tuple[tuple[str, int], ...] = ()
    near: int | None = None
    outside: tuple[Exceeded | str, ...] = ()
    """In words where an earlier version kept them."""
    new: tuple[str, ...] = ()
    unlifted: tuple[str, ...] = ()
    may_break_glass: bool = False


@dataclass(frozen=True, slots=True)
class Approved(FindingFacts):
    """The approval *number* that covers a plan, who gave it, and what it lifts; *alone*: its own operator broke glass."""

    kind: ClassVar[str] = "approval-given"
    number: int
    by: tuple[str, ...]
    lifts: tuple[str, ...]
    alone: bool


@dataclass(frozen=True, slots=True)
class NotNamed(FindingFacts):
    """A confirmation that does not name the approval it rests on."""

    kind: ClassVar[str] = "approval-not-named"
    number: int


def judged(case: Case, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Give *findings* with what the policy says of a second person, and with what an approval lifts as cautions."""
    policy = case.region.policy.approval
    if not policy.asks or not case.removes or not len(case.choice.servers):
        return findings
    effects = effects_of(case.effects)
    share = max((1000 * one.leaving / one.declared for one in case.effects if one.declared > 0), default=0.0)
    needs, wish = _needs(policy, findings, share), wishes(policy, findings)
    if not needs and not wish:
        return findings
    tried = [(one, _outside(one, len(case.choice.servers), effects, needs, policy)) for one in case.state.approvals]
    given = next((one for one, outside in tried if not any(outside) and (needs or set(wish).issubset(one.lifts))), None)
    if given is not None:
        return (*_lifted(findings, given, policy), _given(given, (*needs, *wish)))
    if not needs:
        return findings
    near = next((pair for pair in tried if pair[0].command == case.intent.text), None)
    marked = tuple(replace(one, lifted_by=BY_APPROVAL) if _is_liftable(one, policy) else one for one in findings)
    if any(one.severity is Severity.BLOCK and one.lifted_by != BY_APPROVAL for one in marked):
        return marked  # nobody can approve this: what blocks it comes first
    facts = NeedsApproval(
        needs,
        policy.share_permille or 0,
        policy.count,
        tuple((group.name, group.count) for group in policy.groups),
        None if near is None else near[0].number,
        *(((), (), ()) if near is None else near[1]),
        may_break_glass=policy.may_break_glass(needs),
    )
    return (*marked, Finding(CODE, Severity.CAUTION, facts))


def objections(judged_now: Plan, approvals: Iterable[str]) -> Iterable[Finding]:
    """Object to a plan that needs an approval and has none, or whose confirmation does not name the one that covers it."""
    for finding in judged_now.findings:
        if isinstance(finding.facts, NeedsApproval):
            yield replace(finding, severity=Severity.BLOCK)
        elif isinstance(finding.facts, Approved) and str(finding.facts.number) not in approvals:
            yield Finding(CODE, Severity.BLOCK, NotNamed(finding.facts.number))


def wishes(policy: ApprovalPolicy, findings: Iterable[Finding]) -> tuple[str, ...]:
    """Give what an approval could lift although nothing needs one: the wait for a pace that is in use already."""
    used = any(one.code == PACE and one.severity is Severity.CAUTION for one in findings)
    return (PACE,) if used and policy.may_lift(PACE) else ()


def may_ask(plan: Plan, policy: ApprovalPolicy) -> tuple[str, ...]:
    """Give what an approval of a plan would be for, where somebody asks for one: what it needs, and what it could lift."""
    return tuple(dict.fromkeys((*needs_of(plan), *wishes(policy, plan.findings))))


def needs_of(plan: Plan) -> tuple[str, ...]:
    """Give why a plan still needs an approval; nothing where it needs none, or has one."""
    return next((one.facts.needs for one in plan.findings if isinstance(one.facts, NeedsApproval)), ())


def approvals_of(plan: Plan) -> tuple[str, ...]:
    """Give the numbers of the approvals that a plan rests on, as a confirmation names them."""
    return tuple(str(one.facts.number) for one in plan.findings if isinstance(one.facts, Approved))


def left_by(findings: Iterable[Finding]) -> NeedsApproval | None:
    """Give what is said of the approval that a plan was to rest on and lies outside of; None where there is none."""
    needs = (one.facts for one in findings if isinstance(one.facts, NeedsApproval))
    return next((one for one in needs if one.near is not None), None)


def lifted_in(plan: Plan) -> tuple[str, ...]:
    """Give what the approval lifts that a plan rests on."""
    return next((one.facts.lifts for one in plan.findings if isinstance(one.facts, Approved)), ())


def envelope_for(plan: Plan) -> EffectEnvelope:
    """Give the envelope of what a plan does."""
    return envelope_of(plan.count, effects_of(plan.effects))


def outside_of(envelope: EffectEnvelope, plan: Plan) -> tuple[Exceeded, ...]:
    """Give in what a plan lies outside of what was asked for or approved."""
    return envelope.exceeded_by(plan.count, effects_of(plan.effects))


def effects_of(effects: Iterable[Effect]) -> tuple[ScopeEffect, ...]:
    """Give what leaves which scope, as it is approved."""
    return tuple(ScopeEffect(one.subsystem, str(one.scope), one.leaving, one.headroom) for one in effects)


def as_if_approved(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Give findings as they are once an approval is there: what it may lift cautions."""
    return tuple(replace(one, severity=Severity.CAUTION) if one.lifted_by == BY_APPROVAL else one for one in findings)


def _needs(policy: ApprovalPolicy, findings: tuple[Finding, ...], share: float) -> tuple[str, ...]:
    cautions = (one.code for one in findings if one.severity is Severity.CAUTION)
    blocks = (one.code for one in findings if one.severity is Severity.BLOCK)
    return policy.needs(cautions, blocks, share)


def _outside(
    given: LivingApproval, count: int, effects: tuple[ScopeEffect, ...], needs: tuple[str, ...], policy: ApprovalPolicy
) -> tuple[tuple[Exceeded, ...], tuple[str, ...], tuple[str, ...]]:
    """Give by what effects a plan lies outside, for what it was not asked for, and what it does not lift."""
    outside = given.envelope.exceeded_by(count, effects)
    new = tuple(need for need in needs if need not in given.needs)
    unlifted = tuple(code for code in needs if policy.may_lift(code) and code not in given.lifts and code not in new)
    return outside, new, unlifted


def _lifted(findings: tuple[Finding, ...], given: LivingApproval, policy: ApprovalPolicy) -> tuple[Finding, ...]:
    return tuple(
        replace(one, severity=Severity.CAUTION, lifted_by=BY_APPROVAL)
        if one.code in given.lifts and _is_liftable(one, policy)
        else one
        for one in findings
    )


def _given(given: LivingApproval, needs: tuple[str, ...]) -> Finding:
    lifts = tuple(code for code in given.lifts if code in needs)
    return Finding(CODE, Severity.NOTE, Approved(given.number, given.by, lifts, given.by == (given.operator,)))


def _is_liftable(finding: Finding, policy: ApprovalPolicy) -> bool:
    return finding.severity is Severity.BLOCK and policy.may_lift(finding.code)


GUARD = Guard(CODE, Severity.BLOCK, order=74, held_at_act=True, ask=None)
