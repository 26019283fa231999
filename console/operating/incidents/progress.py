"""What "where you stand" says: every step of the order with what was done of it, and the questions that have come back."""

from dataclasses import dataclass
from datetime import date

from console.operating.incidents.course import course, next_step
from console.operating.incidents.incidents import read_incident_named
from console.operating.incidents.lessons import lesson_named
from console.operating.incidents.standing import TraineeStanding
from topology.incident.lesson.model import LessonQuestion
from topology.incident.reading import IncidentError


@dataclass(frozen=True, slots=True)
class StepProgress:
    """One step of the order in words: its incident, how far one is with it, and what it adds."""

    number: int
    incident: str
    title: str
    played: str
    questions: str
    probes: str
    is_next: bool


@dataclass(frozen=True, slots=True)
class DueQuestion:
    """A question that has come back, by `incident/name`, with the title of its incident."""

    key: str
    title: str
    question: LessonQuestion


def steps(standing: TraineeStanding) -> tuple[StepProgress, ...]:
    """Give every step of the order."""
    following = next_step(standing.played)
    found = []
    for step in course():
        played = standing.played.get(step.incident)
        asked = [one for key, one in standing.questions.items() if key.startswith(f"{step.incident}/") and one.asked]
        right = sum(one.right for one in asked)
        found.append(
            StepProgress(
                step.number,
                step.incident,
                read_incident_named(step.incident).title,
                "" if played is None else f"{played.runs:,} × · last {played.last}",
                f"{right:,} of {sum(one.asked for one in asked):,} right" if asked else "",
                "" if played is None or not played.probes else f"{played.probes_right} of {played.probes} right",
                following is not None and following.incident == step.incident,
            )
        )
    return tuple(found)


def due_questions(standing: TraineeStanding, today: date) -> tuple[DueQuestion, ...]:
    """Give the questions that have come back; one of an incident that is not there any more is left out."""
    found: list[DueQuestion] = []
    for key in standing.due(today):
        name, _, wanted = key.partition("/")
        try:
            incident = read_incident_named(name)
            questions = {one.name: one for one in lesson_named(name, incident).questions}
        except IncidentError:
            continue
        if wanted in questions:
            found.append(DueQuestion(key, incident.title, questions[wanted]))
    return tuple(found)
