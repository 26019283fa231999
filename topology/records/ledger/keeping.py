"""Keeps copies of a ledger, puts one back, and checks one. None of it needs, or disturbs, the consoles that have it open."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from topology.execution.journal_entries import JournalHead
from topology.records.database_file import UNREADABLE, connect, one_step, reason_of, sync_folder
from topology.records.ledger.database import check_format, restored_note
from topology.records.ledger.reading import head_of, leases_of, meta, revision_of
from topology.records.ledger.values import LedgerError
from topology.records.locks import is_free

_SIDES = ("-wal", "-shm")
_NAME_A_COPY = "name a copy that underkeel ledger backup wrote"


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """What a ledger holds, in numbers; *running* are the executions that somebody carries out right now."""

    path: Path
    region: str
    revision: int
    time: float
    unfinished: int
    running: tuple[str, ...]
    unanswered: int
    reserved: int
    stopped: int


def check_ledger(path: Path, otherwise: str = "restore a good copy") -> LedgerReport:
    """Read a ledger from end to end, and give what it holds; nothing is written. *otherwise* says what to do if it is no good.

    Raises:
        LedgerError: it is missing, damaged, of a newer format, or no ledger.
    """
    with _explained(path, "checked", otherwise), closing(_open_for_reading(path, otherwise)) as database:
        check_format(database, path, otherwise)
        found = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(str(found))
        return LedgerReport(
            path,
            meta(database, "region", str),
            revision_of(database),
            meta(database, "time", float),
            _count(database, "execution WHERE outcome = ''"),
            _running(database, path),
            _count(database, "wave WHERE answers IS NULL"),
            _count(database, "reservation"),
            _count(database, "stop"),
        )


def read_ledger_head(path: Path, journal: str) -> JournalHead | None:
    """Give the head that a ledger keeps for a journal, or None; nothing is written, and no file is made.

    Raises:
        LedgerError: the file is there and cannot be read.
    """
    if not path.exists():
        return None
    with _explained(path, "read"), closing(_open_for_reading(path)) as database:
        check_format(database, path)
        return head_of(database, journal)


def backup_ledger(path: Path, target: Path) -> LedgerReport:
    """Copy a ledger as of one moment, while others may go on writing; *target* is whole or not there, and never replaced.

    Raises:
        LedgerError: it cannot be read, or *target* is there already or cannot be written.
    """
    check_ledger(path)
    taken = LedgerError(f"{target} is there already; nothing was copied; name a new file")
    if target.exists() or target.is_symlink():
        raise taken
    with _explained(target, "written"), _copied(path, target) as draft:
        try:
            target.hardlink_to(draft)
        except FileExistsError:
            raise taken from None
        except OSError:  # a file system without hard links
            draft.rename(target)
    sync_folder(target.absolute().parent)
    return check_ledger(target)


def restore_ledger(copy: Path, path: Path) -> LedgerReport:
    """Put a *copy* in the place of a ledger. What was there stays beside it, and consoles that have it open do nothing more.

    What was done since the copy was made is not in it, so nothing leaves until somebody acknowledges that.

    Raises:
        LedgerError: the copy is no good, is of another region, or somebody carries an execution out right now.
    """
    report = check_ledger(copy, _NAME_A_COPY)
    if path.exists() and path.samefile(copy):
        raise LedgerError(f"{copy} is the ledger itself; nothing was restored; {_NAME_A_COPY}")
    if path.exists():
        _see_that_it_may_go(path, report)
    with _explained(path, "restored"):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _copied(copy, path) as draft:
            with closing(connect(draft)) as database, one_step(database):
                restored_note(database, report.time)
            _set_aside(path)
            draft.rename(path)
        sync_folder(path.absolute().parent)
    return check_ledger(path)


def before_of(path: Path, number: int = 1) -> Path:
    """Give the place where what a restore replaced stays; that of an earlier one is never taken."""
    return path.with_name(f"{path.name}.before{f'-{number}' if number > 1 else ''}")


def _see_that_it_may_go(path: Path, copy: LedgerReport) -> None:
    try:
        now = check_ledger(path)
    except LedgerError:
        return  # damaged, which is why it is restored
    if now.running:
        raise LedgerError(f"{', '.join(now.running)} is being carried out by a console; stop it, then restore again")
    if now.region and copy.region and now.region != copy.region:
        raise LedgerError(f"{copy.path} is a ledger of region {copy.region}, not of {now.region}; nothing was restored")


def _set_aside(path: Path) -> None:
    """Let what is there stay beside it, too: the place itself is empty for no moment, for an empty one begins a new ledger."""
    if not path.exists():
        return
    number = next(number for number in count(1) if not before_of(path, number).exists())
    before = before_of(path, number)
    with suppress(sqlite3.Error), closing(connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # so that all of it is in the one file
    try:
        before.hardlink_to(path)
    except OSError:  # a file system without hard links
        shutil.copy2(path, before)
    for end in _SIDES:
        part = path.with_name(path.name + end)
        if part.exists():
            part.replace(before.with_name(before.name + end))


def _running(database: sqlite3.Connection, path: Path) -> tuple[str, ...]:
    folder = path.with_name(path.name + "-leases")
    return tuple(lease.execution for lease in leases_of(database) if not is_free(folder, lease.execution))


@contextmanager
def _copied(path: Path, beside: Path) -> Iterator[Path]:
    """Copy a ledger to a file beside another; it is gone at the end, unless it was moved."""
    handle, name = tempfile.mkstemp(prefix=f".{beside.name[:60]}-", suffix=".part", dir=beside.absolute().parent)
    os.close(handle)
    draft = Path(name)
    try:
        with (
            closing(_open_for_reading(path)) as source,
            closing(sqlite3.connect(draft, isolation_level=None)) as target,
        ):
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # so that all of it is in the one file
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        yield draft
    finally:
        for end in ("", "-journal", *_SIDES):
            draft.with_name(draft.name + end).unlink(missing_ok=True)


def _open_for_reading(path: Path, otherwise: str = "") -> sqlite3.Connection:
    if not path.exists():
        begun = "one is begun when its region is opened the first time"
        what_to_do = otherwise if otherwise == _NAME_A_COPY else begun
        raise LedgerError(f"there is no ledger {path}; nothing was done; {what_to_do}")
    if not path.is_file():
        raise LedgerError(f"{path} is not a regular file, and no ledger; nothing was done")
    log = path.with_name(path.name + "-wal")
    # Even a reader of such a file would put files beside it, unless it is told that nobody writes.
    return connect(path, "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1")


def _count(database: sqlite3.Connection, what: str) -> int:
    return int(database.execute(f"SELECT COUNT(*) FROM {what}").fetchone()[0])


@contextmanager
def _explained(path: Path, tried: str, otherwise: str = "restore a good copy") -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        why = "its folder is not there; nothing was done; make it, or name another"
        raise LedgerError(f"the ledger {path} could not be {tried}: {why}") from error
    except (*UNREADABLE, OSError) as error:
        # Only drafts are written here, so that whatever the disk says leaves everything as it was.
        refused = getattr(error, "sqlite_errorname", "").startswith("SQLITE_IOERR")
        why = "the disk refused; nothing was done; make room on it" if refused else reason_of(error, otherwise)
        raise LedgerError(f"the ledger {path} could not be {tried}: {why}") from error
