"""The objection `effort`: a plan with cautions is confirmed by typing how many servers it takes."""

from dataclasses import dataclass
from typing import ClassVar

from topology.planning.facts import FindingFacts
from topology.planning.guards.guard import Guard
from topology.planning.plan import Finding, Severity

CODE = "effort"


@dataclass(frozen=True, slots=True)
class CountNotTyped(FindingFacts):
    """A plan for so many *servers* that was confirmed with one key."""

    kind: ClassVar[str] = CODE
    servers: int


def objection(servers: int) -> Finding:
    """Object to a plan for so many *servers*."""
    return Finding(CODE, Severity.BLOCK, CountNotTyped(servers))


GUARD = Guard(CODE, Severity.BLOCK, order=75, held_at_act=False, ask=None)
