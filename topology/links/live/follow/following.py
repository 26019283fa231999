"""Keeps the state of a live region current with its source: reads it, folds what changes, and says how old that is.

Positions of the source are put into those of the roster. What is known ages from the moment the source was last heard of,
whatever it says of itself. Another region behind the same address is refused for good.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from topology.fleet.batches import EventBatch, Revision
from topology.fleet.loads import Load
from topology.fleet.reasons.anew import AgentsHeard, AgentsLost, ManyServersGone, ReadSince, WhyAnew
from topology.fleet.state import Freshness, State
from topology.fleet.unheard import UnheardRack
from topology.links.deadline import BoundedReader
from topology.links.fleet_source import Changes, ResyncNeeded, Supports
from topology.links.history import BatchHistory
from topology.links.live.follow.causes import Causes
from topology.links.live.follow.placing import Placing
from topology.links.live.follow.readings import FleetReading, carry_over, named, reading_of, same_roster
from topology.links.live.last_known import KeptFacts, nothing_known
from topology.region.errors import LinkError
from topology.region.region import Region
from topology.region.sentences.clock import by_clock


class Following:
    """The state of one live region, as its source has it. One owner reads and folds; *state* is its own."""

    def __init__(
        self,
        reader: BoundedReader,
        description: Callable[[], Region],
        declared: Callable[[], Mapping[tuple[str, str], int]],
        now: Callable[[], float],
    ) -> None:
        self.reader = reader
        self.history = BatchHistory()
        self.trouble = ""
        self.on_change: Callable[[EventBatch], None] = lambda batch: None
        self.on_reading: Callable[[], None] = lambda: None
        self.causes = Causes()
        self.generation = 0
        """Rises with every reading: a stream of changes that began before one is not gone on with."""
        self.cursor = ""
        """From where the source is followed on."""
        self._state: State | None = None
        self._reading: FleetReading | None = None
        self._old = ""
        """Of when is what is shown, in words, as long as the source was never read."""
        self._description = description
        self._declared = declared
        self.now = now
        self.heard = now()
        """When the source was last heard of, by our own clock."""
        self._placing: Placing | None = None
        self._reads = asyncio.Lock()

    @property
    def is_read(self) -> bool:
        """Whether the source was ever read; what was kept of it is no reading."""
        return self._state is not None and not self._old

    @property
    def state(self) -> State:
        """The state; its owner folds facts into it.

        Raises:
            LinkError: the source was not read yet.
        """
        if self._state is None:
            raise LinkError(self.trouble or "the region is not read yet")
        return self._state

    @property
    def reading(self) -> FleetReading:
        """The latest reading of the source.

        Raises:
            LinkError: the source was not read yet.
        """
        if self._reading is None:
            raise LinkError(self.trouble or "the region is not read yet")
        return self._reading

    @property
    def freshness(self) -> Freshness:
        """How old the newest fact is, by our own clock alone."""
        connected = self.is_read and not self.trouble
        reason = "; ".join(filter(None, (self.trouble, self._old)))
        if (near := self.reader.near) is not None:
            found = near.freshness()
            return replace(found, connected=found.connected and connected, reason=found.reason or reason)
        return Freshness(max(0.0, self.now() - self.heard), connected, reason)

    async def read(self, why: WhyAnew | None) -> None:
        """Read the whole fleet; readers of batches load again, and hear *why*.

        Raises:
            LinkError: it cannot be read, or is another region's now.
        """
        async with self._reads:
            await self._read_anew(why)

    async def _read_anew(self, why: WhyAnew | None) -> None:
        began = self.now()
        facts = await self.reader.read()
        self._check_id()
        description, declared = self._description(), self._declared()
        # A million servers take their time; the loop must not.
        reading = await asyncio.to_thread(reading_of, description, facts, declared)
        self._adopt(reading, began, why)

    async def recall(self, kept: KeptFacts | None, why: str) -> None:
        """Show what was *kept* of the source, or that nothing is known of it, for it cannot be read, which *why* says.

        Raises:
            LinkError: what was kept cannot be.
        """
        facts, heard = (nothing_known(0.0), self.now()) if kept is None else (kept.facts, kept.time)
        reading = await asyncio.to_thread(reading_of, self._description(), facts, self._declared())
        self._adopt(reading, heard, None)
        self.trouble, self.reader.accepted = why, "" if kept is None else kept.region
        self._old = "nothing was ever read of it here" if kept is None else _as_of(heard, reading.region.time_zone)

    async def look(self, why: WhyAnew | None) -> None:
        """Read the whole fleet, and tell only what differs where the same servers are listed as before.

        Raises:
            LinkError: it cannot be read, or is another region's now.
        """
        async with self._reads:
            began = self.now()
            facts = await self.reader.read()
            self._check_id()
            reading = await asyncio.to_thread(reading_of, self._description(), facts, self._declared())
            if self._state is not None and self.is_read and same_roster(self._state.region, reading.region):
                self._compare(reading, began)
            else:
                self._adopt(reading, began, why)

    async def catch_up(self) -> None:
        """Take in all that a source in this program has to tell; of any other, what it tells comes by itself.

        Raises:
            LinkError: it had to be read anew, and cannot be.
        """
        if self.fold_news() is None:
            return
        async with self._reads:
            # Somebody else may have read it anew meanwhile.
            if (why := self.fold_news()) is not None:
                await self._read_anew(why)

    def fold_news(self) -> WhyAnew | None:
        """Fold all that a source in this program has to tell, at once; why it has to be read anew, where it has."""
        near = self.reader.near
        if near is None or self._state is None:
            return None
        try:
            for change in near.since(self.cursor):
                self.take(change)
        except ResyncNeeded as fact:
            return fact.why or ReadSince()
        if near.freshness().connected:
            self.trouble = ""
        return None

    def take(self, change: Changes) -> None:
        """Fold what the source says of its servers since the last word.

        Raises:
            ResyncNeeded: it speaks of what cannot be added to the roster.
        """
        self.cursor = change.cursor
        self.heard, self.trouble = self.now(), ""
        self._fold(change)
        if change.unheard is not None:
            self._hear_of(named(change.unheard, self.reading.names, self.state.region))

    def _fold(self, change: Changes) -> None:
        if not (len(change.servers) or change.joined or change.gone or change.moved):
            return
        placing = self._placing or Placing(self.reading)
        # No clock but ours decides; one in this program goes by it.
        time = self.heard if self.reader.near is None else change.time
        batch = placing.batch(change, time, self.state, self._description())
        is_told = change.wave or change.actor or self.reader.near is not None
        for part in [batch] if is_told else self.causes.split(batch, self.state.region.roster.names):
            self._tell(part)
        if placing.has_many_gaps:
            raise ResyncNeeded(ManyServersGone())

    def begin_anew(self, why: WhyAnew | None) -> Revision:
        """Let readers of batches load again, and hear *why*."""
        self.history.begin_anew(why)
        return self.history.revision

    def supports_of(self, server: int) -> Supports:
        """Give what a server supports in the source's own words."""
        return self.reading.supports_of(self.state.region, server)

    def loads(self) -> Mapping[str, Load]:
        """Give what subsystems carry, by the description's names; nothing while the source is silent."""
        return {} if self._reading is None or self.trouble else self._reading.loads(self.reader.loads())

    def _check_id(self) -> None:
        if elsewhere := self.reader.elsewhere:
            self.trouble = f"{elsewhere}; nothing is done there"
            raise LinkError(self.trouble)
        self.reader.accepted = self.reader.region

    def _adopt(self, reading: FleetReading, began: float, why: WhyAnew | None) -> None:
        before = self._state
        self._read(reading, began)
        if before is not None:
            carry_over(before, reading)
        self.history.begin_anew(why)
        self._state = State(reading.region, reading.fleet, self.history.revision, began, unheard=reading.unheard)
        self.on_reading()

    def _read(self, reading: FleetReading, began: float) -> None:
        self._reading, self._placing, self.cursor = reading, Placing(reading), reading.cursor
        self.heard, self.trouble, self._old = began, "", ""
        self.generation += 1

    def _compare(self, reading: FleetReading, began: float) -> None:
        """Tell what a new reading of the same servers shows that was not told yet."""
        self._read(reading, began)
        other = np.flatnonzero(self.state.fleet.state != reading.fleet.state).astype(np.int32)
        batch = EventBatch(0, began, other, reading.fleet.state[other])
        for part in self.causes.split(batch, self.state.region.roster.names) if len(other) else ():
            self._tell(part)
        self._hear_of(reading.unheard)

    def _hear_of(self, unheard: tuple[UnheardRack, ...]) -> None:
        """Let readers load again where other racks are without an agent than before."""
        if unheard != self.state.unheard:
            self.state.unheard = unheard
            self.state.revision = self.begin_anew(AgentsLost() if unheard else AgentsHeard())
            self.on_reading()

    def _tell(self, batch: EventBatch) -> None:
        numbered = self.history.add(batch)
        self.state.fold(numbered)
        self.on_change(numbered)


def _as_of(time: float, zone: str) -> str:
    """Say of when is what is shown."""
    return f"what is shown was read on {by_clock(zone, time, '%Y-%m-%d at %H:%M:%S %Z')}"
