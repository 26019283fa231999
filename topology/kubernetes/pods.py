"""What a pod means: whose it is, whether it serves, whether it is about to go, and how a drain treats it."""

from enum import Enum

from topology.kubernetes.nodes import condition
from topology.kubernetes.objects import Owner, Pod

MADE_BY = {"pod-template-hash": "Deployment", "rollouts-pod-template-hash": "Rollout"}
"""What made a ReplicaSet, by the label of its pods with the hash that the ReplicaSet's name ends in."""
CONFIG = "deploymentconfig"
"""Label of a pod that a DeploymentConfig of OpenShift made, through a ReplicationController called after it."""
_FINISHED = ("Succeeded", "Failed")


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


def kind_of(pod: Pod) -> PodKind:
    """Say how a drain treats a pod."""
    if pod.metadata.annotations.mirror is not None:
        return PodKind.MIRROR
    if is_finished(pod):
        return PodKind.FINISHED
    owner = controller_of(pod.metadata.owners)
    if owner is None:
        return PodKind.UNOWNED
    return PodKind.DAEMON if owner.kind == "DaemonSet" else PodKind.MOVES


def is_ready(pod: Pod) -> bool:
    """Say whether a pod serves and goes on to: one that is deleted, or about to be ended, is no capacity any more."""
    return condition(pod.status.conditions, "Ready") == "True" and not is_deleted(pod) and not is_marked(pod)


def is_deleted(pod: Pod) -> bool:
    """Say whether a pod was told to end: another one is made, or made already."""
    return pod.metadata.deleted is not None


def is_marked(pod: Pod) -> bool:
    """Say whether Kubernetes is about to end a pod."""
    return condition(pod.status.conditions, "DisruptionTarget") == "True"


def is_finished(pod: Pod) -> bool:
    """Say whether a pod ended, so that only its record is left."""
    return pod.status.phase in _FINISHED


def controller_of(owners: list[Owner]) -> Owner | None:
    """Give what makes an object anew; an owner that does not control it only takes it along when it is deleted."""
    return next((one for one in owners if one.controller), None)


def maker_of(owner: Owner, labels: dict[str, str]) -> Owner | None:
    """Give what made a ReplicaSet or ReplicationController, by its name and its pods' *labels*; None where they do not say."""
    if owner.kind == "ReplicationController":
        config = labels.get(CONFIG, "")
        known = bool(config) and owner.name.startswith(f"{config}-")
        return Owner("DeploymentConfig", config, controller=True) if known else None
    if owner.kind != "ReplicaSet":
        return None
    for label, kind in MADE_BY.items():
        ending = f"-{labels[label]}" if labels.get(label) else ""
        if ending and owner.name.endswith(ending):
            return Owner(kind, owner.name.removesuffix(ending), controller=True)
    return None
