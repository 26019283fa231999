"""The guard `self`: an observer depends on what is being removed, so it may go dark with it: a note while there is room.

The targets of the status page are observers too, and so is this console where the description says what it needs.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import ClassVar

from topology.graph.grounds import needs_of_page
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


@dataclass(frozen=True, slots=True)
class PublisherTouched(FindingFacts):
    """A target of the status page (empty: this console) and the path from what it needs to what loses servers."""

    kind: ClassVar[str] = "self-page"
    target: str
    because: tuple[str, ...]


def _ask(case: Case) -> Iterator[Finding]:
    losing = frozenset(case.shift.servers) if case.removes else frozenset[int]()
    observers = set(case.graph.observers_of(losing))
    # What keeps room to spare loses a server without anybody noticing; a caution for it would teach to pass over cautions.
    scarce = losing & case.scarce if observers or case.state.region.status_page else frozenset[int]()
    if observers:
        told = yield from _of(case, scarce, observers, Severity.CAUTION)
        if losing - scarce:
            yield from _of(case, losing, observers - told, Severity.NOTE)
    published = yield from _publishers(case, scarce, frozenset(), Severity.CAUTION)
    yield from _publishers(case, losing, published, Severity.NOTE)


def _publishers(
    case: Case, losing: frozenset[int], told: frozenset[str], severity: Severity
) -> Generator[Finding, None, frozenset[str]]:
    """Say which of those that publish the status page stand on what is *losing*, but for those *told*; gives them."""
    policy = case.state.region.status_page
    if policy is None or not losing:
        return told
    names, found = case.graph.names, set(told)
    paths: dict[str, tuple[str, ...]] = {names[number]: (names[number],) for number in sorted(losing)}
    for reach in case.graph.impacted(losing):
        path = tuple(names[number] for number in reach.path)
        paths.setdefault(path[0], path)
    for target, needs in needs_of_page(policy):
        ways = [paths[need] for need in needs if need in paths]
        if ways and target not in told:
            way = min(ways, key=lambda path: (len(path), path))
            found.add(target)
            yield Finding(CODE, severity, PublisherTouched(target, way), way[0])
    return frozenset(found)


def _of(
    case: Case, losing: frozenset[int], observers: set[int], severity: Severity
) -> Generator[Finding, None, set[int]]:
    """Say which of *observers* see through what is *losing*; gives them."""
    told = set(observers & losing)
    for number in sorted(told):
        yield _finding((case.graph.names[number],), severity)
    for reach in case.graph.impacted(losing) if losing else ():
        if reach.node in observers - told:
            told.add(reach.node)
            yield _finding(tuple(case.graph.names[number] for number in reach.path), severity)
    return told


def _finding(path: tuple[str, ...], severity: Severity) -> Finding:
    return Finding(CODE, severity, ObserverTouched(path[0], path), path[0])


GUARD = Guard(CODE, Severity.CAUTION, order=140, held_at_act=False, ask=_ask)
