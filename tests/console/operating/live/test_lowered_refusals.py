"""A wave refused because of what nobody acknowledged: said whole on the screen, kept in the journal as facts."""

from contextlib import closing
from pathlib import Path

from console.operating.live.executing.account import kept_refusal
from console.operating.live.executing.executor import result_of
from topology.execution.journal_entries import Kind
from topology.fleet.lowered import GuardedBy, GuardNumber, MoreLowered, NumberLowered
from topology.links.protocol import Answer, WaveOutcome
from topology.records.journal import Journal
from topology.refusals.at_act import NotAcknowledged
from topology.refusals.refusal import Refusal, kept_as_text, read_kept

LOWERED = NumberLowered(GuardNumber(GuardedBy.FLOOR, "index", "zone:az1"), 5, None)
REFUSAL = Refusal("unknown", NotAcknowledged((LOWERED, MoreLowered(2))))


def reasons(refusal: Refusal) -> tuple[str, ...]:
    return result_of(WaveOutcome("w", (("n0", Answer.REFUSED),), (refusal,)), 0.0).reasons


def test_that_the_reason_names_what_the_region_only_counts() -> None:
    assert reasons(REFUSAL) == ("nobody has acknowledged yet: index floor in zone:az1 5 → none; and 2 more",)


def test_that_what_a_ledger_gives_again_is_said_as_it_was_the_first_time() -> None:
    (again,) = read_kept(kept_as_text([REFUSAL]))
    assert again == REFUSAL
    assert reasons(again) == reasons(REFUSAL)


def test_that_what_an_earlier_version_kept_has_the_sentence_of_then() -> None:
    (again,) = read_kept([("unknown", "nobody has acknowledged yet: 3 guards lower than was accepted")])
    assert reasons(again) == ("nobody has acknowledged yet: 3 guards lower than was accepted",)


def test_that_the_journal_keeps_what_was_not_acknowledged(tmp_path: Path) -> None:
    with closing(Journal.open(tmp_path)) as journal:
        written = journal.append(Kind.OUTCOME, "ana", details={"refusals": (kept_refusal(REFUSAL),)})
        entry = journal.entry(written.number)
    floor = {"by": "floor", "whose": "index", "scope": "zone:az1", "hours": 0.0}
    number = {"type": "number", "number": floor, "before": 5, "now": None}
    assert entry is not None
    assert list(entry.details["refusals"]) == [
        {"code": "unknown", "kind": "lowered", "lowered": [number, {"type": "more", "count": 2}]}
    ]
