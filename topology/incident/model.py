"""An incident as read: what happened, who says so, and where a trainee may take over. Frozen values."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from topology.incident.conditions.values import (
    Aftermath,
    Channel,
    GuardBug,
    KnownCause,
    PlacePair,
    ReturnLimit,
    SharedRate,
    WayIn,
)
from topology.incident.rules import ObjectiveRule, PublishedFigure, ServiceFigure
from topology.region.region import Amount, Region

Confidence = Literal["P", "Q", "S", "M", "NP"]
CONFIDENCE = {
    "P": "read in the organisation's own report",
    "Q": "quoted from the organisation's report",
    "S": "from a secondary account",
    "M": "from memory, not verified",
    "NP": "not published: a model value",
}
"""What each mark means, in words for the screen."""
MODEL = "model"
"""The source of what is invented for the training."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where facts come from: *verified* says how it was read."""

    id: str
    title: str
    url: str
    verified: str


OUR_SOURCE = Citation(MODEL, "Invented for this training; not published", "", "a model value")


@dataclass(frozen=True, slots=True)
class ServerChange:
    """Servers that go to a state: chosen from *names*, or by *pool*, *subsystem* and *place* among those in *before*.

    *amount* None means all of them; fewer are spread evenly over the roster. *over_s* spreads them over time as well,
    from *after_s* after the event on. What is *hidden* of a change that waits for an approval, no preview can know.
    """

    to: int
    names: tuple[str, ...] = ()
    pool: str = ""
    subsystem: str = ""
    place: str = ""
    before: tuple[int, ...] = ()
    amount: Amount | None = None
    over_s: float = 0.0
    after_s: float = 0.0
    illustrative: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """What is said of a node as a whole: which operations it *serves* (None: as the graph says), how its restart stands.

    *demand* is what is asked of it, in units: while it is known a subsystem is short below it, in place of its stated floor.
    """

    subsystem: str
    serves: tuple[str, ...] | Literal["all", "none"] | None = None
    restart: Literal["", "begun", "done"] = ""
    demand: int | None = None
    illustrative: bool = False


Change = ServerChange | Mark


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at *time* (seconds since 1970 UTC); *place* is where the file says so."""

    time: float
    text: str
    source: str
    confidence: Confidence
    illustrative: bool
    subsystems: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    command: str = ""
    noticed: bool = False
    approximate: bool = False
    always: bool = False
    announcement: bool = False
    until_stopped: bool = False
    lost_s: float | None = None
    place: str = ""
    wrong: bool | None = None
    """Whether its command should have been refused; None: as its effect says."""

    @property
    def has_model_values(self) -> bool:
        """Whether anything about it is invented."""
        return self.illustrative or any(change.illustrative for change in self.changes)


@dataclass(frozen=True, slots=True)
class Decision:
    """A moment at which a trainee takes over; *what_happened* is told after acting or giving up."""

    name: str
    time: float
    situation: str
    known_then: tuple[str, ...]
    objectives: tuple[str, ...]
    what_happened: str
    source: str
    confidence: Confidence
    illustrative: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that waits for an approval. The guard *refused_by* refuses it, *needs_place_by* only where no place is named.

    *covers* are the subsystems whose servers it changes: where its effect is hidden, a preview judges as if they stopped. One
    that *gives_back* takes a change back, and is judged like a return. While one is in force and not *cured_by* another, restarts
    of what it changes are for nothing.
    """

    name: str
    title: str
    text: str
    changes: tuple[ServerChange, ...]
    refused_by: str
    refusal: str
    needs_place_by: str
    source: str
    confidence: Confidence
    illustrative: bool
    covers: tuple[str, ...] = ()
    gives_back: bool = False
    cured_by: str = ""
    reads: bool = False
    """Whether it is said to read only: a tool of the day believes that."""


@dataclass(frozen=True, slots=True)
class RecoveryCopy:
    """A copy of *subsystem*, of which nobody knows whether it is *good* before it was tried, for *try_s*.

    Recovery from it takes *recover_s*, and loses what was written in the last *lost_s*; where it is known when it was *taken*
    (seconds since 1970 UTC), what was written from then to the loss. One on a *server* is good while that is in service, one
    made *when_tried* if there was something to make it of; then *whole* is what is found.
    """

    name: str
    title: str
    subsystem: str
    good: bool
    found: str
    try_s: float
    recover_s: float
    lost_s: float
    source: str
    confidence: Confidence
    illustrative: bool
    server: str = ""
    whole: str = ""
    taken: float | None = None
    when_tried: bool = False


@dataclass(frozen=True, slots=True)
class Rebuild:
    """Servers of *subsystem* that were removed come back one after the other: all of them would take *takes_s*."""

    subsystem: str
    takes_s: float
    source: str
    confidence: Confidence
    illustrative: bool


@dataclass(frozen=True, slots=True)
class Cascade:
    """What follows by itself once *subsystem* has had less than *below* of its servers, or more than *above*, for *lasts_s*.

    It follows again each time that it becomes so again.
    """

    name: str
    text: str
    subsystem: str
    below: Amount | None
    above: int | None
    lasts_s: float
    changes: tuple[ServerChange, ...]
    source: str
    confidence: Confidence
    illustrative: bool


@dataclass(frozen=True, slots=True)
class Era:
    """Which guards a tool had: the codes of those that refuse; None for all. Others only say what they see.

    *paced* is whether waves leave at the policy's pace, else all at once. *empty_means_all* is the tool that takes a selection
    of nothing for no limit. *cells* partitions what stops and is restarted. *share_percent* is a check that refuses a change, also
    a return, of so much or more of what *share_of* has in service at that moment; 0 for none.
    """

    name: str
    title: str
    guards: frozenset[str] | None = None
    paced: bool = True
    empty_means_all: bool = False
    cells: int = 1
    share_percent: int = 0
    share_of: str = ""
    source: str = MODEL
    confidence: Confidence = "NP"
    illustrative: bool = True
    bugs: tuple[GuardBug, ...] = ()
    """What its guards let pass though they should not."""
    second_check: bool = False
    """Whether it is counted again at the act, by what shares no bug with the guards."""

    def lets_pass(self, code: str, text: str) -> bool:
        """Whether a guard says nothing of an act, for a bug of its own."""
        return any(bug.lets_pass(code, text) for bug in self.bugs)


UNDERKEEL = Era("underkeel", "Underkeel: every guard holds")
"""Always there, whatever an incident says."""


def _nobody() -> NDArray[np.int32]:
    return np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """Single state changes in columns, in order of time: a session that was recorded."""

    time: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    server: NDArray[np.int32] = field(default_factory=_nobody)
    state: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))


@dataclass(frozen=True, slots=True, eq=False)
class Incident:
    """A whole incident; times are seconds since 1970 UTC, *length_s* is from *starts* to *ends*."""

    name: str
    title: str
    date: str
    time_zone: str
    starts: float
    ends: float
    difficulty: str
    summary: str
    lessons: tuple[str, ...]
    sources: tuple[Citation, ...]
    events: tuple[Event, ...]
    decisions: tuple[Decision, ...]
    eras: tuple[Era, ...]
    seed: int
    region: Region
    playbook: str
    digest: str
    recorded: Recorded = field(default_factory=Recorded)
    proposals: tuple[Proposal, ...] = ()
    copies: tuple[RecoveryCopy, ...] = ()
    rebuilds: tuple[Rebuild, ...] = ()
    services: tuple[ServiceFigure, ...] = ()
    published: tuple[PublishedFigure, ...] = ()
    objectives: tuple[ObjectiveRule, ...] = ()
    reaches: tuple[WayIn, ...] = ()
    cascades: tuple[Cascade, ...] = ()
    return_limits: tuple[ReturnLimit, ...] = ()
    shared_rates: tuple[SharedRate, ...] = ()
    channels: tuple[Channel, ...] = ()
    pairs: tuple[PlacePair, ...] = ()
    causes: tuple[KnownCause, ...] = ()
    aftermath: tuple[Aftermath, ...] = ()

    @property
    def length_s(self) -> float:
        """How long it is."""
        return self.ends - self.starts

    def events_until(self, time: float) -> tuple[Event, ...]:
        """Give the events up to a moment, in order."""
        return tuple(event for event in self.events if event.time <= time)

    def era(self, name: str) -> Era:
        """Give the era called *name*.

        Raises:
            KeyError: there is none.
        """
        return {era.name: era for era in self.eras}[name]

    def source(self, id_: str) -> Citation:
        """Give the source with an id.

        Raises:
            KeyError: there is none.
        """
        return {source.id: source for source in self.sources}[id_]
