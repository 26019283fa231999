"""Carries one execution out: asks for the next step, writes that down, does it at the link, tells what came of it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from console.operating.live.record import Record
from topology.execution.execution import Execution
from topology.execution.journal_entries import JournalError, Kind
from topology.execution.progress import Ask, Ended, Fate, Phase, Progress, Send, TakeBack, Told, Wait
from topology.fleet.state import State
from topology.links.protocol import Answer, RegionLink, Wave, WaveOutcome
from topology.region.errors import LinkError

SHORTEST_WAIT_S = 0.25
"""However near the next moment is, nobody looks more often than this without news."""
STOPPED = "stopped"
"""With this code a link refuses a wave of an execution that somebody stopped."""
RETRY_S = 1.0
"""A link that failed is asked again after this."""


class Carrier:
    """Runs one execution. The link and the journal are the only things it acts on."""

    def __init__(
        self,
        execution: Execution,
        link: RegionLink,
        record: Record,
        state: Callable[[], State],
        on_change: Callable[[Progress], None],
    ) -> None:
        self.execution = execution
        self.is_started = False
        self.is_waiting = False
        """Whether it does nothing before there is news, or a moment has come."""
        self.ended = asyncio.Event()
        self._link = link
        self._record = record
        self._state = state
        self._on_change = on_change
        self._shown: Progress | None = None
        self._news = asyncio.Event()
        self._stop_lock = asyncio.Lock()
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
                match step:
                    case Ended():
                        break
                    case Send():
                        await self._send(step)
                    case Ask():
                        await self._ask(step)
                    case TakeBack():
                        await self._tell_stop_or_wait()
                    case Wait():
                        await self._wait(None if step.until is None else step.until - self._link.now())
            await self._write_end(step)
        finally:
            execution.cut_off()
            self.ended.set()

    def show(self) -> None:
        """Say how far it is, if that changed."""
        progress = self.execution.progress()
        if progress != self._shown:
            self._shown = progress
            self._on_change(progress)

    def look_after_end(self, state: State) -> None:
        """See how what was still draining at the end fares; it is written down as having left already."""
        if self.ended.is_set() and self.execution.is_moving:
            self.execution.step(state.time, state)
            self.show()

    async def tell_stop(self) -> None:
        """Tell the link that the execution was stopped, once; those that were draining go back.

        Raises:
            LinkError: it could not be told; nothing more is sent all the same.
        """
        async with self._stop_lock:
            if self.execution.is_taken_back:
                return
            returned = await self._link.stop(self.execution.id, self.execution.operator)
            # A stop that was told before, without its answer being heard, gives back nothing the second time.
            last = await self._link.outcome(f"{self.execution.id}.{self.execution.sent}")
            self.execution.taken_back(returned + (last.servers(Answer.RETURNED) if last is not None else ()))
        self.wake()

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
        if execution.phase is Phase.STOPPING:
            execution.never_heard_of(step.number)
            await self._write_outcome(step.number, (), {"not_sent": True})
            return
        act = self._link.remove if execution.plan.action == "remove" else self._link.restore
        try:
            outcome = await act(wave)
        except LinkError as error:
            execution.lost(step.number, str(error))
            await self._write_outcome(step.number, None, {"lost": str(error)})
            return
        if any(refusal.code == STOPPED for refusal in outcome.refusals):
            # Somebody else's stop is a stop, not a failure of the region.
            execution.never_heard_of(step.number)
            execution.stop("another console")
            await self._write_outcome(step.number, (), {"stopped_elsewhere": True})
            return
        told = told_of(outcome)
        execution.answered(step.number, told)
        await self._write_told(step.number, told)

    async def _ask(self, step: Ask) -> None:
        operation = f"{self.execution.id}.{step.number}"
        try:
            outcome = await self._link.outcome(operation)
        except LinkError:
            await self._wait(RETRY_S)
            return
        if outcome is None:
            self.execution.never_heard_of(step.number)
            await self._write_outcome(step.number, (), {"never_heard_of": True})
            return
        told = told_of(outcome)
        self.execution.answered(step.number, told)
        if told.unknown:
            await self._wait(RETRY_S)
        else:
            await self._write_told(step.number, told)

    async def _tell_stop_or_wait(self) -> None:
        try:
            await self.tell_stop()
        except LinkError:
            await self._wait(RETRY_S)

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

    async def _write_told(self, number: int, told: Told) -> None:
        details: dict[str, object] = {
            "refused": told.refused,
            "unknown": told.unknown,
            "returned": told.returned,
            "too_soon": told.too_soon,
            "reasons": told.reasons,
            "not_before": told.not_before,
        }
        await self._write_outcome(number, told.done, {key: value for key, value in details.items() if value})

    async def _write_outcome(self, number: int, done: tuple[str, ...] | None, details: dict[str, object]) -> None:
        """Write what became of a wave; *done* is None where nobody knows, and then only that is noted."""
        kind = Kind.NOTED if done is None else Kind.OUTCOME
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
            "returned": execution.servers(Fate.RETURNED),
            "refused": execution.servers(Fate.REFUSED),
            "left": execution.servers(Fate.LEFT),
        }
        plan = execution.plan
        try:
            await self._record.write(
                kind,
                command=plan.command,
                plan=plan.digest,
                execution=execution.id,
                servers=execution.servers(Fate.DONE),
                details=details,
            )
        except JournalError as error:
            execution.end_unwritten(str(error))
            self.show()
            return
        await self._record.keep_head()

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
        )


def told_of(outcome: WaveOutcome) -> Told:
    """Put what a link said into the words of an execution."""
    return Told(
        outcome.servers(Answer.DONE),
        outcome.servers(Answer.REFUSED),
        outcome.servers(Answer.UNKNOWN),
        outcome.servers(Answer.RETURNED),
        tuple(refusal.message for refusal in outcome.refusals),
        outcome.not_before,
        outcome.servers(Answer.TOO_SOON),
    )


def current(state: State, link: RegionLink) -> State:
    """Give *state* with the link's time and age of this moment."""
    return replace(state, time=max(state.time, link.now()), freshness=link.freshness)
