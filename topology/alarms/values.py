"""What an alarm is: a condition with its facts, the act it asks for, and where it stands in its life.

What there may be a hundred thousand of is a tuple with names: those are made and compared many times as quickly.

The life cycle is that of ANSI/ISA-18.2-2016, section 5 and figure 2, in the field's words: raised (unacknowledged),
acknowledged, returned while unacknowledged (latched until seen), shelved, suppressed by its cause, normal.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from topology.region.alarming.policy import AlarmRule, Priority
from topology.region.scope import Scope


class AlarmKey(NamedTuple):
    """Which alarm: the rule, what it is *about* (a subsystem; `source`, `execution`, `journal`, `ledger`; a target), and its scope.

    Of an execution the scope is its id.
    """

    rule: AlarmRule
    about: str
    scope: str = ""


class CapacityFacts(NamedTuple):
    """A scope's units against its floor. *per_hour* is how fast its headroom changes, where that is what is the matter."""

    scope: Scope
    capacity: int
    floor: int
    per_hour: float | None = None
    impacted: tuple[str, ...] = ()
    """Of those that lose a hard need by it the nearest few; there are *more_impacted*."""
    more_impacted: int = 0


@dataclass(frozen=True, slots=True)
class SilenceFacts:
    """For how many seconds the source has said nothing, and why as far as is known."""

    age_s: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HaltFacts:
    """An execution that ended early: its command, whose it was, how far it came, and why."""

    command: str
    operator: str
    done: int
    total: int
    reason: str


@dataclass(frozen=True, slots=True)
class TroubleFacts:
    """What is wrong, in a sentence of whoever found it."""

    sentence: str


@dataclass(frozen=True, slots=True)
class ObservedNeedFacts:
    """Who was seen calling something below its floor, which nobody stated that they need; *more* are not named."""

    capacity: int
    floor: int
    callers: tuple[str, ...]
    more: int = 0


AlarmFacts = ObservedNeedFacts | CapacityFacts | SilenceFacts | HaltFacts | TroubleFacts


class Condition(NamedTuple):
    """Something that is so at this moment, and needs an act: *act*, as command text."""

    key: AlarmKey
    facts: AlarmFacts
    act: str
    cause: AlarmKey | None = None
    """The condition that this one follows from, and is shown below."""


class Standing(StrEnum):
    """Where an alarm stands in its life."""

    RAISED = "raised"
    """So, and nobody has said that they saw it."""
    ACKNOWLEDGED = "acknowledged"
    """Still so, and seen."""
    RETURNED = "returned"
    """No longer so, and nobody saw it: it stays until somebody does."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Put aside by *operator* for a *reason* until a time, seconds since 1970 UTC, or until it is normal if that is sooner."""

    operator: str
    reason: str
    until: float


class Alarm(NamedTuple):
    """One alarm. Times are seconds since 1970 UTC, as the region tells it."""

    condition: Condition
    priority: Priority
    raised: float
    standing: Standing = Standing.RAISED
    by: str = ""
    """Who acknowledged it."""
    returned: float | None = None
    shelf: Shelf | None = None
    hidden: bool = False
    """Whether its cause speaks for it: it came while that was waiting to be seen, and makes no noise of its own."""

    @property
    def key(self) -> AlarmKey:
        """Which it is."""
        return self.condition.key

    @property
    def is_quiet(self) -> bool:
        """Whether it makes no noise: seen, put aside, or spoken for by its cause."""
        return self.standing is Standing.ACKNOWLEDGED or self.shelf is not None or self.hidden


class StepKind(StrEnum):
    """What happened to an alarm."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    RETURNED = "returned"
    NORMAL = "normal"
    SHELVED = "shelved"
    UNSHELVED = "unshelved"


class AlarmStep(NamedTuple):
    """One step in an alarm's life, as it is journaled. *operator* is empty where the region did it."""

    kind: StepKind
    key: AlarmKey
    time: float
    priority: Priority
    operator: str = ""
    reason: str = ""
    until: float | None = None
    cause: AlarmKey | None = None
    """Of one that is raised: what speaks for it; None where it is loud."""
    below: int = 0
    """Alarms that were raised below this one at the same moment, for which it speaks."""
