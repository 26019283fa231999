"""What is asked of a trainee about the region and their run: how it stands now, and the questions before a debrief."""

from console.operating.training.training import Training
from topology.fleet.fleet import Fleet
from topology.incident.lesson.model import LessonQuestion
from topology.incident.lesson.probes import look_back
from topology.incident.moment import Moment, moment_of_fleet
from topology.incident.times import clock_text

LEAST_RUN_S = 120.0
"""A shorter run has no moment that is worth looking back on."""
SHARES = (0.4, 0.8)
"""Where in a run the moments lie that are asked for."""
NEXT = "What would you do next?"


def moment_now(training: Training) -> Moment:
    """Give the region at the moment of the clock: of the run, or of the record."""
    if training.session is not None:
        return training.session.branch.moment()
    # A fleet of its own: the timeline's is walked through beside the window while a run is scored.
    timeline, now = training.replay.timeline, training.now()
    fleet = Fleet(training.incident.region)
    fleet.state = timeline.states_at(now)
    fleet.recount()
    return moment_of_fleet(fleet, now, timeline.marks_at(now))


def before_debrief(training: Training) -> tuple[LessonQuestion, ...]:
    """Make the questions that come before a debrief: two moments of the run, and what comes next. None without a run."""
    left, incident = training.left_at, training.incident
    if training.session is None or left is None or not training.acts:
        return ()
    course, length = training.session.branch.course(), training.now() - left
    moments = [left + (length * share) // 60 * 60 for share in SHARES] if length >= LEAST_RUN_S else []
    asked = [look_back(course, moment, incident.time_zone, incident.seed) for moment in dict.fromkeys(moments)]
    return (*(one for one in asked if one is not None), LessonQuestion("next", NEXT, (), -1, _done_then(training)))


def _done_then(training: Training) -> str:
    """Say what those did whom the account is of: at the decision that stands, else what it tells next."""
    standing, incident = training.decision(), training.incident
    if standing is not None:
        return standing[1].what_happened
    event = training.replay.timeline.next_after(training.now())
    if event is None:
        return "the account ends here"
    return f"at {clock_text(event.time, incident.time_zone)[:5]}: {event.text}"
