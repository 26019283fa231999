"""Trends made by hand, for tests."""

from collections.abc import Sequence

import numpy as np

from topology.fleet.trend.curve import UNKNOWN, Trend, TrendSpan

HOUR = 1_700_000_000.0
"""When the hour of these trends began: 22:13:20 UTC."""


def trend_of(steps: Sequence[tuple[float, int | None]], floor: int | None, *, until: float = 3600.0) -> Trend:
    """Give a trend of an hour from *steps*: seconds after its start, and the capacity from then on, None for not known."""
    capacity = np.array([UNKNOWN if units is None else units for _, units in steps], np.int32)
    times = HOUR + np.array([at for at, _ in steps], float)
    floors = np.full(len(steps), UNKNOWN if floor is None else floor, np.int32)
    return Trend(TrendSpan.HOUR, "UTC", HOUR, HOUR + 3600, HOUR + until, times, capacity, capacity, floors)


class KeptTrends:
    """Trends that are what a test puts there."""

    span = TrendSpan.HOUR

    def __init__(self, **trends: Trend) -> None:
        self._trends = trends
        self._puts = 0

    def put(self, name: str, trend: Trend) -> None:
        """Let a subsystem have another trend."""
        self._trends[name] = trend
        self._puts += 1

    def of(self, subsystem: str) -> Trend | None:
        """Give that of a subsystem."""
        return self._trends.get(subsystem)

    def mark(self, subsystem: str = "") -> tuple[str, int]:
        """Give another value after each put."""
        return subsystem, self._puts
