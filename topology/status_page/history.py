"""Ninety days of a service, day by day in UTC, from what was shown; time in which nobody watched is told apart."""

from bisect import bisect_right
from datetime import UTC, datetime
from typing import NamedTuple

from topology.status_page.values import SEVERITY, ServiceState

DAY_S = 86_400.0
DAYS = 90
GAP_S = 2 * 3600.0
"""Without any step for longer than this nobody was watching: a console writes one an hour at least."""


class DayRecord(NamedTuple):
    """One day: seconds in each state, and seconds in which nobody watched."""

    start: float
    seconds: tuple[tuple[ServiceState, float], ...]
    unwatched_s: float

    @property
    def worst(self) -> ServiceState | None:
        """The worst that was shown in it; None where nobody watched at all."""
        return max((state for state, _ in self.seconds), key=SEVERITY.__getitem__, default=None)

    def seconds_in(self, state: ServiceState) -> float:
        """Give how long the service was in a state."""
        return dict(self.seconds).get(state, 0.0)


class Watching:
    """When somebody watched: stretches, each from a step to the last one that followed it closely enough."""

    def __init__(self) -> None:
        self._stretches: list[tuple[float, float]] = []

    def copy(self) -> "Watching":
        """Give another one that knows the same."""
        other = Watching()
        other._stretches = list(self._stretches)
        return other

    def saw(self, time: float) -> None:
        """Take in that somebody watched at a time; stretches that end later were dated by a clock that was ahead."""
        if self._stretches and self._stretches[-1][1] > time:
            self._stretches = [(one, min(other, time)) for one, other in self._stretches if one <= time]
        if self._stretches and time - self._stretches[-1][1] <= GAP_S:
            self._stretches[-1] = (self._stretches[-1][0], time)
        else:
            self._stretches.append((time, time))

    def within(self, start: float, end: float) -> list[tuple[float, float]]:
        """Give the stretches between two times, cut to them."""
        first = max(0, bisect_right(self._stretches, (start, float("inf"))) - 1)
        cut = ((max(one, start), min(other, end)) for one, other in self._stretches[first:])
        return [(one, other) for one, other in cut if one < other]

    def forget_before(self, time: float) -> None:
        """Let go of what ended before a time."""
        self._stretches = [one for one in self._stretches if one[1] >= time]


Change = tuple[float, ServiceState]


def days_of(changes: list[Change], watching: Watching, now: float, days: int = DAYS) -> tuple[DayRecord, ...]:
    """Give the last *days* of a service, today last, from its changes in order and from when it was watched."""
    today = datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
    starts = [today - back * DAY_S for back in range(days - 1, -1, -1)]
    return tuple(_day(changes, watching, start, min(start + DAY_S, now)) for start in starts)


def _day(changes: list[Change], watching: Watching, start: float, end: float) -> DayRecord:
    seconds: dict[ServiceState, float] = {}
    watched = 0.0
    for one, other in watching.within(start, end):
        for state, lasted in _lasted(changes, one, other):
            seconds[state] = seconds.get(state, 0.0) + lasted
            watched += lasted
    ordered = tuple(sorted(seconds.items(), key=lambda item: SEVERITY[item[0]]))
    return DayRecord(start, ordered, max(0.0, end - start - watched))


def _lasted(changes: list[Change], start: float, end: float) -> list[tuple[ServiceState, float]]:
    """Give for how many seconds each state held between two times."""
    first = max(0, bisect_right(changes, start, key=lambda change: change[0]) - 1)
    found = []
    for number in range(first, len(changes)):
        time, state = changes[number]
        if time >= end:
            break
        until = changes[number + 1][0] if number + 1 < len(changes) else end
        lasted = min(until, end) - max(time, start)
        if lasted > 0:
            found.append((state, lasted))
    return found
