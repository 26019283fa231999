"""The guard `pace`: how long it takes at the allowed pace, and how much of each window earlier removals already use."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from topology.fleet.fleet import PACE_WINDOW_S
from topology.fleet.pace import windows_of_region, windows_of_subsystems
from topology.planning.facts import FindingFacts
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.guards.policy.pace_windows import PaceLimit, limits, slowest, uses
from topology.planning.plan import Finding, PaceUse, Severity

CODE = "pace"


@dataclass(frozen=True, slots=True)
class Used:
    """What earlier removals took in the last minute, of *subsystem* or (None) of everything.

    *next_at* is the link's time from which one more may leave, None where that is now.
    """

    subsystem: str | None
    used: int
    per_minute: int
    next_at: float | None


@dataclass(frozen=True, slots=True)
class TakesTime(FindingFacts):
    """How long *servers* (of *subsystem*, None: all of them) take at the slowest limit, and the limits used already."""

    kind: ClassVar[str] = "pace-takes"
    subsystem: str | None
    servers: int
    per_minute: int
    used: tuple[Used, ...]
    time_zone: str


@dataclass(frozen=True, slots=True)
class WindowUsed(FindingFacts):
    """A window longer than a minute that is used already, or cannot take all of the removal at once."""

    kind: ClassVar[str] = "pace-window"
    use: PaceUse
    time_zone: str

    @property
    def free(self) -> int:
        """Servers that can leave before it is full."""
        return max(0, self.use.most - self.use.used)


def _ask(case: Case) -> Iterator[Finding]:
    yield from _per_minute(case)
    yield from _longer_windows(case)


def _per_minute(case: Case) -> Iterator[Finding]:
    found = limits(case)
    if not found:
        return
    rule = slowest(found)
    used = tuple(_used(case, limit) for limit in found if limit.used)
    severity = Severity.CAUTION if used else Severity.NOTE
    facts = TakesTime(rule.subsystem, rule.servers, rule.per_minute, used, case.region.time_zone)
    yield Finding(CODE, severity, facts, rule.subsystem)


def _longer_windows(case: Case) -> Iterator[Finding]:
    for use in uses(case):
        free = max(0, use.most - use.used)
        if use.seconds == PACE_WINDOW_S or (not use.used and use.takes <= free):
            continue
        # A day's window is used by every act of the day: as a caution it would soon be read by nobody.
        much = use.takes > free or 2 * (use.used + use.takes) > use.most
        severity = Severity.CAUTION if much else Severity.NOTE
        yield Finding(CODE, severity, WindowUsed(use, case.region.time_zone), use.subsystem)


def _used(case: Case, limit: PaceLimit) -> Used:
    number = None if limit.subsystem is None else case.region.index[limit.subsystem]
    state, now = case.state, case.state.time
    windows = windows_of_region(state, now) if number is None else windows_of_subsystems(state, now, (number,))
    minute = next(window for window in windows if window.seconds == PACE_WINDOW_S)
    return Used(limit.subsystem, limit.used, limit.per_minute, minute.fits_from(1))


GUARD = Guard(CODE, Severity.CAUTION, order=90, held_at_act=True, ask=_ask)
