"""The guard `ceiling`: a restore would take a subsystem above its ceiling, as if nothing that is still to leave did leave."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from topology.planning.facts import FindingFacts, Words
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.plan import Finding, Severity

CODE = "ceiling"
WORDS = Words("more than the ceiling allows", "above the ceiling")


@dataclass(frozen=True, slots=True)
class AboveCeiling(FindingFacts):
    """A subsystem that would end above its *ceiling*, in units."""

    kind: ClassVar[str] = CODE
    words: ClassVar[Words] = WORDS
    subsystem: str
    in_service: int
    gained: int
    ceiling: int

    def sentence(self) -> str:
        """Say by how much, and what fits."""
        after, room = self.in_service + self.gained, max(0, self.ceiling - self.in_service)
        what = f"{self.subsystem} {self.in_service:,} → {after:,}, ceiling {self.ceiling:,}: {after - self.ceiling:,} above"
        return f"{what}; it can take {room:,} at most" if room else f"{what}; it can take none"

    def protects(self) -> str:
        """Name the ceiling."""
        return f"the ceiling of {self.subsystem}"

    def satisfied_by(self) -> str:
        """Say how much may be there."""
        return f"at most {self.ceiling:,} in service afterwards"


def _ask(case: Case) -> Iterator[Finding]:
    for effect in case.effects:
        most, gained = case.region.subsystem(effect.subsystem).ceiling, -effect.leaving
        if most is None or effect.scope.kind != "region" or gained <= 0 or effect.in_service + gained <= most:
            continue
        facts = AboveCeiling(effect.subsystem, effect.in_service, gained, most)
        yield Finding(CODE, Severity.BLOCK, facts, effect.subsystem)


GUARD = Guard(CODE, Severity.BLOCK, WORDS, order=80, held_at_act=True, ask=_ask)
