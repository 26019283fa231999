"""Who is at a ledger, and the approvals in it: one operation after another, by several programs."""

import sqlite3
from dataclasses import replace

import pytest

from tests.topology.records.ledger.conftest import Ledgers, begun, wave_of
from topology.approval.envelope import ScopeEffect, envelope_of
from topology.approval.request import ApprovalRequest, ApprovalState, ApprovalWord, decided, used, withdrawn
from topology.records.ledger.colleagues import LARGEST_PLAN, PRESENCE_S, Presence
from topology.records.ledger.planned_work import PlannedWork
from topology.records.ledger.store import LedgerStore
from topology.records.ledger.values import CommitAnswer, KeptExecution, LedgerError

ENVELOPE = envelope_of(2, [ScopeEffect("index", "region", 2, 3)])
ASKED = ApprovalRequest("ana", "remove 2 servers from index", "digest", "why", ENVELOPE, ("impact",), lasts_s=60.0)


def approved(store: LedgerStore, execution: str = "") -> ApprovalRequest:
    """Ask, let ben approve, and use it."""
    found = store.keep_approval(decided(store.ask_approval(ASKED, b"{}"), "ben", ApprovalWord.APPROVE, "fine", 0.0))
    assert found is not None
    if execution:
        found = store.keep_approval(used(found, execution))
    assert found is not None
    return found


def test_that_everybody_sees_who_is_there_until_they_leave_or_fall_silent(ledgers: Ledgers):
    store, other = ledgers.one(), ledgers.one()
    store.appear(Presence("s1", "ana", "h1", "remove 2 servers from index", 2, ("index",)))
    other.appear(Presence("s2", "ben"))
    assert [(one.operator, one.servers) for one in other.read().presences] == [("ana", 2), ("ben", 0)]
    other.leave("s2")
    assert [one.operator for one in store.read().presences] == ["ana"]
    ledgers.clock.time += PRESENCE_S + 1
    assert other.read().presences == ()


def test_that_a_presence_changes_nothing_that_acts_are_judged_by(ledgers: Ledgers):
    store = ledgers.one()
    before = store.read().revision
    store.appear(Presence("s1", "ana"))
    assert store.read().revision == before


def test_that_a_request_has_a_number_its_whole_plan_and_outlives_its_approval(ledgers: Ledgers):
    store, other = ledgers.one(), ledgers.one()
    first, second = store.ask_approval(ASKED, b"one"), other.ask_approval(ASKED, b"two")
    assert (first.number, second.number, first.version) == (1, 2, 1)
    assert (other.approval_plan(1), store.approval_plan(2)) == (b"one", b"two")
    with pytest.raises(LedgerError, match="there is no request 3"):
        store.approval_plan(3)
    store.keep_approval(decided(first, "ben", ApprovalWord.APPROVE, "fine", 0.0))
    ledgers.clock.time += 61
    kept = other.approval(1)
    assert kept is not None
    assert (kept.state, kept.living, kept.request.decisions[0].reason) == (ApprovalState.EXPIRED, None, "fine")


def test_that_the_time_of_an_approval_runs_from_when_it_was_given(ledgers: Ledgers):
    store = ledgers.one()
    request = store.ask_approval(ASKED, b"{}")
    ledgers.clock.time += 3600
    assert store.read().approvals[0].remaining_s is None
    found = store.keep_approval(decided(request, "ben", ApprovalWord.APPROVE, "fine", 0.0))
    ledgers.clock.time += 20
    store.keep_approval(used(found, "E"))
    assert store.read().approvals[0].remaining_s == pytest.approx(40.0)
    ledgers.clock.leap(-1000)
    assert store.read().approvals[0].remaining_s == pytest.approx(40.0)


def test_that_of_two_who_decide_at_once_one_has_to_look_again(ledgers: Ledgers):
    store, other = ledgers.one(), ledgers.one()
    request = store.ask_approval(ASKED, b"{}")
    assert other.keep_approval(decided(request, "kim", ApprovalWord.DECLINE, "no", 0.0)) is not None
    assert store.keep_approval(decided(request, "ben", ApprovalWord.APPROVE, "fine", 0.0)) is None
    assert store.read().approvals[0].state is ApprovalState.DECLINED


def test_that_a_plan_too_large_to_be_asked_about_is_refused(ledgers: Ledgers):
    with pytest.raises(LedgerError, match="ask for less at once"):
        ledgers.one().ask_approval(ASKED, b"x" * (LARGEST_PLAN + 1))


def test_that_no_wave_is_written_by_an_approval_that_was_withdrawn_since_it_was_read(ledgers: Ledgers):
    store, other = ledgers.one(), ledgers.one()
    lease = begun(store)
    request = approved(store, "E")
    first = replace(wave_of(store, lease), approvals=((request.number, request.version),))
    assert store.commit_wave(first) is CommitAnswer.COMMITTED
    second = wave_of(store, lease, 2, ("n3",))
    second = replace(second, approvals=((request.number, request.version),))
    assert other.keep_approval(withdrawn(request, "ben", "not now", 0.0)) is not None
    assert store.commit_wave(second) is CommitAnswer.APPROVAL_CHANGED
    assert [wave.id for wave in store.read().unanswered] == ["E.1"]


def test_that_no_wave_is_written_by_an_approval_that_ran_out_or_is_of_another_execution(ledgers: Ledgers):
    store = ledgers.one()
    lease = begun(store)
    request = approved(store, "F")
    commit = replace(wave_of(store, lease), approvals=((request.number, request.version),))
    assert store.commit_wave(commit) is CommitAnswer.APPROVAL_CHANGED
    request = approved(store, "E")
    commit = replace(wave_of(store, lease), approvals=((request.number, request.version),))
    ledgers.clock.time += 61
    assert store.commit_wave(commit) is CommitAnswer.APPROVAL_CHANGED


def test_that_what_an_execution_is_about_is_there_for_whoever_takes_it_over(ledgers: Ledgers):
    store, other = ledgers.one(), ledgers.one()
    work = PlannedWork("remove", tuple(f"index-{at * 2654435761 % 2**32:08x}" for at in range(300_000)), 4, ("index",))
    store.begin(KeptExecution("E", "digest", "remove 300000 servers from index", len(work.servers), "ana"), work)
    store.begin(KeptExecution("F", "digest", "remove 2 servers from index", 2, "ana"))
    assert other.planned("E") == work
    assert (other.planned("F"), other.planned("G")) == (None, None)


def test_that_a_ledger_of_the_format_before_learns_of_approvals_and_keeps_what_it_held(ledgers: Ledgers):
    store = ledgers.one()
    store.commit_wave(wave_of(store, begun(store)))
    store.close()
    with sqlite3.connect(ledgers.path) as database:
        database.executescript("DROP TABLE presence; DROP TABLE approval_request; PRAGMA user_version = 1;")
    database.close()
    again = ledgers.one()
    assert again.ask_approval(ASKED, b"{}").number == 1
    assert [wave.id for wave in again.read().unanswered] == ["E.1"]
