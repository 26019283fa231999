"""Bounds what a ledger in etcd keeps of executions that ended: long after anybody asks for them, they are cleared."""

import logging

from topology.etcd.errors import EtcdError
from topology.etcd.values import Delete, Get, Operation, Unchanged
from topology.records.ledger.etcd.core import EtcdLedgerCore
from topology.records.ledger.etcd.layout import StoredExecution, unpacked
from topology.records.ledger.values import LedgerError

KEPT_S = 30 * 86_400.0
"""So long after its end an execution is kept, with its waves. A console that was away for longer knows its own by its journal."""
LOOK_EACH_S = 6 * 3_600.0
_AT_ONCE = 25
_log = logging.getLogger(__name__)


class EtcdHistory(EtcdLedgerCore):
    """What is over."""

    _looked: float | None = None

    async def _beat(self) -> None:
        await super()._beat()
        now = self._time.elapsed()
        if self._looked is not None and now - self._looked < LOOK_EACH_S:
            return
        self._looked = now
        try:
            await self.clear_history()
        except (LedgerError, EtcdError) as error:
            _log.info("what is over stays in the ledger %s for now: %s", self.name, error)

    async def clear_history(self) -> int:
        """Clear executions that ended long ago; gives how many. Nothing is cleared by a clock that is in doubt.

        Raises:
            LedgerError: the ledger could not be read or written.
        """
        if self.only_looks or self._time.skew_s:
            return 0
        found = (await self._reached("read", self._client.read(Get(self._keys.ended(""), prefix=True)))).found[0]
        before, old = self._time.now() - KEPT_S, []
        for entry in found:
            stored = unpacked(entry.value, StoredExecution, entry.key)
            if (stored.ended or stored.execution.started) < before:
                old.append((stored.execution.id, entry))
        cleared = 0
        for at in range(0, len(old), _AT_ONCE):
            some = old[at : at + _AT_ONCE]
            unchanged = [Unchanged(entry.key, entry.modified) for _, entry in some]
            gone: list[Operation] = [one for execution, _ in some for one in self._all_of(execution)]
            cleared += len(some) * (await self._write(unchanged, gone)).held
        return cleared

    def _all_of(self, execution: str) -> tuple[Delete, ...]:
        """Give what deletes all that is kept of one; servers it took, and nobody gave back, stay known as taken."""
        keys = self._keys
        return (
            Delete(keys.ended(execution)),
            Delete(keys.stop(execution)),
            Delete(keys.wave(f"{execution}."), prefix=True),
            Delete(keys.planned(execution), prefix=True),
        )
