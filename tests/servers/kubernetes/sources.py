"""The source `kubernetes:` opened as one of the test's users, and what its changes add up to."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.kubernetes.shop import Shop
from topology.links.fleet_source import Changes, Facts, FleetReader, Server, SourceWave, Supports
from topology.links.kubernetes.actor import KubernetesActor
from topology.links.kubernetes.reader import KubernetesReader
from topology.links.kubernetes.scheme import open_actor, open_reader
from topology.links.registry import Opening
from topology.region.server_states import ServerState

OPENING = Opening("op1", Path("/nonexistent"), read_only=False)


@asynccontextmanager
async def looking(user: str = "eve") -> AsyncIterator[KubernetesReader]:
    source = await open_reader(user, OPENING)
    try:
        yield source
    finally:
        await source.aclose()


@asynccontextmanager
async def acting(user: str = "op1", log: Callable[[str], None] = lambda line: None) -> AsyncIterator[KubernetesActor]:
    source = await open_actor(user, Opening(user, Path("/nonexistent"), read_only=False, log=log))
    try:
        yield source
    finally:
        await source.aclose()


@dataclass
class Seen:
    """What a reading and the changes since add up to, by node."""

    states: dict[str, ServerState] = field(default_factory=dict)
    supports: dict[str, Supports] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    causes: list[tuple[str | None, str | None]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, facts: Facts) -> "Seen":
        found = cls(names=list(facts.names))
        for name, state, rack, profile in zip(facts.names, facts.states, facts.rack, facts.profile, strict=True):
            found.states[name] = ServerState(state)
            found.places[name] = facts.racks[rack][0]
            found.supports[name] = facts.profiles[profile]
        return found

    def take(self, change: Changes) -> None:
        for server in change.joined:
            self.names.append(server.name)
            self._put(server)
        for _, server in change.moved:
            self._put(server)
        for at in change.gone:
            for column in (self.states, self.supports, self.places):
                column.pop(self.names[at], None)
        for at, state in zip(change.servers.tolist(), change.states.tolist(), strict=True):
            self.states[self.names[at]] = ServerState(state)
            self.causes.append((change.wave, change.actor))

    def units(self, subsystem: str) -> int:
        """Give the units of a subsystem on nodes that serve."""
        return sum(
            dict(self.supports[name]).get(subsystem, 0)
            for name, state in self.states.items()
            if state is ServerState.IN_SERVICE
        )

    def _put(self, server: Server) -> None:
        self.states[server.name] = ServerState(server.state)
        self.supports[server.name], self.places[server.name] = server.supports, server.place[0]


async def follow_until(source: FleetReader, facts: Facts, holds: Callable[[Seen], bool], seconds: float = 30.0) -> Seen:
    """Follow a source from a reading on until what is seen is as wanted."""
    seen = Seen.of(facts)
    async with asyncio.timeout(seconds), aclosing(source.changes(facts.cursor)) as stream:
        async for change in stream:
            seen.take(change)
            if holds(seen):
                return seen
    raise AssertionError("the stream ended")


def wave(
    number: int, *names: str, execution: str = "E", planned: tuple[str, ...] = (), deadline_s: float = 20.0
) -> SourceWave:
    return SourceWave(
        f"{execution}.{number}", execution, "op1", names, tuple(() for _ in names), deadline_s, planned=planned or names
    )


async def until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for what the cluster shows when asked, without holding up the loop."""
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(holds):  # noqa: ASYNC110 - a cluster that is asked tells nobody
            await asyncio.sleep(0.1)


def emptied(shop: Shop, node: str) -> bool:
    return not shop.on(node)
