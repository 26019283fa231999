"""The guard `frozen`: a change freeze is in force, by the link's time.

Nothing is removed in it; what gives capacity back is only told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from topology.planning.facts import FindingFacts, Words
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.plan import Finding, Severity

CODE = "frozen"
WORDS = Words("a change freeze is in force", "a change freeze is in force", "during the change freeze")


@dataclass(frozen=True, slots=True)
class InFreeze(FindingFacts):
    """A change freeze that ends at *until*, with its *reason* (empty: none stated)."""

    kind: ClassVar[str] = CODE
    words: ClassVar[Words] = WORDS
    until: datetime
    reason: str
    removes: bool

    def sentence(self) -> str:
        """Say until when, and what it means."""
        reason = f" ({self.reason})" if self.reason else ""
        what = "nothing is removed" if self.removes else "only what gives capacity back is done"
        return f"a change freeze{reason} is in force until {self.end()}: {what}"

    def end(self) -> str:
        """Write when it ends."""
        return f"{self.until:%Y-%m-%d %H:%M %Z}"

    def protects(self) -> str:
        """Say what is at stake."""
        return "the region while it is frozen"

    def satisfied_by(self) -> str:
        """Say what would do."""
        return f"waiting until {self.end()}"


def is_frozen(case: Case) -> bool:
    """Whether a change freeze is in force."""
    return any(True for _ in _ask(case))


def _ask(case: Case) -> Iterator[Finding]:
    now = datetime.fromtimestamp(case.state.time, UTC)
    for freeze in case.region.freezes:
        if freeze.start <= now < freeze.until:
            yield Finding(CODE, case.weight, InFreeze(freeze.until, freeze.reason, case.removes))


GUARD = Guard(CODE, Severity.BLOCK, WORDS, order=70, held_at_act=True, ask=_ask)
