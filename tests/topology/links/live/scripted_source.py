"""A fleet source of a few servers in this process, that does what a test tells it: hang, answer late, in part, or wrongly."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from topology.fleet.reasons.anew import SourceTold
from topology.links.fleet_source import (
    Abilities,
    Answer,
    Changes,
    Facts,
    Floors,
    Identity,
    ResyncNeeded,
    Server,
    SourceWave,
    Taken,
)
from topology.region.learnt import Budget
from topology.region.server_states import ServerState

SERVING, DRAINING, REMOVED = ServerState.IN_SERVICE, ServerState.DRAINING, ServerState.REMOVED


@dataclass(eq=False)
class ScriptedSource:
    """Holds servers by name. *hangs* are calls that never end, whatever is done about it; *says* are answers instead of acts."""

    servers: dict[str, Server]
    region: str = "scripted-1"
    abilities: Abilities = field(
        default_factory=lambda: Abilities(restores_by_name=True, stops_mid_wave=True, remembers_waves=True)
    )
    identity: Identity = field(default_factory=lambda: Identity("scripted", "test"))
    heartbeat_s: float = 0.05
    time: float = 0.0
    hangs: set[str] = field(default_factory=set)
    says: dict[str, Answer] = field(default_factory=dict)
    retry_after_s: float | None = None
    loses_answer: bool = False
    """It does what it is asked and does not get to say so."""
    drains_late: bool = False
    """What it accepts stays in service until `begin_late`."""
    late: set[str] = field(default_factory=set)
    budgets: tuple[Budget, ...] = ()
    wanted: tuple[tuple[str, int], ...] = ()
    attributes: bool = True
    """It tells by which wave a server changed."""
    calls: list[tuple[str, object]] = field(default_factory=list)
    waves: dict[str, Taken] = field(default_factory=dict)
    floors: list[Floors] = field(default_factory=list)
    burnt: set[str] = field(default_factory=set)
    stopped: set[str] = field(default_factory=set)
    on_take: Callable[[SourceWave], None] = lambda wave: None
    asks_anew: bool = False
    """Whether it ends its stream once, without saying why."""

    def __post_init__(self) -> None:
        self.counter = 0
        self.listed: list[str] = []
        self.news: list[Changes] = []
        self.waiting = asyncio.Event()

    # ---- the test's hands -------------------------------------------------------------------------------------------

    def state_of(self, name: str) -> ServerState:
        return ServerState(self.servers[name].state)

    def serving(self, subsystem: str) -> int:
        return sum(
            units
            for server in self.servers.values()
            if server.state == SERVING
            for name, units in server.supports
            if name == subsystem
        )

    def set(self, states: Mapping[str, ServerState], wave: str | None = None, actor: str | None = None) -> None:
        """Change states, and tell of it."""
        for name, state in states.items():
            self.servers[name] = replace(self.servers[name], state=state)
        self.tell(
            servers=np.array([self.listed.index(name) for name in states], np.int32),
            states=np.array(list(states.values()), np.uint8),
            wave=wave if self.attributes else None,
            actor=actor if self.attributes else None,
        )

    def begin_late(self) -> None:
        """Let the drains begin that were accepted and did not."""
        names = {name: DRAINING for name in sorted(self.late) if self.state_of(name) is SERVING}
        self.late.clear()
        if names:
            self.set(names)

    def join(self, *servers: Server) -> None:
        for server in servers:
            self.servers[server.name] = server
            self.listed.append(server.name)
        self.tell(joined=servers)

    def lose(self, *names: str) -> None:
        for name in names:
            del self.servers[name]
        self.tell(gone=tuple(self.listed.index(name) for name in names))

    def move(self, server: Server) -> None:
        self.servers[server.name] = server
        self.tell(moved=((self.listed.index(server.name), server),))

    def tell(self, **changes: object) -> None:
        self.counter += 1
        nobody = {"servers": np.zeros(0, np.int32), "states": np.zeros(0, np.uint8)}
        self.news.append(Changes(str(self.counter), self.time, **{**nobody, **changes}))  # type: ignore[arg-type]
        self.waiting.set()

    # ---- FleetReader ------------------------------------------------------------------------------------------------

    async def read(self) -> Facts:
        await self._may_hang("read")
        servers = list(self.servers.values())
        self.listed = [server.name for server in servers]
        racks = list(dict.fromkeys(server.place for server in servers))
        profiles = list(dict.fromkeys(server.supports for server in servers))
        return Facts(
            str(self.counter),
            self.time,
            tuple(self.listed),
            tuple(racks),
            tuple(profiles),
            np.array([racks.index(server.place) for server in servers], np.int32),
            np.array([profiles.index(server.supports) for server in servers], np.int32),
            np.array([server.state for server in servers], np.uint8),
            tuple(server.address for server in servers),
            self.budgets,
            wanted=self.wanted,
        )

    async def changes(self, after: str) -> AsyncIterator[Changes]:
        if int(after) > self.counter:
            raise ResyncNeeded(SourceTold("the source begins anew"))
        told = int(after)
        while True:
            await self._may_hang("changes")
            if self.asks_anew:
                self.asks_anew = False
                raise ResyncNeeded(None)
            new = [change for change in self.news if int(change.cursor) > told]
            for change in new:
                told = int(change.cursor)
                yield change
            if not new:
                self.waiting.clear()
                try:
                    async with asyncio.timeout(self.heartbeat_s):
                        await self.waiting.wait()
                except TimeoutError:
                    empty = np.zeros(0, np.int32), np.zeros(0, np.uint8)
                    yield Changes(str(told), self.time, *empty)

    async def aclose(self) -> None:
        await self._may_hang("aclose")

    # ---- FleetActor -------------------------------------------------------------------------------------------------

    async def take(self, wave: SourceWave, floors: Floors) -> Taken:
        self.floors.append(floors)
        return await self._act("take", wave, SERVING, DRAINING)

    async def give_back(self, wave: SourceWave, floors: Floors) -> Taken:
        return await self._act("give_back", wave, None, SERVING)

    async def stop(self, execution: str) -> Taken:
        self.calls.append(("stop", execution))
        await self._may_hang("stop")
        self.stopped.add(execution)
        back = [
            name
            for wave, taken in self.waves.items()
            if wave.startswith(f"{execution}.")
            for name in taken.servers(Answer.DONE)
            if name in self.servers and self.state_of(name) is DRAINING
        ]
        if back:
            self.set(dict.fromkeys(back, SERVING), f"{execution}.stop")
        return Taken(execution, tuple((name, Answer.RETURNED) for name in back))

    async def resume(self, execution: str) -> None:
        self.stopped.discard(execution)

    async def found(self, wave: str, *, abandon: bool = False) -> Taken | None:
        self.calls.append(("found", wave))
        await self._may_hang("found")
        if wave not in self.waves and abandon:
            self.burnt.add(wave)
        return self.waves.get(wave) if self.abilities.remembers_waves else None

    async def _act(self, what: str, wave: SourceWave, wanted: ServerState | None, then: ServerState) -> Taken:
        self.calls.append((what, wave))
        self.on_take(wave)
        await self._may_hang(what)
        if wave.id in self.waves:
            return self.waves[wave.id]
        answers, done = [], {}
        for name in wave.servers:
            fits = name in self.servers and (wanted is None or self.servers[name].state == wanted)
            default = Answer.DONE if fits and wave.id not in self.burnt else Answer.REFUSED
            answer = self.says.get(name, default)
            answers.append((name, answer))
            if answer is Answer.DONE:
                done[name] = then
        taken = Taken(wave.id, tuple(answers), retry_after_s=self.retry_after_s)
        self.waves[wave.id] = taken
        if self.drains_late and what == "take":
            self.late.update(done)
        elif done:
            self.set(done, wave.id, wave.operator)
        if self.loses_answer:
            await asyncio.get_running_loop().create_future()
        return taken

    async def _may_hang(self, what: str) -> None:
        """Never end, and take no cancelling for an answer, as a thread does that waits for a dead disk."""
        while what in self.hangs:
            try:
                await asyncio.sleep(0.02)
            except asyncio.CancelledError:
                continue
