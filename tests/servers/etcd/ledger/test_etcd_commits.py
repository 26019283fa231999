"""What waves of several consoles compare in etcd: each other's subsystems, and the room that the pace of the region leaves."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.servers.etcd.cluster import Cluster, needs_etcd
from tests.servers.etcd.ledgers import EtcdLedgers, EtcdStore
from tests.topology.records.ledger.conftest import begun, wave_of
from topology.etcd.values import Get, TxnAnswer
from topology.records.ledger.values import Commit, CommitAnswer, Reservation, ScopeUnits, WaveKind

pytestmark = needs_etcd()


@pytest.fixture
def ledgers(cluster: Cluster, prefix: str) -> Iterator[EtcdLedgers]:
    found = EtcdLedgers(cluster, prefix)
    yield found
    found.close()


def judged(store: EtcdStore, execution: str, subsystem: str, servers: int, room: int | None) -> Commit:
    """Make a wave judged by what the ledger says now."""
    names = tuple(f"{subsystem}-{at}" for at in range(servers))
    supports, leaving = ((subsystem,),) * servers, store.read().leaving
    lease = begun(store, execution)
    return wave_of(store, lease, servers=names, supports=supports, room=room, leaving=leaving)


def test_that_waves_of_other_subsystems_do_not_hold_each_other_up(ledgers: EtcdLedgers):
    one, other = ledgers.one(), ledgers.one()
    first = judged(one, "E", "index", 2, 100)
    assert other.commit_wave(judged(other, "F", "billing", 3, 100)) is CommitAnswer.COMMITTED
    assert one.commit_wave(first) is CommitAnswer.COMMITTED
    again = judged(one, "G", "index", 2, 100)
    assert other.commit_wave(judged(other, "H", "index", 2, 100)) is CommitAnswer.COMMITTED
    assert one.commit_wave(again) is CommitAnswer.RESERVATIONS_CHANGED


@pytest.mark.parametrize(("room", "others"), [(0, (1,)), (3, (2, 2)), (4, (5,)), (7, (2, 4, 2)), (9, (9,))])
def test_that_no_wave_is_written_once_others_took_what_the_pace_left_room_for(
    ledgers: EtcdLedgers, room: int, others: tuple[int, ...]
):
    one, other = ledgers.one(), ledgers.one()
    late = judged(one, "E", "index", 2, room)
    unbound = judged(one, "F", "search", 2, None)
    for at, servers in enumerate(others):
        assert other.commit_wave(judged(other, f"O{at}", f"billing{at}", servers, 100)) is CommitAnswer.COMMITTED
    assert one.commit_wave(late) is CommitAnswer.RESERVATIONS_CHANGED
    assert one.commit_wave(unbound) is CommitAnswer.COMMITTED, "an approval lifted the pace of it"


def test_that_a_wave_that_rests_on_everything_is_held_up_by_every_other_and_holds_up_every_other(ledgers: EtcdLedgers):
    one, other = ledgers.one(), ledgers.one()
    lease = begun(one, "E")
    whole = wave_of(one, lease, kind=WaveKind.GIVE_BACK, supports=(), units=(), windows=())
    late = judged(other, "F", "billing", 1, 100)
    assert one.commit_wave(whole) is CommitAnswer.COMMITTED
    assert other.commit_wave(late) is CommitAnswer.RESERVATIONS_CHANGED
    whole = wave_of(one, lease, 2, kind=WaveKind.GIVE_BACK, supports=(), units=(), windows=())
    assert other.commit_wave(judged(other, "G", "billing", 1, 100)) is CommitAnswer.COMMITTED
    assert one.commit_wave(whole) is CommitAnswer.RESERVATIONS_CHANGED


def test_that_an_answer_that_shows_what_became_of_servers_settles_in_the_same_step(ledgers: EtcdLedgers):
    store = ledgers.one()
    store.commit_wave(wave_of(store, begun(store)))
    rest = Reservation("E.1", "E", ("n2",), (ScopeUnits("index", "region", 1),))
    store.answer("E.1", (("n1", "done"), ("n2", "unknown")), (), False, (rest,))
    state = store.read()
    assert (state.reservations, state.unanswered) == ((rest,), ())
    assert [wave.answers for wave in state.reserving if wave] == [(("n1", "done"), ("n2", "unknown"))]
    store.answer("E.1", (("n1", "done"), ("n2", "done")), (), False, ())
    assert store.read().reservations == ()
    assert set(store.taken()) == {"n1", "n2"}


def test_that_waves_of_the_same_second_share_the_leases_of_their_windows(ledgers: EtcdLedgers):
    store = ledgers.one()
    lease = begun(store)
    for number in (1, 2):
        store.commit_wave(wave_of(store, lease, number, servers=(f"n{number}",), windows=(60.0, 3600.0)))
        store.answer(f"E.{number}", ((f"n{number}", "done"),), (), False)
    assert len(ledgers.expiry.made) == 2
    ledgers.clock.time += 2.0
    store.commit_wave(wave_of(store, lease, 3, servers=("n3",)))
    store.answer("E.3", (("n3", "done"),), (), False)
    assert len(ledgers.expiry.made) == 3


def test_that_nobody_is_asked_how_long_an_entry_lives_that_was_not_there_a_moment_ago(ledgers: EtcdLedgers):
    one, other = ledgers.one(), ledgers.one()
    asked: list[int] = []
    remaining_s = other.ledger._client.remaining_s

    async def noted(lease: int) -> int:
        asked.append(lease)
        return await remaining_s(lease)

    other.ledger._client.remaining_s = noted  # type: ignore[method-assign]
    other.read()
    one.commit_wave(wave_of(one, begun(one)))
    one.answer("E.1", (("n1", "done"), ("n2", "done")), (), False)
    assert ([entry.remaining_s for entry in other.read().departures], asked) == ([60.0], [])
    ledgers.clock.time += 30.0
    one.commit_wave(wave_of(one, begun(one, "F"), servers=("n3",)))
    one.answer("F.1", (("n3", "done"),), (), False)
    ledgers.clock.time += 10.0
    left = [entry.remaining_s for entry in other.read().departures]
    assert left[0] == 20.0
    assert 50.0 <= left[1] <= 51.0
    assert len(asked) == 1, "what may have been there for long is asked of"


def test_that_an_answer_that_comes_late_is_not_taken_for_an_older_state(ledgers: EtcdLedgers):
    store = ledgers.one()
    client, gates, asked = store.ledger._client, [asyncio.Event()], asyncio.Event()
    read = client.read

    async def held_up(*gets: Get) -> TxnAnswer:
        answer = await read(*gets)
        if gates:
            gate = gates.pop()
            asked.set()
            await gate.wait()
        return answer

    async def both() -> None:
        gate = gates[0]
        client.read = held_up  # type: ignore[method-assign]
        late = asyncio.ensure_future(store.ledger.read())
        await asked.wait()
        await store.ledger.stop("E", "op1")
        newer = await store.ledger.read()
        gate.set()
        older = await late
        assert (older.stops, [one.execution for one in newer.stops]) == ((), ["E"])
        await store.ledger.read()

    ledgers.loop.run(both())
