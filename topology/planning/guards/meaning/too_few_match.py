"""The guard `too-few-match`: the command asks for more than there is, or names servers that cannot be moved."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from topology.command.grammar.syntax import Percent
from topology.planning.facts import FindingFacts
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.plan import Finding, Severity
from topology.planning.selection.left_out import LeftOut

CODE = "too-few-match"
MOST_NAMED = 10
"""Servers that the facts name; the rest is counted."""


@dataclass(frozen=True, slots=True)
class LessThanOne(FindingFacts):
    """A share of *matching* servers, as it was written, that comes to less than one of them."""

    kind: ClassVar[str] = "less-than-one"
    share: str
    matching: int


@dataclass(frozen=True, slots=True)
class MoreThanMatch(FindingFacts):
    """More servers *wanted* than are *matching*."""

    kind: ClassVar[str] = "more-than-match"
    wanted: int
    matching: int


@dataclass(frozen=True, slots=True)
class CannotBeMoved(FindingFacts):
    """Servers that are named and cannot be moved: *count* of them, of which *left_out* are the first.

    *entry* is the journal entry of an undo, which goes on without them where others are left (*goes_on*).
    """

    kind: ClassVar[str] = "cannot-be-moved"
    removes: bool
    left_out: tuple[LeftOut, ...]
    count: int
    entry: int | None = None


def _ask(case: Case) -> Iterator[Finding]:
    selection, choice, undoes = case.intent.selection, case.choice, case.intent.undoes
    if selection is not None and isinstance(selection.quantity, Percent) and choice.matching and not choice.wanted:
        yield Finding(CODE, Severity.BLOCK, LessThanOne(str(selection.quantity), choice.matching))
    elif selection is not None and choice.matching and choice.wanted > choice.matching:
        yield Finding(CODE, Severity.BLOCK, MoreThanMatch(choice.wanted, choice.matching))
    if choice.missing and (undoes is None or choice.matching):
        named = choice.missing[:MOST_NAMED]
        severity = Severity.BLOCK if undoes is None else Severity.CAUTION
        yield Finding(CODE, severity, CannotBeMoved(case.removes, named, len(choice.missing), undoes))


GUARD = Guard(CODE, Severity.BLOCK, order=40, held_at_act=False, ask=_ask)
