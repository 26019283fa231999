"""The guard `floor`: a scope would end below its floor, or is below it already and would lose more."""

from typing import ClassVar

import msgspec

from topology.planning.facts import FindingFacts
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.plan import Effect, Finding, ScopeVerdict, Severity
from topology.region.scope import Scope

CODE = "floor"


class FloorBroken(FindingFacts, msgspec.Struct, frozen=True, gc=False):
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
    budget: str = ""
    """The source's own budget, where that is what sets the floor."""

    @property
    def below(self) -> int:
        """Units that would be missing."""
        return self.floor - self.after


def _ask(case: Case) -> list[Finding]:
    safe = case.choice.safe
    most = safe if safe is not None and safe < len(case.choice.servers) else None
    return [
        Finding(
            CODE,
            Severity.BLOCK,
            _broken(effect, effect.floor, most, _budget_of(case, effect)),
            effect.subsystem,
            effect.scope,
        )
        for effect in case.ending(ScopeVerdict.BREAKS)
        if effect.floor is not None
    ]


def _budget_of(case: Case, effect: Effect) -> str:
    budget = case.region.learnt.budgets.get(effect.subsystem) if effect.scope.kind == "region" else None
    return budget.name if budget is not None and budget.floor == effect.floor else ""


def _broken(effect: Effect, floor: int, most: int | None, budget: str) -> FloorBroken:
    in_service, pending = effect.in_service, effect.pending
    room = max(0, in_service - pending - floor)
    return FloorBroken(effect.subsystem, effect.scope, in_service, effect.after, pending, floor, most, room, budget)


GUARD = Guard(CODE, Severity.BLOCK, order=10, held_at_act=True, ask=_ask)
