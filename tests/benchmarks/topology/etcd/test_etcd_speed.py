"""What a region and a ledger in etcd cost, on three real members with TLS and users.

Targets: 1,000,000 servers loaded in 2 s; a wave confirmed by four operators in 50 ms (p99) on different subsystems, in 250 ms all
on one. A confirmation is the region's own judgement and transaction; with the ledger's part it is printed beside.
"""

import asyncio
import sys
import time
from collections.abc import Iterator

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.servers.etcd.cluster import Cluster, needs_etcd
from tests.servers.etcd.regions import SOURCE, actor, seeded
from topology.etcd.address import EtcdAddress
from topology.etcd.values import Operation, Put
from topology.links.description import FixedDescription
from topology.links.etcd.layout import SCHEMA, Rack, RegionKeys, RegionMeta, encoded, pack_rack
from topology.links.etcd.reader import EtcdReader
from topology.links.etcd.seeding import write_all
from topology.links.fleet_source import Answer, Floors, ScopeFloor, SourceWave
from topology.links.live.link import LiveLink
from topology.links.protocol import Wave
from topology.records.ledger.etcd.etcd_ledger import EtcdLedger
from topology.region.description import read_region

pytestmark = needs_etcd()
USERS = ("op1", "op2", "op3", "op4")
HEAD = """format = 1
[region]
name = "shop"
zones = ["az1", "az2"]
[policy]
pace = "100000/min"
largest_command = 100
wave = 5
"""
SUBSYSTEMS = "".join(f'[[subsystem]]\nname = "s{at}"\nfloor = 10\nzone_floor = 5\n' for at in range(4))
POOLS = "".join(
    f'[[pool]]\nname = "s{at}"\ncount = 800\nsupports = ["s{at}"]\ncells_per_zone = 4\nservers_per_rack = 20\n'
    for at in range(4)
)


def test_what_loading_a_million_servers_costs(benchmark: BenchmarkFixture, cluster: Cluster, prefix: str) -> None:
    async def put() -> None:
        client, keys = cluster.client(), RegionKeys(prefix)
        await write_all(client, _racks(keys))
        meta = Put(keys.meta, encoded(RegionMeta(SCHEMA, "big")))
        profiles = tuple((((f"s{at}", 1),),) for at in range(20))
        await client.txn((), (Put(keys.profiles, encoded([one[0] for one in profiles])), meta))
        await client.aclose()

    async def load() -> int:
        one = EtcdReader(EtcdAddress(cluster.members, prefix), cluster.client(), "op1")
        facts = await one.read()
        await one.aclose()
        return len(facts.names)

    asyncio.run(put())
    assert benchmark.pedantic(lambda: asyncio.run(load()), rounds=5) == 1_000_000


def _racks(keys: RegionKeys) -> Iterator[Operation]:
    for number in range(25_000):
        place = (f"az{number // 5_000}", f"c{number // 100 % 50}", f"r{number % 100:03}")
        names = tuple(f"srv-{number * 40 + at:07}" for at in range(40))
        yield Put(keys.rack(place), pack_rack(Rack(names, b"\x01" * 40, tuple((number + at) % 20 for at in range(40)))))
        yield Put(keys.agent(place))


@pytest.mark.parametrize("spread", [True, False], ids=["spread", "all on one"])
def test_what_a_confirmation_costs_with_four_operators(
    benchmark: BenchmarkFixture, cluster: Cluster, prefix: str, *, spread: bool
) -> None:
    async def work() -> tuple[list[float], list[float]]:
        text = HEAD + SUBSYSTEMS
        async with seeded(cluster, f"{prefix}fleet/", text + POOLS, takes_s=60):
            region = [await _operator(cluster, prefix, at, at if spread else 0) for at in range(4)]
            alone = [time for found in await asyncio.gather(*region) for time in found]
            whole = [await _console(cluster, prefix, text, at, at if spread else 0) for at in range(4)]
            together = [time for found in await asyncio.gather(*whole) for time in found]
        return alone, together

    alone, together = benchmark.pedantic(lambda: asyncio.run(work()), rounds=1)
    for what, times in (("region", alone), ("with the ledger", together)):
        ordered = sorted(times)
        middle, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
        benchmark.extra_info |= {f"{what} p50 ms": round(1e3 * middle, 1), f"{what} p99 ms": round(1e3 * late, 1)}
        sys.stdout.write(f"{what}: {len(times)} waves, p50 {1e3 * middle:.1f} ms, p99 {1e3 * late:.1f} ms\n")


async def _operator(cluster: Cluster, prefix: str, at: int, subsystem: int):
    """Give what sends thirty waves straight to the region, with half a second's thought in all between them."""
    one = actor(cluster, f"{prefix}fleet/", USERS[at])
    facts = await one.read()
    names = [name for name in facts.names if name.startswith(f"s{subsystem}-")][at * 150 : at * 150 + 60]
    floors = Floors(
        (ScopeFloor(f"s{subsystem}", "region", 10), *(ScopeFloor(f"s{subsystem}", f"zone:az{z}", 5) for z in (1, 2)))
    )

    async def send() -> list[float]:
        found = []
        for number in range(30):
            servers = tuple(names[2 * number : 2 * number + 2])
            wave = SourceWave(f"a{at}.{number}", f"a{at}", USERS[at], servers, ((((f"s{subsystem}", 1),)),) * 2)
            begun = time.perf_counter()
            taken = await one.take(wave, floors)
            found.append(time.perf_counter() - begun)
            assert taken.servers(Answer.DONE) == servers
            await asyncio.sleep(0.05)
        await one.aclose()
        return found

    return send()


async def _console(cluster: Cluster, prefix: str, text: str, at: int, subsystem: int):
    """Give what sends ten waves through a whole console: judged here, written into the ledger, done, answered."""
    source = actor(cluster, f"{prefix}fleet/", USERS[at])
    ledger = EtcdLedger(EtcdAddress(cluster.members, f"{prefix}ledger/"), cluster.client(USERS[at]), USERS[at])
    description = FixedDescription(read_region(text + SOURCE, "shop.toml"))
    link = LiveLink(USERS[at], description, source, ledger, actor=source)
    state = await link.load()
    roster = state.region.roster
    names = [name for name in roster.names if name.startswith(f"s{subsystem}-")][at * 150 + 80 : at * 150 + 100]

    async def send() -> list[float]:
        found = []
        for number in range(10):
            servers = tuple(names[2 * number : 2 * number + 2])
            begun = time.perf_counter()
            done: tuple[str, ...] = ()
            for attempt in range(20):
                wave = Wave(f"b{at}x{attempt}", number + 1, USERS[at], servers, ((f"s{subsystem}",),) * 2)
                done = (await link.remove(wave)).servers(Answer.DONE)
                if done:
                    break
            found.append(time.perf_counter() - begun)
            assert done == servers
            await asyncio.sleep(0.25)
        await link.aclose()
        return found

    return send()
