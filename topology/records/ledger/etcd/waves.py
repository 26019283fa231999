"""Waves in etcd: committed in one transaction that compares all their judgement rested on, answered, and settled."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

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
    VersionIs,
)
from topology.records.ledger.etcd.core import EtcdLedgerCore, new_mark
from topology.records.ledger.etcd.layout import StoredDeparture, StoredWave, packed, unpacked
from topology.records.ledger.values import Commit, CommitAnswer, KeptWave, LedgerError, Reservation, WaveKind

_UNTOUCHED = ("refused", "too_soon")
Answers = Sequence[tuple[str, str]]


class EtcdWaves(EtcdLedgerCore):
    """What is intended, what was answered, what is reserved and what departed."""

    _stopping: set[str]

    async def commit_wave(self, commit: Commit) -> CommitAnswer:
        """Compare and write in one transaction. A console that may be taken for dead, or was told to stop, commits nothing."""
        if (found := self._own_obstacle(commit)) is not None:
            return found
        if commit.approvals and not await self._are_of(commit):
            return CommitAnswer.APPROVAL_CHANGED
        found = await self._until_done(lambda: self._commit(commit, None))
        late = self._own_obstacle(commit) if found is CommitAnswer.COMMITTED else None
        if late is None:
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
    ) -> None:
        """Keep what the source said; windows of the pace run from now on, each by a lease of its own."""
        await self._until_done(lambda: self._answer(wave, tuple(answers), tuple(refusals), abandoned))

    async def settle(self, wave: str, left: Reservation | None = None) -> None:
        """End a reservation, or a part of it; one that is over is not begun again, and that of a wave on its way stays."""
        key = self._keys.reservation(wave)
        operation = Put(key, packed(left)) if left is not None and left.servers else Delete(key)
        await self._write((Present(key), Absent(self._keys.unanswered(wave))), (operation, self._now()))

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

    async def taken(self) -> frozenset[str]:
        """Give the servers that were taken and not given back."""
        found = await self._reached("read", self._client.read(Get(self._keys.taken(), prefix=True)))
        return frozenset(name for entry in found.found[0] for name in _names(entry))

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
            NoneAfter(keys.turn, commit.reservations),
            *((Absent(keys.doubt),) if commit.kind is WaveKind.TAKE else ()),
            *approvals,
        )

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
        answer = await self._write(
            (fresh, *self._compared(commit)),
            (
                Put(keys.wave(commit.wave), stored),
                Put(keys.unanswered(commit.wave), stored),
                Put(keys.turn),
                self._now(),
                *self._counted(commit),
            ),
            tuple(map(Get, (*looked, *lives, *versions))),
        )
        if answer.held:
            return CommitAnswer.COMMITTED
        there = answer.found[0]
        if there and before is None:
            known = unpacked(there[0].value, StoredWave, there[0].key)
            if known.mark == mark:
                return CommitAnswer.COMMITTED
            if _may_be_sent_again(known.wave, commit):
                return await self._commit(commit, there[0])
        return _obstacle(commit, answer)

    def _counted(self, commit: Commit) -> list[Operation]:
        """Give what reserves, and what counts for the pace: without a lease, for its time begins with the answer."""
        if commit.kind is not WaveKind.TAKE:
            return []
        execution = commit.lease.execution
        reservation = Reservation(commit.wave, execution, commit.servers, commit.units)
        found: list[Operation] = [Put(self._keys.reservation(commit.wave), packed(reservation))]
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

    async def _answer(
        self, wave: str, answers: tuple[tuple[str, str], ...], refusals: tuple[tuple[str, str], ...], abandoned: bool
    ) -> bool | None:
        keys = self._keys
        gets = (Get(keys.wave(wave)), Get(keys.departures(wave), prefix=True), Get(keys.taken(), prefix=True))
        kept, departures, taken = (await self._reached("read", self._client.read(*gets))).found
        stored = unpacked(kept[0].value, StoredWave, kept[0].key) if kept else None
        if stored is None or tuple(name for name, _ in answers) != stored.wave.servers:
            what = "is not in the ledger" if stored is None else "has other servers than the answers are about"
            raise LedgerError(f"wave {wave} {what}; the answer was not kept")
        burnt = abandoned or stored.wave.burnt
        told = replace(stored.wave, answers=answers, refusals=refusals, burnt=burnt)
        compare, operations = _noted_taken(keys.taken(), told, taken)
        answer = await self._write(
            (Unchanged(kept[0].key, kept[0].modified), *compare),
            (
                Put(kept[0].key, packed(replace(stored, wave=told))),
                Delete(keys.unanswered(wave)),
                self._now(),
                *operations,
                *await self._departed(stored, answers, departures),
            ),
            (Get(kept[0].key),),
        )
        if answer.held:
            return True
        again = answer.found[0]
        # An earlier try of ours may have been written although nobody said so.
        return True if again and unpacked(again[0].value, StoredWave, again[0].key).wave == told else None

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
            seconds = max(1, math.ceil(counted.window_s))
            lease = await self._reached("written", self._client.grant(seconds))
            self._expiries.note(lease, seconds)
            counted = replace(counted, servers=left, by_subsystem=counts)
            found.append(Put(entry.key, packed(counted), lease))
        return found


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
