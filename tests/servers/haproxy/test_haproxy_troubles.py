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
