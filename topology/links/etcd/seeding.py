"""Puts a region into etcd: its racks, its counters of capacity, and last of all that it is there."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice

import numpy as np

from topology.etcd.address import EtcdAddress
from topology.etcd.client import EtcdClient
from topology.etcd.values import Absent, Operation, Put
from topology.links.etcd.layout import (
    SCHEMA,
    Place,
    Rack,
    RegionKeys,
    RegionMeta,
    Supports,
    encoded,
    pack_capacity,
    pack_rack,
)
from topology.region.errors import LinkError
from topology.region.region import Region
from topology.region.server_states import ServerState

AT_ONCE = 100
_STEADY = {ServerState.DRAINING: ServerState.REMOVED, ServerState.JOINING: ServerState.IN_SERVICE}


async def is_there(client: EtcdClient, address: EtcdAddress) -> bool:
    """Say whether there is a region at an address."""
    return await client.get(RegionKeys(address.prefix).meta) is not None


async def seed(client: EtcdClient, address: EtcdAddress, region: Region, name: str) -> tuple[Place, ...]:
    """Put the servers of a region under an address that holds none; gives the places of its racks.

    Raises:
        LinkError: there is a region already.
    """
    keys = RegionKeys(address.prefix)
    if await is_there(client, address):
        raise LinkError(f"there is a region at {address} already; name another prefix, or delete what is there first")
    racks = racks_of(region)
    profiles = profiles_of(region)
    operations: Iterator[Operation] = (Put(keys.rack(place), pack_rack(rack)) for place, rack in racks.items())
    await write_all(client, operations)
    capacity = capacity_of(racks, profiles)
    counters = (Put(keys.capacity(*cell), pack_capacity(units, 0)) for cell, units in sorted(capacity.items()))
    await write_all(client, counters)
    begun = Put(keys.meta, encoded(RegionMeta(SCHEMA, name)))
    answer = await client.txn((Absent(keys.meta),), (Put(keys.profiles, encoded(profiles)), begun))
    if not answer.held:
        raise LinkError(f"somebody else put a region at {address} a moment ago")
    return tuple(racks)


def profiles_of(region: Region) -> tuple[Supports, ...]:
    """Give the distinct sets of subsystems, by names."""
    names = [one.name for one in region.subsystems]
    return tuple(tuple(sorted((names[at], units) for at, units in profile)) for profile in region.roster.profiles)


def racks_of(region: Region) -> dict[Place, Rack]:
    """Give a region's servers rack by rack; none of them is on its way."""
    roster = region.roster
    order = np.argsort(roster.rack, kind="stable")
    bounds = np.searchsorted(roster.rack[order], np.arange(len(roster.racks) + 1))
    found = {}
    for number, place in enumerate(roster.racks):
        own = order[bounds[number] : bounds[number + 1]].tolist()
        states = bytes(_STEADY.get(ServerState(state), state) for state in roster.state[own].tolist())
        names = tuple(roster.names[at] for at in own)
        found[place] = Rack(names, states, tuple(roster.profile[own].tolist()))
    return found


def capacity_of(racks: dict[Place, Rack], profiles: tuple[Supports, ...]) -> Counter[tuple[str, str, str]]:
    """Count units in service by subsystem, zone and cell; a cell without any is there with none."""
    found: Counter[tuple[str, str, str]] = Counter()
    for (zone, cell, _), rack in racks.items():
        for state, number in zip(rack.states, rack.profiles, strict=True):
            for name, units in profiles[number]:
                found[name, zone, cell] += units * (state == ServerState.IN_SERVICE)
    return found


async def write_all(client: EtcdClient, operations: Iterator[Operation]) -> None:
    """Write many keys, a hundred in one step."""
    while some := tuple(islice(operations, AT_ONCE)):
        await client.txn((), some, patience_s=30.0)
