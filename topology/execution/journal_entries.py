"""The entries of a journal and their chain: how each is written as a row, hashed, read back and checked."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import msgspec

JOURNAL_FORMAT = 1
COLUMNS = "number, time, operator, kind, command, plan, execution, servers, details, previous, hash"
_TYPES = (int, *(str,) * 10)

Row = tuple[int, str, str, str, str, str, str, str, str, str, str]
"""One entry as it lies in the file, in the order of `COLUMNS`: texts, servers and details as JSON."""


@dataclass(frozen=True, slots=True)
class JournalHead:
    """The last entry a journal had when the link was last told: a cut or rewritten journal no longer has it."""

    journal: str
    count: int
    head: str


class JournalError(Exception):
    """The journal cannot be read or written: one sentence with what was tried, why not, and what to do."""


class Kind(StrEnum):
    """What an entry says: that something is about to be done, was done, or was learnt."""

    INTENT = "intent"
    WAVE = "wave"
    OUTCOME = "outcome"
    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"
    HALT = "halt"
    FINISHED = "finished"
    ACKNOWLEDGE = "acknowledge"
    RECOVERED = "recovered"
    TAKEN_OVER = "taken-over"
    ELSEWHERE = "elsewhere"
    NOTED = "noted"
    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    BREAK_GLASS = "break-glass"
    VOIDED = "voided"
    ALARM = "alarm"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. *plan* is a plan's digest; it and *execution* are empty where there is none."""

    number: int
    time: datetime
    operator: str
    kind: Kind
    command: str
    plan: str
    execution: str
    servers: tuple[str, ...]
    details: Mapping[str, object]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether every entry fits; *first_bad* is the number of the first that does not."""

    ok: bool
    first_bad: int | None
    sentence: str
    count: int
    head: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be written, before it has a number and a time."""

    kind: Kind
    operator: str
    command: str = ""
    plan: str = ""
    execution: str = ""
    servers: Sequence[str] = ()
    details: Mapping[str, object] | None = None


def first_hash(name: str) -> str:
    """Give what the first entry of a journal is chained to."""
    return hashlib.sha256(f"underkeel journal {JOURNAL_FORMAT} {name}".encode()).hexdigest()


def row_of(draft: Draft, number: int, previous: str, now: datetime, before: str | None) -> Row:
    """Write a draft as the row behind the one with the hash *previous*, which was written at the time *before*."""
    details = dict(draft.details or {})
    if before is not None and (back := _back_s(before, now)) > 0:
        details["clock_back_s"] = round(back, 6)
    row = (
        number,
        now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        _plain(draft.operator),
        draft.kind.value,
        _plain(draft.command),
        draft.plan,
        draft.execution,
        msgspec.json.encode(list(draft.servers)).decode(),
        msgspec.json.encode(details, order="sorted").decode(),
        previous,
    )
    return (*row, _hash(row))


def entry_of(row: Row) -> Entry:
    """Read a row.

    Raises:
        JournalError: it holds something this version does not know.
    """
    try:
        return _read(row)
    except _UNREADABLE as error:
        raise JournalError(f"entry {row[0]!r} cannot be read ({error}); run underkeel journal verify") from error


_UNREADABLE = (ValueError, TypeError, OverflowError, RecursionError, msgspec.MsgspecError)


def _read(row: Row) -> Entry:
    servers = tuple(msgspec.json.decode(row[7], type=list[str]))
    details = msgspec.json.decode(row[8], type=dict[str, object])
    return Entry(
        row[0], _moment(row[1]), row[2], Kind(row[3]), row[4], row[5], row[6], servers, details, row[9], row[10]
    )


def check_chain(rows: Iterable[Row], name: str, expect: JournalHead | str | None) -> Verification:
    """Follow the chain through *rows*, in order of their numbers, to the end and to the *expect*ed head."""
    count, head = 0, first_hash(name)
    kept = expect if isinstance(expect, JournalHead) else None
    wanted = expect.head if isinstance(expect, JournalHead) else expect
    met = wanted in (None, head)
    for row in rows:
        wrong = _misfit(row, count + 1, head)
        if not wrong and kept is not None and row[0] == kept.count and row[10] != kept.head:
            wrong = "is not the one that was kept beside the region: it, or one before it, was rewritten"
        if wrong:
            return Verification(False, count + 1, f"entry {count + 1:,} {wrong}", count, head)
        count, head = row[0], row[10]
        met = met or head == wanted
    if kept is not None and count < kept.count:
        lost = f"entry {kept.count:,} is" if kept.count == count + 1 else f"entries {count + 1:,} to {kept.count:,} are"
        return Verification(False, count + 1, f"the journal ends at entry {count:,}: {lost} missing", count, head)
    if not met:
        why = f"no entry has the expected hash {wanted}: of {count:,} entries, some were cut or rewritten"
        return Verification(False, count + 1, why, count, head)
    return Verification(True, None, f"all {count:,} entries fit", count, head)


def _misfit(row: Row, number: int, previous: str) -> str:
    """Say what is wrong with a row in the place of entry *number*; nothing when it fits."""
    if row[0] != number:
        return f"is missing: the next one there is entry {row[0]!r}"
    # The file's types are only wishes, so anything may stand in a row that somebody changed.
    if tuple(map(type, row)) != _TYPES:
        return "was changed: it holds a value of another type"
    if row[9] != previous:
        return "is not chained to the one before: it was changed, inserted or moved"
    if row[10] != _hash(row[:10]):
        return "was changed: its hash does not fit"
    if row[3] not in tuple(Kind):
        return f"is of the kind {row[3]!r}, which this version does not know"
    try:
        _read(row)
    except _UNREADABLE as error:
        return f"fits, but cannot be read ({error}): it was written anew by something else"
    return ""


def _hash(row: Sequence[object]) -> str:
    """Give SHA-256 over canonical JSON of the format's number and a row without its own hash."""
    return hashlib.sha256(msgspec.json.encode([JOURNAL_FORMAT, *row])).hexdigest()


def _plain(text: str) -> str:
    """Give the text without what UTF-8 cannot hold, such as bytes of an account's name in another encoding."""
    return text.encode("utf-8", "backslashreplace").decode()


def _back_s(before: str, now: datetime) -> float:
    try:
        return (_moment(before) - now).total_seconds()
    except (ValueError, OverflowError):
        return 0.0  # an entry that somebody changed; verifying says so


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
