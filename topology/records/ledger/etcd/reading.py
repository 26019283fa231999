"""Reads everything that an act is judged by out of etcd, as of one moment."""

import math
from collections.abc import Iterable, Sequence
from typing import TypeVar

from topology.approval.request import ApprovalRequest
from topology.etcd.values import Get, StoredKey, TxnAnswer
from topology.fleet.lowered import ToldChange
from topology.records.ledger.colleagues import MOST_APPROVALS
from topology.records.ledger.etcd.layout import (
    FORMAT,
    LedgerKeys,
    Meta,
    StoredDeparture,
    StoredExecution,
    StoredFloors,
    StoredLease,
    StoredReservation,
    StoredWave,
    unpacked,
)
from topology.records.ledger.etcd.pace_room import SIZES
from topology.records.ledger.etcd.time import Expiries, LedgerTime
from topology.records.ledger.values import (
    HeldFloors,
    KeptApproval,
    LedgerError,
    LedgerLease,
    LedgerState,
    PaceEntry,
    Presence,
    ScopeUnits,
    StopKey,
    Waived,
)

_Value = TypeVar("_Value")
_Found = tuple[StoredKey, ...]


def everything(layout: LedgerKeys) -> tuple[Get, ...]:
    """Give what is to be read, in the order in which `state_of` takes it."""
    ranges = (
        layout.running(),
        layout.lease(),
        layout.stop(),
        layout.reservation(),
        layout.unanswered(),
        layout.departures(),
        layout.presence(),
        layout.approval_life(),
        layout.leaving(),
    )
    single = (layout.meta, layout.floors, layout.guards, layout.declared, layout.time, layout.doubt)
    last = Get(layout.approval(), prefix=True, last=MOST_APPROVALS)
    return (*map(Get, single), *(Get(key, prefix=True) for key in ranges), last)


class Decoder:
    """Decodes entries, each once for as long as it stays as it is."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, object]] = {}

    def value(self, entry: StoredKey, kind: type[_Value]) -> _Value:
        """Give what an entry holds."""
        known = self._known.get(entry.key)
        if known is None or known[0] != entry.modified:
            known = (entry.modified, unpacked(entry.value, kind, entry.key))
            self._known[entry.key] = known
        return known[1]  # type: ignore[return-value] # of the same kind for the same key

    def forget_others(self, entries: Iterable[StoredKey]) -> None:
        """Keep only what is there still."""
        there = {entry.key for entry in entries}
        for key in self._known.keys() - there:
            del self._known[key]


async def state_of(
    answer: TxnAnswer,
    decode: Decoder,
    expiries: Expiries,
    time: LedgerTime,
    after: int = 0,
    since_s: float = math.inf,
) -> LedgerState:
    """Put together what was read of `everything`; the last time it was read as of revision *after*, *since_s* ago."""
    meta, floors, guards, declared, said, doubt, *ranges = answer.found
    running, leases, stops, reservations, unanswered, departures, presences, lives, leaving, approvals = ranges
    begun = {
        entry.lease: decode.value(entry, StoredDeparture).window_s for entry in departures if entry.modified > after
    }
    expiries.begin({lease: seconds for lease, seconds in begun.items() if lease}, since_s)
    await expiries.learn(entry.lease for entry in (*departures, *lives))
    decode.forget_others(entry for found in answer.found for entry in found)
    if said:
        time.hear(decode.value(said[0], float))
    executions = sorted(running, key=lambda entry: entry.created)
    return LedgerState(
        "" if not meta else check_meta(decode.value(meta[0], Meta)).region,
        answer.revision,
        answer.revision,
        floors_of(floors, guards),
        decode.value(declared[0], tuple[ScopeUnits, ...]) if declared else (),
        tuple(decode.value(entry, StoredExecution).execution for entry in executions),
        tuple(lease_of(entry, decode) for entry in leases),
        tuple(decode.value(entry, StopKey) for entry in stops),
        tuple(decode.value(entry, StoredReservation).reservation for entry in reservations),
        tuple(decode.value(entry, StoredWave).wave for entry in _oldest_first(unanswered)),
        tuple(_pace(entry, decode, expiries) for entry in _oldest_first(departures)),
        time.now(),
        tuple(decode.value(entry, Presence) for entry in presences),
        tuple(_approval(entry, lives, decode, expiries) for entry in reversed(approvals)),
        tuple(decode.value(entry, StoredReservation).wave for entry in reservations),
        _written(leaving),
        (*([ToldChange(decode.value(doubt[0], str))] if doubt else []), *([time.doubt] if time.doubt else [])),
    )


def _written(leaving: _Found) -> tuple[int, ...]:
    """Give how many waves of each size were written."""
    versions = {int(entry.key.rpartition("/")[2]): entry.version for entry in leaving}
    return tuple(versions.get(size, 0) for size in range(SIZES))


def check_meta(meta: Meta) -> Meta:
    """See that the ledger is of a format that this version knows.

    Raises:
        LedgerError: it is newer.
    """
    if meta.format != FORMAT:
        what = "update Underkeel to use it" if meta.format > FORMAT else "use the version that wrote it"
        raise LedgerError(
            f"the ledger has format {meta.format}; this version of Underkeel reads format {FORMAT}; {what}"
        )
    return meta


def floors_of(floors: _Found, guards: _Found) -> HeldFloors:
    """Give the floors that hold; their revision is when they were written last."""
    kept = unpacked(floors[0].value, StoredFloors, floors[0].key) if floors else StoredFloors((), Waived())
    modified = floors[0].modified if floors else 0
    return HeldFloors(modified, kept.floors, guards[0].value if guards else b"", kept.waived)


def lease_of(entry: StoredKey, decode: Decoder) -> LedgerLease:
    """Give a lease; its token is when it was written, so that a later holder's is larger."""
    return LedgerLease(entry.key.rpartition("/leases/")[2], decode.value(entry, StoredLease).owner, entry.created)


def kept_approval(entry: StoredKey, life: StoredKey | None, decode: Decoder, expiries: Expiries) -> KeptApproval:
    """Give a request with how long its approval lives, if it was approved."""
    request = decode.value(entry, ApprovalRequest)
    if life is not None:
        return KeptApproval(request, expiries.remaining_s(life.lease, request.lasts_s))
    return KeptApproval(request, None)


def _approval(entry: StoredKey, lives: Sequence[StoredKey], decode: Decoder, expiries: Expiries) -> KeptApproval:
    number = entry.key.rpartition("/")[2]
    life = next((one for one in lives if one.key.endswith(f"/{number}")), None)
    return kept_approval(entry, life, decode, expiries)


def _pace(entry: StoredKey, decode: Decoder, expiries: Expiries) -> PaceEntry:
    """Give an entry of the pace; one without a lease waits for its wave's answer: its window has not begun to run out."""
    stored = decode.value(entry, StoredDeparture)
    left = expiries.remaining_s(entry.lease, stored.window_s) if entry.lease else stored.window_s
    servers = stored.servers
    return PaceEntry(stored.wave, stored.execution, stored.window_s, len(servers), stored.by_subsystem, left, servers)


def _oldest_first(entries: _Found) -> list[StoredKey]:
    return sorted(entries, key=lambda entry: (entry.created, entry.key))
