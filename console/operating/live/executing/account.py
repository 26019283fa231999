"""The account of one execution: what the journal is told of its waves and of its end. No act without a journal."""

import asyncio

import msgspec

from console.operating.live.record import Record
from topology.execution.execution import Execution
from topology.execution.journal_entries import JournalError, Kind
from topology.execution.progress import Ended, Phase, Send, ServerOutcome, WaveResult
from topology.links.protocol import WaveOutcome
from topology.refusals.refusal import Refusal


class Account:
    """Writes; where that fails the execution halts. *ended* is set once it has an end, and late answers say so."""

    def __init__(self, record: Record, execution: Execution, ended: asyncio.Event) -> None:
        self._record = record
        self._execution = execution
        self._ended = ended
        self._left: frozenset[str] = frozenset()
        """What the end, as it was written down, says to have left."""

    async def wave(self, step: Send, operation: str) -> bool:
        """Write that a wave is about to be sent; gives whether that is written."""
        details: dict[str, object] = {"wave": step.number, "operation": operation}
        try:
            await self._record.write(Kind.WAVE, execution=self._execution.id, servers=step.servers, details=details)
        except JournalError as error:
            self._halt(error)
            return False
        return True

    async def taken(self, number: int, result: WaveResult, outcome: WaveOutcome) -> None:
        """Take in what the link said of a wave, server by server, and write it."""
        self._execution.answered(number, result)
        details: dict[str, object] = {
            "refused": result.refused,
            "too_soon": result.too_soon,
            "unknown": result.unknown,
            "returned": result.returned,
            "reasons": result.reasons,
            "refusals": tuple(map(kept_refusal, outcome.refusals)),
            "not_before": result.not_before,
        }
        await self.outcome(number, result.done, {key: value for key, value in details.items() if value})

    async def outcome(self, number: int, done: tuple[str, ...] | None, details: dict[str, object]) -> None:
        """Write what became of a wave; *done* is None where nobody knows, and then only that is noted."""
        kind = Kind.NOTED if done is None else Kind.OUTCOME
        if self._ended.is_set():
            details = {**details, "after_end": True}
        try:
            await self._record.write(
                kind, execution=self._execution.id, servers=done or (), details={"wave": number, **details}
            )
        except JournalError as error:
            self._halt(error)

    async def end(self, step: Ended) -> bool:
        """Write how it ended; gives whether that is written."""
        execution, plan = self._execution, self._execution.plan
        self._left = frozenset(execution.servers(ServerOutcome.DONE, ServerOutcome.UNKNOWN))
        try:
            await self._record.write(
                Kind.HALT if step.phase is Phase.HALTED else Kind.FINISHED,
                command=plan.command,
                plan=plan.digest,
                execution=execution.id,
                servers=execution.servers(ServerOutcome.DONE),
                details=_end(execution, step),
            )
        except JournalError as error:
            execution.end_unwritten(str(error))
            return False
        return True

    async def late_stop(self) -> None:
        """Write down what a stop gave back that the region heard of only after the end: the end says that it left."""
        execution = self._execution
        returned = tuple(name for name in execution.servers(ServerOutcome.RETURNED) if name in self._left)
        if not self._ended.is_set() or not returned:
            return
        details: dict[str, object] = {"returned": returned, "after_end": True}
        try:
            await self._record.write(Kind.STOP, command=execution.plan.command, execution=execution.id, details=details)
        except JournalError as error:
            execution.end_unwritten(str(error))

    def _halt(self, error: JournalError) -> None:
        self._execution.halt(f"{error}; no act without a journal")


def _end(execution: Execution, step: Ended) -> dict[str, object]:
    details: dict[str, object] = {
        "phase": step.phase.value,
        "sentence": step.why,
        "returned": execution.servers(ServerOutcome.RETURNED),
        "refused": execution.servers(ServerOutcome.REFUSED),
        "left": execution.servers(ServerOutcome.LEFT),
    }
    if unknown := execution.servers(ServerOutcome.UNKNOWN):
        details["unknown"] = unknown
    return details


def kept_refusal(one: Refusal) -> dict[str, object]:
    """Give a refusal as the journal keeps it: the code, and those of its facts that say something."""
    values = msgspec.to_builtins(one.facts)
    return {
        "code": one.code,
        **{name: value for name, value in values.items() if _says_something(value)},
    }


def _says_something(value: object) -> bool:
    return value is not None and value is not False and value not in ("", [], ())
