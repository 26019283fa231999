"""A large Kubernetes cluster on a real API server: its nodes and pods are written into etcd, which is a hundred times as fast."""

import asyncio
import json
import random
import uuid
from collections.abc import Iterator
from typing import Any

from tests.servers.kubernetes.control_plane import ControlPlane
from topology.etcd.client import EtcdClient
from topology.etcd.values import Put

WORKLOADS, POOLS, ZONES = 20, 4, 3
_AT_ONCE = 100
_MADE = "2026-11-29T00:00:00Z"
_READY = [{"type": "Ready", "status": "True"}]
_NOTES = {f"example.org/note-{number}": "x" * 60 for number in range(12)}
"""Real objects carry a lot that is not read here."""


def fill(plane: ControlPlane, nodes: int, pods_each: int) -> None:
    """Write so many nodes, and pods on each, of `WORKLOADS` deployments in the namespace `shop`, with a budget for each."""
    asyncio.run(_written(plane, [*_nodes(nodes), *_pods(nodes, pods_each), *_budgets(nodes * pods_each // WORKLOADS)]))


def description(user: str) -> str:
    """Give a description of such a cluster, as one looks at it."""
    head = f"""format = 1
[region]
name = "large"
zones = ["az1", "az2", "az3"]
[source]
fleet = "kubernetes:{user}"
read_only = true
[policy]
pace = "600/min"
largest_command = 200
"""
    named = [(f"p{number}", f"pool/p{number}") for number in range(POOLS)]
    named += [(f"w{number}", f"deployment/shop/w{number}") for number in range(WORKLOADS)]
    return head + "".join(
        f'[[subsystem]]\nname = "{name}"\nmatch = "{match}"\nfloor = "50%"\n' for name, match in named
    )


async def _written(plane: ControlPlane, objects: list[tuple[str, dict[str, Any]]]) -> None:
    client = EtcdClient((plane.etcd,))
    try:
        for at in range(0, len(objects), _AT_ONCE):
            some = objects[at : at + _AT_ONCE]
            await client.txn((), tuple(Put(key, json.dumps(one).encode()) for key, one in some))
    finally:
        await client.aclose()


def _nodes(count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(count):
        name = f"n{number}"
        labels = {"topology.kubernetes.io/zone": f"az{number % ZONES + 1}", "pool": f"p{number % POOLS}"}
        about = {"kind": "Node", "metadata": _meta(name, labels=labels), "spec": {}, "status": {"conditions": _READY}}
        yield f"/registry/minions/{name}", {"apiVersion": "v1", **about}


def _pods(nodes: int, each: int) -> Iterator[tuple[str, dict[str, Any]]]:
    chance = random.Random(19)  # no two nodes have the same pods, as on a real one
    for number in range(nodes * each):
        app = f"w{number % WORKLOADS}"
        name = f"{app}-{number}"
        labels = {"app": app, "pod-template-hash": "abc"}
        owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": f"{app}-abc", "uid": app, "controller": True}
        meta = _meta(name, namespace="shop", labels=labels, ownerReferences=[owner])
        environment = [{"name": f"NAME_{at}", "value": "y" * 30} for at in range(6)]
        spec = {
            "nodeName": f"n{chance.randrange(nodes)}",
            "volumes": [{"name": "scratch", "emptyDir": {}}] if number % 10 == 0 else [],
            "containers": [{"name": "main", "image": "none", "env": environment}],
        }
        status = {"phase": "Running", "conditions": _READY}
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec, "status": status}
        yield f"/registry/pods/shop/{name}", pod


def _budgets(pods: int) -> Iterator[tuple[str, dict[str, Any]]]:
    counted = {
        "desiredHealthy": pods // 2,
        "currentHealthy": pods,
        "disruptionsAllowed": pods // 2,
        "expectedPods": pods,
    }
    for number in range(WORKLOADS):
        name = f"w{number}"
        spec = {"minAvailable": "50%", "selector": {"matchLabels": {"app": name}}}
        budget = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": _meta(name, namespace="shop")}
        yield f"/registry/poddisruptionbudgets/shop/{name}", {**budget, "spec": spec, "status": counted}


def _meta(name: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "uid": str(uuid.uuid4()),
        "creationTimestamp": _MADE,
        "annotations": _NOTES,
        **more,
    }
