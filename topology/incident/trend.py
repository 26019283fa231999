"""Trends of an incident up to the moment of its clock: of the record to the change, of a run as it went."""

import numpy as np
from numpy.typing import NDArray

from topology.fleet.fleet import NO_FLOOR, Fleet
from topology.fleet.trend.curve import UNKNOWN, Trend, TrendSpan
from topology.incident.moment import Moment
from topology.incident.timeline import Timeline
from topology.region.server_states import ServerState

STEPS = 600
"""In how many steps what there is to see grows, over the whole incident."""


class IncidentTrends:
    """Every subsystem's trend. Who owns the clock tells of it with `see`; what lies ahead of it is never given."""

    span = TrendSpan.INCIDENT

    def __init__(self, timeline: Timeline) -> None:
        incident = timeline.incident
        self._incident, self._columns = incident, timeline.columns
        self._first = Fleet(incident.region)
        self._scopes = self._first.scopes
        self._records: dict[int, tuple[NDArray[np.float64], NDArray[np.int32]]] = {}
        self._now = incident.starts
        self._left_at = incident.ends
        self._run: list[Moment] | None = None

    def see(self, now: float, run: list[Moment] | None = None) -> None:
        """Take in the clock and, where somebody left the record, the moments of their run, which may go on."""
        self._now, self._run = now, run
        self._left_at = self._incident.ends if not run else run[0].time

    def of(self, subsystem: str) -> Trend | None:
        """Give a subsystem's from the start of the incident until now; None where it has no servers."""
        region = self._incident.region
        number = region.index.get(subsystem)
        row = -1 if number is None else int(self._scopes.region_row[number])
        if number is None or row < 0:
            return None
        times, capacity = self._record(number, row)
        known = times <= min(self._now, self._left_at)
        times, capacity = times[known], capacity[known]
        if self._run:
            more = [(one.time, one.standings[number].in_service) for one in self._run if one.time <= self._now]
            times = np.concatenate((times, [time for time, _ in more]))
            capacity = np.concatenate((capacity, [UNKNOWN if units is None else units for _, units in more])).astype(
                np.int32
            )
        stated = int(self._scopes.floor[row])
        floor = np.full(len(times), UNKNOWN if stated == NO_FLOOR else stated, np.int32)
        incident = self._incident
        spans = incident.time_zone, incident.starts, incident.ends, self._now
        return Trend(self.span, *spans, times, capacity, capacity, floor)

    def mark(self, subsystem: str = "") -> tuple[object, ...]:
        """Give what is another value when there is more to see."""
        starts, ends = self._incident.starts, self._incident.ends
        share = (self._now - starts) / max(ends - starts, 1.0)
        return int(share * STEPS), id(self._run), 0 if self._run is None else len(self._run)

    def _record(self, number: int, row: int) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        """Give when the record changes a subsystem's capacity, from the start on, and what it is then."""
        if number not in self._records:
            self._records[number] = self._counted(number, int(self._first.capacity[row]))
        return self._records[number]

    def _counted(self, number: int, begins: int) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        roster, columns = self._incident.region.roster, self._columns
        units_of = np.array([dict(profile).get(number, 0) for profile in roster.profiles], np.int64)
        units = units_of[roster.profile[columns.server]] if len(units_of) else np.zeros(0, np.int64)
        mine = np.flatnonzero(units)
        servers, serves = columns.server[mine], (columns.state[mine] == ServerState.IN_SERVICE).astype(np.int64)
        # What a server was before a change is what its change before that made of it.
        order = np.argsort(servers, kind="stable")
        before = np.empty(len(mine), np.int64)
        before[order[1:]] = serves[order[:-1]]
        fresh = order[np.flatnonzero(np.diff(servers[order], prepend=-1))]
        before[fresh] = roster.state[servers[fresh]] == ServerState.IN_SERVICE
        capacity = begins + np.cumsum((serves - before) * units[mine])
        times = np.concatenate(([self._incident.starts], columns.time[mine]))
        last = np.append(np.diff(times) > 0, True)
        return times[last], np.concatenate(([begins], capacity))[last].astype(np.int32)
