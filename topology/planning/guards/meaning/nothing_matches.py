"""The guard `nothing-matches`: no server at all is meant, which is never taken for all of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from topology.planning.facts import FindingFacts
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.plan import Finding, Severity
from topology.planning.selection.left_out import LeftOut

CODE = "nothing-matches"
MOST_NAMED = 10
"""Servers that the facts name; the rest is counted."""


@dataclass(frozen=True, slots=True)
class NoneSelected(FindingFacts):
    """A selection of *subsystems*, *places* and a condition *where* (empty: none) that meets no server."""

    kind: ClassVar[str] = "nothing-selected"
    removes: bool
    subsystems: tuple[str, ...]
    places: tuple[str, ...]
    where: str


@dataclass(frozen=True, slots=True)
class NothingToUndo(FindingFacts):
    """A journal *entry* of which no server can be moved back; *left_out* are the first of *count*."""

    kind: ClassVar[str] = "nothing-to-undo"
    entry: int
    removes: bool
    left_out: tuple[LeftOut, ...]
    count: int


def _ask(case: Case) -> Iterator[Finding]:
    selection, choice = case.intent.selection, case.choice
    if choice.matching:
        return
    facts: FindingFacts
    if selection is not None:
        where = "" if selection.where is None else str(selection.where)
        facts = NoneSelected(case.removes, selection.subsystems, tuple(map(str, selection.places)), where)
    elif case.intent.undoes is not None:
        named = choice.missing[:MOST_NAMED]
        facts = NothingToUndo(case.intent.undoes, case.removes, named, len(choice.missing))
    else:
        return
    yield Finding(CODE, Severity.BLOCK, facts)


GUARD = Guard(CODE, Severity.BLOCK, order=30, held_at_act=True, ask=_ask)
