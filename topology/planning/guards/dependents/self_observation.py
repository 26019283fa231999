"""The guard `self`: an observer depends on what is being removed, so it may go dark together with what it reports on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from topology.planning.facts import FindingFacts, Words
from topology.planning.guards.case import Case
from topology.planning.guards.dependents.impact import reason
from topology.planning.guards.guard import Guard
from topology.planning.plan import Finding, Severity

CODE = "self"
WORDS = Words(cautions="an observer or this console depends on it")


@dataclass(frozen=True, slots=True)
class ObserverTouched(FindingFacts):
    """An observer and the path from itself to what loses servers; just itself where it loses servers."""

    kind: ClassVar[str] = CODE
    words: ClassVar[Words] = WORDS
    observer: str
    because: tuple[str, ...]

    def sentence(self) -> str:
        """Say why it may go dark."""
        if len(self.because) == 1:
            return f"{self.observer} is an observer, and loses servers itself"
        return f"{self.observer} is an observer and depends on what is being removed: {reason(self.because)}"

    def protects(self) -> str:
        """Say who."""
        return "those who depend on it"

    def satisfied_by(self) -> str:
        """Say what would do."""
        return "fewer servers"


def _ask(case: Case) -> Iterator[Finding]:
    losing = frozenset(case.shift.servers) if case.removes else frozenset[int]()
    observers = set(case.graph.observers_of(losing))
    for number in sorted(observers & losing):
        yield _finding((case.graph.names[number],))
    for reach in case.graph.impacted(losing):
        if reach.node in observers - losing:
            yield _finding(tuple(case.graph.names[number] for number in reach.path))


def _finding(path: tuple[str, ...]) -> Finding:
    return Finding(CODE, Severity.CAUTION, ObserverTouched(path[0], path), path[0])


GUARD = Guard(CODE, Severity.CAUTION, WORDS, order=140, held_at_act=False, ask=_ask)
