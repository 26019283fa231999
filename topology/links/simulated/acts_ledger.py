"""The acts file of a simulated region as its ledger: what was done on it and what is kept of it are one file, and one step.

A wave is written when it is done, with its answers, in the transaction that judges it last; so nothing is ever intended and
not known, and nothing has to be reserved. What an earlier version wrote is read as it stands.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from topology.execution.journal_entries import JournalHead
from topology.fleet.reasons.looking import WhyLooks
from topology.links.simulated.acts_book import ActsBook
from topology.links.simulated.meeting import HeldByLocks, MeetingFile, MeetsInFile
from topology.links.simulated.source import SimulatedSource
from topology.records.ledger.grounds import ActGrounds
from topology.records.ledger.protocol import Left
from topology.records.ledger.values import (
    Commit,
    CommitAnswer,
    HeldFloors,
    KeptApproval,
    KeptWave,
    LedgerState,
    Reservation,
    ScopeUnits,
)


class ActsLedger(MeetsInFile, HeldByLocks):
    """A `Ledger` over the acts file of *source*; see the protocol for what each method does."""

    only_here = True
    operator = ""
    only_looks: WhyLooks | None = None

    def __init__(self, path: Path, book: ActsBook, source: SimulatedSource, people: MeetingFile) -> None:
        super().__init__(people)
        self.name = str(path)
        self._book = book
        self._source = source
        self._were_asked = False
        """Whether approvals were ever needed here, so that they are looked at."""

    async def open(self, region: str, floors: Sequence[ScopeUnits], guards: bytes = b"") -> LedgerState:
        """See that the acts can be read, and open the file where people meet."""
        met = await self.people.open(region)
        self._were_asked = met is not None and bool(met.approvals)
        return await self.read()

    async def read(self) -> LedgerState:
        """Read what the acts say, and approvals where the region leaves anything to two people."""
        return await asyncio.to_thread(self._book.read, await self._approvals())

    async def read_act(self, execution: str) -> ActGrounds:
        """Read all that an act of an execution is judged by."""
        return await asyncio.to_thread(self._book.read_act, execution, await self._approvals())

    async def _approvals(self) -> tuple[KeptApproval, ...]:
        self._were_asked = self._were_asked or self._book.asks
        return (await self.people.file.read()).approvals if self._were_asked else ()

    async def changes(self, after: int) -> AsyncIterator[int]:
        """Give the number of the last act each time there is a new one."""
        while True:
            if (number := self._book.number) > after:
                after = number
                yield number
                continue
            await self._source.news()

    async def commit_wave(self, commit: Commit) -> CommitAnswer:
        """Let the wave be taken if nobody acts until then; it is written when it is done."""
        return self._book.commit(commit)

    async def answer(
        self,
        wave: str,
        answers: Sequence[tuple[str, str]],
        refusals: Sequence[tuple[str, str]] = (),
        *,
        abandoned: bool = False,
        left: Left = None,
    ) -> None:
        """What became of a wave is in its act already."""

    async def settle(self, wave: str, left: Reservation | None = None) -> None:
        """Nothing is reserved."""

    async def wave(self, wave: str) -> KeptWave | None:
        """Give a wave that was done, or given up."""
        return self._book.wave(wave)

    async def waves(self, execution: str) -> tuple[KeptWave, ...]:
        """Give the waves of an execution, in order."""
        return self._book.waves(execution)

    async def taken(self) -> tuple[str, ...]:
        """Give the servers that acts took and that did not come back, in order."""
        return await asyncio.to_thread(self._book.taken)

    async def stop(self, execution: str, operator: str) -> None:
        """Write the stop, with what it gives back: the fleet is in the same file."""
        await asyncio.to_thread(self._book.stop, execution, operator)

    async def resume(self, execution: str, operator: str) -> None:
        """Take a stop back."""
        await asyncio.to_thread(self._book.resume, execution, operator)

    async def keep_floors(self, floors: Sequence[ScopeUnits], seen: int, guards: bytes) -> HeldFloors:
        """Keep what the description guards with, so that a later one can be compared with it."""
        return await asyncio.to_thread(self._book.keep_guards, seen, guards)

    async def raise_declared(self, listed: Sequence[ScopeUnits]) -> None:
        """What is declared stands in the description."""

    async def acknowledge(
        self,
        operator: str,
        seen: int,
        floors: Sequence[ScopeUnits],
        declared: Sequence[ScopeUnits],
        guards: bytes = b"",
        over: str = "",
    ) -> HeldFloors:
        """Let what the description guards with now hold from here on, and take the clock for right."""
        return await asyncio.to_thread(self._book.acknowledge, operator, seen, guards)

    async def keep_head(self, head: JournalHead) -> None:
        """Keep a journal's head."""
        await asyncio.to_thread(self._book.keep_head, head)

    async def kept_head(self, journal: str) -> JournalHead | None:
        """Give the head kept for a journal."""
        return await asyncio.to_thread(self._book.kept_head, journal)

    async def aclose(self) -> None:
        """Let go of the file where people meet; the acts are let go of by the source."""
        await self.people.aclose()
