"""The guard `self`: an observer depends on what is being removed, so it may go dark together with what it reports on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from topology.planning.facts import FindingFacts
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.plan import Finding, Severity

CODE = "self"


@dataclass(frozen=True, slots=True)
class ObserverTouched(FindingFacts):
    """An observer and the path from itself to what loses servers; just itself where it loses servers."""

    kind: ClassVar[str] = CODE
    observer: str
    because: tuple[str, ...]


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


GUARD = Guard(CODE, Severity.CAUTION, order=140, held_at_act=False, ask=_ask)
