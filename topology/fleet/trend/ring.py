"""Capacity and floors of every subsystem over the last hour, from facts alone: in memory, bounded, forgotten with the session."""

import numpy as np
from numpy.typing import NDArray

from topology.fleet.fleet import NO_FLOOR, Scopes
from topology.fleet.state import State
from topology.fleet.trend.curve import UNKNOWN, Trend, TrendSpan
from topology.region.region import Region

KEPT_S = 3600.0
EACH_S = 10.0
"""How far apart moments are kept at least."""
MOST_NUMBERS = 1_000_000
"""Numbers kept of each kind at most; a region of more subsystems keeps fewer moments, further apart."""
UNSEEN_S = 30.0
"""Nobody looked for so long: what was between is not known."""
FAR_ENOUGH_S = 300.0


class HeadroomHistory:
    """Fed with the state of every frame. Each ten seconds become one moment, with the least capacity in them.

    While the source is silent, or nobody looks, there is a moment of which nothing is known. It takes the same time and memory
    however many facts there are: some numbers a subsystem and frame.
    """

    span = TrendSpan.HOUR

    def __init__(self, region: Region, before: "HeadroomHistory | None" = None) -> None:
        """Begin; of *before*, kept of an earlier reading of the same region, what it knows of the same subsystems is taken over."""
        self._region = region
        width = len(region.subsystems)
        self._most = max(2, min(int(KEPT_S / EACH_S) + 1, MOST_NUMBERS // max(1, width)))
        self._each_s = KEPT_S / (self._most - 1)
        self._times = np.zeros(self._most)
        self._is_known = np.zeros(self._most, np.bool_)
        self._capacity, self._lowest, self._floor = (np.full((self._most, width), UNKNOWN, np.int32) for _ in range(3))
        self._count = 0
        self._now = 0.0
        self._rows: _ScopeRows | None = None
        if before is not None and before.region.name == region.name:
            self._take_over(before)

    @property
    def region(self) -> Region:
        """The region that it is of."""
        return self._region

    def fits(self, region: Region) -> bool:
        """Say whether it is of this region, with the same subsystems in the same order."""
        if region is not self._region and region.subsystems is not self._region.subsystems:
            names, before = ([one.name for one in each.subsystems] for each in (region, self._region))
            if region.name != self._region.name or names != before:
                return False
            self._region = region
        return True

    def see(self, state: State) -> None:
        """Take in how it is at this moment; a clock set back begins anew."""
        if self._count and state.time < self._now:
            self._count = 0
        unseen = self._count and state.time - self._now > max(UNSEEN_S, 3 * self._each_s)
        silent = state.freshness.is_silent(state.region.policy.stale_after_s)
        if (unseen or silent) and self._count and self._is_known[self._at]:
            # What was known last was so when it was looked at last, and nobody knows for how long after that.
            self._begin(max(self._now, self._times[self._at]), None)
        self._now = state.time
        if silent:
            return
        if self._rows is None or self._rows.scopes is not state.fleet.scopes:
            self._rows = _ScopeRows(state.fleet.scopes)
        capacity = self._rows.capacity(state)
        since = state.time - self._times[self._at] if self._count else self._each_s
        if not self._count or not self._is_known[self._at] or since >= self._each_s:
            self._begin(state.time, capacity)
        at = self._at
        self._capacity[at], self._floor[at] = capacity, self._rows.floor
        np.minimum(self._lowest[at], capacity, out=self._lowest[at])

    def of(self, subsystem: str) -> Trend | None:
        """Give what is kept of a subsystem; None where it is not in the region."""
        number = self._region.index.get(subsystem)
        if number is None:
            return None
        order, starts = self._order(), self._now - KEPT_S
        # The last moment before the hour says how it was when the hour began.
        order = order[max(0, int(np.searchsorted(self._times[order], starts, side="right")) - 1) :]
        columns = (column[order, number] for column in (self._capacity, self._lowest, self._floor))
        return Trend(self.span, self._region.time_zone, starts, self._now, self._now, self._times[order], *columns)

    def mark(self, subsystem: str = "") -> tuple[int, ...]:
        """Give what is another value when there is more to see."""
        number = self._region.index.get(subsystem)
        if number is None or not self._count:
            return (self._count,)
        return self._count, int(self._capacity[self._at, number]), int(self._lowest[self._at, number])

    def slope(self, seconds: float = 900.0) -> NDArray[np.float64]:
        """Give how many units an hour the headroom of each subsystem changed over the last *seconds*, nan where that is not known.

        It takes moments at least five minutes apart, so that one server that is restarted is no fall.
        """
        order = self._order()
        order = order[self._is_known[order]]
        found = np.full(self._capacity.shape[1], np.nan)
        if not len(order):
            return found
        order = order[self._times[order] >= self._times[order[-1]] - seconds]
        passed = self._times[order[-1]] - self._times[order[0]]
        if passed < FAR_ENOUGH_S:
            return found
        first, last = self._headroom(order[0]), self._headroom(order[-1])
        return np.asarray((last - first) * 3600.0 / passed)

    @property
    def _at(self) -> int:
        """Where the newest moment is kept."""
        return (self._count - 1) % self._most

    def _order(self) -> NDArray[np.intp]:
        """Give where every moment is kept, oldest first."""
        kept = min(self._count, self._most)
        return np.arange(self._count - kept, self._count) % self._most

    def _begin(self, time: float, capacity: NDArray[np.int32] | None) -> None:
        """Begin another moment; without capacities it is one of which nothing is known."""
        self._count += 1
        at = self._at
        self._times[at], self._is_known[at] = time, capacity is not None
        self._capacity[at] = self._lowest[at] = UNKNOWN if capacity is None else capacity
        self._floor[at] = UNKNOWN

    def _headroom(self, at: int) -> NDArray[np.float64]:
        capacity, floor = self._capacity[at], self._floor[at]
        known = (capacity != UNKNOWN) & (floor != UNKNOWN)
        return np.where(known, capacity.astype(float) - floor, np.nan)

    def kept(self, subsystem: str) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
        """Give capacity, least capacity and floor of every moment that is kept of a subsystem."""
        order, number = self._order(), self._region.index[subsystem]
        return self._capacity[order, number], self._lowest[order, number], self._floor[order, number]

    def moments(self) -> tuple[NDArray[np.float64], NDArray[np.bool_], float]:
        """Give the time of every moment that is kept, oldest first, whether anything is known of it, and when was looked last."""
        return self._times[self._order()], self._is_known[self._order()], self._now

    def _take_over(self, before: "HeadroomHistory") -> None:
        """Take over what another knows of the subsystems that are in both."""
        times, is_known, self._now = before.moments()
        times, is_known = times[-self._most :], is_known[-self._most :]
        self._count = len(times)
        self._times[: len(times)], self._is_known[: len(times)] = times, is_known
        for name in self._region.index.keys() & before.region.index.keys():
            number = self._region.index[name]
            for mine, other in zip((self._capacity, self._lowest, self._floor), before.kept(name), strict=True):
                mine[: len(times), number] = other[-len(times) :]


class _ScopeRows:
    """Which rows of a fleet's scopes are of whole subsystems, and their floors: the same until another description is read."""

    def __init__(self, scopes: Scopes) -> None:
        self.scopes = scopes
        self.have_servers = np.flatnonzero(scopes.region_row >= 0)
        self.rows = scopes.region_row[self.have_servers]
        stated = scopes.floor[self.rows]
        self.floor = np.full(len(scopes.region_row), UNKNOWN, np.int32)
        # Units fit: a region has at most some millions of servers.
        self.floor[self.have_servers] = np.where(
            stated == NO_FLOOR, UNKNOWN, np.minimum(stated, np.iinfo(np.int32).max)
        )

    def capacity(self, state: State) -> NDArray[np.int32]:
        """Give every subsystem's capacity, `UNKNOWN` where it has no servers, or some in a rack of which nothing is heard."""
        found = np.full(len(self.floor), UNKNOWN, np.int32)
        found[self.have_servers] = state.fleet.capacity[self.rows]
        for rack in state.unheard:
            found[[state.region.index[name] for name in rack.subsystems if name in state.region.index]] = UNKNOWN
        return found
