"""The guard `impact`: something newly loses a hard need, or that need ends with no headroom."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from topology.planning.facts import FindingFacts
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.plan import Finding, Severity
from topology.region.scope import Scope

CODE = "impact"


@dataclass(frozen=True, slots=True)
class NeedLost(FindingFacts):
    """A node that newly loses a hard need, for *operations* (empty: all), by the path from itself to what is short."""

    kind: ClassVar[str] = "impact-lost"
    subsystem: str
    because: tuple[str, ...]
    operations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoHeadroomLeft(FindingFacts):
    """A subsystem that *dependents* need, and that ends exactly at its floor, in units."""

    kind: ClassVar[str] = "impact-at-floor"
    subsystem: str
    scope: Scope
    dependents: tuple[str, ...]
    in_service: int
    after: int
    pending: int
    floor: int


def _ask(case: Case) -> Iterator[Finding]:
    for node in case.impacts:
        if not node.already and case.removes:
            yield Finding(
                CODE, Severity.CAUTION, NeedLost(node.subsystem, node.because, node.operations), node.subsystem
            )
    for one in case.touched:
        if one.headroom == 0 and one.floor is not None:
            dependents = case.graph.dependents(one.subsystem)
            if dependents:
                numbers = (one.in_service, one.after, one.pending, one.floor)
                facts = NoHeadroomLeft(one.subsystem, one.scope, dependents, *numbers)
                yield Finding(CODE, Severity.CAUTION, facts, one.subsystem)


GUARD = Guard(CODE, Severity.CAUTION, order=120, held_at_act=False, ask=_ask)
