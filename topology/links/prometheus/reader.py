"""Reads from Prometheus who was seen to call whom: rates each quarter of a minute, age apart, and what lies further back seldom."""

import asyncio
import time
from urllib.parse import urlencode

from topology.links.graph_source import ObservedGraph, SeenBefore
from topology.links.prometheus.answers import RowsLeftOut, Vector, rates_of, single, vector_of
from topology.links.prometheus.fetching import Fetching
from topology.links.prometheus.presets import HISTORY, GraphPreset

WINDOW = "5m"
"""Over so long a rate is taken: four scrapes of the usual minute, so that one that was missed leaves no hole."""
ANSWERS_S = 10.0
LOOKS_BACK_S = 30.0
SKEW_S = 30.0
"""So many seconds apart from ours a clock is worth a word."""


class PrometheusReader:
    """What a Prometheus saw, by one preset."""

    each_s = 15.0
    looks_back_each_s = 300.0

    def __init__(self, fetching: Fetching, preset: GraphPreset, window: str = WINDOW) -> None:
        self._fetching = fetching
        self._preset = preset
        self._window = window

    async def read(self) -> ObservedGraph:
        """Read how often whom was called lately, and how old the newest sample is."""
        rows = await self._ask(self._preset.rates(self._window), ANSWERS_S)
        newest = await self._ask(self._preset.age(), ANSWERS_S)
        # Thousands of rows take milliseconds, which the event loop has not.
        return await asyncio.to_thread(self._graph, rows, newest, time.time())

    async def look_back(self) -> tuple[SeenBefore, ...]:
        """Read who called whom within the last hour, day and week."""
        found = []
        for window, seconds in HISTORY:
            vector = await self._ask(self._preset.within(window), LOOKS_BACK_S)
            pairs = await asyncio.to_thread(rates_of, vector, self._preset, RowsLeftOut())
            found.append(SeenBefore(vector.time or time.time(), seconds, frozenset(pairs)))
        return tuple(found)

    async def aclose(self) -> None:
        """Nothing is kept open."""

    async def _ask(self, query: str, deadline_s: float) -> Vector:
        path = f"/api/v1/query?{urlencode({'query': query, 'timeout': f'{deadline_s:g}s'})}"
        body = await self._fetching.get(path, deadline_s)
        return await asyncio.to_thread(vector_of, body, str(self._fetching.address))

    def _graph(self, rows: Vector, newest: Vector, ours: float) -> ObservedGraph:
        left_out = RowsLeftOut()
        rates = rates_of(rows, self._preset, left_out)
        age_s, theirs = single(newest), newest.time or rows.time or ours
        remarks = (*left_out.sentences(), *rows.warnings, *self._clocks(theirs - ours))
        return ObservedGraph(theirs, rates, age_s, remarks, self._unknown(rates, bool(rows.rows), age_s))

    def _unknown(self, rates: object, has_rows: bool, age_s: float | None) -> str:
        """Say why nothing is known: an empty answer says nothing of who needs whom."""
        if rates:
            return ""
        where, preset = self._fetching.address, self._preset
        counter = preset.selectors[0].partition("{")[0]
        if has_rows:
            return f"Prometheus at {where} has {counter}, but no row of it can be taken; {preset.hint}"
        if age_s is None:
            return f"Prometheus at {where} has no {counter} now, so who calls whom is unknown; {preset.hint}"
        return f"Prometheus at {where} has fewer than two samples of {counter} yet, so who calls whom is unknown"

    def _clocks(self, ahead_s: float) -> tuple[str, ...]:
        if abs(ahead_s) <= SKEW_S:
            return ()
        side = "ahead of" if ahead_s > 0 else "behind"
        where = self._fetching.address
        return (
            f"The clock of Prometheus at {where} is {abs(ahead_s):,.0f} s {side} this machine's; ages are by its clock.",
        )
