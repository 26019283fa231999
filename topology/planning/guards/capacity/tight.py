"""The guard `tight`: a scope that loses servers ends with little headroom."""

from typing import ClassVar

import msgspec

from topology.planning.facts import FindingFacts
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.plan import Effect, Finding, ScopeVerdict, Severity
from topology.region.scope import Scope

CODE = "tight"


class EndsTight(FindingFacts, msgspec.Struct, frozen=True, gc=False):
    """A scope that ends with less than *percent* of its floor above it, in units."""

    kind: ClassVar[str] = CODE
    subsystem: str
    scope: Scope
    in_service: int
    after: int
    pending: int
    floor: int
    percent: int

    @property
    def was_tight(self) -> bool:
        """Whether it was tight before, with what is leaving in running executions counted as gone."""
        return (self.in_service - self.pending - self.floor) * 100 < self.percent * self.floor


def _ask(case: Case) -> list[Finding]:
    percent, caution = case.region.policy.tight_percent, Severity.CAUTION

    def tell(effects: list[Effect]) -> list[Finding]:
        return [
            Finding(
                CODE,
                caution,
                EndsTight(one.subsystem, one.scope, one.in_service, one.after, one.pending, one.floor, percent),
                one.subsystem,
                one.scope,
            )
            for one in effects
            if one.floor is not None
        ]

    return case.told(CODE, ScopeVerdict.TIGHT, percent, tell)


GUARD = Guard(CODE, Severity.CAUTION, order=100, held_at_act=False, ask=_ask)
