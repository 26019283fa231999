"""The guard `pace`: how long it takes at the allowed pace, and how much of each window earlier removals already use."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from topology.fleet.fleet import PACE_WINDOW_S
from topology.fleet.pace import windows_of_region, windows_of_subsystems
from topology.planning.facts import FindingFacts, Words
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.guards.policy.pace_windows import PaceLimit, limits, slowest, uses
from topology.planning.guards.wording import clock, servers
from topology.planning.plan import Finding, PaceUse, Severity

CODE = "pace"
WORDS = Words(cautions="the pace is already in use")


class _Paced(FindingFacts):
    __slots__ = ()
    words: ClassVar[Words] = WORDS

    def protects(self) -> str:
        """Say what is at stake."""
        return "time to notice a mistake"


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
class TakesTime(_Paced):
    """How long *servers* (of *subsystem*, None: all of them) take at the slowest limit, and the limits used already."""

    kind: ClassVar[str] = "pace-takes"
    subsystem: str | None
    servers: int
    per_minute: int
    used: tuple[Used, ...]
    time_zone: str

    def sentence(self) -> str:
        """Say how long, and when the next may leave."""
        whose = f" of {self.subsystem}" if self.subsystem else ""
        minutes = _minutes(self.servers / self.per_minute)
        length = f"{servers(self.servers)}{whose} at {self.per_minute:,}/min: takes {minutes}"
        return "; ".join([length, *(self._usage(one) for one in self.used)])

    def satisfied_by(self) -> str:
        """Say what would do."""
        return "waiting until the last minute's removals no longer count" if self.used else ""

    def _usage(self, one: Used) -> str:
        whose = f"of {one.subsystem} " if one.subsystem else ""
        used = f"earlier removals took {one.used:,} {whose}in the last minute"
        if one.next_at is None:
            return f"{used}, so {one.per_minute - one.used:,} can leave at once"
        return f"{used}, so the next is possible at {clock(self.time_zone, one.next_at)}"


@dataclass(frozen=True, slots=True)
class WindowUsed(_Paced):
    """A window longer than a minute that is used already, or cannot take all of the removal at once."""

    kind: ClassVar[str] = "pace-window"
    use: PaceUse
    time_zone: str

    @property
    def free(self) -> int:
        """Servers that can leave before it is full."""
        return max(0, self.use.most - self.use.used)

    def sentence(self) -> str:
        """Say how much of it is used, and when the next may leave."""
        use = self.use
        whose = f" of {use.subsystem}" if use.subsystem else ""
        said = f"{use.used:,} of the {use.most:,} servers{whose} that may leave in {_length(use.seconds)} have left"
        if use.next_at is not None:
            return f"{said}, so the next is possible at {clock(self.time_zone, use.next_at)}"
        if use.takes > self.free:
            return f"{said}: {self.free:,} can leave before the window is full, {use.takes - self.free:,} wait"
        return said

    def satisfied_by(self) -> str:
        """Say what would do."""
        return f"at most {servers(self.free)}" if self.free else "waiting until earlier removals no longer count"


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


def _length(seconds: float) -> str:
    return f"{seconds / 3600:g} h" if seconds >= 3600 else f"{seconds / 60:g} min"


def _minutes(minutes: float) -> str:
    return "less than a minute" if minutes < 1 else f"{minutes:,.1f}".removesuffix(".0") + " min"


GUARD = Guard(CODE, Severity.CAUTION, WORDS, order=90, held_at_act=True, ask=_ask)
