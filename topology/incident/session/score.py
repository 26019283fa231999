"""The score of a run, by published formulae, from its course alone; what really happened is scored by the same ones."""

from dataclasses import dataclass

from topology.incident.course import Course, Told
from topology.incident.moment import Moment

FORMULAE = {
    "minutes_below": "for each subsystem with a floor: the minutes in which it was below its floor in any scope",
    "peak_shortfall": "for each such subsystem: the most units by which it was below its floor in the whole region",
    "minutes_short": "the minutes in which at least one subsystem was below its floor",
    "minutes_to_notice": "from the first moment below a floor to the first act, or the first event marked as noticed, at or "
    "after it; nothing where nothing was below, or nobody noticed, or it was not published",
    "wrong_confirmations": "commands that were confirmed though they would leave a subsystem below its floor; "
    "refused ones count, and are also given apart",
    "minutes_of_data_lost": "what was written for so long before the loss and is gone, by the copy recovered from; nothing "
    "where nothing was recovered",
    "minutes_of_silence": "the minutes below a floor in which customers could not have known: a status board could not be "
    "updated, and nothing had been announced yet in this run, by another channel or on a status page that does not stand "
    "on the region",
}
"""What each figure is, in the words of the debrief and the manual."""


@dataclass(frozen=True, slots=True)
class Score:
    """All figures of one run; minutes are rounded to a tenth when shown."""

    minutes_below: tuple[tuple[str, float], ...]
    peak_shortfall: tuple[tuple[str, int], ...]
    minutes_short: float
    minutes_to_notice: float | None
    wrong_confirmations: int
    wrong_refused: int
    minutes_of_silence: float
    minutes_of_data_lost: float | None = None

    def values(self) -> dict[str, object]:
        """Give plain values, for JSON."""
        notice, lost = self.minutes_to_notice, self.minutes_of_data_lost
        return {
            "minutes_below": {name: round(minutes, 1) for name, minutes in self.minutes_below},
            "peak_shortfall": dict(self.peak_shortfall),
            "minutes_short": round(self.minutes_short, 1),
            "minutes_to_notice": None if notice is None else round(notice, 1),
            "wrong_confirmations": self.wrong_confirmations,
            "wrong_refused": self.wrong_refused,
            "minutes_of_silence": round(self.minutes_of_silence, 1),
            "minutes_of_data_lost": None if lost is None else round(lost, 1),
        }


def score_of(course: Course) -> Score:
    """Count."""
    below: dict[str, float] = {}
    peak: dict[str, int] = {}
    short = 0.0
    first: float | None = None
    for start, end, moment in course.spans():
        if _is_short(moment):
            short += (end - start) / 60
            first = start if first is None else first
        for standing in moment.standings:
            if standing.floor is None:
                continue
            below.setdefault(standing.subsystem, 0.0)
            if standing.verdict == "below":
                below[standing.subsystem] += (end - start) / 60
            peak[standing.subsystem] = max(peak.get(standing.subsystem, 0), -(standing.headroom or 0), 0)
    wrong = [one for one in course.told if one.wrong]
    return Score(
        tuple(below.items()),
        tuple(peak.items()),
        short,
        None if first is None else _noticed(course.told, first),
        len(wrong),
        sum(one.kind == "refused" for one in wrong),
        _silence(course),
        max((one.lost_s / 60 for one in course.told if one.lost_s is not None), default=None),
    )


def _is_short(moment: Moment) -> bool:
    return any(standing.verdict == "below" for standing in moment.standings)


def _noticed(told: tuple[Told, ...], first: float) -> float | None:
    # The command that brings it about is an act at that very moment, and notices nothing.
    moments = [one.time for one in told if one.noticed and one.time > first]
    return (min(moments) - first) / 60 if moments else None


def _silence(course: Course) -> float:
    announced = min((one.time for one in course.told if one.announced), default=course.ends)
    minutes = 0.0
    for start, end, moment in course.spans():
        silent = any(moment.standing(name).verdict == "impacted" for name in course.observers)
        if silent and _is_short(moment):
            minutes += max(0.0, min(end, announced) - start) / 60
    return minutes
