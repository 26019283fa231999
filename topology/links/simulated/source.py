"""A simulated fleet as a source among others: whatever is promised of a live region holds for it by the same assembly."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

import numpy as np

from topology.fleet.state import Freshness
from topology.links.fleet_source import (
    Abilities,
    Answer,
    Changes,
    Cursor,
    Facts,
    Floors,
    Identity,
    SourceWave,
    Taken,
    WaveId,
)
from topology.links.simulated.store import SimulatedStore
from topology.region.errors import LinkError

TICK_EACH_S = 0.1
"""How often the world is stepped and the acts of others are read."""
HEARTBEAT_S = 0.5
_Result = TypeVar("_Result")
_log = logging.getLogger(__name__)


class SimulatedSource:
    """A `FleetActor` over a simulated fleet. *goes* says whether time passes by itself; else `tick` lets it.

    Where the region *is_described* by what the store reads, that goes with the facts.
    """

    heartbeat_s = HEARTBEAT_S
    abilities = Abilities(
        atomic_waves=True,
        restores_by_name=True,
        stops_mid_wave=True,
        returns_load=True,
        remembers_waves=True,
        simulated=True,
    )

    def __init__(
        self, region: str, operator: str, store: SimulatedStore, *, goes: bool = True, is_described: bool = False
    ) -> None:
        self.region = region
        self.identity = Identity(operator, "as named on this machine")
        self._store = store
        self._goes = goes
        self._is_described = is_described
        self._ticker: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    async def read(self) -> Facts:
        """Read the whole fleet; the first time it is opened."""
        await asyncio.to_thread(self._store.open, False)
        if self._goes and (self._ticker is None or self._ticker.done()):
            self._ticker = asyncio.get_running_loop().create_task(self._run(), name=f"ticks of {self.region}")
        facts = await asyncio.to_thread(self._store.facts)
        return facts if self._is_described else replace(facts, region=None)

    async def changes(self, after: Cursor) -> AsyncIterator[Changes]:
        """Give every change after a cursor, then wait for more; one that says nothing, that all is well.

        Raises:
            ResyncNeeded: read again.
            LinkError: the acts or the description cannot be read.
        """
        while True:
            news, found = self._news, self.since(after)
            for change in found:
                after = change.cursor
                yield change
            if found:
                continue
            freshness = self._store.freshness()
            if not freshness.connected:
                raise LinkError(freshness.reason or f"{self.region} is closed")
            yield Changes(after, self._store.clock.now(), np.zeros(0, np.int32), np.zeros(0, np.uint8))
            await _within_a_heartbeat(news)

    def since(self, after: Cursor) -> Sequence[Changes]:
        """Give every change after a cursor, as far as the store took it in.

        Raises:
            ResyncNeeded: read again.
        """
        return tuple(
            Changes(str(one.revision), one.time, one.servers, one.states, wave=one.operation, actor=one.actor)
            for one in self._store.history.after(int(after))
        )

    async def catch_up(self, *, anew: bool) -> None:
        """Let the store take in what others did; *anew* looks at the description, too, and never fails."""
        await self._in_thread(self._store.tick if anew else self._store.catch_up)

    async def news(self) -> None:
        """Wait for the next tick or act."""
        await _within_a_heartbeat(self._news)

    def freshness(self) -> Freshness:
        """Say how old the newest fact is."""
        return self._store.freshness()

    async def take(self, wave: SourceWave, floors: Floors) -> Taken:
        """Let all servers of a wave drain in one step, or none."""
        return await self._in_thread(lambda: self._store.take(wave, floors))

    async def give_back(self, wave: SourceWave, floors: Floors) -> Taken:
        """Let the servers of a wave join; of an undo, those that can."""
        return await self._in_thread(lambda: self._store.give_back(wave, floors))

    async def stop(self, execution: str) -> Taken:
        """Let nothing more of an execution leave, and give back what still drains; or did, when its stop was written."""
        back = self._store.gave_back.pop(execution, None)
        if back is None:
            back = await self._in_thread(lambda: self._store.stop(execution, self.identity.name))
        return Taken(f"{execution}.stop", tuple((name, Answer.RETURNED) for name in back))

    async def resume(self, execution: str) -> None:
        """Take a stop back."""
        await self._in_thread(lambda: self._store.resume(execution, self.identity.name))

    async def found(self, wave: WaveId, *, abandon: bool = False) -> Taken | None:
        """Say what became of a wave; with *abandon* one that never happened never will."""
        return await self._in_thread(lambda: self._store.found(wave, self.identity.name, abandon=abandon))

    def tick(self) -> None:
        """Let the time that passed be seen, at once and in this thread."""
        self._store.tick()
        self._wake()

    async def aclose(self) -> None:
        """Let go of the acts file and of the ticks."""
        ticker, self._ticker = self._ticker, None
        if ticker is not None:
            ticker.cancel()
            await asyncio.gather(ticker, return_exceptions=True)
        await asyncio.to_thread(self._store.close)
        self._wake()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(TICK_EACH_S)
            try:
                await asyncio.to_thread(self._store.tick)
            except Exception:  # noqa: BLE001 - what a tick could not do shows as silence, and is tried again
                _log.exception("a tick of %s failed", self.region)
            self._wake()

    async def _in_thread(self, work: Callable[[], _Result]) -> _Result:
        result = await asyncio.to_thread(work)
        self._wake()
        return result

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()


async def _within_a_heartbeat(news: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(HEARTBEAT_S):
            await news.wait()
