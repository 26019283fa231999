"""Nodes and pods as they are kept of a cluster, and the names of the workloads that pods are units of."""

from sys import intern

from msgspec import Struct

from topology.kubernetes.nodes import condition, pool_of, zone_of
from topology.kubernetes.objects import KubeNode, Pod
from topology.kubernetes.pods import PodKind, controller_of, is_deleted, is_marked, is_ready, kind_of, maker_of
from topology.links.fleet_source import RackPlace
from topology.region.server_states import ServerState

_GATHERED = {"Job": "job"}
"""Kinds whose objects come and go: all of a namespace are one workload."""


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

    @property
    def is_expected(self) -> bool:
        """Whether it is one of those that its workload wants: what ended or was told to end has another in its place."""
        return self.kind is not PodKind.FINISHED and not self.is_leaving


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
    ready = condition(node.status.conditions, "Ready")
    internal = (one.address for one in node.status.addresses if one.type == "InternalIP")
    return NodeRow(
        meta.name,
        meta.uid,
        meta.version,
        (zone_of(meta.labels), "", ""),
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


def pod_row(pod: Pod, groups: dict[PodGroup, PodGroup]) -> PodRow:
    """Read a pod; *groups* holds each group once."""
    meta = pod.metadata
    group = PodGroup(meta.namespace, workload_of(pod), tuple(sorted(meta.labels.items())))
    return PodRow(
        f"{meta.namespace}/{meta.name}",
        meta.uid,
        intern(pod.spec.node),
        groups.setdefault(group, group),
        kind_of(pod),
        is_ready(pod),
        is_deleted(pod),
        bool(meta.finalizers),
        any(volume.scratch is not None for volume in pod.spec.volumes),
        is_marked(pod),
    )


def workload_of(pod: Pod) -> str:
    """Name what a pod belongs to: `deployment/shop/index`, `statefulset/shop/db`, `job/shop`, `pod/shop`."""
    meta, owner = pod.metadata, controller_of(pod.metadata.owners)
    if owner is None:
        return intern(f"pod/{meta.namespace}")
    if owner.kind in _GATHERED:
        return intern(f"{_GATHERED[owner.kind]}/{meta.namespace}")
    top = maker_of(owner, meta.labels) or owner
    return intern(f"{top.kind.lower()}/{meta.namespace}/{top.name}")
