"""Plays the agents of a region's racks: keeps their lease, ends drains, and lets servers join. A demonstration, not a fleet."""

import asyncio
import logging
from collections.abc import Iterable
from contextlib import aclosing, suppress
from itertools import islice

from topology.etcd.address import EtcdAddress
from topology.etcd.client import EtcdClient
from topology.etcd.errors import CompactedError, EtcdError
from topology.etcd.values import Delete, Get, Put
from topology.links.etcd.judging import Change, WaveReads, scene_of
from topology.links.etcd.layout import Place, RegionKeys, unpack_rack
from topology.links.etcd.seeding import AT_ONCE
from topology.region.server_states import ServerState

LIFE_S = 60
_NEXT = {ServerState.DRAINING: ServerState.REMOVED, ServerState.JOINING: ServerState.IN_SERVICE}
_PAUSE_S = 0.5
_log = logging.getLogger(__name__)


class PlayedAgents:
    """The agents of all racks of a region, under one lease. A server drains, or joins, for *takes_s* seconds."""

    def __init__(self, client: EtcdClient, address: EtcdAddress, takes_s: float = 4.0) -> None:
        self._client, self._address, self._takes_s = client, address, takes_s
        self._keys = RegionKeys(address.prefix)
        self._lease = 0
        self._due: dict[Place, float] = {}
        self._revision = 0

    async def appear(self) -> int:
        """Let an agent be there for every rack; gives how many."""
        self._lease = await self._client.grant(LIFE_S)
        answer = await self._client.read(Get(self._keys.racks, prefix=True, keys_only=True), patience_s=30.0)
        self._revision = answer.revision
        places = [self._keys.place_of(entry.key) for entry in answer.found[0]]
        wanted = iter(places)
        while some := tuple(islice(wanted, AT_ONCE // 2)):
            there = (Put(self._keys.agent(place), b"", self._lease) for place in some)
            # What an operator knew of a rack without its agent is over with its return.
            await self._client.txn((), (*there, *(Delete(self._keys.accepts(place)) for place in some)))
        await self._see_all(places)
        return len(places)

    async def run(self) -> None:
        """Play them until this is cancelled."""
        async with asyncio.TaskGroup() as group:
            for work in (self._renew(), self._watch(), self._work()):
                group.create_task(work)

    async def leave(self) -> None:
        """Let all agents be gone at once."""
        with suppress(EtcdError):
            await self._client.revoke(self._lease)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(LIFE_S / 6)
            with suppress(EtcdError):
                if not await self._client.keep_alive(self._lease):
                    await self.appear()

    async def _watch(self) -> None:
        while True:
            try:
                async with aclosing(self._client.watch(self._keys.racks, self._revision)) as batches:  # type: ignore[type-var]
                    async for batch in batches:
                        for event in batch.events:
                            if not event.gone:
                                self._see(event.entry.key, event.entry.value)
                        self._revision = batch.revision
            except CompactedError:
                await self.appear()
            except EtcdError as error:
                _log.info("the agents hear nothing: %s", error)
                await asyncio.sleep(_PAUSE_S)

    async def _work(self) -> None:
        while True:
            await asyncio.sleep(0.1)
            now = asyncio.get_running_loop().time()
            for place in [place for place, due in self._due.items() if due <= now]:
                try:
                    if await self._go_on(place):
                        self._due.pop(place, None)
                except EtcdError as error:
                    _log.info("the agent of %s could not write: %s", "/".join(place), error)

    async def _see_all(self, places: Iterable[Place]) -> None:
        wanted = iter(places)
        while some := tuple(islice(wanted, AT_ONCE)):
            found = (await self._client.read(*(Get(self._keys.rack(place)) for place in some))).found
            for entry in (one for entries in found for one in entries):
                self._see(entry.key, entry.value)

    def _see(self, key: str, value: bytes) -> None:
        if any(state in _NEXT for state in unpack_rack(value, key).states):
            self._due.setdefault(self._keys.place_of(key), asyncio.get_running_loop().time() + self._takes_s)

    async def _go_on(self, place: Place) -> bool:
        """Do the next step of every server of a rack that is on its way, in one transaction with the counters it changes."""
        wanted = WaveReads(self._keys, "", "", (place,), (f"{self._keys.prefix}capacity/",))
        scene = scene_of(wanted, await self._client.read(*wanted.gets()))
        change = Change()
        for at, state in enumerate(scene.racks[place][0].states):
            if state in _NEXT:
                change.put(scene, place, at, _NEXT[ServerState(state)])
        if not change.states:
            return True
        compare, operations = change.transaction(self._keys, scene)
        return (await self._client.txn(compare, operations)).held
