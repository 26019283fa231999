"""What an audit does not look at, as typed values. The console has the sentences."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Self

from topology.planning.facts import FindingFacts, facts_of


class AuditLimit(StrEnum):
    """What no audit can know, or leaves to others."""

    OTHER_MOMENTS = "other-moments"
    RUN_TWICE = "run-twice"
    REGION_ENFORCES = "region-enforces"
    """Floors, the largest command and the pace are judged again at the act."""
    LOAD = "load"
    BETWEEN_EDGES = "between-edges"
    ALIKE = "alike"
    """One server, and one rack, of each make in each cell stands for the others like it."""
    TEXTS = "texts"
    UNDO = "undo"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class BeyondAudit(FindingFacts):
    """One such limit."""

    kind: ClassVar[str] = "audit-beyond"
    limit: AuditLimit


@dataclass(frozen=True, slots=True)
class InputsLeftOut(FindingFacts):
    """So many inputs of a *step* (0: the undo step) that were not planned, beyond the first *most*."""

    kind: ClassVar[str] = "audit-inputs-left-out"
    playbook: str
    step: int
    count: int
    most: int


@dataclass(frozen=True, slots=True)
class InputsUnusable(FindingFacts):
    """So many inputs of a *step* (0: the undo step) that make no command."""

    kind: ClassVar[str] = "audit-inputs-unusable"
    playbook: str
    step: int
    count: int


@dataclass(frozen=True, slots=True)
class WouldNotStart(FindingFacts):
    """A *playbook* that was judged as if it started, although what it expects beforehand does not hold: that is the *reason*."""

    kind: ClassVar[str] = "audit-would-not-start"
    playbook: str
    reason: FindingFacts

    def to_builtins(self) -> dict[str, Any]:
        """Give them as JSON has them, the reason with its kind."""
        return {"kind": self.kind, "playbook": self.playbook, "reason": self.reason.to_builtins()}

    @classmethod
    def of_builtins(cls, values: dict[str, Any]) -> Self:
        """Read what `to_builtins` gave."""
        return cls(str(values["playbook"]), facts_of({"facts": values["reason"]}))


_OF_SOME_STEPS = (AuditLimit.UNDO, AuditLimit.RESTORE)
ALWAYS = tuple(BeyondAudit(limit) for limit in AuditLimit if limit not in _OF_SOME_STEPS)
