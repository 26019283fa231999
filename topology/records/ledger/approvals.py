"""Presences and approvals in a ledger's file, inside one transaction that its caller holds."""

import sqlite3
from dataclasses import replace
from typing import TypeVar

import msgspec

from topology.approval.request import ApprovalRequest, ApprovalState
from topology.records.clock import Stamp
from topology.records.ledger.colleagues import LARGEST_PLAN, MOST_APPROVALS, PRESENCE_S, KeptApproval, Presence
from topology.records.ledger.values import LedgerError

SCHEMA = """
CREATE TABLE presence (
    session TEXT PRIMARY KEY, body TEXT NOT NULL, time REAL NOT NULL, boot TEXT NOT NULL, elapsed_s REAL NOT NULL
);
CREATE TABLE approval_request (
    number INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, body TEXT NOT NULL, plan BLOB NOT NULL,
    time REAL, boot TEXT, elapsed_s REAL
);
"""
_Value = TypeVar("_Value")
_COLUMNS = "number, version, body, time, boot, elapsed_s"
_Row = tuple[int, int, str, float | None, str | None, float | None]


def write_presence(database: sqlite3.Connection, presence: Presence, stamp: Stamp) -> None:
    """Note who is there, from now on for `PRESENCE_S`, and forget who is not."""
    for session, *moment in database.execute("SELECT session, time, boot, elapsed_s FROM presence").fetchall():
        if stamp.age_s(*moment) > PRESENCE_S:
            database.execute("DELETE FROM presence WHERE session = ?", (session,))
    values = (presence.session, _encoded(presence), stamp.time, stamp.boot, stamp.elapsed_s)
    database.execute("INSERT OR REPLACE INTO presence VALUES (?, ?, ?, ?, ?)", values)


def presences_of(database: sqlite3.Connection, stamp: Stamp) -> tuple[Presence, ...]:
    """Give who is there now, in the order of their sessions."""
    rows = database.execute("SELECT body, time, boot, elapsed_s FROM presence ORDER BY session")
    return tuple(_decoded(body, Presence) for body, *moment in rows if stamp.age_s(*moment) <= PRESENCE_S)


def ask(database: sqlite3.Connection, request: ApprovalRequest, plan: bytes, stamp: Stamp) -> ApprovalRequest:
    """Write a request down with its plan, and give it its number.

    Raises:
        LedgerError: the plan is too large.
    """
    if len(plan) > LARGEST_PLAN:
        most = f"at most {LARGEST_PLAN:,}"
        raise LedgerError(
            f"the plan has {len(plan):,} bytes; an approval is asked for plans of {most}: ask for less at once"
        )
    values = (1, "", plan)
    row = database.execute("INSERT INTO approval_request (version, body, plan) VALUES (?, ?, ?)", values)
    found = replace(request, number=int(row.lastrowid or 0), version=1, asked=stamp.time)
    _write(database, found, stamp)
    return found


def keep(database: sqlite3.Connection, request: ApprovalRequest, stamp: Stamp) -> ApprovalRequest | None:
    """Write the next version of a request; None where it is not the one before any more."""
    row = database.execute("SELECT version FROM approval_request WHERE number = ?", (request.number,)).fetchone()
    if row is None or row[0] != request.version:
        return None
    found = replace(request, version=request.version + 1)
    _write(database, found, stamp)
    return found


def approvals_of(database: sqlite3.Connection, stamp: Stamp) -> tuple[KeptApproval, ...]:
    """Give the last approvals, oldest first."""
    rows = database.execute(f"SELECT {_COLUMNS} FROM approval_request ORDER BY number DESC LIMIT ?", (MOST_APPROVALS,))
    return tuple(_kept(row, stamp) for row in rows)[::-1]


def approval_of(database: sqlite3.Connection, number: int, stamp: Stamp) -> KeptApproval | None:
    """Give one, however old, or None."""
    row = database.execute(f"SELECT {_COLUMNS} FROM approval_request WHERE number = ?", (number,)).fetchone()
    return None if row is None else _kept(row, stamp)


def plan_of(database: sqlite3.Connection, number: int) -> bytes:
    """Give the plan that a request is about.

    Raises:
        LedgerError: there is no such request.
    """
    row = database.execute("SELECT plan FROM approval_request WHERE number = ?", (number,)).fetchone()
    if row is None:
        raise LedgerError(f"there is no request {number:,} in the ledger")
    return bytes(row[0])


def all_hold(
    database: sqlite3.Connection, approvals: tuple[tuple[int, int], ...], execution: str, stamp: Stamp
) -> bool:
    """Whether every approval, (number, version), is as it was judged, lives, and is used by this execution alone."""
    for number, version in approvals:
        kept = approval_of(database, number, stamp)
        if kept is None or kept.request.version != version or kept.living is None:
            return False
        if kept.request.execution != execution:
            return False
    return True


def _write(database: sqlite3.Connection, request: ApprovalRequest, stamp: Stamp) -> None:
    """Its time runs from the moment at which it is approved."""
    update = "UPDATE approval_request SET version = ?, body = ? WHERE number = ?"
    database.execute(update, (request.version, _encoded(request), request.number))
    if request.state is ApprovalState.APPROVED:
        given = "UPDATE approval_request SET time = ?, boot = ?, elapsed_s = ? WHERE number = ? AND time IS NULL"
        database.execute(given, (stamp.time, stamp.boot, stamp.elapsed_s, request.number))


def _kept(row: _Row, stamp: Stamp) -> KeptApproval:
    _, _, body, time, boot, elapsed_s = row
    request = _decoded(body, ApprovalRequest)
    if time is None or boot is None or elapsed_s is None:
        return KeptApproval(request)
    return KeptApproval(request, request.lasts_s - stamp.age_s(time, boot, elapsed_s))


def _encoded(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _decoded(text: str, kind: type[_Value]) -> _Value:
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.MsgspecError as error:
        raise sqlite3.DatabaseError(f"a value in it cannot be read: {error}") from error
