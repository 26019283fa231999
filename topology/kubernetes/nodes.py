"""What a node says of itself: its zone, its pool, and whether what stands on it serves."""

from collections.abc import Iterable, Mapping
from sys import intern

from topology.kubernetes.objects import KubeCondition

ZONE_LABELS = ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone")
"""Labels that name a node's zone, the first that is there counts."""
POOL_LABELS = (
    "karpenter.sh/nodepool",
    "eks.amazonaws.com/nodegroup",
    "cloud.google.com/gke-nodepool",
    "kubernetes.azure.com/agentpool",
    "node.kubernetes.io/pool",
    "pool",
)
"""Labels that name a node's pool, the first that is there counts."""
UNNAMED_POOL = "pool/unnamed"


def zone_of(labels: Mapping[str, str]) -> str:
    """Give a node's zone; empty where no label says it."""
    return _first(labels, ZONE_LABELS)


def pool_of(labels: Mapping[str, str], pool_label: str = "") -> str:
    """Name a node's pool, as a subsystem; where a label is said no other counts."""
    found = _first(labels, (pool_label,) if pool_label else POOL_LABELS)
    return intern(f"pool/{found}") if found else UNNAMED_POOL


def condition(conditions: Iterable[KubeCondition], kind: str) -> str:
    """Give what a condition of a node or a pod is: `True`, `False`, `Unknown`; empty where it is not said."""
    return next((one.status for one in conditions if one.type == kind), "")


def _first(labels: Mapping[str, str], names: Iterable[str]) -> str:
    return next((labels[name] for name in names if labels.get(name)), "")
