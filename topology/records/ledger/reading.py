"""Reads what a ledger's tables hold, as values."""

import sqlite3
from typing import TypeVar

import msgspec

from topology.execution.journal_entries import JournalHead
from topology.fleet.lowered import LedgerDoubt
from topology.records.clock import Stamp
from topology.records.ledger.approvals import approvals_of, presences_of
from topology.records.ledger.planned_work import PlannedWork, work_of
from topology.records.ledger.values import (
    HeldFloors,
    KeptExecution,
    KeptWave,
    LedgerLease,
    LedgerState,
    PaceEntry,
    Reservation,
    ScopeUnits,
    StopKey,
    Waived,
    WaveKind,
)

_Value = TypeVar("_Value")
_Names = tuple[str, ...]
_Pairs = tuple[tuple[str, str], ...]
_Counts = tuple[tuple[str, int], ...]
_Units = tuple[ScopeUnits, ...]
_DEPARTURES = """SELECT departure.place, wave, departure.execution, window_s, departure.servers, by_subsystem,
    wave.answers IS NULL, departure.time, boot, elapsed_s
    FROM departure LEFT JOIN wave ON wave.id = departure.wave ORDER BY departure.place"""
_WAVE = "id, execution, kind, operator, servers, time, undo, answers, refusals, burnt"


def state_of(
    database: sqlite3.Connection, stamp: Stamp, leases: tuple[LedgerLease, ...], doubts: tuple[LedgerDoubt, ...]
) -> LedgerState:
    """Read all of it, as of the moment *stamp*; *leases* are those that somebody holds."""
    reservations = tuple(_reservation(row) for row in database.execute("SELECT * FROM reservation ORDER BY wave"))
    return LedgerState(
        meta(database, "region", str),
        revision_of(database),
        meta(database, "reservations_revision", int),
        floors_of(database),
        scopes_of(database, "declared"),
        tuple(KeptExecution(*row) for row in _executions(database, "outcome = ''")),
        leases,
        tuple(StopKey(*row) for row in database.execute("SELECT execution, operator, time FROM stop ORDER BY 1")),
        reservations,
        tuple(_wave(row) for row in database.execute(f"SELECT {_WAVE} FROM wave WHERE answers IS NULL ORDER BY place")),
        living(database, stamp),
        stamp.time,
        presences_of(database, stamp),
        approvals_of(database, stamp),
        tuple(wave_of(database, one.wave) for one in reservations),
        doubts=doubts,
    )


def floors_of(database: sqlite3.Connection) -> HeldFloors:
    """Give the floors that hold."""
    revision = meta(database, "floors_revision", int)
    row = database.execute("SELECT value FROM meta WHERE name = 'waived'").fetchone()
    waived = Waived() if row is None else _decoded(row[0], Waived)
    return HeldFloors(revision, scopes_of(database, "floor"), meta(database, "guards", bytes), waived)


def scopes_of(database: sqlite3.Connection, table: str) -> tuple[ScopeUnits, ...]:
    """Give the units of each scope in *table*, `floor` or `declared`."""
    rows = database.execute(f"SELECT subsystem, scope, units FROM {table} ORDER BY subsystem, scope")
    return tuple(ScopeUnits(*row) for row in rows)


def living(database: sqlite3.Connection, stamp: Stamp) -> tuple[PaceEntry, ...]:
    """Give the entries of the pace whose window is not over at the moment *stamp*.

    A wave without an answer may be on its way still, so its windows have not begun to run out.
    """
    found = []
    for _, wave, execution, window_s, servers, counts, waits, *moment in database.execute(_DEPARTURES):
        remaining_s = window_s if waits else window_s - stamp.age_s(*moment)
        if remaining_s > 0:
            found.append(PaceEntry(wave, execution, window_s, servers, _decoded(counts, _Counts), remaining_s))
    return tuple(found)


def over(database: sqlite3.Connection, stamp: Stamp) -> list[int]:
    """Give the places of the entries whose window is over."""
    rows = database.execute(_DEPARTURES)
    return [
        place for place, _, _, window_s, _, _, waits, *moment in rows if not waits and stamp.age_s(*moment) >= window_s
    ]


def execution_of(database: sqlite3.Connection, execution: str) -> KeptExecution | None:
    """Give one execution, or None."""
    return next((KeptExecution(*row) for row in _executions(database, "id = ?", execution)), None)


def lease_of(database: sqlite3.Connection, execution: str) -> LedgerLease | None:
    """Give the lease written down last for an execution, whoever holds it, or None."""
    row = database.execute("SELECT execution, owner, token FROM lease WHERE execution = ?", (execution,)).fetchone()
    return None if row is None else LedgerLease(*row)


def leases_of(database: sqlite3.Connection) -> tuple[LedgerLease, ...]:
    """Give every lease written down, whether somebody still holds it or not."""
    return tuple(LedgerLease(*row) for row in database.execute("SELECT execution, owner, token FROM lease ORDER BY 1"))


def wave_of(database: sqlite3.Connection, wave: str) -> KeptWave | None:
    """Give one wave, or None."""
    row = database.execute(f"SELECT {_WAVE} FROM wave WHERE id = ?", (wave,)).fetchone()
    return None if row is None else _wave(row)


def waves_of(database: sqlite3.Connection, execution: str) -> tuple[KeptWave, ...]:
    """Give the waves of an execution, in the order they were first committed."""
    rows = database.execute(f"SELECT {_WAVE} FROM wave WHERE execution = ? ORDER BY place", (execution,))
    return tuple(_wave(row) for row in rows)


def planned_of(database: sqlite3.Connection, execution: str) -> PlannedWork | None:
    """Give what an execution is about, or None."""
    row = database.execute("SELECT work FROM planned WHERE execution = ?", (execution,)).fetchone()
    return None if row is None else work_of(row[0])


def supports_of(database: sqlite3.Connection, wave: str) -> tuple[tuple[str, ...], ...]:
    """Give what each server of a wave supported, in their order."""
    row = database.execute("SELECT supports FROM wave WHERE id = ?", (wave,)).fetchone()
    return _decoded(row[0], tuple[_Names, ...])


def head_of(database: sqlite3.Connection, journal: str) -> JournalHead | None:
    """Give a journal's head, or None."""
    row = database.execute("SELECT journal, count, head FROM head WHERE journal = ?", (journal,)).fetchone()
    return None if row is None else JournalHead(*row)


def revision_of(database: sqlite3.Connection) -> int:
    """Give the number of changes so far."""
    return int(database.execute("SELECT MAX(revision) FROM step").fetchone()[0])


def meta(database: sqlite3.Connection, name: str, kind: type[_Value]) -> _Value:
    """Give a value that is there once.

    Raises:
        sqlite3.DatabaseError: it is missing or of another type.
    """
    row = database.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    if row is None or not isinstance(row[0], kind):
        raise sqlite3.DatabaseError(f"it has no {name}")
    return row[0]


def seen_stamp(database: sqlite3.Connection) -> Stamp:
    """Give how late it was when that was written down last."""
    return Stamp(meta(database, "time", float), meta(database, "boot", str), meta(database, "elapsed_s", float))


def encoded(value: object) -> str:
    """Write a value as a column of text."""
    return msgspec.json.encode(value).decode()


def _executions(database: sqlite3.Connection, where: str, *values: str) -> sqlite3.Cursor:
    columns = "id, plan, command, number, owner, started, outcome"
    return database.execute(f"SELECT {columns} FROM execution WHERE {where} ORDER BY started, rowid", values)


def _reservation(row: tuple[str, str, str, str]) -> Reservation:
    wave, execution, servers, units = row
    return Reservation(wave, execution, _decoded(servers, _Names), _decoded(units, _Units))


def _wave(row: tuple[str, str, str, str, str, float, int, str | None, str, int]) -> KeptWave:
    name, execution, kind, operator, servers, time, undo, answers, refusals, burnt = row
    return KeptWave(
        name,
        execution,
        WaveKind(kind),
        operator,
        _decoded(servers, _Names),
        time,
        bool(undo),
        () if answers is None else _decoded(answers, _Pairs),
        _decoded(refusals, _Pairs),
        bool(burnt),
    )


def _decoded(text: str, kind: type[_Value]) -> _Value:
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.MsgspecError, TypeError) as error:
        raise sqlite3.DatabaseError(f"a value in it cannot be read: {error}") from error
