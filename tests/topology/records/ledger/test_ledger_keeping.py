"""Copies of a ledger: made under open consoles, put back, and noticed by everybody."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from console.words.findings.lowered import doubt_sentence
from tests.topology.records.ledger.conftest import FLOORS, Ledgers, begun, wave_of
from topology.records.ledger.keeping import backup_ledger, before_of, check_ledger, restore_ledger
from topology.records.ledger.values import CommitAnswer, LedgerError, WaveKind


def test_that_a_copy_made_under_an_open_console_holds_all_of_it(ledgers: Ledgers, tmp_path: Path):
    store = ledgers.one()
    store.commit_wave(wave_of(store, begun(store)))
    store.stop("E", "ana")
    found = backup_ledger(ledgers.path, tmp_path / "copy.db")
    assert (found.region, found.unanswered, found.reserved, found.stopped, found.unfinished) == ("r-1", 1, 1, 1, 1)
    assert check_ledger(ledgers.path).running == ("E",)
    assert {path.name for path in tmp_path.iterdir()} == {"state", "copy.db"}
    with pytest.raises(LedgerError, match="is there already"):
        backup_ledger(ledgers.path, tmp_path / "copy.db")


def test_that_a_restored_ledger_lets_nothing_leave_until_it_is_acknowledged(ledgers: Ledgers, tmp_path: Path):
    store = ledgers.one()
    backup_ledger(ledgers.path, tmp_path / "copy.db")
    lease = begun(store)
    with pytest.raises(LedgerError, match="E is being carried out by a console; stop it, then restore again"):
        restore_ledger(tmp_path / "copy.db", ledgers.path)
    store.release(lease, "finished")
    restore_ledger(tmp_path / "copy.db", ledgers.path)
    with pytest.raises(LedgerError, match="was replaced while it was open"):
        store.read()
    assert before_of(ledgers.path).exists()
    again = ledgers.one()
    (doubt,) = again.read().doubts
    assert "put back from a copy of 2023-11-14 22:13:20 UTC" in doubt_sentence(doubt)
    lease = begun(again, "F")
    assert again.commit_wave(wave_of(again, lease)) is CommitAnswer.RESTORED
    back = wave_of(again, lease, 2, kind=WaveKind.GIVE_BACK, units=(), windows=())
    assert again.commit_wave(back) is CommitAnswer.COMMITTED
    again.acknowledge("ana", again.read().floors.revision, FLOORS, (), b"")
    assert again.read().doubts == ()
    assert again.commit_wave(wave_of(again, lease)) is CommitAnswer.COMMITTED


def test_that_a_damaged_ledger_can_be_restored_and_a_copy_of_another_region_cannot_take_its_place(
    ledgers: Ledgers, tmp_path: Path
):
    ledgers.one().close()
    backup_ledger(ledgers.path, tmp_path / "copy.db")
    other = Ledgers(tmp_path / "other" / "ledger.db")
    other.one(region="r-2").close()
    with pytest.raises(LedgerError, match="is a ledger of region r-1, not of r-2"):
        restore_ledger(tmp_path / "copy.db", other.path)
    ledgers.path.write_bytes(ledgers.path.read_bytes()[:5000])
    with pytest.raises(LedgerError, match="damaged"):
        check_ledger(ledgers.path)
    restore_ledger(tmp_path / "copy.db", ledgers.path)
    assert check_ledger(ledgers.path).region == "r-1"


def test_that_a_copy_of_a_newer_format_or_of_something_else_is_refused(ledgers: Ledgers, tmp_path: Path):
    with pytest.raises(LedgerError, match="there is no ledger"):
        check_ledger(ledgers.path)
    ledgers.one().close()
    copy = tmp_path / "copy.db"
    backup_ledger(ledgers.path, copy)
    database = sqlite3.connect(copy)
    database.execute("PRAGMA user_version = 9")
    database.close()
    with pytest.raises(LedgerError, match="has format 9; this version of Underkeel reads format 2; update Underkeel"):
        restore_ledger(copy, ledgers.path)
    assert check_ledger(ledgers.path).region == "r-1"


def foreign(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE other (value)")
    database.commit()
    database.close()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: None, "there is no ledger .*; nothing was done; name a copy that underkeel ledger backup wrote"),
        (lambda path: path.write_text("hello"), "file is not a database.*; nothing was done; name a copy"),
        (lambda path: path.touch(), "is no ledger; nothing was done; name a copy"),
        (foreign, "is no ledger; nothing was done; name a copy"),
        (lambda path: path.mkdir(), "is not a regular file, and no ledger; nothing was done"),
        (os.mkfifo, "is not a regular file, and no ledger; nothing was done"),
    ],
    ids=["missing", "text", "empty", "foreign", "folder", "pipe"],
)
def test_that_what_is_no_copy_is_refused_with_what_to_do(
    ledgers: Ledgers, tmp_path: Path, make: Callable[[Path], object], sentence: str
):
    ledgers.one()
    copy = tmp_path / "copy.db"
    make(copy)
    with pytest.raises(LedgerError, match=sentence):
        restore_ledger(copy, ledgers.path)
    assert not before_of(ledgers.path).exists()
    assert ledgers.one().read().region == "r-1"


def test_that_a_ledger_is_no_copy_of_itself(ledgers: Ledgers):
    ledgers.one()
    with pytest.raises(LedgerError, match="is the ledger itself; nothing was restored"):
        restore_ledger(ledgers.path, ledgers.path)


def test_that_what_any_restore_replaced_stays_with_all_that_was_in_it(ledgers: Ledgers, tmp_path: Path):
    store = ledgers.one()
    backup_ledger(ledgers.path, tmp_path / "copy.db")
    store.release(begun(store, "late"), "finished")  # which is in the log beside the file alone
    restore_ledger(tmp_path / "copy.db", ledgers.path)
    restore_ledger(tmp_path / "copy.db", ledgers.path)
    ledgers.close()
    for number, there in ((1, True), (2, False)):
        before = Ledgers(before_of(ledgers.path, number))
        assert (before.one().execution("late") is not None) == there
        before.close()
    assert ledgers.one().execution("late") is None


def test_that_a_copy_beside_no_folder_says_so(ledgers: Ledgers, tmp_path: Path):
    ledgers.one()
    with pytest.raises(LedgerError, match="its folder is not there; nothing was done; make it, or name another"):
        backup_ledger(ledgers.path, tmp_path / "no" / "copy.db")


_ON_A_FULL_DISK = """
import os, resource, signal, sys
from pathlib import Path
from topology.records.ledger.keeping import backup_ledger, check_ledger, restore_ledger
from topology.records.ledger.values import LedgerError

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
path, copy, what = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
if what == "full":
    resource.setrlimit(resource.RLIMIT_FSIZE, (40 * 1024, resource.RLIM_INFINITY))
elif os.geteuid() == 0:
    os.setuid(65534)
work = {"backup": lambda: backup_ledger(path, copy.with_name("new.db")), "restore": lambda: restore_ledger(copy, path)}
for name, act in work.items():
    try:
        act()
        print(name, "was done")
    except LedgerError as error:
        print(name, error)
"""


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("full", "nothing was done; make room"),
        ("read-only", "make its folder writable and try again"),
    ],
)
def test_that_a_disk_that_refuses_leaves_everything_as_it_was(
    ledgers: Ledgers, tmp_path: Path, what: str, sentence: str
):
    store = ledgers.one()
    backup_ledger(ledgers.path, tmp_path / "copy.db")
    store.close()
    folders = (ledgers.path.parent, tmp_path)
    if what == "read-only":
        for place in (*tmp_path.parents[:2], ledgers.path, tmp_path / "copy.db"):
            place.chmod(0o755)
        for folder in folders:
            folder.chmod(0o555)
    before = {path: path.read_bytes() for folder in folders for path in folder.iterdir() if path.is_file()}
    ran = subprocess.run(
        [sys.executable, "-c", _ON_A_FULL_DISK, str(ledgers.path), str(tmp_path / "copy.db"), what],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    assert [line.split()[0] for line in ran.stdout.splitlines()] == ["backup", "restore"]
    assert ran.stdout.count(sentence) == 2, ran.stdout
    for folder in folders:
        folder.chmod(0o755)
    assert before == {path: path.read_bytes() for folder in folders for path in folder.iterdir() if path.is_file()}


def test_that_a_doubt_that_an_earlier_version_noted_is_told_as_it_was_written(ledgers: Ledgers):
    store = ledgers.one()
    text = (
        "the ledger was put back from a copy of 2023-11-14; see that nothing done since is under way, then acknowledge"
    )
    with closing(sqlite3.connect(ledgers.path)) as database, database:
        database.execute("INSERT INTO meta VALUES ('doubt', ?)", (text,))
    assert [doubt_sentence(one) for one in store.read().doubts] == [text]
