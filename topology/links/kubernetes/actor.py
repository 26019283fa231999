"""The fleet source `kubernetes:`, acting: cordons the nodes of a whole plan, then empties those of one wave after another.

Cordoning takes nothing away and is undone where any node of the plan is not as it was seen; evicting is never undone. What is
done is written on the nodes, so that every console can tell whose they are.
"""

import asyncio
import contextlib
import os
import platform
import uuid
from collections.abc import Callable

import msgspec

from topology.kubernetes.objects import KubeNode
from topology.links.fleet_source import Answer, Floors, Identity, SourceWave, Taken
from topology.links.kubernetes.client.api import ApiError, KubernetesApi
from topology.links.kubernetes.cordons import ABSENT, Cordons, StaleNodeError, each
from topology.links.kubernetes.evicting import budgets_now, evict, obstacles, pods_of, to_evict, without_room
from topology.links.kubernetes.lock import BusyError, WaveLock, burnt_in
from topology.links.kubernetes.reader import KubernetesReader
from topology.links.kubernetes.workloads import NodeRow, node_row
from topology.refusals.at_act import ExecutionStopped, GivenUp, Misfit, ServersMisfit
from topology.refusals.refusal import Refusal
from topology.refusals.sources import EvictionRefused, StillCordoned
from topology.region.errors import LinkError

RETRY_S = 5.0
BUSY_S = 1.0


class KubernetesActor(KubernetesReader):
    """A cluster that is acted on."""

    def __init__(
        self,
        api: KubernetesApi,
        region: str,
        identity: Identity,
        log: Callable[[str], None] = lambda line: None,
        pool_label: str = "",
    ) -> None:
        super().__init__(api, region, identity, pool_label)
        self._log = log
        holder = f"{identity.name} at {platform.node()}, program {os.getpid()} ({uuid.uuid4().hex[:8]})"
        self._lock = WaveLock(api, holder)
        self._cordons = Cordons(api, self._wrote, pool_label)
        self._stopped: set[str] = set()
        self._leftover: dict[str, str] = {}
        """Nodes that were not seen empty since they were emptied, with the execution."""
        self._sweeper: asyncio.Task[None] | None = None

    async def take(self, wave: SourceWave, floors: Floors) -> Taken:
        """Cordon what the whole plan names, then evict the pods of the wave's nodes, one node after the other."""
        if wave.execution in self._stopped:
            return _refused(wave, [Refusal("stopped", ExecutionStopped(wave.execution))])
        unknown = [name for name in wave.servers if name not in self._mirror.nodes]
        if unknown:
            return _refused(wave, [Refusal("membership", ServersMisfit(tuple(unknown), Misfit.ABSENT))])
        try:
            async with self._lock.held() as lease:
                if wave.id in burnt_in(lease):
                    return _refused(wave, [Refusal("abandoned", GivenUp(wave.id))])
                return await self._take(wave)
        except BusyError as busy:
            return _too_soon(wave, str(busy), BUSY_S)
        except StaleNodeError as stale:
            return _refused(wave, [Refusal("stale", stale.facts)])

    async def give_back(self, wave: SourceWave, floors: Floors) -> Taken:
        """Uncordon the nodes of a wave; the pods that stood there do not come back by that."""
        answers: list[tuple[str, Answer]] = []
        refusals: list[Refusal] = []
        for name in wave.servers:
            self._leftover.pop(name, None)
            try:
                await self._cordons.take_off(name)
                answers.append((name, Answer.DONE))
            except ApiError as error:
                answers.append((name, Answer.REFUSED))
                gone = error.status == ABSENT
                refusals.append(Refusal("membership", StillCordoned((name,), "" if gone else error.why, gone=gone)))
        return Taken(wave.id, tuple(answers), tuple(refusals))

    async def stop(self, execution: str) -> Taken:
        """Evict nothing more of an execution, and uncordon what is not empty of it; what is empty stays out."""
        self._stopped.add(execution)
        self._forget(execution)
        mine = self._nodes_of(execution)
        full = [node for node in mine if any(not pod.kind.stays for pod in self._mirror.pods_on(node.name))]
        back = full + [node for node in mine if node.waits and node not in full]
        said = await each(back, lambda node: self._cordons.take_off(node.name))
        answers = [
            (node.name, Answer.RETURNED if error is None else Answer.UNKNOWN)
            for node, error in zip(back, said, strict=True)
            if not node.waits
        ]
        return Taken(execution, tuple(answers))

    async def resume(self, execution: str) -> None:
        """Let an execution that was stopped evict again."""
        self._stopped.discard(execution)

    async def go_on(self, execution: str) -> None:
        """Evict what another console left on nodes that it took for an execution."""
        await self._watches.catch_up()
        for node in self._nodes_of(execution):
            if not node.waits and execution not in self._stopped:
                self._sweep(node.name, execution)

    async def let_go(self, execution: str) -> None:
        """Uncordon what was cordoned for an execution that is over, and whose turn never came."""
        self._forget(execution)
        waiting = [node for node in self._nodes_of(execution) if node.waits]
        await each(waiting, lambda node: self._cordons.take_off(node.name))

    async def found(self, wave: str, *, abandon: bool = False) -> Taken | None:
        """Say what became of a wave, as is written on the nodes."""
        text = await self._api.get("/api/v1/nodes")
        rows = [node_row(node) for node in msgspec.json.decode(text, type=_Nodes).items]
        mine = [node for node in rows if node.wave == wave]
        for node in mine if not abandon else ():
            if node.is_cordoned and node.execution not in self._stopped:
                self._sweep(node.name, node.execution)  # whoever began to empty it may be no more
        if mine:
            return Taken(
                wave, tuple((node.name, Answer.DONE if node.is_cordoned else Answer.RETURNED) for node in mine)
            )
        if abandon:
            await self._lock.burn(wave)
        return None

    async def aclose(self) -> None:
        """End what goes on evicting, the watches and the connections."""
        sweeper, self._sweeper = self._sweeper, None
        if sweeper is not None:
            sweeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sweeper
        await super().aclose()

    async def _take(self, wave: SourceWave) -> Taken:
        planned = dict.fromkeys((*wave.servers, *wave.planned))
        nodes = [self._mirror.nodes[name] for name in planned if name in self._mirror.nodes]
        await self._cordons.put_on_all(nodes, wave)
        answers: list[tuple[str, Answer]] = []
        refusals: list[Refusal] = []
        lost: set[str] = set()
        retry_after: float | None = None
        for name in wave.servers:
            if refusals or retry_after is not None or wave.execution in self._stopped:
                answers.append((name, Answer.TOO_SOON if retry_after is not None else Answer.REFUSED))
                continue
            try:
                answer, said, after = await self._empty(name, wave)
            except StaleNodeError as stale:
                lost.add(name)
                answer, said, after = Answer.REFUSED, [Refusal("stale", stale.facts)], None
            answers.append((name, answer))
            refusals += said
            retry_after = after if answer is Answer.TOO_SOON else retry_after
        await self._undo_refused([one for one in answers if one[0] not in lost])
        return Taken(wave.id, tuple(answers), tuple(refusals), retry_after)

    async def _empty(self, name: str, wave: SourceWave) -> tuple[Answer, list[Refusal], float | None]:
        """Evict the pods of one node, where nothing stands in the way."""
        pods, budgets = to_evict(await pods_of(self._api, name)), await budgets_now(self._api)
        against = obstacles(name, pods, budgets)
        if against:
            return Answer.REFUSED, against, None
        spent = without_room(name, pods, budgets)
        if spent:
            self._log(f"{name} waits: {spent[0]}")
            return Answer.TOO_SOON, [], RETRY_S
        await self._cordons.mark(name, wave)
        found = await evict(self._api, pods)
        for line in found.said:
            self._log(f"{name}: {line}")
        if found.left and not found.done and not found.unknown:
            await self._cordons.mark(name, None)
            if found.refused:
                return Answer.REFUSED, [Refusal("membership", EvictionRefused((name,), found.said[0]))], None
            return Answer.TOO_SOON, [], found.retry_after_s
        # Also where all went: a scheduler that did not see the cordon yet may put a pod there after.
        self._sweep(name, wave.execution)
        half = EvictionRefused((name,), found.said[0], half=True) if found.refused else None
        return Answer.DONE, [] if half is None else [Refusal("half-emptied", half)], None

    async def _undo_refused(self, answers: list[tuple[str, Answer]]) -> None:
        """Uncordon the nodes that were refused: nothing happened to them."""
        refused = [name for name, answer in answers if answer is Answer.REFUSED]
        await each(refused, self._cordons.take_off)

    def _wrote(self, version: int) -> None:
        self._watches.done = max(self._watches.done, version)

    def _nodes_of(self, execution: str) -> list[NodeRow]:
        return [node for node in self._mirror.nodes.values() if node.is_cordoned and node.execution == execution]

    def _forget(self, execution: str) -> None:
        self._leftover = {name: whose for name, whose in self._leftover.items() if whose != execution}

    def _sweep(self, name: str, execution: str) -> None:
        """Go on evicting what is left on a node, as long as it is cordoned for this execution."""
        self._leftover[name] = execution
        if self._sweeper is None or self._sweeper.done():
            self._sweeper = asyncio.create_task(self._swept())  # noqa: TID251 - kept and ended in aclose

    async def _swept(self) -> None:
        while self._leftover:
            await asyncio.sleep(RETRY_S)
            for name, execution in list(self._leftover.items()):
                node = self._mirror.nodes.get(name)
                if node is None or not node.is_cordoned or node.execution != execution or execution in self._stopped:
                    self._leftover.pop(name, None)
                    continue
                left = [pod for pod in self._mirror.pods_on(name) if not pod.kind.stays]
                if not left:
                    self._leftover.pop(name, None)
                elif to_evict(left):
                    with contextlib.suppress(LinkError):
                        found = await evict(self._api, to_evict(await pods_of(self._api, name)))
                        for line in found.said:
                            self._log(f"{name}: {line}")


class _Nodes(msgspec.Struct, frozen=True):
    items: list[KubeNode] = []


def _refused(wave: SourceWave, refusals: list[Refusal]) -> Taken:
    return Taken(wave.id, tuple((name, Answer.REFUSED) for name in wave.servers), tuple(refusals))


def _too_soon(wave: SourceWave, why: str, after_s: float) -> Taken:
    answers = tuple((name, Answer.TOO_SOON) for name in wave.servers)
    return Taken(wave.id, answers, (), after_s)
