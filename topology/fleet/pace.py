"""How much of each pace is used over its sliding window, and when so many more servers fit into it.

The check at the act counts for itself (`topology.links.check.pace`): it is a second opinion on purpose.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from topology.fleet.fleet import PACE_WINDOW_S
from topology.fleet.state import State


@dataclass(frozen=True, slots=True)
class SlidingWindow:
    """At most *most* servers may leave in *seconds*: of one subsystem (its number), or (None) of everything.

    *departed* is what left and still counts, as (the link's time, servers), oldest first.
    """

    subsystem: int | None
    seconds: float
    most: int
    departed: tuple[tuple[float, int], ...]

    @property
    def used(self) -> int:
        """Servers that still count."""
        return sum(count for _, count in self.departed)

    def fits_from(self, count: int) -> float | None:
        """Give the time from which *count* more may leave, None where that is now; what never fits waits for all before it."""
        fits_from, left = None, self.used
        for time, gone in self.departed:
            if left + count <= self.most:
                break
            left -= gone
            fits_from = time + self.seconds
        return fits_from


def windows_of_region(state: State, now: float) -> Iterator[SlidingWindow]:
    """Give the windows over everything that leaves: the minute, then the longer ones as they are stated."""
    policy = state.region.policy
    if policy.pace_per_minute is not None:
        yield _window(state, now, None, PACE_WINDOW_S, policy.pace_per_minute)
    for window in policy.windows:
        yield _window(state, now, None, window.seconds, window.count(state.region.roster.count))


def windows_of_subsystems(state: State, now: float, numbers: Iterable[int]) -> Iterator[SlidingWindow]:
    """Give the windows that the subsystems of these *numbers* state, in their order."""
    for number in numbers:
        subsystem = state.region.subsystems[number]
        if subsystem.pace_per_minute is not None:
            yield _window(state, now, number, PACE_WINDOW_S, subsystem.pace_per_minute)
        for window in subsystem.windows:
            yield _window(state, now, number, window.seconds, window.count(state.region.listed[number]))


def departed_since(sent: Iterable[tuple[float, int]], now: float, seconds: float) -> tuple[tuple[float, int], ...]:
    """Give what of *sent*, as (time, servers), still counts in a window of *seconds*."""
    return tuple(one for one in sent if one[0] + seconds > now)


def _window(state: State, now: float, number: int | None, seconds: float, most: int) -> SlidingWindow:
    gone = (
        (one.time, one.servers if number is None else one.per_subsystem.get(number, 0))
        for one in state.fleet.departures
    )
    return SlidingWindow(number, seconds, most, departed_since(gone, now, seconds))
