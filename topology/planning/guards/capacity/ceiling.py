"""The guard `ceiling`: a restore would take a subsystem above its ceiling, as if nothing that is still to leave did leave."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from topology.planning.facts import FindingFacts
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.plan import Finding, Severity

CODE = "ceiling"


@dataclass(frozen=True, slots=True)
class AboveCeiling(FindingFacts):
    """A subsystem that would end above its *ceiling*, in units."""

    kind: ClassVar[str] = CODE
    subsystem: str
    in_service: int
    gained: int
    ceiling: int


def _ask(case: Case) -> Iterator[Finding]:
    for effect in case.effects:
        most, gained = case.region.subsystem(effect.subsystem).ceiling, -effect.leaving
        if most is None or effect.scope.kind != "region" or gained <= 0 or effect.in_service + gained <= most:
            continue
        facts = AboveCeiling(effect.subsystem, effect.in_service, gained, most)
        yield Finding(CODE, Severity.BLOCK, facts, effect.subsystem)


GUARD = Guard(CODE, Severity.BLOCK, order=80, held_at_act=True, ask=_ask)
