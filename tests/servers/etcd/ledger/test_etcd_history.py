"""What is over does not stay for ever; and clocks are compared for as long as a console is there."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from console.words.findings.lowered import doubt_sentence
from tests.servers.etcd.cluster import Cluster, needs_etcd
from tests.servers.etcd.ledgers import EtcdLedgers, EtcdStore
from tests.topology.records.ledger.conftest import FLOORS, begun, wave_of
from tests.topology.records.ledger.test_ledger_people import ASKED
from topology.approval.request import ApprovalDecision, ApprovalRequest, ApprovalState, ApprovalWord
from topology.etcd.values import Get
from topology.records.clock import ManualClock
from topology.records.ledger.etcd.history import KEPT_S, PLAN_KEPT_S
from topology.records.ledger.etcd.time import LedgerTime
from topology.records.ledger.news import LedgerNews, LedgerWord
from topology.records.ledger.values import CommitAnswer, LedgerError, WaveKind

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
    assert store.read().doubts == ()
    ledgers.clock.leap(KEPT_S)
    (doubt,) = store.read().doubts
    assert "ahead of the other consoles'" in doubt_sentence(doubt)
    assert store.commit_wave(wave_of(store, lease)) is CommitAnswer.CLOCK_LEAPT
    assert store.clear_history() == 0
    store.acknowledge("ana", store.read().floors.revision, FLOORS, (), b"")
    assert store.read().doubts == ()
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


def keys_of(store: EtcdStore) -> list[str]:
    """Give all keys of a ledger but those that live by a lease of etcd's."""
    ledger = store.ledger
    found = store._loop.run(ledger._client.read(Get(ledger._keys.prefix, prefix=True))).found[0]
    return sorted(one.key for one in found if not one.lease)


def asking(command: str) -> ApprovalRequest:
    return replace(ASKED, command=command)


def busy_month(store: EtcdStore, month: int) -> None:
    """Let executions be begun and ended, servers taken and given back, approvals asked for and decided, floors acknowledged."""
    for number in range(6):
        execution, server = f"E{month}x{number}", f"index-{number}"
        lease = begun(store, execution)
        store.commit_wave(wave_of(store, lease, servers=(server,)))
        store.answer(f"{execution}.1", ((server, "done"),), (), False, ())
        store.settle(f"{execution}.1", None)
        back = wave_of(store, lease, number=2, servers=(server,), kind=WaveKind.GIVE_BACK, units=(), windows=())
        store.commit_wave(back)
        store.answer(f"{execution}.2", ((server, "done"),), (), False, ())
        store.stop(execution, "ana")
        store.release(lease, "finished")
        asked = store.ask_approval(asking(f"remove {number + 1} servers from index"), b"{}" * 1_000)
        word = (None, ApprovalWord.DECLINE, ApprovalWord.APPROVE, ApprovalWord.WITHDRAW)[number % 4]
        if word is not None:
            said = (ApprovalDecision("ben", word, "why", store.ledger._time.now()),)
            store.keep_approval(replace(asked, decisions=said, lasts_s=600.0))
        store.tell(LedgerWord("alarm", "ana", "s", b"{}"))
    store.acknowledge("ana", store.read().floors.revision, FLOORS, (), b"")


def test_that_what_a_ledger_keeps_does_not_grow_however_much_is_done(ledgers: EtcdLedgers):
    store = ledgers.one()
    busy_month(store, 0)
    kept = []
    for month in range(1, 4):
        ledgers.clock.time += KEPT_S / 2 + 3_600
        store.clear_history()
        ledgers.clock.time += KEPT_S / 2 + 3_600
        busy_month(store, month)
        store.clear_history()
        kept.append([key.rpartition("/")[0] for key in keys_of(store)])
    assert Counter(kept[0]) == Counter(kept[2])
    assert len(kept[0]) == len(kept[1]) == len(kept[2])
    ledgers.clock.time += KEPT_S + 3_600
    store.clear_history()
    rest = {key.removeprefix(store.ledger._keys.prefix).partition("/")[0] for key in keys_of(store)}
    assert rest == {"meta", "floors", "guards", "declared", "time", "turns", "leaving", "approvals-made"}


def test_that_the_plan_of_a_request_goes_a_day_after_its_end_and_no_request_that_waits_or_lives_loses_anything(
    ledgers: EtcdLedgers,
):
    store = ledgers.one()
    waits, declined, lives = (store.ask_approval(asking(f"remove {n} servers from index"), b"plan") for n in (1, 2, 3))
    now = store.ledger._time.now()
    store.keep_approval(replace(declined, decisions=(ApprovalDecision("ben", ApprovalWord.DECLINE, "no", now),)))
    approved = (ApprovalDecision("ben", ApprovalWord.APPROVE, "yes", now),)
    store.keep_approval(replace(lives, decisions=approved, lasts_s=40 * 86_400.0))
    ledgers.clock.time += PLAN_KEPT_S + 60
    store.clear_history()
    assert store.approval_plan(waits.number) == store.approval_plan(lives.number) == b"plan"
    assert store.approval(declined.number).state is ApprovalState.DECLINED
    with pytest.raises(LedgerError, match="there is no request"):
        store.approval_plan(declined.number)
    ledgers.clock.time += KEPT_S
    store.clear_history()
    assert [one.number for one in store.read().approvals] == [lives.number]
    assert store.approval_plan(lives.number) == b"plan"
    assert store.ask_approval(asking("remove 4 servers from index"), b"plan").number == 4, "no number comes again"


def test_that_news_are_what_ended_and_what_was_told_since_a_look_before_in_order(ledgers: EtcdLedgers):
    one, other = ledgers.one(), ledgers.one()
    first = other.news(0)
    for name in ("b", "a"):
        one.release(begun(one, name), "finished")
        one.tell(LedgerWord("alarm", "ana", "s1", name.encode()))
    begun(one, "runs")
    news = other.news(first.revision)
    assert [(kept.id, kept.outcome) for kept in news.ended] == [("b", "finished"), ("a", "finished")]
    assert [word.body for word in news.words] == [b"b", b"a"]
    assert other.news(news.revision) == LedgerNews(news.revision)
    assert other.news(0) == replace(news, revision=news.revision)
