"""An incident at its own clock: what a replay shows, and where the facts of a training come from. It has no acts.

It is made of an incident and of nothing else: it opens no file, knows no link and keeps nothing. Watching, its state is that
of the record at the moment of the clock, in either direction. A run that left the record is put in its place; from there the
model of the incident answers, and the clock only goes on.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from console.operating.desk import RewoundError
from topology.fleet.batches import EventBatch, Revision, batch_of
from topology.fleet.fleet import Fleet
from topology.fleet.state import Freshness, State
from topology.fleet.trend.curve import Trends
from topology.incident.branch.branch import Branch
from topology.incident.model import Incident
from topology.incident.timeline import Timeline
from topology.incident.trend import IncidentTrends

KEPT = 4096
"""Batches kept for a reader; one that is further behind loads again."""


@dataclass(frozen=True, slots=True)
class ReplayAbilities:
    """Nothing real is behind it, and its clock may be set back."""

    simulated: bool = True
    rewinds: bool = True


class Replay:
    """An incident to watch. Nothing moves unless `go_to` is called."""

    abilities = ReplayAbilities()

    def __init__(self, incident: Incident, timeline: Timeline | None = None) -> None:
        if not isinstance(incident, Incident):
            raise TypeError(f"a replay is made of an incident, not of {type(incident).__name__}")
        self.name = f"replay:{incident.name}"
        self.incident = incident
        self.timeline = timeline or Timeline(incident)
        self.branch: Branch | None = None
        """The run that left the record; None while it is only watched."""
        self._time = incident.starts
        self._states = self.timeline.states_at(self._time)
        self._revision = 1
        self._epoch = 0
        self._batches: deque[EventBatch] = deque(maxlen=KEPT)
        self._dropped = self._revision
        """The last revision that is no longer kept."""
        self._news = asyncio.Event()
        self._closed = False
        self._trends = IncidentTrends(self.timeline)

    @property
    def revision(self) -> int:
        """Another number whenever a server changed."""
        return self._revision

    # ---- the clock --------------------------------------------------------------------------------------------------

    @property
    def freshness(self) -> Freshness:
        """A record is never old."""
        return Freshness(connected=not self._closed, reason="the replay is closed" if self._closed else "")

    def now(self) -> float:
        """The incident's time, seconds since 1970 UTC; it runs backwards when the record is wound back."""
        return self._time

    def go_to(self, time: float) -> None:
        """Move the clock to a moment of the incident; while somebody acts, only forward.

        Raises:
            ValueError: it is before what was acted on.
        """
        time = min(max(time, self.incident.starts), self.incident.ends)
        if self.branch is None:
            self._time = time
            self._become(self.timeline.states_at(time), time)
            return
        if time < self._time:
            raise ValueError(
                "what was acted on cannot be unmade by the clock; begin the run again from a moment before"
            )
        self.branch.advance(time)
        self._time = time
        self.publish()

    def publish(self) -> None:
        """Let readers know what happened in the run since this was last called."""
        for happening in self.branch.taken() if self.branch is not None else ():
            self._keep(
                batch_of(self._revision + 1, happening.time, list(happening.changes), happening.operation or None)
            )

    def put_run(self, branch: Branch | None) -> None:
        """Go on with a run, at its time; or, with None, with the record. Readers load again."""
        self.branch = branch
        if branch is not None:
            self._time = branch.time
            branch.taken()
        else:
            self._states = self.timeline.states_at(self._time)
        self._revision += 1
        self._epoch += 1
        self._batches.clear()
        self._dropped = self._revision
        self._wake()

    def _become(self, states: NDArray[np.uint8], time: float) -> None:
        changed = np.flatnonzero(states != self._states).astype(np.int32)
        self._states = states
        if len(changed):
            self._keep(EventBatch(self._revision + 1, time, changed, states[changed]))

    def _keep(self, batch: EventBatch) -> None:
        if len(self._batches) == KEPT:
            self._dropped = self._batches[0].revision
        self._batches.append(batch)
        self._revision = batch.revision
        self._wake()

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    # ---- the feed ---------------------------------------------------------------------------------------------------

    def trends(self) -> Trends:
        """Give how every subsystem fared from the start of the incident until now; not what the record says of later."""
        self._trends.see(self._time, None if self.branch is None else self.branch.kept.maker.moments)
        return self._trends

    async def load(self) -> State:
        """Give the region at the moment of the clock, for the caller to keep and to fold events into."""
        self.publish()
        fleet = Fleet(self.incident.region)
        fleet.state = (self.branch.fleet.state if self.branch is not None else self._states).copy()
        fleet.recount()
        if self.branch is not None:
            fleet.left = self.branch.fleet.left.copy()
            fleet.departures = self.branch.fleet.departures.copy()
        return State(self.incident.region, fleet, self._revision, self._time, self.freshness)

    async def events(self, after: Revision) -> AsyncIterator[EventBatch]:
        """Give every batch after a revision, then wait for more.

        Raises:
            RewoundError: another run began, or the reader is too far behind; load again.
        """
        epoch = self._epoch
        while not self._closed:
            news = self._news
            for batch in tuple(self._batches):
                if batch.revision > after and epoch == self._epoch:
                    after = batch.revision
                    yield batch
            if epoch != self._epoch or after < self._dropped:
                raise RewoundError
            if after == self._revision:
                await news.wait()

    async def aclose(self) -> None:
        """Let readers of events come to an end."""
        self._closed = True
        self._wake()
