"""What a ledger in a file does, each operation one transaction. Methods block; all but `stop` are called by one thread."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from topology.approval.request import ApprovalRequest
from topology.execution.journal_entries import JournalHead
from topology.fleet.lowered import ClockAhead
from topology.records.clock import SteadyClock
from topology.records.ledger import approvals, reading, writing
from topology.records.ledger.database import LedgerDatabase, doubts_of
from topology.records.ledger.grounds import ActGrounds
from topology.records.ledger.planned_work import PlannedWork
from topology.records.ledger.protocol import Left
from topology.records.ledger.values import (
    Commit,
    CommitAnswer,
    HeldFloors,
    KeptApproval,
    KeptExecution,
    KeptWave,
    LeaseHeldError,
    LedgerError,
    LedgerLease,
    LedgerState,
    Presence,
    Reservation,
    ScopeUnits,
    WaveKind,
    merged,
)
from topology.records.locks import ExecutionLock, LockHeldError, is_free

NOTE_EACH_S = 1.0
"""How often it is written down how late it is."""
_TRIES = 20
_TRY_EACH_S = 0.01


class _StoppedError(Exception):
    """The execution was stopped while its wave was being written: nothing of the wave is kept."""


class LedgerStore:
    """The ledger at *path*; see the protocol for what each method does."""

    def __init__(self, path: Path, clock: SteadyClock) -> None:
        self._database = LedgerDatabase(path)
        self._for_stops = LedgerDatabase(path)
        self._leases = path.with_name(path.name + "-leases")
        self._clock = clock
        self._locks: dict[int, ExecutionLock] = {}
        self._stopping: set[str] = set()
        self._noted = float("-inf")

    def open(self, region: str, floors: tuple[ScopeUnits, ...], guards: bytes) -> LedgerState:
        """Open the file, or make it, for a region."""
        self._database.open()
        try:
            with self._database.reading() as database:
                writing.check_region(database, region)
                self._clock.go_on_from(reading.seen_stamp(database))
            with self._database.writing(self._clock.stamp()) as database:
                writing.adopt_region(database, region, floors, guards)
            self._for_stops.open()
        except BaseException:
            self.close()
            raise
        return self.read()

    def close(self) -> None:
        """Let go of the file and of every lease."""
        for lock in self._locks.values():
            with suppress(OSError):
                lock.release()
        self._locks.clear()
        self._database.close()
        self._for_stops.close()

    def read(self) -> LedgerState:
        """Read everything as of one moment."""
        self._note_time()
        with self._database.reading() as database:
            return self._state(database)

    def read_act(self, execution: str) -> ActGrounds:
        """Read all that an act is judged by, as of one moment."""
        self._note_time()
        with self._database.reading() as database:
            known = reading.execution_of(database, execution)
            return ActGrounds(self._state(database), known, reading.waves_of(database, execution))

    def _state(self, database: sqlite3.Connection) -> LedgerState:
        self._hear_time(reading.seen_stamp(database).time)
        stamp = self._clock.stamp()
        held = tuple(lease for lease in reading.leases_of(database) if not is_free(self._leases, lease.execution))
        leap_s = self._clock.leap_s
        doubts = (*doubts_of(database), *([ClockAhead(leap_s)] if leap_s else []))
        return reading.state_of(database, stamp, held, doubts)

    def look(self) -> int:
        """Give the revision, and write down how late it is."""
        self._note_time()
        with self._database.reading() as database:
            return reading.revision_of(database)

    def begin(self, execution: KeptExecution, work: PlannedWork | None = None) -> LedgerLease:
        """Write an execution down and take its lease."""
        with self._locked(execution.id) as lock, self._database.writing(stamp := self._clock.stamp()) as database:
            lease = writing.begin_execution(database, execution, stamp.time, work)
            self._locks[lease.token] = lock
        return lease

    def take_over(self, execution: str, owner: str) -> LedgerLease:
        """Take the lease of an execution that nobody carries out."""
        with self._locked(execution) as lock, self._database.writing(self._clock.stamp()) as database:
            lease = writing.grant_lease(database, execution, owner)
            self._locks[lease.token] = lock
        return lease

    def release(self, lease: LedgerLease, outcome: str) -> None:
        """Let go of a lease."""
        try:
            with self._database.writing(self._clock.stamp()) as database:
                writing.end_lease(database, lease, outcome)
        finally:  # on a full disk, too: nobody carries it out any more
            lock = self._locks.pop(lease.token, None)
            if lock is not None:
                lock.release()

    def commit_wave(self, commit: Commit) -> CommitAnswer:
        """Compare what the judgement rested on, and write."""
        lock = self._locks.get(commit.lease.token)
        if lock is None or not lock.is_held():
            return CommitAnswer.LEASE_LOST
        stamp = self._clock.stamp()
        if self._clock.leap_s and commit.kind is WaveKind.TAKE:
            return CommitAnswer.CLOCK_LEAPT
        try:
            with self._database.writing(stamp) as database:
                found = writing.obstacle(database, commit, stamp)
                if found is CommitAnswer.COMMITTED:
                    writing.write_commit(database, commit, stamp)
                self._see_no_stop(commit.lease.execution)
        except _StoppedError:
            return CommitAnswer.STOPPED
        return found

    def answer(
        self,
        wave: str,
        answers: tuple[tuple[str, str], ...],
        refusals: tuple[tuple[str, str], ...],
        abandoned: bool,
        left: Left = None,
    ) -> None:
        """Keep what the source said, and settle where that is known with it."""
        with self._database.writing(stamp := self._clock.stamp()) as database:
            writing.write_answer(database, wave, answers, refusals, abandoned, stamp)
            if left is not None:
                writing.write_settled(database, wave, left[0] if left else None)

    def settle(self, wave: str, left: Reservation | None) -> None:
        """End a reservation, or a part of it."""
        with self._database.writing(self._clock.stamp()) as database:
            writing.write_settled(database, wave, left)

    def stop(self, execution: str, operator: str) -> None:
        """Write the stop. From this moment on nothing of it is committed here, whatever becomes of the writing."""
        self._stopping.add(execution)
        try:
            with self._for_stops.writing(stamp := self._clock.stamp()) as database:
                database.execute("INSERT OR IGNORE INTO stop VALUES (?, ?, ?)", (execution, operator, stamp.time))
        except LedgerError as error:
            raise LedgerError(f"nothing more of this execution leaves through this console, but {error}") from error

    def resume(self, execution: str, operator: str) -> None:
        """Take a stop back."""
        with self._database.writing(self._clock.stamp()) as database:
            database.execute("DELETE FROM stop WHERE execution = ?", (execution,))
        self._stopping.discard(execution)

    def keep_floors(self, floors: tuple[ScopeUnits, ...], seen: int, guards: bytes) -> HeldFloors:
        """Keep the stricter of the floors, and what later descriptions are compared with."""
        with self._database.reading() as database:
            held = reading.floors_of(database)
        if held.raised_by(floors) == held.floors and guards in (b"", held.guards):
            return held
        with self._database.writing(self._clock.stamp()) as database:
            return writing.keep_floors(database, floors, seen, guards)

    def raise_declared(self, listed: tuple[ScopeUnits, ...]) -> None:
        """Keep the larger of what is listed and what was."""
        with self._database.reading() as database:
            kept = reading.scopes_of(database, "declared")
        if merged(kept, listed) != kept:
            with self._database.writing(self._clock.stamp()) as database:
                writing.raise_declared(database, listed)

    def acknowledge(
        self,
        operator: str,
        seen: int,
        floors: tuple[ScopeUnits, ...],
        declared: tuple[ScopeUnits, ...],
        guards: bytes,
        over: str = "",
    ) -> HeldFloors:
        """Let other floors and declared numbers hold, and take the clock for right."""
        with self._database.writing(stamp := self._clock.stamp()) as database:
            held = writing.acknowledge(database, operator, seen, floors, declared, guards, stamp.time, over)
        self._clock.follow()
        self._database.note_time(self._clock.stamp())
        return held

    def keep_head(self, head: JournalHead) -> None:
        """Keep a journal's head."""
        with self._database.writing(self._clock.stamp()) as database:
            database.execute("INSERT OR REPLACE INTO head VALUES (?, ?, ?)", (head.journal, head.count, head.head))

    def kept_head(self, journal: str) -> JournalHead | None:
        """Give the head kept for a journal."""
        with self._database.reading() as database:
            return reading.head_of(database, journal)

    def execution(self, execution: str) -> KeptExecution | None:
        """Give an execution."""
        with self._database.reading() as database:
            return reading.execution_of(database, execution)

    def wave(self, wave: str) -> KeptWave | None:
        """Give a wave."""
        with self._database.reading() as database:
            return reading.wave_of(database, wave)

    def waves(self, execution: str) -> tuple[KeptWave, ...]:
        """Give the waves of an execution."""
        with self._database.reading() as database:
            return reading.waves_of(database, execution)

    def planned(self, execution: str) -> PlannedWork | None:
        """Give what an execution is about."""
        with self._database.reading() as database:
            return reading.planned_of(database, execution)

    def taken(self) -> tuple[str, ...]:
        """Give the servers that were taken and not given back, in order: one that was taken again is noted anew."""
        with self._database.reading() as database:
            return tuple(name for (name,) in database.execute("SELECT server FROM taken ORDER BY rowid"))

    def appear(self, presence: Presence) -> None:
        """Note who is there; that is no change of what acts are judged by."""
        stamp = self._clock.stamp()
        with self._database.noting() as database:
            approvals.write_presence(database, presence, stamp)

    def leave(self, session: str) -> None:
        """Forget who was there."""
        with self._database.noting() as database:
            database.execute("DELETE FROM presence WHERE session = ?", (session,))

    def ask_approval(self, request: ApprovalRequest, plan: bytes) -> ApprovalRequest:
        """Write a request down."""
        with self._database.writing(stamp := self._clock.stamp()) as database:
            return approvals.ask(database, request, plan, stamp)

    def keep_approval(self, request: ApprovalRequest) -> ApprovalRequest | None:
        """Write what was decided, if nobody wrote meanwhile."""
        with self._database.writing(stamp := self._clock.stamp()) as database:
            return approvals.keep(database, request, stamp)

    def approval(self, number: int) -> KeptApproval | None:
        """Give a request."""
        with self._database.reading() as database:
            return approvals.approval_of(database, number, self._clock.stamp())

    def approval_plan(self, number: int) -> bytes:
        """Give the plan that a request is about."""
        with self._database.reading() as database:
            return approvals.plan_of(database, number)

    def _see_no_stop(self, execution: str) -> None:
        if execution in self._stopping:
            raise _StoppedError

    def _hear_time(self, moment: float) -> None:
        """Go on from what others wrote down; so one who says that the clock is right says it for all."""
        self._clock.at_least(moment)

    def _note_time(self) -> None:
        stamp = self._clock.stamp()
        if stamp.time - self._noted >= NOTE_EACH_S:
            self._database.note_time(stamp)
            self._noted = stamp.time

    @contextmanager
    def _locked(self, execution: str) -> Iterator[ExecutionLock]:
        """Take the lock of an execution, and let go of it if what follows fails."""
        lock = self._take_lock(execution)
        try:
            yield lock
        except BaseException:
            lock.release()
            raise

    def _take_lock(self, execution: str) -> ExecutionLock:
        with self._database.explained("locked"):
            for _ in range(_TRIES):
                # Whoever only looks whether it is free holds it for a moment.
                with suppress(LockHeldError):
                    return ExecutionLock.take(self._leases, execution)
                threading.Event().wait(_TRY_EACH_S)
        raise LeaseHeldError(f"execution {execution} is being carried out by another console; stop it there, or here")
