"""Whose ledger it is, the floors that hold, and what was declared, in etcd."""

from collections.abc import Sequence

from topology.etcd.errors import EtcdError
from topology.etcd.values import Delete, Get, Put, StoredKey, Unchanged
from topology.fleet.reasons.looking import LedgerRightMissing
from topology.records.ledger.etcd.core import EtcdLedgerCore, new_mark
from topology.records.ledger.etcd.layout import (
    FORMAT,
    Meta,
    StoredAcknowledgement,
    StoredFloors,
    packed,
    unpacked,
)
from topology.records.ledger.etcd.reading import check_meta, floors_of
from topology.records.ledger.values import HeldFloors, LedgerError, LedgerState, ScopeUnits, merged


class EtcdFloors(EtcdLedgerCore):
    """What a region is guarded by, for everybody who acts through this ledger."""

    async def open(self, region: str, floors: Sequence[ScopeUnits], guards: bytes = b"") -> LedgerState:
        """Open it for a region, or begin it; stricter floors are kept. Who may only look opens it as it is."""
        await self._reached("opened", self._learn_rights())
        await self._until_done(lambda: self._adopt(region, tuple(floors), guards))
        if not self.only_looks:
            await self._reached("opened", self._enter())
        return await self.read()

    async def keep_floors(self, floors: Sequence[ScopeUnits], seen: int, guards: bytes) -> HeldFloors:
        """Keep the stricter of the floors, and what later descriptions are compared with."""
        return await self._until_done(lambda: self._keep_floors(tuple(floors), seen, guards))

    async def raise_declared(self, listed: Sequence[ScopeUnits]) -> None:
        """Keep the larger of what is listed and what was."""
        await self._until_done(lambda: self._raise_declared(tuple(listed)))

    async def acknowledge(
        self,
        operator: str,
        seen: int,
        floors: Sequence[ScopeUnits],
        declared: Sequence[ScopeUnits],
        guards: bytes = b"",
        over: str = "",
    ) -> HeldFloors:
        """Let other floors and declared numbers hold, and end what is in doubt."""
        keys, mark = self._keys, new_mark()
        said = StoredAcknowledgement(self._time.now(), operator, tuple(floors), tuple(declared), mark)
        held = tuple(sorted(floors))
        before = await self._reached("read", self._client.read(Get(keys.floors)))
        waived = floors_of(before.found[0], ()).waived_for(floors, over)
        answer = await self._write(
            (Unchanged(keys.floors, seen),),
            (
                Put(keys.floors, packed(StoredFloors(held, waived))),
                Put(keys.guards, guards),
                Put(keys.declared, packed(tuple(sorted(declared)))),
                Put(keys.acknowledgement(seen), packed(said)),
                Delete(keys.doubt),
                self._now(),
            ),
            (Get(keys.acknowledgement(seen)), Get(keys.floors)),
        )
        revision = answer.revision
        if not answer.held:
            noted, there = answer.found
            if not noted or unpacked(noted[0].value, StoredAcknowledgement, noted[0].key).mark != mark:
                raise LedgerError(
                    "the floors were changed by somebody else a moment ago; look at them, then acknowledge again"
                )
            revision = there[0].modified
        self._time.accept()
        return HeldFloors(revision, held, guards, waived)

    async def _learn_rights(self) -> None:
        """Find out who etcd takes us for, and whether they may write here."""
        if not await self._client.is_guarded():
            return
        if not self.operator:
            raise EtcdError("it wants to know who one is, and [source.ledger_tls] states no certificate")
        if not await self._client.may_write(self.operator, self._keys.prefix):
            self.only_looks = LedgerRightMissing(self.operator)

    async def _enter(self) -> None:
        """Take part: hold a lease, and compare clocks with whoever is there."""
        keys = self._keys
        sessions, said = (await self._client.read(Get(keys.session(), prefix=True), Get(keys.time))).found
        if said:
            moment = unpacked(said[0].value, float, said[0].key)
            (self._time.join if sessions else self._time.begin)(moment)
        lease = await self._session.begin()
        await self._client.txn((), (self._now(), Put(keys.session(f"{lease:x}"), b"", lease)))

    async def _adopt(self, region: str, floors: tuple[ScopeUnits, ...], guards: bytes) -> bool | None:
        keys = self._keys
        meta, held = (await self._reached("opened", self._client.read(Get(keys.meta), Get(keys.floors)))).found
        if meta:
            check_region(check_meta(unpacked(meta[0].value, Meta, keys.meta)), region)
        elif self.only_looks:
            who = f"{self.operator} may only look at it (etcd gives them no right to write)"
            raise LedgerError(f"the ledger {self.name} was not begun yet, and {who}")
        known = floors_of(held, ())
        stricter = known.raised_by(floors)
        if self.only_looks or (meta and held and stricter == known.floors):
            return True
        begun = [Put(keys.meta, packed(Meta(FORMAT, region))), Put(keys.guards, guards)] if not meta else []
        answer = await self._write(
            (Unchanged(keys.meta, _modified(meta)), Unchanged(keys.floors, _modified(held))),
            (*begun, Put(keys.floors, packed(StoredFloors(stricter, known.waived))), self._now()),
        )
        return True if answer.held else None

    async def _keep_floors(self, floors: tuple[ScopeUnits, ...], seen: int, guards: bytes) -> HeldFloors | None:
        keys = self._keys
        gets = (Get(keys.floors), Get(keys.guards))
        there, kept = (await self._reached("read", self._client.read(*gets))).found
        held = floors_of(there, kept)
        stricter, stored = held.raised_by(floors), StoredFloors(held.raised_by(floors), held.waived)
        operations = [Put(keys.floors, packed(stored))] if stricter != held.floors else []
        if guards and guards != held.guards and held.revision == seen:
            operations.append(Put(keys.guards, guards))
        if not operations:
            return held
        unchanged = (Unchanged(keys.floors, held.revision), Unchanged(keys.guards, _modified(kept)))
        answer = await self._write(unchanged, (*operations, self._now(), Get(keys.floors), Get(keys.guards)))
        return floors_of(*answer.found) if answer.held else None

    async def _raise_declared(self, listed: tuple[ScopeUnits, ...]) -> bool | None:
        key = self._keys.declared
        entry = await self._reached("read", self._client.get(key))
        known = unpacked(entry.value, tuple[ScopeUnits, ...], key) if entry is not None else ()
        more = merged(known, listed)
        if more == known:
            return True
        found = (entry,) if entry is not None else ()
        answer = await self._write((Unchanged(key, _modified(found)),), (Put(key, packed(more)), self._now()))
        return True if answer.held else None


def check_region(meta: Meta, region: str) -> None:
    """See that it is the ledger of this region.

    Raises:
        LedgerError: it belongs to another.
    """
    if meta.region != region:
        raise LedgerError(
            f"the ledger is that of region {meta.region}, not of {region}; name another ledger for this one"
        )


def _modified(found: tuple[StoredKey, ...]) -> int:
    return found[0].modified if found else 0
