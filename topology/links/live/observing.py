"""Keeps what a graph source saw: who called whom, how often, when last. What it saw once stays, and only grows old."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from topology.fleet.observed import Observed, Pair, SeenCall
from topology.fleet.reasons.anew import CallObserved, FirstCallsObserved, WhyAnew
from topology.links.graph_source import GraphReader, ObservedGraph, SeenBefore
from topology.region.errors import LinkError

MOST_CALLS = 20_000
"""So many edges are kept; whoever makes up names for each request does not fill the memory."""
REREAD_EACH_S = 30.0
"""New edges make the region be read anew at most so often."""
TRY_AGAIN_S = 15.0
LONGEST_S = 7 * 86_400.0 + 3600.0
"""What was seen longer ago than a week, and the hour until that is noticed, was seen once."""
_log = logging.getLogger(__name__)


class Observing:
    """Looks again and again, for as long as `run` is not cancelled. The region's facts do not wait for it."""

    def __init__(self, name: str, opens: Callable[[], Awaitable[GraphReader]], now: Callable[[], float]) -> None:
        self.name = name
        self._opens = opens
        self._now = now
        self._reader: GraphReader | None = None
        self._last: dict[Pair, float | None] = {}
        """When each pair was seen last at the latest known, by the source's clock; None where it is only known of."""
        self._graph = ObservedGraph(0.0, {})
        """What the source answered last, at *_read_at*."""
        self._read_at = 0.0
        self._unknown = ""
        self._days: int | None = None
        self._looked_back: float | None = None
        self._back_remark = ""
        self._taken: frozenset[Pair] = frozenset()
        self._taken_at = float("-inf")
        self._latest = Observed(unknown=f"{name} was not asked yet")

    @property
    def latest(self) -> Observed:
        """What is known now; never waits."""
        return self._latest

    def take(self) -> tuple[Pair, ...]:
        """Give every pair that was seen, in order, for the region to be put together with."""
        self._taken, self._taken_at = frozenset(self._last), self._now()
        return tuple(sorted(self._last))

    def news(self) -> WhyAnew | None:
        """Say what was seen that the region was not put together with; None where there is nothing, or it can wait."""
        if len(self._last) == len(self._taken) or (self._taken and self._now() - self._taken_at < REREAD_EACH_S):
            return None
        fresh = sorted(self._last.keys() - self._taken)
        caller, called = fresh[0]
        if not self._taken:
            return FirstCallsObserved(self.name, len(fresh))
        return CallObserved(caller, called, len(fresh) - 1)

    async def ready(self, patience_s: float, *, looks_back: bool = False) -> None:
        """Ask for the first time, and with *looks_back* also what lies further back; gives up after a while, and says nothing."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                if self._latest.time == 0.0:
                    await self._look()
                if looks_back:
                    await self._look_back()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self._look()
            await self._look_back()
            await asyncio.sleep(TRY_AGAIN_S if self._reader is None else self._reader.each_s)

    async def aclose(self) -> None:
        """Let go of the reader."""
        reader, self._reader = self._reader, None
        if reader is not None:
            await reader.aclose()

    async def _look(self) -> None:
        try:
            if self._reader is None:
                self._reader = await self._opens()
            graph = await self._reader.read()
        except LinkError as error:
            self._fail(str(error))
        else:
            self._take_in(graph)

    async def _look_back(self) -> None:
        reader, now = self._reader, self._now()
        if reader is None or self._latest.unknown:
            return
        if self._looked_back is not None and 0 <= now - self._looked_back < reader.looks_back_each_s:
            return
        self._looked_back = now
        try:
            self._remember(await reader.look_back())
        except LinkError as error:
            self._back_remark = f"Who called whom within the last week is not known: {error}."
            _log.info("%s", error)
        self._tell()

    def _take_in(self, graph: ObservedGraph) -> None:
        if graph.unknown:
            self._fail(graph.unknown, graph.remarks)
            return
        self._graph, self._read_at, self._unknown = graph, self._now(), ""
        self._learn((pair, graph.time if rate else None) for pair, rate in graph.rates.items())
        self._tell()

    def _remember(self, windows: Iterable[SeenBefore]) -> None:
        for window in windows:
            self._learn((pair, window.time - window.seconds) for pair in window.pairs)
            self._days = max(self._days or 0, round(window.seconds / 86_400))
        self._back_remark = ""

    def _learn(self, sights: Iterable[tuple[Pair, float | None]]) -> None:
        for pair, when in sights:
            before = self._last.get(pair)
            if pair not in self._last and len(self._last) >= MOST_CALLS:
                continue
            self._last[pair] = before if when is None else when if before is None else max(before, when)

    def _fail(self, why: str, remarks: tuple[str, ...] = ()) -> None:
        """Keep what was seen, without rates: nobody knows them now."""
        if why != self._unknown:
            _log.warning("%s", why)
        self._unknown = why
        self._tell(remarks)

    def _tell(self, remarks: tuple[str, ...] = ()) -> None:
        """Put together what is known now: rates only while the source answers, ages by its own clock and the time since."""
        now, graph = self._now(), self._graph
        passed = now - self._read_at
        rates = {} if self._unknown else graph.rates
        calls = {
            pair: SeenCall(rates.get(pair), self._ago(when, graph.time + passed)) for pair, when in self._last.items()
        }
        age_s = None if graph.age_s is None else graph.age_s + passed
        full = f"Only {MOST_CALLS:,} edges are kept." if len(self._last) >= MOST_CALLS else ""
        said = remarks or (() if self._unknown else graph.remarks)
        own = tuple(filter(None, (self._back_remark, full)))
        self._latest = Observed(calls, now, age_s, self._unknown, (*said, *own), self._days)

    @staticmethod
    def _ago(when: float | None, now: float) -> float | None:
        """Give how many seconds ago that was at most; None where that is longer than anything that was asked for."""
        return None if when is None or now - when > LONGEST_S else max(0.0, now - when)


def _edges(count: int) -> str:
    return f"{count:,} {'edge' if count == 1 else 'edges'}"
