"""Questions on the true state of a region, made from that state: at a moment that is frozen, and looking back on a run."""

import random
from collections.abc import Callable
from itertools import pairwise

from topology.incident.course import Course
from topology.incident.lesson.model import LessonQuestion
from topology.incident.moment import Moment, SubsystemStanding
from topology.incident.times import clock_text

PROBES = 3
"""Questions of one freeze probe."""
CHOICES = 4
NONE_BELOW = "none of these"
STANDINGS = {
    "holds": "it holds its floor",
    "tight": "it holds its floor, but tightly",
    "below": "it is below its floor",
    "impacted": "it cannot be served, for something it needs is below its floor",
    "partial": "a part of its operations is served",
}
"""How a subsystem can stand, as a choice."""
SHARES = (0, 25, 50, 75, 90, 110)


def probe_questions(moment: Moment, seed: int) -> tuple[LessonQuestion, ...]:
    """Make the questions of one freeze probe; the same moment and seed give the same ones."""
    chance = random.Random(f"{seed}:{moment.time}")
    makers: tuple[Callable[[Moment, random.Random], LessonQuestion | None], ...] = (_below, _in_service, _stands)
    made = [maker(moment, chance) for maker in makers]
    return tuple(question for question in made if question is not None)[:PROBES]


def look_back(course: Course, time: float, time_zone: str, seed: int) -> LessonQuestion | None:
    """Ask what was below its floor at a moment of a run; None where the run has no such moment."""
    moment = next((one for one in reversed(course.moments) if one.time <= time), None)
    if moment is None:
        return None
    question = _below(moment, random.Random(f"{seed}:{time}"))
    clock = clock_text(time, time_zone)[:5]
    if question is None:
        return None
    asks = f"Which of these was below its floor at {clock}, as your run went?"
    return LessonQuestion(f"at-{clock}", asks, question.choices, question.answer, question.because, question.code)


def _below(moment: Moment, chance: random.Random) -> LessonQuestion | None:
    """Ask for a subsystem that is below its floor, among some that are not; or among those alone."""
    known = [one for one in moment.standings if one.floor is not None]
    short = [one for one in known if one.verdict == "below"]
    well = [one for one in known if one.verdict != "below"]
    if len(known) < 2:
        return None
    right = chance.choice(short).subsystem if short else NONE_BELOW
    others = [one.subsystem for one in chance.sample(well, min(CHOICES - 1, len(well)))]
    choices = sorted({right, *others} - {NONE_BELOW})
    choices.append(NONE_BELOW)
    names = ", ".join(one.subsystem for one in short)
    because = f"below their floors: {names}" if short else "every subsystem had its floor"
    return LessonQuestion("below", "Which of these is below its floor?", tuple(choices), choices.index(right), because)


def _in_service(moment: Moment, chance: random.Random) -> LessonQuestion | None:
    """Ask how much of one subsystem is in service: of one that is short, else of any."""
    known = [one for one in moment.standings if one.in_service is not None and one.floor]
    if not known:
        return None
    asked = chance.choice([one for one in known if one.verdict == "below"] or known)
    floor, now = asked.floor or 1, asked.in_service or 0
    share = now * 100 // floor
    number = max(place for place, least in enumerate(SHARES) if share >= least)
    choices = (
        *(f"{low} to {high} % of its floor" for low, high in pairwise(SHARES)),
        f"{SHARES[-1]} % of its floor, or more",
    )
    return LessonQuestion(
        "in-service", f"How much of {asked.subsystem} is in service?", choices, number, _counted(asked)
    )


def _stands(moment: Moment, chance: random.Random) -> LessonQuestion | None:
    """Ask how one subsystem stands; one that does not hold is asked for first."""
    known = [one for one in moment.standings if one.verdict in STANDINGS]
    troubled = [one for one in known if one.verdict in ("impacted", "partial")] or known
    if not troubled:
        return None
    asked = chance.choice(troubled)
    choices = tuple(STANDINGS.values())
    answer = list(STANDINGS).index(asked.verdict)
    return LessonQuestion("stands", f"How does {asked.subsystem} stand?", choices, answer, STANDINGS[asked.verdict])


def _counted(one: SubsystemStanding) -> str:
    return f"{one.subsystem}: {one.in_service or 0:,} in service, floor {one.floor or 0:,}"
