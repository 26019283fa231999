"""The incidents that a picker offers, in order of their dates, and what its table says of each."""

from dataclasses import dataclass

from console.operating.incidents.course import CourseStep, course, next_step
from console.operating.incidents.incidents import bundled_incidents, read_incident_named
from console.operating.incidents.scores import Best
from topology.incident.model import Incident
from topology.incident.reading import IncidentError

LESSONS = {
    "BLAST": "how far it reaches",
    "CEILING": "a ceiling",
    "CELLS": "cells",
    "CIRCULAR": "needs in a circle",
    "EMPTY": "an empty list",
    "FLOOR": "a floor",
    "FLOOR-MISSING": "no floor stated",
    "GUARD-BUG": "a guard that fails",
    "PACE": "pace",
    "REDUNDANCY": "what is left to fall back on",
    "RESTART": "a long restart",
    "SHARED": "shared servers",
    "STOP": "to stop in time",
    "TARGET": "the wrong target",
    "TYPO": "a slip",
}
"""What an incident teaches, in words; a code that is not here is shown as it is."""
TITLES = ("Date", "Incident", "Order", "Length", "Difficulty", "Lessons", "Best run")
LESSONS_COLUMN, BEST_COLUMN = TITLES.index("Lessons"), TITLES.index("Best run")


@dataclass(frozen=True, slots=True)
class IncidentChoice:
    """An incident to choose, or why it cannot be."""

    name: str
    incident: Incident | None
    trouble: str = ""


def choices() -> tuple[IncidentChoice, ...]:
    """Read every bundled incident; one that cannot be read says why."""
    return tuple(sorted(map(choice_of, bundled_incidents()), key=_by_date))


def choice_of(name: str) -> IncidentChoice:
    """Read one incident, bundled or at a path."""
    try:
        return IncidentChoice(name, read_incident_named(name))
    except IncidentError as error:
        return IncidentChoice(name, None, error.problems[0])


def cells(choice: IncidentChoice, scores: dict[str, Best]) -> tuple[str, ...]:
    """Give what the table says of one incident, a text for each of the titles."""
    incident = choice.incident
    if incident is None:
        return "", choice.name, "", "", "", choice.trouble, ""
    hours, minutes = divmod(round(incident.length_s / 60), 60)
    best = scores.get(incident.name)
    run = "" if best is None else best.short() if best.digest == incident.digest else "of another version"
    return (
        incident.date,
        incident.title,
        order_words(choice.name, scores),
        f"{hours} h {minutes:02d} min",
        incident.difficulty,
        ", ".join(LESSONS.get(code, code.lower()) for code in incident.lessons),
        run or "not played yet",
    )


def best_words(choice: IncidentChoice, scores: dict[str, Best]) -> str:
    """Say the best run of an incident in full, as a line; empty where there is none of this version."""
    best = None if choice.incident is None else scores.get(choice.incident.name)
    if best is None or choice.incident is None or best.digest != choice.incident.digest:
        return ""
    return f"\nBest run: {best.words()}."


def order_words(name: str, scores: dict[str, Best]) -> str:
    """Say where an incident stands in the order of lessons, and which is the next."""
    steps = {step.incident: step for step in course()}
    if name not in steps:
        return ""
    following = next_step(scores)
    if following is None or following.incident != name:
        return f"{steps[name].number}{' · played' if name in scores else ''}"
    return f"{steps[name].number} · {'begin here' if following.number == 1 else 'next'}"


def first_choice(found: tuple[IncidentChoice, ...], scores: dict[str, Best]) -> int:
    """Give the row that is chosen at first: where to begin, or go on."""
    following: CourseStep | None = next_step(scores)
    names = [choice.name for choice in found]
    return names.index(following.incident) if following is not None and following.incident in names else 0


def _by_date(choice: IncidentChoice) -> tuple[str, str]:
    """Put the earliest first; those that cannot be read come last."""
    return ("9999" if choice.incident is None else choice.incident.date), choice.name
