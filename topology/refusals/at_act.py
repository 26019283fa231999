"""What the check at the act, and every source that judges for itself, has against a wave."""

from enum import StrEnum

from topology.fleet.lowered import LoweredGuard
from topology.fleet.reasons.doubting import WhyDoubted
from topology.fleet.reasons.looking import WhyLooks
from topology.refusals.base import RefusalFacts


class Misfit(StrEnum):
    """What is found of a server instead of what was planned; else it is the name of its state."""

    TWICE = "twice"
    ABSENT = "absent"
    OTHER_SET = "other-set"
    NOT_SERVING = "not-serving"
    NOT_OUT = "not-out"
    """It is neither draining nor removed, or the agent of its rack is gone."""
    OTHER_LEDGER = "other-ledger"
    """It was not taken out through this ledger."""


class ExecutionStopped(RefusalFacts, frozen=True, tag="stopped"):
    """Somebody stopped the execution, and nobody resumed it."""

    execution: str


class OnlyLookedAt(RefusalFacts, frozen=True, tag="only-looks"):
    """Nothing is done at the region from here, and *why*."""

    why: WhyLooks


class StateUnknown(RefusalFacts, frozen=True, tag="state-unknown"):
    """The facts may not be relied on, and *why*."""

    region: str
    why: WhyDoubted


class NotAcknowledged(RefusalFacts, frozen=True, tag="lowered"):
    """What guards less than was accepted, and nobody acknowledged."""

    lowered: tuple[LoweredGuard, ...]


class NoServers(RefusalFacts, frozen=True, tag="no-servers"):
    """The wave lists none."""


class SupportsMissing(RefusalFacts, frozen=True, tag="supports-missing"):
    """The wave does not say of each server what it supports."""

    listed: int
    told: int


class RegionFrozen(RefusalFacts, frozen=True, tag="frozen"):
    """A freeze lasts *until* (the source's time, in seconds since 1970 UTC)."""

    region: str
    until: float
    reason: str = ""


class ServersMisfit(RefusalFacts, frozen=True, tag="misfit"):
    """Servers that are not as planned. *found* is a `Misfit` or the name of a state, *wanted* the names of states that would do.

    *where* is what they are not a server of, where they are absent: a region, or a system such as HAProxy. *more* counts those
    that are not named any more: a ledger keeps the first of many.
    """

    servers: tuple[str, ...]
    found: str
    wanted: tuple[str, ...] = ()
    where: str = ""
    more: int = 0


class CannotComeBack(RefusalFacts, frozen=True, tag="cannot-come-back"):
    """A server that an undo leaves out. *found* as of `ServersMisfit`."""

    servers: tuple[str, ...]
    found: str
    where: str = ""


class ServersProtected(RefusalFacts, frozen=True, tag="protected"):
    """Servers that the description protects."""

    servers: tuple[str, ...]


class LimitMissing(RefusalFacts, frozen=True, tag="limit-missing"):
    """The policy states no *limit* (`pace`, `largest_command`), so nothing may be removed."""

    limit: str


class TooManyServers(RefusalFacts, frozen=True, tag="too-many"):
    """An execution would take *count* servers of *listed*, where one command may take *limit*."""

    count: int
    limit: int
    listed: int


class FloorMissing(RefusalFacts, frozen=True, tag="floor-missing"):
    """A subsystem states no floor."""

    subsystem: str


class BelowFloor(RefusalFacts, frozen=True, tag="below-floor"):
    """A *scope* (`region`, `zone:az1`, `cell:az1/c1`) would keep less than its floor (*limit*), in units.

    *had* is None where who judges does not say, *budget* names the source's own budget where that sets the floor, and *server*
    is the one with which it would go below, where servers leave one by one.
    """

    subsystem: str
    scope: str
    had: int | None
    would_keep: int
    limit: int
    budget: str = ""
    server: str = ""


class OverCeiling(RefusalFacts, frozen=True, tag="above-ceiling"):
    """A scope would have (*would_keep*) more than its ceiling (*limit*), in units."""

    subsystem: str
    scope: str
    had: int | None
    would_keep: int
    limit: int


class TooFast(RefusalFacts, frozen=True, tag="too-fast"):
    """A wave takes *count* servers of *whose* at once, where *limit* may leave within so many seconds.

    *whose* is a region or a subsystem, and empty for the execution itself.
    """

    whose: str
    count: int
    limit: int
    seconds: float


class DoneBefore(RefusalFacts, frozen=True, tag="done-before"):
    """The wave was done already, with other servers."""

    wave: str


class GivenUp(RefusalFacts, frozen=True, tag="given-up"):
    """The wave was given up for good: a late arrival is not done."""

    wave: str


class LeaseOver(RefusalFacts, frozen=True, tag="lease-over"):
    """This console's lease of the execution is over, or was not renewed in time."""


class ClockLeapt(RefusalFacts, frozen=True, tag="clock-leapt"):
    """The clock of this machine leapt ahead."""


class NobodyKnows(RefusalFacts, frozen=True, tag="nobody-knows"):
    """An operator acknowledged that nobody can say whether servers left."""

    operator: str
    servers: tuple[str, ...]


class NoAnswer(RefusalFacts, frozen=True, tag="no-answer"):
    """The source did not answer within so many seconds."""

    seconds: float
