"""A training and what really happened, side by side, as plain values: the score file, and what the debrief page shows."""

from typing import cast

from topology.incident.course import Course
from topology.incident.judged.objectives import DoneAct, judge_objectives, put_figure
from topology.incident.model import Incident
from topology.incident.session.score import FORMULAE, Score, score_of
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
        **({"trainee": run.acts.trainee} if run.acts.trainee else {}),
        "branch": utc_text(run.acts.branch),
        "until": utc_text(run.acts.until),
        "time_zone": incident.time_zone,
        "formulae": FORMULAE,
        "services": {service.name: service.title for service in incident.services},
        "yours": _yours(run, incident),
        "what_happened": _then(happened, incident),
        "acts": [
            {
                "utc": utc_text(answer.act.time),
                "time": local_text(answer.act.time, incident.time_zone),
                "do": answer.act.text,
                **({"by": answer.act.by} if answer.act.by else {}),
                "confirmed": answer.act.confirmed,
                "outcome": answer.kind,
                "says": list(answer.sentences),
                "servers": answer.servers,
            }
            for answer in run.answers
        ],
        "afterwards": [
            {"text": text, "mark": "model value" if illustrative else f"{source}, {confidence}"}
            for text, source, confidence, illustrative in _afterwards(incident)
        ],
        "model_values": "Counts of servers, floors and durations of a run are model values unless a source is named.",
    }


def _afterwards(incident: Incident) -> list[tuple[str, str, str, bool]]:
    """Give what was found out only after the end, and what came of it."""
    found = [
        (one.text, one.source, one.confidence, one.illustrative) for one in incident.causes if one.known_at is None
    ]
    return [*found, *((one.text, one.source, one.confidence, one.illustrative) for one in incident.aftermath)]


def _yours(run: TrainingRun, incident: Incident) -> Plain:
    """Give the run: its course, and whether its objectives were met."""
    side = _side(run.course, incident, score_in(run.course, incident).values())
    done = [DoneAct(one.act.text, one.act.time, one.servers) for one in run.answers if one.kind == "done"]
    score = cast("dict[str, object]", side["score"])
    judged = judge_objectives(incident, run.acts.branch, done, score)
    side["objectives"] = [
        {"decision": one.decision, "text": one.text, "verdict": one.verdict, "why": one.why} for one in judged
    ]
    return side


def _then(course: Course, incident: Incident) -> Plain:
    """Give what happened: figures that were published take the place of counted ones, and those that nobody knows are left out."""
    score = score_in(course, incident).values()
    sources: dict[str, object] = {}
    # A number says of the whole incident; of a part of it nothing was published.
    begins_well = not any(one.verdict == "below" for one in course.moments[0].standings)
    for one in incident.published:
        if one.value is not None and not begins_well:
            continue
        put_figure(score, one.figure, one.value)
        sources[one.figure] = "unknown" if one.value is None else f"{one.source}, {one.confidence}"
    return {**_side(course, incident, score), "sources": sources}


def score_in(course: Course, incident: Incident) -> Score:
    """Score a course of an incident."""
    return score_of(course, incident.services, {copy.subsystem for copy in incident.copies})


def _side(course: Course, incident: Incident, score: dict[str, object]) -> Plain:
    return {
        "score": score,
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
                **({"broke": list(one.broke)} if one.broke and one.kind != "refused" else {}),
            }
            for one in course.told
        ],
    }


def _with_floors(course: Course) -> list[str]:
    first = course.moments[0].standings if course.moments else ()
    return [standing.subsystem for standing in first if standing.headroom is not None]
