"""The fleet source `kubernetes:`, looked at: a copy of the cluster kept by watches, told as servers. It has no way to act."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

import msgspec
import numpy as np

from topology.fleet.obstacles import Obstacle, Obstacles
from topology.fleet.reasons.anew import ClusterChanged, ReadSince
from topology.links.fleet_source import (
    Abilities,
    Changes,
    Cursor,
    Facts,
    Identity,
    RackPlace,
    ResyncNeeded,
    Server,
    Supports,
)
from topology.links.kubernetes.client.api import ApiError, KubernetesApi
from topology.links.kubernetes.cluster import ClusterWatches, NamedObject
from topology.links.kubernetes.draining import obstacles_of
from topology.links.kubernetes.mirror import Mirror
from topology.region.errors import LinkError
from topology.region.server_states import ServerState

PING_S = 3.0
GATHER_S = 0.2
"""So long changes are gathered before they are told: one evicted pod is several events."""
OTHERS = (
    "others with rights on the cluster can act beside this: kubectl, its autoscalers, the provider's upgrades, which end the wait "
    "for a budget after a time of their own"
)
AT_A_TIME = 25
"""Nodes that are worked out before the loop may do something else."""
SOMEBODY = "somebody else with rights on the cluster"
_OUT = (ServerState.DRAINING, ServerState.REMOVED)


class KubernetesReader:
    """One cluster, as it says that it is."""

    heartbeat_s = 2 * PING_S

    def __init__(self, api: KubernetesApi, region: str, identity: Identity, pool_label: str = "") -> None:
        self.region = region
        self.identity = identity
        self.abilities = Abilities(
            restores_by_name=True,
            stops_mid_wave=True,
            returns_load=True,  # of what a node supports now, which after a drain is its pool alone
            moves_load=True,
            remembers_waves=True,
            shows_within_s=5.0,
            others_act=OTHERS,
        )
        self._api = api
        self._wake = asyncio.Event()
        self._mirror = Mirror(self._wake.set, pool_label)
        self._watches = ClusterWatches(api, self._mirror, self._wake.set)
        self._positions: dict[str, int] = {}
        self._obstacles: dict[str, tuple[Obstacle, ...]] = {}
        self._is_reading = False
        self._listed = 0
        """How many positions there are, those of nodes that went included."""
        self._told: dict[str, Server] = {}
        self._count = self._readings = 0

    async def read(self) -> Facts:
        """Read the whole cluster: by lists the first time, later by what the watches brought up to this moment."""
        await self._check_region()
        await self._watches.catch_up()
        self._is_reading = True
        try:
            await self._look_at_nodes()
        finally:
            self._is_reading = False
        self._readings += 1
        return self._facts()

    async def changes(self, after: Cursor) -> AsyncIterator[Changes]:
        """Tell what the watches bring, gathered for a moment."""
        if after != self._cursor():
            raise ResyncNeeded(ReadSince())
        readings = self._readings
        if not self._watches.is_followed:
            self._watches.begin()
        pinged = asyncio.get_running_loop().time()
        while True:
            await self._woken(PING_S)
            # What happens while it is read is told by the stream that follows the reading.
            is_over = self._is_reading or self._readings != readings
            if self._mirror.news and not is_over:
                raise ResyncNeeded(ClusterChanged(tuple(self._mirror.news)))
            if self._watches.broken is not None:
                raise self._watches.broken
            now = asyncio.get_running_loop().time()
            if now - pinged >= PING_S:
                await self._check_region()
                pinged = now
            for found in self._told_as([], [], [], {}) if is_over else self._differences():
                yield found
            await asyncio.sleep(GATHER_S)

    def obstacles(self) -> Obstacles:
        """Give what stands in the way of draining each node, as of the latest changes."""
        return self._obstacles

    async def aclose(self) -> None:
        """End the watches and close the connections."""
        await self._watches.end()
        await self._api.aclose()

    async def _check_region(self) -> None:
        """Ask whether the server answers, and is the cluster that it was: another may be behind the same name."""
        self.region = await region_of(self._api)

    async def _woken(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(0.0 if self._mirror.touched or self._mirror.news else seconds):
                await self._wake.wait()
        self._wake.clear()

    async def _look_at_nodes(self) -> None:
        """Work out every node that something happened to since the last reading, some at a time: there may be thousands."""
        mirror = self._mirror
        known = {} if mirror.news else {name: self._told[name] for name in self._told.keys() - mirror.touched}
        mirror.touched = set()
        mirror.news.clear()
        told: dict[str, Server] = {}
        obstacles: dict[str, tuple[Obstacle, ...]] = {}
        for number, name in enumerate(list(mirror.nodes)):
            server = known.get(name) or mirror.server(name)
            if server is not None:
                told[name] = server
                obstacles[name] = self._obstacles.get(name, ()) if name in known else self._in_the_way(name)
            if number % AT_A_TIME == 0:
                await asyncio.sleep(0)
        self._told, self._obstacles = told, {name: found for name, found in obstacles.items() if found}
        self._positions = {name: at for at, name in enumerate(told)}
        self._listed = len(told)

    def _facts(self) -> Facts:
        servers = list(self._told.values())
        places: dict[RackPlace, int] = {}
        profiles: dict[Supports, int] = {}
        rack = [places.setdefault(server.place, len(places)) for server in servers]
        profile = [profiles.setdefault(server.supports, len(profiles)) for server in servers]
        return Facts(
            self._cursor(),
            self._time,
            tuple(self._told),
            tuple(places),
            tuple(profiles),
            np.array(rack, np.int32),
            np.array(profile, np.int32),
            np.array([server.state for server in servers], np.uint8),
            tuple(server.address for server in servers),
            self._mirror.floors(),
            wanted=tuple(sorted(self._mirror.wanted.items())),
        )

    def _differences(self) -> list[Changes]:
        """Give what changed of the nodes that something happened to; nothing at all says that the cluster answers."""
        touched, self._mirror.touched = self._mirror.touched, set()
        joined: list[Server] = []
        gone: list[int] = []
        moved: list[tuple[int, Server]] = []
        by_cause: dict[tuple[str | None, str | None], list[tuple[int, int]]] = {}
        for name in sorted(touched):
            old, new = self._told.get(name), self._mirror.server(name)
            self._obstacles[name] = self._in_the_way(name) if new is not None else ()
            if new is None:
                if old is not None:
                    del self._told[name]
                    gone.append(self._positions.pop(name))
                continue
            self._told[name] = new
            if old is None:
                joined.append(new)
                continue
            at = self._positions[name]
            if (old.place, old.supports, old.address) != (new.place, new.supports, new.address):
                moved.append((at, replace(new, state=old.state)))
            if old.state != new.state:
                by_cause.setdefault(self._cause(name, old.state, new.state), []).append((at, new.state))
        return self._told_as(joined, gone, moved, by_cause)

    def _in_the_way(self, name: str) -> tuple[Obstacle, ...]:
        return obstacles_of(list(self._mirror.pods_on(name)), self._mirror.budgets_of)

    def _told_as(
        self,
        joined: list[Server],
        gone: list[int],
        moved: list[tuple[int, Server]],
        by_cause: dict[tuple[str | None, str | None], list[tuple[int, int]]],
    ) -> list[Changes]:
        for server in joined:
            self._positions[server.name] = self._listed
            self._listed += 1
        if joined or gone or moved or by_cause:
            self._count += 1
        nobody = np.zeros(0, np.int32), np.zeros(0, np.uint8)
        found = [self._changed(changed, wave, actor) for (wave, actor), changed in by_cause.items()]
        if joined or gone or moved or not found:
            roster = Changes(
                self._cursor(), self._time, *nobody, joined=tuple(joined), gone=tuple(gone), moved=tuple(moved)
            )
            return [roster, *found]
        return found

    def _changed(self, changed: list[tuple[int, int]], wave: str | None, actor: str | None) -> Changes:
        places = np.array([at for at, _ in changed], np.int32)
        states = np.array([state for _, state in changed], np.uint8)
        return Changes(self._cursor(), self._time, places, states, wave=wave, actor=actor)

    def _cause(self, name: str, old: int, new: int) -> tuple[str | None, str | None]:
        """Say whose act a change of state is: a node that was taken has the wave written on it."""
        node = self._mirror.nodes[name]
        was_an_act = (old in _OUT) != (new in _OUT)
        if new in _OUT and node.is_cordoned and node.execution and not node.waits:
            return node.wave, node.operator or None
        return None, SOMEBODY if was_an_act else None

    @property
    def _time(self) -> float:
        return self._api.time or time.time()

    def _cursor(self) -> Cursor:
        return f"{self._readings}:{self._count}"


async def region_of(api: KubernetesApi) -> str:
    """Give the cluster's id: that of a namespace which every cluster has, and which is never made anew.

    Raises:
        LinkError: it cannot be read.
    """
    try:
        text = await api.get("/api/v1/namespaces/kube-system")
    except ApiError as error:
        raise LinkError(
            f"the cluster of {api.access.context} does not say which it is: {error.why}; let this account get the namespace "
            "kube-system, as the manual says"
        ) from error
    return f"kubernetes {msgspec.json.decode(text, type=NamedObject).metadata.uid}"
