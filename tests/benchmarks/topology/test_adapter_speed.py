"""What an adapter costs: 1,000,000 servers loaded in under 3 s, 1,000,000 facts/s, a wave of 25 in under 10 ms.

The loop goes on meanwhile: no gap of 50 ms. Real children; wall time is noted, gates are on processor time and on ratios.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pytest_benchmark.fixture import BenchmarkFixture

from tests.topology.links.adapter.adapters import floor, opened
from topology.links.adapter.source import AdapterSource
from topology.links.fleet_source import SourceWave

PROGRAM = Path(__file__).with_name("big_adapter.py")
PYTHON = Path(sys.executable).resolve()
SERVERS = 1_000_000
BATCHES = 2_000


class Gaps:
    """The longest time, in seconds, that the loop was not seen: of the wall, and of this process's own work."""

    def __init__(self) -> None:
        self.wall_s = self.own_s = 0.0

    async def watch(self) -> None:
        while True:
            wall, own = time.perf_counter(), time.process_time()
            await asyncio.sleep(0.001)
            self.wall_s = max(self.wall_s, time.perf_counter() - wall)
            self.own_s = max(self.own_s, time.process_time() - own)


@asynccontextmanager
async def big(servers: int = SERVERS) -> AsyncIterator[AdapterSource]:
    async with opened(f"exec:{PYTHON} {PROGRAM} {servers}", PROGRAM.parent) as source:
        yield source


async def loaded(gaps: Gaps) -> tuple[float, float]:
    """Give wall and processor seconds of a load."""
    async with big() as source:
        watching = asyncio.ensure_future(gaps.watch())
        wall, own = time.perf_counter(), time.process_time()
        await source.read()
        took = time.perf_counter() - wall, time.process_time() - own
        facts = await source.read()
        watching.cancel()
        assert len(facts.names) == SERVERS
    return took


def test_what_loading_a_million_servers_costs(benchmark: BenchmarkFixture) -> None:
    gaps = Gaps()
    wall, own = benchmark.pedantic(lambda: asyncio.run(loaded(gaps)), rounds=1)
    benchmark.extra_info |= {
        "wall_s": round(wall, 2), "processor_s": round(own, 2),
        "gap_ms": round(1000 * gaps.wall_s, 1), "own_gap_ms": round(1000 * gaps.own_s, 1),
    }  # fmt: skip
    assert own < 3
    # The target of 50 ms is for a machine of our own; shared ones take twice the processor time for the same work.
    assert gaps.own_s < 0.15


async def flooded(gaps: Gaps) -> tuple[float, float, int]:
    async with big(100_000) as source:
        facts = await source.read()
        await source.resume(str(BATCHES))
        watching = asyncio.ensure_future(gaps.watch())
        wall, own, seen = time.perf_counter(), time.process_time(), 0
        async for found in source.changes(facts.cursor):
            seen += len(found.servers)
            if seen == BATCHES * 1000:
                break
        watching.cancel()
    return time.perf_counter() - wall, time.process_time() - own, seen


def test_how_many_facts_can_be_followed(benchmark: BenchmarkFixture) -> None:
    gaps = Gaps()
    wall, own, seen = benchmark.pedantic(lambda: asyncio.run(flooded(gaps)), rounds=1)
    benchmark.extra_info |= {
        "million_a_second": round(seen / wall / 1e6, 2), "million_a_processor_second": round(seen / own / 1e6, 2),
        "gap_ms": round(1000 * gaps.wall_s, 1), "own_gap_ms": round(1000 * gaps.own_s, 1),
    }  # fmt: skip
    assert seen / own > 0.5e6
    assert gaps.own_s < 0.05


async def waves(count: int) -> list[tuple[float, float]]:
    async with big(100_000) as source:
        await source.read()
        took = []
        for number in range(count):
            names = tuple(f"srv-{number * 25 + at:07}" for at in range(25))
            wave = SourceWave(f"E.{number}", "E", "op1", names, ((("index", 1),),) * 25)
            wall, own = time.perf_counter(), time.process_time()
            taken = await source.take(wave, floor(1))
            took.append((time.perf_counter() - wall, time.process_time() - own))
            assert len(taken.answers) == 25
    return took


def test_what_a_wave_costs_above_the_adapter_itself(benchmark: BenchmarkFixture) -> None:
    took = benchmark.pedantic(lambda: asyncio.run(waves(200)), rounds=1)
    wall, own = (sorted(each[at] for each in took) for at in (0, 1))
    benchmark.extra_info |= {
        "wall_ms": [round(1000 * wall[at], 2) for at in (100, 190, 198)],
        "processor_ms": [round(1000 * own[at], 2) for at in (100, 190, 198)],
    }  # fmt: skip
    assert own[100] < 0.010
