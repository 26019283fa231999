"""Tells readers of a live region what happens: batches of facts, stops by others, and that all is well."""

import asyncio
from collections.abc import AsyncIterator, Callable

from topology.fleet.batches import EventBatch, Revision, batch_of
from topology.fleet.reasons.anew import WhyAnew
from topology.links.live.follow.following import Following
from topology.records.ledger.values import LedgerState


class Telling:
    """What readers of *following* hear. *heartbeat* gives the seconds after which they hear at least that all is well."""

    def __init__(self, following: Following, now: Callable[[], float], heartbeat: Callable[[], float]) -> None:
        self.is_over = False
        """Whether readers come to their end."""
        self._following = following
        self._now = now
        self._heartbeat = heartbeat
        self._stops_told: set[str] = set()
        self._news = asyncio.Event()

    async def events(self, after: Revision) -> AsyncIterator[EventBatch]:
        """Give every batch after a revision, then wait for more; one with no servers keeps the revision: all is well.

        Raises:
            ResyncNeeded: load again.
        """
        while not self.is_over:
            news = self._news
            batches = self._following.history.after(after)
            for batch in batches:
                after = batch.revision
                yield batch
            if batches:
                continue
            heartbeat = self._heartbeat()
            try:
                async with asyncio.timeout(heartbeat):
                    await news.wait()
            except TimeoutError:
                freshness = self._following.freshness
                if freshness.connected and freshness.age_s < 2 * heartbeat and not self.is_over:
                    yield batch_of(after, self._now(), [])

    def begin_anew(self, why: WhyAnew | None) -> None:
        """Let readers load again, and hear *why*."""
        self._following.state.revision = self._following.begin_anew(why)
        self.wake()

    def knows_stops(self, seen: LedgerState) -> None:
        """Take it that readers know of these stops: they are about to load."""
        self._stops_told = {stop.execution for stop in seen.stops}

    def tell_stops(self, seen: LedgerState) -> None:
        """Tell of the stops that nobody was told of yet."""
        for stop in seen.stops:
            if stop.execution in self._stops_told:
                continue
            self._stops_told.add(stop.execution)
            batch = batch_of(0, self._now(), [], f"{stop.execution}.stop", stop.operator)
            numbered = self._following.history.add(batch)
            self._following.state.revision = numbered.revision
            self.wake()
        self._stops_told &= {stop.execution for stop in seen.stops}

    def tell_again(self, execution: str) -> None:
        """Tell of the next stop of an execution, too."""
        self._stops_told.discard(execution)

    def wake(self) -> None:
        """Let readers look for what is new."""
        news, self._news = self._news, asyncio.Event()
        news.set()
