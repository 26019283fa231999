"""The guard `too-few-match`: the command asks for more than there is, or names servers that cannot be moved."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from topology.command.grammar.syntax import Percent
from topology.planning.facts import FindingFacts, Words
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.guards.wording import servers, some
from topology.planning.plan import Finding, Severity
from topology.planning.selection.left_out import LeftOut

CODE = "too-few-match"
WORDS = Words("not that many servers match", "some servers cannot come back")
OF_AN_UNDO = Words("not all of its servers can leave", "some servers cannot leave")
"""For a removal that undoes a restore."""
MOST_NAMED = 10
"""Servers that the facts name; the rest is counted."""


class _TooFew(FindingFacts):
    __slots__ = ()
    words: ClassVar[Words] = WORDS

    def protects(self) -> str:
        """Say what is at stake."""
        return "what was meant"

    def satisfied_by(self) -> str:
        """Say what would do."""
        return "servers that match"


@dataclass(frozen=True, slots=True)
class LessThanOne(_TooFew):
    """A share of *matching* servers, as it was written, that comes to less than one of them."""

    kind: ClassVar[str] = "less-than-one"
    share: str
    matching: int

    def sentence(self) -> str:
        """Say of how many."""
        return f"{self.share} of {servers(self.matching)} is less than one server"


@dataclass(frozen=True, slots=True)
class MoreThanMatch(_TooFew):
    """More servers *wanted* than are *matching*."""

    kind: ClassVar[str] = "more-than-match"
    wanted: int
    matching: int

    def sentence(self) -> str:
        """Say how many there are."""
        matches = "matches" if self.matching == 1 else "match"
        return f"{servers(self.wanted)} asked for, {self.matching:,} {matches}"


@dataclass(frozen=True, slots=True)
class CannotBeMoved(_TooFew):
    """Servers that are named and cannot be moved: *count* of them, of which *left_out* are the first.

    *entry* is the journal entry of an undo, which goes on without them where others are left (*goes_on*).
    """

    kind: ClassVar[str] = "cannot-be-moved"
    removes: bool
    left_out: tuple[LeftOut, ...]
    count: int
    entry: int | None = None

    def sentence(self) -> str:
        """Say which, and what they are."""
        verb = "removed" if self.removes else "put back"
        names = some(tuple(map(str, self.left_out)), MOST_NAMED, count=self.count)
        if self.entry is None:
            return f"{servers(self.count)} cannot be {verb}: {names}"
        return f"{servers(self.count)} of entry {self.entry:,} cannot be {verb} and are left out: {names}"

    def satisfied_by(self) -> str:
        """Say what would do; nothing where the rest goes on without them."""
        return "servers that match" if self.entry is None else ""


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


GUARD = Guard(CODE, Severity.BLOCK, WORDS, order=40, held_at_act=False, ask=_ask)
