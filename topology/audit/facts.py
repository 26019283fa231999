"""What an audit found, as typed values: which numbers, names and limits. The console has the sentences."""

from dataclasses import dataclass
from typing import ClassVar

from topology.planning.facts import FindingFacts
from topology.region.region import Amount


@dataclass(frozen=True, slots=True)
class InputsBreak(FindingFacts):
    """So many inputs of the *evaluated* break a floor, *slips* of them one slip from a usual value; the worst is the first input.

    *expects* says whether the step states what it expects.
    """

    kind: ClassVar[str] = "audit-inputs-break"
    breaking: int
    evaluated: int
    slips: int
    expects: bool


@dataclass(frozen=True, slots=True)
class RunsBreak(FindingFacts):
    """So many whole runs of those *played* break a floor at *step*, which breaks none alone; the worst is the first input."""

    kind: ClassVar[str] = "audit-runs-break"
    step: int
    breaking: int
    played: int


@dataclass(frozen=True, slots=True)
class DoesNotFit(FindingFacts):
    """A playbook that names what *region* does not have; the *problem* is as the reading of playbooks has it."""

    kind: ClassVar[str] = "audit-does-not-fit"
    region: str
    problem: str


@dataclass(frozen=True, slots=True)
class NothingForParameter(FindingFacts):
    """A *parameter* for which *region* has no value at all."""

    kind: ClassVar[str] = "audit-nothing-for-parameter"
    region: str
    parameter: str


@dataclass(frozen=True, slots=True)
class NoInputReads(FindingFacts):
    """A step of which no input can be read as a command; the *error* is that of the first, as the command language has it."""

    kind: ClassVar[str] = "audit-no-input-reads"
    error: str


@dataclass(frozen=True, slots=True)
class NoMost(FindingFacts):
    """A *parameter* that is a number without a most: a count, or a percentage (*percent*)."""

    kind: ClassVar[str] = "audit-no-most"
    parameter: str
    percent: bool


@dataclass(frozen=True, slots=True)
class ExpectsNothing(FindingFacts):
    """A step, by its *command* with placeholders, that expects nothing of its plan."""

    kind: ClassVar[str] = "audit-expects-nothing"
    command: str


@dataclass(frozen=True, slots=True)
class LooseServers(FindingFacts):
    """An expectation of at most *limit* servers where no input takes more than *most*."""

    kind: ClassVar[str] = "audit-loose-servers"
    limit: int
    most: int


@dataclass(frozen=True, slots=True)
class LooseMinutes(FindingFacts):
    """An expectation of at most *limit* minutes where no input takes longer than *longest*."""

    kind: ClassVar[str] = "audit-loose-minutes"
    limit: float
    longest: float


@dataclass(frozen=True, slots=True)
class IdleSubsystems(FindingFacts):
    """Subsystems that an expectation allows, and that no input touches."""

    kind: ClassVar[str] = "audit-idle-subsystems"
    subsystems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LooseHeadroom(FindingFacts):
    """An expectation of headroom in a *subsystem* that no input touches."""

    kind: ClassVar[str] = "audit-loose-headroom"
    amount: Amount
    subsystem: str


@dataclass(frozen=True, slots=True)
class SafestMost(FindingFacts):
    """A *parameter* (a percentage where it is *percent*) whose largest safe value was computed: *before* is its most now, if any.

    *usual* is the largest of its usual values where that is more than what is safe, else None.
    """

    kind: ClassVar[str] = "audit-largest-safe"
    parameter: str
    percent: bool
    before: int | None
    usual: int | None


@dataclass(frozen=True, slots=True)
class NamesLeftOut(FindingFacts):
    """So many names, the first of them listed, with which a floor breaks, and that would be left out."""

    kind: ClassVar[str] = "audit-names-left-out"
    names: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class RefusesRest(FindingFacts):
    """An expectation that refuses whatever would break a floor, also what was not looked at."""

    kind: ClassVar[str] = "audit-refuses-rest"
