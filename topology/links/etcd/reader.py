"""The fleet source `etcd:`, looked at: reads a region from etcd and tells what changes. It has no way to act."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from itertools import groupby

import numpy as np

from topology.etcd.address import EtcdAddress
from topology.etcd.client import EtcdClient
from topology.etcd.errors import CompactedError, EtcdError
from topology.etcd.values import Get, StoredKey
from topology.etcd.watching import BEAT_S
from topology.fleet.reasons.anew import FactsForgotten, ReadSince
from topology.links.etcd.layout import SCHEMA, RegionKeys, RegionMeta, Supports, decoded
from topology.links.etcd.view import RegionView
from topology.links.fleet_source import Abilities, Changes, Cursor, Facts, Identity, ResyncNeeded
from topology.region.errors import LinkError

PAGE = 4_000
LARGEST_WAVE = 40
"""Servers: each may stand in a rack of its own, whose agent is compared as well, and one step compares 128 keys at most."""
OTHERS = "others whom etcd lets write there can act beside this"


class EtcdReader:
    """A region in etcd, as one user of it."""

    heartbeat_s = BEAT_S

    def __init__(self, address: EtcdAddress, client: EtcdClient, operator: str = "") -> None:
        self.region = ""
        self.identity = Identity(operator, "the common name of the certificate", authenticated=bool(operator))
        self.abilities = Abilities(
            atomic_waves=True,
            largest_wave=LARGEST_WAVE,
            restores_by_name=True,
            stops_mid_wave=True,
            returns_load=True,
            remembers_waves=True,
            others_act=OTHERS,
        )
        self._address = address
        self._client = client
        self._keys = RegionKeys(address.prefix)
        self._view = RegionView(self._keys)

    async def read(self) -> Facts:
        """Read the whole region as of one moment."""
        listed = (Get(prefix, prefix=True, keys_only=True) for prefix in (self._keys.agents, self._keys.accepted))
        gets = (Get(self._keys.meta), Get(self._keys.profiles), *listed)
        answer = await self._client.read(*gets, patience_s=20.0)
        meta, profiles, agents, accepted = answer.found
        if not meta or not profiles:
            raise LinkError(f"there is no region at {self._address}; put one there, or see whether the prefix is right")
        known: RegionMeta = decoded(meta[0].value, RegionMeta, meta[0].key)
        if known.schema != SCHEMA:
            what = f"is kept in form {known.schema}; this version of Underkeel knows form {SCHEMA}"
            raise LinkError(f"the region at {self._address} {what}")
        racks: list[StoredKey] = []
        async for _, page in self._client.pages(self._keys.racks, PAGE, answer.revision):
            racks += page
        self.region = f"etcd {known.region}"
        sets: tuple[Supports, ...] = decoded(profiles[0].value, tuple[Supports, ...], profiles[0].key)
        there = {self._keys.place_of(entry.key) for entry in agents}
        known_of = {self._keys.place_of(entry.key) for entry in accepted}
        return await asyncio.to_thread(self._view.begin, answer.revision, sets, racks, there, known_of)

    async def changes(self, after: Cursor) -> AsyncIterator[Changes]:
        """Give what changed after a cursor, a revision at a time; nothing at all says that a member answers."""
        if after != str(self._view.revision):
            raise ResyncNeeded(ReadSince())
        batches = self._client.watch(self._address.prefix, self._view.revision)
        try:
            async with aclosing(batches):  # type: ignore[type-var] # it is a generator
                async for batch in batches:
                    for revision, events in groupby(batch.events, lambda event: event.entry.modified):
                        yield self._view.apply(revision, tuple(events))
                    if not batch.events:
                        yield self._alive()
        except CompactedError as error:
            raise ResyncNeeded(FactsForgotten("etcd")) from error
        except EtcdError as error:
            raise LinkError(f"the region at {self._address} is not heard: {error}") from error

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _alive(self) -> Changes:
        facts = self._view.apply(self._view.revision, ())
        return Changes(facts.cursor, facts.time, np.zeros(0, np.int32), np.zeros(0, np.uint8))
