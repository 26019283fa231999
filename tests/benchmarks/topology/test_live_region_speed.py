"""What it costs to put a region together from a source's facts, and to fold what changes, at three sizes; by CPU time."""

import asyncio
import math
import time
from collections.abc import AsyncIterator

import numpy as np
import pytest

from topology.links.deadline import BoundedReader
from topology.links.fleet_source import Abilities, Changes, Facts, Identity
from topology.links.live.follow.following import Following
from topology.region.description import read_region

SIZES = (10_000, 100_000, 1_000_000)
LOAD_S = 3.0
FACTS_A_SECOND = 1_000_000
SUBSYSTEMS = 20
TEXT = """\
format = 1
[region]
name = "big"
zones = ["az1", "az2", "az3"]
[source]
fleet = "exec:/nothing"
[policy]
pace = "100/min"
largest_command = "5%"
""" + "".join(f'[[subsystem]]\nname = "s{at}"\nfloor = "90%"\nzone_floor = "50%"\n' for at in range(SUBSYSTEMS))


class BigSource:
    """Lists many servers in an order of its own, and changes 10,000 of them at a time."""

    identity = Identity("bench", "test")
    region = "bench-1"
    abilities = Abilities()
    heartbeat_s = 1.0

    def __init__(self, servers: int) -> None:
        places = [
            (f"az{zone}", f"c{cell}", f"r{rack}") for zone in (1, 2, 3) for cell in range(20) for rack in range(40)
        ]
        rng = np.random.default_rng(1)
        profiles = tuple(((f"s{at}", 1), (f"s{(at + 1) % SUBSYSTEMS}", 2)) for at in range(SUBSYSTEMS))
        names = tuple(f"n{at:07}" for at in range(servers))
        rack = (np.arange(servers) % len(places)).astype(np.int32)
        profile = rng.integers(0, SUBSYSTEMS, servers).astype(np.int32)
        self.facts = Facts("0", 0.0, names, tuple(places), profiles, rack, profile, np.ones(servers, np.uint8))
        self.news = [
            Changes(str(at), 0.0, rng.integers(0, servers, 10_000).astype(np.int32), rng.integers(0, 5, 10_000).astype(np.uint8))
            for at in range(1, 51)
        ]  # fmt: skip

    async def read(self) -> Facts:
        return self.facts

    async def changes(self, after: str) -> AsyncIterator[Changes]:
        for change in self.news:
            yield change

    async def aclose(self) -> None:
        """Nothing to let go of."""


def measured(servers: int) -> tuple[float, float]:
    """Give the CPU seconds of one reading, and the facts folded in a second of it."""
    source, region = BigSource(servers), read_region(TEXT, "big.toml")

    async def work() -> tuple[float, float]:
        following = Following(BoundedReader(source), lambda: region, dict, time.time)
        began = time.process_time()
        await following.read(None)
        read = time.process_time() - began
        began = time.process_time()
        async for change in following.reader.changes("0"):
            following.take(change)
        return read, 500_000 / (time.process_time() - began)

    return asyncio.run(work())


def test_that_a_million_servers_are_put_together_in_time_and_a_million_facts_folded_in_a_second(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = {size: measured(size) for size in SIZES}
    exponent = math.log(found[SIZES[2]][0] / found[SIZES[1]][0]) / math.log(SIZES[2] / SIZES[1])
    with capsys.disabled():
        for size, (read, facts) in found.items():
            print(f"\n{size:>9,} servers: read in {read:.3f} s, {facts:,.0f} facts/s", end="")  # noqa: T201
        print(f"\nexponent {exponent:.2f}")  # noqa: T201
    assert found[SIZES[2]][0] < LOAD_S
    assert min(facts for _, facts in found.values()) > FACTS_A_SECOND
    assert exponent < 1.3
