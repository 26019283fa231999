"""Copies of a ledger: made under open consoles, put back, and noticed by everybody."""

import sqlite3
from pathlib import Path

import pytest

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
    assert "put back from a copy of 2023-11-14 22:13:20 UTC" in again.read().doubt
    lease = begun(again, "F")
    assert again.commit_wave(wave_of(again, lease)) is CommitAnswer.RESTORED
    back = wave_of(again, lease, 2, kind=WaveKind.GIVE_BACK, units=(), windows=())
    assert again.commit_wave(back) is CommitAnswer.COMMITTED
    again.acknowledge("ana", again.read().floors.revision, FLOORS, (), b"")
    assert again.read().doubt == ""
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
