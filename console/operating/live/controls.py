"""Stop, pause, resume and acknowledge: what an operator does to executions and descriptions besides confirming."""

import asyncio
from collections.abc import Sequence

from console.operating.live.executing.executor import Executor
from console.operating.live.history import JournalFollower
from console.operating.live.holding import Holding
from console.operating.live.record import Record
from console.operating.refusal import RefusedError, refused
from console.words import writing as words
from console.words.findings.lowered import lowered_sentences
from topology.execution.execution import Execution
from topology.execution.journal_entries import JournalError, Kind
from topology.execution.progress import ServerOutcome
from topology.fleet.state import State
from topology.links.protocol import RegionLink
from topology.region.errors import LinkError


class Controls:
    """Acts on one operator's executions; every method gives a sentence about what was done.

    All of them raise `RefusedError` when it was not done, and `LinkError` when the region could not be told.
    """

    def __init__(
        self, link: RegionLink, record: Record, history: JournalFollower, operator: str, holding: Holding
    ) -> None:
        self._link = link
        self._record = record
        self._history = history
        self._operator = operator
        self._holding = holding

    async def stop(self, executor: Executor) -> str:
        """Tell the region of a stop at once, whatever the executor is waiting for; then the journal.

        A region that does not answer is told until it has heard; nothing waits for that.
        """
        execution = executor.execution
        executor.stop(self._operator)
        heard = False
        try:
            heard = await executor.tell_stop()
        finally:
            details: dict[str, object] = {"returned": execution.servers(ServerOutcome.RETURNED)}
            await self._note(Kind.STOP, executor, details if heard else {**details, "not_told": True})
        sentence = f"Stopped {execution.plan.command}: no further server leaves"
        return f"{sentence}{self._drains_on}." if heard else f"{sentence}; the region has not answered yet."

    async def stop_others(self) -> str:
        """Stop the executions that other consoles carry out."""
        try:
            past = await self._history.load()
        except JournalError as error:
            raise refused(str(error)) from error
        others = [one for one in past.open() if not self._holding.is_free(one.execution)]
        known = {one.execution for one in others}
        leases = self._link.leases
        elsewhere = () if leases is None else leases.elsewhere
        unknown = [one for one in elsewhere if one.execution not in known]
        targets = [(one.execution, one.command, f"{one.command} of {one.operator}") for one in others]
        targets += [(one.execution, one.command, f"{one.command} of {one.operator}") for one in unknown]
        if not targets:
            return "Nothing is running, so there is nothing to stop."
        return f"Stopped {await self.stop_all(targets)}: no further server leaves{self._drains_on}."

    async def stop_all(self, targets: Sequence[tuple[str, str, str]]) -> str:
        """Stop several executions at once, each (execution, command, how it is called); gives them by what they are called.

        One that cannot be stopped holds up no other.

        Raises:
            RefusedError: not all were stopped, with which were and which were not.
        """
        stops = (self.stop_by_id(execution, command) for execution, command, _ in targets)
        came = await asyncio.gather(*stops, return_exceptions=True)
        done = [called for (*_, called), one in zip(targets, came, strict=True) if one is None]
        failed = [(called, one) for (*_, called), one in zip(targets, came, strict=True) if one is not None]
        for _, error in failed:
            if not isinstance(error, RefusedError | LinkError | TimeoutError):
                raise error
        if failed:
            what = "; ".join(f"{called}: {str(error) or 'the ledger does not answer'}" for called, error in failed)
            raise refused(f"{what}; stopped: {words.listed(done, len(done))}" if done else what)
        return words.listed(done, len(done))

    @property
    def _drains_on(self) -> str:
        return (
            ""
            if self._link.abilities.stops_mid_wave
            else "; what drains already goes on, its source gives nothing back"
        )

    async def stop_by_id(self, execution: str, command: str) -> None:
        """Stop an execution that this console does not carry out (any more)."""
        returned = await self._link.stop(execution, self._operator)
        try:
            await self._record.write(Kind.STOP, command=command, execution=execution, details={"returned": returned})
        except JournalError as error:
            raise refused(f"{command} is stopped, but that could not be written down: {error}") from error

    async def pause(self, executor: Executor) -> str:
        """Send no further wave before `resume`."""
        executor.execution.pause(self._operator)
        executor.wake()
        await self._note(Kind.PAUSE, executor)
        return f"Paused entry {executor.execution.entry or 0:,}: no further wave is sent before you resume."

    async def resume(self, executor: Executor) -> str:
        """Go on after a pause."""
        # Servers leave by this, so it is on disk first.
        await self._note(Kind.RESUME, executor)
        executor.execution.resume()
        executor.wake()
        return f"Entry {executor.execution.entry or 0:,} goes on."

    async def acknowledge(self, state: State) -> str:
        """Accept a description that lowers a guard, and that servers of which nobody can say whether they left did not."""
        if not state.unacknowledged and not state.undecided and not state.unheard:
            why = state.freshness.reason or state.freshness.outdated
            return f"There is nothing to acknowledge yet: {why}." if why else "There is nothing to acknowledge."
        try:
            racks = tuple(rack.name for rack in state.unheard)
            changes = lowered_sentences(state.unacknowledged)
            details = {"changes": changes, "racks": racks}
            details = {key: value for key, value in details.items() if value}
            await self._record.write(Kind.ACKNOWLEDGE, servers=state.undecided, details=details)
        except JournalError as error:
            raise refused(f"not acknowledged: {error}") from error
        await self._link.acknowledge(self._operator, state.undecided, state.unheard)
        await self._record.keep_head()
        settled = f"{', '.join(state.undecided)} did not leave, as far as anybody can say" if state.undecided else ""
        gone = f"the agents of {', '.join(racks)} are gone" if racks else ""
        return f"Acknowledged: {'; '.join(filter(None, (*changes, settled, gone)))}."

    async def _note(self, kind: Kind, executor: Executor, details: dict[str, object] | None = None) -> None:
        """Write down what was done to a running execution; without a journal it halts."""
        execution: Execution = executor.execution
        plan = execution.plan
        try:
            await self._record.write(
                kind, command=plan.command, plan=plan.digest, execution=execution.id, details=details
            )
        except JournalError as error:
            execution.halt(f"{error}; no act without a journal")
            executor.wake()
            raise refused(str(error)) from error
