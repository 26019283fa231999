"""The file of a journal: made for its owner only, opened for writing or for reading only, its troubles in sentences."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from topology.execution.journal_entries import JOURNAL_FORMAT, JournalError
from topology.machine.system import CLOSE_ON_EXEC, FOLDER

BUSY_TIMEOUT_S = 3.0
"""How long another process may keep the file locked before an append gives up."""

_TABLE = """CREATE TABLE entry (
    number INTEGER PRIMARY KEY, time TEXT NOT NULL, operator TEXT NOT NULL, kind TEXT NOT NULL, command TEXT NOT NULL,
    plan TEXT NOT NULL, execution TEXT NOT NULL, servers TEXT NOT NULL, details TEXT NOT NULL, previous TEXT NOT NULL,
    hash TEXT NOT NULL
)"""
_INDEX = "CREATE INDEX entry_execution ON entry (execution, number)"
_REASONS = {
    "SQLITE_BUSY": "another program keeps it locked; close that program, or try again",
    "SQLITE_FULL": "the disk is full; make room",
    "SQLITE_READONLY": "it is read-only; make the file and its folder writable",
    "SQLITE_CANTOPEN": "it cannot be opened; make the file and its folder readable and writable",
    "SQLITE_NOTADB": "it is damaged, or no journal; move it aside to begin a new one",
    "SQLITE_CORRUPT": "it is damaged; move it aside to begin a new one",
    "SQLITE_IOERR": "the disk refused; make room, or look at the disk",
}
_LOOKED = ("opened for reading", "read", "verified")
"""What is tried where nothing is written."""


def journal_path(folder: Path, name: str) -> Path:
    """Give the file of the journal *name* in *folder*."""
    return folder / f"{name}.db"


@contextmanager
def explained(path: Path, tried: str) -> Iterator[None]:
    """Turn what SQLite and the system say into one sentence, raised as a `JournalError`."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise JournalError(
            f"the journal {path} could not be {tried}: it is damaged (a name in it is no text); look at the file"
        ) from error
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorname", "")
        why = next(
            (reason for start, reason in _REASONS.items() if code.startswith(start)), f"{error}; look at the file"
        )
        raise JournalError(f"the journal {path} could not be {tried}: {why}") from error
    except OSError as error:
        wanted = "readable" if tried in _LOOKED else "writable"
        why = f"{error.strerror or error}; make its folder {wanted} for this account"
        raise JournalError(f"the journal {path} could not be {tried}: {why}") from error
    except JournalError as error:
        if str(path) in str(error):
            raise
        raise JournalError(f"the journal {path}: {error}") from error


@contextmanager
def one_step(connection: sqlite3.Connection) -> Iterator[None]:
    """Do all of it or none, as the only writer from the first read on."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def open_for_writing(folder: Path, path: Path) -> sqlite3.Connection:
    """Open the file, and make it first where it is not there yet."""
    _make(folder, path)
    connection = _connect(path, "mode=rw")
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        with one_step(connection):
            empty = connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None
            if empty and _format_of(connection) == 0:
                connection.execute(_TABLE)
                connection.execute(_INDEX)
                connection.execute(f"PRAGMA user_version = {JOURNAL_FORMAT}")
        _check_format(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Open the file without a way to write to it."""
    if not path.is_file():
        raise JournalError("there is none yet; it begins with the first act")
    connection = _connect(path, "mode=ro")
    try:
        try:
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        except sqlite3.OperationalError:
            # Where nothing may be written beside it, a file without a log of its own can still be read as it lies.
            log = path.with_name(path.name + "-wal")
            if log.exists() and log.stat().st_size:
                raise
            connection.close()
            connection = _connect(path, "mode=ro&immutable=1")
        _check_format(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def identity_of(path: Path) -> tuple[int, int] | None:
    """Tell the file from any other that may take its place under the same name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _make(folder: Path, path: Path) -> None:
    """Make the folder (0700) and the file (0600), and let both outlive a loss of power."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | CLOSE_ON_EXEC, 0o600))
    except FileExistsError:
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        return
    for place in (folder, folder.parent):
        descriptor = os.open(place, os.O_RDONLY | FOLDER | CLOSE_ON_EXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _connect(path: Path, options: str) -> sqlite3.Connection:
    # Transactions are ours: the module's own would begin only at the insert, after the last hash was read.
    uri = f"{path.absolute().as_uri()}?{options}"
    return sqlite3.connect(uri, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False, uri=True)


def _format_of(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _check_format(connection: sqlite3.Connection) -> None:
    found = _format_of(connection)
    if found != JOURNAL_FORMAT:
        raise JournalError(f"it has format {found}; this version reads format {JOURNAL_FORMAT}")
    if connection.execute("SELECT type FROM sqlite_master WHERE name = 'entry'").fetchone() != ("table",):
        raise JournalError("it has no table of entries; move it aside to begin a new one")
