"""The guard `floor`: a scope would end below its floor, or is below it already and would lose more."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from topology.planning.facts import FindingFacts
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.plan import Effect, Finding, ScopeVerdict, Severity
from topology.region.scope import Scope

CODE = "floor"


@dataclass(frozen=True, slots=True)
class FloorBroken(FindingFacts):
    """A scope that would end below its floor, in units.

    *most* is the largest count of the same command that fits, None where no smaller count is known to; *room* is what
    the scope itself can give.
    """

    kind: ClassVar[str] = CODE
    subsystem: str
    scope: Scope
    in_service: int
    after: int
    pending: int
    floor: int
    most: int | None
    room: int

    @property
    def below(self) -> int:
        """Units that would be missing."""
        return self.floor - self.after


def _ask(case: Case) -> Iterator[Finding]:
    safe = case.choice.safe
    most = safe if safe is not None and safe < len(case.choice.servers) else None
    for effect in case.effects:
        if effect.verdict is ScopeVerdict.BREAKS and effect.floor is not None:
            yield Finding(CODE, Severity.BLOCK, _broken(effect, effect.floor, most), effect.subsystem, effect.scope)


def _broken(effect: Effect, floor: int, most: int | None) -> FloorBroken:
    room = max(0, effect.in_service - effect.pending - floor)
    return FloorBroken(
        effect.subsystem, effect.scope, effect.in_service, effect.after, effect.pending, floor, most, room
    )


GUARD = Guard(CODE, Severity.BLOCK, order=10, held_at_act=True, ask=_ask)
