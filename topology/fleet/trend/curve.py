"""A subsystem's capacity and floor over a span of time, as steps; where nobody knew there is a gap, never a number."""

from collections.abc import Hashable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

UNKNOWN = np.iinfo(np.int32).min
"""Where nobody could know, or no floor was stated."""


class TrendSpan(Enum):
    """What time a trend is of."""

    HOUR = "last hour"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True, eq=False)
class TrendColumns:
    """A trend in equal pieces of time, oldest first, in units; nan where it was not known all the time.

    *edges* has one more entry than the others: when each piece begins, and when the last one ends. *capacity* and *floor* are those
    at the end of a piece, *lowest* is the least capacity in it.
    """

    edges: NDArray[np.float64]
    capacity: NDArray[np.float64]
    lowest: NDArray[np.float64]
    floor: NDArray[np.float64]

    @property
    def headroom(self) -> NDArray[np.float64]:
        """Units above the floor at the end of each piece."""
        return self.capacity - self.floor

    @property
    def least(self) -> NDArray[np.float64]:
        """The least units above the floor in each piece."""
        return self.lowest - self.floor


@dataclass(frozen=True, slots=True, eq=False)
class Trend:
    """What was known of one subsystem from *starts* to *ends*, as far as *until*; times in seconds since 1970 UTC.

    *time_zone* names the clock by which they are written. At each of *times*, which rise, something may have changed; what was so
    then holds until the next. *capacity*, *floor* and *lowest*, the least capacity until the next, are in units, or `UNKNOWN`.
    """

    span: TrendSpan
    time_zone: str
    starts: float
    ends: float
    until: float
    times: NDArray[np.float64]
    capacity: NDArray[np.int32]
    lowest: NDArray[np.int32]
    floor: NDArray[np.int32]

    @property
    def headroom(self) -> NDArray[np.int32]:
        """Units above the floor, `UNKNOWN` where either is not known."""
        known = (self.capacity != UNKNOWN) & (self.floor != UNKNOWN)
        return np.where(known, self.capacity - self.floor, UNKNOWN).astype(np.int32)

    @property
    def is_known(self) -> bool:
        """Whether the capacity of any moment in it is known."""
        return bool(np.any(self.capacity != UNKNOWN))

    def gaps(self) -> tuple[tuple[float, float], ...]:
        """Give from when until when it was not known, after it was known once and up to now."""
        known = self.capacity != UNKNOWN
        if not known.any():
            return ()
        first = int(np.argmax(known))
        bounds = np.append(self.times, self.until)
        turns = np.flatnonzero(np.diff(known[first:], prepend=True, append=True)) + first
        return tuple(
            (float(bounds[start]), float(bounds[end])) for start, end in zip(turns[::2], turns[1::2], strict=True)
        )

    def since(self) -> float:
        """Give from when on anything is known; *until* where nothing is."""
        known = self.capacity != UNKNOWN
        return max(self.starts, float(self.times[np.argmax(known)])) if known.any() else self.until

    def in_columns(self, count: int) -> TrendColumns:
        """Cut it into *count* equal pieces: for as many as there are pixels, or rows of a table."""
        edges = np.linspace(self.starts, self.ends, count + 1)
        known_of = [np.where(one == UNKNOWN, np.nan, one) for one in (self.capacity, self.lowest, self.floor)]
        if not len(self.times) or self.ends <= self.starts:
            return TrendColumns(edges, *(np.full(count, np.nan) for _ in known_of))
        # Every step that reaches into a piece is a part of it, so that what lasted a moment is not lost between two pixels.
        first = np.searchsorted(self.times, edges[:-1], side="right") - 1
        # A step that begins at this very moment is a part of the last piece, though that ends with it.
        before = np.where(edges[1:] < self.until, edges[1:], np.nextafter(self.until, np.inf))
        last = np.searchsorted(self.times, before, side="left") - 1
        reached = (edges[:-1] <= self.until) & (last >= 0)
        # A piece that begins before anything is kept is known from its first step on.
        lowest = np.where(reached, _least(known_of[1], np.maximum(first, 0), np.maximum(last, 0)), np.nan)
        capacity, floor = (np.where(np.isnan(lowest), np.nan, one[np.maximum(last, 0)]) for one in known_of[::2])
        return TrendColumns(edges, capacity, lowest, floor)


def _least(values: NDArray[np.float64], first: NDArray[np.intp], last: NDArray[np.intp]) -> NDArray[np.float64]:
    """Give the least of the values from each *first* to its *last*, nan where one of them is."""
    bounds = np.stack((first, np.maximum(last, first) + 1), axis=1).ravel()
    return np.minimum.reduceat(np.append(values, np.inf), bounds)[::2]


@runtime_checkable
class TellsTrends(Protocol):
    """Whoever keeps trends of its own; of other sources the last hour is kept."""

    def trends(self) -> "Trends":
        """Give them; never waits."""


class Trends(Protocol):
    """The trends of every subsystem of a region, up to now. They go on: what `of` gives is a value."""

    @property
    def span(self) -> TrendSpan:
        """What time they are of."""

    def of(self, subsystem: str) -> Trend | None:
        """Give that of a subsystem; None where there is none."""

    def mark(self, subsystem: str = "") -> Hashable:
        """Give what is another value when there is more to see: of a subsystem, or of any after some time."""
