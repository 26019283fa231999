"""The guard `protected`: the command takes servers, or takes from a subsystem, that no command may take."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from topology.planning.facts import FindingFacts
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.plan import Finding, Severity
from topology.planning.selection.classes import classes_of

CODE = "protected"
MOST_NAMED = 10
"""Servers that the facts name; the rest is counted."""


@dataclass(frozen=True, slots=True)
class ProtectedServers(FindingFacts):
    """Protected servers among those chosen: *count* of them, of which *servers* are the first."""

    kind: ClassVar[str] = "protected-servers"
    servers: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class ProtectedSubsystem(FindingFacts):
    """A protected subsystem that would lose servers."""

    kind: ClassVar[str] = "protected-subsystem"
    subsystem: str


def _ask(case: Case) -> Iterator[Finding]:
    roster, found = case.region.roster, []
    if classes_of(case.state.fleet).is_protected:
        chosen = case.choice.servers[case.choice.kept :]
        found = chosen[roster.protected[chosen]].tolist()
    if found:
        names = tuple(roster.names[server] for server in found[:MOST_NAMED])
        yield Finding(CODE, case.weight, ProtectedServers(names, len(found)))
    for effect in case.whole:
        name = effect.subsystem
        if effect.leaving and case.region.subsystem(name).protected:
            yield Finding(CODE, case.weight, ProtectedSubsystem(name), name)


GUARD = Guard(CODE, Severity.BLOCK, order=60, held_at_act=True, ask=_ask)
