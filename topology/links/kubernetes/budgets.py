"""Disruption budgets: which pods each is for, and what floors they state in our words.

A budget of one workload is that workload's floor. One that spans several is a subsystem of its own, whose units are all its
ready pods, and states besides what each of its workloads must keep at least while the others are whole.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from topology.kubernetes.budgets import demand_of, share_of
from topology.kubernetes.objects import KubeBudget
from topology.kubernetes.selectors import Selector, selector_of
from topology.links.kubernetes.workloads import PodGroup, PodRow
from topology.region.learnt import Budget

GIVES_WAY = "an upgrade of the nodes by the cluster's provider may override it after a time of its own"


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """One disruption budget; *healthy*, *allowed* and *expected* are its controller's counts.

    *needed* is what its controller says, or what it states where that is more.
    """

    key: str
    namespace: str
    selector: Selector
    needed: int
    healthy: int
    allowed: int
    expected: int
    always_unhealthy: bool
    """Whether pods that are not ready may go whatever the budget says."""

    @property
    def name(self) -> str:
        """It, as findings name it."""
        return f"budget {self.key}"

    def states_as(self, other: "BudgetRow | None") -> bool:
        """Say whether it states the same as before, whatever happens to be healthy."""
        return other is not None and (self.needed, self.always_unhealthy, self.selector) == (
            other.needed,
            other.always_unhealthy,
            other.selector,
        )


def budget_row(budget: KubeBudget) -> BudgetRow:
    """Read a disruption budget."""
    meta, status = budget.metadata, budget.status
    return BudgetRow(
        f"{meta.namespace}/{meta.name}",
        meta.namespace,
        selector_of(budget.spec.selector),
        max(status.needed, _stated(budget)),
        status.healthy,
        status.allowed,
        status.expected,
        budget.spec.unhealthy == "AlwaysAllow",
    )


def _stated(budget: KubeBudget) -> int:
    """Give what a budget states for the pods that its controller expects: after a change it may not have counted anew yet."""
    try:
        return demand_of(budget.spec.least, budget.spec.most).least(budget.status.expected)
    except ValueError:
        return 0  # what Kubernetes itself does not take: then its controller's count is all there is


def budgets_for(group: PodGroup, budgets: Iterable[BudgetRow]) -> tuple[BudgetRow, ...]:
    """Give the budgets that select a group of pods."""
    labels = dict(group.labels)
    return tuple(one for one in budgets if one.namespace == group.namespace and one.selector.holds(labels))


def spanning(budgets: Mapping[str, BudgetRow], groups: Iterable[PodGroup]) -> dict[str, frozenset[str]]:
    """Give the workloads of each budget, by the budget's key."""
    found: dict[str, set[str]] = {key: set() for key in budgets}
    rows = tuple(budgets.values())
    for group in groups:
        for budget in budgets_for(group, rows):
            found[budget.key].add(group.workload)
    return {key: frozenset(workloads) for key, workloads in found.items()}


def stated_floors(
    budgets: Mapping[str, BudgetRow], workloads: Mapping[str, frozenset[str]], pods: Mapping[str, int]
) -> tuple[Budget, ...]:
    """Give the floors that budgets state; *pods* are how many pods each workload is meant to have, ready or not."""
    found: list[Budget] = []
    for key, budget in sorted(budgets.items()):
        of = workloads.get(key, frozenset())
        if len(of) > 1:
            found.append(Budget(own_subsystem(key), budget.needed, budget.name, GIVES_WAY))
        for workload in sorted(of):
            others = sum(pods.get(one, 0) for one in of if one != workload)
            found.append(Budget(workload, share_of(budget.needed, others), budget.name, GIVES_WAY))
    return tuple(found)


def own_subsystem(key: str) -> str:
    """Name the subsystem of a budget that spans several workloads."""
    return f"budget/{key}"


def counted(pods: Iterable[PodRow], budgets: tuple[BudgetRow, ...]) -> Counter[str]:
    """Count how much of each budget it takes to evict *pods*, by the budget's key."""
    found: Counter[str] = Counter()
    cache: dict[PodGroup, tuple[BudgetRow, ...]] = {}
    for pod in pods:
        if pod.group not in cache:
            cache[pod.group] = budgets_for(pod.group, budgets)
        for budget in cache[pod.group]:
            found[budget.key] += pod.is_ready or not _goes_anyway(budget)
    return found


def _goes_anyway(budget: BudgetRow) -> bool:
    """Say whether a pod that is not ready may be evicted whatever is allowed."""
    return budget.always_unhealthy or budget.healthy >= budget.needed > 0
