"""What a plan is of besides its command."""

from dataclasses import dataclass

from console.words.plan_about import about_plan, deed_on_button
from topology.planning.plan import Plan, Verdict

UNDO = Plan("undo 6", "restore", 7, Verdict.CLEAR, ("a", "b"), (), (), (), None, (), "d" * 64, undoes=6)


@dataclass(frozen=True)
class Line:
    number: int
    command: str


def test_that_an_undo_says_what_it_gives_back() -> None:
    entries = (Line(5, "remove 1 server from index"), Line(6, "remove 48 servers from billing"))
    assert about_plan(UNDO, None, entries) == "gives back what entry 6 took: remove 48 servers from billing"  # type: ignore[arg-type]
    assert about_plan(UNDO, None, ()) == "gives back what entry 6 took"
    assert about_plan(None, None, ()) == ""


def test_that_the_button_says_verb_and_number() -> None:
    assert deed_on_button(UNDO) == "Restore 2 servers"
