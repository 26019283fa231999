"""What each operation of a ledger writes, inside one transaction that its caller holds. Each maps onto one of etcd's."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence

from topology.records.clock import Stamp
from topology.records.ledger.approvals import all_hold
from topology.records.ledger.database import doubts_of
from topology.records.ledger.planned_work import PlannedWork, packed_work
from topology.records.ledger.reading import (
    encoded,
    execution_of,
    floors_of,
    lease_of,
    meta,
    over,
    scopes_of,
    supports_of,
    wave_of,
)
from topology.records.ledger.values import (
    Commit,
    CommitAnswer,
    HeldFloors,
    KeptExecution,
    KeptWave,
    LedgerError,
    LedgerLease,
    Reservation,
    ScopeUnits,
    WaveKind,
    merged,
)

_UNTOUCHED = ("refused", "too_soon")


def adopt_region(database: sqlite3.Connection, region: str, floors: Sequence[ScopeUnits], guards: bytes) -> None:
    """Note whose ledger it is, and keep the stricter of the floors; *guards* only where nothing was kept before.

    Raises:
        LedgerError: it belongs to another region.
    """
    check_region(database, region)
    held = floors_of(database)
    stricter = held.raised_by(floors)
    begun = bool(meta(database, "region", str))
    _set_meta(database, "region", region)
    if stricter != held.floors or not begun:
        _replace_scopes(database, "floor", stricter)
        _raise_meta(database, "floors_revision")
    if not begun:
        _set_meta(database, "guards", guards)


def check_region(database: sqlite3.Connection, region: str) -> None:
    """See that it is the ledger of this region.

    Raises:
        LedgerError: it belongs to another.
    """
    kept = meta(database, "region", str)
    if kept and kept != region:
        raise LedgerError(f"the ledger is that of region {kept}, not of {region}; name another ledger for this one")


def begin_execution(
    database: sqlite3.Connection, execution: KeptExecution, time: float, work: PlannedWork | None
) -> LedgerLease:
    """Write an execution down, with a lease for its owner.

    Raises:
        LedgerError: the id was used before.
    """
    if execution_of(database, execution.id) is not None:
        raise LedgerError(f"execution {execution.id} is in the ledger already; nothing was done")
    values = (execution.id, execution.plan, execution.command, execution.number, execution.owner, time, "")
    database.execute("INSERT INTO execution VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    if work is not None:
        database.execute("INSERT INTO planned VALUES (?, ?)", (execution.id, packed_work(work)))
    return grant_lease(database, execution.id, execution.owner)


def grant_lease(database: sqlite3.Connection, execution: str, owner: str) -> LedgerLease:
    """Write a new lease down; every one before it is worth nothing from now on.

    Raises:
        LedgerError: there is no such execution.
    """
    if execution_of(database, execution) is None:
        raise LedgerError(f"there is no execution {execution} in the ledger; nothing was done")
    token = _raise_meta(database, "token")
    database.execute("INSERT OR REPLACE INTO lease VALUES (?, ?, ?)", (execution, owner, token))
    database.execute("UPDATE execution SET owner = ?, outcome = '' WHERE id = ?", (owner, execution))
    return LedgerLease(execution, owner, token)


def end_lease(database: sqlite3.Connection, lease: LedgerLease, outcome: str) -> None:
    """Let go of a lease, if it is still the last one."""
    if lease_of(database, lease.execution) == lease:
        database.execute("DELETE FROM lease WHERE execution = ?", (lease.execution,))
        if outcome:
            database.execute("UPDATE execution SET outcome = ? WHERE id = ?", (outcome, lease.execution))


def obstacle(database: sqlite3.Connection, commit: Commit, stamp: Stamp) -> CommitAnswer:
    """Compare all that a wave's judgement rested on with what is there now."""
    known = wave_of(database, commit.wave)
    if known is not None and not _may_be_sent_again(known, commit):
        return CommitAnswer.KNOWN
    if database.execute("SELECT 1 FROM stop WHERE execution = ?", (commit.lease.execution,)).fetchone():
        return CommitAnswer.STOPPED
    if lease_of(database, commit.lease.execution) != commit.lease:
        return CommitAnswer.LEASE_LOST
    if commit.kind is WaveKind.TAKE and doubts_of(database):
        return CommitAnswer.RESTORED
    if not all_hold(database, commit.approvals, commit.lease.execution, stamp):
        return CommitAnswer.APPROVAL_CHANGED
    if meta(database, "floors_revision", int) != commit.floors:
        return CommitAnswer.FLOORS_CHANGED
    if meta(database, "reservations_revision", int) != commit.reservations:
        return CommitAnswer.RESERVATIONS_CHANGED
    return CommitAnswer.COMMITTED


def write_commit(database: sqlite3.Connection, commit: Commit, stamp: Stamp) -> None:
    """Write the intent, the reservation and what counts for the pace."""
    execution = commit.lease.execution
    database.execute(
        "INSERT INTO wave (id, execution, kind, operator, servers, supports, time, undo) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET operator = excluded.operator, time = excluded.time, answers = NULL, refusals = '[]'",
        (
            commit.wave,
            execution,
            commit.kind.value,
            commit.operator,
            encoded(commit.servers),
            encoded(commit.supports),
            stamp.time,
            int(commit.undo),
        ),
    )
    if commit.kind is WaveKind.TAKE:
        reservation = (commit.wave, execution, encoded(commit.servers), encoded(commit.units))
        database.execute("INSERT OR REPLACE INTO reservation VALUES (?, ?, ?, ?)", reservation)
        counts = _counts(commit.supports)
        for window_s in commit.windows:
            database.execute(
                "INSERT INTO departure (wave, execution, window_s, servers, by_subsystem, time, boot, elapsed_s)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (commit.wave, execution, window_s, len(commit.servers), encoded(counts), *_moment(stamp)),
            )
    _raise_meta(database, "reservations_revision")
    _bury(database, stamp)


def write_answer(
    database: sqlite3.Connection,
    wave: str,
    answers: Sequence[tuple[str, str]],
    refusals: Sequence[tuple[str, str]],
    burnt: bool,
    stamp: Stamp,
) -> None:
    """Keep what the source said of each server; those to which nothing happened did not depart.

    Raises:
        LedgerError: the wave is not in the ledger, or the answers are not about its servers.
    """
    kept = wave_of(database, wave)
    if kept is None or tuple(name for name, _ in answers) != kept.servers:
        what = "is not in the ledger" if kept is None else "has other servers than the answers are about"
        raise LedgerError(f"wave {wave} {what}; the answer was not kept")
    database.execute(
        "UPDATE wave SET answers = ?, refusals = ?, burnt = ? WHERE id = ?",
        (encoded(answers), encoded(refusals), int(burnt or kept.burnt), wave),
    )
    _count_departed(database, wave, answers, stamp)
    _note_taken(database, kept, answers)


def write_settled(database: sqlite3.Connection, wave: str, left: Reservation | None) -> None:
    """End a reservation, or let what is *left* take its place; one that is over is not begun again."""
    if left is None or not left.servers:
        database.execute("DELETE FROM reservation WHERE wave = ?", (wave,))
    else:
        values = (encoded(left.servers), encoded(left.units), wave)
        database.execute("UPDATE reservation SET servers = ?, units = ? WHERE wave = ?", values)
    _raise_meta(database, "reservations_revision")


def keep_floors(database: sqlite3.Connection, floors: Sequence[ScopeUnits], seen: int, guards: bytes) -> HeldFloors:
    """Keep the stricter of the floors; and *guards*, where nobody changed the floors since revision *seen*."""
    held = floors_of(database)
    stricter = held.raised_by(floors)
    if guards and held.revision == seen:
        _set_meta(database, "guards", guards)
    if stricter != held.floors:
        _replace_scopes(database, "floor", stricter)
        _raise_meta(database, "floors_revision")
    return floors_of(database)


def raise_declared(database: sqlite3.Connection, listed: Sequence[ScopeUnits]) -> None:
    """Keep the larger of what was declared and what is listed."""
    _replace_scopes(database, "declared", merged(scopes_of(database, "declared"), listed))


def acknowledge(
    database: sqlite3.Connection,
    operator: str,
    seen: int,
    floors: Sequence[ScopeUnits],
    declared: Sequence[ScopeUnits],
    guards: bytes,
    time: float,
    over: str = "",
) -> HeldFloors:
    """Let floors and declared numbers hold as they are given, lower ones too.

    Raises:
        LedgerError: somebody else changed the floors since revision *seen*.
    """
    if meta(database, "floors_revision", int) != seen:
        raise LedgerError("the floors were changed by somebody else a moment ago; look at them, then acknowledge again")
    waived = encoded(floors_of(database).waived_for(floors, over))
    database.execute("INSERT OR REPLACE INTO meta VALUES ('waived', ?)", (waived,))
    _replace_scopes(database, "floor", floors)
    _replace_scopes(database, "declared", declared)
    _set_meta(database, "guards", guards)
    _raise_meta(database, "floors_revision")
    database.execute("DELETE FROM meta WHERE name = 'doubt'")
    values = (time, operator, encoded(floors), encoded(declared))
    database.execute("INSERT INTO acknowledgement (time, operator, floors, declared) VALUES (?, ?, ?, ?)", values)
    return floors_of(database)


def _may_be_sent_again(known: KeptWave, commit: Commit) -> bool:
    same = (known.kind, known.servers, known.execution) == (commit.kind, commit.servers, commit.lease.execution)
    return same and known.nothing_done and not known.burnt


def _count_departed(database: sqlite3.Connection, wave: str, answers: Sequence[tuple[str, str]], stamp: Stamp) -> None:
    """Count those that left, from now on: when they did exactly, within the time it took to answer, is not known."""
    touched = [word not in _UNTOUCHED for _, word in answers]
    if not any(touched):
        database.execute("DELETE FROM departure WHERE wave = ?", (wave,))
        return
    counts = _counts(names for names, left in zip(supports_of(database, wave), touched, strict=False) if left)
    database.execute(
        "UPDATE departure SET servers = ?, by_subsystem = ?, time = ?, boot = ?, elapsed_s = ? WHERE wave = ?",
        (sum(touched), encoded(counts), *_moment(stamp), wave),
    )


def _note_taken(database: sqlite3.Connection, wave: KeptWave, answers: Iterable[tuple[str, str]]) -> None:
    for name, word in answers:
        took = wave.kind is WaveKind.TAKE and word in ("done", "unknown")
        back = word == "returned" or (wave.kind is WaveKind.GIVE_BACK and word == "done")
        if took:
            database.execute("INSERT OR REPLACE INTO taken VALUES (?, ?)", (name, wave.id))
        elif back:
            database.execute("DELETE FROM taken WHERE server = ?", (name,))


def _counts(supports: Iterable[Sequence[str]]) -> list[tuple[str, int]]:
    return sorted(Counter(name for names in supports for name in set(names)).items())


def _moment(stamp: Stamp) -> tuple[float, str, float]:
    return stamp.time, stamp.boot, stamp.elapsed_s


def _bury(database: sqlite3.Connection, stamp: Stamp) -> None:
    """Forget entries of the pace whose window is over."""
    database.executemany("DELETE FROM departure WHERE place = ?", [(place,) for place in over(database, stamp)])


def _replace_scopes(database: sqlite3.Connection, table: str, scopes: Iterable[ScopeUnits]) -> None:
    database.execute(f"DELETE FROM {table}")
    rows = [(scope.subsystem, scope.scope, scope.units) for scope in scopes]
    database.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", rows)


def _set_meta(database: sqlite3.Connection, name: str, value: str | bytes | int) -> None:
    database.execute("UPDATE meta SET value = ? WHERE name = ?", (value, name))


def _raise_meta(database: sqlite3.Connection, name: str) -> int:
    raised = meta(database, name, int) + 1
    _set_meta(database, name, raised)
    return raised
