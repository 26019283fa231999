"""HAProxy under traffic, and several consoles at one HAProxy."""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.haproxy.rig import VERSIONS, Rig, needs_servers, running
from topology.links.fleet_source import Answer, Floors, ScopeFloor, SourceWave
from topology.links.haproxy.scheme import open_actor
from topology.links.registry import Opening
from topology.region.errors import LinkError

pytestmark = needs_servers()
OPENING = Opening("op1", Path("/nonexistent"), read_only=False)
SERVERS = [f"s{number:02}" for number in range(20)]


@pytest.fixture(params=VERSIONS)
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    with running(tmp_path, {"web": SERVERS}, lua=True, program=request.param) as found:
        yield found


def wave(execution: str, number: int, *names: str) -> SourceWave:
    return SourceWave(f"{execution}.{number}", execution, "op", names, ((("web", 1),),) * len(names))


def floor(units: int) -> Floors:
    return Floors((ScopeFloor("web", "region", units),))


async def request(port: int) -> bool:
    """Make one request on a connection of its own; gives whether it was answered well."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.0\r\n\r\n")
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
    except OSError:
        return False
    return answer.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200"))


def test_that_no_request_fails_while_half_of_the_servers_drain_and_come_back(rig: Rig) -> None:
    async def act() -> list[bool]:
        done, answered = asyncio.Event(), list[bool]()

        async def visit() -> None:
            while not done.is_set():
                answered.append(await request(rig.frontend))

        visitors = [asyncio.ensure_future(visit()) for _ in range(8)]
        source = await open_actor(rig.address, OPENING)
        await source.read()
        taken = await source.take(wave("E", 1, *SERVERS[:10]), floor(10))
        assert len(taken.servers(Answer.DONE)) == 10
        answered.extend([await request(rig.frontend) for _ in range(300)])
        await source.give_back(wave("U", 1, *SERVERS[:10]), Floors())
        answered.extend([await request(rig.frontend) for _ in range(300)])
        done.set()
        await asyncio.gather(*visitors)
        await source.aclose()
        return answered

    answered = asyncio.run(act())
    assert len(answered) > 1000
    assert answered.count(False) == 0


def test_that_four_consoles_racing_never_go_below_the_floor(rig: Rig) -> None:
    async def console(number: int, turn: int, least: int) -> None:
        source = await open_actor(rig.address, OPENING)
        await source.read()
        dice = random.Random(turn * 10 + number)
        for at in range(6):
            names = dice.sample(SERVERS, 3)
            try:
                await source.take(wave(f"E{turn}c{number}", at, *names), floor(least))
            except LinkError as error:
                pytest.fail(str(error))
        await source.aclose()

    async def race(turn: int) -> None:
        await asyncio.gather(*(console(number, turn, 12) for number in range(4)))

    for turn in range(10):
        asyncio.run(race(turn))
        assert 12 <= rig.serving("web") < 20
        rig.ask(";".join(f"set server web/{name} state ready" for name in SERVERS))
