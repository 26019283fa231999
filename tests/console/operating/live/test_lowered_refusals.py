"""A wave refused because of what nobody acknowledged: said whole on the screen, kept in the journal as facts."""

from contextlib import closing
from pathlib import Path

from console.operating.live.executing.account import kept_refusal
from console.operating.live.executing.executor import result_of
from topology.execution.journal_entries import Kind
from topology.fleet.lowered import GuardedBy, GuardNumber, MoreLowered, NumberLowered
from topology.links.protocol import Answer, Refusal, RefusalFacts, WaveOutcome
from topology.records.journal import Journal

LOWERED = NumberLowered(GuardNumber(GuardedBy.FLOOR, "index", "zone:az1"), 5, None)
REFUSAL = Refusal(
    "unknown",
    "nobody has acknowledged yet: 3 guards lower than was accepted",
    RefusalFacts(lowered=(LOWERED, MoreLowered(2))),
)


def reasons(refusal: Refusal) -> tuple[str, ...]:
    return result_of(WaveOutcome("w", (("n0", Answer.REFUSED),), (refusal,)), 0.0).reasons


def test_that_the_reason_names_what_the_region_only_counts() -> None:
    assert reasons(REFUSAL) == ("nobody has acknowledged yet: index floor in zone:az1 5 → none; and 2 more",)


def test_that_what_a_ledger_gives_again_without_facts_has_the_sentence_of_the_region() -> None:
    assert reasons(Refusal(REFUSAL.code, REFUSAL.message)) == (REFUSAL.message,)


def test_that_the_journal_keeps_what_was_not_acknowledged(tmp_path: Path) -> None:
    with closing(Journal.open(tmp_path)) as journal:
        written = journal.append(Kind.OUTCOME, "ana", details={"refusals": (kept_refusal(REFUSAL),)})
        entry = journal.entry(written.number)
    floor = {"by": "floor", "whose": "index", "scope": "zone:az1", "hours": 0.0}
    number = {"type": "number", "number": floor, "before": 5, "now": None}
    assert entry is not None
    assert list(entry.details["refusals"]) == [{"code": "unknown", "lowered": [number, {"type": "more", "count": 2}]}]
