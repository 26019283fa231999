"""How a drain would treat the pods of a node, said before it begins."""

from collections.abc import Callable

from topology.fleet.obstacles import Obstacle, ObstacleKind
from topology.kubernetes.pods import PodKind
from topology.links.kubernetes.budgets import BudgetRow
from topology.links.kubernetes.workloads import PodGroup, PodRow

_SEVERAL = 2


def obstacles_of(pods: list[PodRow], budgets: Callable[[PodGroup], tuple[BudgetRow, ...]]) -> tuple[Obstacle, ...]:
    """Give what stands in the way of draining a node, by kind; *budgets* gives those that select a pod."""
    going = [pod for pod in pods if not (pod.kind.stays or _leaves(pod) or pod.kind is PodKind.FINISHED)]
    contested = [pod for pod in going if len(budgets(pod.group)) >= _SEVERAL]
    names = ", ".join(one.key for one in budgets(contested[0].group)) if contested else ""
    unhealthy = [
        pod for pod in going if not pod.is_ready and any(not one.always_unhealthy for one in budgets(pod.group))
    ]
    found = (
        _gathered(ObstacleKind.STAYS, [pod for pod in pods if pod.kind is PodKind.DAEMON]),
        _gathered(ObstacleKind.LEAVING, [pod for pod in pods if _leaves(pod)]),
        _gathered(ObstacleKind.HELD, [pod for pod in going if pod.has_finalizers]),
        _gathered(ObstacleKind.SCRATCH, [pod for pod in going if pod.keeps_scratch]),
        _gathered(ObstacleKind.UNHEALTHY, unhealthy),
        _gathered(ObstacleKind.UNOWNED, [pod for pod in going if pod.kind is PodKind.UNOWNED]),
        _gathered(ObstacleKind.CONTESTED, contested, names),
    )
    return tuple(one for one in found if one is not None)


def _leaves(pod: PodRow) -> bool:
    return pod.is_leaving or pod.is_marked


def _gathered(kind: ObstacleKind, pods: list[PodRow], more: str = "") -> Obstacle | None:
    return Obstacle(kind, len(pods), min(pod.key for pod in pods), more) if pods else None
