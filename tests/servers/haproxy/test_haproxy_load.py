"""What a real HAProxy carries, and which frontend sends to which backend, as an operator is shown it."""

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from console.operating.explanation import explanation
from console.operating.regions import address_of, folder_of, open_to_look
from tests.servers.haproxy.rig import VERSIONS, Rig, needs_servers
from tests.servers.haproxy.test_haproxy_region import described, planned, trusted
from topology.command.grammar.syntax import Explain
from topology.fleet.state import State
from topology.links.live.link import LiveLink
from topology.links.protocol import ResyncNeeded
from topology.planning.plan import Verdict
from topology.planning.preview import Planner
from topology.region.region import Dependency

pytestmark = needs_servers()
SERVERS = [f"s{number:02}" for number in range(12)]


class Public(Rig):
    """One whose frontend has a name of its own."""

    def _configuration(self) -> str:
        return super()._configuration().replace("frontend web", "frontend public")


@pytest.fixture(params=VERSIONS)
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    (tmp_path / "rig").mkdir()
    found = Public(tmp_path / "rig", {"web": SERVERS}, lua=True, program=request.param)
    try:
        found.start()
        yield found
    finally:
        found.stop()


def visitor(rig: Rig) -> socket.socket:
    """Begin a download that takes a while."""
    one = socket.create_connection(("127.0.0.1", rig.frontend))
    one.sendall(b"GET /slow/file HTTP/1.1\r\nHost: x\r\n\r\n")
    one.recv(20)
    return one


async def followed(link: LiveLink, state: State) -> None:
    async with asyncio.timeout(20):
        async for batch in link.events(state.revision):
            state.fold(batch)


async def opened(tmp_path: Path, rig: Rig) -> tuple[LiveLink, State]:
    path = trusted(described(tmp_path, rig))
    link = open_to_look(address_of(str(path)), folder_of(address_of(str(path))))
    assert isinstance(link, LiveLink)
    return link, await link.load()


def test_that_load_and_the_frontends_that_send_are_shown(tmp_path: Path, rig: Rig) -> None:
    async def look() -> None:
        with visitor(rig), visitor(rig):
            link, state = await opened(tmp_path, rig)
            try:
                public = state.region.subsystem("public")
                assert public.external
                assert Dependency("public", "web", "soft", observed=True) in state.region.dependencies
                assert link.loads()["web"].sessions == 2
                shown = explanation(replace(state, loads=link.loads()), Planner(state.region), Explain("web"))
                [load] = [one for one in shown.sections if one.heading == "Load"]
                assert load.rows[0][0] == "2 sessions"
                # Who sends is shown, and stands in the way of nothing.
                plan = planned(state, "remove 2 servers from web")
                assert plan.verdict is not Verdict.BLOCKED
            finally:
                await link.aclose()

    asyncio.run(asyncio.wait_for(look(), 60))


def test_that_a_frontend_that_is_seen_later_comes_into_the_graph_by_itself(tmp_path: Path, rig: Rig) -> None:
    async def look() -> None:
        link, state = await opened(tmp_path, rig)
        try:
            assert [one.name for one in state.region.subsystems] == ["web"]
            with visitor(rig):
                with pytest.raises(ResyncNeeded, match=r"CallsSeen\(calls=\(\('public', 'web'\),\)\)"):
                    await followed(link, state)
                state = await link.load()
                assert [one.name for one in state.region.subsystems] == ["web", "public"]
        finally:
            await link.aclose()

    asyncio.run(asyncio.wait_for(look(), 60))
