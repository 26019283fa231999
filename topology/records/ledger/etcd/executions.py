"""Executions and their leases in etcd, stops, and the heads of journals."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from topology.etcd.values import Absent, CreatedAt, Delete, Get, Operation, Present, Put
from topology.execution.journal_entries import JournalHead
from topology.records.ledger.etcd.core import EtcdLedgerCore, new_mark
from topology.records.ledger.etcd.layout import StoredExecution, StoredLease, packed, unpacked
from topology.records.ledger.planned_work import PlannedWork, packed_work, work_of
from topology.records.ledger.values import KeptExecution, LeaseHeldError, LedgerError, LedgerLease, StopKey

_PART = 1_000_000
"""Bytes; etcd takes requests of 1.5 MiB."""


class EtcdExecutions(EtcdLedgerCore):
    """What is carried out, by whom, and what was stopped."""

    _begun: dict[str, KeptExecution]
    """Executions that were begun here: as long as their lease holds, nobody else writes them."""
    _stopping: set[str]
    """Executions of which nothing more is committed from here, whatever became of writing the stop."""

    async def begin(self, execution: KeptExecution, work: PlannedWork | None = None) -> LedgerLease:
        """Write an execution down and take its lease. Of a very big plan the later parts are written before."""
        data = b"" if work is None else await asyncio.to_thread(packed_work, work)
        first, *others = (data[at : at + _PART] for at in range(0, max(len(data), 1), _PART))
        for part, more in enumerate(others, 1):
            await self._write((), (Put(self._keys.planned(execution.id, part), more),))
        about = (Put(self._keys.planned(execution.id, 0), first),) if first else ()
        return await self._leased(lambda lease: self._begin(execution, lease, about))

    async def planned(self, execution: str) -> PlannedWork | None:
        """Give what an execution is about."""
        parts = (await self._reached("read", self._client.read(Get(self._keys.planned(execution), prefix=True)))).found
        data = b"".join(one.value for one in parts[0])
        return await asyncio.to_thread(work_of, data) if data else None

    async def _begin(self, execution: KeptExecution, lease: int, about: Sequence[Put]) -> LedgerLease:
        mark, keys = new_mark(), self._keys
        stored = StoredExecution(_at(execution, execution.owner, self._time.now()), mark)
        answer = await self._write(
            (Absent(keys.running(execution.id)), Absent(keys.ended(execution.id)), Absent(keys.lease(execution.id))),
            (
                Put(keys.running(execution.id), packed(stored)),
                Put(keys.lease(execution.id), packed(StoredLease(execution.owner, mark)), lease),
                *about,
                self._now(),
            ),
            (Get(keys.lease(execution.id)),),
        )
        if answer.held:
            self._begun[execution.id] = stored.execution
            return LedgerLease(execution.id, execution.owner, answer.revision)
        there = answer.found[0]
        if there and unpacked(there[0].value, StoredLease, there[0].key).mark == mark:
            return LedgerLease(execution.id, execution.owner, there[0].created)  # an earlier try of ours was written
        raise LedgerError(f"execution {execution.id} is in the ledger already; nothing was done")

    async def take_over(self, execution: str, owner: str) -> LedgerLease:
        """Take the lease of an execution that nobody carries out."""
        known = await self.execution(execution)
        if known is None:
            raise LedgerError(f"there is no execution {execution} in the ledger; nothing was done")
        return await self._leased(lambda lease: self._take_over(known, owner, lease))

    async def _take_over(self, known: KeptExecution, owner: str, lease: int) -> LedgerLease:
        mark, keys, execution = new_mark(), self._keys, known.id
        stored = StoredExecution(_at(known, owner, known.started), mark)
        answer = await self._write(
            (Absent(keys.lease(execution)),),
            (
                Put(keys.running(execution), packed(stored)),
                Delete(keys.ended(execution)),
                Put(keys.lease(execution), packed(StoredLease(owner, mark)), lease),
                self._now(),
            ),
            (Get(keys.lease(execution)),),
        )
        if answer.held:
            return LedgerLease(execution, owner, answer.revision)
        there = answer.found[0][0]
        holder = unpacked(there.value, StoredLease, there.key)
        if holder.mark == mark:
            return LedgerLease(execution, owner, there.created)
        raise LeaseHeldError(
            f"execution {execution} is being carried out by {holder.owner} at another console; stop it there, or here"
        )

    async def release(self, lease: LedgerLease, outcome: str = "") -> None:
        """Let go of a lease, if it is still the last one."""
        keys, known = self._keys, self._begun.pop(lease.execution, None)
        if known is None:
            known = await self.execution(lease.execution)
        ended: list[Operation] = []
        if outcome and known is not None:
            kept = StoredExecution(_at(known, known.owner, known.started, outcome), "", self._time.now())
            ended = [Delete(keys.running(lease.execution)), Put(keys.ended(lease.execution), packed(kept))]
        holds = CreatedAt(keys.lease(lease.execution), lease.token)
        await self._write((holds,), (Delete(keys.lease(lease.execution)), *ended, self._now()))

    async def execution(self, execution: str) -> KeptExecution | None:
        """Give an execution."""
        places = (Get(self._keys.running(execution)), Get(self._keys.ended(execution)))
        found = (await self._reached("read", self._client.read(*places))).found
        entry = next((one for some in found for one in some), None)
        return None if entry is None else unpacked(entry.value, StoredExecution, entry.key).execution

    async def stop(self, execution: str, operator: str) -> None:
        """Write the stop. From this moment on nothing of it is committed here, whatever becomes of the writing."""
        self._stopping.add(execution)
        key = self._keys.stop(execution)
        try:
            stop = packed(StopKey(execution, operator, self._time.now()))
            await self._write((Absent(key),), (Put(key, stop), self._now()))
        except LedgerError as error:
            raise LedgerError(f"nothing more of this execution leaves through this console, but {error}") from error

    async def resume(self, execution: str, operator: str) -> None:
        """Take a stop back."""
        key = self._keys.stop(execution)
        await self._write((Present(key),), (Delete(key), self._now()))
        self._stopping.discard(execution)

    async def keep_head(self, head: JournalHead) -> None:
        """Keep a journal's head."""
        await self._write((), (Put(self._keys.head(head.journal), packed(head)),))

    async def kept_head(self, journal: str) -> JournalHead | None:
        """Give the head kept for a journal."""
        entry = await self._reached("read", self._client.get(self._keys.head(journal)))
        return None if entry is None else unpacked(entry.value, JournalHead, entry.key)

    async def _leased(self, write: Callable[[int], Awaitable[LedgerLease]]) -> LedgerLease:
        """Write with this console's lease; one that ended unnoticed is replaced by another, once."""
        try:
            return await write(await self._reached("written", self._session.begin()))
        except LedgerError as error:
            if "requested lease not found" not in str(error):
                raise
            self._session.forget()
        return await write(await self._reached("written", self._session.begin()))


def _at(known: KeptExecution, owner: str, started: float, outcome: str = "") -> KeptExecution:
    return KeptExecution(known.id, known.plan, known.command, known.number, owner, started, outcome)
