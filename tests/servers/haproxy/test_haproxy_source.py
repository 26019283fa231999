"""The source `haproxy:` against a real HAProxy with real servers behind it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from console.words.refusals.table import refusal_sentence
from tests.servers.haproxy.rig import VERSIONS, Rig, needs_servers, running
from topology.links.fleet_source import Answer, Changes, Floors, ResyncNeeded, ScopeFloor, SourceWave
from topology.links.haproxy.actor import HAProxyActor
from topology.links.haproxy.scheme import open_actor, open_reader
from topology.links.registry import Opening, source_address
from topology.region.errors import LinkError
from topology.region.server_states import ServerState

pytestmark = needs_servers()
SHOP = {"index": ["i1", "i2", "i3", "i4"], "billing": ["b1=index/i1", "b2"]}
OPENING = Opening("op1", Path("/nonexistent"), read_only=False)


@pytest.fixture(params=VERSIONS)
def program(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return request.param


@pytest.fixture(params=[True, False], ids=["lua", "plain"])
def rig(request: pytest.FixtureRequest, program: tuple[str, ...], tmp_path: Path) -> Iterator[Rig]:
    with running(tmp_path, SHOP, lua=request.param, program=program) as found:
        yield found


@asynccontextmanager
async def acting(rig: Rig) -> AsyncIterator[HAProxyActor]:
    source = await open_actor(rig.address, OPENING)
    try:
        yield source
    finally:
        await source.aclose()


def wave(number: int, *names: str, execution: str = "E", undo: bool = False) -> SourceWave:
    supports = tuple((("billing", 1), ("index", 1)) if name == "i1" else ((f"{_OF[name[0]]}", 1),) for name in names)
    return SourceWave(f"{execution}.{number}", execution, "op1", names, supports, undo=undo)


_OF = {"i": "index", "b": "billing"}


def floors(**units: int) -> Floors:
    return Floors(tuple(ScopeFloor(name, "region", count) for name, count in units.items()))


async def until(stream: AsyncIterator[Changes], seen: Callable[[dict[int, int], list[Changes]], bool]) -> list[Changes]:
    """Read changes until what they add up to is as wanted; gives them all."""
    states: dict[int, int] = {}
    found: list[Changes] = []
    async with asyncio.timeout(20):
        async for one in stream:
            found.append(one)
            states.update(zip(one.servers.tolist(), one.states.tolist(), strict=True))
            if seen(states, found):
                return found
    raise AssertionError("the stream ended")


def test_that_servers_are_what_haproxy_has_and_a_tracked_one_serves_both_backends(rig: Rig) -> None:
    async def look() -> None:
        async with acting(rig) as source:
            facts = await source.read()
            assert facts.names == ("i1", "i2", "i3", "i4", "b2")
            supports = [facts.profiles[at] for at in facts.profile]
            assert supports[0] == (("billing", 1), ("index", 1))
            assert supports[1] == (("index", 1),)
            assert set(facts.states.tolist()) == {ServerState.IN_SERVICE}
            assert facts.addresses[0] == "127.0.0.1"
            assert source.abilities.atomic_waves is rig.lua

    asyncio.run(look())


def test_that_a_wave_really_leaves_and_really_comes_back(rig: Rig) -> None:
    async def act() -> None:
        async with acting(rig) as source:
            facts = await source.read()
            taken = await source.take(wave(1, "i1", "i2"), floors(index=2, billing=1))
            assert taken.answers == (("i1", Answer.DONE), ("i2", Answer.DONE))
            assert rig.serving("index") == 2
            assert rig.serving("billing") == 1
            stream = source.changes(facts.cursor)
            changes = await until(stream, lambda states, _: states.get(0) == states.get(1) == ServerState.REMOVED)
            assert {(one.wave, one.actor) for one in changes if len(one.servers)} == {("E.1", "op1")}
            # Out with their last session, they are put into maintenance: HAProxy itself says so.
            await until(stream, lambda *_: rig.admin()["index/i1"] & 1 == rig.admin()["index/i2"] & 1 == 1)
            back = await source.give_back(wave(1, "i1", "i2", execution="U", undo=True), Floors())
            assert back.servers(Answer.DONE) == ("i1", "i2")
            await until(stream, lambda states, _: states.get(0) == states.get(1) == ServerState.IN_SERVICE)
            assert rig.serving("index") == 4

    asyncio.run(act())


def test_that_a_wave_that_would_break_a_floor_of_either_backend_takes_nobody(rig: Rig) -> None:
    async def act() -> None:
        async with acting(rig) as source:
            await source.read()
            first = await source.take(wave(1, "i1"), floors(index=0, billing=2))
            assert first.answers == (("i1", Answer.REFUSED),)
            assert first.refusals[0].code == "floor"
            assert "billing would keep 1" in refusal_sentence(first.refusals[0])
            await source.take(wave(2, "i2", "i3"), floors(index=3))
            # One step takes none of a wave that does not fit; one by one, those that fit are gone, and each is answered for.
            assert rig.serving("index") == (4 if rig.lua else 3)
            assert rig.admin()["index/i1"] == 0

    asyncio.run(act())


def test_that_the_same_wave_is_done_once_and_an_abandoned_one_never(tmp_path: Path) -> None:
    async def act(rig: Rig) -> None:
        async with acting(rig) as source:
            await source.read()
            await source.take(wave(1, "i2"), floors(index=0))
            rig.ask("set server index/i2 state ready")
            again = await source.take(wave(1, "i2"), floors(index=0))
            assert again.answers == (("i2", Answer.DONE),)
            assert rig.admin()["index/i2"] == 0
            found = await source.found("E.1")
            assert found is not None
            assert found.servers(Answer.DONE) == ("i2",)
            assert await source.found("E.7", abandon=True) is None
            late = await source.take(wave(7, "i3"), floors(index=0))
            assert late.answers == (("i3", Answer.REFUSED),)
            assert rig.admin()["index/i3"] == 0

    with running(tmp_path, SHOP, lua=True) as rig:
        asyncio.run(act(rig))


def test_that_a_stop_gives_back_what_still_drains(rig: Rig) -> None:
    async def act() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", rig.frontend)
        writer.write(b"GET /slow/file HTTP/1.1\r\nHost: x\r\n\r\n")
        await writer.drain()
        await reader.readline()
        async with acting(rig) as source:
            facts = await source.read()
            await source.take(wave(1, "i1", "i2", "i3", "i4"), floors(index=0, billing=0))
            stream = source.changes(facts.cursor)
            await until(stream, lambda states, _: list(states.values()).count(ServerState.REMOVED) == 3)
            stopped = await source.stop("E")
            assert len(stopped.servers(Answer.RETURNED)) == 1
            assert rig.serving("index") == 1
            if rig.lua:
                refused = await source.take(wave(2, "b2"), floors(billing=0))
                assert refused.refusals[0].code == "stopped"
        writer.close()

    asyncio.run(act())


def test_that_what_others_do_is_seen_as_theirs(rig: Rig) -> None:
    async def watch() -> None:
        async with acting(rig) as source:
            facts = await source.read()
            stream = source.changes(facts.cursor)
            rig.ask("set server index/i2 state maint")
            changes = await until(stream, lambda states, _: states.get(1) == ServerState.REMOVED)
            assert next(one.actor for one in changes if len(one.servers)) == "somebody else with HAProxy's socket"

    asyncio.run(watch())


def test_that_a_server_that_dies_is_seen_as_failed(tmp_path: Path) -> None:
    async def watch(rig: Rig) -> None:
        async with acting(rig) as source:
            facts = await source.read()
            stream = source.changes(facts.cursor)
            assert rig.nginx is not None
            rig.nginx.kill()
            changes = await until(stream, lambda states, _: states.get(4) == ServerState.FAILED)
            assert all(one.actor is None for one in changes)

    with running(tmp_path, SHOP, lua=False, check="check inter 100ms fall 2") as rig:
        asyncio.run(watch(rig))


def test_that_whoever_reads_after_a_restart_gets_the_servers_of_now_and_no_error(rig: Rig) -> None:
    async def watch() -> None:
        async with acting(rig) as source:
            facts = await source.read()
            await source.take(wave(1, "i2"), floors(index=0))
            rig.kill_haproxy()
            rig.start_haproxy()
            again = await source.read()
            assert again.states[1] == ServerState.IN_SERVICE
            with pytest.raises(ResyncNeeded, match="ReadSince"):
                await anext(aiter(source.changes(facts.cursor)))
            async with asyncio.timeout(10):
                assert (await anext(aiter(source.changes(again.cursor)))).cursor == again.cursor

    asyncio.run(watch())


def test_that_a_restart_is_noticed_and_says_that_drains_are_forgotten(rig: Rig) -> None:
    async def watch() -> None:
        async with acting(rig) as source:
            facts = await source.read()
            await source.take(wave(1, "i2"), floors(index=0))
            rig.kill_haproxy()
            with pytest.raises(LinkError, match="could not be reached"):
                await source.read()
            rig.start_haproxy()
            with pytest.raises(ResyncNeeded, match="ProxyRestarted"):
                await anext(aiter(source.changes(facts.cursor)))
            assert await source.found("E.1") is None
            again = await source.read()
            assert again.states[1] == ServerState.IN_SERVICE

    asyncio.run(watch())


@pytest.mark.parametrize("lua", [True, False])
def test_that_a_shared_address_that_is_not_tied_is_refused_by_name(tmp_path: Path, *, lua: bool) -> None:
    async def act(rig: Rig) -> None:
        async with acting(rig) as source:
            await source.read()
            taken = await source.take(wave(1, "i1"), floors(index=0))
            assert taken.servers(Answer.REFUSED) == ("i1",)

    class Untied(Rig):
        def _backend(self, backend: str, servers: list[str]) -> str:
            return super()._backend(backend, servers).replace("track index/i1", "check inter 200ms")

    rig = Untied(tmp_path, SHOP, lua=lua)
    try:
        rig.start()
        asyncio.run(act(rig))
        assert rig.admin()["index/i1"] == 0
    finally:
        rig.stop()


def test_that_a_socket_that_may_only_look_is_said_before_anything_is_tried(tmp_path: Path) -> None:
    class Looking(Rig):
        def _configuration(self) -> str:
            return super()._configuration().replace("level admin", "level user")

    rig = Looking(tmp_path, SHOP, lua=False)
    try:
        rig.start()
        with pytest.raises(LinkError, match="lets this socket only look"):
            asyncio.run(open_actor(rig.address, OPENING))
        facts = asyncio.run(_read(rig))
        assert len(facts) == 5
    finally:
        rig.stop()


async def _read(rig: Rig) -> tuple[str, ...]:
    source = await open_reader(rig.address, OPENING)
    facts = await source.read()
    await source.aclose()
    return facts.names


def test_that_a_socket_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(LinkError, match="could not be reached: No such file"):
        asyncio.run(open_reader(f"unix:{tmp_path}/none.sock", OPENING))


@pytest.mark.parametrize("target", ["/run/x.sock", "unix:", "tcp:host", "tcp:host:99999", "tcp::80", ""])
def test_that_a_wrong_address_is_refused_before_anything_is_opened(target: str) -> None:
    with pytest.raises(LinkError, match=r"haproxy:unix:/run/haproxy/admin\.sock"):
        source_address(f"haproxy:{target}")
