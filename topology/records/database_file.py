"""SQLite files that several programs share: made complete or not at all, and noticed when what was seen in them is gone."""

import errno
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from topology.machine.system import FOLDER

BUSY_TIMEOUT_S = 5.0
"""How long another program may keep a file locked before an act gives up."""

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_REASONS = {
    "SQLITE_FULL": "the disk is full; nothing was done; make room and try again",
    "SQLITE_READONLY": "it may not be written; nothing was done; make the file and its folder writable",
    "SQLITE_BUSY": f"another program held it for {BUSY_TIMEOUT_S:.0f} s; nothing was done; try again",
    "SQLITE_CANTOPEN": "it may not be opened; nothing was done; make the file and its folder readable and writable",
    "SQLITE_IOERR": "the disk refused; nothing was done for certain; make room on it, then ask what became of the act",
}


def make_database(path: Path, schema: str) -> None:
    """Make the file at *path* with all of *schema* in it, or leave nothing: not on a full disk, nor beside another maker.

    A file that is there already stays as it is.

    Raises:
        OSError: it could not be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:60]}-", suffix=".part")  # mode 0600
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            # Written as plain bytes: SQLite itself would keep a log beside it, which a full disk may cut.
            file.write(_content(schema))
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        except OSError:  # a file system without hard links
            if not path.exists():
                draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def connect(path: Path, options: str = "mode=rw", timeout_s: float = BUSY_TIMEOUT_S) -> sqlite3.Connection:
    """Open a file that is there, with transactions of our own; any thread may use the connection, one at a time."""
    uri = f"{path.absolute().as_uri()}?{options}"
    return sqlite3.connect(uri, timeout=timeout_s, isolation_level=None, check_same_thread=False, uri=True)


def write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers and a writer not wait for each other, and each transaction be on disk when it ends."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


@contextmanager
def one_step(connection: sqlite3.Connection) -> Iterator[None]:
    """Do all of it or none, as the only writer from the first read on."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # After a full disk SQLite has rolled back by itself already.
        with suppress(sqlite3.Error):
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        raise


UNREADABLE = (sqlite3.Error, UnicodeDecodeError)
"""What reading a damaged file raises: of names that are no text any more SQLite cannot even say what is wrong."""


def reason_of(error: sqlite3.Error | UnicodeDecodeError | OSError, damaged: str) -> str:
    """Say what is wrong and what to do; *damaged* says what to do with a file that is."""
    if isinstance(error, FileNotFoundError):
        return "it is gone; nothing was done; put it back, or start again"
    if isinstance(error, OSError) and error.errno in _FULL:
        return _REASONS["SQLITE_FULL"]
    if isinstance(error, OSError):
        return f"{error.strerror or error}; nothing was done; make its folder writable and try again"
    code = getattr(error, "sqlite_errorname", "")
    known = next((reason for start, reason in _REASONS.items() if code.startswith(start)), None)
    what = "a name in it is no text" if isinstance(error, UnicodeDecodeError) else error
    return known or f"it is damaged ({what}); nothing was done; {damaged}"


def sync_folder(folder: Path) -> None:
    """Put the folder's list of names on disk, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY | FOLDER)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _content(schema: str) -> bytes:
    memory = sqlite3.connect(":memory:")
    try:
        memory.executescript(schema)
        return memory.serialize()
    finally:
        memory.close()
