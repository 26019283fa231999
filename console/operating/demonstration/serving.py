"""Puts a region into an etcd, and plays the agents of its racks until it is told to end."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from console.operating.demonstration.description import live_description
from console.operating.regions import address_of, file_of, read_address
from topology.links.registry import source_address
from topology.records.files import write_whole
from topology.region.errors import LinkError
from topology.region.source import Tls

FLEET, LEDGER = "fleet/", "ledger/"
SCHEME = "etcd"


@dataclass(frozen=True, slots=True)
class DemonstrationStep:
    """What was just done, in one word and in a sentence; *servers* that were put there, *racks* whose agents are there."""

    did: str
    sentence: str
    servers: int = 0
    racks: int = 0


def write_description(region: str | None, at: str, tls: Tls, out: Path) -> None:
    """Write the description with which consoles open the region that is served at an address.

    Raises:
        LinkError: the address is wrong, the description cannot be made, or *out* is there already or cannot be written.
    """
    if out.exists():
        raise LinkError(f"{out} is there already; name a new file, or leave --out out")
    base = _base(at)
    path = file_of(address_of(region))
    try:
        made = live_description(path.read_text("utf-8-sig"), base + FLEET, base + LEDGER, tls)
        write_whole(out, made.encode())
    except (OSError, ValueError) as error:
        raise LinkError(f"the description of {path} could not be written to {out}: {error}") from error


async def serve(region: str | None, at: str, tls: Tls, tell: Callable[[DemonstrationStep], None]) -> None:
    """Serve a region until cancelled; one that is there already is only given agents.

    Raises:
        LinkError: the address is wrong, or etcd cannot be reached or written.
        RegionError: the region cannot be read.
    """
    base = _base(at)
    from topology.etcd.address import parse_address
    from topology.etcd.client import EtcdClient
    from topology.links.etcd.agents import PlayedAgents
    from topology.links.etcd.seeding import is_there, seed

    address = parse_address(base + FLEET)
    client = EtcdClient(address.members, tls)
    agents = PlayedAgents(client, address)
    try:
        if await is_there(client, address):
            tell(DemonstrationStep("found", f"There is a region at {address} already; its agents are played."))
        else:
            found = await asyncio.to_thread(read_address, address_of(region))
            await seed(client, address, found, f"{found.name} at {base}")
            count = found.roster.count
            tell(DemonstrationStep("put", f"{count:,} servers were put to {address}.", servers=count))
        racks = await agents.appear()
        there = f"The agents of {racks:,} racks are there. Ctrl+C ends them: then their racks are failed."
        tell(DemonstrationStep("serving", there, racks=racks))
        await agents.run()
    finally:
        await agents.leave()
        await client.aclose()


def _base(at: str) -> str:
    """Give the address that the fleet's and the ledger's begin with.

    Raises:
        LinkError: it is no address of an etcd, or what it needs is not installed.
    """
    address = source_address(at)
    if address.scheme.name != SCHEME:
        raise LinkError(f"{at}: a region is served from an etcd; write etcd://HOST:PORT/PREFIX/")
    return str(address)
