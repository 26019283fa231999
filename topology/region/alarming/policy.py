"""What a region's description says of its alarms: which rules hold, how long a condition must last, how loud each is."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


class AlarmRule(StrEnum):
    """The conditions that can raise an alarm, each by the name it has in descriptions and commands."""

    BELOW_FLOOR = "below-floor"
    """A scope has less capacity than its floor."""
    NO_HEADROOM = "no-headroom"
    """A scope has stood at its floor for a while: the next failure breaks it."""
    FALLING = "falling"
    """A subsystem is tight, and its headroom falls so that the floor is near."""
    SOURCE_SILENT = "source-silent"
    HALTED = "halted"
    """An execution ended before its work was done."""
    RECORDS = "records"
    """The journal or the ledger cannot be read or written."""
    PAGE_LATE = "page-late"
    """A target of the status page is older than it promises."""
    OBSERVED_NEED = "observed-need"
    """A dependency that was observed, and that nobody declared, leads to something below its floor."""

    # That of enumerations is written in Python, and keys of alarms are hashed a million times in a burst.
    __hash__ = str.__hash__


class Priority(IntEnum):
    """How soon an operator has to act; the smaller the sooner."""

    HIGH = 1
    MEDIUM = 2
    LOW = 3


LEVELS = {level.name.lower(): level for level in Priority}
"""Priorities as they are written in a description."""
DEFAULT_PRIORITIES = {
    AlarmRule.BELOW_FLOOR: Priority.HIGH,
    AlarmRule.SOURCE_SILENT: Priority.HIGH,
    AlarmRule.HALTED: Priority.MEDIUM,
    AlarmRule.RECORDS: Priority.MEDIUM,
    AlarmRule.FALLING: Priority.MEDIUM,
    AlarmRule.OBSERVED_NEED: Priority.MEDIUM,
    AlarmRule.NO_HEADROOM: Priority.LOW,
    AlarmRule.PAGE_LATE: Priority.LOW,
}


@dataclass(frozen=True, slots=True)
class AlarmPolicy:
    """How a region's alarms behave. Times are seconds.

    A condition that comes back within *off_after_s* is still the same alarm: it does not chatter.
    """

    off: frozenset[AlarmRule] = frozenset()
    """Rules that raise nothing."""
    priorities: tuple[tuple[AlarmRule, Priority], ...] = ()
    """Where the description differs from `DEFAULT_PRIORITIES`."""
    no_headroom_for_s: float = 300.0
    falling_within_s: float = 3600.0
    """A subsystem that will be at its floor within this time, if its headroom falls on as it did, is an alarm."""
    off_after_s: float = 60.0
    _loudness: dict[AlarmRule, Priority] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._loudness.update({**DEFAULT_PRIORITIES, **dict(self.priorities)})

    def priority(self, rule: AlarmRule) -> Priority:
        """Give how loud a rule is."""
        return self._loudness[rule]

    def holds_back_s(self, rule: AlarmRule) -> float:
        """Give how long a condition of a rule must last before it is an alarm."""
        return self.no_headroom_for_s if rule is AlarmRule.NO_HEADROOM else 0.0
