"""Headroom of every subsystem over the last hour, from facts alone: kept in memory, bounded, and forgotten with the session."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topology.fleet.fleet import NO_FLOOR
from topology.fleet.state import State
from topology.region.region import Region

KEPT_S = 3600.0
EACH_S = 10.0
"""How far apart moments are kept at least."""
MOST_NUMBERS = 1_000_000
"""Numbers kept at most; a region of more subsystems keeps fewer moments, further apart."""
FAR_ENOUGH_S = 300.0
UNKNOWN = np.iinfo(np.int32).min
"""Where no floor was stated, or nobody could know: never drawn as a number."""


@dataclass(frozen=True, slots=True, eq=False)
class Trend:
    """Headroom of one subsystem, oldest first: *times* in seconds since 1970 UTC, *headroom* in units, `UNKNOWN` among them."""

    times: NDArray[np.float64]
    headroom: NDArray[np.int32]


class HeadroomHistory:
    """Fed with the state of every frame; keeps one moment each ten seconds, and none while the source is silent."""

    def __init__(self, region: Region) -> None:
        self._of = region.name, len(region.subsystems)
        most = int(KEPT_S / EACH_S)
        self._most = max(2, min(most, MOST_NUMBERS // max(1, self._of[1])))
        self._each_s = KEPT_S / self._most
        self._times = np.zeros(self._most)
        self._rows = np.full((self._most, self._of[1]), UNKNOWN, np.int32)
        self._count = 0

    def fits(self, region: Region) -> bool:
        """Say whether it is of this region, with as many subsystems."""
        return self._of == (region.name, len(region.subsystems))

    def see(self, state: State) -> None:
        """Keep the headroom of this moment if the last one kept is long enough ago; a clock set back begins anew."""
        if state.freshness.is_silent(state.region.policy.stale_after_s):
            return
        if self._count:
            since = state.time - self._times[(self._count - 1) % self._most]
            if since < 0:
                self._count = 0
            elif since < self._each_s:
                return
        at = self._count % self._most
        self._times[at] = state.time
        self._rows[at] = headroom_now(state)
        self._count += 1

    def of(self, subsystem: int) -> Trend:
        """Give what is kept of a subsystem, by its position in the region."""
        kept = min(self._count, self._most)
        order = (np.arange(self._count - kept, self._count)) % self._most
        times = self._times[order]
        recent = times >= (times[-1] - KEPT_S) if kept else np.zeros(0, np.bool_)
        return Trend(times[recent], self._rows[order, subsystem][recent])

    def slope(self, seconds: float = 900.0) -> NDArray[np.float64]:
        """Give how many units an hour the headroom of each subsystem changed over the last *seconds*, nan where that is not known.

        It takes moments at least five minutes apart, so that one server that is restarted is no fall.
        """
        kept = min(self._count, self._most)
        order = (np.arange(self._count - kept, self._count)) % self._most
        times = self._times[order]
        found = np.full(self._of[1], np.nan)
        if not kept:
            return found
        recent = order[times >= times[-1] - seconds]
        passed = self._times[recent[-1]] - self._times[recent[0]]
        if passed < FAR_ENOUGH_S:
            return found
        first, last = self._rows[recent[0]], self._rows[recent[-1]]
        known = (first != UNKNOWN) & (last != UNKNOWN)
        found[known] = (last[known].astype(float) - first[known]) * 3600.0 / passed
        return found


def headroom_now(state: State) -> NDArray[np.int32]:
    """Give the headroom of every subsystem in its region scope, `UNKNOWN` where it has no servers or no floor."""
    scopes, found = state.fleet.scopes, np.full(len(state.region.subsystems), UNKNOWN, np.int32)
    has_servers = np.flatnonzero(scopes.region_row >= 0)
    rows = scopes.region_row[has_servers]
    stated = scopes.floor[rows] != NO_FLOOR
    room = state.fleet.capacity[rows] - scopes.floor[rows]
    found[has_servers[stated]] = np.clip(room[stated], UNKNOWN + 1, np.iinfo(np.int32).max)
    return found
