"""Whatever several programs say about approvals, in whatever order: once one is withdrawn, no wave that rests on it is written."""

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from tests.topology.records.ledger.conftest import Ledgers, begun, wave_of
from topology.approval.envelope import ScopeEffect, envelope_of
from topology.approval.request import ApprovalError, ApprovalRequest, ApprovalWord, decided, used, withdrawn
from topology.records.ledger.values import CommitAnswer

ENVELOPE = envelope_of(9, [ScopeEffect("index", "region", 9)])
ACTS = st.sampled_from(("look", "approve", "use", "withdraw", "commit", "commit", "time"))


@example([("commit", 0), ("withdraw", 1), ("commit", 0)])
@example([("withdraw", 0), ("commit", 0)])
@example([("time", 0), ("time", 0), ("time", 0), ("commit", 0)])
@given(st.lists(st.tuples(ACTS, st.integers(0, 1)), max_size=14))
def test_that_no_wave_is_written_by_an_approval_that_does_not_live(acts: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ledgers = Ledgers(Path(folder) / "ledger.db")
        try:
            play(ledgers, acts)
        finally:
            ledgers.close()


def play(ledgers: Ledgers, acts: list[tuple[str, int]]) -> None:
    """Let two programs act, each on what it read last, however old that is."""
    stores = [ledgers.one(), ledgers.one()]
    lease = begun(stores[0])
    request = ApprovalRequest("ana", "c", "d", "why", ENVELOPE, ("impact",), lasts_s=60.0)
    asked = stores[0].ask_approval(request, b"{}")
    approved = stores[1].keep_approval(after("approve", asked))
    assert approved is not None
    now = stores[0].keep_approval(after("use", approved))
    assert now is not None
    seen = [now, now]
    number, given_at, withdrawn_for_good, waves = now.number, ledgers.clock.time, False, 0
    for act, at in acts:
        store = stores[at]
        if act == "time":
            ledgers.clock.time += 25
        elif act == "look":
            kept = store.approval(number)
            assert kept is not None
            seen[at] = kept.request
        elif act == "commit":
            waves += 1
            commit = wave_of(stores[0], lease, waves, (f"n{waves}",))
            commit = replace(commit, approvals=((number, seen[0].version),))
            if stores[0].commit_wave(commit) is CommitAnswer.COMMITTED:
                assert not withdrawn_for_good
                assert ledgers.clock.time - given_at < 60.0
        else:
            try:
                changed = after(act, seen[at])
            except ApprovalError:
                continue
            found = store.keep_approval(changed)
            if found is None:
                continue
            seen[at] = found
            withdrawn_for_good = withdrawn_for_good or act == "withdraw"


def after(act: str, request: ApprovalRequest) -> ApprovalRequest:
    """Give what a program would write."""
    if act == "use":
        return used(request, "E")
    if act == "withdraw":
        return withdrawn(request, "ana", "no", 0.0)
    word = ApprovalWord.APPROVE if act == "approve" else ApprovalWord.DECLINE
    return decided(request, "ben", word, "so", 0.0)
