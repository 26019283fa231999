"""Whoever removes servers that the status page stands on is told so, by the guard `self`."""

import pytest

from tests.topology.status_page.regions import TEXT, region_of, state_of
from topology.command.grammar.syntax import Count, Remove
from topology.planning.guards.dependents.self_observation import PublisherTouched
from topology.planning.plan import Severity
from topology.planning.preview import preview


def touched(text: str, subsystem: str, count: int = 3) -> list[tuple[str, tuple[str, ...], Severity]]:
    plan = preview(state_of(region_of(text)), Remove(Count(count), (subsystem,)))
    return [
        (one.facts.target, one.facts.because, one.severity)
        for one in plan.findings
        if isinstance(one.facts, PublisherTouched)
    ]


@pytest.mark.parametrize(
    ("needs", "subsystem", "because"),
    [
        ("front", "front", ("front",)),
        ("lambda", "front", ("lambda", "front")),
        ("lambda", "index", ("lambda", "front", "index")),
        ("elsewhere", "index", None),
        ("lambda", "mail", None),
    ],
)
def test_that_a_target_that_needs_what_is_removed_is_a_caution(
    needs: str, subsystem: str, because: tuple[str, ...] | None
) -> None:
    found = touched(TEXT.replace('needs = ["elsewhere"]', f'needs = ["{needs}"]'), subsystem)
    assert found == ([] if because is None else [("there", because, Severity.CAUTION)])


def test_that_the_console_itself_is_one_of_them() -> None:
    text = TEXT.replace('hold = "1 min"', 'hold = "1 min"\nneeds = ["index"]')
    assert touched(text, "index") == [("", ("index",), Severity.CAUTION)]


def test_that_while_there_is_room_to_spare_it_is_a_note() -> None:
    text = TEXT.replace('needs = ["elsewhere"]', 'needs = ["front"]')
    assert touched(text, "front", count=1) == [("there", ("front",), Severity.NOTE)]
