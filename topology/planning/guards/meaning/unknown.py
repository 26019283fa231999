"""The guard `unknown`: something needed to judge is missing, or the source is silent."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import msgspec

from topology.fleet.fleet import NO_FLOOR
from topology.fleet.lowered import LoweredGuard, ToldChange
from topology.fleet.state import State
from topology.planning.facts import FindingFacts
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.plan import Finding, Severity
from topology.planning.selection.choice import Intent

CODE = "unknown"
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class NoSuchSubsystem(FindingFacts):
    """A name that the description of *region* does not have, or has no more."""

    kind: ClassVar[str] = "unknown-subsystem"
    subsystem: str
    region: str


@dataclass(frozen=True, slots=True)
class NoFloor(FindingFacts):
    """A subsystem that states no floor."""

    kind: ClassVar[str] = "unknown-floor"
    subsystem: str


@dataclass(frozen=True, slots=True)
class NoLimit(FindingFacts):
    """A limit that the policy does not state, by its key, and an *example* of it."""

    kind: ClassVar[str] = "unknown-limit"
    key: str
    example: str


@dataclass(frozen=True, slots=True)
class SourceLost(FindingFacts):
    """A source that does not answer; *reason* is empty where none is known."""

    kind: ClassVar[str] = "unknown-source-lost"
    region: str
    reason: str


@dataclass(frozen=True, slots=True)
class SourceSilent(FindingFacts):
    """A source whose newest fact is *age_s* old, in seconds, and counts as silent after *limit_s*."""

    kind: ClassVar[str] = "unknown-source-silent"
    age_s: float
    limit_s: float


@dataclass(frozen=True, slots=True)
class GuardLowered(FindingFacts):
    """A *change* that guards less, such as one of the description, and that nobody has acknowledged."""

    kind: ClassVar[str] = "unknown-acknowledgement"
    change: LoweredGuard

    @classmethod
    def of_builtins(cls, values: dict[str, Any]) -> Self:
        """Read what `to_builtins` gave, also that of an earlier version, which had the change as text."""
        if isinstance(text := values.get("change"), str):
            return cls(ToldChange(text))
        return msgspec.convert(values, cls)


@dataclass(frozen=True, slots=True)
class AgentsGone(FindingFacts):
    """A subsystem of which *count* racks, the first of them named, are without their agent: nobody knows how much there is."""

    kind: ClassVar[str] = "unknown-agents-gone"
    subsystem: str
    racks: tuple[str, ...]
    count: int


def _ask(case: Case) -> Iterator[Finding]:
    yield from unconditional(case.state, case.intent, case.named)
    for number in sorted(case.shift.servers.keys() - case.named):
        yield from _missing_floor(case.state, number)
    for number in sorted(case.shift.servers):
        yield from _agents_gone(case.state, case.region.subsystems[number].name)


def unconditional(state: State, intent: Intent, named: frozenset[int]) -> Iterator[Finding]:
    """Give what is not known whichever servers are taken."""
    region, policy = state.region, state.region.policy
    for name in intent.named:
        if name not in region.index:
            yield _finding(NoSuchSubsystem(name, region.name))
    for number in sorted(named):
        yield from _missing_floor(state, number)
    if intent.action == "remove" and policy.pace_per_minute is None:
        yield _finding(NoLimit("pace", "20/min"))
    if intent.action == "remove" and policy.largest_command is None:
        yield _finding(NoLimit("largest_command", "5%"))
    freshness = state.freshness
    if not freshness.connected:
        yield _finding(SourceLost(region.name, freshness.reason))
    elif freshness.is_silent(policy.stale_after_s):
        yield _finding(SourceSilent(freshness.age_s, policy.stale_after_s))
    for change in state.unacknowledged:
        yield _finding(GuardLowered(change))


def _missing_floor(state: State, number: int) -> Iterator[Finding]:
    subsystem, scopes = state.region.subsystems[number], state.fleet.scopes
    row = int(scopes.region_row[number])
    if row >= 0 and scopes.floor[row] == NO_FLOOR:
        yield _finding(NoFloor(subsystem.name), subsystem.name)


def _agents_gone(state: State, subsystem: str) -> Iterator[Finding]:
    racks = [rack.name for rack in state.unheard if subsystem in rack.subsystems]
    if racks:
        yield _finding(AgentsGone(subsystem, tuple(racks[:MOST_NAMED]), len(racks)), subsystem)


def _finding(facts: FindingFacts, subsystem: str | None = None) -> Finding:
    return Finding(CODE, Severity.BLOCK, facts, subsystem)


GUARD = Guard(CODE, Severity.BLOCK, order=20, held_at_act=True, ask=_ask)
