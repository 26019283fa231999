"""What nodes and pods mean to us: pools and workloads, whether a pod is ready, and how a drain would treat it."""

from enum import Enum
from sys import intern

from msgspec import Struct

from topology.links.fleet_source import RackPlace
from topology.links.kubernetes.client.objects import POD_HASH, KubeCondition, KubeNode, Owner, Pod
from topology.region.server_states import ServerState

ZONE = ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone")
POOLS = (
    "karpenter.sh/nodepool",
    "eks.amazonaws.com/nodegroup",
    "cloud.google.com/gke-nodepool",
    "kubernetes.azure.com/agentpool",
    "node.kubernetes.io/pool",
    "pool",
)
"""Labels that name a node's pool, the first that is there counts."""
UNNAMED_POOL = "pool/unnamed"
_FINISHED = ("Succeeded", "Failed")
_GATHERED = {"Job": "job"}
"""Kinds whose objects come and go: all of a namespace are one workload."""


class PodKind(Enum):
    """How a drain treats a pod."""

    MOVES = "moves"
    """It is evicted, and whoever made it makes another one elsewhere."""
    DAEMON = "daemon"
    """It belongs to the node, and stays."""
    MIRROR = "mirror"
    """The node itself keeps it; the API server only shows it."""
    UNOWNED = "unowned"
    """Nobody makes another one."""
    FINISHED = "finished"
    """It ended; only its record is left."""

    @property
    def stays(self) -> bool:
        """Whether a drain leaves it where it is."""
        return self in (PodKind.DAEMON, PodKind.MIRROR)


class PodRow(Struct, eq=False, gc=False):
    """A pod, as far as it matters here; *group* is what it has in common with others of its kind.

    There may be a hundred thousand, none of which refers to another: whoever collects garbage need not look at them.
    """

    key: str
    uid: str
    node: str
    group: "PodGroup"
    kind: PodKind
    is_ready: bool
    is_leaving: bool
    has_finalizers: bool
    keeps_scratch: bool
    is_marked: bool = False
    """Whether Kubernetes is about to end it: its condition `DisruptionTarget` says so."""


class PodGroup(Struct, frozen=True, gc=False, cache_hash=True):
    """Pods of one workload with the same labels: what budgets select."""

    namespace: str
    workload: str
    labels: tuple[tuple[str, str], ...]


class NodeRow(Struct, frozen=True, gc=False):
    """A node, as far as it matters here."""

    name: str
    uid: str
    version: str
    place: RackPlace
    pool: str
    address: str
    is_ready: bool
    is_joining: bool
    is_leaving: bool
    is_cordoned: bool
    execution: str
    wave: str
    operator: str

    @property
    def waits(self) -> bool:
        """Whether it was only cordoned ahead of its turn: what stands on it serves as before."""
        return self.is_cordoned and bool(self.execution) and not self.wave.startswith(f"{self.execution}.")

    def state(self, pods_left: int) -> ServerState:
        """Say how it is, with so many pods on it that a drain would move."""
        if self.is_leaving or (self.is_cordoned and not self.waits):
            return ServerState.DRAINING if pods_left else ServerState.REMOVED
        if not self.is_ready:
            return ServerState.JOINING if self.is_joining else ServerState.FAILED
        return ServerState.IN_SERVICE


def node_row(node: KubeNode, pool_label: str = "") -> NodeRow:
    """Read a node, whose pool stands in *pool_label*, or else in one of the usual labels."""
    meta, notes = node.metadata, node.metadata.annotations
    ready = _condition(node.status.conditions, "Ready")
    internal = (one.address for one in node.status.addresses if one.type == "InternalIP")
    return NodeRow(
        meta.name,
        meta.uid,
        meta.version,
        (next((meta.labels[label] for label in ZONE if meta.labels.get(label)), ""), "", ""),
        pool_of(meta.labels, pool_label),
        next(internal, ""),
        ready == "True",
        not ready,
        meta.deleted is not None,
        node.spec.unschedulable,
        notes.execution,
        notes.wave,
        notes.operator,
    )


def pool_of(labels: dict[str, str], pool_label: str = "") -> str:
    """Name a node's pool, as a subsystem; where a label is said no other counts."""
    found = next((labels[label] for label in ((pool_label,) if pool_label else POOLS) if labels.get(label)), "")
    return intern(f"pool/{found}") if found else UNNAMED_POOL


def pod_row(pod: Pod, groups: dict[PodGroup, PodGroup]) -> PodRow:
    """Read a pod; *groups* holds each group once."""
    meta = pod.metadata
    is_marked = _condition(pod.status.conditions, "DisruptionTarget") == "True"
    group = PodGroup(meta.namespace, workload_of(pod), tuple(sorted(meta.labels.items())))
    return PodRow(
        f"{meta.namespace}/{meta.name}",
        meta.uid,
        intern(pod.spec.node),
        groups.setdefault(group, group),
        kind_of(pod),
        _condition(pod.status.conditions, "Ready") == "True" and meta.deleted is None and not is_marked,
        meta.deleted is not None,
        bool(meta.finalizers),
        any(volume.scratch is not None for volume in pod.spec.volumes),
        is_marked,
    )


def kind_of(pod: Pod) -> PodKind:
    """Say how a drain treats a pod."""
    owner = _owner(pod)
    if pod.metadata.annotations.mirror is not None:
        return PodKind.MIRROR
    if pod.status.phase in _FINISHED:
        return PodKind.FINISHED
    if owner is None:
        return PodKind.UNOWNED
    return PodKind.DAEMON if owner.kind == "DaemonSet" else PodKind.MOVES


def workload_of(pod: Pod) -> str:
    """Name what a pod belongs to: `deployment/shop/index`, `statefulset/shop/db`, `job/shop`, `pod/shop`."""
    meta, owner = pod.metadata, _owner(pod)
    if owner is None:
        return intern(f"pod/{meta.namespace}")
    if owner.kind in _GATHERED:
        return intern(f"{_GATHERED[owner.kind]}/{meta.namespace}")
    mark = meta.labels.get(POD_HASH)
    if owner.kind == "ReplicaSet" and mark and owner.name.endswith(f"-{mark}"):
        return intern(f"deployment/{meta.namespace}/{owner.name.removesuffix(f'-{mark}')}")
    return intern(f"{owner.kind.lower()}/{meta.namespace}/{owner.name}")


def _owner(pod: Pod) -> Owner | None:
    return next((one for one in pod.metadata.owners if one.controller), None)


def _condition(conditions: list[KubeCondition], kind: str) -> str:
    return next((one.status for one in conditions if one.type == kind), "")
