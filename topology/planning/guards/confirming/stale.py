"""The objection `stale`: the confirmed plan no longer holds; each finding says what changed since the preview."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from topology.planning.facts import FindingFacts, ToldFacts, facts_of
from topology.planning.guards.guard import Guard
from topology.planning.plan import Finding, Severity, Verdict
from topology.planning.selection.left_out import LeftOut

CODE = "stale"
MOST_NAMED = 10
"""Servers that the facts name; the rest is counted."""


@dataclass(frozen=True, slots=True)
class AnotherPlan(FindingFacts):
    """A confirmation of a plan that is not on show."""

    kind: ClassVar[str] = "stale-another-plan"


@dataclass(frozen=True, slots=True)
class AnotherRegion(FindingFacts):
    """A plan whose digest is not that of its servers in *region*."""

    kind: ClassVar[str] = "stale-another-region"
    region: str


@dataclass(frozen=True, slots=True)
class NoneComesBack(FindingFacts):
    """An undo of so many *servers*, none of which can be put back any more."""

    kind: ClassVar[str] = "stale-none-comes-back"
    servers: int


@dataclass(frozen=True, slots=True)
class ServersChanged(FindingFacts):
    """Listed servers that are in another state since *revision*: *count*, of which *changed* are the first."""

    kind: ClassVar[str] = "stale-servers"
    revision: int
    changed: tuple[LeftOut, ...]
    count: int


@dataclass(frozen=True, slots=True)
class SupportsOthers(FindingFacts):
    """A listed server that supports other subsystems than the plan saw."""

    kind: ClassVar[str] = "stale-supports"
    server: str
    before: tuple[str, ...]
    now: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VerdictWorse(FindingFacts):
    """The list judged again, worse than on show; *reasons* are what other guards say anew."""

    kind: ClassVar[str] = "stale-verdict"
    before: Verdict
    before_revision: int
    now: Verdict
    now_revision: int
    reasons: tuple[FindingFacts, ...]

    def to_builtins(self) -> dict[str, Any]:
        """Give them as JSON has them, each reason with its kind."""
        return {
            "kind": self.kind,
            "before": self.before.value,
            "before_revision": self.before_revision,
            "now": self.now.value,
            "now_revision": self.now_revision,
            "reasons": [one.to_builtins() for one in self.reasons],
        }

    @classmethod
    def of_builtins(cls, values: dict[str, Any]) -> Self:
        """Read what `to_builtins` gave; an earlier version wrote sentences."""
        told = values.get("reasons", ())
        reasons = tuple(ToldFacts(one) if isinstance(one, str) else facts_of({"facts": one}) for one in told)
        return cls(
            Verdict(values["before"]),
            int(values["before_revision"]),
            Verdict(values["now"]),
            int(values["now_revision"]),
            reasons,
        )


def objection(facts: FindingFacts) -> Finding:
    """Object for these reasons."""
    return Finding(CODE, Severity.BLOCK, facts)


GUARD = Guard(CODE, Severity.BLOCK, order=72, held_at_act=True, ask=None)
