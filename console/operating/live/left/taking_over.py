"""Takes over what nobody carries out any more, by a journal's entry, or by its operator where another machine's journal has it.

For what ran at another machine the ledger says the plan and the waves; an entry in the journal here then stands for it, so that it
is undone and told of like any other.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from console.operating.colleagues.elsewhere import told_of
from console.operating.live.history import JournalFollower
from console.operating.live.holding import Holding
from console.operating.live.record import Record
from console.operating.live.recovery import TAKEN_OVER, settled_by_id, write_recovered
from console.operating.refusal import refused
from topology.command.grammar.syntax import TakeOver
from topology.execution.journal_entries import JournalError, Kind
from topology.execution.past_executions import PastExecution
from topology.execution.unfinished import Unfinished
from topology.links.protocol import RegionLink
from topology.records.ledger.values import KeptExecution


class TakingOver:
    """Settles under one's own name what others left. *left_elsewhere* gives what the ledger alone knows of."""

    def __init__(
        self,
        link: RegionLink,
        record: Record,
        history: JournalFollower,
        holding: Holding,
        left_elsewhere: Callable[[], tuple[KeptExecution, ...]],
    ) -> None:
        self._link = link
        self._record = record
        self._history = history
        self._holding = holding
        self._left_elsewhere = left_elsewhere

    async def take_over(self, whose: TakeOver) -> tuple[Unfinished, ...]:
        """Settle what is called; gives each, oldest first.

        Raises:
            RefusedError: nothing of it waits for that, or the region cannot say yet what became of it.
            LinkError: somebody holds it, or the region could not be asked.
        """
        past = await self._history.load()
        if whose.entry is not None:
            one = past.by_entry.get(whose.entry)
            if one is None or one.ended is not None:
                raise refused(f"entry {whose.entry:,} is no execution that is unfinished")
            if not self._holding.is_free(one.execution):
                raise refused(
                    f"{one.operator} carries entry {one.entry:,} out still: stop it first, or wait until its lease is gone"
                )
            return (await self._from_journal(one),)
        here = [one for one in past.open() if one.operator == whose.operator and self._holding.is_free(one.execution)]
        there = [one for one in self._left_elsewhere() if one.owner == whose.operator]
        if not here and not there:
            raise refused(
                f"{whose.operator} left nothing: what somebody still carries out is taken over once its lease is gone"
            )
        found = [await self._from_journal(one) for one in here]
        return (*found, *[await self._from_ledger(one) for one in there])

    async def _from_journal(self, past: PastExecution) -> Unfinished:
        async with self._leased(past.execution):
            await self._write(past, {"entry": past.entry, "from": past.operator})
            return await self._settled(past)

    async def _from_ledger(self, kept: KeptExecution) -> Unfinished:
        meeting = self._link.meeting
        async with self._leased(kept.id) as leased:
            if not leased:
                raise refused(f"what {kept.owner} left was taken over by somebody else a moment ago: {kept.command}")
            work, waves = await meeting.planned(kept.id), await meeting.waves(kept.id)
            await self._write(kept, *told_of(kept, work, waves))
            past = (await self._history.load()).by_id[kept.id]
            return await self._settled(past)

    @asynccontextmanager
    async def _leased(self, execution: str) -> AsyncIterator[bool]:
        """Hold its lease meanwhile, where the ledger waits for its end; gives whether it does."""
        leased, outcome = await self._holding.take_over(execution, self._record.operator), ""
        try:
            yield leased
            outcome = TAKEN_OVER
        finally:
            if leased:
                await self._link.finish(execution, outcome)

    async def _write(
        self, one: PastExecution | KeptExecution, details: Mapping[str, object], servers: Sequence[str] = ()
    ) -> None:
        execution = one.id if isinstance(one, KeptExecution) else one.execution
        try:
            await self._record.write(
                Kind.TAKEN_OVER,
                command=one.command,
                plan=one.plan,
                execution=execution,
                servers=servers,
                details=details,
            )
        except JournalError as error:
            raise refused(str(error)) from error

    async def _settled(self, past: PastExecution) -> Unfinished:
        """Write down what became of it, which the region says."""
        found = await settled_by_id(past, self._link)
        if found.unknown:
            raise refused(f"the region does not say yet what became of {len(found.unknown):,} servers of it; try again")
        try:
            await write_recovered(found, self._record)
        except JournalError as error:
            raise refused(str(error)) from error
        return found
