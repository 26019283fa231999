"""A ledger in a SQLite file, for programs on one machine. Everything that may block runs in two threads of its own.

One thread is for stops alone, with a connection of its own: a stop waits for no reading and no other writing of this program.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from topology.approval.request import ApprovalRequest
from topology.execution.journal_entries import JournalHead
from topology.fleet.reasons.looking import WhyLooks
from topology.records.clock import SteadyClock
from topology.records.ledger.grounds import ActGrounds
from topology.records.ledger.news import LedgerNews, LedgerWord
from topology.records.ledger.planned_work import PlannedWork
from topology.records.ledger.protocol import Left
from topology.records.ledger.store import LedgerStore
from topology.records.ledger.values import (
    Commit,
    CommitAnswer,
    HeldFloors,
    KeptApproval,
    KeptExecution,
    KeptWave,
    LedgerLease,
    LedgerState,
    Presence,
    Reservation,
    ScopeUnits,
)

LOOK_EACH_S = 0.25
"""How often the file is looked at for what others did."""
_Result = TypeVar("_Result")


class FileLedger:
    """A `Ledger` on this machine: see the protocol for what each method does."""

    only_here = True
    operator = ""
    only_looks: WhyLooks | None = None

    def __init__(self, path: Path, clock: SteadyClock | None = None) -> None:
        self.name = str(path)
        self._store = LedgerStore(path, clock or SteadyClock())
        self._work = ThreadPoolExecutor(1, "ledger")
        self._stops = ThreadPoolExecutor(1, "ledger-stop")
        self._changed = asyncio.Event()

    async def open(self, region: str, floors: Sequence[ScopeUnits], guards: bytes = b"") -> LedgerState:
        """Open the file, or make it."""
        return await self._in_thread(self._store.open, region, tuple(floors), guards)

    async def read(self) -> LedgerState:
        """Read everything as of one moment."""
        return await self._in_thread(self._store.read)

    async def changes(self, after: int) -> AsyncIterator[int]:
        """Give each new revision, one's own at once and others' within `LOOK_EACH_S`."""
        while True:
            changed = self._changed
            revision = await self._in_thread(self._store.look)
            if revision > after:
                after = revision
                yield revision
                continue
            # Not wait_for: up to Python 3.11 it may swallow that this is cancelled.
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EACH_S):
                    await changed.wait()

    async def read_act(self, execution: str) -> ActGrounds:
        """Read all that an act is judged by."""
        return await self._in_thread(self._store.read_act, execution)

    async def begin(self, execution: KeptExecution, work: PlannedWork | None = None) -> LedgerLease:
        """Write an execution down and take its lease."""
        return await self._in_thread(self._store.begin, execution, work)

    async def planned(self, execution: str) -> PlannedWork | None:
        """Give what an execution is about."""
        return await self._in_thread(self._store.planned, execution)

    async def take_over(self, execution: str, owner: str) -> LedgerLease:
        """Take the lease of an execution that nobody carries out."""
        return await self._in_thread(self._store.take_over, execution, owner)

    async def release(self, lease: LedgerLease, outcome: str = "") -> None:
        """Let go of a lease."""
        await self._in_thread(self._store.release, lease, outcome)

    async def execution(self, execution: str) -> KeptExecution | None:
        """Give an execution."""
        return await self._in_thread(self._store.execution, execution)

    async def commit_wave(self, commit: Commit) -> CommitAnswer:
        """Compare and write in one transaction."""
        return await self._in_thread(self._store.commit_wave, commit)

    async def answer(
        self,
        wave: str,
        answers: Sequence[tuple[str, str]],
        refusals: Sequence[tuple[str, str]] = (),
        *,
        abandoned: bool = False,
        left: Left = None,
    ) -> None:
        """Keep what the source said."""
        await self._in_thread(self._store.answer, wave, tuple(answers), tuple(refusals), abandoned, left)

    async def settle(self, wave: str, left: Reservation | None = None) -> None:
        """End a reservation, or a part of it."""
        await self._in_thread(self._store.settle, wave, left)

    async def wave(self, wave: str) -> KeptWave | None:
        """Give a wave."""
        return await self._in_thread(self._store.wave, wave)

    async def waves(self, execution: str) -> tuple[KeptWave, ...]:
        """Give the waves of an execution."""
        return await self._in_thread(self._store.waves, execution)

    async def taken(self) -> tuple[str, ...]:
        """Give the servers that were taken and not given back."""
        return await self._in_thread(self._store.taken)

    async def stop(self, execution: str, operator: str) -> None:
        """Write the stop, in the thread that is for stops."""
        await asyncio.get_running_loop().run_in_executor(self._stops, self._store.stop, execution, operator)
        self._wake()

    async def resume(self, execution: str, operator: str) -> None:
        """Take a stop back."""
        await self._in_thread(self._store.resume, execution, operator)

    async def keep_floors(self, floors: Sequence[ScopeUnits], seen: int, guards: bytes) -> HeldFloors:
        """Keep the stricter of the floors, and what later descriptions are compared with."""
        return await self._in_thread(self._store.keep_floors, tuple(floors), seen, guards)

    async def raise_declared(self, listed: Sequence[ScopeUnits]) -> None:
        """Keep the larger of what is listed and what was."""
        await self._in_thread(self._store.raise_declared, tuple(listed))

    async def acknowledge(
        self,
        operator: str,
        seen: int,
        floors: Sequence[ScopeUnits],
        declared: Sequence[ScopeUnits],
        guards: bytes = b"",
        over: str = "",
    ) -> HeldFloors:
        """Let other floors and declared numbers hold, and take the clock for right."""
        return await self._in_thread(
            self._store.acknowledge, operator, seen, tuple(floors), tuple(declared), guards, over
        )

    async def keep_head(self, head: JournalHead) -> None:
        """Keep a journal's head."""
        await self._in_thread(self._store.keep_head, head)

    async def kept_head(self, journal: str) -> JournalHead | None:
        """Give the head kept for a journal."""
        return await self._in_thread(self._store.kept_head, journal)

    async def appear(self, presence: Presence) -> None:
        """Say who is there."""
        await self._in_thread(self._store.appear, presence)

    async def leave(self, session: str) -> None:
        """Say who is gone."""
        await self._in_thread(self._store.leave, session)

    async def ask_approval(self, request: ApprovalRequest, plan: bytes) -> ApprovalRequest:
        """Write a request down."""
        return await self._in_thread(self._store.ask_approval, request, plan)

    async def keep_approval(self, request: ApprovalRequest) -> ApprovalRequest | None:
        """Write what was decided."""
        return await self._in_thread(self._store.keep_approval, request)

    async def approval(self, number: int) -> KeptApproval | None:
        """Give a request."""
        return await self._in_thread(self._store.approval, number)

    async def approval_plan(self, number: int) -> bytes:
        """Give the plan that a request is about."""
        return await self._in_thread(self._store.approval_plan, number)

    async def tell(self, word: LedgerWord) -> None:
        """Nobody at another machine reads it."""

    async def news(self, after: int) -> LedgerNews:
        """What others did or said stands in the journal of this machine."""
        return LedgerNews(after)

    async def aclose(self) -> None:
        """Let go of the file, the leases and the threads."""
        await self._in_thread(self._store.close)
        for executor in (self._work, self._stops):
            executor.shutdown(wait=False)

    async def _in_thread(self, work: Callable[..., _Result], *arguments: object) -> _Result:
        result = await asyncio.get_running_loop().run_in_executor(self._work, work, *arguments)
        if work not in (self._store.look, self._store.read, self._store.read_act):
            self._wake()
        return result

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
