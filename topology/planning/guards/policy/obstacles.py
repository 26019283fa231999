"""The guard `obstacle`: things on the servers that would be lost, that hold a server up, or for which its source refuses."""

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from topology.fleet.obstacles import Obstacle, ObstacleKind
from topology.planning.facts import FindingFacts
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.plan import Finding, Severity

CODE = "obstacle"
MOST_NAMED = 3
_SEVERITY = {
    ObstacleKind.STAYS: Severity.NOTE,
    ObstacleKind.LEAVING: Severity.NOTE,
    ObstacleKind.HELD: Severity.CAUTION,
    ObstacleKind.SCRATCH: Severity.CAUTION,
    ObstacleKind.UNHEALTHY: Severity.CAUTION,
    ObstacleKind.UNOWNED: Severity.BLOCK,
    ObstacleKind.CONTESTED: Severity.BLOCK,
}


class InTheWay(FindingFacts, msgspec.Struct, frozen=True):
    """*count* things of one kind on *servers* of the plan's servers, the first of them by *names*."""

    kind: ClassVar[str] = CODE
    what: ObstacleKind
    count: int
    servers: int
    names: tuple[str, ...]
    more: str = ""


def _ask(case: Case) -> Iterator[Finding]:
    if not case.removes or not case.state.obstacles:
        return
    names = case.region.roster.names
    by_kind: dict[ObstacleKind, list[Obstacle]] = {}
    for server in case.choice.servers:
        for obstacle in case.state.obstacles.get(names[server], ()):
            by_kind.setdefault(obstacle.kind, []).append(obstacle)
    for kind in ObstacleKind:
        if found := by_kind.get(kind):
            named = tuple(one.name for one in found[:MOST_NAMED])
            facts = InTheWay(kind, sum(one.count for one in found), len(found), named, found[0].more)
            yield Finding(CODE, _SEVERITY[kind], facts)


GUARD = Guard(CODE, Severity.BLOCK, order=147, held_at_act=False, ask=_ask)
