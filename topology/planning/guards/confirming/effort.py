"""The objection `effort`: a plan with cautions is confirmed by typing how many servers it takes."""

from dataclasses import dataclass
from typing import ClassVar

from topology.planning.facts import FindingFacts, Words
from topology.planning.guards.guard import Guard
from topology.planning.plan import Finding, Severity

CODE = "effort"
WORDS = Words("the number of servers has to be typed")


@dataclass(frozen=True, slots=True)
class CountNotTyped(FindingFacts):
    """A plan for so many *servers* that was confirmed with one key."""

    kind: ClassVar[str] = CODE
    words: ClassVar[Words] = WORDS
    servers: int

    def sentence(self) -> str:
        """Say what to type."""
        return f"the plan has cautions: type the number of its servers, {self.servers:,}, to confirm it"

    def protects(self) -> str:
        """Say what is at stake."""
        return "a plan with cautions from one keystroke"

    def satisfied_by(self) -> str:
        """Say what to type."""
        return f"typing {self.servers}"


def objection(servers: int) -> Finding:
    """Object to a plan for so many *servers*."""
    return Finding(CODE, Severity.BLOCK, CountNotTyped(servers))


GUARD = Guard(CODE, Severity.BLOCK, WORDS, order=75, held_at_act=False, ask=None)
