"""A number under the word "now" is of now; the end of a running execution stands beside it with an arrow."""

from dataclasses import replace

import pytest

from console.panels.fleet_map.words import legend
from console.panels.topology.cards.readings import NodeReading
from console.panels.topology.cards.words import state_text
from console.words.plan import row_below, row_sentence
from console.words.plan_rows import HeadroomRow, calm_rows
from topology.fleet_map.marks import CellMark, ColourBy
from topology.planning.plan import ScopeVerdict

LEAVING = HeadroomRow("placement", "Placement", 900, 1000, 870, 0, ScopeVerdict.TIGHT, pending=30)


def test_that_what_runs_takes_nothing_from_the_numbers_of_now() -> None:
    (row,) = calm_rows((LEAVING,))
    assert (row.after, row.headroom, row.ends, row.ends_with) == (900, 30, 870, 0)
    assert row.verdict is ScopeVerdict.TIGHT
    assert row_below(row) == "tight · → 870 · 0 when done"
    assert "870 when the running execution is done" in row_sentence(row)


def test_that_beside_a_plan_the_numbers_are_of_the_end() -> None:
    (row,) = calm_rows((LEAVING,), now=False)
    assert (row.after, row.headroom, row.ends) == (870, 0, None)


def test_that_a_subsystem_that_nothing_leaves_has_one_number() -> None:
    (row,) = calm_rows((HeadroomRow("billing", "Billing", 420, 420, 60, 360, ScopeVerdict.HOLDS),))
    assert (row.after, row.headroom, row.ends) == (420, 360, None)
    assert row_below(row) == ""


@pytest.mark.parametrize(("pending", "said"), [(30, "at its floor when done: tight"), (0, "at its floor: tight")])
def test_that_a_card_says_when_its_headroom_is_that_of_the_end(pending: int, said: str) -> None:
    reading = NodeReading(
        "placement", "Placement", in_service=900, declared=1000, floor=870, headroom=0, verdict=ScopeVerdict.TIGHT
    )
    assert state_text(replace(reading, pending=pending))[0] == said


class Counted:
    """What the map shows, by how many."""

    groups = ()
    by = ColourBy.PLAN
    lit = ""

    def __init__(self, *counts: tuple[CellMark, int]) -> None:
        self._counts = counts

    def counted(self) -> tuple[tuple[CellMark, int], ...]:
        return self._counts


def test_that_the_map_says_that_those_beside_the_leaving_stay() -> None:
    going = Counted((CellMark.IN_SERVICE, 14_052), (CellMark.PENDING, 43))
    assert [text for _, text in legend(going, gives_back=False)] == ["14,052 stay in service", "43 about to leave"]
    calm = Counted((CellMark.IN_SERVICE, 14_095))
    assert [text for _, text in legend(calm, gives_back=False)] == ["14,095 in service"]
