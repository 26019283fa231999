"""A training and what really happened, side by side, as plain values: the score file, and what the debrief page shows."""

from topology.incident.course import Course
from topology.incident.model import Incident
from topology.incident.session.score import FORMULAE, score_of
from topology.incident.session.session import TrainingRun
from topology.incident.timeline import Timeline
from topology.incident.times import local_text, utc_text

FORMAT = 1
Plain = dict[str, object]


def outcome_of(timeline: Timeline, run: TrainingRun) -> Plain:
    """Give the whole outcome of a run; the same run gives the same bytes."""
    incident = timeline.incident
    happened = timeline.course(run.acts.branch)
    return {
        "format": FORMAT,
        "kind": "score",
        "incident": incident.name,
        "title": incident.title,
        "digest": incident.digest,
        "era": run.acts.era.name,
        "era_title": run.acts.era.title,
        "seed": run.acts.seed,
        "branch": utc_text(run.acts.branch),
        "until": utc_text(run.acts.until),
        "time_zone": incident.time_zone,
        "formulae": FORMULAE,
        "yours": _side(run.course, incident),
        "what_happened": _side(happened, incident),
        "acts": [
            {
                "utc": utc_text(answer.act.time),
                "time": local_text(answer.act.time, incident.time_zone),
                "do": answer.act.text,
                "confirmed": answer.act.confirmed,
                "outcome": answer.kind,
                "says": list(answer.sentences),
                "servers": answer.servers,
            }
            for answer in run.answers
        ],
        "model_values": "Counts of servers, floors and durations of a run are model values unless a source is named.",
    }


def _side(course: Course, incident: Incident) -> Plain:
    return {
        "score": score_of(course).values(),
        "headroom": {
            name: [
                [utc_text(time), standing.headroom]
                for time, standing in course.standing_of(name)
                if standing.headroom is not None
            ]
            for name in _with_floors(course)
        },
        "told": [
            {
                "utc": utc_text(one.time),
                "time": local_text(one.time, incident.time_zone),
                "kind": one.kind,
                "text": one.text,
                **({"mark": one.mark} if one.mark else {}),
                **({"wrong": True} if one.wrong else {}),
                **({"announced": True} if one.announced else {}),
            }
            for one in course.told
        ],
    }


def _with_floors(course: Course) -> list[str]:
    first = course.moments[0].standings if course.moments else ()
    return [standing.subsystem for standing in first if standing.headroom is not None]
