"""Who carries an execution out right now: by the lease in the region's ledger; where that keeps none, by a lock on this machine."""

import asyncio
from contextlib import suppress
from pathlib import Path

from topology.execution.execution import Execution
from topology.links.protocol import PlannedWork, RegionLink
from topology.records.locks import ExecutionLock, LockHeldError, is_free


class Holding:
    """The right to carry executions out, of one console. *folder* holds the locks."""

    def __init__(self, link: RegionLink, folder: Path) -> None:
        self.folder = folder
        self._link = link
        self._lock: ExecutionLock | None = None

    def is_free(self, execution: str) -> bool:
        """Say whether nobody carries an execution out; while the ledger was not read somebody may."""
        leases = self._link.leases
        return is_free(self.folder, execution) if leases is None else not leases.is_carried_out(execution)

    async def take(self, execution: Execution) -> None:
        """Take the right to an execution, before anything of it is written down or done.

        Raises:
            LockHeldError: somebody has it.
            LinkError: the ledger cannot be told.
            OSError: the lock cannot be written.
        """
        plan, leases = execution.plan, self._link.leases
        if leases is None:
            self._lock = await asyncio.to_thread(ExecutionLock.take, self.folder, execution.id)
            return
        named = tuple(dict.fromkeys(one.subsystem for one in plan.effects if one.named))
        work = PlannedWork(plan.action, plan.servers, execution.own_pace, named)
        await leases.begin(execution.id, execution.operator, plan=plan.digest, command=plan.command, work=work)

    def let_go(self) -> None:
        """Free the lock, where there is one; a lease is let go of with how the execution ended."""
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.release()

    async def take_over(self, execution: str, operator: str) -> bool:
        """Take what nobody carries out any more; false where no ledger waits for its end.

        Raises:
            LinkError: somebody carries it out, or the ledger could not be told.
        """
        leases = self._link.leases
        return leases is not None and await leases.take_over(execution, operator)

    def tidy(self, execution: str) -> None:
        """Remove what a console that died left of its lock."""
        if self._link.leases is not None:
            return
        with suppress(LockHeldError, OSError):
            ExecutionLock.take(self.folder, execution).release()
