"""Carries one execution out: asks for the next step, writes that down, does it at the link, tells what came of it.

Nothing here waits for a link for ever. A call that does not answer in time leaves its servers unknown; a stop ends the
execution within `GRACE_S` whatever the link does. What is unknown at the end is settled in the background.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import asdict, replace

from console.operating.jobs import Jobs
from console.operating.live.record import Record
from topology.execution.execution import Execution
from topology.execution.journal_entries import JournalError, Kind
from topology.execution.progress import (
    Cancel,
    Ended,
    Phase,
    Progress,
    Query,
    Send,
    ServerOutcome,
    Step,
    Wait,
    WaveResult,
)
from topology.fleet.state import State
from topology.links.protocol import Answer, Refusal, RegionLink, Wave, WaveOutcome
from topology.region.errors import LinkError

SHORTEST_WAIT_S = 0.25
"""However near the next moment is, nobody looks more often than this without news."""
STOPPED = "stopped"
"""With this code a link refuses a wave of an execution that somebody stopped."""
RETRY_S = 1.0
"""A link that failed is asked again after this."""
GRACE_S = 0.4
"""After a stop the link has so long to say what became of everything; then the execution ends without that."""
PATIENCE_S = 15.0
"""A call that has not come back after this is waited for no longer; links have deadlines of their own, which are shorter."""
TOO_SOON_S = 5.0
"""A wave that was too soon is sent again after this, where the link does not say when."""


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
        self._left: frozenset[str] = frozenset()
        """What its end, as it was written down, says to have left."""
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
            await self._write_end(step)
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
            await self._write_late_stop()
        self.wake()

    async def _write_late_stop(self) -> None:
        """Write down what a stop gave back that the region heard of only after the end: the end says that it left."""
        returned = tuple(name for name in self.execution.servers(ServerOutcome.RETURNED) if name in self._left)
        if not self.ended.is_set() or not returned:
            return
        details: dict[str, object] = {"returned": returned, "after_end": True}
        try:
            await self._record.write(
                Kind.STOP, command=self.execution.plan.command, execution=self.execution.id, details=details
            )
        except JournalError as error:
            self.execution.end_unwritten(str(error))
        self._show_late()

    async def _send(self, step: Send) -> None:
        execution, wave = self.execution, self._wave(step)
        details: dict[str, object] = {"wave": step.number, "operation": wave.operation}
        try:
            await self._record.write(Kind.WAVE, execution=execution.id, servers=step.servers, details=details)
        except JournalError as error:
            execution.never_heard_of(step.number)
            execution.halt(f"{error}; no act without a journal")
            return
        # The disk took its time, and the operator may have used it.
        if execution.orders.is_stopped:
            execution.never_heard_of(step.number)
            await self._write_outcome(step.number, (), {"not_sent": True})
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
            await self._write_outcome(wave.number, (), {"stopped_elsewhere": True})
        else:
            await self._take(wave.number, outcome)
        self._show_late()

    async def _lose(self, number: int, why: str) -> None:
        """There is no answer to a wave; after a stop that is said with its end."""
        if not self._released.done():
            self.execution.lost(number, why)
        await self._write_outcome(number, None, {"lost": why})

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
            await self._write_outcome(number, (), {"never_heard_of": True})
        elif outcome.servers(Answer.UNKNOWN):
            self.execution.answered(number, result_of(outcome, self._link.now()))
        else:
            await self._take(number, outcome)
        self._show_late()

    async def _take(self, number: int, outcome: WaveOutcome) -> None:
        result = result_of(outcome, self._link.now())
        self.execution.answered(number, result)
        details: dict[str, object] = {
            "refused": result.refused,
            "too_soon": result.too_soon,
            "unknown": result.unknown,
            "returned": result.returned,
            "reasons": result.reasons,
            "refusals": tuple(map(_refusal, outcome.refusals)),
            "not_before": result.not_before,
        }
        await self._write_outcome(number, result.done, {key: value for key, value in details.items() if value})

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
            await asyncio.wait_for(self._news.wait(), timeout)
        except TimeoutError:
            return
        finally:
            self.is_waiting = False

    async def _write_outcome(self, number: int, done: tuple[str, ...] | None, details: dict[str, object]) -> None:
        """Write what became of a wave; *done* is None where nobody knows, and then only that is noted."""
        kind = Kind.NOTED if done is None else Kind.OUTCOME
        if self.ended.is_set():
            details = {**details, "after_end": True}
        try:
            await self._record.write(
                kind, execution=self.execution.id, servers=done or (), details={"wave": number, **details}
            )
        except JournalError as error:
            self.execution.halt(f"{error}; no act without a journal")

    async def _write_end(self, step: Ended) -> None:
        execution = self.execution
        kind = Kind.HALT if step.phase is Phase.HALTED else Kind.FINISHED
        details: dict[str, object] = {
            "phase": step.phase.value,
            "sentence": step.why,
            "returned": execution.servers(ServerOutcome.RETURNED),
            "refused": execution.servers(ServerOutcome.REFUSED),
            "left": execution.servers(ServerOutcome.LEFT),
        }
        if unknown := execution.servers(ServerOutcome.UNKNOWN):
            details["unknown"] = unknown
        plan = execution.plan
        self._left = frozenset(execution.servers(ServerOutcome.DONE, ServerOutcome.UNKNOWN))
        try:
            await self._record.write(
                kind,
                command=plan.command,
                plan=plan.digest,
                execution=execution.id,
                servers=execution.servers(ServerOutcome.DONE),
                details=details,
            )
        except JournalError as error:
            execution.end_unwritten(str(error))
            self.show()
            return
        await self._unless_let_go(self._record.keep_head())

    def _wave(self, step: Send) -> Wave:
        execution = self.execution
        return Wave(
            execution.id,
            step.number,
            execution.operator,
            step.servers,
            tuple(self._supports[name] for name in step.servers),
            execution.own_pace,
            execution.undo,
            command=execution.plan.command,
            plan=execution.plan.digest,
            total=execution.plan.count,
            approvals=self.approvals,
        )


def _refusal(one: Refusal) -> dict[str, object]:
    """Give a refusal as the journal keeps it: the code, and those of its facts that say something."""
    facts = {name: value for name, value in asdict(one.facts).items() if value not in (None, ())}
    return {"code": one.code, **facts}


def result_of(outcome: WaveOutcome, now: float) -> WaveResult:
    """Put what a link said at *now* into the words of an execution."""
    too_soon = outcome.servers(Answer.TOO_SOON)
    return WaveResult(
        outcome.servers(Answer.DONE),
        outcome.servers(Answer.REFUSED),
        too_soon,
        outcome.servers(Answer.UNKNOWN),
        outcome.servers(Answer.RETURNED),
        tuple(refusal.message for refusal in outcome.refusals),
        outcome.not_before if outcome.not_before is not None or not too_soon else now + TOO_SOON_S,
    )


def current(state: State, link: RegionLink) -> State:
    """Give *state* with the link's time and age of this moment."""
    return replace(state, time=max(state.time, link.now()), freshness=link.freshness)
