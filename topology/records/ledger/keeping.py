"""Keeps copies of a ledger, puts one back, and checks one. None of it needs, or disturbs, the consoles that have it open."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from topology.execution.journal_entries import JournalHead
from topology.records.database_file import connect, one_step, sync_folder
from topology.records.ledger.database import check_format, restored_note
from topology.records.ledger.reading import head_of, leases_of, meta, revision_of
from topology.records.ledger.values import LedgerError
from topology.records.locks import is_free
from topology.region.sentences.clock import moment_at

_SIDES = ("-wal", "-shm")


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


def check_ledger(path: Path) -> LedgerReport:
    """Read a ledger from end to end, and give what it holds; nothing is written.

    Raises:
        LedgerError: it is missing, damaged, of a newer format, or no ledger.
    """
    with _explained(path, "checked"), closing(_open_for_reading(path)) as database:
        check_format(database, path)
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
    if target.exists() or target.is_symlink():
        raise LedgerError(f"{target} is there already; nothing was copied; name a new file")
    with _explained(target, "written"), _copied(path, target) as draft:
        draft.rename(target)
    sync_folder(target.absolute().parent)
    return check_ledger(target)


def restore_ledger(copy: Path, path: Path) -> LedgerReport:
    """Put a *copy* in the place of a ledger. What was there stays beside it, and consoles that have it open do nothing more.

    What was done since the copy was made is not in it, so nothing leaves until somebody acknowledges that.

    Raises:
        LedgerError: the copy is no good, is of another region, or somebody carries an execution out right now.
    """
    report = check_ledger(copy)
    if path.exists():
        _see_that_it_may_go(path, report)
    with _explained(path, "restored"):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _copied(copy, path) as draft:
            made = moment_at(report.time).strftime("%Y-%m-%d %H:%M:%S UTC")
            with closing(connect(draft)) as database, one_step(database):
                restored_note(database, made)
            _set_aside(path)
            draft.rename(path)
        sync_folder(path.absolute().parent)
    return check_ledger(path)


def before_of(path: Path) -> Path:
    """Give the place where what a restore replaced stays."""
    return path.with_name(path.name + ".before")


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
    for end in ("", *_SIDES):
        part = path.with_name(path.name + end)
        if part.exists():
            part.replace(before_of(path).with_name(before_of(path).name + end))


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
        draft.unlink(missing_ok=True)


def _open_for_reading(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise LedgerError(f"there is no ledger {path}")
    log = path.with_name(path.name + "-wal")
    # Even a reader of such a file would put files beside it, unless it is told that nobody writes.
    return connect(path, "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1")


def _count(database: sqlite3.Connection, what: str) -> int:
    return int(database.execute(f"SELECT COUNT(*) FROM {what}").fetchone()[0])


@contextmanager
def _explained(path: Path, tried: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise LedgerError(
            f"the ledger {path} could not be {tried}: it is damaged ({error}); restore a good copy"
        ) from error
    except OSError as error:
        raise LedgerError(
            f"the ledger {path} could not be {tried}: {error.strerror or error}; nothing was done"
        ) from error
