"""A small region in a real etcd, with its agents played, and consoles on it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from tests.servers.etcd.cluster import Cluster
from topology.etcd.address import EtcdAddress
from topology.links.description import FixedDescription
from topology.links.etcd.actor import EtcdActor
from topology.links.etcd.agents import PlayedAgents
from topology.links.etcd.reader import EtcdReader
from topology.links.etcd.seeding import seed
from topology.links.fleet_source import Floors, ScopeFloor, SourceWave
from topology.links.live.link import LiveLink
from topology.links.protocol import Wave
from topology.records.ledger.etcd.etcd_ledger import EtcdLedger
from topology.region.description import read_region
from topology.region.region import Region

TEXT = """format = 1
[region]
name = "shop"
zones = ["az1", "az2"]
[policy]
pace = "600/min"
largest_command = 40
wave = 4
[[subsystem]]
name = "index"
service = "shop"
floor = 30
zone_floor = "50%"
[[subsystem]]
name = "billing"
floor = 4
[[pool]]
name = "index"
count = 36
supports = ["index"]
zones = "spread"
cells_per_zone = 2
servers_per_rack = 4
[[pool]]
name = "both"
count = 8
supports = ["billing", "index:2"]
zones = "az1"
servers_per_rack = 4
"""


def region_of(text: str = TEXT) -> Region:
    return read_region(text, "shop.toml")


@asynccontextmanager
async def seeded(cluster: Cluster, prefix: str, text: str = TEXT, takes_s: float = 0.2) -> AsyncIterator[PlayedAgents]:
    """Put a region there, and play its agents."""
    address = EtcdAddress(cluster.members, prefix)
    client = cluster.client("op4")
    await seed(client, address, region_of(text), "shop-1")
    agents = PlayedAgents(client, address, takes_s)
    await agents.appear()
    playing = asyncio.ensure_future(agents.run())
    try:
        yield agents
    finally:
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)
        await agents.leave()
        await client.aclose()


def actor(cluster: Cluster, prefix: str, user: str = "op1") -> EtcdActor:
    return EtcdActor(EtcdAddress(cluster.members, prefix), cluster.client(user), user)


def reader(cluster: Cluster, prefix: str, user: str = "eve") -> EtcdReader:
    return EtcdReader(EtcdAddress(cluster.members, prefix), cluster.client(user), user)


def wave(number: int, *servers: str, supports: str = "index", execution: str = "E") -> SourceWave:
    named = {"index": (("index", 1),), "both": (("billing", 1), ("index", 2))}
    own = tuple(named["both" if name.startswith("both") else supports] for name in servers)
    return SourceWave(f"{execution}.{number}", execution, "op1", servers, own)


def floors(units: int, scope: str = "region", subsystem: str = "index") -> Floors:
    return Floors((ScopeFloor(subsystem, scope, units),))


def with_ceiling(units: int) -> Floors:
    return replace(Floors(), ceilings=(ScopeFloor("index", "region", units),))


SOURCE = """[source]
fleet = "etcd://h1:2379/shop/fleet/"
ledger = "etcd://h1:2379/shop/ledger/"
read_only = false
"""


def described() -> str:
    """Give the description of the small region as a console has it: its servers are those in etcd."""
    return TEXT[: TEXT.index("[[pool]]")] + SOURCE


def console(cluster: Cluster, prefix: str, user: str = "op1", policy: str = "") -> LiveLink:
    """Make a console's link to the region under *prefix*, with its ledger beside it."""
    source = actor(cluster, f"{prefix}fleet/", user)
    ledger = EtcdLedger(EtcdAddress(cluster.members, f"{prefix}ledger/"), cluster.client(user), user)
    return LiveLink(
        user, FixedDescription(read_region(described() + policy, "shop.toml")), source, ledger, actor=source
    )


def act_of(link: LiveLink, *servers: str, execution: str = "E", number: int = 1) -> Wave:
    named = {"index": ("index",), "both": ("billing", "index")}
    supports = tuple(named[name.partition("-")[0]] for name in servers)
    return Wave(execution, number, link.name, servers, supports)
