"""Waves in etcd: committed in one transaction that compares all their judgement rested on, answered, and settled."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from topology.approval.request import ApprovalRequest
from topology.etcd.values import (
    Absent,
    Comparison,
    CreatedAt,
    Delete,
    Get,
    NoneAfter,
    Operation,
    Present,
    Put,
    StoredKey,
    TxnAnswer,
    Unchanged,
    VersionAtMost,
    VersionIs,
)
from topology.records.ledger.etcd.core import EtcdLedgerCore, new_mark
from topology.records.ledger.etcd.layout import StoredDeparture, StoredReservation, StoredWave, packed, unpacked
from topology.records.ledger.etcd.pace_room import SIZES, allowed, size_of
from topology.records.ledger.protocol import Left
from topology.records.ledger.values import Commit, CommitAnswer, KeptWave, LedgerError, Reservation, WaveKind

_UNTOUCHED = ("refused", "too_soon")
Answers = Sequence[tuple[str, str]]
_Found = tuple[StoredKey, ...]
_Written = tuple[_Found, _Found, _Found, _Found]


class EtcdWaves(EtcdLedgerCore):
    """What is intended, what was answered, what is reserved and what departed."""

    _stopping: set[str]
    _written: dict[str, tuple[StoredKey, ...]]
    """What was written of each wave that was committed here and has no answer yet: nobody else changes that."""

    async def commit_wave(self, commit: Commit) -> CommitAnswer:
        """Compare and write in one transaction. A console that may be taken for dead, or was told to stop, commits nothing."""
        if (found := self._own_obstacle(commit)) is not None:
            return found
        if commit.approvals and not await self._are_of(commit):
            return CommitAnswer.APPROVAL_CHANGED
        found = await self._until_done(lambda: self._commit(commit, None))
        late = self._own_obstacle(commit) if found is CommitAnswer.COMMITTED else None
        if late is None:
            self._warm(commit, found)
            return found
        # It is written, and was not sent: the stop or the doubt came while it was on its way.
        await self.answer(commit.wave, [(server, "refused") for server in commit.servers])
        await self.settle(commit.wave)
        return late

    async def answer(
        self,
        wave: str,
        answers: Answers,
        refusals: Sequence[tuple[str, str]] = (),
        *,
        abandoned: bool = False,
        left: Left = None,
    ) -> None:
        """Keep what the source said; windows of the pace run from now on, by leases as long as they are."""
        said = _Said(tuple(answers), tuple(refusals), abandoned, left)
        await self._until_done(lambda: self._answer(wave, said))

    async def settle(self, wave: str, left: Reservation | None = None) -> None:
        """End a reservation, or a part of it; one that is over is not begun again, and that of a wave on its way stays."""
        await self._until_done(lambda: self._settle(wave, left))

    async def _settle(self, wave: str, left: Reservation | None) -> bool | None:
        key, compare = self._keys.reservation(wave), list[Comparison]()
        operation: Operation = Delete(key)
        if left is not None and left.servers:
            entry = await self._reached("read", self._client.get(self._keys.wave(wave)))
            if entry is None:
                return True
            kept = unpacked(entry.value, StoredWave, entry.key).wave
            operation = Put(key, packed(StoredReservation(left, kept)))
            compare.append(Unchanged(entry.key, entry.modified))
        there, unanswered = Get(key), Get(self._keys.unanswered(wave))
        waits = (Present(key), Absent(unanswered.key), *compare)
        answer = await self._write(waits, (operation, self._now()), (there, unanswered))
        changed = not answer.held and answer.found[0] and not answer.found[1]
        return None if changed else True

    async def wave(self, wave: str) -> KeptWave | None:
        """Give a wave."""
        entry = await self._reached("read", self._client.get(self._keys.wave(wave)))
        return None if entry is None else unpacked(entry.value, StoredWave, entry.key).wave

    async def waves(self, execution: str) -> tuple[KeptWave, ...]:
        """Give the waves of an execution, in the order they were first committed."""
        wanted = Get(self._keys.wave(f"{execution}."), prefix=True)
        found = (await self._reached("read", self._client.read(wanted))).found[0]
        waves = (unpacked(one.value, StoredWave, one.key).wave for one in sorted(found, key=lambda one: one.created))
        return tuple(wave for wave in waves if wave.execution == execution)

    async def taken(self) -> tuple[str, ...]:
        """Give the servers that were taken and not given back, in the order of the waves."""
        found = await self._reached("read", self._client.read(Get(self._keys.taken(), prefix=True)))
        waves = sorted(found.found[0], key=lambda entry: entry.created)
        return tuple(name for entry in waves for name in _names(entry))

    def _warm(self, commit: Commit, found: CommitAnswer) -> None:
        """Let the leases of its windows be there when it is answered: they are made while the source is asked."""
        if found is CommitAnswer.COMMITTED and commit.windows:
            making = asyncio.ensure_future(self._windows.of_all(commit.windows))
            self._making.add(making)
            making.add_done_callback(self._made)

    def _made(self, making: "asyncio.Future[dict[float, int]]") -> None:
        self._making.discard(making)
        if not making.cancelled():
            making.exception()  # who answers asks again, and says so

    def _own_obstacle(self, commit: Commit) -> CommitAnswer | None:
        if commit.lease.execution in self._stopping:
            return CommitAnswer.STOPPED
        if not self._session.is_sure:
            return CommitAnswer.LEASE_LOST
        skewed = self._time.skew_s and commit.kind is WaveKind.TAKE
        return CommitAnswer.CLOCK_LEAPT if skewed else None

    def _compared(self, commit: Commit) -> tuple[Comparison, ...]:
        """Give all that must be as it was when the wave was judged."""
        keys, execution = self._keys, commit.lease.execution
        approvals = (
            one
            for number, version in commit.approvals
            for one in (VersionIs(keys.approval(number), version), Present(keys.approval_life(number)))
        )
        return (
            Absent(keys.stop(execution)),
            CreatedAt(keys.lease(execution), commit.lease.token),
            Unchanged(keys.floors, commit.floors),
            *self._turns(commit),
            *((Absent(keys.doubt), *self._room(commit)) if commit.kind is WaveKind.TAKE else ()),
            *approvals,
        )

    def _turns(self, commit: Commit) -> list[Comparison]:
        """Nobody else wrote a wave of the same subsystems since: only those rest on each other."""
        if not _subsystems(commit):
            return [NoneAfter(self._keys.turn(), commit.reservations, prefix=True)]
        names = ("", *_subsystems(commit))
        return [NoneAfter(self._keys.turn(name), commit.reservations) for name in names]

    def _room(self, commit: Commit) -> list[Comparison]:
        """No more left since, of whichever subsystem, than the windows of the whole region have room for."""
        if commit.room is None:
            return []
        if not commit.room or len(commit.leaving) != SIZES:
            return [NoneAfter(self._keys.leaving(), commit.reservations, prefix=True)]
        may = enumerate(allowed(commit.room, commit.leaving))
        return [VersionAtMost(self._keys.leaving(size), commit.leaving[size] + more) for size, more in may]

    async def _commit(self, commit: Commit, before: StoredKey | None) -> CommitAnswer | None:
        """Try once; None: it may be tried again. *before* is the same wave, of which nothing was done."""
        keys, mark = self._keys, new_mark()
        wave = KeptWave(
            commit.wave,
            commit.lease.execution,
            commit.kind,
            commit.operator,
            commit.servers,
            self._time.now(),
            commit.undo,
        )
        stored = packed(StoredWave(wave, commit.supports, mark))
        fresh = Absent(keys.wave(commit.wave)) if before is None else Unchanged(keys.wave(commit.wave), before.modified)
        execution = commit.lease.execution
        looked = (keys.wave(commit.wave), keys.stop(execution), keys.lease(execution), keys.doubt, keys.floors)
        lives = (keys.approval_life(number) for number, _ in commit.approvals)
        versions = (keys.approval(number) for number, _ in commit.approvals)
        counted = self._counted(commit, wave)
        answer = await self._write(
            (fresh, *self._compared(commit)),
            (
                Put(keys.wave(commit.wave), stored),
                Put(keys.unanswered(commit.wave), stored),
                *(Put(keys.turn(name)) for name in _subsystems(commit) or ("",)),
                self._now(),
                *counted,
            ),
            tuple(map(Get, (*looked, *lives, *versions))),
        )
        if answer.held:
            written = [StoredKey(keys.wave(commit.wave), stored, answer.revision, answer.revision)]
            written += [StoredKey(one.key, one.value, answer.revision, answer.revision) for one in counted]
            self._written[commit.wave] = tuple(written)
            return CommitAnswer.COMMITTED
        there = answer.found[0]
        if there and before is None:
            known = unpacked(there[0].value, StoredWave, there[0].key)
            if known.mark == mark:
                return CommitAnswer.COMMITTED
            if _may_be_sent_again(known.wave, commit):
                return await self._commit(commit, there[0])
        return _obstacle(commit, answer)

    def _counted(self, commit: Commit, wave: KeptWave) -> list[Put]:
        """Give what reserves, and what counts for the pace: without a lease, for its time begins with the answer."""
        if commit.kind is not WaveKind.TAKE:
            return []
        execution = commit.lease.execution
        reservation = Reservation(commit.wave, execution, commit.servers, commit.units)
        found = [Put(self._keys.reservation(commit.wave), packed(StoredReservation(reservation, wave)))]
        found.append(Put(self._keys.leaving(size_of(len(commit.servers)))))
        counts = _counts(commit.supports)
        for window_s in commit.windows:
            departure = StoredDeparture(commit.wave, execution, window_s, commit.servers, counts)
            found.append(Put(f"{self._keys.departures(commit.wave)}{window_s:013.3f}", packed(departure)))
        return found

    async def _are_of(self, commit: Commit) -> bool:
        """Whether every approval is used by this execution; that it is still the version judged, the transaction compares."""
        keys = tuple(Get(self._keys.approval(number)) for number, _ in commit.approvals)
        found = (await self._reached("read", self._client.read(*keys))).found
        if not all(found):
            return False
        used = {unpacked(one[0].value, ApprovalRequest, one[0].key).execution for one in found}
        return used == {commit.lease.execution}

    async def _answer(self, wave: str, said: "_Said") -> bool | None:
        kept, reserved, departures, taken = await self._as_written(wave, said)
        stored = unpacked(kept[0].value, StoredWave, kept[0].key) if kept else None
        if stored is None or tuple(name for name, _ in said.answers) != stored.wave.servers:
            what = "is not in the ledger" if stored is None else "has other servers than the answers are about"
            raise LedgerError(f"wave {wave} {what}; the answer was not kept")
        burnt = said.abandoned or stored.wave.burnt
        told = replace(stored.wave, answers=said.answers, refusals=said.refusals, burnt=burnt)
        compare, operations = _noted_taken(self._keys.taken(), told, taken)
        compare += [Unchanged(one.key, one.modified) for one in (*kept, *reserved)]
        answer = await self._write(
            compare,
            (
                Put(kept[0].key, packed(replace(stored, wave=told))),
                Delete(self._keys.unanswered(wave)),
                self._now(),
                *operations,
                *_reserved(reserved, told, said.left),
                *await self._departed(stored, said.answers, departures),
            ),
            (Get(kept[0].key),),
        )
        if answer.held:
            return True
        again = answer.found[0]
        # An earlier try of ours may have been written although nobody said so.
        return True if again and unpacked(again[0].value, StoredWave, again[0].key).wave == told else None

    async def _as_written(self, wave: str, said: "_Said") -> _Written:
        """Give a wave, its reservation, its departures, and what was taken: as it was written here, where nobody else can have."""
        keys, written = self._keys, self._written.pop(wave, ())
        departures, reservation = keys.departures(wave), keys.reservation(wave)
        takes = any(one.key == reservation for one in written)
        if takes and not any(word == "returned" for _, word in said.answers):
            there = tuple(one for one in written if one.key == reservation)
            return written[:1], there, tuple(one for one in written if one.key.startswith(departures)), ()
        gets = (Get(keys.wave(wave)), Get(reservation), Get(departures, prefix=True), Get(keys.taken(), prefix=True))
        found = (await self._reached("read", self._client.read(*gets))).found
        return found[0], found[1], found[2], found[3]

    async def _departed(self, stored: StoredWave, answers: Answers, departures: Iterable[StoredKey]) -> list[Operation]:
        """Count those that left, from now on: when they did exactly, within the time it took to answer, is not known."""
        left = tuple(name for name, word in answers if word not in _UNTOUCHED)
        if not left:
            return [Delete(entry.key) for entry in departures]
        supports = zip(stored.supports, answers, strict=False)
        counts = _counts(names for names, (_, word) in supports if word not in _UNTOUCHED)
        found: list[Operation] = []
        for entry in departures:
            counted = unpacked(entry.value, StoredDeparture, entry.key)
            lease = await self._reached("written", self._windows.of(counted.window_s))
            counted = replace(counted, servers=left, by_subsystem=counts)
            found.append(Put(entry.key, packed(counted), lease))
        return found


@dataclass(frozen=True, slots=True)
class _Said:
    """What is kept of a wave: what the source said, and what is left of its reservation."""

    answers: tuple[tuple[str, str], ...]
    refusals: tuple[tuple[str, str], ...]
    abandoned: bool
    left: Left


def _reserved(reserved: tuple[StoredKey, ...], told: KeptWave, left: Left) -> list[Operation]:
    """Keep the wave with its reservation as it is now, or end that."""
    if not reserved:
        return []
    key = reserved[0].key
    kept = unpacked(reserved[0].value, StoredReservation, key).reservation if left is None else None
    rest = kept or next(iter(left or ()), None)
    return [Delete(key) if rest is None else Put(key, packed(StoredReservation(rest, told)))]


def _subsystems(commit: Commit) -> tuple[str, ...]:
    return tuple(sorted({name for names in commit.supports for name in names}))


def _obstacle(commit: Commit, answer: TxnAnswer) -> CommitAnswer:
    """Say which comparison failed, the gravest first."""
    known, stop, lease, doubt, floors, *approvals = answer.found
    lives, versions = approvals[: len(commit.approvals)], approvals[len(commit.approvals) :]
    if known and not _may_be_sent_again(unpacked(known[0].value, StoredWave, known[0].key).wave, commit):
        return CommitAnswer.KNOWN
    if stop:
        return CommitAnswer.STOPPED
    if not lease or lease[0].created != commit.lease.token:
        return CommitAnswer.LEASE_LOST
    if doubt and commit.kind is WaveKind.TAKE:
        return CommitAnswer.RESTORED
    wanted = [version for _, version in commit.approvals]
    if not all(lives) or [one[0].version if one else 0 for one in versions] != wanted:
        return CommitAnswer.APPROVAL_CHANGED
    if (floors[0].modified if floors else 0) != commit.floors:
        return CommitAnswer.FLOORS_CHANGED
    return CommitAnswer.RESERVATIONS_CHANGED


def _may_be_sent_again(known: KeptWave, commit: Commit) -> bool:
    same = (known.kind, known.servers, known.execution) == (commit.kind, commit.servers, commit.lease.execution)
    return same and known.nothing_done and not known.burnt


def _noted_taken(prefix: str, wave: KeptWave, taken: Iterable[StoredKey]) -> tuple[list[Comparison], list[Operation]]:
    """Keep which servers the wave took; those that came back no wave took any more."""
    took, back = set[str](), set[str]()
    for name, word in wave.answers:
        if wave.kind is WaveKind.TAKE and word in ("done", "unknown"):
            took.add(name)
        elif word == "returned" or (wave.kind is WaveKind.GIVE_BACK and word == "done"):
            back.add(name)
    compare: list[Comparison] = []
    operations: list[Operation] = []
    for entry in taken:
        names = _names(entry)
        left = tuple(name for name in names if name not in back)
        if left != names and entry.key != f"{prefix}{wave.id}":
            compare.append(Unchanged(entry.key, entry.modified))
            operations.append(Put(entry.key, packed(left)) if left else Delete(entry.key))
    if wave.kind is WaveKind.TAKE:
        key = f"{prefix}{wave.id}"
        operations.append(Put(key, packed(sorted(took))) if took else Delete(key))
    return compare, operations


def _names(entry: StoredKey) -> tuple[str, ...]:
    return unpacked(entry.value, tuple[str, ...], entry.key)


def _counts(supports: Iterable[Sequence[str]]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(name for names in supports for name in set(names)).items()))
