"""Evicts the pods of one node: only those that a drain moves, each by its uid, and only where every budget has room for all.

What stands in the way is said as the API server says it.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

import msgspec

from topology.kubernetes.objects import KubeBudget, Pod
from topology.kubernetes.pods import PodKind
from topology.links.kubernetes.budgets import BudgetRow, budget_row, budgets_for, counted
from topology.links.kubernetes.client.answers import ObjectPage
from topology.links.kubernetes.client.api import ApiError, KubernetesApi
from topology.links.kubernetes.workloads import PodRow, pod_row
from topology.refusals.refusal import Refusal
from topology.refusals.sources import PodsUnowned, SeveralBudgets
from topology.region.errors import LinkError

AT_ONCE = 8
_GONE, _CONFLICT, _SPENT = 404, 409, 429
_decode_pods = msgspec.json.Decoder(ObjectPage[Pod]).decode
_decode_budgets = msgspec.json.Decoder(ObjectPage[KubeBudget]).decode


@dataclass(slots=True)
class Evicted:
    """What became of one node's pods, by what was answered to each eviction; *left* are those that still stand."""

    done: int = 0
    spent: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    retry_after_s: float = 5.0

    @property
    def left(self) -> bool:
        """Whether pods are left."""
        return bool(self.spent or self.refused or self.unknown)

    @property
    def said(self) -> list[str]:
        """What was said against it, each once."""
        return list(dict.fromkeys((*self.refused, *self.spent, *self.unknown)))


async def pods_of(api: KubernetesApi, node: str) -> list[PodRow]:
    """Read the pods on a node, as of now.

    Raises:
        LinkError: they cannot be read.
    """
    page = _decode_pods(await api.get("/api/v1/pods", fieldSelector=f"spec.nodeName={node}"))
    return [pod_row(pod, {}) for pod in page.items]


async def budgets_now(api: KubernetesApi) -> tuple[BudgetRow, ...]:
    """Read all budgets, as of now.

    Raises:
        LinkError: they cannot be read.
    """
    page = _decode_budgets(await api.get("/apis/policy/v1/poddisruptionbudgets"))
    return tuple(map(budget_row, page.items))


def to_evict(pods: list[PodRow]) -> list[PodRow]:
    """Give the pods that a drain evicts: those that stay, and those that leave already, are not among them."""
    return [pod for pod in pods if not pod.kind.stays and not pod.is_leaving]


def obstacles(node: str, pods: list[PodRow], budgets: tuple[BudgetRow, ...]) -> list[Refusal]:
    """Say for good why a node's pods cannot be evicted: pods that nobody makes anew, and several budgets on one pod."""
    found = []
    unowned = tuple(pod.key for pod in pods if pod.kind is PodKind.UNOWNED)
    if unowned:
        found.append(Refusal("membership", PodsUnowned((node,), unowned)))
    for pod in pods:
        several = budgets_for(pod.group, budgets)
        if len(several) > 1 and pod.kind is not PodKind.FINISHED:
            budgets_of = tuple(one.key for one in several)
            found.append(Refusal("membership", SeveralBudgets((node,), pod.key, budgets_of)))
            break
    return found


def without_room(node: str, pods: list[PodRow], budgets: tuple[BudgetRow, ...]) -> list[str]:
    """Say which budgets have no room for all of a node's pods at once."""
    takes: Counter[str] = counted([pod for pod in pods if pod.kind is not PodKind.FINISHED], budgets)
    return [
        f"{node} has {takes[one.key]:,} pods of the {one.name}, which needs {one.needed:,} healthy pods and has {one.healthy:,}"
        for one in budgets
        if takes[one.key] > one.allowed
    ]


async def evict(api: KubernetesApi, pods: list[PodRow]) -> Evicted:
    """Evict pods, some at once; one that is another by now, or gone, counts as done."""
    found, turns = Evicted(), asyncio.Semaphore(AT_ONCE)

    async def one(pod: PodRow) -> None:
        async with turns:
            try:
                await _post(api, pod)
                found.done += 1
            except ApiError as error:
                _note(found, pod, error)
            except LinkError as error:
                found.unknown.append(f"{pod.key}: {error}")

    await asyncio.gather(*map(one, pods))
    return found


def _note(found: Evicted, pod: PodRow, error: ApiError) -> None:
    if error.status in (_GONE, _CONFLICT):
        found.done += 1
    elif error.status == _SPENT:
        found.spent.append(f"{pod.key}: {error.why}")
        found.retry_after_s = error.retry_after_s or found.retry_after_s
    else:
        found.refused.append(f"{pod.key}: {error.why}")


async def _post(api: KubernetesApi, pod: PodRow) -> None:
    namespace, _, name = pod.key.partition("/")
    body = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": name, "namespace": namespace},
        "deleteOptions": {"preconditions": {"uid": pod.uid}},
    }
    await api.send("POST", f"/api/v1/namespaces/{namespace}/pods/{name}/eviction", body)
