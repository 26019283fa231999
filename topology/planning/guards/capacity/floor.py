"""The guard `floor`: a scope would end below its floor, or is below it already and would lose more."""

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from topology.planning.facts import FindingFacts
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.plan import Effect, Finding, ScopeVerdict, Severity
from topology.region.learnt import Budget
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
    budgets = case.region.learnt.budgets
    # Of a command for all there are hundreds, at every key, and asking an enumeration for a member costs as much as a fact.
    block = Severity.BLOCK

    def tell(effects: list[Effect]) -> list[Finding]:
        return [
            Finding(
                CODE,
                block,
                FloorBroken(
                    one.subsystem,
                    one.scope,
                    one.in_service,
                    one.after,
                    one.pending,
                    one.floor,
                    most,
                    room if (room := one.in_service - one.pending - one.floor) > 0 else 0,
                    _budget_of(budgets, one) if budgets else "",
                ),
                one.subsystem,
                one.scope,
            )
            for one in effects
            if one.floor is not None
        ]

    return case.told(CODE, ScopeVerdict.BREAKS, most, tell)


def _budget_of(budgets: Mapping[str, Budget], effect: Effect) -> str:
    budget = budgets.get(effect.subsystem) if effect.scope.kind == "region" else None
    return budget.name if budget is not None and budget.floor == effect.floor else ""


GUARD = Guard(CODE, Severity.BLOCK, order=10, held_at_act=True, ask=_ask)
