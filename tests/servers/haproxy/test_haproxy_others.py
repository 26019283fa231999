"""What happens to a real HAProxy behind a console's back: agents that speak for a server, and reloads that forget."""

import asyncio
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from console.words.refusals.table import refusal_sentence
from tests.servers.haproxy.rig import VERSIONS, Rig, free_ports, needs_servers, running
from tests.servers.haproxy.test_haproxy_source import acting, floors, until
from topology.links.fleet_source import Answer, ResyncNeeded, SourceWave
from topology.region.server_states import ServerState

pytestmark = needs_servers()
WEB = {"web": ["s1", "s2", "s3"]}


@pytest.fixture(params=VERSIONS)
def program(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return request.param


def wave(number: int, *names: str) -> SourceWave:
    return SourceWave(f"E.{number}", "E", "op1", names, ((("web", 1),),) * len(names))


@contextmanager
def agent(port: int) -> Iterator[list[str]]:
    """An agent that answers every check with the last word of the list that is given."""
    words = ["up"]

    class Says(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.sendall(f"{words[-1]}\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", port), Says) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield words
        finally:
            server.shutdown()
            thread.join()


def test_that_a_server_whose_agent_drains_it_is_seen_to_leave_by_somebody_else(
    tmp_path: Path, program: tuple[str, ...]
) -> None:
    [port] = free_ports(1)
    check = f"check inter 200ms agent-check agent-port {port} agent-inter 100ms"

    async def watch(words: list[str], rig: Rig) -> None:
        async with acting(rig) as source:
            facts = await source.read()
            words.append("drain")
            stream = source.changes(facts.cursor)
            changes = await until(stream, lambda states, _: set(states.values()) == {ServerState.REMOVED})
            assert next(one.actor for one in changes if len(one.servers)) == "somebody else with HAProxy's socket"

    with agent(port) as words, running(tmp_path, WEB, lua=False, check=check, program=program) as rig:
        asyncio.run(watch(words, rig))


@pytest.mark.parametrize("lua", [True, False], ids=["lua", "plain"])
def test_that_a_server_with_an_agent_is_refused_by_name_and_leaves_once_that_is_disabled(
    tmp_path: Path, program: tuple[str, ...], lua: bool
) -> None:
    [port] = free_ports(1)
    check = f"check inter 200ms agent-check agent-port {port} agent-inter 100ms"

    async def act(rig: Rig) -> None:
        async with acting(rig) as source:
            await source.read()
            refused = await source.take(wave(1, "s1", "s2"), floors(web=0))
            assert refused.servers(Answer.REFUSED) == ("s1", "s2")
            assert "s1 has an agent check" in refusal_sentence(refused.refusals[0])
            assert rig.serving() == 3
            rig.ask("disable agent web/s1")
            await source.read()
            taken = await source.take(wave(2, "s1"), floors(web=0))
            assert taken.servers(Answer.DONE) == ("s1",)
            assert rig.serving() == 2

    with agent(port), running(tmp_path, WEB, lua=lua, check=check, program=program) as rig:
        asyncio.run(act(rig))


@pytest.mark.parametrize("lua", [True, False], ids=["lua", "plain"])
def test_that_a_reload_is_noticed_and_what_it_forgot_is_seen(
    tmp_path: Path, program: tuple[str, ...], lua: bool
) -> None:
    async def watch(rig: Rig) -> None:
        async with acting(rig) as source:
            facts = await source.read()
            await source.take(wave(1, "s2"), floors(web=0))
            assert rig.serving() == 2
            await asyncio.to_thread(rig.reload_haproxy)
            with pytest.raises(ResyncNeeded, match="ProxyRestarted"):
                await until(source.changes(facts.cursor), lambda *_: False)
            again = await source.read()
            assert again.states.tolist() == [ServerState.IN_SERVICE] * 3
            assert source.abilities.atomic_waves is lua

    with running(tmp_path, WEB, lua=lua, program=program) as rig:
        asyncio.run(watch(rig))
