"""What a ledger in a file promises, one operation after another."""

import asyncio
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest

from tests.served import served
from tests.topology.records.ledger.conftest import FLOORS, START, Ledgers, begun, wave_of
from topology.fleet.lowered import ClockAhead, GuardedBy, GuardNumber, NumberLowered
from topology.records.clock import ManualClock, SteadyClock
from topology.records.ledger.file_ledger import FileLedger
from topology.records.ledger.values import (
    CommitAnswer,
    JournalHead,
    LeaseHeldError,
    LedgerError,
    Reservation,
    ScopeUnits,
)

DONE = (("n1", "done"), ("n2", "done"))


def test_that_a_committed_wave_is_intended_reserved_and_counted(ledgers: Ledgers):
    store = ledgers.one()
    assert store.commit_wave(wave_of(store, begun(store))) is CommitAnswer.COMMITTED
    state = ledgers.one().read()
    assert [wave.id for wave in state.unanswered] == ["E.1"]
    assert state.reservations == (Reservation("E.1", "E", ("n1", "n2"), (ScopeUnits("index", "region", 2),)),)
    assert [(entry.servers, entry.of("index")) for entry in state.departures] == [(2, 2)]


def test_that_an_execution_whose_end_cannot_be_written_is_held_by_nobody(ledgers: Ledgers):
    store = ledgers.one()
    lease = begun(store)
    ledgers.path.rename(ledgers.path.with_name("elsewhere"))
    with pytest.raises(LedgerError, match="it is gone"):
        store.release(lease, "finished")
    ledgers.path.with_name("elsewhere").rename(ledgers.path)
    assert ledgers.one().take_over("E", "ben").owner == "ben"


def test_that_a_wave_judged_before_others_reserved_is_not_written(ledgers: Ledgers):
    store, other = ledgers.one(), ledgers.one()
    stale = wave_of(store, begun(store))
    assert other.commit_wave(wave_of(other, begun(other, "F"), servers=("n9",))) is CommitAnswer.COMMITTED
    assert store.commit_wave(stale) is CommitAnswer.RESERVATIONS_CHANGED
    assert [wave.id for wave in store.read().unanswered] == ["F.1"]


def test_that_a_wave_judged_by_other_floors_is_not_written(ledgers: Ledgers):
    store = ledgers.one()
    stale = wave_of(store, begun(store))
    ledgers.one((ScopeUnits("index", "region", 12),))
    assert store.commit_wave(stale) is CommitAnswer.FLOORS_CHANGED


def test_that_nothing_is_written_after_a_stop_by_anyone_until_it_is_resumed(ledgers: Ledgers):
    store, other = ledgers.one(), ledgers.one()
    lease = begun(store)
    other.stop("E", "ben")
    assert store.commit_wave(wave_of(store, lease)) is CommitAnswer.STOPPED
    assert store.read().stops[0].operator == "ben"
    store.resume("E", "ana")
    other.resume("E", "ben")
    assert store.commit_wave(wave_of(store, lease)) is CommitAnswer.COMMITTED


def test_that_a_lease_that_was_taken_over_or_lost_sends_nothing(ledgers: Ledgers):
    store, other = ledgers.one(), ledgers.one()
    lease = begun(store)
    with pytest.raises(LeaseHeldError, match="execution E is being carried out"):
        other.take_over("E", "ben")
    lock = next(ledgers.path.parent.rglob("E.lock"))
    lock.unlink()
    assert store.commit_wave(wave_of(store, lease)) is CommitAnswer.LEASE_LOST
    assert store.read().leases == ()
    newer = other.take_over("E", "ben")
    assert (newer.token > lease.token, store.read().leases) == (True, (newer,))
    assert store.commit_wave(wave_of(store, lease)) is CommitAnswer.LEASE_LOST
    assert other.commit_wave(wave_of(other, newer)) is CommitAnswer.COMMITTED


def test_that_a_wave_id_is_used_once_unless_nothing_was_done(ledgers: Ledgers):
    store = ledgers.one()
    lease = begun(store)
    store.commit_wave(wave_of(store, lease))
    assert store.commit_wave(wave_of(store, lease)) is CommitAnswer.KNOWN
    store.answer("E.1", (("n1", "too_soon"), ("n2", "too_soon")), (), False)
    assert store.read().departures == ()
    assert store.commit_wave(wave_of(store, lease, servers=("n1", "n3"))) is CommitAnswer.KNOWN
    assert store.commit_wave(wave_of(store, lease)) is CommitAnswer.COMMITTED
    store.answer("E.1", DONE, (), False)
    assert store.commit_wave(wave_of(store, lease)) is CommitAnswer.KNOWN


def test_that_a_burnt_id_stays_burnt(ledgers: Ledgers):
    store = ledgers.one()
    lease = begun(store)
    store.commit_wave(wave_of(store, lease))
    store.answer("E.1", (("n1", "refused"), ("n2", "refused")), (), True)
    assert store.commit_wave(wave_of(store, lease)) is CommitAnswer.KNOWN


def test_that_answers_say_who_departed_who_was_taken_and_a_reservation_lasts_until_it_is_settled(ledgers: Ledgers):
    store = ledgers.one()
    store.commit_wave(wave_of(store, begun(store)))
    store.answer("E.1", (("n1", "done"), ("n2", "refused")), (("stale", "n2 is gone"),), False)
    state = store.read()
    assert ([entry.servers for entry in state.departures], state.unanswered) == ([1], ())
    assert (store.taken(), state.reservations[0].servers) == (("n1",), ("n1", "n2"))
    store.settle("E.1", Reservation("E.1", "E", ("n1",), (ScopeUnits("index", "region", 1),)))
    assert store.read().reservations[0].units[0].units == 1
    store.settle("E.1", None)
    assert store.read().reservations == ()


def test_that_answers_about_other_servers_are_refused(ledgers: Ledgers):
    store = ledgers.one()
    store.commit_wave(wave_of(store, begun(store)))
    with pytest.raises(LedgerError, match="has other servers than the answers are about"):
        store.answer("E.1", (("n7", "done"),), (), False)


def test_that_an_entry_of_the_pace_lives_for_its_window_from_the_answer_on(ledgers: Ledgers):
    store = ledgers.one()
    store.commit_wave(wave_of(store, begun(store), windows=(60.0, 3600.0)))
    ledgers.clock.time += 500
    assert [entry.remaining_s for entry in store.read().departures] == [60.0, 3600.0]
    store.answer("E.1", DONE, (), False)
    ledgers.clock.time += 59
    left = [entry.remaining_s - wanted for entry, wanted in zip(store.read().departures, (1.0, 3541.0), strict=True)]
    assert all(0 <= more <= ledgers.longer_s for more in left)
    ledgers.clock.time += 1 + ledgers.longer_s
    assert [entry.window_s for entry in store.read().departures] == [3600.0]


def test_that_the_time_of_a_second_program_is_not_before_that_of_the_first_though_nobody_acted(ledgers: Ledgers):
    ledgers.one()
    ledgers.clock.leap(-60)
    assert ledgers.one().read().time >= START


def test_that_a_leap_of_the_clock_refills_no_pace_and_holds_up_acting_until_it_is_acknowledged(ledgers: Ledgers):
    store = ledgers.one()
    lease = begun(store)
    store.commit_wave(wave_of(store, lease))
    store.answer("E.1", DONE, (), False)
    ledgers.clock.leap(7200)
    later = ledgers.one()
    for one in (store, later):
        state = one.read()
        assert [entry.remaining_s for entry in state.departures] == [60.0]
        assert state.doubts == (ClockAhead(7200.0),)
    assert store.commit_wave(wave_of(store, lease, 2)) is CommitAnswer.CLOCK_LEAPT
    later.acknowledge("ana", later.read().floors.revision, FLOORS, (), b"")
    assert (store.read().doubts, [entry.remaining_s for entry in store.read().departures]) == ((), [60.0])
    assert store.commit_wave(wave_of(store, lease, 2)) is CommitAnswer.COMMITTED


def test_that_another_regions_ledger_is_refused(ledgers: Ledgers):
    ledgers.one()
    with pytest.raises(LedgerError, match="that of region r-1, not of r-2"):
        ledgers.one(region="r-2")


def test_that_the_stricter_floor_holds_and_only_an_acknowledgement_lowers_it(ledgers: Ledgers):
    strict = ledgers.one()
    lax = ledgers.one((ScopeUnits("index", "region", 6),))
    held = lax.read().floors
    assert held.floors == FLOORS
    own = (ScopeUnits("index", "region", 6),)
    assert held.lowered_by(own) == (
        NumberLowered(GuardNumber(GuardedBy.FLOOR, "index"), 10, 6),
        NumberLowered(GuardNumber(GuardedBy.FLOOR, "index", "zone:az1"), 4, None),
    )
    assert lax.acknowledge("ana", held.revision, own, (), b"g").floors == own
    assert (strict.read().floors.floors, strict.read().floors.guards) == (own, b"g")
    with pytest.raises(LedgerError, match="changed by somebody else"):
        strict.acknowledge("ben", held.revision, (), (), b"")


def test_that_an_acknowledged_floor_comes_back_by_no_description_that_states_it_still(ledgers: Ledgers):
    lax, own = ledgers.one((ScopeUnits("index", "region", 6),)), (ScopeUnits("index", "region", 6),)
    ledgers.one()
    lax.acknowledge("ana", lax.read().floors.revision, own, (), b"g", "digest of the stricter")
    strict = ledgers.one()
    held = lax.read().floors
    assert (held.floors, held.waived.guards) == (own, ("digest of the stricter",))
    assert strict.keep_floors(FLOORS, held.revision, b"g").floors == own
    between = (ScopeUnits("index", "region", 7),)
    assert ledgers.one(between).read().floors.floors == between, "which nobody stated when it was acknowledged"
    stricter = ledgers.one((ScopeUnits("index", "region", 11), ScopeUnits("index", "zone:az1", 4)))
    assert stricter.read().floors.floors == (ScopeUnits("index", "region", 11),)
    lower = (ScopeUnits("index", "region", 3),)
    lax.acknowledge("ana", lax.read().floors.revision, lower, (), b"g")
    assert ledgers.one((ScopeUnits("index", "region", 11),)).read().floors.floors == lower


def test_that_facts_raise_what_is_declared_and_only_an_acknowledgement_lowers_it(ledgers: Ledgers):
    store = ledgers.one()
    for units in (20, 18, 21, 3):
        store.raise_declared((ScopeUnits("index", "region", units),))
    assert store.read().declared == (ScopeUnits("index", "region", 21),)
    store.acknowledge("ana", store.read().floors.revision, FLOORS, (ScopeUnits("index", "region", 3),), b"")
    assert store.read().declared == (ScopeUnits("index", "region", 3),)


def test_that_a_ledger_put_back_to_an_older_state_is_noticed_and_nothing_more_is_done(ledgers: Ledgers, tmp_path: Path):
    ledgers.one().close()
    shutil.copy(ledgers.path, tmp_path / "old.db")
    store = ledgers.one()
    lease = begun(store)
    store.commit_wave(wave_of(store, lease))
    commit = wave_of(store, lease, 2)
    source, target = sqlite3.connect(tmp_path / "old.db"), sqlite3.connect(ledgers.path)
    source.backup(target)
    source.close()
    target.close()
    for attempt in (lambda: store.commit_wave(commit), store.read, store.look, lambda: store.stop("E", "ana")):
        with pytest.raises(LedgerError, match=r"was put back to an older state while it was open: step \d+ is gone"):
            attempt()


def test_that_another_file_in_the_place_of_the_open_one_is_noticed(ledgers: Ledgers, tmp_path: Path):
    store = ledgers.one()
    shutil.copy(ledgers.path, tmp_path / "copy.db")
    (tmp_path / "copy.db").replace(ledgers.path)
    with pytest.raises(LedgerError, match="was replaced while it was open"):
        store.read()


def test_that_a_newer_format_is_refused_in_a_sentence_and_the_file_stays_as_it_is(ledgers: Ledgers):
    ledgers.one().close()
    with sqlite3.connect(ledgers.path) as database:
        database.execute("PRAGMA user_version = 3")
    database.close()
    with pytest.raises(LedgerError, match=r"has format 3; this version of Underkeel reads format 2; update Underkeel"):
        ledgers.one()


def test_that_a_file_that_is_no_ledger_is_refused(ledgers: Ledgers):
    ledgers.path.parent.mkdir()
    ledgers.path.write_text("Dear diary,")
    with pytest.raises(LedgerError, match="could not be opened"):
        ledgers.one()
    ledgers.path.unlink()
    sqlite3.connect(ledgers.path).close()
    with pytest.raises(LedgerError, match="is no ledger"):
        ledgers.one()


def test_that_file_and_folder_are_for_their_owner_alone(ledgers: Ledgers):
    ledgers.one()
    assert stat.S_IMODE(ledgers.path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(ledgers.path.stat().st_mode) == 0o600
    assert not [path for path in ledgers.path.parent.iterdir() if path.name.startswith(".")]


def test_that_heads_and_ends_of_executions_are_kept(ledgers: Ledgers):
    store = ledgers.one()
    lease = begun(store)
    store.keep_head(JournalHead("journal", 3, "abc"))
    store.release(lease, "finished")
    with pytest.raises(LedgerError, match="is in the ledger already"):
        begun(store)
    other = ledgers.one()
    assert (other.kept_head("journal"), other.kept_head("other")) == (JournalHead("journal", 3, "abc"), None)
    assert (other.read().executions, other.read().leases) == ((), ())
    kept = other.execution("E")
    assert kept is not None
    assert (kept.outcome, kept.number, kept.plan) == ("finished", 7, "digest")


def test_that_others_see_a_stop_within_a_second(tmp_path: Path):
    async def see() -> tuple[float, bool]:
        one, other = FileLedger(tmp_path / "ledger.db"), FileLedger(tmp_path / "ledger.db")
        await one.open("r-1", FLOORS)
        state = await other.open("r-1", FLOORS)
        seen = other.changes(state.revision)
        waiting = asyncio.ensure_future(anext(seen))
        await asyncio.sleep(0)
        async with served() as taken:
            await one.stop("E", "ana")
            await waiting
        stopped = (await other.read()).is_stopped("E")
        await seen.aclose()
        await one.aclose()
        await other.aclose()
        return taken.seconds, stopped

    took, stopped = asyncio.run(see())
    assert stopped
    assert took < 1


def test_that_a_steady_clock_follows_small_steps_and_no_leaps():
    clock = ManualClock(START)
    steady = SteadyClock(clock)
    clock.leap(30)
    assert (steady.now(), steady.leap_s) == (START + 30, 0.0)
    clock.leap(-500)
    clock.time += 5
    assert steady.now() == START + 35
    clock.leap(1_000)
    assert (steady.now(), steady.leap_s) == (START + 35, 500.0)
    steady.follow()
    assert (steady.now(), steady.leap_s) == (START + 535, 0.0)
