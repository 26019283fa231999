"""Writes on nodes: cordons, uncordons, and whose they are. A cordon is only of a node that is as it was seen."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Literal, TypeVar

import msgspec

from topology.kubernetes.objects import EXECUTION, OPERATOR, WAVE, KubeNode
from topology.links.fleet_source import SourceWave
from topology.links.kubernetes.client.api import MERGE_PATCH, ApiError, KubernetesApi
from topology.links.kubernetes.workloads import NodeRow, node_row
from topology.refusals.sources import CordonLost, CordonRefused
from topology.region.errors import LinkError

AT_ONCE = 16
ABSENT = 404
_MOST_TRIES = 4
_CONFLICT = 409
_Which = TypeVar("_Which")


class StaleNodeError(LinkError):
    """A node is not as it was seen; *facts* say how."""

    def __init__(self, facts: CordonRefused | CordonLost) -> None:
        super().__init__(f"{', '.join(facts.servers)} is not as it was seen")
        self.facts = facts


class Cordons:
    """Cordons nodes of one cluster, whose pools *pool_label* names. *wrote* gets the version of every node that was written."""

    def __init__(self, api: KubernetesApi, wrote: Callable[[int], None], pool_label: str = "") -> None:
        self._api, self._wrote, self._pool_label = api, wrote, pool_label

    async def put_on_all(self, nodes: list[NodeRow], wave: SourceWave) -> None:
        """Cordon nodes that are not yet for this execution; where one is not as it was seen, uncordon what was done.

        Raises:
            StaleNodeError: that happened.
        """
        fresh = [node for node in nodes if not (node.is_cordoned and node.execution == wave.execution)]
        said = await each(fresh, lambda node: self._put_on(node, wave))
        failed = [(node, error) for node, error in zip(fresh, said, strict=True) if error is not None]
        if failed:
            done = [node for node, error in zip(fresh, said, strict=True) if error is None]
            await each(done, lambda node: self.take_off(node.name))
            node, error = failed[0]
            known = error.facts if isinstance(error, StaleNodeError) else None
            refused = (
                known if isinstance(known, CordonRefused) else CordonRefused((node.name,), "said", said=str(error))
            )
            raise StaleNodeError(msgspec.structs.replace(refused, others=len(done)))

    async def take_off(self, name: str) -> None:
        """Uncordon a node.

        Raises:
            LinkError: it could not be.
        """
        await self._patch(name, {"metadata": {"annotations": {EXECUTION: None}}, "spec": {"unschedulable": None}})

    async def mark(self, name: str, wave: SourceWave | None) -> None:
        """Write on a node which wave takes it, or that none does.

        Raises:
            StaleNodeError: somebody uncordoned it since; nothing stays written on it.
            LinkError: it could not be.
        """
        notes = {WAVE: None} if wave is None else {WAVE: wave.id, OPERATOR: wave.operator}
        node = await self._patch(name, {"metadata": {"annotations": notes}})
        if wave is not None and not _is_cordoned_for(node, wave):
            await self._patch(name, {"metadata": {"annotations": {WAVE: None}}})
            raise StaleNodeError(CordonLost((name,), wave.execution))

    async def _put_on(self, seen: NodeRow, wave: SourceWave) -> None:
        if seen.is_cordoned:
            raise StaleNodeError(CordonRefused((seen.name,), "cordoned", execution=seen.execution))
        notes = {EXECUTION: wave.execution, OPERATOR: wave.operator, WAVE: None}
        for _ in range(_MOST_TRIES):
            meta = {"resourceVersion": seen.version, "annotations": notes}
            try:
                await self._patch(seen.name, {"metadata": meta, "spec": {"unschedulable": True}})
            except ApiError as error:
                if error.status == ABSENT:
                    raise StaleNodeError(CordonRefused((seen.name,), "gone")) from error
                if error.status != _CONFLICT:
                    raise
            else:
                return
            # A node writes its own health all the time; what counts is whether it is still what the plan saw.
            text = await self._api.get(f"/api/v1/nodes/{seen.name}")
            now = node_row(msgspec.json.decode(text, type=KubeNode), self._pool_label)
            if _is_cordoned_for(now, wave):
                return  # by an earlier attempt of ours, which the watch did not bring yet
            if not _is_as_seen(seen, now):
                found: Literal["cordoned", "changed"] = "cordoned" if now.is_cordoned else "changed"
                raise StaleNodeError(CordonRefused((now.name,), found, execution=now.execution))
            seen = now
        raise StaleNodeError(CordonRefused((seen.name,), "contended"))

    async def _patch(self, name: str, body: object) -> NodeRow:
        text = await self._api.send("PATCH", f"/api/v1/nodes/{name}", body, kind=MERGE_PATCH)
        node = node_row(msgspec.json.decode(text, type=KubeNode), self._pool_label)
        self._wrote(int(node.version) if node.version.isdigit() else 0)
        return node


async def each(those: Iterable[_Which], do: Callable[[_Which], Awaitable[None]]) -> list[LinkError | None]:
    """Do something with many, some at once; gives what was said against each, or None."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(which: _Which) -> LinkError | None:
        async with turns:
            try:
                await do(which)
            except LinkError as error:
                return error
            return None

    return list(await asyncio.gather(*map(one, those)))


def _is_cordoned_for(node: NodeRow, wave: SourceWave) -> bool:
    return node.is_cordoned and node.execution == wave.execution


def _is_as_seen(seen: NodeRow, now: NodeRow) -> bool:
    return (seen.uid, seen.place, seen.pool, seen.is_cordoned, seen.is_leaving) == (
        now.uid,
        now.place,
        now.pool,
        now.is_cordoned,
        now.is_leaving,
    )
