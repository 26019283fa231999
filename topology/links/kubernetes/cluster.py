"""The watches of one cluster: begun with lists, kept as one, and asked how far they have come."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec

from topology.kubernetes.objects import KubeBudget, KubeNode, ObjectMeta, Pod
from topology.links.kubernetes.client.answers import ObjectPage, Scaled
from topology.links.kubernetes.client.api import KubernetesApi
from topology.links.kubernetes.client.watching import ObjectWatch, Resource
from topology.links.kubernetes.mirror import Mirror
from topology.region.errors import LinkError

NODES: Resource[KubeNode] = Resource("/api/v1/nodes", "nodes", KubeNode)
PODS: Resource[Pod] = Resource("/api/v1/pods", "pods", Pod)
BUDGETS: Resource[KubeBudget] = Resource("/apis/policy/v1/poddisruptionbudgets", "disruption budgets", KubeBudget)
DEPLOYMENTS: Resource[Scaled] = Resource("/apis/apps/v1/deployments", "deployments", Scaled, must=False)
STATEFUL_SETS: Resource[Scaled] = Resource("/apis/apps/v1/statefulsets", "stateful sets", Scaled, must=False)
BARRIER_S, SHOWN_S = 0.3, 2.0


class NamedObject(msgspec.Struct, frozen=True):
    """Any object, of which only the metadata is read."""

    metadata: ObjectMeta


class ClusterWatches:
    """Keeps a mirror by five watches. *wake* is called when one of them ended; *broken* says why."""

    def __init__(self, api: KubernetesApi, mirror: Mirror, wake: Callable[[], None]) -> None:
        self.broken: LinkError | None = None
        self.done = 0
        """The version of the latest node that we changed: no reading is from before it."""
        self._api, self._wake = api, wake
        self._tasks: list[asyncio.Task[None]] = []
        scaled = (mirror.scaled("deployment"), mirror.scaled_gone("deployment"))
        stateful = (mirror.scaled("statefulset"), mirror.scaled_gone("statefulset"))
        self.all: tuple[ObjectWatch[Any], ...] = (
            ObjectWatch(api, BUDGETS, mirror.budget, mirror.budget_gone, self._ended),
            ObjectWatch(api, DEPLOYMENTS, *scaled, self._ended),
            ObjectWatch(api, STATEFUL_SETS, *stateful, self._ended),
            ObjectWatch(api, PODS, mirror.pod, mirror.pod_gone, self._ended),
            ObjectWatch(api, NODES, mirror.node, mirror.node_gone, self._ended),
        )

    async def catch_up(self) -> None:
        """Bring the mirror to this moment: by lists the first time and after a break, else by what the watches tell.

        Raises:
            LinkError: the cluster cannot be read.
        """
        if self.is_followed:
            await self._wait_for_now()
            return
        await self.end()
        said = await asyncio.gather(*(watch.list_all() for watch in self.all), return_exceptions=True)
        for error in said:
            if error is not None:
                raise error
        self.begin()

    @property
    def is_followed(self) -> bool:
        """Whether all watches go on."""
        return bool(self._tasks) and self.broken is None

    def begin(self) -> None:
        """Watch on from where each watch was; what ended begins again."""
        self.broken = None
        for task in self._tasks:
            task.cancel()
        self._tasks = [asyncio.create_task(watch.follow()) for watch in self.all if watch.version]  # noqa: TID251 - kept and ended in end

    async def end(self) -> None:
        """End all watches."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task

    async def _wait_for_now(self) -> None:
        """Wait until the watches have told what was before this moment, as far as anything was.

        A watch is not told how far it has come while nothing happens, so one that is silent for a moment is taken to be there.
        """
        text = await self._api.get(PODS.path, limit=1)
        version = msgspec.json.decode(text, type=ObjectPage[NamedObject]).metadata.version
        await self._seen(self.all[-1:], self.done, SHOWN_S)
        await self._seen(self.all[-2:], int(version) if version.isdigit() else 0, BARRIER_S)
        if self.broken is not None:
            raise self.broken

    async def _seen(self, watches: tuple[ObjectWatch[Any], ...], version: int, seconds: float) -> None:
        """Wait until watches have come to a version, but no longer than so many *seconds*."""
        ends = asyncio.get_running_loop().time() + seconds
        while any(int(watch.version or 0) < version for watch in watches) and self.broken is None:
            if asyncio.get_running_loop().time() >= ends:
                return
            await asyncio.sleep(0.01)

    def _ended(self, error: LinkError | None) -> None:
        if error is not None:
            self.broken = error
            self._wake()
