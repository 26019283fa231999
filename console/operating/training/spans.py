"""When each subsystem was below its floor: in the record, and in a run. What the bars of the timeline are drawn from."""

from dataclasses import dataclass

import numpy as np

from topology.incident.course import Course
from topology.incident.moment import Moment
from topology.incident.timeline import Timeline

MOST_MOMENTS = 800
"""Moments looked at in a record: more would not be told apart on a screen."""


@dataclass(frozen=True, slots=True)
class Span:
    """A subsystem was below its floor from *start* until *end*, seconds since 1970 UTC."""

    subsystem: str
    start: float
    end: float


def spans_of_record(timeline: Timeline) -> tuple[Span, ...]:
    """Look at every event, and at enough moments between them."""
    incident = timeline.incident
    moments = np.unique(np.concatenate((timeline.columns.time, [event.time for event in incident.events])))
    if len(moments) > MOST_MOMENTS:
        picked = moments[np.linspace(0, len(moments) - 1, MOST_MOMENTS).astype(int)]
        moments = np.unique(np.concatenate((picked, [event.time for event in incident.events[:MOST_MOMENTS]])))
    return _spans([timeline.at(moment) for moment in moments.tolist()], incident.ends)


def spans_of_run(course: Course) -> tuple[Span, ...]:
    """Give those of a run so far."""
    return _spans(course.moments, course.ends)


def _spans(moments: "list[Moment] | tuple[Moment, ...]", ends: float) -> tuple[Span, ...]:
    begun: dict[str, float] = {}
    found: list[Span] = []
    for moment in moments:
        for standing in moment.standings:
            if standing.verdict == "below":
                begun.setdefault(standing.subsystem, moment.time)
            elif standing.subsystem in begun:
                found.append(Span(standing.subsystem, begun.pop(standing.subsystem), moment.time))
    found += [Span(name, start, ends) for name, start in begun.items()]
    return tuple(sorted(found, key=lambda span: (span.start, span.subsystem)))
