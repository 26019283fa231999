"""The file of a ledger: its tables, opening it, one transaction at a time, and noticing that what was seen in it is gone."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from topology.fleet.lowered import LedgerDoubt, RestoredCopy, ToldChange
from topology.records.clock import Stamp
from topology.records.database_file import UNREADABLE, connect, make_database, one_step, reason_of, write_ahead
from topology.records.ledger.approvals import SCHEMA as APPROVALS
from topology.records.ledger.values import LedgerError

FORMAT = 2
_BEFORE_APPROVALS = 1
"""The format that knew no approvals; it is brought up to date when it is opened."""
_APPLICATION = 0x554B4C47  # "UKLG": marks the file as ours
_PLANNED = "CREATE TABLE IF NOT EXISTS planned (execution TEXT PRIMARY KEY, work BLOB NOT NULL);\n"
"""Older ledgers of this format have none; older versions do not mind one."""
KEPT_STEPS = 100_000
"""So many changes back somebody who has the file open can still see that it is the one it was."""
SCHEMA = f"""
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {FORMAT};
CREATE TABLE meta (name TEXT PRIMARY KEY, value NOT NULL);
CREATE TABLE step (revision INTEGER PRIMARY KEY, token BLOB NOT NULL);
CREATE TABLE floor (subsystem TEXT, scope TEXT, units INTEGER NOT NULL, PRIMARY KEY (subsystem, scope));
CREATE TABLE declared (subsystem TEXT, scope TEXT, units INTEGER NOT NULL, PRIMARY KEY (subsystem, scope));
CREATE TABLE execution (
    id TEXT PRIMARY KEY, plan TEXT NOT NULL, command TEXT NOT NULL, number INTEGER NOT NULL, owner TEXT NOT NULL,
    started REAL NOT NULL, outcome TEXT NOT NULL DEFAULT ''
);
{_PLANNED}CREATE TABLE lease (execution TEXT PRIMARY KEY, owner TEXT NOT NULL, token INTEGER NOT NULL);
CREATE TABLE wave (
    place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, execution TEXT NOT NULL, kind TEXT NOT NULL,
    operator TEXT NOT NULL, servers TEXT NOT NULL, supports TEXT NOT NULL, time REAL NOT NULL,
    undo INTEGER NOT NULL, answers TEXT,
    refusals TEXT NOT NULL DEFAULT '[]', burnt INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX wave_execution ON wave (execution, place);
CREATE INDEX wave_unanswered ON wave (place) WHERE answers IS NULL;
CREATE TABLE taken (server TEXT PRIMARY KEY, wave TEXT NOT NULL);
CREATE TABLE reservation (wave TEXT PRIMARY KEY, execution TEXT NOT NULL, servers TEXT NOT NULL, units TEXT NOT NULL);
CREATE TABLE departure (
    place INTEGER PRIMARY KEY AUTOINCREMENT, wave TEXT NOT NULL, execution TEXT NOT NULL, window_s REAL NOT NULL,
    servers INTEGER NOT NULL, by_subsystem TEXT NOT NULL, time REAL NOT NULL, boot TEXT NOT NULL, elapsed_s REAL NOT NULL
);
CREATE TABLE stop (execution TEXT PRIMARY KEY, operator TEXT NOT NULL, time REAL NOT NULL);
CREATE TABLE acknowledgement (
    place INTEGER PRIMARY KEY AUTOINCREMENT, time REAL NOT NULL, operator TEXT NOT NULL, floors TEXT NOT NULL,
    declared TEXT NOT NULL
);
{APPROVALS}CREATE TABLE head (journal TEXT PRIMARY KEY, count INTEGER NOT NULL, head TEXT NOT NULL);
INSERT INTO meta VALUES ('region', ''), ('floors_revision', 0), ('reservations_revision', 0), ('guards', x''),
    ('token', 0), ('time', 0.0), ('boot', ''), ('elapsed_s', 0.0);
INSERT INTO step VALUES (0, x'00');
"""
_NOT_OURS = "put a good copy in its place (underkeel ledger restore), or move it away to begin a new one"


class LedgerDatabase:
    """One connection to the file; one thread at a time. Every method may raise `LedgerError`."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._connection: sqlite3.Connection | None = None
        self._inode = (0, 0)
        self._seen = (0, b"\0")

    def open(self) -> None:
        """Open the file, or make it."""
        with self.explained("opened"):
            self.close()
            if not self.path.exists():
                make_database(self.path, SCHEMA)
            if not self.path.is_file():
                raise LedgerError(f"the ledger {self.path} is not a regular file; move it away")
            for place, others in ((self.path.parent, 0o700), (self.path, 0o600)):
                if place.stat().st_mode & 0o077:
                    place.chmod(others)
            found = self.path.stat()
            self._inode = (found.st_dev, found.st_ino)
            self._connection = connect(self.path)
            try:
                check_format(self._connection, self.path)
                write_ahead(self._connection)
                _upgrade(self._connection)
                self._seen = _last_step(self._connection)
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        """Let go of the file; a second time is no matter."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Read everything as of one moment."""
        with self.explained("read"):
            database = self._checked()
            database.execute("BEGIN")
            try:
                self._check_seen(database)
                yield database
            finally:
                database.execute("ROLLBACK")

    @contextmanager
    def writing(self, stamp: Stamp) -> Iterator[sqlite3.Connection]:
        """Hold the only right to write; all of it is on disk when this ends, with a new revision, or nothing is."""
        with self.explained("written"):
            database = self._checked()
            with one_step(database):
                self._check_seen(database)
                yield database
                revision, token = self._seen[0] + 1, secrets.token_bytes(8)
                database.execute("INSERT INTO step VALUES (?, ?)", (revision, token))
                database.execute("DELETE FROM step WHERE revision < ?", (revision - KEPT_STEPS,))
                write_stamp(database, stamp)
            self._seen = (revision, token)

    @contextmanager
    def noting(self) -> Iterator[sqlite3.Connection]:
        """Write what is no change of the region's story: it raises no revision."""
        with self.explained("written"):
            database = self._checked()
            with one_step(database):
                self._check_seen(database)
                yield database

    def note_time(self, stamp: Stamp) -> None:
        """Keep how late it is, so that whoever starts later does not start earlier; nothing else changes."""
        with self.noting() as database:
            write_stamp(database, stamp)

    @property
    def seen(self) -> int:
        """The revision last seen."""
        return self._seen[0]

    @contextmanager
    def explained(self, tried: str) -> Iterator[None]:
        """Turn what SQLite and the system say into one sentence."""
        try:
            yield
        except (*UNREADABLE, OSError) as error:
            why = reason_of(error, _NOT_OURS)
            raise LedgerError(f"the ledger {self.path} could not be {tried}: {why}") from error

    def _checked(self) -> sqlite3.Connection:
        if self._connection is None:
            raise LedgerError(f"the ledger {self.path} is not open; nothing was done")
        found = self.path.stat()
        if (found.st_dev, found.st_ino) != self._inode:
            raise LedgerError(f"the ledger {self.path} was replaced while it was open; nothing was done; start again")
        return self._connection

    def _check_seen(self, database: sqlite3.Connection) -> None:
        """See that the file still holds what was seen in it: a copy put back knows nothing of what was done since."""
        revision, token = self._seen
        last = _last_step(database)
        there = database.execute("SELECT token FROM step WHERE revision = ?", (revision,)).fetchone()
        if last[0] < revision or (there is None and last[0] - revision < KEPT_STEPS) or (there and there[0] != token):
            what = f"was put back to an older state while it was open: step {revision:,} is gone"
            raise LedgerError(f"the ledger {self.path} {what}; nothing was done; see what is there, then start again")
        self._seen = last


def check_format(connection: sqlite3.Connection, path: Path, otherwise: str = "move it away to begin one") -> None:
    """See that it is a ledger, whole, and of a format that this version knows; *otherwise* says what to do with what is none.

    Raises:
        LedgerError: it is no ledger, or newer.
        sqlite3.Error: it is damaged.
    """
    application, version = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    if application != _APPLICATION:
        raise LedgerError(f"{path} is no ledger; nothing was done; {otherwise}")
    if version not in (_BEFORE_APPROVALS, FORMAT):
        what = "update Underkeel to use it" if version > FORMAT else "restore a newer copy"
        raise LedgerError(
            f"the ledger {path} has format {version}; this version of Underkeel reads format {FORMAT}; {what}"
        )
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(str(found))


def restored_note(database: sqlite3.Connection, made: float) -> None:
    """Note that this ledger is a copy of the time *made* (seconds since 1970 UTC): what was done since is not in it."""
    text = msgspec.json.encode(RestoredCopy(made)).decode()
    database.execute("INSERT OR REPLACE INTO meta VALUES ('doubt', ?)", (text,))


def doubts_of(database: sqlite3.Connection) -> tuple[LedgerDoubt, ...]:
    """Give why nothing may leave until somebody acknowledges it; what an earlier version noted is a sentence, and stays one."""
    row = database.execute("SELECT value FROM meta WHERE name = 'doubt'").fetchone()
    if row is None:
        return ()
    try:
        return (msgspec.json.decode(str(row[0]), type=LedgerDoubt),)
    except msgspec.DecodeError:
        return (ToldChange(str(row[0])),)


def write_stamp(database: sqlite3.Connection, stamp: Stamp) -> None:
    """Keep how late it is."""
    for name, value in (("time", stamp.time), ("boot", stamp.boot), ("elapsed_s", stamp.elapsed_s)):
        database.execute("UPDATE meta SET value = ? WHERE name = ?", (value, name))


def _upgrade(database: sqlite3.Connection) -> None:
    """Give a ledger of an earlier format what it lacks; in one step, and once, however many open it."""
    with one_step(database):
        if database.execute("PRAGMA user_version").fetchone()[0] == _BEFORE_APPROVALS:
            for statement in filter(str.strip, APPROVALS.split(";")):
                database.execute(statement)
            database.execute(f"PRAGMA user_version = {FORMAT}")
        database.execute(_PLANNED)


def _last_step(database: sqlite3.Connection) -> tuple[int, bytes]:
    revision, token = database.execute("SELECT revision, token FROM step ORDER BY revision DESC LIMIT 1").fetchone()
    return int(revision), bytes(token)
