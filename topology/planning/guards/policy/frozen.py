"""The guard `frozen`: a change freeze is in force, by the link's time.

Nothing is removed in it; what gives capacity back is only told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from topology.planning.facts import FindingFacts
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.plan import Finding, Severity
from topology.region.sentences.clock import moment_at

CODE = "frozen"


@dataclass(frozen=True, slots=True)
class InFreeze(FindingFacts):
    """A change freeze that ends at *until*, with its *reason* (empty: none stated)."""

    kind: ClassVar[str] = CODE
    until: datetime
    reason: str
    removes: bool


def is_frozen(case: Case) -> bool:
    """Whether a change freeze is in force."""
    return any(True for _ in _ask(case))


def _ask(case: Case) -> Iterator[Finding]:
    now = moment_at(case.state.time)
    for freeze in case.region.freezes:
        if freeze.start <= now < freeze.until:
            yield Finding(CODE, case.weight, InFreeze(freeze.until, freeze.reason, case.removes))


GUARD = Guard(CODE, Severity.BLOCK, order=70, held_at_act=True, ask=_ask)
