"""A small shop on a control plane: nodes of two zones, deployments whose pods the real controllers make, and budgets.

What a scheduler and the kubelets would do is done by `Kubelets`, in a thread: pods are bound to nodes that take any, those of
each workload spread over them all, become ready, and are removed once they are to go. A pod with the label `stays` never goes,
one with `sick` is never ready.
"""

import json
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import suppress
from typing import Any

from tests.servers.haproxy.rig import wait_until
from tests.servers.kubernetes.control_plane import ControlPlane

NAMESPACE = "shop"
WORKLOADS = {"index": 12, "billing": 6}
NODES = 6
_PODS = "/api/v1/pods"


def pod_spec(**more: Any) -> dict[str, Any]:
    return {"containers": [{"name": "main", "image": "none"}], "terminationGracePeriodSeconds": 30, **more}


class Shop:
    """Objects of one cluster, made and unmade through its API."""

    def __init__(self, plane: ControlPlane) -> None:
        self.plane = plane

    def open(self, nodes: int = NODES, workloads: dict[str, int] | None = None, *, budgets: bool = True) -> None:
        for number in range(nodes):
            self.node(f"n{number}", f"az{number % 2 + 1}")
        self.plane.status("POST", "/api/v1/namespaces", {"metadata": {"name": NAMESPACE}})
        for name, replicas in (WORKLOADS if workloads is None else workloads).items():
            self.deployment(name, replicas)
            if budgets:
                self.budget(name, replicas - 2)

    def settle(self) -> None:
        """Wait until every wanted pod is ready, and the budgets have counted them."""
        wait_until(self.is_settled, self.plane.log, 60.0)

    def is_settled(self) -> bool:
        pods = [one for one in self.pods() if "deletionTimestamp" not in one["metadata"]]
        ready = Counter(one["metadata"]["labels"].get("app") for one in pods if is_ready(one))
        wanted = {one["metadata"]["name"]: one["spec"]["replicas"] for one in self._items("apps/v1", "deployments")}
        if any(ready[name] != replicas for name, replicas in wanted.items()):
            return False
        return all(one["status"].get("currentHealthy") == self.healthy_of(one, pods) for one in self.budgets())

    def healthy_of(self, budget: dict[str, Any], pods: list[dict[str, Any]]) -> int:
        labels = budget["spec"]["selector"].get("matchLabels", {})
        return sum(is_ready(one) and labels.items() <= one["metadata"]["labels"].items() for one in pods)

    def node(self, name: str, zone: str, pool: str = "blue") -> None:
        labels = {"topology.kubernetes.io/zone": zone, "pool": pool, "kubernetes.io/hostname": name}
        self.plane.call("POST", "/api/v1/nodes", {"metadata": {"name": name, "labels": labels}})
        status = {"conditions": [{"type": "Ready", "status": "True"}], "capacity": {"pods": "200"}}
        self._patch_status(f"/api/v1/nodes/{name}", status)

    def deployment(self, name: str, replicas: int, spec: dict[str, Any] | None = None, **labels: str) -> None:
        marks = {"app": name, **labels}
        body = {
            "metadata": {"name": name, "namespace": NAMESPACE},
            "spec": {
                "replicas": replicas,
                "selector": {"matchLabels": {"app": name}},
                "template": {"metadata": {"labels": marks}, "spec": spec or pod_spec()},
            },
        }
        self.plane.call("POST", f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments", body)

    def budget(self, name: str, least: int, labels: dict[str, str] | None = None, **spec: Any) -> None:
        body = {
            "metadata": {"name": name, "namespace": NAMESPACE},
            "spec": {"minAvailable": least, "selector": {"matchLabels": labels or {"app": name}}, **spec},
        }
        self.plane.call("POST", f"/apis/policy/v1/namespaces/{NAMESPACE}/poddisruptionbudgets", body)

    def pod(self, name: str, node: str, spec: dict[str, Any] | None = None, **meta: Any) -> None:
        labels = {"app": name, **meta.pop("labels", {})}
        body = {
            "metadata": {"name": name, "namespace": NAMESPACE, "labels": labels, **meta},
            "spec": {**(spec or pod_spec()), "nodeName": node},
        }
        self.plane.call("POST", f"/api/v1/namespaces/{NAMESPACE}/pods", body)

    def pods(self) -> list[dict[str, Any]]:
        return self._items("v1", "pods")

    def on(self, node: str) -> list[str]:
        return sorted(one["metadata"]["name"] for one in self.pods() if one["spec"].get("nodeName") == node)

    def budgets(self) -> list[dict[str, Any]]:
        return self._items("policy/v1", "poddisruptionbudgets")

    def healthy(self) -> dict[str, tuple[int, int]]:
        """Give for each budget how many pods are healthy, counted by us, and how many have to be."""
        pods = [one for one in self.pods() if "deletionTimestamp" not in one["metadata"]]
        return {
            one["metadata"]["name"]: (self.healthy_of(one, pods), one["spec"]["minAvailable"]) for one in self.budgets()
        }

    def cordoned(self) -> list[str]:
        nodes = self.plane.call("GET", "/api/v1/nodes")["items"]
        return sorted(one["metadata"]["name"] for one in nodes if one["spec"].get("unschedulable"))

    def notes(self, node: str) -> dict[str, str]:
        return self.plane.call("GET", f"/api/v1/nodes/{node}")["metadata"].get("annotations", {})

    def close(self) -> None:
        """Take all of it away again: first all pods that are wanted, so that no controller makes one anew meanwhile."""
        call = self.plane.status
        for one in self._items("apps/v1", "deployments"):
            path = f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments/{one['metadata']['name']}"
            self.plane.patch(path, {"spec": {"replicas": 0, "paused": None}})
        wait_until(self._wants_nothing, self.plane.log, 30.0)
        for path in ("apps/v1/namespaces/shop/deployments", "policy/v1/namespaces/shop/poddisruptionbudgets"):
            call("DELETE", f"/apis/{path}")
        call("DELETE", "/apis/apps/v1/namespaces/shop/replicasets")
        for pod in self.pods():
            path = f"/api/v1/namespaces/{pod['metadata']['namespace']}/pods/{pod['metadata']['name']}"
            self.plane.patch(path, {"metadata": {"finalizers": None}})
            call("DELETE", path, {"gracePeriodSeconds": 0})
        call("DELETE", "/api/v1/nodes")
        call("DELETE", "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/underkeel-waves")
        wait_until(lambda: not self.pods(), self.plane.log, 30.0)

    def _wants_nothing(self) -> bool:
        """Whether the controllers have seen that nothing is wanted, and have told all pods to go."""
        makers = [*self._items("apps/v1", "deployments"), *self._items("apps/v1", "replicasets")]
        return all(
            one["spec"]["replicas"] == 0
            and not one["status"].get("replicas")
            and one["status"].get("observedGeneration", 0) >= one["metadata"]["generation"]
            for one in makers
        )

    def _items(self, version: str, kind: str) -> list[dict[str, Any]]:
        root = "api" if version == "v1" else "apis"
        return self.plane.call("GET", f"/{root}/{version}/namespaces/{NAMESPACE}/{kind}").get("items", [])

    def _patch_status(self, path: str, status: dict[str, Any]) -> None:
        self.plane.patch(f"{path}/status", {"status": status})


def is_ready(pod: dict[str, Any]) -> bool:
    conditions = pod.get("status", {}).get("conditions", [])
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


class Kubelets:
    """Does what a scheduler and the nodes would do, until it is ended. With *revives* false no evicted pod comes back."""

    def __init__(self, plane: ControlPlane, *, revives: bool = True, ready_after_s: float = 0.0) -> None:
        self.plane, self.revives, self.ready_after_s = plane, revives, ready_after_s
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._bound: dict[str, float] = {}

    def __enter__(self) -> "Kubelets":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(20)

    def _run(self) -> None:
        while not self._ended.wait(0.05):
            with suppress(OSError, ssl.SSLError, json.JSONDecodeError):
                self._look()

    def _look(self) -> None:
        nodes = self.plane.call("GET", "/api/v1/nodes")["items"]
        open_nodes = [one["metadata"]["name"] for one in nodes if not one["spec"].get("unschedulable")]
        pods = self.plane.call("GET", _PODS)["items"]
        load = Load(open_nodes)
        for pod in pods:
            load.take(pod, pod["spec"].get("nodeName"))
        for pod in pods:
            with suppress(urllib.error.HTTPError):
                self._tend(pod, load)

    def _tend(self, pod: dict[str, Any], load: "Load") -> None:
        meta, labels = pod["metadata"], pod["metadata"].get("labels", {})
        path = f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}"
        if "deletionTimestamp" in meta:
            if "stays" not in labels:
                self.plane.call("DELETE", path, {"gracePeriodSeconds": 0})
        elif not pod["spec"].get("nodeName"):
            if self.revives and load.nodes:
                node = load.least(pod)
                load.take(pod, node)
                if self._is_open(node):  # it may have been cordoned since all were listed
                    target = {"target": {"kind": "Node", "name": node}, "metadata": {"name": meta["name"]}}
                    self.plane.call("POST", f"{path}/binding", target)
        elif self._becomes_ready(pod):
            conditions = [{"type": "Ready", "status": "True"}]
            self.plane.patch(f"{path}/status", {"status": {"phase": "Running", "conditions": conditions}})

    def _is_open(self, node: str) -> bool:
        return not self.plane.call("GET", f"/api/v1/nodes/{node}")["spec"].get("unschedulable")

    def _becomes_ready(self, pod: dict[str, Any]) -> bool:
        ended = pod["status"].get("phase") in ("Succeeded", "Failed")
        if ended or is_ready(pod) or "sick" in pod["metadata"].get("labels", {}):
            return False
        since = self._bound.setdefault(pod["metadata"]["uid"], time.monotonic())
        return time.monotonic() - since >= self.ready_after_s


class Load:
    """How many pods stand on each of *nodes*, of each workload and of all."""

    def __init__(self, nodes: list[str]) -> None:
        self.nodes = nodes
        self._pods: Counter[str] = Counter()
        self._of: Counter[tuple[str, str | None]] = Counter()

    def take(self, pod: dict[str, Any], node: str | None) -> None:
        """Count a pod that stands on a node."""
        if node:
            self._pods[node] += 1
            self._of[node, pod["metadata"].get("labels", {}).get("app")] += 1

    def least(self, pod: dict[str, Any]) -> str:
        """Give the node with the fewest pods of this one's workload, of those with the fewest pods."""
        app = pod["metadata"].get("labels", {}).get("app")
        return min(self.nodes, key=lambda name: (self._of[name, app], self._pods[name], name))
