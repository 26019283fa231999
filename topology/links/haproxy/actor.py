"""The fleet source `haproxy:`, acting: takes waves out of a HAProxy and gives them back.

With the Lua command of `resources/haproxy` a wave is judged and drained in one step; without it servers go one by one,
each after a recount.
"""

from dataclasses import replace

from topology.links.fleet_source import Answer, Floors, SourceWave, Taken
from topology.links.haproxy.reader import HAProxyReader, supports_of
from topology.links.haproxy.rows import Proxied, ProxiedServer
from topology.links.haproxy.runtime import RuntimeApi
from topology.refusals.at_act import BelowFloor, ExecutionStopped, FloorMissing, GivenUp, Misfit, ServersMisfit
from topology.refusals.base import RefusalFacts
from topology.refusals.refusal import Refusal
from topology.refusals.sources import BackendsUntied, HasAgentCheck, OtherBackends, ProxyDeclined, ProxyRefused
from topology.region.errors import LinkError
from topology.region.server_states import ServerState

_SYSTEM = "HAProxy"
"""What a server that is gone is not a server of."""
LUA = "underkeel 1"
"""What the Lua command says of itself, in the version that this program speaks."""


class HAProxyActor(HAProxyReader):
    """A HAProxy that is acted on."""

    def __init__(self, api: RuntimeApi, info: str, *, has_lua: bool) -> None:
        super().__init__(api, info)
        self._knows(has_lua)
        self._taken: dict[str, dict[str, None]] = {}
        """Servers that each execution took, by execution, as far as this program did it."""
        self._retiring: set[str] = set()
        """Servers taken that go into maintenance as soon as their last session ends."""

    async def take(self, wave: SourceWave, floors: Floors) -> Taken:
        """Drain the servers of a wave: all in one step with the Lua command, else one by one with a recount before each."""
        servers, refusals = self._meant(wave)
        if refusals:
            return _refused(wave, refusals)
        if self._has_lua:
            taken = await self._take_in_one_step(wave, servers, floors)
        else:
            taken = await self._take_one_by_one(wave, servers, floors)
        for name in taken.servers(Answer.DONE):
            self._taken.setdefault(wave.execution, {})[name] = None
            self._retiring.add(name)
            self._waves[name] = (wave.id, wave.operator)
        self._wake.set()
        return taken

    async def give_back(self, wave: SourceWave, floors: Floors) -> Taken:
        """Make the servers of a wave ready again; each is answered for by itself."""
        servers, refusals = self._meant(wave)
        if refusals and not wave.undo:
            return _refused(wave, refusals)
        answers: list[tuple[str, Answer]] = []
        for server in servers:
            self._retiring.discard(server.name)
            said = await self._set(server, "ready")
            answers.append((server.name, Answer.REFUSED if said else Answer.DONE))
            refusals += [Refusal("membership", ProxyDeclined((server.name,), said, back=True))] if said else []
            self._waves[server.name] = (wave.id, wave.operator)
        answers += [(name, Answer.REFUSED) for name in wave.servers if name not in self._now.by_name]
        self._wake.set()
        return Taken(wave.id, tuple(answers), tuple(refusals))

    async def stop(self, execution: str) -> Taken:
        """Give back what still drains of an execution; with the Lua command HAProxy takes nothing more of it."""
        names = list(self._taken.get(execution, {}))
        if self._has_lua:
            said = (await self._api.ask(f"underkeel stop {execution}")).strip().removeprefix("stopped").strip()
            targets = {item.partition("+")[0] for item in said.split(",") if item}
            names += [one.name for one in self._now.servers if one.target in targets and one.name not in names]
        now = await self._look()
        answers: list[tuple[str, Answer]] = []
        for name in names:
            server = now.by_name.get(name)
            if server is not None and server.state == ServerState.DRAINING:
                self._retiring.discard(name)
                answers.append((name, Answer.UNKNOWN if await self._set(server, "ready") else Answer.RETURNED))
        self._wake.set()
        return Taken(execution, tuple(answers))

    async def resume(self, execution: str) -> None:
        """Let an execution that was stopped take servers again."""
        if self._has_lua:
            await self._api.ask(f"underkeel resume {execution}")

    async def found(self, wave: str, *, abandon: bool = False) -> Taken | None:
        """Say what HAProxy did of a wave; None where it does not know, which after a restart is not that it did nothing."""
        if not self._has_lua:
            return None
        said = (await self._api.ask(f"underkeel found {wave} {'abandon' if abandon else 'keep'}")).strip()
        word, _, items = said.partition(" ")
        if word != "done":
            return None
        targets = {item.partition("+")[0] for item in items.split(",")}
        names = [server.name for server in self._now.servers if server.target in targets]
        return Taken(wave, tuple((name, Answer.DONE) for name in names))

    async def _looked(self) -> None:
        await self._retire()

    async def _restarted(self) -> None:
        self._retiring.clear()
        self._knows(await has_lua(self._api))

    def _knows(self, lua: bool) -> None:
        self._has_lua = lua
        self.abilities = replace(self.abilities, atomic_waves=lua)

    async def _retire(self) -> None:
        """Put into maintenance what drained to its last session: its checks end, and cookies lead nobody there any more."""
        for name in sorted(self._retiring):
            server = self._now.by_name.get(name)
            if server is None or server.state == ServerState.IN_SERVICE:
                self._retiring.discard(name)
            elif server.state == ServerState.REMOVED:
                self._retiring.discard(name)
                await self._set(server, "maint")

    def _meant(self, wave: SourceWave) -> tuple[list[ProxiedServer], list[Refusal]]:
        found, refusals = [], []
        for name, supports in zip(wave.servers, wave.supports, strict=True):
            server = self._now.by_name.get(name)
            if server is None:
                refusals.append(Refusal("membership", ServersMisfit((name,), Misfit.ABSENT, where=_SYSTEM)))
            elif supports_of(server) != tuple(sorted(supports)):
                refusals.append(Refusal("stale", OtherBackends((name,), tuple(server.backends))))
            elif server.untied:
                refusals.append(Refusal("membership", BackendsUntied((name,), (server.owner[0], *server.untied))))
            elif server.has_agent:
                refusals.append(Refusal("membership", HasAgentCheck((name,))))
            else:
                found.append(server)
        return found, refusals

    async def _take_in_one_step(self, wave: SourceWave, servers: list[ProxiedServer], floors: Floors) -> Taken:
        least = _least(servers, floors)
        stated = ",".join(f"{backend}={count}" for backend, count in sorted(least.items()))
        listed = ",".join("+".join((one.target, *one.backends[1:])) for one in servers)
        request = f"underkeel wave {wave.id} {wave.execution} {stated} {listed}"
        said = (await self._api.ask(request, wave.deadline_s)).strip()
        word, _, rest = said.removeprefix("again ").partition(" ")
        if word == "done":
            return Taken(wave.id, tuple((one.name, Answer.DONE) for one in servers))
        code, _, what = rest.partition(" ")
        if word == "refused" and code:
            return _refused(wave, [Refusal(code, _facts_of(code, what))])
        if word == "never":
            return _refused(wave, [Refusal("abandoned", GivenUp(wave.id))])
        raise LinkError(f"HAProxy answered a wave with {said[:80]!r}; is the Lua command loaded, and is it ours?")

    async def _take_one_by_one(self, wave: SourceWave, servers: list[ProxiedServer], floors: Floors) -> Taken:
        least, answers, refusals = _least(servers, floors), [], list[Refusal]()
        for server in servers:
            now = await self._look()
            short = next((one for one in server.backends if _serving(now, one) - 1 < least.get(one, 0)), None)
            current = now.by_name.get(server.name)
            if refusals or short is not None or current is None or current.state != ServerState.IN_SERVICE:
                if not refusals and short is not None:
                    keeps = _serving(now, short) - 1
                    facts = BelowFloor(short, "region", None, keeps, least[short], server=server.name)
                    refusals.append(Refusal("floor", facts))
                elif not refusals:
                    refusals.append(Refusal("stale", ServersMisfit((server.name,), Misfit.NOT_SERVING)))
                answers.append((server.name, Answer.REFUSED))
                continue
            said = await self._set(server, "drain")
            refusals += [Refusal("membership", ProxyDeclined((server.name,), said))] if said else []
            answers.append((server.name, Answer.REFUSED if said else Answer.DONE))
        return Taken(wave.id, tuple(answers), tuple(refusals))

    async def _set(self, server: ProxiedServer, state: str) -> str:
        """Set the administrative state of a server; gives what HAProxy has against it, or nothing."""
        return (await self._api.ask(f"set server {server.target} state {state}")).strip()


async def has_lua(api: RuntimeApi) -> bool:
    """Say whether the Lua command is loaded, in the version that this program speaks."""
    return (await api.ask("underkeel hello")).strip() == LUA


def _serving(now: Proxied, backend: str) -> int:
    return sum(backend in one.backends and one.state == ServerState.IN_SERVICE for one in now.servers)


def _least(servers: list[ProxiedServer], floors: Floors) -> dict[str, int]:
    """Give the floor of the region for every backend that loses a server; one that states none is not in it."""
    touched = {backend for one in servers for backend in one.backends}
    return {one.subsystem: one.units for one in floors.floors if one.scope == "region" and one.subsystem in touched}


def _refused(wave: SourceWave, refusals: list[Refusal]) -> Taken:
    return Taken(wave.id, tuple((name, Answer.REFUSED) for name in wave.servers), tuple(refusals))


def _facts_of(code: str, what: str) -> RefusalFacts:
    """Read what the Lua command has against a wave."""
    words = what.split(" ")
    if code == "floor" and len(words) == 3 and words[1].removeprefix("-").isdecimal() and words[2].isdecimal():
        return BelowFloor(words[0], "region", None, int(words[1]), int(words[2]))
    match code:
        case "stale":
            return ServersMisfit((what,), Misfit.NOT_SERVING)
        case "membership":
            return ServersMisfit((what,), Misfit.ABSENT, where=_SYSTEM)
        case "stopped":
            return ExecutionStopped(what)
        case "unknown":
            return FloorMissing(what)
        case _:
            return ProxyRefused(f"{code} {what}".rstrip())
