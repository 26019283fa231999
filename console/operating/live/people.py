"""Who else is at a live region: says that this console is there, hears who else is, and what they do."""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from console.operating.colleagues.elsewhere import Elsewhere, done_of, told_of
from console.operating.colleagues.gathering import Colleague, Gathering, KnownRequest
from console.operating.colleagues.others_progress import with_progress
from console.operating.colleagues.sharing import Sharing
from console.operating.live.approving import Approving, sentence_of, unused
from console.operating.live.history import JournalFollower
from console.operating.live.holding import Holding
from console.operating.live.left.taking_over import TakingOver
from console.operating.live.other_sessions import OtherSessions
from console.operating.live.record import Record
from console.operating.live.requests_told import RequestsTold
from console.operating.notice import Notice
from console.operating.refusal import RefusedError, refused
from console.operating.status_page.publishers import Publishers
from console.words.colleagues import came_of
from console.words.findings.second_person import why_void
from topology.approval.request import ApprovalState, LivingApproval
from topology.command.grammar.syntax import Planned, StopOf, TakeOver, Undo
from topology.execution.journal_entries import JournalError, Kind
from topology.execution.unfinished import Unfinished
from topology.fleet.state import State
from topology.links.protocol import RegionLink
from topology.planning.guards.policy.second_person import left_by
from topology.planning.plan import Confirmation, Effort, Finding, Plan
from topology.records.ledger.colleagues import KEEP_PRESENT_S, Presence
from topology.records.ledger.values import KeptApproval
from topology.region.errors import LinkError

LOOK_EACH_S = 0.5
"""How often one looks who is there and what they do."""
MEETING_S = 8.0
log = logging.getLogger(__name__)


class People:
    """The others at one region, as far as its ledger and this machine's journal tell."""

    def __init__(
        self,
        link: RegionLink,
        record: Record,
        history: JournalFollower,
        others: OtherSessions,
        operator: str,
        holding: Holding,
        state: Callable[[], State],
        running: Callable[[], str | None],
        stop_all: Callable[[Sequence[tuple[str, str, str]]], Awaitable[str]],
        sharing: Sharing,
    ) -> None:
        self.on_change: Callable[[], None] = lambda: None
        self.on_approvals: Callable[[], None] = lambda: None
        """Hears that approvals were read anew."""
        self.gathering = Gathering()
        self.approving = Approving(lambda: link.meeting, record, operator, state)
        self.session = sharing.session
        self._link = link
        self._record = record
        self._history = history
        self._others = others
        self._operator = operator
        self._running = running
        self._stop_all = stop_all
        self._state = state
        self._shown: Plan | None = None
        self._kept: tuple[KeptApproval, ...] = ()
        self.publishers: Publishers | None = None
        """Which console publishes the status page where."""
        self._told = RequestsTold(link, operator)
        self._sharing = sharing
        self._elsewhere = Elsewhere(lambda: link.meeting, lambda execution: execution in history.past.by_id)
        others.elsewhere = self._elsewhere
        self._taking_over = TakingOver(link, record, history, holding, lambda: self._elsewhere.left)
        self._appeared = float("-inf")
        self._looking = asyncio.Lock()

    def approvals(self) -> tuple[LivingApproval, ...]:
        """Give the approvals of this operator that live, and that nothing or what runs here uses."""
        found = (unused(one, self._operator, self._running()) for one in self._kept)
        return tuple(one for one in found if one is not None)

    def notices(self) -> tuple[Notice, ...]:
        """Say what others ask, what they decided, and what they left."""
        return (*self._told.notices(self.gathering), self._others.cut_off())

    def show(self, plan: Plan | None) -> None:
        """Let others see what is previewed here."""
        self._shown = plan

    def asked(self, number: int) -> tuple[KnownRequest, Plan] | str:
        """Give what a request is about, or why that is not known."""
        known, plan = self.gathering.request(number), self._told.plans.get(number)
        if known is None:
            return f"There is no request {number:,}."
        if plan is None:
            return f"The plan of request {number:,} has not come yet."
        return known, plan

    async def ask(self, plan: Plan, command: Planned | Undo, reason: str) -> str:
        """Ask for an approval of a plan; one that it was to rest on and lies outside of is void."""
        await self.void_left(plan.findings)
        request = await self.approving.ask(plan, reason)
        await self.look()
        return sentence_of(request)

    async def decide(self, number: int, plan: Plan | None, *, approve: bool, reason: str) -> str:
        """Approve or decline."""
        request = await self.approving.decide(number, plan, reason, approve=approve)
        await self.look()
        return came_of(request, request.state, request.lasts_s)

    async def withdraw(self, number: int, reason: str) -> str:
        """Take back a request or an approval."""
        request = await self.approving.withdraw(number, reason)
        await self.look()
        return came_of(request, request.state, None)

    async def break_glass(self, plan: Plan, command: Planned | Undo, reason: str) -> Confirmation:
        """Go on alone; everybody is told at once, by what the meeting keeps."""
        request = await self.approving.break_glass(plan, reason)
        await self.look()
        return Confirmation(plan.digest, Effort.COUNT, (str(request.number),))

    async def void_left(self, findings: Sequence[Finding]) -> None:
        """Void the approval that a plan was to rest on and lies outside of, where its findings name one."""
        left = left_by(findings)
        if left is not None and left.near is not None:
            await self.approving.void(left.near, why_void(left))
            await self.look()

    async def void(self, approvals: tuple[int, ...], why: str) -> None:
        """Void those of *approvals* that live: the region refused what was to be done by them."""
        await self.look()
        for one in self._kept:
            if one.number in approvals and one.living is not None:
                await self.approving.void(one.number, why)
        await self.look()

    async def take_over(self, whose: TakeOver) -> tuple[Unfinished, ...]:
        """Settle what nobody carries out any more, under one's own name."""
        try:
            return await self._taking_over.take_over(whose)
        finally:
            await self._history.load()
            await self.look()

    async def stop(self, whose: StopOf) -> str:
        """Stop what others carry out, and write it down."""
        running = [one for one in self.gathering.executions if one.carried_out]
        found = [one for one in running if whose in (StopOf(one.entry), StopOf(None, one.operator))]
        if not found:
            who = f"entry {whose.entry:,} is not" if whose.entry is not None else f"nothing of {whose.operator} is"
            raise refused(f"{who} carried out at another console, so there is nothing to stop")
        targets = [(one.execution, one.command, f"{one.operator}'s {one.command}") for one in found]
        return f"Stopped {await self._stop_all(targets)}: no further server leaves."

    async def follow(self) -> None:
        """Look and appear, again and again; at the end say good-bye."""
        loop, publishes = asyncio.get_running_loop(), tuple[tuple[str, float], ...]()
        try:
            while True:
                try:
                    presence = self._presence()
                    if loop.time() - self._appeared >= KEEP_PRESENT_S or presence.publishes != publishes:
                        async with asyncio.timeout(MEETING_S):
                            await self._link.meeting.appear(presence)
                        self._appeared, publishes = loop.time(), presence.publishes
                    await self.look()
                except (LinkError, TimeoutError, RefusedError, JournalError) as error:
                    self._take(Gathering(trouble=str(error) or "the ledger does not answer"))
                await asyncio.sleep(LOOK_EACH_S)
        finally:
            try:
                async with asyncio.timeout(1.0):
                    await self._link.meeting.leave(self.session)
            except (LinkError, TimeoutError, RuntimeError):
                log.debug("the ledger did not hear of the good-bye")

    async def look(self) -> None:
        """See who is there and what they do, now.

        Raises:
            LinkError: the ledger could not be read.
        """
        async with self._looking:  # one that began earlier, and took longer, does not undo a later one
            async with asyncio.timeout(MEETING_S):
                seen = await self._link.meeting.read()
            if self.publishers is not None:
                self.publishers.hear(seen.presences, seen.time)
            if self._sharing.is_first:
                await self._history.load()  # what the journal here tells of is no news
            self._elsewhere.hear((await self._sharing.exchange(seen.revision)).ended)
            known = (*self._others.executions(), *await self._elsewhere.look(seen, self._running()))
            await self._note_ended()
            executions = tuple([await with_progress(one, self._link.meeting, self._state) for one in known])
            colleagues = sorted(map(self._colleague, seen.presences), key=lambda one: (one.operator, one.session))
            requests = tuple(KnownRequest(one.request, one.state, one.remaining_s) for one in seen.approvals)
            await self._told.fetch(seen.approvals)
            for kept in self._told.news(seen.approvals):
                await self.approving.heard(kept)
            self._kept = seen.approvals
            self.on_approvals()
            self._take(Gathering(tuple(colleagues), executions, requests))

    async def _note_ended(self) -> None:
        """Write down what consoles at other machines have done: by that entry it can be undone from here."""
        for kept, work, waves in self._elsewhere.ended:
            done = done_of(waves)
            if not done or kept.id in (await self._history.load()).by_id:
                continue
            details, servers = told_of(kept, work, waves)
            try:
                await self._record.write(
                    Kind.ELSEWHERE,
                    command=kept.command,
                    plan=kept.plan,
                    execution=kept.id,
                    servers=servers,
                    details={**details, "done": done},
                )
            except JournalError as error:
                log.info("what %s did is not in the journal here: %s", kept.owner, error)

    def withdrawn(self, numbers: tuple[int, ...]) -> str:
        """Say that one of these approvals is over; empty while all hold."""
        for one in self._kept:
            if one.number in numbers and one.state is not ApprovalState.APPROVED:
                return came_of(one.request, one.state, None).rstrip(".")
        return ""

    def _take(self, gathering: Gathering) -> None:
        if gathering != self.gathering:
            self.gathering = gathering
            self.on_change()

    def _presence(self) -> Presence:
        plan, published = self._shown, () if self.publishers is None else self.publishers.own
        here = Presence(self.session, self._operator, socket.gethostname(), publishes=published)
        if plan is None:
            return here
        named = tuple(dict.fromkeys(one.subsystem for one in plan.effects if one.named))
        return replace(here, command=plan.command, servers=plan.count, subsystems=named)

    def _colleague(self, one: Presence) -> Colleague:
        here = one.session == self.session
        return Colleague(one.session, one.operator, one.host, one.command, one.servers, one.subsystems, here)
