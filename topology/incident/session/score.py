"""The score of a run, by published formulae, from its course alone; what really happened is scored by the same ones."""

from collections.abc import Iterable
from dataclasses import dataclass

from topology.incident.course import Course, Told
from topology.incident.moment import Moment, SubsystemStanding
from topology.incident.rules import ServiceFigure

FORMULAE = {
    "catastrophes": "floors of a whole subsystem that an own command broke, and data that is gone for good: they stand apart, and "
    "nothing else outweighs one",
    "minutes_without": "for each service: the minutes in which it could not serve all that belongs to it",
    "shortfall": "the minutes in which subsystems were short, each by the share of its floor that was missing: all of it for one "
    "minute is 1, a tenth of it for ten minutes is 1",
    "minutes_below": "for each subsystem with a floor: the minutes in which it was below its floor in any scope",
    "peak_shortfall": "for each such subsystem: the most units by which it was below its floor in the whole region",
    "minutes_short": "the minutes in which at least one subsystem was below its floor",
    "minutes_to_notice": "from the first moment below a floor, or the command that brought it about where that is earlier, to the "
    "first act, or the first event marked as noticed, after it; nothing where nothing was below, or nobody noticed, or it was not "
    "published",
    "wrong_confirmations": "commands that were confirmed though they would leave a subsystem below its floor, or though what was "
    "known was against them; refused ones count, and are also given apart",
    "minutes_of_data_lost": "what was written for so long before the loss and is gone, by the copy recovered from; all of it where "
    "something is gone and nothing was recovered",
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
    minutes_without: tuple[tuple[str, float], ...] = ()
    shortfall: float = 0.0
    catastrophes: tuple[str, ...] = ()
    all_data_lost: bool = False

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
            "minutes_without": {name: round(minutes, 1) for name, minutes in self.minutes_without},
            "shortfall": round(self.shortfall, 1),
            "catastrophes": len(self.catastrophes),
            "catastrophic": list(self.catastrophes),
            "all_data_lost": self.all_data_lost,
        }


def score_of(course: Course, services: Iterable[ServiceFigure] = (), kept_in_copies: Iterable[str] = ()) -> Score:
    """Count. *kept_in_copies* are the subsystems whose data is gone with them, but for what a copy has."""
    below: dict[str, float] = {}
    peak: dict[str, int] = {}
    counted = tuple(services)
    without = {service.name: 0.0 for service in counted}
    short = missing = 0.0
    first: float | None = None
    for start, end, moment in course.spans():
        minutes = (end - start) / 60
        if _is_short(moment):
            short += minutes
            first = start if first is None else first
        for service in counted:
            without[service.name] += 0.0 if _is_served(moment, service) else minutes
        for standing in moment.standings:
            if standing.floor is None:
                continue
            below.setdefault(standing.subsystem, 0.0)
            if standing.verdict == "below":
                below[standing.subsystem] += minutes
                missing += _share(standing) * minutes
            peak[standing.subsystem] = max(peak.get(standing.subsystem, 0), -(standing.headroom or 0), 0)
    wrong = [one for one in course.told if one.wrong]
    lost = max((one.lost_s / 60 for one in course.told if one.lost_s is not None), default=None)
    gone = lost is None and _is_gone(course, kept_in_copies)
    return Score(
        tuple(below.items()),
        tuple(peak.items()),
        short,
        None if first is None else _noticed(course.told, first),
        len(wrong),
        sum(one.kind == "refused" for one in wrong),
        _silence(course),
        lost,
        tuple(without.items()),
        missing,
        tuple(_catastrophes(course, lost, gone=gone)),
        gone,
    )


def _is_short(moment: Moment) -> bool:
    return any(standing.verdict == "below" for standing in moment.standings)


def _is_served(moment: Moment, service: ServiceFigure) -> bool:
    standing = moment.standing(service.subsystem)
    return all(standing.can_serve(operation) for operation in service.operations or ("",))


def _share(standing: SubsystemStanding) -> float:
    """Give which share of its floor a subsystem misses, in the region as a whole or in its places together."""
    return min(1.0, standing.missing / standing.floor) if standing.floor else 0.0


def _is_gone(course: Course, kept_in_copies: Iterable[str]) -> bool:
    """Whether something whose data only copies have is gone at the end, all of it."""
    last = course.moments[-1] if course.moments else None
    return last is not None and any(last.standing(name).in_service == 0 for name in kept_in_copies)


def _catastrophes(course: Course, lost: float | None, *, gone: bool) -> Iterable[str]:
    """Name what nothing makes good: floors that own commands broke, and data that is gone."""
    for one in course.told:
        if one.wrong and one.kind != "refused" and one.broke:
            yield f"{one.command or one.text}: {', '.join(one.broke)} below the floor"
    if gone:
        yield "what was written is gone, and nothing was recovered"
    elif lost:
        yield f"what was written in {lost:,.0f} min is gone"


def _noticed(told: tuple[Told, ...], first: float) -> float | None:
    began = min((one.time for one in told if one.wrong and one.kind != "refused" and one.time <= first), default=first)
    # The command that brings it about is an act at that very moment, and notices nothing.
    moments = [one.time for one in told if one.noticed and one.time > began]
    return (min(moments) - began) / 60 if moments else None


def _silence(course: Course) -> float:
    announced = min((one.time for one in course.told if one.announced), default=course.ends)
    minutes = 0.0
    for start, end, moment in course.spans():
        silent = any(moment.standing(name).verdict == "impacted" for name in course.observers)
        if silent and _is_short(moment):
            minutes += max(0.0, min(end, announced) - start) / 60
    return minutes
