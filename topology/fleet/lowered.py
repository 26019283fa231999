"""What guards less than was accepted, as typed values: which number of whom, what it was and is. The console has the words."""

from enum import StrEnum

import msgspec


class GuardedBy(StrEnum):
    """Which number of a description guards: a smaller one of the first six less, a larger one of the others."""

    FLOOR = "floor"
    DECLARED = "declared"
    PROTECTED_SERVERS = "protected-servers"
    PROTECTED = "protected"
    """A whole subsystem."""
    APPROVERS = "approvers"
    GROUP_APPROVERS = "group-approvers"
    SECOND_PERSON = "second-person"
    """For a caution, by its code."""
    PACE = "pace"
    """Servers a minute, of a subsystem or of all."""
    PACE_WITHIN = "pace-within"
    """Servers within some hours, of a subsystem or of all."""
    CEILING = "ceiling"
    LARGEST_COMMAND = "largest-command"
    WAVE = "wave"
    STALE_AFTER = "stale-after"
    """Seconds."""
    SHARE = "share"
    """Of a scope, that one operator may take, in tenths of a percent."""
    LIFTED = "lifted"
    """What an approval may lift, by its code."""
    OTHER = "other"
    """What only a later version knows: *whose* has what it calls it."""


class GuardNumber(msgspec.Struct, frozen=True):
    """One number that guards: *whose* is a subsystem, a group or a code, empty for the region as a whole.

    *scope* (`zone:az1`, `cell:az1/c1`) is empty where it counts for all of a subsystem, *hours* is 0 but for a pace within hours.
    """

    by: GuardedBy
    whose: str = ""
    scope: str = ""
    hours: float = 0.0


class NumberLowered(msgspec.Struct, frozen=True, tag="number"):
    """A number that guards less than *before*; *now* is None where none is stated any more."""

    number: GuardNumber
    before: float
    now: float | None


class FreezeLifted(msgspec.Struct, frozen=True, tag="freeze"):
    """A time that is not frozen any more, in seconds since 1970 UTC."""

    start: float
    until: float


class ServersUnprotected(msgspec.Struct, frozen=True, tag="unprotected"):
    """So many servers, the first of them named, that are not protected any more."""

    servers: tuple[str, ...]
    count: int


class SubsystemLost(msgspec.Struct, frozen=True, tag="lost"):
    """A subsystem that had so many units, and has no server in the fleet any more."""

    subsystem: str
    units: int


class MoreLowered(msgspec.Struct, frozen=True, tag="more"):
    """So many changes more than are told one by one."""

    count: int


class ToldChange(msgspec.Struct, frozen=True, tag="told"):
    """What is only known as text: what somebody wrote into a ledger, and a change in a plan that an earlier version wrote."""

    text: str


class ClockAhead(msgspec.Struct, frozen=True, tag="clock-ahead"):
    """What a ledger doubts: the clock of this machine leapt so many seconds ahead."""

    seconds: float


class ClockSkewed(msgspec.Struct, frozen=True, tag="clock-skewed"):
    """What a ledger doubts: the clock of this machine is so many seconds ahead of the other consoles' (negative: behind)."""

    seconds: float


class RestoredCopy(msgspec.Struct, frozen=True, tag="restored"):
    """What a ledger doubts of itself: it was put back from a copy that was *made* at a time, in seconds since 1970 UTC."""

    made: float


LedgerDoubt = ClockAhead | ClockSkewed | RestoredCopy | ToldChange
"""What a ledger doubts, of clocks or of itself."""
LoweredGuard = NumberLowered | FreezeLifted | ServersUnprotected | SubsystemLost | MoreLowered | LedgerDoubt
"""Any of them: what no operator has acknowledged yet, and nothing leaves before."""
