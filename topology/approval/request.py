"""A request for an approval and what became of it: who asked, who decided, and what follows. Every rule of it is here, pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from topology.approval.envelope import EffectEnvelope
from topology.approval.policy import LIFTABLE, ApprovalPolicy, ApproverGroup


class ApprovalError(Exception):
    """It cannot be decided so; one sentence says why."""


class ApprovalState(StrEnum):
    """Where a request is. *expired* is for the ledger to say, whose time it goes by."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    VOID = "void"
    """What was approved was about to do more than was approved: it is worth nothing any more."""


class ApprovalWord(StrEnum):
    """What somebody decided."""

    APPROVE = "approve"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    BREAK_GLASS = "break-glass"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class ApprovalDecision:
    """One operator's word, with a reason; *time* is the ledger's, seconds since 1970 UTC."""

    operator: str
    word: ApprovalWord
    reason: str
    time: float = 0.0


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """An operator wants another's approval of one plan. *number* and *version* are the ledger's: it rises with every change.

    *digest* is the plan's, *needs* why it needs one, *lifts* the blocks it would lift. *execution* is the one that uses it.
    """

    operator: str
    command: str
    digest: str
    reason: str
    envelope: EffectEnvelope
    needs: tuple[str, ...] = ()
    lifts: tuple[str, ...] = ()
    count: int = 1
    groups: tuple[ApproverGroup, ...] = ()
    lasts_s: float = 1800.0
    decisions: tuple[ApprovalDecision, ...] = ()
    execution: str = ""
    asked: float = 0.0
    number: int = 0
    version: int = 0

    @property
    def state(self) -> ApprovalState:
        """Where it is, time aside: a withdrawal stays, and so does a decline."""
        words = {one.word for one in self.decisions}
        if ApprovalWord.WITHDRAW in words:
            return ApprovalState.WITHDRAWN
        if ApprovalWord.VOID in words:
            return ApprovalState.VOID
        if ApprovalWord.BREAK_GLASS in words:
            return ApprovalState.APPROVED
        if ApprovalWord.DECLINE in words:
            return ApprovalState.DECLINED
        return ApprovalState.APPROVED if not self.missing() else ApprovalState.ASKED

    @property
    def approvers(self) -> tuple[str, ...]:
        """Who approved it, each once; never the one who asked."""
        names = (
            one.operator for one in self.decisions if one.word is ApprovalWord.APPROVE and one.operator != self.operator
        )
        return tuple(dict.fromkeys(names))

    @property
    def glass_broken(self) -> bool:
        """Whether its own operator went on alone."""
        return any(one.word is ApprovalWord.BREAK_GLASS for one in self.decisions)

    def missing(self) -> tuple[str, ...]:
        """Say whose approval is missing still, in words."""
        approved = self.approvers
        found = []
        for group in self.groups:
            lacking = group.count - len(set(group.members).intersection(approved))
            if lacking > 0:
                found.append(f"{lacking} of {group.name} ({', '.join(group.members)})")
        if not found and (lacking := self.count - len(approved)) > 0:
            found.append("another operator" if lacking == 1 else f"{lacking} other operators")
        return tuple(found)

    def may_decide(self, operator: str) -> str:
        """Say why an operator's approval would not count; empty where it does."""
        if operator == self.operator:
            return f"request {self.number:,} is your own: another operator approves it"
        if self.state is not ApprovalState.ASKED:
            return f"request {self.number:,} is {self.state} already"
        if operator in self.approvers:
            return f"you approved request {self.number:,} already; {' and '.join(self.missing())} is missing still"
        allowed = {name for group in self.groups for name in group.members}
        full = sum(group.count for group in self.groups) >= self.count
        if self.groups and full and operator not in allowed:
            return f"request {self.number:,} is for {' and '.join(self.missing())} to approve"
        return ""


@dataclass(frozen=True, slots=True)
class LivingApproval:
    """An approval that holds now, for *remaining_s* seconds by the ledger's own time."""

    number: int
    operator: str
    command: str
    envelope: EffectEnvelope
    lifts: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    remaining_s: float = 0.0
    needs: tuple[str, ...] = field(default=())


def asked(
    policy: ApprovalPolicy,
    operator: str,
    command: str,
    digest: str,
    reason: str,
    envelope: EffectEnvelope,
    needs: Sequence[str],
) -> ApprovalRequest:
    """Make a request as a policy wants it.

    Raises:
        ApprovalError: nothing needs an approval, or there is no reason although it is to lift something.
    """
    if not needs:
        raise ApprovalError("this plan needs nobody's approval: confirm it")
    lifts = tuple(code for code in needs if policy.may_lift(code))
    if lifts and not reason.strip():
        raise ApprovalError(f'an approval that lifts {" and ".join(lifts)} needs a reason: because "..."')
    count = max(policy.count, 1)
    return ApprovalRequest(
        operator, command, digest, reason, envelope, tuple(needs), lifts, count, policy.groups, policy.lasts_s
    )


def decided(request: ApprovalRequest, operator: str, word: ApprovalWord, reason: str, time: float) -> ApprovalRequest:
    """Take in that an operator approves or declines.

    Raises:
        ApprovalError: it is their own, it is decided already, or it is not theirs to decide.
    """
    if word not in (ApprovalWord.APPROVE, ApprovalWord.DECLINE):
        raise ApprovalError(f"{word} decides nothing")
    why = request.may_decide(operator)
    if why:
        raise ApprovalError(why)
    return _with(request, ApprovalDecision(operator, word, reason, time))


def withdrawn(request: ApprovalRequest, operator: str, reason: str, time: float) -> ApprovalRequest:
    """Take in that a request, or an approval, is taken back: by who asked, or by one who approved.

    Raises:
        ApprovalError: it is over already, or somebody else's.
    """
    if request.state not in (ApprovalState.ASKED, ApprovalState.APPROVED):
        raise ApprovalError(f"request {request.number:,} is {request.state} already")
    if operator != request.operator and operator not in request.approvers:
        who = " or ".join((request.operator, *request.approvers))
        raise ApprovalError(f"request {request.number:,} is withdrawn by {who}; anybody may stop what runs")
    return _with(request, ApprovalDecision(operator, ApprovalWord.WITHDRAW, reason, time))


def voided(request: ApprovalRequest, operator: str, by_what: str, time: float) -> ApprovalRequest:
    """Take in that what was approved left its envelope, and *by_what*: the approval is void for good.

    Raises:
        ApprovalError: it is not approved, or somebody else's.
    """
    if request.state is not ApprovalState.APPROVED:
        raise ApprovalError(f"request {request.number:,} is {request.state}, so there is nothing to void")
    if operator != request.operator:
        raise ApprovalError(f"approval {request.number:,} is {request.operator}'s, not yours")
    return _with(request, ApprovalDecision(operator, ApprovalWord.VOID, by_what, time))


def broken_glass(policy: ApprovalPolicy, request: ApprovalRequest, reason: str, time: float) -> ApprovalRequest:
    """Take in that the one who asks goes on alone.

    Raises:
        ApprovalError: the policy does not list all that the plan needs, there is no reason, or it is decided already.
    """
    if not policy.may_break_glass(request.needs):
        without = ", ".join(need for need in request.needs if need not in policy.break_glass)
        raise ApprovalError(f"the policy lets nobody break glass for {without}: ask for an approval")
    if not reason.strip():
        raise ApprovalError('breaking glass needs a reason: because "..."')
    if request.state is not ApprovalState.ASKED:
        raise ApprovalError(f"request {request.number:,} is {request.state} already")
    return _with(request, ApprovalDecision(request.operator, ApprovalWord.BREAK_GLASS, reason, time))


def used(request: ApprovalRequest, execution: str) -> ApprovalRequest:
    """Bind an approval to the one execution that uses it.

    Raises:
        ApprovalError: it is not approved, or another execution uses it.
    """
    if request.state is not ApprovalState.APPROVED:
        raise ApprovalError(f"approval {request.number:,} is {request.state}")
    if request.execution and request.execution != execution:
        raise ApprovalError(f"approval {request.number:,} was used already: ask again")
    return replace(request, execution=execution)


def living(request: ApprovalRequest, remaining_s: float | None) -> LivingApproval | None:
    """Give what an approval is worth now; *remaining_s* is what its ledger says, None where it was never given."""
    if request.state is not ApprovalState.APPROVED or remaining_s is None or remaining_s <= 0:
        return None
    by = (request.operator,) if request.glass_broken else request.approvers
    lifts = tuple(code for code in request.lifts if code in LIFTABLE)
    return LivingApproval(
        request.number, request.operator, request.command, request.envelope, lifts, by, remaining_s, request.needs
    )


def _with(request: ApprovalRequest, decision: ApprovalDecision) -> ApprovalRequest:
    return replace(request, decisions=(*request.decisions, decision))
