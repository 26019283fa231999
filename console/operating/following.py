"""Follows a region: loads it, folds its facts, and gives one frozen state a moment. Nobody else changes what is known of it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from console.operating.desk import Feed, RewoundError
from console.words.anew.sentences import anew_sentence
from topology.fleet.batches import EventBatch
from topology.fleet.loads import TellsLoads
from topology.fleet.observed import TellsObserved
from topology.fleet.obstacles import TellsObstacles
from topology.fleet.state import State
from topology.fleet.trend.curve import TellsTrends, Trends
from topology.fleet.trend.ring import HeadroomHistory
from topology.fleet.usual import UsualCounts
from topology.incident.recording import Recorder
from topology.links.protocol import ResyncNeeded
from topology.region.errors import LinkError

RETRY_S = 1.0
"""How long it is polite to wait before a feed that failed is asked again."""


class Hearer(Protocol):
    """Who wants to know what is followed."""

    def region_loaded(self, state: State, *, anew: bool) -> None:
        """A region is known, or its roster is another; *anew* when all of it was read."""

    def not_loaded(self, sentence: str) -> None:
        """Say why the region could not be read so far; the same reason is said once."""

    def facts_came(self, batch: EventBatch) -> None:
        """Facts were folded."""

    def tell(self, sentence: str) -> None:
        """Say why it was read anew."""

    def tell_failure(self, sentence: str) -> None:
        """Say why it could not be read."""


class RegionFollower:
    """Holds what is known of the region behind a feed."""

    def __init__(self, feed: Feed, hearer: Hearer) -> None:
        self.feed = feed
        self.recorder: Recorder | None = None
        """What happened since the region was loaded, to be saved as an incident."""
        self.history: HeadroomHistory | None = None
        self.loaded = asyncio.Event()
        """Set once the region was loaded for the first time."""
        self._hearer = hearer
        self._state: State | None = None
        self._again = asyncio.Event()
        self._failure = ""
        self._unseen = ""
        """Why it is not known who calls whom, as it was said."""

    @property
    def state(self) -> State | None:
        """What was folded so far; for judging, ask `at`."""
        return self._state

    @property
    def trends(self) -> Trends | None:
        """How every subsystem came to stand as it does: by the feed itself, else over the last hour of what was followed."""
        return self.feed.trends() if isinstance(self.feed, TellsTrends) else self.history

    async def follow(self) -> None:
        """Load the region and fold its facts until cancelled. A failing feed is tried again, and said."""
        while True:
            try:
                self._take_in(await self.feed.load())
                await self._fold()
            except RewoundError:
                continue
            except ResyncNeeded as fact:
                if fact.why is not None:
                    self._hearer.tell(anew_sentence(fact.why))
            except LinkError as error:
                self._fail(str(error))
                await self._wait()

    def retry(self) -> None:
        """Ask a feed that failed now, rather than when it is polite."""
        self._again.set()

    def at(self, pending: Callable[[State], NDArray[np.int32]], usual: UsualCounts) -> State | None:
        """Give the state of this moment as a value: the link's time and age, and what is still to leave."""
        state = self._state
        if state is None:
            return None
        now = self.feed.now()
        time = now if self.feed.abilities.rewinds else max(state.time, now)
        loads = self.feed.loads() if isinstance(self.feed, TellsLoads) else {}
        obstacles = self.feed.obstacles() if isinstance(self.feed, TellsObstacles) else {}
        observed = self.feed.observed() if isinstance(self.feed, TellsObserved) else None
        state = replace(state, time=time, freshness=self.feed.freshness, usual=usual, loads=loads, observed=observed)
        state.obstacles = obstacles
        if observed is not None and observed.time:
            self._tell_unknown(observed.unknown)
        found = replace(state, pending=pending(state))
        if self.history is None or not self.history.fits(state.region):
            self.history = HeadroomHistory(state.region, self.history)
        self.history.see(found)
        return found

    def _tell_unknown(self, why: str) -> None:
        """Say once that it is no longer known who calls whom, or that it is again."""
        before, self._unseen = self._unseen, why
        if why and why != before:
            self._hearer.tell_failure(f"{why}.")
        elif before and not why:
            self._hearer.tell("It is known again who calls whom.")

    def _fail(self, sentence: str) -> None:
        """Say a failure, once as long as it stays the same."""
        if sentence == self._failure:
            return
        self._failure = sentence
        if self._state is None:
            self._hearer.not_loaded(sentence)
        else:
            self._hearer.tell_failure(sentence)

    async def _wait(self) -> None:
        self._again.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(RETRY_S):
                await self._again.wait()

    async def _fold(self) -> None:
        if self._state is not None:
            async for batch in self.feed.events(self._state.revision):
                self._fact(self._state, batch)

    def _take_in(self, state: State) -> None:
        if self.recorder is not None and state.region is self.recorder.region and not self.feed.abilities.rewinds:
            self.recorder.see(state)
        else:
            self._record(state)
        self._state, self._failure = state, ""
        self._hearer.region_loaded(state, anew=True)
        self.loaded.set()

    def _fact(self, state: State, batch: EventBatch) -> None:
        if self.recorder is not None and not batch.changes_roster:
            self.recorder.hear(batch)
        state.fold(batch)
        if batch.changes_roster:
            self._record(state)
            self._hearer.region_loaded(state, anew=False)
        self._hearer.facts_came(batch)

    def _record(self, state: State) -> None:
        before, self.recorder = self.recorder, Recorder(state, self.feed.name if self.feed.abilities.rewinds else "")
        if before is not None and (before.region is state.region or before.region.name == state.region.name):
            self.recorder.go_on_from(before)
