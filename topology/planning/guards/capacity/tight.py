"""The guard `tight`: a scope that loses servers ends with little headroom."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from topology.planning.facts import FindingFacts, Words
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.guards.wording import change, place
from topology.planning.plan import Finding, ScopeVerdict, Severity
from topology.region.scope import Scope

CODE = "tight"
WORDS = Words(cautions="a floor ends tight")


@dataclass(frozen=True, slots=True)
class EndsTight(FindingFacts):
    """A scope that ends with less than *percent* of its floor above it, in units."""

    kind: ClassVar[str] = CODE
    words: ClassVar[Words] = WORDS
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

    def sentence(self) -> str:
        """Say how much is left above the floor."""
        above = f"{self.after - self.floor:,} above, less than {self.percent}% of the floor"
        return f"{change(self)}, floor {self.floor:,}: {above}"

    def protects(self) -> str:
        """Name the headroom."""
        return f"the headroom of {place(self.subsystem, self.scope)}"

    def satisfied_by(self) -> str:
        """Say how much headroom would do."""
        return f"headroom of {self.percent}% of the floor"


def _ask(case: Case) -> Iterator[Finding]:
    percent = case.region.policy.tight_percent
    for one in case.effects:
        if one.verdict is ScopeVerdict.TIGHT and one.leaving > 0 and one.floor is not None:
            facts = EndsTight(one.subsystem, one.scope, one.in_service, one.after, one.pending, one.floor, percent)
            yield Finding(CODE, Severity.CAUTION, facts, one.subsystem, one.scope)


GUARD = Guard(CODE, Severity.CAUTION, WORDS, order=100, held_at_act=False, ask=_ask)
