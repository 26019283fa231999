"""The fleet source `haproxy:`, looked at: reads servers from a HAProxy and tells what changes. It has no way to act.

HAProxy forgets with its process: what it was told before a restart it does not know, and says so.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress

import numpy as np

from topology.fleet.loads import Load
from topology.fleet.reasons.anew import CallsSeen, ProxyRestarted, ReadSince
from topology.links.fleet_source import Abilities, Changes, Cursor, Facts, Identity, ResyncNeeded, Server
from topology.links.haproxy.rows import Proxied, ProxiedServer, proxied_of, read_calls, read_loads, read_rows
from topology.links.haproxy.runtime import RuntimeApi
from topology.region.errors import LinkError
from topology.region.server_states import ServerState

POLL_S = 0.5
CALLS_EACH_S = 5.0
"""How often the sessions are looked at for who sends where."""
MOST_SESSIONS = 2_000
"""With more the sessions are not listed: each takes HAProxy and us some time."""
_BACKENDS_AND_SERVERS = 2 + 4
RING = "facts"
"""The ring that HAProxy's log may go to, so that its events wake us: `ring facts`, `log ring@facts local0 notice`."""
SHOWS_WITHIN_S = 1.0
"""What HAProxy was asked to do shows at once; what was on its way to it has come, by now, while it answers."""
NOWHERE = ("", "", "")
OTHERS = "others who hold HAProxy's socket, its agents and its reloads can act beside this"
_OUT = (ServerState.DRAINING, ServerState.REMOVED)


class HAProxyReader:
    """One HAProxy, as it says that it is."""

    heartbeat_s = 4 * POLL_S

    def __init__(self, api: RuntimeApi, info: str) -> None:
        self.region = f"haproxy {node_of(info)} {api.address}"
        self.identity = Identity("whoever may open HAProxy's socket", "the rights of its file")
        self.abilities = Abilities(
            restores_by_name=True,
            stops_mid_wave=True,
            returns_load=True,
            shows_within_s=SHOWS_WITHIN_S,
            others_act=OTHERS,
        )
        self._api = api
        self._process = self._answering = process_of(info)
        self._now = Proxied(())
        self._positions: dict[str, int] = {}
        self._waves: dict[str, tuple[str, str]] = {}
        """The wave that last touched a server, with its operator, until the facts of it were told."""
        self._counted = 0
        self._loads: dict[str, Load] = {}
        self._calls: set[tuple[str, str]] = set()
        """Which frontend was seen to send to which backend, since this was opened."""
        self._calls_looked_at = 0.0
        self._wake = asyncio.Event()
        self._listener: asyncio.Task[None] | None = None

    async def read(self) -> Facts:
        """Read every server, with the backends it serves in; places are the description's."""
        self._now = await self._look()
        await self._is_restarted()  # What is read is of the process of now, whichever was there before.
        await self._has_new_calls()
        self._positions = {server.name: at for at, server in enumerate(self._now.servers)}
        profiles: dict[tuple[tuple[str, int], ...], int] = {}
        servers = self._now.servers
        profile = [profiles.setdefault(supports_of(server), len(profiles)) for server in servers]
        return Facts(
            self._cursor(),
            time.time(),
            tuple(server.name for server in servers),
            (NOWHERE,),
            tuple(profiles),
            np.zeros(len(servers), np.int32),
            np.array(profile, np.int32),
            np.array([server.state for server in servers], np.uint8),
            tuple(server.address for server in servers),
            calls=tuple(sorted(self._calls)),
        )

    async def changes(self, after: Cursor) -> AsyncIterator[Changes]:
        """Look twice a second, and at once when HAProxy tells of an event."""
        if after != self._cursor():
            raise ResyncNeeded(ReadSince())
        self._listener = self._listener or asyncio.create_task(self._listen())  # noqa: TID251 - kept and ended in aclose
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await self._wake.wait()
            self._wake.clear()
            now = await self._look()
            if await self._is_restarted():
                raise ResyncNeeded(ProxyRestarted())
            if new := await self._has_new_calls():
                raise ResyncNeeded(CallsSeen(new))
            before, self._now = self._now, now
            for found in self._differences(before):
                yield found
            await self._looked()

    def loads(self) -> Mapping[str, Load]:
        """Give what each backend carries, as it was last looked at."""
        return self._loads

    async def aclose(self) -> None:
        """End the listener."""
        await self._end_listening()

    async def _looked(self) -> None:
        """Do what is to do after each look; a reader does nothing."""

    async def _restarted(self) -> None:
        """Forget what the process before knew."""

    async def _look(self) -> Proxied:
        # All at once, so that one that is slow is waited for once.
        asked = ("show info", "show servers state", f"show stat -1 {_BACKENDS_AND_SERVERS} -1")
        info, states, stats = await asyncio.gather(*map(self._api.ask, asked))
        self._answering = process_of(info)
        self._loads = await asyncio.to_thread(read_loads, stats)
        return await asyncio.to_thread(lambda: proxied_of(read_rows(states, stats)))

    async def _has_new_calls(self) -> tuple[tuple[str, str], ...]:
        """Look at the sessions of this moment, now and then, and where there are not too many; give what was never seen before."""
        now = asyncio.get_running_loop().time()
        sessions = sum(load.sessions for load in self._loads.values())
        if now - self._calls_looked_at < CALLS_EACH_S or not 0 < sessions <= MOST_SESSIONS:
            return ()
        self._calls_looked_at = now
        new = read_calls(await self._api.ask("show sess")) - self._calls
        self._calls |= new
        return tuple(sorted(new))

    async def _is_restarted(self) -> bool:
        """Say whether the last look was answered by another process; what the one before knew is forgotten then."""
        if self._answering == self._process:
            return False
        self._process = self._answering
        # The one before stays until its last connection ends, and the next one's events are to be heard.
        await self._end_listening()
        await self._restarted()
        return True

    async def _end_listening(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.cancel()
            with suppress(asyncio.CancelledError):
                await listener

    async def _listen(self) -> None:
        """Be woken by HAProxy's events where its log goes to our ring; without one, looking twice a second is all."""
        with suppress(LinkError):
            async for line in self._api.lines(f"show events {RING} -w -n"):
                if line and not line.startswith(("Unknown", "No such", "'show events'")):
                    self._wake.set()

    def _differences(self, before: Proxied) -> list[Changes]:
        """Give what changed, what was ours apart from what others did; nothing at all says that HAProxy is alive."""
        joined, moved = [], []
        by_cause: dict[tuple[str | None, str | None], list[tuple[int, ServerState]]] = {}
        for server in self._now.servers:
            old = before.by_name.get(server.name)
            if old is None:
                self._positions[server.name] = len(self._positions)
                joined.append(_fact(server))
            elif old.backends != server.backends:
                moved.append((self._positions[server.name], _fact(server)))
            elif old.state != server.state:
                by_cause.setdefault(self._cause(old, server), []).append((self._positions[server.name], server.state))
        gone = tuple(self._positions[name] for name in before.by_name if name not in self._now.by_name)
        if joined or gone or moved or by_cause:
            self._counted += 1
        found = [self._changes(changed, wave, actor) for (wave, actor), changed in by_cause.items()]
        if joined or gone or moved or not found:
            return [self._roster_changes(tuple(joined), gone, tuple(moved)), *found]
        return found

    def _cause(self, old: ProxiedServer, new: ProxiedServer) -> tuple[str | None, str | None]:
        wave, operator = self._waves.get(new.name, (None, None))
        if wave is not None:
            if new.state in (ServerState.REMOVED, ServerState.IN_SERVICE):
                del self._waves[new.name]
            return wave, operator
        was_an_act = (old.state in _OUT) != (new.state in _OUT)
        return None, "somebody else with HAProxy's socket" if was_an_act else None

    def _changes(self, changed: list[tuple[int, ServerState]], wave: str | None, actor: str | None) -> Changes:
        places = np.array([at for at, _ in changed], np.int32)
        states = np.array([state for _, state in changed], np.uint8)
        return Changes(self._cursor(), time.time(), places, states, wave=wave, actor=actor)

    def _roster_changes(
        self, joined: tuple[Server, ...], gone: tuple[int, ...], moved: tuple[tuple[int, Server], ...]
    ) -> Changes:
        nobody = np.zeros(0, np.int32), np.zeros(0, np.uint8)
        return Changes(self._cursor(), time.time(), *nobody, joined=joined, gone=gone, moved=moved)

    def _cursor(self) -> Cursor:
        return f"{self._process}:{self._counted}"


def process_of(info: str) -> str:
    """Name the process that answers, so that a restart shows."""
    return _field(info, "Pid")


def node_of(info: str) -> str:
    """Give the node's name, as HAProxy has it."""
    return _field(info, "node")


def _field(info: str, key: str) -> str:
    found = next((line.partition(":")[2].strip() for line in info.splitlines() if line.startswith(f"{key}:")), "")
    if not found:
        raise LinkError(f"HAProxy answered `show info` without {key}; is this its runtime API?")
    return found


def supports_of(server: ProxiedServer) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((backend, 1) for backend in server.backends))


def _fact(server: ProxiedServer) -> Server:
    return Server(server.name, NOWHERE, supports_of(server), int(server.state), server.address)
