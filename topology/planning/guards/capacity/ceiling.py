"""The guard `ceiling`: a restore would take a subsystem above its ceiling, as if nothing that is still to leave did leave."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from topology.planning.facts import FindingFacts
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.plan import Effect, Finding, Severity

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
    for effect in case.whole:
        most = case.region.subsystem(effect.subsystem).ceiling
        gained = 0 if most is None else _gained(case, effect)
        if most is None or gained <= 0 or effect.in_service + gained <= most:
            continue
        facts = AboveCeiling(effect.subsystem, effect.in_service, gained, most)
        yield Finding(CODE, Severity.BLOCK, facts, effect.subsystem)


def _gained(case: Case, effect: Effect) -> int:
    """Give the units that may come back: all of the servers', also where their load is not counted as coming back."""
    if case.removes or case.state.promises.returns_load:
        return -effect.leaving
    roster, number = case.region.roster, case.region.index[effect.subsystem]
    units = np.array([dict(profile).get(number, 0) for profile in roster.profiles], np.int64)
    return int(units[roster.profile[case.choice.servers]].sum())


GUARD = Guard(CODE, Severity.BLOCK, order=80, held_at_act=True, ask=_ask)
