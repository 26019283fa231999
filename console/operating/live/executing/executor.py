"""Carries one execution out: asks for the next step, writes that down, does it at the link, tells what came of it.

Nothing here waits for a link for ever. A call that does not answer in time leaves its servers unknown; a stop ends the
execution within `GRACE_S` whatever the link does. What is unknown at the end is settled in the background.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import replace

from console.operating.jobs import Jobs
from console.operating.live.executing.account import Account
from console.operating.live.record import Record
from console.operating.refusal import RefusedError
from console.words.refusals.table import refusal_sentence
from topology.execution.execution import Execution
from topology.execution.progress import (
    Cancel,
    Ended,
    Progress,
    Query,
    Send,
    Step,
    Wait,
    WaveResult,
)
from topology.fleet.state import State
from topology.links.protocol import Answer, RegionLink, Wave, WaveOutcome
from topology.region.errors import LinkError

SHORTEST_WAIT_S = 0.25
"""However near the next moment is, nobody looks more often than this without news."""
STOPPED = "stopped"
"""With this code a link refuses a wave of an execution that somebody stopped."""
NOT_APPROVED = "approval"
"""With this code it refuses a wave that is not what was approved."""
RETRY_S = 1.0
"""A link that failed is asked again after this."""
GRACE_S = 0.4
"""After a stop the link has so long to say what became of everything; then the execution ends without that."""
PATIENCE_S = 15.0
"""A call that has not come back after this is waited for no longer; links have deadlines of their own, which are shorter."""
TOO_SOON_S = 5.0
"""A wave that was too soon is sent again after this, where the link does not say when."""


async def _nothing_follows(why: str) -> None:
    """What was carried out rests on no approval."""


class Executor:
    """Runs one execution. The link and the journal are the only things it acts on."""

    def __init__(
        self,
        execution: Execution,
        link: RegionLink,
        record: Record,
        state: Callable[[], State],
        on_change: Callable[[Progress], None],
        jobs: Jobs,
        approvals: tuple[int, ...] = (),
    ) -> None:
        self.execution = execution
        self.approvals = approvals
        """The approvals that it rests on; every wave names them."""
        self.is_started = False
        self.is_waiting = False
        """Whether it does nothing before there is news, or a moment has come."""
        self.ended = asyncio.Event()
        self.letting_go: asyncio.Task[None] | None = None
        """After the end: the link hears that nobody carries it out any more."""
        self.on_not_approved = _nothing_follows
        """What follows where the region says that a wave is not what was approved, and why."""
        self._link = link
        self._record = record
        self._state = state
        self._on_change = on_change
        self._jobs = jobs
        self._shown: Progress | None = None
        self._news = asyncio.Event()
        self._released: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when the link is waited for no longer."""
        self._grace: asyncio.TimerHandle | None = None
        self._asked_for = 0.0
        """How long the link has been asked in vain what became of a wave, seconds."""
        self._stop_lock = asyncio.Lock()
        self._stop_trouble = ""
        self._account = Account(record, execution, self.ended)
        plan = execution.plan
        self._supports = dict(zip(plan.servers, plan.supports, strict=True))

    def wake(self) -> None:
        """There are new facts, or somebody wants something else."""
        self._news.set()

    async def run(self) -> None:
        """Carry it out to its end, whichever that is."""
        execution, self.is_started = self.execution, True
        try:
            while True:
                self._news.clear()
                state = self._state()
                step = execution.step(state.time, state)
                self.show()
                if isinstance(step, Ended):
                    break
                await self._do(step)
            if await self._account.end(step):
                await self._unless_let_go(self._record.keep_head())
            else:
                self.show()
            finish = self._link.finish(execution.id, step.phase.value)
            self.letting_go = self._jobs.start("To let go of an execution", finish)
            if self.is_unsettled:
                self._jobs.start("To settle what is unknown", self._settle())
        finally:
            execution.cut_off()
            self.ended.set()
            if self._grace is not None:
                self._grace.cancel()

    def stop(self, operator: str) -> None:
        """Send nothing more from this moment on, and end soon, whatever the link does."""
        self.execution.stop(operator)
        if self._grace is None and not self.ended.is_set():
            self._grace = asyncio.get_running_loop().call_later(GRACE_S, self._let_go)
        self.wake()

    @property
    def is_unsettled(self) -> bool:
        """Whether the link has still to say what became of some servers, or to hear of a stop."""
        execution = self.execution
        return bool(execution.waves.open) or (execution.orders.is_stopped and not execution.orders.is_cancelled)

    def show(self) -> None:
        """Say how far it is, if that changed."""
        progress = self.execution.progress()
        if progress != self._shown:
            self._shown = progress
            self._on_change(progress)

    def look_after_end(self, state: State) -> None:
        """See how what was still draining at the end fares; it is written down as having left already."""
        if self.ended.is_set() and self.execution.outcomes.moving:
            self.execution.step(state.time, state)
            self.show()

    async def tell_stop(self) -> bool:
        """Tell the link that the execution was stopped, once; those that were draining go back.

        Gives whether the link has heard of it by now; if not, it is told until it has, and nothing more is sent all the same.

        Raises:
            LinkError: it could not be told.
        """
        self._stop_trouble = ""
        await self._unless_let_go(self._tell_stop())
        if self._stop_trouble:
            raise LinkError(self._stop_trouble)
        return self.execution.orders.is_cancelled

    async def _do(self, step: Step) -> None:
        match step:
            case Send():
                await self._send(step)
            case Query():
                await self._query(step.number)
            case Cancel():
                await self._unless_let_go(self._tell_stop())
                if not self.execution.orders.is_cancelled:
                    await self._wait(RETRY_S)
            case Wait():
                await self._wait(None if step.until is None else step.until - self._link.now())
            case Ended():
                pass

    def _let_go(self) -> None:
        """Wait for the link no longer."""
        self.execution.let_go()
        if not self._released.done():
            self._released.set_result(None)
        self.wake()

    async def _unless_let_go(self, call: Coroutine[object, object, None]) -> bool:
        """Wait for a *call* of the link, but not after a stop's grace, nor for ever; then it goes on by itself.

        Gives whether it came to its end.
        """
        task = self._jobs.start("A call of the region", call)
        try:
            await asyncio.wait({task, self._released}, timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if task.done():
            task.result()
        return task.done()

    async def _tell_stop(self) -> None:
        async with self._stop_lock:
            execution = self.execution
            if execution.orders.is_cancelled:
                return
            try:
                returned = await self._link.stop(execution.id, execution.operator)
                # A stop that was told before, without its answer being heard, gives back nothing the second time.
                last = await self._link.outcome(f"{execution.id}.{execution.waves.sent}")
            except LinkError as error:
                self._stop_trouble = str(error)
                return
            execution.cancelled(returned + (last.servers(Answer.RETURNED) if last is not None else ()))
            await self._account.late_stop()
            self._show_late()
        self.wake()

    async def _send(self, step: Send) -> None:
        execution, wave = self.execution, wave_of(self.execution, step, self._supports, self.approvals)
        if not await self._account.wave(step, wave.operation):
            execution.never_heard_of(step.number)
            return
        # The disk took its time, and the operator may have used it.
        if execution.orders.is_stopped:
            execution.never_heard_of(step.number)
            await self._account.outcome(step.number, (), {"not_sent": True})
            return
        if not await self._unless_let_go(self._act(wave)):
            await self._lose(step.number, f"the region did not answer within {PATIENCE_S:g} s")

    async def _act(self, wave: Wave) -> None:
        """Send a wave, and take in its answer whenever it comes."""
        execution = self.execution
        act = self._link.remove if execution.plan.action == "remove" else self._link.restore
        try:
            outcome = await act(wave)
        except LinkError as error:
            await self._lose(wave.number, str(error))
            return
        if any(refusal.code == STOPPED for refusal in outcome.refusals):
            # Somebody else's stop is a stop, not a failure of the region.
            execution.never_heard_of(wave.number)
            self.stop("another console")
            await self._account.outcome(wave.number, (), {"stopped_elsewhere": True})
        else:
            await self._account.taken(wave.number, result_of(outcome, self._link.now()), outcome)
            if why := "; ".join(
                refusal_sentence(refusal) for refusal in outcome.refusals if refusal.code == NOT_APPROVED
            ):
                with suppress(LinkError, TimeoutError, RefusedError):  # nothing leaves by it all the same
                    await self.on_not_approved(why)
        self._show_late()

    async def _lose(self, number: int, why: str) -> None:
        """There is no answer to a wave; after a stop that is said with its end."""
        if not self._released.done():
            self.execution.lost(number, why)
        await self._account.outcome(number, None, {"lost": why})

    async def _query(self, number: int) -> None:
        began = asyncio.get_running_loop().time()
        await self._unless_let_go(self._ask(number))
        if number in self.execution.waves.open:
            await self._wait(RETRY_S)
            self._asked_for += asyncio.get_running_loop().time() - began
            if self._asked_for > PATIENCE_S:
                self._let_go()

    async def _ask(self, number: int) -> None:
        """Ask the link what became of a wave, and take in what it says."""
        try:
            outcome = await self._link.outcome(f"{self.execution.id}.{number}")
        except LinkError:
            return
        if outcome is None:
            self.execution.never_heard_of(number)
            await self._account.outcome(number, (), {"never_heard_of": True})
        elif outcome.servers(Answer.UNKNOWN):
            self.execution.answered(number, result_of(outcome, self._link.now()))
        else:
            await self._account.taken(number, result_of(outcome, self._link.now()), outcome)
        self._show_late()

    async def _settle(self) -> None:
        """After the end, ask until the link has said what became of everything, and has heard of the stop."""
        while self.is_unsettled:
            await asyncio.sleep(RETRY_S)
            calls = [self._ask(number) for number in self.execution.waves.open]
            if self.execution.orders.is_stopped and not self.execution.orders.is_cancelled:
                calls.insert(0, self._tell_stop())
            for call in calls:
                try:
                    async with asyncio.timeout(PATIENCE_S):
                        await call
                except TimeoutError:
                    continue
        await self._record.keep_head()

    def _show_late(self) -> None:
        """Say what an answer after the end changed."""
        if self.ended.is_set():
            self.show()

    async def _wait(self, seconds: float | None) -> None:
        """Wait for news, but not longer than *seconds*."""
        timeout = None if seconds is None else max(SHORTEST_WAIT_S, seconds)
        self.is_waiting = True
        try:
            async with asyncio.timeout(timeout):
                await self._news.wait()
        except TimeoutError:
            return
        finally:
            self.is_waiting = False


def wave_of(
    execution: Execution, step: Send, supports: Mapping[str, tuple[str, ...]], approvals: tuple[int, ...]
) -> Wave:
    """Give the wave of a step as links take it; *supports* is what each server supports, as the plan saw it."""
    return Wave(
        execution.id,
        step.number,
        execution.operator,
        step.servers,
        tuple(supports[name] for name in step.servers),
        execution.own_pace,
        execution.undo,
        command=execution.plan.command,
        plan=execution.plan.digest,
        total=execution.plan.count,
        approvals=approvals,
        planned=execution.plan.servers if execution.plan.action == "remove" and not execution.undo else (),
        named=tuple(dict.fromkeys(one.subsystem for one in execution.plan.effects if one.named)),
    )


def result_of(outcome: WaveOutcome, now: float) -> WaveResult:
    """Put what a link said at *now* into the words of an execution."""
    too_soon = outcome.servers(Answer.TOO_SOON)
    return WaveResult(
        outcome.servers(Answer.DONE),
        outcome.servers(Answer.REFUSED),
        too_soon,
        outcome.servers(Answer.UNKNOWN),
        outcome.servers(Answer.RETURNED),
        tuple(map(refusal_sentence, outcome.refusals)),
        outcome.not_before if outcome.not_before is not None or not too_soon else now + TOO_SOON_S,
    )


def current(state: State, link: RegionLink) -> State:
    """Give *state* with the link's time and age of this moment."""
    return replace(state, time=max(state.time, link.now()), freshness=link.freshness)
