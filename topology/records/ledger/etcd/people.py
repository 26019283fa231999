"""Who is at a ledger in etcd, and the approvals that they ask for and give: each lives by a lease of etcd's."""

import math
from dataclasses import replace

from topology.approval.request import ApprovalRequest, ApprovalState
from topology.etcd.values import Absent, Get, Operation, Put, StoredKey, Unchanged, VersionIs
from topology.records.ledger.colleagues import LARGEST_PLAN, PRESENCE_S
from topology.records.ledger.etcd.core import EtcdLedgerCore
from topology.records.ledger.etcd.layout import packed, unpacked
from topology.records.ledger.etcd.reading import kept_approval
from topology.records.ledger.values import KeptApproval, LedgerError, Presence


class EtcdPeople(EtcdLedgerCore):
    """Where operators meet."""

    _present: dict[str, tuple[int, Presence]]
    """The lease of each session that is there from here, and what was said of it last."""

    async def appear(self, presence: Presence) -> None:
        """Say who is there. Only what changed is written; else the lease is renewed, which changes nothing for anybody."""
        if self.only_looks:
            return  # whoever may only look is not seen
        lease, before = self._present.get(presence.session, (0, None))
        if not lease or not await self._reached("written", self._client.keep_alive(lease)):
            lease = await self._reached("written", self._client.grant(math.ceil(PRESENCE_S)))
            before = None
        if before != presence:
            await self._write((), (Put(self._keys.presence(presence.session), packed(presence), lease),))
        self._present[presence.session] = (lease, presence)

    async def leave(self, session: str) -> None:
        """Say that a session is over."""
        lease, _ = self._present.pop(session, (0, None))
        if lease:
            await self._reached("written", self._client.revoke(lease))

    async def ask_approval(self, request: ApprovalRequest, plan: bytes) -> ApprovalRequest:
        """Write a request down with its plan, and give it its number."""
        if len(plan) > LARGEST_PLAN:
            most = f"at most {LARGEST_PLAN:,}"
            raise LedgerError(
                f"the plan has {len(plan):,} bytes; an approval is asked for plans of {most}: ask for less at once"
            )
        return await self._until_done(lambda: self._ask(request, plan))

    async def keep_approval(self, request: ApprovalRequest) -> ApprovalRequest | None:
        """Write the next version of a request; None where somebody else did."""
        keys, found = self._keys, replace(request, version=request.version + 1)
        key, life = keys.approval(request.number), keys.approval_life(request.number)
        before = await self._reached("read", self._client.get(key))
        if before is None or before.version != request.version:
            return None
        was = unpacked(before.value, ApprovalRequest, key).state
        operations: list[Operation] = [Put(key, packed(found)), self._now()]
        if found.state is ApprovalState.APPROVED and was is not ApprovalState.APPROVED:
            seconds = max(1, math.ceil(found.lasts_s))
            lease = await self._reached("written", self._client.grant(seconds))
            self._expiries.note(lease, seconds)
            operations.append(Put(life, b"", lease))
        answer = await self._write((VersionIs(key, request.version),), operations, (Get(key),))
        if answer.held:
            return found
        there = answer.found[0]
        return found if there and unpacked(there[0].value, ApprovalRequest, key) == found else None

    async def approval(self, number: int) -> KeptApproval | None:
        """Give a request."""
        gets = (Get(self._keys.approval(number)), Get(self._keys.approval_life(number)))
        found, life = (await self._reached("read", self._client.read(*gets))).found
        if not found:
            return None
        if life:
            await self._reached("read", self._learn_life(life[0]))
        return kept_approval(found[0], life[0] if life else None, self._decode, self._expiries)

    async def approval_plan(self, number: int) -> bytes:
        """Give the plan that a request is about."""
        entry = await self._reached("read", self._client.get(self._keys.approval_plan(number)))
        if entry is None:
            raise LedgerError(f"there is no request {number:,} in the ledger")
        return entry.value

    async def _ask(self, request: ApprovalRequest, plan: bytes) -> ApprovalRequest | None:
        keys = self._keys
        entry = await self._reached("read", self._client.get(keys.approvals_made))
        number = 1 + (unpacked(entry.value, int, entry.key) if entry is not None else 0)
        found = replace(request, number=number, version=1, asked=self._time.now())
        answer = await self._write(
            (
                Unchanged(keys.approvals_made, entry.modified if entry is not None else 0),
                Absent(keys.approval(number)),
            ),
            (
                Put(keys.approvals_made, packed(number)),
                Put(keys.approval(number), packed(found)),
                Put(keys.approval_plan(number), plan),
                self._now(),
            ),
            (Get(keys.approval(number)),),
        )
        there = answer.found[0] if not answer.held else ()
        ours = bool(there) and unpacked(there[0].value, ApprovalRequest, there[0].key) == found
        return found if answer.held or ours else None

    async def _learn_life(self, life: StoredKey) -> None:
        if not self._expiries.knows(life.lease):
            self._expiries.note(life.lease, float(await self._client.remaining_s(life.lease)))
