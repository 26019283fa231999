"""The guard `impact`: something newly loses a hard need, or that need ends with no headroom."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from topology.planning.facts import FindingFacts, Words
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.guards.wording import change, some
from topology.planning.plan import Finding, Severity
from topology.region.scope import Scope

CODE = "impact"
WORDS = Words(cautions="a hard need is lost or ends at its floor")


class _Needed(FindingFacts):
    __slots__ = ()
    words: ClassVar[Words] = WORDS

    def protects(self) -> str:
        """Say who."""
        return "those who depend on it"

    def satisfied_by(self) -> str:
        """Say what would do."""
        return "fewer servers"


@dataclass(frozen=True, slots=True)
class NeedLost(_Needed):
    """A node that newly loses a hard need, for *operations* (empty: all), by the path from itself to what is short."""

    kind: ClassVar[str] = "impact-lost"
    subsystem: str
    because: tuple[str, ...]
    operations: tuple[str, ...]

    def sentence(self) -> str:
        """Say what it can no longer do, and why."""
        lost = f" for {' and '.join(self.operations)}" if self.operations else ""
        return f"{self.subsystem} can no longer be served{lost}: {reason(self.because)}"


@dataclass(frozen=True, slots=True)
class NoHeadroomLeft(_Needed):
    """A subsystem that *dependents* need, and that ends exactly at its floor, in units."""

    kind: ClassVar[str] = "impact-at-floor"
    subsystem: str
    scope: Scope
    dependents: tuple[str, ...]
    in_service: int
    after: int
    pending: int
    floor: int

    def sentence(self) -> str:
        """Say who needs it, and how it ends."""
        need = "needs" if len(self.dependents) == 1 else "need"
        return (
            f"{some(self.dependents)} {need} {self.subsystem}, "
            f"which ends with no headroom: {change(self)}, floor {self.floor:,}"
        )


def reason(path: tuple[str, ...]) -> str:
    """Say a path of needs: `web needs index, which needs placement`."""
    first, *rest = path
    return f"{first} needs " + ", which needs ".join(rest)


def _ask(case: Case) -> Iterator[Finding]:
    for node in case.impacts:
        if not node.already and case.removes:
            yield Finding(
                CODE, Severity.CAUTION, NeedLost(node.subsystem, node.because, node.operations), node.subsystem
            )
    for one in case.effects:
        if one.scope.kind == "region" and one.leaving > 0 and one.headroom == 0 and one.floor is not None:
            dependents = case.graph.dependents(one.subsystem)
            if dependents:
                numbers = (one.in_service, one.after, one.pending, one.floor)
                facts = NoHeadroomLeft(one.subsystem, one.scope, dependents, *numbers)
                yield Finding(CODE, Severity.CAUTION, facts, one.subsystem)


GUARD = Guard(CODE, Severity.CAUTION, WORDS, order=120, held_at_act=False, ask=_ask)
