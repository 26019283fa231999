"""A HAProxy that is slow, and something that is none at its socket: one sentence, and nothing is done twice."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from console.operating.regions import address_of, folder_of, open_link
from tests.servers.haproxy.rig import Rig, needs_servers, running
from tests.servers.haproxy.test_haproxy_region import SERVERS, described, trusted
from topology.links.live.link import LiveLink
from topology.links.protocol import Answer, Wave
from topology.region.errors import LinkError

pytestmark = needs_servers()
SLOW_S = 2.0


class At:
    """Another socket in place of HAProxy's."""

    def __init__(self, socket: Path) -> None:
        self.address = f"unix:{socket}"


@asynccontextmanager
async def listening(path: Path, answer: Callable[[bytes], Coroutine[Any, Any, bytes]]) -> AsyncIterator[At]:
    """Answer each line at a socket as *answer* says."""
    under_way: set[asyncio.Task[Any] | None] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        under_way.add(asyncio.current_task())
        with suppress(OSError):  # whoever asked may have given up
            writer.write(await answer(await reader.readline()))
            await writer.drain()
        writer.close()

    async with await asyncio.start_unix_server(one, path):
        yield At(path)
    await asyncio.gather(*filter(None, under_way), return_exceptions=True)


def ran(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 90))


@asynccontextmanager
async def opened(tmp_path: Path, at: At) -> AsyncIterator[LiveLink]:
    path = trusted(described(tmp_path, at))  # type: ignore[arg-type]
    link = open_link(address_of(str(path)), folder_of(address_of(str(path))))
    assert isinstance(link, LiveLink)
    try:
        yield link
    finally:
        await link.aclose()


def test_that_a_haproxy_that_takes_two_seconds_for_every_answer_is_waited_for(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        async def slowly(request: bytes) -> bytes:
            await asyncio.sleep(SLOW_S)
            return (await asyncio.to_thread(rig.ask, request.decode().strip())).encode()

        async with listening(tmp_path / "slow.sock", slowly) as at, opened(tmp_path, at) as link:
            state = await link.load()
            assert len(state.region.roster) == 12
            outcome = await link.remove(Wave("e", 1, "op1", ("s01", "s02"), (("web",), ("web",))))
            assert outcome.servers(Answer.DONE) == ("s01", "s02"), outcome
            seen = 0
            async for batch in link.events(state.revision):
                state.fold(batch)
                seen += len(batch.servers)
                assert link.freshness.connected, link.freshness.reason
                if seen >= 2:
                    break
            assert rig.serving() == 10

    (tmp_path / "rig").mkdir()
    with running(tmp_path / "rig", {"web": SERVERS}, lua=True) as rig:
        ran(work(rig))


def test_that_a_socket_that_may_only_look_is_said_where_acts_were_asked_for(tmp_path: Path) -> None:
    class Looking(Rig):
        def _configuration(self) -> str:
            return super()._configuration().replace("level admin", "level user")

    async def work(rig: Rig) -> None:
        async with opened(tmp_path, At(rig.socket)) as link:
            await link.load()
            assert not link.freshness.connected
            assert "lets this socket only look" in link.freshness.reason
            with pytest.raises(LinkError, match="lets this socket only look"):
                await link.remove(Wave("e", 1, "op1", ("s01",), (("web",),)))
            assert rig.serving() == 12

    (tmp_path / "rig").mkdir()
    rig = Looking(tmp_path / "rig", {"web": SERVERS}, lua=False)
    try:
        rig.start()
        ran(work(rig))
    finally:
        rig.stop()


def test_that_a_backend_that_loses_half_of_its_servers_lowers_no_floor(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        described_in_percent = described(tmp_path, rig)
        described_in_percent.write_text(described_in_percent.read_text().replace("floor = 8", 'floor = "75%"'))
        link = open_link(
            address_of(str(trusted(described_in_percent))), folder_of(address_of(str(described_in_percent)))
        )
        try:
            await link.load()
            rig.backends = {"web": SERVERS[:6]}
            await asyncio.to_thread(rig.rewrite_and_reload)
            async with asyncio.timeout(20):
                while len((state := await link.load()).region.roster) != 6:  # noqa: ASYNC110 - it is read when it is
                    await asyncio.sleep(0.1)
            scopes, row = state.fleet.scopes, state.fleet.scopes.region_row[0]
            assert (scopes.declared[row], scopes.floor[row], state.fleet.capacity[row]) == (12, 9, 6)
            refused = await link.remove(Wave("e", 1, "op1", ("s01",), (("web",),)))
            assert refused.servers(Answer.REFUSED) == ("s01",)
            assert rig.serving() == 6
        finally:
            await link.aclose()

    (tmp_path / "rig").mkdir()
    with running(tmp_path / "rig", {"web": SERVERS}, lua=True) as rig:
        ran(work(rig))


@pytest.mark.parametrize(
    ("garbage", "why"),
    [
        (b"HTTP/1.0 400 Bad request\r\n\r\n", "answered `show info` without node; is this its runtime API?"),
        (b"", "answered `show info` without node; is this its runtime API?"),
        (b"\xff\xfe\x00" * 1000, "answered `show info` without node; is this its runtime API?"),
        (b"Pid: 7\nnode: x\nUptime_sec: 3\n", "answered `show servers state` with 'Pid: 7 node: x Uptime_sec: 3'"),
    ],
)
def test_that_what_is_no_haproxy_is_one_sentence(tmp_path: Path, garbage: bytes, why: str) -> None:
    async def work() -> None:
        async def badly(request: bytes) -> bytes:
            return garbage

        async with listening(tmp_path / "odd.sock", badly) as at, opened(tmp_path, at) as link:
            state = await link.load()
            assert not link.freshness.connected
            assert why in link.freshness.reason
            assert "\n" not in link.freshness.reason
            assert len(state.region.roster) == 0

    ran(work())
