"""A run of an incident as curves: what happened, or what a trainee made of it, in the same shape so that both compare."""

from dataclasses import dataclass, field

from topology.incident.moment import Moment, SubsystemStanding
from topology.region.region import Region


@dataclass(frozen=True, slots=True)
class Told:
    """Something said or done at *time*. *kind* is `event`, `act`, `refused`, `branch` or `order`."""

    time: float
    text: str
    kind: str
    noticed: bool = False
    announced: bool = False
    wrong: bool = False
    mark: str = ""
    """Who says so and how sure that is, or that it is a model value; empty for what is of this run."""
    lost_s: float | None = None
    """What was written so long before a loss is gone; only where something was recovered from a copy."""
    broke: tuple[str, ...] = ()
    """The subsystems that an act left below their floor in the whole region."""
    command: str = ""
    """What was typed; empty where nothing was."""


@dataclass(frozen=True, slots=True)
class Course:
    """Moments at which anything changed, in order, and what was told; it ends at *ends*."""

    starts: float
    ends: float
    moments: tuple[Moment, ...]
    told: tuple[Told, ...]
    observers: tuple[str, ...]

    def spans(self) -> "tuple[tuple[float, float, Moment], ...]":
        """Give every moment with the time from which and until which it held."""
        ends = [moment.time for moment in self.moments[1:]] + [self.ends]
        return tuple(
            (max(self.starts, moment.time), end, moment) for moment, end in zip(self.moments, ends, strict=True)
        )

    def standing_of(self, subsystem: str) -> tuple[tuple[float, SubsystemStanding], ...]:
        """Give one subsystem's curve."""
        return tuple((moment.time, moment.standing(subsystem)) for moment in self.moments)


@dataclass(slots=True)
class CourseMaker:
    """Gathers a course."""

    region: Region
    starts: float
    moments: list[Moment] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    def note(self, moment: Moment) -> None:
        """Keep a moment; one of the same instant takes the place of the one before, an unchanged one is left out."""
        if self.moments and self.moments[-1].time == moment.time:
            self.moments.pop()
        if not self.moments or self.moments[-1].standings != moment.standings:
            self.moments.append(moment)

    def tell(
        self,
        time: float,
        text: str,
        kind: str,
        *,
        noticed: bool = False,
        announced: bool = False,
        wrong: bool = False,
        mark: str = "",
        lost_s: float | None = None,
        broke: tuple[str, ...] = (),
        command: str = "",
    ) -> None:
        """Keep what was said or done."""
        self.told.append(Told(time, text, kind, noticed, announced, wrong, mark, lost_s, broke, command))

    def course(self, ends: float) -> Course:
        """Give the whole of it."""
        observers = tuple(subsystem.name for subsystem in self.region.subsystems if subsystem.observer)
        kept = tuple(moment for moment in self.moments if moment.time <= ends)
        return Course(self.starts, ends, kept, tuple(one for one in self.told if one.time <= ends), observers)
