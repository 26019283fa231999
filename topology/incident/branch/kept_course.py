"""What is kept of a branch for its course: moments, what was said, what is asked of subsystems, and who is silent."""

from topology.fleet.fleet import Fleet
from topology.incident.course import Course, CourseMaker
from topology.incident.model import Incident, Mark
from topology.incident.moment import Marks, Moment, moment_of_fleet
from topology.incident.timeline import marks_of


class KeptCourse:
    """The course of a run from *time* on. Times are those of the incident; *fleet* is the branch's own."""

    def __init__(self, incident: Incident, fleet: Fleet, time: float) -> None:
        before = tuple(event for event in incident.events if event.time <= time)
        self.maker = CourseMaker(incident.region, time)
        self.demand = {name: mark.demand for name, mark in marks_of(before).items() if mark.demand is not None}
        """What is asked of subsystems, in units, where that is known."""
        self.silenced: set[str] = set()
        """Observers that an instructor made silent."""
        self.tried: set[str] = set()
        """The recovery copies that were tried."""
        self._fleet = fleet

    def moment(self, time: float) -> Moment:
        """Give the region as it is now."""
        return moment_of_fleet(self._fleet, time, self._marks())

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
        marks = {name: Mark(name, demand=units, illustrative=True) for name, units in sorted(self.demand.items())}
        for name in sorted(self.silenced):
            marks[name] = Mark(name, "none", demand=self.demand.get(name), illustrative=True)
        return marks
