"""What a ledger in etcd promises: all that one in a file does, with the same tests, and what goes beyond one machine."""

import asyncio
import time
from collections.abc import Iterator

import pytest

from console.words.findings.lowered import doubt_sentence
from tests.served import served
from tests.servers.etcd.cluster import Cluster, needs_etcd
from tests.servers.etcd.ledgers import EtcdLedgers
from tests.topology.records.ledger import test_ledger, test_ledger_people
from tests.topology.records.ledger.conftest import FLOORS, begun, wave_of
from topology.etcd.address import EtcdAddress
from topology.etcd.values import Put
from topology.fleet.reasons.looking import LedgerRightMissing
from topology.records.clock import ManualClock
from topology.records.ledger.etcd.etcd_ledger import EtcdLedger
from topology.records.ledger.etcd.time import LedgerTime
from topology.records.ledger.values import (
    CommitAnswer,
    KeptExecution,
    LeaseHeldError,
    LedgerError,
    ScopeUnits,
    WaveKind,
)

SHARED = (
    test_ledger.test_that_a_burnt_id_stays_burnt,
    test_ledger.test_that_a_committed_wave_is_intended_reserved_and_counted,
    test_ledger.test_that_a_wave_id_is_used_once_unless_nothing_was_done,
    test_ledger.test_that_a_wave_judged_before_others_reserved_is_not_written,
    test_ledger.test_that_a_wave_judged_by_other_floors_is_not_written,
    test_ledger.test_that_an_entry_of_the_pace_lives_for_its_window_from_the_answer_on,
    test_ledger.test_that_an_acknowledged_floor_comes_back_by_no_description_that_states_it_still,
    test_ledger.test_that_another_regions_ledger_is_refused,
    test_ledger.test_that_answers_about_other_servers_are_refused,
    test_ledger.test_that_answers_say_who_departed_who_was_taken_and_a_reservation_lasts_until_it_is_settled,
    test_ledger.test_that_facts_raise_what_is_declared_and_only_an_acknowledgement_lowers_it,
    test_ledger.test_that_heads_and_ends_of_executions_are_kept,
    test_ledger.test_that_nothing_is_written_after_a_stop_by_anyone_until_it_is_resumed,
    test_ledger.test_that_the_stricter_floor_holds_and_only_an_acknowledgement_lowers_it,
    test_ledger_people.test_that_a_plan_too_large_to_be_asked_about_is_refused,
    test_ledger_people.test_that_a_request_has_a_number_its_whole_plan_and_outlives_its_approval,
    test_ledger_people.test_that_everybody_sees_who_is_there_until_they_leave_or_fall_silent,
    test_ledger_people.test_that_no_wave_is_written_by_an_approval_that_ran_out_or_is_of_another_execution,
    test_ledger_people.test_that_no_wave_is_written_by_an_approval_that_was_withdrawn_since_it_was_read,
    test_ledger_people.test_that_of_two_who_decide_at_once_one_has_to_look_again,
    test_ledger_people.test_that_the_time_of_an_approval_runs_from_when_it_was_given,
    test_ledger_people.test_that_what_an_execution_is_about_is_there_for_whoever_takes_it_over,
)
"""What every kind of ledger promises alike."""
globals().update({one.__name__: one for one in SHARED})
DONE = test_ledger.DONE
pytestmark = needs_etcd()


@pytest.fixture
def ledgers(cluster: Cluster, prefix: str) -> Iterator[EtcdLedgers]:
    found = EtcdLedgers(cluster, prefix)
    yield found
    found.close()


def test_that_a_lease_in_etcd_that_was_taken_over_or_lost_sends_nothing(ledgers: EtcdLedgers):
    store, other = ledgers.one(), ledgers.one(user="op2")
    lease = begun(store)
    with pytest.raises(LeaseHeldError, match="execution E is being carried out by ana at another console"):
        other.take_over("E", "ben")
    ledgers.loop.run(store.ledger._client.revoke(store.ledger._session.lease))
    assert store.commit_wave(wave_of(store, lease)) is CommitAnswer.LEASE_LOST
    assert store.read().leases == ()
    newer = other.take_over("E", "ben")
    assert (newer.token > lease.token, store.read().leases) == (True, (newer,))
    assert store.commit_wave(wave_of(store, lease)) is CommitAnswer.LEASE_LOST
    assert other.commit_wave(wave_of(other, newer)) is CommitAnswer.COMMITTED


def test_that_a_console_that_could_not_renew_its_lease_for_half_its_life_sends_nothing(ledgers: EtcdLedgers):
    store = ledgers.one()
    lease = begun(store)
    commit = wave_of(store, lease)
    store.ledger._session._renewed -= 7.6
    assert store.commit_wave(commit) is CommitAnswer.LEASE_LOST
    assert store.read().unanswered == ()
    store.ledger._session._renewed += 7.6
    assert store.commit_wave(commit) is CommitAnswer.COMMITTED


def test_that_a_wave_whose_stop_comes_while_it_is_written_is_not_sent_and_holds_nothing(ledgers: EtcdLedgers):
    store = ledgers.one()
    commit = wave_of(store, begun(store))
    write = store.ledger._write

    async def stopped_meanwhile(*arguments):
        found = await write(*arguments)
        store.ledger._stopping.add("E")
        return found

    store.ledger._write = stopped_meanwhile
    assert store.commit_wave(commit) is CommitAnswer.STOPPED
    state = store.read()
    assert (state.unanswered, state.reservations, state.departures) == ((), (), ())


def test_that_a_wave_that_was_written_although_the_answer_got_lost_is_committed_once(ledgers: EtcdLedgers):
    store = ledgers.one()
    commit = wave_of(store, begun(store))
    once = store.ledger._client._once
    lost = []

    async def loses_the_first_answer(name, request, *rest):
        found = await once(name, request, *rest)
        if name == "Txn" and request.compare and not lost:
            lost.append(found)
            return await once(name, request, *rest)  # as after a deadline: the identical transaction again
        return found

    store.ledger._client._once = loses_the_first_answer
    assert store.commit_wave(commit) is CommitAnswer.COMMITTED
    assert lost[0].succeeded
    assert [wave.id for wave in store.read().unanswered] == ["E.1"]


def test_that_a_wave_that_is_sent_again_keeps_its_reservation_though_others_settle_the_one_before(ledgers: EtcdLedgers):
    store, other = ledgers.one(), ledgers.one()
    lease = begun(store)
    store.commit_wave(wave_of(store, lease))
    store.answer("E.1", (("n1", "too_soon"), ("n2", "too_soon")), (), False)
    assert store.commit_wave(wave_of(store, lease)) is CommitAnswer.COMMITTED
    other.settle("E.1", None)
    assert [one.wave for one in store.read().reservations] == ["E.1"]


def test_that_a_doubt_that_an_administrator_wrote_holds_up_what_leaves_until_it_is_acknowledged(ledgers: EtcdLedgers):
    store = ledgers.one()
    lease = begun(store)
    why = b'"the members were set up from a snapshot of Monday"'
    ledgers.loop.run(store.ledger._client.txn((), (Put(f"{ledgers.prefix}doubt", why),)))
    assert [doubt_sentence(one) for one in store.read().doubts] == ["the members were set up from a snapshot of Monday"]
    assert store.commit_wave(wave_of(store, lease)) is CommitAnswer.RESTORED
    back = wave_of(store, lease, 2, kind=WaveKind.GIVE_BACK, units=(), windows=())
    assert store.commit_wave(back) is CommitAnswer.COMMITTED
    store.acknowledge("ana", store.read().floors.revision, FLOORS, (), b"")
    assert store.commit_wave(wave_of(store, lease)) is CommitAnswer.COMMITTED


def test_that_a_ledger_that_knows_less_than_before_is_noticed_and_nothing_more_is_done(ledgers: EtcdLedgers):
    store = ledgers.one()
    lease = begun(store)
    commit = wave_of(store, lease)
    store.ledger._newest += 1_000_000
    for attempt in (lambda: store.commit_wave(commit), store.read, lambda: store.stop("E", "ana")):
        with pytest.raises(LedgerError, match=r"was put back to an older state while it was open: revision .* is gone"):
            attempt()


def test_that_a_viewers_ledger_reads_everything_and_writes_nothing(ledgers: EtcdLedgers):
    store = ledgers.one()
    begun(store)
    viewer = ledgers.one(user="eve")
    assert [one.id for one in viewer.read().executions] == ["E"]
    assert viewer.ledger.only_looks == LedgerRightMissing("eve")
    for attempt in (
        lambda: viewer.stop("E", "eve"),
        lambda: viewer.begin(KeptExecution("F", "", "", 1, "eve")),
        lambda: viewer.raise_declared(FLOORS),
    ):
        with pytest.raises(LedgerError, match="eve may only look at it"):
            attempt()


def test_that_a_viewer_does_not_begin_a_ledger(ledgers: EtcdLedgers):
    with pytest.raises(LedgerError, match="was not begun yet, and eve may only look"):
        ledgers.one(user="eve")


def test_that_a_format_that_is_newer_is_refused_in_a_sentence(ledgers: EtcdLedgers):
    store = ledgers.one()
    meta = b'{"format":9,"region":"r-1"}'
    ledgers.loop.run(store.ledger._client.txn((), (Put(f"{ledgers.prefix}meta", meta),)))
    with pytest.raises(LedgerError, match="has format 9; this version of Underkeel reads format 1; update Underkeel"):
        ledgers.one()


def test_that_a_key_that_holds_something_else_is_named(ledgers: EtcdLedgers):
    store = ledgers.one()
    ledgers.loop.run(store.ledger._client.txn((), (Put(f"{ledgers.prefix}stops/E", b"Dear diary,"),)))
    with pytest.raises(LedgerError, match=f"key {ledgers.prefix}stops/E holds what no ledger writes"):
        store.read()


def test_that_clocks_that_differ_are_told_and_neither_pace_nor_time_goes_by_them(ledgers: EtcdLedgers):
    store = ledgers.one()
    lease = begun(store)
    store.commit_wave(wave_of(store, lease, windows=(60.0, 3_600.0)))
    store.answer("E.1", DONE, (), False)
    for ahead in (7_200.0, -7_200.0):
        skewed = ledgers.unopened("op2")
        skewed.ledger._time = LedgerTime(lambda ahead=ahead: ledgers.clock.time + ahead, ledgers.clock.elapsed)
        skewed._do(skewed.ledger.open, "r-1", FLOORS, b"")
        ledgers.opened.append(skewed)
        state = skewed.read()
        assert [round(entry.remaining_s) for entry in state.departures][:2] == [60, 3_600]
        assert abs(state.time - ledgers.clock.time) < 1
        where = "ahead of" if ahead > 0 else "behind"
        assert f"the clock of this machine is 7,200 s {where} the other consoles'" in doubt_sentence(state.doubts[0])
        own = begun(skewed, f"F{ahead}")
        assert skewed.commit_wave(wave_of(skewed, own)) is CommitAnswer.CLOCK_LEAPT
        skewed.acknowledge("ben", skewed.read().floors.revision, FLOORS, (), b"")
        commit = wave_of(skewed, own, servers=(f"n{ahead}", "m"))
        assert skewed.commit_wave(commit) is CommitAnswer.COMMITTED
    assert store.read().doubts == ()


def test_that_an_entry_of_the_pace_dies_by_etcds_own_clock_and_not_before_its_time(cluster: Cluster, prefix: str):
    async def work() -> float:
        ledger = EtcdLedger(EtcdAddress(cluster.members, prefix), cluster.client(), "op1")
        await ledger.open("r-1", FLOORS)
        lease = await ledger.begin(KeptExecution("E", "", "", 1, "ana"))
        state = await ledger.read()
        commit = wave_of(_Seen(state), lease, windows=(2.0,))
        assert await ledger.commit_wave(commit) is CommitAnswer.COMMITTED
        begun_at = time.monotonic()
        await ledger.answer("E.1", DONE)
        while (await ledger.read()).departures:
            await ledger.read()
        took = time.monotonic() - begun_at
        await ledger.aclose()
        return took

    assert 2.0 <= asyncio.run(work()) < 8.0


def test_that_consoles_of_others_see_a_stop_within_a_second(cluster: Cluster, prefix: str):
    async def work() -> tuple[float, bool]:
        one, other = (
            EtcdLedger(EtcdAddress(cluster.members, prefix), cluster.client(user), user) for user in ("op1", "op2")
        )
        await one.open("r-1", FLOORS)
        state = await other.open("r-1", FLOORS)
        seen = other.changes(state.revision)
        waiting = asyncio.ensure_future(anext(seen))
        await asyncio.sleep(0.3)
        waiting.cancelled()
        async with served() as taken:
            await one.stop("E", "ana")
            while not (await other.read()).is_stopped("E"):
                await waiting
        stopped = (await other.read()).is_stopped("E")
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await seen.aclose()
        await one.aclose()
        await other.aclose()
        return taken.seconds, stopped

    took, stopped = asyncio.run(work())
    assert stopped
    assert took < 1


class _Seen:
    """A store that was read."""

    def __init__(self, state) -> None:
        self._state = state

    def read(self):
        return self._state


def test_that_time_goes_on_from_what_others_wrote_down_and_never_back():
    clock = ManualClock(1_000.0)
    found = LedgerTime(clock, clock.elapsed)
    found.hear(1_050.0)
    assert found.now() == 1_050.0
    clock.leap(-500.0)
    clock.time += 10.0
    assert found.now() == 1_060.0
    clock.leap(100_000.0)
    assert found.now() == 1_060.0


def test_that_a_description_read_again_makes_floors_stricter_and_its_guards_change_no_floor(ledgers: EtcdLedgers):
    store = ledgers.one()
    held = store.read().floors
    kept = store.keep_floors((ScopeUnits("index", "region", 4),), held.revision, b"new")
    assert (kept.floors, kept.guards, kept.revision) == (FLOORS, b"new", held.revision)
    stricter = store.keep_floors((ScopeUnits("index", "region", 12),), held.revision, b"")
    assert (stricter.floors[0].units, stricter.guards, stricter.revision > held.revision) == (12, b"new", True)
    assert store.keep_floors((), held.revision, b"newer").guards == b"new"
    assert store.read().floors == stricter


def test_that_who_was_away_while_etcd_forgot_hears_of_the_newest_revision(own_etcd: Cluster):
    async def work() -> None:
        ledger = EtcdLedger(EtcdAddress(own_etcd.members, "/t/away/"), own_etcd.client("op1"), "op1")
        state = await ledger.open("r-1", FLOORS)
        for number in range(3):
            await ledger.stop(f"E{number}", "ana")
        newest = await ledger.read()
        await ledger._client.compact(newest.revision)
        changes = ledger.changes(state.revision)
        assert await anext(changes) >= newest.revision
        await changes.aclose()
        await ledger.aclose()

    asyncio.run(asyncio.wait_for(work(), 20))
