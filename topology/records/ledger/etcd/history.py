"""Bounds what a ledger in etcd keeps of executions, approvals, acknowledgements and words that are over: long after they go."""

import logging
from collections.abc import Sequence

from topology.approval.request import ApprovalRequest, ApprovalState
from topology.etcd.errors import EtcdError
from topology.etcd.values import Delete, Get, Operation, StoredKey, Unchanged
from topology.records.ledger.etcd.core import EtcdLedgerCore
from topology.records.ledger.etcd.layout import StoredAcknowledgement, StoredExecution, unpacked
from topology.records.ledger.etcd.news import StoredWord
from topology.records.ledger.values import LedgerError

KEPT_S = 30 * 86_400.0
"""So long after its end an execution is kept, with its waves. A console that was away for longer knows its own by its journal."""
PLAN_KEPT_S = 86_400.0
"""So long the plan of a request is kept that is over."""
LOOK_EACH_S = 6 * 3_600.0
_AT_ONCE = 25
_Old = tuple[StoredKey, tuple[Delete, ...]]
"""A key by which something is known, and what deletes all of it."""
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
        """Clear what was over long ago; gives how many executions. Nothing is cleared by a clock that is in doubt.

        Raises:
            LedgerError: the ledger could not be read or written.
        """
        if self.only_looks or self._time.skew_s:
            return 0
        keys = self._keys
        ranges = (keys.ended(""), keys.acknowledgement(), keys.word(), keys.approval(), keys.approval_life())
        gets = (*(Get(one, prefix=True) for one in ranges), Get(keys.approval_plan(), prefix=True, keys_only=True))
        found = (await self._reached("read", self._client.read(*gets))).found
        ended, said, words, *of_approvals = found
        before = self._time.now() - KEPT_S
        others = [(one, (Delete(one.key),)) for one in said if _time_of(one, StoredAcknowledgement) < before]
        others += [(one, (Delete(one.key),)) for one in words if _time_of(one, StoredWord) < before]
        await self._clear((*others, *self._old_approvals(*of_approvals)))
        return await self._clear(self._old_executions(ended, before))

    def _old_executions(self, ended: Sequence[StoredKey], before: float) -> list[_Old]:
        found = list[_Old]()
        for entry in ended:
            stored = unpacked(entry.value, StoredExecution, entry.key)
            if (stored.ended or stored.execution.started) < before:
                found.append((entry, self._all_of(stored.execution.id)))
        return found

    async def _clear(self, old: Sequence[_Old]) -> int:
        """Delete what nobody wrote since it was read; gives how many."""
        cleared = 0
        for at in range(0, len(old), _AT_ONCE):
            some = old[at : at + _AT_ONCE]
            unchanged = [Unchanged(entry.key, entry.modified) for entry, _ in some]
            gone: list[Operation] = [one for _, deleted in some for one in deleted]
            cleared += len(some) * (await self._write(unchanged, gone)).held
        return cleared

    def _old_approvals(
        self, approvals: Sequence[StoredKey], lives: Sequence[StoredKey], plans: Sequence[StoredKey]
    ) -> list[_Old]:
        """Give requests of which none lives and nobody said anything for long; of one that is over, sooner, the plan."""
        keys, now, found = self._keys, self._time.now(), list[_Old]()
        alive, kept = {one.key.rpartition("/")[2] for one in lives}, {one.key for one in plans}
        for entry in approvals:
            request = unpacked(entry.value, ApprovalRequest, entry.key)
            plan, quiet_s = keys.approval_plan(request.number), now - _last_word(request)
            if entry.key.rpartition("/")[2] in alive or quiet_s <= PLAN_KEPT_S:
                continue
            if quiet_s > KEPT_S:
                found.append((entry, (Delete(entry.key), Delete(plan))))
            elif plan in kept and request.state is not ApprovalState.ASKED:
                found.append((entry, (Delete(plan),)))
        return found

    def _all_of(self, execution: str) -> tuple[Delete, ...]:
        """Give what deletes all that is kept of one; servers it took, and nobody gave back, stay known as taken."""
        keys = self._keys
        return (
            Delete(keys.ended(execution)),
            Delete(keys.stop(execution)),
            Delete(keys.wave(f"{execution}."), prefix=True),
            Delete(keys.planned(execution), prefix=True),
        )


def _last_word(request: ApprovalRequest) -> float:
    return max((request.asked, *(one.time for one in request.decisions)))


def _time_of(entry: StoredKey, kind: type[StoredAcknowledgement] | type[StoredWord]) -> float:
    return unpacked(entry.value, kind, entry.key).time
