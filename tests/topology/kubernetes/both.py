"""Objects of one cluster given to both of their readers: the import of an export, and the copy that the live link keeps."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from topology.imports.kubernetes.floors import floors_of
from topology.imports.kubernetes.manifests import Document, ManifestReader
from topology.imports.kubernetes.pods import Placed, owned, placements
from topology.imports.notes import SourcePlace
from topology.kubernetes.objects import KubeBudget, KubeNode, Pod
from topology.links.kubernetes.client.answers import Scaled
from topology.links.kubernetes.mirror import Mirror
from topology.region.server_states import ServerState

Object = dict[str, Any]
ZONE = "topology.kubernetes.io/zone"
_APIS = {
    "StatefulSet": "apps/v1",
    "Deployment": "apps/v1",
    "Rollout": "argoproj.io/v1alpha1",
    "DeploymentConfig": "apps.openshift.io/v1",
}


def node(name: str, zone: str = "az1", ready: str | None = "True", label: str = ZONE) -> Object:
    conditions = [{"type": "MemoryPressure", "status": "False"}]
    if ready is not None:
        conditions.append({"type": "Ready", "status": ready})
    meta = {"name": name, "labels": {label: zone} if zone else {}}
    return {"apiVersion": "v1", "kind": "Node", "metadata": meta, "status": {"conditions": conditions}}


def workload(name: str, replicas: int = 1, kind: str = "Deployment", **labels: str) -> Object:
    template = {"metadata": {"labels": {"app": name, **labels}}, "spec": {"containers": [{"name": "main"}]}}
    meta, spec = {"name": name, "namespace": "shop"}, {"replicas": replicas, "template": template}
    return {"apiVersion": _APIS[kind], "kind": kind, "metadata": meta, "spec": spec}


def pod(of: Object, number: int = 0, at: str = "n1", phase: str = "Running", **more: Any) -> Object:
    """Make a pod of a workload, as its controllers make it; *more* are its conditions, and metadata instead of the usual."""
    kind, name = of["kind"], of["metadata"]["name"]
    labels = dict(of["spec"]["template"]["metadata"]["labels"])
    owner = {"kind": kind, "name": name, "controller": True}
    if kind == "DeploymentConfig":
        labels |= {"deploymentconfig": name, "deployment": f"{name}-3"}
        owner = {"kind": "ReplicationController", "name": f"{name}-3", "controller": True}
    elif kind != "StatefulSet":
        labels["pod-template-hash" if kind == "Deployment" else "rollouts-pod-template-hash"] = "7d9f"
        owner = {"kind": "ReplicaSet", "name": f"{name}-7d9f", "controller": True}
    conditions = {"Ready": "True"} | more.pop("conditions", {})
    meta = {"name": f"{name}-{number}", "namespace": "shop", "labels": labels, "ownerReferences": [owner], **more}
    status = {"phase": phase, "conditions": [{"type": key, "status": value} for key, value in conditions.items()]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {"nodeName": at}, "status": status}


def budget(name: str, selector: object, status: Object | None = None, **spec: object) -> Object:
    meta = {"name": name, "namespace": "shop"}
    made = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": meta}
    return {**made, "spec": {"selector": selector, **spec}, "status": status or {}}


class Both:
    """What each of the two says of the same objects, in the same words: by workload, in the link's names."""

    def __init__(self, objects: Sequence[Object]) -> None:
        self.facts = ManifestReader(1_000_000).read(
            Document(one, SourcePlace("export.json", number)) for number, one in enumerate(objects, 1)
        )
        self.names = {key: f"{key[2].lower()}/{key[0]}/{key[1]}" for key in self.facts.workloads}
        self.mirror = Mirror(lambda: None)
        takes = {
            "Node": (KubeNode, self.mirror.node),
            "Pod": (Pod, self.mirror.pod),
            "PodDisruptionBudget": (KubeBudget, self.mirror.budget),
            "Deployment": (Scaled, self.mirror.scaled("deployment")),
            "StatefulSet": (Scaled, self.mirror.scaled("statefulset")),
        }
        for one in (*objects, *objects):  # a watch may tell of the same object again
            if one["kind"] in takes:
                made, take = takes[one["kind"]]
                take(msgspec.json.decode(json.dumps(one), type=made))  # type: ignore[operator]

    def placed(self) -> dict[tuple[str, str, str], Placed]:
        """Say of each workload where its servers stand and in which state, by the import."""
        return placements(self.facts, owned(self.facts))

    def imported_wanted(self) -> dict[str, int]:
        """Give the replicas of the kinds that the link watches."""
        known = {self.names[key]: one.replicas for key, one in self.facts.workloads.items()}
        return {name: count for name, count in known.items() if name.split("/")[0] in ("deployment", "statefulset")}

    def imported_ready(self) -> Counter[tuple[str, str]]:
        """Count the servers in service, by workload and zone, of workloads that have pods."""
        pods = owned(self.facts)
        found: Counter[tuple[str, str]] = Counter()
        for key, placed in self.placed().items():
            for (zone, state), count in placed.items():
                if state is ServerState.IN_SERVICE and pods.get(key):
                    found[self.names[key], zone] += count
        return +found

    def live_ready(self) -> Counter[tuple[str, str]]:
        """Count the units that stand on nodes in service, by workload and zone."""
        found: Counter[tuple[str, str]] = Counter()
        for name in self.mirror.nodes:
            server = self.mirror.server(name)
            assert server is not None
            if server.state == ServerState.IN_SERVICE:
                found.update({(what, server.place[0]): units for what, units in server.supports if "/shop/" in what})
        return Counter({key: count for key, count in found.items() if not key[0].startswith("budget/")})

    def imported_floors(self) -> dict[str, int]:
        """Give the floors above 0, and those of what budgets span."""
        floors = floors_of(self.facts)
        found = {
            self.names[key]: floor.amount.of(self.facts.workloads[key].replicas)
            for key, floor in floors.of.items()
            if floor.amount is not None
        }
        for one in floors.shared:
            expected = sum(self.facts.workloads[key].replicas for key in one.members)
            found[f"budget/shop/{one.budget.name}"] = one.amount.of(expected)
        return {name: floor for name, floor in found.items() if floor}

    def live_floors(self) -> dict[str, int]:
        """Give the strictest stated floor of everything, where above 0."""
        found: dict[str, int] = {}
        for one in self.mirror.floors():
            found[one.subsystem] = max(one.floor, found.get(one.subsystem, 0))
        return {name: floor for name, floor in found.items() if floor}

    def imported_contested(self) -> set[str]:
        """Name the workloads that several budgets select."""
        return {self.names[key] for key, floor in floors_of(self.facts).of.items() if len(floor.budgets) > 1}

    def live_contested(self) -> set[str]:
        """Name the workloads with a pod that several budgets select."""
        groups = {one.group for name in self.mirror.nodes for one in self.mirror.pods_on(name)}
        return {group.workload for group in groups if len(self.mirror.budgets_of(group)) > 1}
