"""What is over does not stay for ever; and clocks are compared for as long as a console is there."""

from collections.abc import Iterator

import pytest

from tests.servers.etcd.cluster import Cluster, needs_etcd
from tests.servers.etcd.ledgers import EtcdLedgers
from tests.topology.records.ledger.conftest import FLOORS, begun, wave_of
from topology.records.clock import ManualClock
from topology.records.ledger.etcd.history import KEPT_S
from topology.records.ledger.etcd.time import LedgerTime
from topology.records.ledger.values import CommitAnswer

pytestmark = needs_etcd()


@pytest.fixture
def ledgers(cluster: Cluster, prefix: str) -> Iterator[EtcdLedgers]:
    found = EtcdLedgers(cluster, prefix)
    yield found
    found.close()


def test_that_executions_that_ended_long_ago_are_cleared_with_their_waves_and_nothing_else(ledgers: EtcdLedgers):
    store = ledgers.one()
    for execution in ("old", "runs"):
        lease = begun(store, execution)
        store.commit_wave(wave_of(store, lease, servers=(f"{execution}-1",)))
        store.answer(f"{execution}.1", ((f"{execution}-1", "done"),), (), False, ())
        store.stop(execution, "ana")
        if execution == "old":
            store.release(lease, "finished")
    assert store.clear_history() == 0
    ledgers.clock.time += KEPT_S - 10
    store.release(begun(store, "late"), "finished")
    assert store.clear_history() == 0
    ledgers.clock.time += 20
    assert store.clear_history() == 1
    assert (store.execution("old"), store.wave("old.1"), store.waves("old")) == (None, None, ())
    assert store.execution("late").outcome == "finished"
    assert [wave.id for wave in store.waves("runs")] == ["runs.1"]
    assert [stop.execution for stop in store.read().stops] == ["runs"]
    assert set(store.taken()) == {"old-1", "runs-1"}


def test_that_a_clock_that_is_set_while_a_console_is_there_is_told_and_holds_up_what_leaves(ledgers: EtcdLedgers):
    store = ledgers.one()
    lease = begun(store)
    ledgers.clock.leap(65.0)
    assert store.read().doubt == ""
    ledgers.clock.leap(KEPT_S)
    assert "ahead of the other consoles'" in store.read().doubt
    assert store.commit_wave(wave_of(store, lease)) is CommitAnswer.CLOCK_LEAPT
    assert store.clear_history() == 0
    store.acknowledge("ana", store.read().floors.revision, FLOORS, (), b"")
    assert store.read().doubt == ""
    assert store.commit_wave(wave_of(store, lease)) is CommitAnswer.COMMITTED


def test_that_a_clock_is_compared_with_the_ledgers_time_at_every_moment():
    clock = ManualClock(1_000.0)
    time = LedgerTime(clock, clock.elapsed)
    time.begin(9_000.0)
    assert (time.now(), time.skew_s) == (9_000.0, 0.0)
    clock.leap(-100.0)
    assert time.skew_s == -8_100.0
    time.accept()
    clock.time += 50_000.0
    assert time.skew_s == 0.0
