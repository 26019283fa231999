"""The acts file: what was done on a simulated region, durable, apart from the journal and shared by several programs.

One SQLite file in WAL mode with `synchronous=FULL`. Every act is written inside `BEGIN IMMEDIATE`, after the acts of
others have been read in the same transaction, so that all judge on the same facts. What acts add up to is for
`topology.links.ledger`.
"""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypedDict

import msgspec

from topology.execution.journal_entries import JournalHead
from topology.links.protocol import Answer
from topology.records.database_file import BUSY_TIMEOUT_S, UNREADABLE, make_database, reason_of
from topology.region.errors import LinkError


class _Connection(TypedDict):
    timeout: float
    isolation_level: None
    check_same_thread: bool


FORMAT = 1
_CONNECTION: _Connection = {"timeout": BUSY_TIMEOUT_S, "isolation_level": None, "check_same_thread": False}
_APPLICATION = 0x554B4143  # "UKAC": marks the file as ours
_SCHEMA = f"""
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {FORMAT};
CREATE TABLE act (
    number INTEGER PRIMARY KEY AUTOINCREMENT, operation TEXT UNIQUE, body BLOB NOT NULL, digest BLOB NOT NULL
);
CREATE TABLE head (journal TEXT PRIMARY KEY, count INTEGER NOT NULL, head TEXT NOT NULL);
CREATE TABLE note (name TEXT PRIMARY KEY, value BLOB NOT NULL);
INSERT INTO note VALUES ('epoch', '0');
"""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done: *answers* hold for a wave what became of each server, for a stop the servers that went back."""

    kind: Literal["remove", "restore", "stop", "resume", "acknowledge", "abandon"]
    time: float
    operator: str
    execution: str = ""
    operation: str = ""
    answers: tuple[tuple[str, Answer], ...] = ()
    refusals: tuple[tuple[str, str], ...] = ()
    undo: bool = False
    leap_s: float = 0.0
    """By an acknowledgement: how far the clock had leapt ahead, without that time having passed."""
    number: int = field(default=0)
    """Its place in the file, from 1."""


class ActsFile:
    """One open acts file. Not for several threads at once: its owner has a lock. Any method may raise `LinkError`."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._database: sqlite3.Connection | None = None
        self._inode = 0
        self._seen: tuple[int, int, bytes] = (0, 0, b"")
        self.only_for_looking = ""
        """Why nothing can be written, when the file could be opened for reading alone."""

    def open(self, fresh: bool = False) -> None:
        """Open the file, or make it. *fresh* forgets every act; one copy of what was forgotten stays beside it."""
        with self._explained("opened"):
            self.close()
            self.only_for_looking = ""
            if not self.path.exists():
                make_database(self.path, _SCHEMA)
            try:
                self._connect()
            except (sqlite3.DatabaseError, LinkError):
                self.close()
                if not fresh:
                    raise
                _set_aside(self.path)
                make_database(self.path, _SCHEMA)
                self._connect()
                return
            if fresh:
                self._forget()

    def close(self) -> None:
        """Let go of the file."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def epoch(self) -> int:
        """Give the number of times that everything was forgotten."""
        with self._explained("read"):
            return int(self._open().execute("SELECT value FROM note WHERE name = 'epoch'").fetchone()[0])

    def since(self, number: int) -> tuple[Act, ...]:
        """Give the acts after the one with *number*, in order."""
        with self._explained("read"):
            self._check_place()
            self._check_seen()
            rows = self._open().execute(
                "SELECT number, body, digest FROM act WHERE number > ? ORDER BY number", (number,)
            )
            return tuple(_act_of(self.path, *row) for row in rows)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the only right to write; what was appended is on disk when this ends, or none of it is."""
        with self._explained("written"):
            self._check_place()
            database = self._open()
            database.execute("BEGIN IMMEDIATE")
            try:
                self._check_seen()
                yield
                seen = self._last_act()
                database.execute("COMMIT")
            except BaseException:
                # After a full disk SQLite has rolled back by itself already.
                with suppress(sqlite3.Error):
                    database.execute("ROLLBACK")
                raise
            self._seen = seen

    def append(self, act: Act) -> None:
        """Add an act; only inside `writing`."""
        body = msgspec.json.encode(replace(act, number=0))
        digest = hashlib.sha256(body).digest()
        self._open().execute(
            "INSERT INTO act (operation, body, digest) VALUES (?, ?, ?)", (act.operation or None, body, digest)
        )

    def note(self, name: str) -> bytes | None:
        """Give what was noted under *name*, or None."""
        with self._explained("read"):
            row = self._open().execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
            return None if row is None else bytes(row[0])

    def set_note(self, name: str, value: bytes) -> None:
        """Note something; only inside `writing`."""
        self._open().execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (name, value))

    def keep_head(self, head: JournalHead) -> None:
        """Keep a journal's head in place of the one before."""
        with self.writing():
            self._open().execute("INSERT OR REPLACE INTO head VALUES (?, ?, ?)", (head.journal, head.count, head.head))

    def kept_head(self, journal: str) -> JournalHead | None:
        """Give the head kept for a journal, or None."""
        with self._explained("read"):
            row = self._open().execute("SELECT journal, count, head FROM head WHERE journal = ?", (journal,)).fetchone()
            return None if row is None else JournalHead(*row)

    def trace(self, told: Callable[[str], None]) -> None:
        """Let *told* hear each statement before it is run, for as long as the file is open."""
        self._open().set_trace_callback(told)

    def _connect(self) -> None:
        if not self.path.is_file():
            raise LinkError(f"the acts file {self.path} is not a regular file; move it away")
        self._inode = self.path.stat().st_ino
        try:
            self._check_content(sqlite3.connect(self.path, **_CONNECTION))
        except sqlite3.OperationalError:
            beside = self.path.with_name(self.path.name + "-wal")
            if os.access(self.path.parent, os.W_OK) or (beside.exists() and beside.stat().st_size):
                raise
            # WAL wants a writable folder even for reading; nobody here can write the file, so it is read as it lies.
            self._check_content(
                sqlite3.connect(f"{self.path.as_uri()}?immutable=1", uri=True, **_CONNECTION), looking=True
            )
            self.only_for_looking = f"the acts file {self.path} may not be written; it is shown as it was when opened"

    def _check_content(self, database: sqlite3.Connection, looking: bool = False) -> None:
        self.close()
        self._database = database
        database.execute("PRAGMA synchronous = FULL")
        found = database.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(str(found))
        application, version = (
            database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
        )
        if application != _APPLICATION:
            raise sqlite3.DatabaseError("it holds no acts")
        if version != FORMAT:
            raise LinkError(f"the acts file {self.path} has format {version}; this version reads format {FORMAT}")
        if not looking:
            database.execute("PRAGMA journal_mode = WAL")
        self._seen = self._last_act()

    def _open(self) -> sqlite3.Connection:
        if self._database is None:
            raise LinkError(f"the acts file {self.path} is not open; nothing was done")
        return self._database

    def _check_place(self) -> None:
        """See that the open file is still the one at its path; another would know nothing of what is written here."""
        if self.path.stat().st_ino != self._inode:
            raise LinkError(f"the acts file {self.path} was replaced while it was open; nothing was done; start again")

    def _last_act(self) -> tuple[int, int, bytes]:
        """Give how often all was forgotten, and number and digest of the last act."""
        database = self._open()
        epoch = int(database.execute("SELECT value FROM note WHERE name = 'epoch'").fetchone()[0])
        row = database.execute("SELECT number, digest FROM act ORDER BY number DESC LIMIT 1").fetchone()
        return (epoch, 0, b"") if row is None else (epoch, int(row[0]), bytes(row[1]))

    def _check_seen(self) -> None:
        """See that the file still holds the last act seen in it: a copy put back knows nothing of what was done since."""
        epoch, number, digest = self._seen
        last = self._last_act()
        if number and last[0] == epoch:
            there = self._open().execute("SELECT digest FROM act WHERE number = ?", (number,)).fetchone()
            gone = there is None or bytes(there[0]) != digest
        else:
            gone = last[0] < epoch
        if gone:
            what = f"was put back to an older state while it was open: act {number:,} is gone"
            raise LinkError(f"the acts file {self.path} {what}; nothing was done; see what is there, then start again")
        self._seen = last

    def _forget(self) -> None:
        database = self._open()
        draft = self.path.with_suffix(".forgetting")
        draft.unlink(missing_ok=True)
        database.execute("VACUUM INTO ?", (str(draft),))
        draft.chmod(0o600)
        with self.writing():
            # Numbers and the epoch go on, so that whoever has the file open too sees that it was emptied.
            database.execute("DELETE FROM act")
            database.execute("DELETE FROM note WHERE name <> 'epoch'")
            database.execute("UPDATE note SET value = CAST(value AS INTEGER) + 1 WHERE name = 'epoch'")
            draft.replace(_backup_of(self.path))

    @contextmanager
    def _explained(self, what: str) -> Iterator[None]:
        try:
            yield
        except (*UNREADABLE, OSError) as error:
            raise LinkError(f"the acts file {self.path} could not be {what}: {_reason(error)}") from error


def _set_aside(path: Path) -> None:
    """Move a file that cannot be opened away, with what SQLite keeps beside it."""
    for end in ("", "-wal", "-shm"):
        part = path.with_name(path.name + end)
        if part.exists():
            part.replace(_backup_of(path).with_name(_backup_of(path).name + end))


def _backup_of(path: Path) -> Path:
    return path.with_name(path.name + ".before")


def _act_of(path: Path, number: int, body: bytes, digest: bytes) -> Act:
    if hashlib.sha256(body).digest() != digest:
        raise sqlite3.DatabaseError(f"act {number} is not what was written")
    try:
        return replace(msgspec.json.decode(body, type=Act), number=number)
    except msgspec.DecodeError as error:
        raise LinkError(f"the acts file {path} holds an act that this version does not know: {error}") from error


def read_kept_head(path: Path, journal: str) -> JournalHead | None:
    """Give the head that an acts file keeps for a journal, or None; nothing is written, and no file is made.

    Raises:
        LinkError: the file is there and cannot be read.
    """
    if not path.exists():
        return None
    log = path.with_name(path.name + "-wal")
    # Even a reader of a WAL file would put files beside it, unless it is told that nobody writes.
    options = "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1"
    try:
        if not path.is_file():
            raise LinkError(f"the acts file {path} is not a regular file; move it away")
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{options}", uri=True, **_CONNECTION)) as database:
            row = database.execute("SELECT journal, count, head FROM head WHERE journal = ?", (journal,)).fetchone()
    except (*UNREADABLE, OSError) as error:
        raise LinkError(f"the acts file {path} could not be read: {_reason(error)}") from error
    return None if row is None else JournalHead(*row)


def _reason(error: sqlite3.Error | UnicodeDecodeError | OSError) -> str:
    return reason_of(error, "put a good copy in its place, or forget its acts with --fresh")
