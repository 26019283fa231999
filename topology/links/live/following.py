"""Keeps the state of a live region current with its source: reads it, folds what changes, and reads again where it must.

Positions of the source are put into those of the roster. What is known ages from the moment the source was last heard of,
whatever it says of itself. Another region behind the same address is refused for good.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from topology.fleet.batches import EventBatch, ListedServer, Revision
from topology.fleet.fleet import Fleet
from topology.fleet.loads import Load
from topology.fleet.state import Freshness, State
from topology.fleet.unheard import UnheardRack
from topology.links.deadline import BoundedReader
from topology.links.fleet_source import Changes, Cursor, Facts, NearSource, ResyncNeeded, Server, Supports
from topology.links.history import BatchHistory
from topology.links.live.assembly import Assembled, Names, Profile, assemble, place_for, wrong_name
from topology.links.live.last_known import KeptFacts, nothing_known
from topology.region.errors import LinkError
from topology.region.region import Region, shown
from topology.region.sentences.clock import by_clock
from topology.region.server_states import ServerState

RETRIES_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""After so long a source that failed is tried again, the last one from then on."""
MOST_GONE_SHARE = 0.05
"""When more than this share of positions is empty the source is read anew, which makes the roster compact again."""

Cause = tuple[str | None, str | None]
"""The act that changed a server and its actor, as far as is known."""
NOBODY: Cause = (None, None)
_UNHEARD = "Agents of racks are gone, so how much their subsystems have is unknown."
_HEARD = "No rack is without its agent that was not acknowledged."

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class FleetReading:
    """One reading of the whole fleet, and what it was put together to."""

    region: Region
    fleet: Fleet
    names: Names
    position: NDArray[np.int32]
    cursor: Cursor
    supports: Mapping[Profile, Supports]
    """What servers support in the source's own words, by profile."""
    unheard: tuple[UnheardRack, ...]
    """Racks whose agent is gone, with the description's names of subsystems."""
    is_described: bool = False
    """Whether the source's own description lists the servers, so that it calls everything as that does."""


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
        self.ours: dict[str, tuple[tuple[ServerState, ...], Cause]] = {}
        """By server: the states that would show the last act of ours on it, and the act: not every source tells whose it was."""
        self._state: State | None = None
        self._reading: FleetReading | None = None
        self._old = ""
        """Of when is what is shown, in words, as long as the source was never read."""
        self._generation = 0
        """Rises with every reading: a stream of changes that began before one is not gone on with."""
        self._description = description
        self._declared = declared
        self.now = now
        self.heard = now()
        """When the source was last heard of, by our own clock."""
        self._position = np.zeros(0, np.int32)
        self._gone = 0
        self._id = ""
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

    def knows_region(self, region: str) -> None:
        """Take *region* for the id of what is operated: another one behind the same address is refused."""
        self._id = self._id or region

    async def read(self, why: str) -> None:
        """Read the whole fleet; readers of batches load again, and hear *why*.

        Raises:
            LinkError: it cannot be read, or is another region's now.
        """
        async with self._reads:
            await self._read_anew(why)

    async def _read_anew(self, why: str) -> None:
        began = self.now()
        facts = await self.reader.read()
        self._check_id()
        description, declared = self._description(), self._declared()
        # A million servers take their time; the loop must not.
        reading = await asyncio.to_thread(_reading_of, description, facts, declared)
        self._adopt(reading, began, why)

    async def recall(self, kept: KeptFacts | None, why: str) -> None:
        """Show what was *kept* of the source, or that nothing is known of it, for it cannot be read, which *why* says.

        Raises:
            LinkError: what was kept cannot be.
        """
        facts, heard = (nothing_known(0.0), self.now()) if kept is None else (kept.facts, kept.time)
        reading = await asyncio.to_thread(_reading_of, self._description(), facts, self._declared())
        self._adopt(reading, heard, "")
        self.trouble, self._id = why, "" if kept is None else kept.region
        self._old = "nothing was ever read of it here" if kept is None else _as_of(heard, reading.region.time_zone)

    async def look(self, why: str) -> None:
        """Read the whole fleet, and tell only what differs where the same servers are listed as before.

        Raises:
            LinkError: it cannot be read, or is another region's now.
        """
        async with self._reads:
            began = self.now()
            facts = await self.reader.read()
            self._check_id()
            reading = await asyncio.to_thread(_reading_of, self._description(), facts, self._declared())
            if self._state is not None and self.is_read and _same_roster(self._state.region, reading.region):
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

    def fold_news(self) -> str | None:
        """Fold all that a source in this program has to tell, at once; why it has to be read anew, where it has."""
        near = self.reader.near
        if near is None or self._state is None:
            return None
        try:
            for change in near.since(self._cursor):
                self.take(change)
        except ResyncNeeded as fact:
            return _sentence(str(fact))
        if near.freshness().connected:
            self.trouble = ""
        return None

    async def run(self) -> None:
        """Follow the source for as long as this is not cancelled."""
        if self.reader.near is not None:
            await self._run_near(self.reader.near)
        failures, wanted = 0, ""
        while True:
            try:
                if wanted or not self.is_read:
                    await self.look(wanted)
                    wanted, failures = "", 0
                if await self._follow():
                    failures = 0
                    continue
                self.trouble = "the source ended its stream of facts"
            except ResyncNeeded as fact:
                wanted = _sentence(str(fact))
                if failures == 0:
                    failures = 1
                    continue
            except LinkError as error:
                self.trouble = str(error)
            except Exception as error:  # noqa: BLE001 - a source that breaks its word shows as silent, and is tried again
                _log.error("following %s failed", self.reader.region, exc_info=error)
                self.trouble = f"what the source said cannot be taken ({error}); details are in the log"
                wanted = "The source broke its word, so the region was read anew."
            await asyncio.sleep(RETRIES_S[min(failures, len(RETRIES_S) - 1)])
            failures += 1

    async def _run_near(self, near: NearSource) -> None:
        while True:
            try:
                await self.catch_up()
            except LinkError as error:
                self.trouble = str(error)
                await asyncio.sleep(RETRIES_S[0])
            await near.news()

    async def _follow(self) -> bool:
        """Take what changes from the latest reading on; true when the source was read since, false when the stream ended."""
        generation = self._generation
        async with aclosing(self.reader.changes(self._cursor)) as stream:
            async for change in stream:
                if generation != self._generation:
                    return True
                self.take(change)
        return False

    def take(self, change: Changes) -> None:
        """Fold what the source says of its servers since the last word.

        Raises:
            ResyncNeeded: it speaks of what cannot be added to the roster.
        """
        self._cursor = change.cursor
        self.heard, self.trouble = self.now(), ""
        self._fold(change)
        if change.unheard is not None:
            self._hear_of(_named(change.unheard, self.reading.names, self.state.region))

    def _fold(self, change: Changes) -> None:
        if not (len(change.servers) or change.joined or change.gone or change.moved):
            return
        batch = self._batch(change)
        is_told = change.wave or change.actor or self.reader.near is not None
        for part in [batch] if is_told else self._by_cause(batch):
            self._tell(part)
        if self._gone > max(100, MOST_GONE_SHARE * len(self._position)):
            raise ResyncNeeded("Many servers left the region, so it was read anew.")

    def begin_anew(self, why: str) -> Revision:
        """Let readers of batches load again, and hear *why*."""
        self.history.begin_anew(why)
        return self.history.revision

    def supports_of(self, server: int) -> Supports:
        """Give what a server supports in the source's own words."""
        roster = self.state.region.roster
        profile = roster.profiles[roster.profile[server]]
        subsystems = self.state.region.subsystems
        found = self.reading.supports.get(profile)
        return tuple((subsystems[at].name, units) for at, units in profile) if found is None else found

    def loads(self) -> Mapping[str, Load]:
        """Give what subsystems carry, by the description's names; nothing while the source is silent."""
        if self._reading is None or self.trouble:
            return {}
        subsystems = self.state.region.subsystems
        numbers = ((self._reading.names.known(name), load) for name, load in self.reader.loads().items())
        return {subsystems[number].name: load for number, load in numbers if number is not None}

    def source_name(self, subsystem: str) -> str:
        """Give what the source calls a subsystem."""
        if self.reading.is_described:
            return subsystem
        described = self.state.region.subsystem(subsystem)
        return described.match if described.match and "*" not in described.match else subsystem

    def _check_id(self) -> None:
        found = self.reader.region
        if self._id and found != self._id:
            self.trouble = f"another region answers at this address: {found}, not {self._id}; nothing is done there"
            raise LinkError(self.trouble)
        self._id = found

    def _adopt(self, reading: FleetReading, began: float, why: str) -> None:
        before = self._state
        self._read(reading, began)
        if before is not None:
            _carry_over(before, reading)
        self.history.begin_anew(why)
        self._state = State(reading.region, reading.fleet, self.history.revision, began, unheard=reading.unheard)
        self.on_reading()

    def _read(self, reading: FleetReading, began: float) -> None:
        self._reading, self._position, self._cursor, self._gone = reading, reading.position, reading.cursor, 0
        self.heard, self.trouble, self._old = began, "", ""
        self._generation += 1

    def _compare(self, reading: FleetReading, began: float) -> None:
        """Tell what a new reading of the same servers shows that was not told yet."""
        self._read(reading, began)
        other = np.flatnonzero(self.state.fleet.state != reading.fleet.state).astype(np.int32)
        batch = EventBatch(0, began, other, reading.fleet.state[other])
        for part in self._by_cause(batch) if len(other) else ():
            self._tell(part)
        self._hear_of(reading.unheard)

    def _hear_of(self, unheard: tuple[UnheardRack, ...]) -> None:
        """Let readers load again where other racks are without an agent than before."""
        if unheard != self.state.unheard:
            self.state.unheard = unheard
            self.state.revision = self.begin_anew(_UNHEARD if unheard else _HEARD)
            self.on_reading()

    def _by_cause(self, batch: EventBatch) -> list[EventBatch]:
        """Give one batch for each act of ours that a batch may show; what changes the roster is in the first."""
        if not self.ours:
            return [batch]
        names = self.state.region.roster.names
        columns = zip(batch.servers.tolist(), batch.states.tolist(), strict=True)
        causes = [self._cause(names[at] if at < len(names) else "", state) for at, state in columns]
        found: list[EventBatch] = []
        for cause in dict.fromkeys(causes):
            mask = np.array([own == cause for own in causes], np.bool_)
            servers, states = batch.servers[mask], batch.states[mask]
            part = replace(batch, servers=servers, states=states, operation=cause[0], actor=cause[1])
            found.append(part if not found else replace(part, joined=(), gone=(), moved=()))
        return found or [batch]

    def _cause(self, name: str, state: int) -> Cause:
        shows, cause = self.ours.get(name, ((), NOBODY))
        return cause if state in shows else NOBODY

    def _tell(self, batch: EventBatch) -> None:
        numbered = self.history.add(batch)
        self.state.fold(numbered)
        self.on_change(numbered)

    def _batch(self, change: Changes) -> EventBatch:
        """Put a change into the roster's positions."""
        total = len(self._position) + len(change.joined)
        mentioned = (
            change.servers,
            np.array(change.gone, np.int32),
            np.array([at for at, _ in change.moved], np.int32),
        )
        if any(len(some) and not 0 <= int(some.min()) <= int(some.max()) < total for some in mentioned):
            raise ResyncNeeded("The source spoke of a server that it had not listed, so it was read anew.")
        if len(change.states) and int(change.states.max()) >= len(ServerState):
            raise ResyncNeeded("The source spoke of a state that there is not, so it was read anew.")
        joined = tuple(self._listed(server) for server in change.joined)
        self._check_new([server.name for server in change.joined], {int(self._position[at]) for at in change.gone})
        if joined:
            end = len(self.state.region.roster)
            self._position = np.r_[self._position, np.arange(end, end + len(joined), dtype=np.int32)]
        self._gone += len(change.gone)
        return EventBatch(
            0,
            # No clock but ours decides; one in this program goes by it.
            self.heard if self.reader.near is None else change.time,
            self._position[change.servers],
            change.states.astype(np.uint8),
            change.wave,
            change.actor,
            joined,
            tuple(int(self._position[at]) for at in change.gone),
            tuple((int(self._position[at]), self._listed(server)) for at, server in change.moved),
        )

    def _listed(self, server: Server) -> ListedServer:
        names = self.reading.names
        known = len(names.unknown)
        profile = names.profile(server.supports)
        if len(names.unknown) > known:
            raise ResyncNeeded(f"{names.unknown[-1]} is new in the fleet, so the region was read anew.")
        place = place_for(self._description(), server.name, server.place, server.address)
        return ListedServer(server.name, place, profile, ServerState(server.state))

    def _check_new(self, names: list[str], gone: set[int]) -> None:
        if (wrong := wrong_name(names)) is not None:
            raise ResyncNeeded(f"The source spoke of a server called {shown(wrong)}, so it was read anew.")
        position = self.state.fleet.position if names else {}
        twice = [name for name in names if name in position and position[name] not in gone]
        if twice or len(set(names)) != len(names):
            raise ResyncNeeded(f"The source listed {(*twice, *names)[0]} twice, so it was read anew.")


def _reading_of(description: Region, facts: Facts, declared: Mapping[tuple[str, str], int]) -> FleetReading:
    if facts.region is not None:
        return _as_described(facts.region, facts)
    names = Names(description)
    found: Assembled = assemble(description, facts, names, declared)
    supports = {names.profile(own): own for own in facts.profiles}
    unheard = _named(facts.unheard, names, description)
    return FleetReading(found.region, Fleet(found.region), names, found.position, facts.cursor, supports, unheard)


def _as_described(region: Region, facts: Facts) -> FleetReading:
    """Take what the source's own description lists as it stands, with the states of now."""
    fleet = Fleet(region)
    other = np.flatnonzero(fleet.state != facts.states).astype(np.int32)
    fleet.apply(EventBatch(0, facts.time, other, facts.states[other]))
    position = np.arange(len(facts.names), dtype=np.int32)
    supports = dict(zip(region.roster.profiles, facts.profiles, strict=True))
    return FleetReading(region, fleet, Names(region), position, facts.cursor, supports, (), is_described=True)


def _named(racks: Sequence[UnheardRack], names: Names, region: Region) -> tuple[UnheardRack, ...]:
    """Give racks with the description's names of their subsystems; what it does not know no plan touches."""
    found = []
    for rack in racks:
        numbers = (names.known(name) for name in rack.subsystems)
        known = (region.subsystems[number].name for number in numbers if number is not None)
        found.append(replace(rack, subsystems=tuple(known)))
    return tuple(found)


def _same_roster(one: Region, other: Region) -> bool:
    a, b = one.roster, other.roster
    return (
        one.digest == other.digest
        and one.subsystems == other.subsystems
        and one.dependencies == other.dependencies
        and len(a) == len(b)
        and a.racks == b.racks
        and a.profiles == b.profiles
        and bool((a.rack == b.rack).all())
        and bool((a.profile == b.profile).all())
        and a.names == b.names
    )


def _carry_over(before: State, reading: FleetReading) -> None:
    """Keep what is known of servers beside their states: what left by acts, in which order, and when."""
    old, new = before.fleet, reading.fleet
    new.departures = old.departures.copy()
    names = before.region.roster.names
    position = new.position
    for at in np.flatnonzero(old.left).tolist():
        if names[at] in position:
            new.left[position[names[at]]] = old.left[at]


def _as_of(time: float, zone: str) -> str:
    """Say of when is what is shown."""
    return f"what is shown was read on {by_clock(zone, time, '%Y-%m-%d at %H:%M:%S %Z')}"


def _sentence(why: str) -> str:
    return why if why.endswith(".") or not why else f"{why[0].upper()}{why[1:]}; the region was read anew."
