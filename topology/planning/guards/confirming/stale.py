"""The objection `stale`: the confirmed plan no longer holds; each finding says what changed since the preview."""

from dataclasses import dataclass
from typing import ClassVar

from topology.planning.facts import FindingFacts, Words
from topology.planning.guards.guard import Guard
from topology.planning.guards.wording import servers, some
from topology.planning.plan import Finding, Severity, Verdict
from topology.planning.selection.left_out import LeftOut

CODE = "stale"
WORDS = Words("the region has changed since", "the region has changed since", "until the plan is made again")
MOST_NAMED = 10
"""Servers that the facts name; the rest is counted."""
MOST_REASONS = 3


class _Stale(FindingFacts):
    __slots__ = ()
    words: ClassVar[Words] = WORDS

    def protects(self) -> str:
        """Say what is at stake."""
        return "what was shown is what is done"

    def satisfied_by(self) -> str:
        """Say what would do."""
        return "a preview of the region as it is now"


@dataclass(frozen=True, slots=True)
class AnotherPlan(_Stale):
    """A confirmation of a plan that is not on show."""

    kind: ClassVar[str] = "stale-another-plan"

    def sentence(self) -> str:
        """Say so."""
        return "what was confirmed is not the plan on show: look at it again"


@dataclass(frozen=True, slots=True)
class AnotherRegion(_Stale):
    """A plan whose digest is not that of its servers in *region*."""

    kind: ClassVar[str] = "stale-another-region"
    region: str

    def sentence(self) -> str:
        """Say so."""
        return f"the plan's digest is not that of its servers in {self.region}: plan it again"


@dataclass(frozen=True, slots=True)
class NoneComesBack(_Stale):
    """An undo of so many *servers*, none of which can be put back any more."""

    kind: ClassVar[str] = "stale-none-comes-back"
    servers: int

    def sentence(self) -> str:
        """Say so."""
        return f"none of {servers(self.servers)} can be put back any more"


@dataclass(frozen=True, slots=True)
class ServersChanged(_Stale):
    """Listed servers that are in another state since *revision*: *count*, of which *changed* are the first."""

    kind: ClassVar[str] = "stale-servers"
    revision: int
    changed: tuple[LeftOut, ...]
    count: int

    def sentence(self) -> str:
        """Say which, and what they are."""
        names = some(tuple(map(str, self.changed)), MOST_NAMED, count=self.count)
        return f"since revision {self.revision:,} {servers(self.count)} of the list changed: {names}"


@dataclass(frozen=True, slots=True)
class SupportsOthers(_Stale):
    """A listed server that supports other subsystems than the plan saw."""

    kind: ClassVar[str] = "stale-supports"
    server: str
    before: tuple[str, ...]
    now: tuple[str, ...]

    def sentence(self) -> str:
        """Say what it supported and supports."""
        return f"{self.server} supported {', '.join(self.before)}, and now supports {', '.join(self.now)}"


@dataclass(frozen=True, slots=True)
class VerdictWorse(_Stale):
    """The list judged again, worse than on show; *reasons* are what other guards say anew."""

    kind: ClassVar[str] = "stale-verdict"
    before: Verdict
    before_revision: int
    now: Verdict
    now_revision: int
    reasons: tuple[str, ...]

    def sentence(self) -> str:
        """Say both, and why."""
        said = f"{self.before} at revision {self.before_revision:,} is {self.now} at revision {self.now_revision:,}"
        return f"{said}: {some(self.reasons, MOST_REASONS, 'more reasons')}" if self.reasons else said


def objection(facts: FindingFacts) -> Finding:
    """Object for these reasons."""
    return Finding(CODE, Severity.BLOCK, facts)


GUARD = Guard(CODE, Severity.BLOCK, WORDS, order=72, held_at_act=True, ask=None)
