"""What is kept of a branch for its course: moments, what was said, what is asked of subsystems, and who is silent."""

from collections.abc import Callable
from typing import Literal

from topology.fleet.fleet import Fleet
from topology.incident.course import Course, CourseMaker
from topology.incident.model import Incident, Mark
from topology.incident.moment import Marks, Moment, moment_of_fleet
from topology.incident.timeline import marks_of


class KeptCourse:
    """The course of a run from *time* on. Times are those of the incident; *fleet* is the branch's own."""

    def __init__(self, incident: Incident, fleet: Fleet, time: float) -> None:
        before = tuple(event for event in incident.events if event.time <= time)
        marks = marks_of(before)
        self.maker = CourseMaker(incident.region, time)
        self.demand = {name: mark.demand for name, mark in marks.items() if mark.demand is not None}
        """What is asked of subsystems, in units, where that is known."""
        self.served = {name: mark for name, mark in marks.items() if mark.serves not in (None, "none")}
        """What an account says that subsystems serve, as long as nothing else stops."""
        self._boards = {one.name for one in incident.region.subsystems if one.observer}
        self.in_part: Callable[[], frozenset[str]] = frozenset
        """Names the subsystems that serve in part, since their restart has come so far."""
        self.silenced: set[str] = set()
        """Observers that an instructor made silent."""
        self.approved: set[str] = set()
        """The changes that were approved in this run."""
        self.approved_in: dict[tuple[str, str], float] = {}
        """When each of them last went to a place, seconds since 1970 UTC."""
        self.tried: dict[str, float] = {}
        """The recovery copies that were tried, and when first, seconds since 1970 UTC."""
        self._fleet = fleet

    def moment(self, time: float) -> Moment:
        """Give the region as it is now."""
        return moment_of_fleet(self._fleet, time, self._marks(), self.in_part())

    def forget_served(self) -> None:
        """Something stopped: what the account says that others serve no longer holds, but for boards that had worked again."""
        self.served = {name: mark for name, mark in self.served.items() if name in self._boards}

    def note(self, time: float) -> None:
        """Keep the region as it is now."""
        self.maker.note(self.moment(time))

    def can_report(self, time: float) -> bool:
        """Whether every status board works; false as soon as one does not."""
        moment = self.moment(time)
        return not any(moment.standing(name).verdict == "impacted" for name in self.course(0.0).observers)

    def course(self, ends: float) -> Course:
        """Give the run so far, as if it ended then."""
        return self.maker.course(ends)

    def ask(self, time: float, name: str, units: int) -> None:
        """Say what is asked of a subsystem from now on."""
        self.demand[name] = units
        self.note(time)

    def silence(self, time: float, name: str) -> None:
        """Make an observer silent, or let it speak again."""
        self.silenced ^= {name}
        self.note(time)

    def _marks(self) -> Marks:
        names = sorted(self.demand.keys() | self.served.keys() | self.silenced)
        return {name: Mark(name, self._serves(name), demand=self.demand.get(name), illustrative=True) for name in names}

    def _serves(self, name: str) -> tuple[str, ...] | Literal["all", "none"] | None:
        if name in self.silenced:
            return "none"
        return self.served[name].serves if name in self.served else None
