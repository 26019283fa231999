"""The guard `unusual`: a removal is far from what is usual, or is blocked while a far smaller slip of it is not.

Which counts are usual is `topology.fleet.usual`'s business, and which slips there are that of the survey of a command's neighbours.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from topology.command.slips import Slip
from topology.fleet.usual import Past
from topology.planning.facts import FindingFacts
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.plan import Finding, Severity

CODE = "unusual"


@dataclass(frozen=True, slots=True)
class UsualCount:
    """How many servers are *usual* for somebody or something: `alice`, `playbook drain`."""

    whose: str
    usual: int


@dataclass(frozen=True, slots=True)
class FarFromUsual(FindingFacts):
    """A *count* of servers, what it is far more than, and the command that it looks like a slip of (empty: none)."""

    kind: ClassVar[str] = CODE
    count: int
    usual: tuple[UsualCount, ...] = ()
    looks_like: str = ""


def finding_of(count: int, pasts: Iterable[Past], looks_like: Slip | None = None) -> Finding | None:
    """Say so when removing *count* servers is far more than usual, or is blocked while a far smaller slip of it is not.

    *looks_like* is that slip, as the survey of a blocked command's neighbours gives it.
    """
    usual = tuple(_more_than_usual(count, pasts))
    meant = "" if looks_like is None else str(looks_like.command)
    return Finding(CODE, Severity.CAUTION, FarFromUsual(count, usual, meant)) if usual or meant else None


def _more_than_usual(count: int, pasts: Iterable[Past]) -> Iterator[UsualCount]:
    for past in pasts:
        usual = past.usual()
        if usual is not None and past.stands_out(count):
            yield UsualCount(past.whose, usual)


def _ask(case: Case) -> Iterable[Finding]:
    if not case.removes:
        return ()
    names = [case.region.subsystems[number].name for number in sorted(case.named)]
    found = finding_of(case.choice.wanted, case.state.usual.concerning(names))
    return () if found is None else (found,)


GUARD = Guard(CODE, Severity.CAUTION, order=130, held_at_act=False, ask=_ask)
