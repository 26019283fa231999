"""The guard `collateral`: servers leave subsystems that the command does not name."""

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from topology.planning.facts import FindingFacts
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.plan import Effect, Finding, Severity
from topology.region.scope import Scope

CODE = "collateral"


class AlsoServes(FindingFacts, msgspec.Struct, frozen=True, gc=False):
    """A subsystem that *servers* of the *total* also serve, and what that does to it in units; *floor* None: not stated."""

    kind: ClassVar[str] = CODE
    subsystem: str
    scope: Scope
    servers: int
    total: int
    in_service: int
    after: int
    pending: int
    floor: int | None


def _ask(case: Case) -> Iterator[Finding]:
    total = len(case.choice.servers)
    for one in _tightest(case, [whole for whole in case.touched if not whole.named]):
        count = case.shift.servers[case.region.index[one.subsystem]]
        numbers = (count, total, one.in_service, one.after, one.pending, one.floor)
        facts = AlsoServes(one.subsystem, one.scope, *numbers)
        yield Finding(CODE, Severity.CAUTION, facts, one.subsystem, one.scope)


def _tightest(case: Case, others: list[Effect]) -> list[Effect]:
    """Give of each subsystem the scope whose headroom ends smallest, for that is what it is about; of several the widest."""
    found = {one.subsystem: one for one in others}
    for one in [one for one in case.effects if one.subsystem in found] if others else ():
        widest = found[one.subsystem]
        if one.leaving <= 0 or one.headroom is None or widest.headroom is None:
            continue
        if one.headroom < widest.headroom:
            found[one.subsystem] = one
    return list(found.values())


GUARD = Guard(CODE, Severity.CAUTION, order=110, held_at_act=False, ask=_ask)
