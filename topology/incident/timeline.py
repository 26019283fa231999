"""The timeline of an incident: any moment in either direction, from snapshots and batches folded in numpy."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from topology.fleet.fleet import Fleet
from topology.incident.choosing import Chooser
from topology.incident.course import Course, CourseMaker
from topology.incident.model import Event, Incident, Mark, ServerChange
from topology.incident.moment import Marks, Moment, moment_of_fleet
from topology.region.tables import Problems

EACH = 32_768
"""Single changes between two snapshots: folding so many takes well under a millisecond."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Every single change, in order of time; *time* in seconds since 1970 UTC."""

    time: NDArray[np.float64]
    server: NDArray[np.int32]
    state: NDArray[np.uint8]

    def fold(self, states: NDArray[np.uint8], start: int, end: int) -> None:
        """Carry *states* on over the changes from *start* up to *end*: the last word on a server wins."""
        states[self.server[start:end]] = self.state[start:end]


class Timeline:
    """Answers for every moment of an incident. Building it walks the incident once."""

    def __init__(self, incident: Incident) -> None:
        self.incident = incident
        chooser = Chooser(incident.region, Problems(incident.name))
        found = chooser.walk(incident)
        self._until = chooser.until
        self.columns = Columns(found.time, found.server, found.state)
        self._event_times = [event.time for event in incident.events]
        self._fleet = Fleet(incident.region)
        states = incident.region.roster.state.copy()
        self._snapshots = [states.copy()]
        for start in range(0, len(found.time), EACH):
            self.columns.fold(states, start, start + EACH)
            self._snapshots.append(states.copy())

    def states_at(self, time: float) -> NDArray[np.uint8]:
        """Give the state of every server at a moment, all that happens in that instant included."""
        return self._states(int(np.searchsorted(self.columns.time, time, side="right")))

    def _states(self, end: int) -> NDArray[np.uint8]:
        number = end // EACH
        states = self._snapshots[number].copy()
        self.columns.fold(states, number * EACH, end)
        return states

    def states_before(self, time: float) -> NDArray[np.uint8]:
        """Give the state of every server just before a moment: where a trainee takes over."""
        return self.states_at(float(np.nextafter(time, -np.inf)))

    def at(self, time: float) -> Moment:
        """Give the whole region at a moment."""
        return self._moment(time, self.states_at(time), self.marks_at(time))

    def after_event(self, number: int) -> Moment:
        """Give the whole region right after an event, by its place in the file: of several at one instant each has its own."""
        time = self.incident.events[number].time
        end = int(np.searchsorted(self.columns.time, time, side="left")) + self._until[number]
        return self._moment(time, self._states(end), marks_of(self.incident.events[: number + 1]))

    def _moment(self, time: float, states: NDArray[np.uint8], marks: Marks) -> Moment:
        self._fleet.state = states
        self._fleet.recount()
        return moment_of_fleet(self._fleet, time, marks)

    def marks_at(self, time: float, inclusive: bool = True) -> Marks:
        """Give what events said of whole subsystems up to a moment."""
        end = (bisect_right if inclusive else bisect_left)(self._event_times, time)
        return marks_of(self.incident.events[:end])

    def next_after(self, time: float) -> Event | None:
        """Give the first event later than a moment."""
        number = bisect_right(self._event_times, time)
        return self.incident.events[number] if number < len(self._event_times) else None

    def previous_before(self, time: float) -> Event | None:
        """Give the last event earlier than a moment."""
        number = bisect_left(self._event_times, time)
        return self.incident.events[number - 1] if number else None

    def course(self, starts: float | None = None) -> Course:
        """Give what happened as capacity over time, from a moment (default: the incident's start) to the end."""
        incident = self.incident
        start = incident.starts if starts is None else starts
        maker = CourseMaker(incident.region, start)
        moments = np.unique(np.concatenate((self.columns.time, self._event_times)))
        maker.note(self._moment(start, self.states_before(start), self.marks_at(start, inclusive=False)))
        for time in moments[moments >= start].tolist():
            maker.note(self.at(time))
        for number, event in enumerate(incident.events):
            if event.time >= start:
                broken = self._broken(number) if event.command else ()
                wrong = bool(broken) if event.wrong is None else event.wrong
                maker.tell(
                    event.time,
                    event.text,
                    "event",
                    noticed=event.noticed,
                    announced=event.announcement,
                    wrong=wrong,
                    mark="model value" if event.illustrative else f"{event.source}, {event.confidence}",
                    lost_s=event.lost_s,
                    broke=broken,
                    command=event.command,
                )
        return maker.course(incident.ends)

    def _broken(self, number: int) -> tuple[str, ...]:
        """Name what a command of the account left below its floor that was not before, at once or when it was done."""
        event = self.incident.events[number]
        before = (
            self.after_event(number - 1) if number else self._moment(event.time, self.states_before(event.time), {})
        )
        held = {one.subsystem for one in before.standings if one.verdict != "below"}
        lag = max((one.after_s + one.over_s for one in event.changes if isinstance(one, ServerChange)), default=0.0)
        then = self.at(event.time + lag) if lag else self.after_event(number)
        return tuple(one.subsystem for one in then.standings if one.subsystem in held and one.verdict == "below")


def marks_of(events: tuple[Event, ...]) -> Marks:
    """Fold what events say of whole subsystems: the last word wins."""
    marks: Marks = {}
    for event in events:
        for change in event.changes:
            if isinstance(change, Mark):
                marks[change.subsystem] = _over(marks.get(change.subsystem), change)
    return marks


def _over(earlier: Mark | None, later: Mark) -> Mark:
    """Put a word over an earlier one: what is asked stays until it is said anew, and saying it changes nothing else."""
    if earlier is None:
        return later
    if later.demand is None:
        return replace(later, demand=earlier.demand)
    if later.serves is None and not later.restart:
        return replace(earlier, demand=later.demand)
    return later
