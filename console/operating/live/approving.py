"""Asks for approvals, decides on those of others and uses one's own; each word is in the journal before anything follows."""

import asyncio
from collections.abc import Callable

from console.operating.live.record import Record
from console.operating.refusal import RefusedError, refused
from console.words import writing as words
from console.words.findings.second_person import exceeded_line
from console.words.findings.table import message
from topology.approval.request import (
    ApprovalError,
    ApprovalRequest,
    ApprovalState,
    ApprovalWord,
    LivingApproval,
    asked,
    broken_glass,
    decided,
    used,
    voided,
    withdrawn,
)
from topology.execution.journal_entries import JournalError, Kind
from topology.fleet.state import State
from topology.planning.guards.policy.second_person import BY_APPROVAL, approvals_of, envelope_for, may_ask, outside_of
from topology.planning.plan import Plan, Severity
from topology.records.ledger.protocol import Meeting
from topology.records.ledger.values import KeptApproval

TRIES = 5
"""So often a word is said again because somebody else decided in between."""
MEETING_S = 8.0
"""Seconds that the meeting has for one answer."""
_KINDS = {
    ApprovalWord.APPROVE: Kind.APPROVED,
    ApprovalWord.DECLINE: Kind.DECLINED,
    ApprovalWord.WITHDRAW: Kind.WITHDRAWN,
    ApprovalWord.BREAK_GLASS: Kind.BREAK_GLASS,
    ApprovalWord.VOID: Kind.VOIDED,
}


class Approving:
    """What one operator does about approvals; raises `RefusedError` where it is not done, and `LinkError` without the meeting."""

    def __init__(
        self, meeting: Callable[[], Meeting], record: Record, operator: str, state: Callable[[], State]
    ) -> None:
        self._meeting = meeting
        self._record = record
        self._operator = operator
        self._state = state

    async def ask(self, plan: Plan, reason: str) -> ApprovalRequest:
        """Ask for an approval of *plan*: its request is written down, with the whole plan."""
        try:
            request = self._request(plan, reason)
        except ApprovalError as error:
            raise refused(str(error)) from error
        await self._write(Kind.ASKED, request, reason)
        async with asyncio.timeout(MEETING_S):
            return await self._meeting().ask_approval(request, plan.to_json())

    async def break_glass(self, plan: Plan, reason: str) -> ApprovalRequest:
        """Go on alone where the policy lets one operator do that."""
        policy = self._state().region.policy.approval
        try:
            request = self._request(plan, reason)
            broken_glass(policy, request, reason, 0.0)
        except ApprovalError as error:
            raise refused(str(error)) from error
        await self._write(Kind.BREAK_GLASS, request, reason)
        async with asyncio.timeout(MEETING_S):
            kept = await self._meeting().ask_approval(request, plan.to_json())
        return await self._change(kept.number, lambda one, now: broken_glass(policy, one, reason, now))

    async def decide(self, number: int, plan: Plan | None, reason: str, *, approve: bool) -> ApprovalRequest:
        """Approve a request, whose plan was judged again as *plan*, or decline it."""
        request = (await self._kept(number)).request
        word = ApprovalWord.APPROVE if approve else ApprovalWord.DECLINE
        if why := request.may_decide(self._operator):
            raise refused(why)
        if not reason.strip():
            raise refused(f'say why: {word} {number} because "..."')
        if approve:
            self._see_that_it_holds(request, plan)
        await self._write(_KINDS[word], request, reason)
        return await self._change(number, lambda one, now: decided(one, self._operator, word, reason, now))

    async def withdraw(self, number: int, reason: str) -> ApprovalRequest:
        """Take a request or an approval back; nothing more leaves by it, whatever becomes of the journal."""
        found = await self._change(number, lambda one, now: withdrawn(one, self._operator, reason, now))
        await self._write(Kind.WITHDRAWN, found, reason)
        return found

    async def void(self, number: int, by_what: str) -> None:
        """Let an approval of one's own be worth nothing any more: what it was for left its envelope."""
        try:
            found = await self._change(number, lambda one, now: voided(one, self._operator, by_what, now))
        except RefusedError:
            return  # it is over already, or its ledger is busy with it
        await self._write(Kind.VOIDED, found, by_what)

    async def use(self, numbers: tuple[str, ...], execution: str) -> tuple[int, ...]:
        """Bind approvals to the one execution that rests on them."""
        for number in numbers:
            kept = await self._kept(int(number))
            if kept.request.operator != self._operator:
                raise refused(f"approval {int(number):,} is {kept.request.operator}'s, not yours")
            if kept.living is None:
                raise refused(f"approval {int(number):,} is {kept.state}; ask again")
            await self._change(int(number), lambda one, now: used(one, execution))
        return tuple(map(int, numbers))

    async def heard(self, kept: KeptApproval) -> None:
        """Write down what another decided about a request of one's own, on this side too."""
        last = kept.request.decisions[-1] if kept.request.decisions else None
        if last is not None and last.operator != self._operator:
            await self._write(_KINDS[last.word], kept.request, last.reason, by=last.operator)

    def _request(self, plan: Plan, reason: str) -> ApprovalRequest:
        policy = self._state().region.policy.approval
        stays = [one for one in plan.findings if one.severity is Severity.BLOCK and one.lifted_by != BY_APPROVAL]
        if stays:
            raise refused(f"no approval lifts this: {message(stays[0])}")
        if approvals_of(plan):
            raise refused(f"it is approved already (request {approvals_of(plan)[0]}): confirm it")
        return asked(
            policy, self._operator, plan.command, plan.digest, reason, envelope_for(plan), may_ask(plan, policy)
        )

    def _see_that_it_holds(self, request: ApprovalRequest, plan: Plan | None) -> None:
        """See that what is asked for is what is on show here, judged now, and that nobody could not lift what blocks it."""
        if plan is None or plan.digest != request.digest:
            raise refused("the plan on show is not the one that was asked about: look at it again")
        blocks = [one for one in plan.findings if one.severity is Severity.BLOCK]
        if blocks:
            raise refused(f"it cannot be carried out as the region is now: {message(blocks[0])}")
        outside = outside_of(request.envelope, plan)
        if outside:
            raise refused(f"the region changed since it was asked: {'; '.join(map(exceeded_line, outside[:3]))}")

    async def _kept(self, number: int) -> KeptApproval:
        async with asyncio.timeout(MEETING_S):
            kept = await self._meeting().approval(number)
        if kept is None:
            raise refused(f"there is no request {number:,}")
        return kept

    async def _change(
        self, number: int, change: Callable[[ApprovalRequest, float], ApprovalRequest]
    ) -> ApprovalRequest:
        for _ in range(TRIES):
            kept = await self._kept(number)
            if kept.state is ApprovalState.EXPIRED:
                raise refused(f"the approval of request {number:,} ran out; ask again")
            try:
                changed = change(kept.request, self._state().time)
            except ApprovalError as error:
                raise refused(str(error)) from error
            async with asyncio.timeout(MEETING_S):
                found = await self._meeting().keep_approval(changed)
            if found is not None:
                return found
        raise refused(f"others decide on request {number:,} at this moment; look at it again")

    async def _write(self, kind: Kind, request: ApprovalRequest, reason: str, by: str = "") -> None:
        details: dict[str, object] = {
            "request": request.number,
            "asked_by": request.operator,
            "needs": request.needs,
            "lifts": request.lifts,
            "because": reason,
            "by": by,
            "servers": request.envelope.servers,
        }
        details = {key: value for key, value in details.items() if value}
        try:
            await self._record.write(kind, command=request.command, plan=request.digest, details=details)
        except JournalError as error:
            raise refused(f"nothing is decided without a journal: {error}") from error


def unused(kept: KeptApproval, operator: str, running: str | None) -> LivingApproval | None:
    """Give an operator's approval that lives and can be used, or is used by what runs here; None for any other."""
    found = kept.living
    if found is None or found.operator != operator or kept.request.execution not in ("", running):
        return None
    return found


def sentence_of(request: ApprovalRequest) -> str:
    """Say that somebody was asked."""
    return f"Asked {words.listed(request.missing())} to approve request {request.number:,}: {request.command}."
