"""A copy of what matters of a cluster, kept by its watches: nodes, the pods on each, budgets, and how many pods are wanted."""

from collections import Counter
from collections.abc import Callable, Iterable

from topology.fleet.reasons.anew import BudgetAsks, BudgetCovers, ObjectGone, WhyAnew, WorkloadWants
from topology.kubernetes.objects import KubeBudget, KubeNode, Pod
from topology.links.fleet_source import Server, Supports
from topology.links.kubernetes.budgets import BudgetRow, budget_row, budgets_for, own_subsystem, spanning, stated_floors
from topology.links.kubernetes.client.answers import Scaled
from topology.links.kubernetes.workloads import NodeRow, PodGroup, PodRow, node_row, pod_row
from topology.region.learnt import Budget

_NO_PODS: dict[str, PodRow] = {}


class Mirror:
    """What is known of one cluster. *touched* are nodes whose server may be another one since that was last asked for."""

    def __init__(self, wake: Callable[[], None], pool_label: str = "") -> None:
        self.nodes: dict[str, NodeRow] = {}
        self.budgets: dict[str, BudgetRow] = {}
        self.wanted: dict[str, int] = {}
        """Pods that each workload wants."""
        self.touched: set[str] = set()
        self.news: list[WhyAnew] = []
        """What changed that a whole reading has to take in, in sentences."""
        self._pods: dict[str, PodRow] = {}
        self._by_node: dict[str, dict[str, PodRow]] = {}
        self._groups: dict[PodGroup, PodGroup] = {}
        self._group_pods: Counter[PodGroup] = Counter()
        self._expected: Counter[str] = Counter()
        """By workload: its pods that did not end and were not told to."""
        self._spans: dict[str, frozenset[str]] | None = None
        self._own: dict[PodGroup, tuple[str, ...]] = {}
        self._selected: dict[PodGroup, tuple[str, ...]] = {}
        """By group of pods: the keys of the budgets that select it."""
        self._wake = wake
        self._pool_label = pool_label

    def node(self, node: KubeNode) -> None:
        """Take in a node."""
        row = node_row(node, self._pool_label)
        self.nodes[row.name] = row
        self._touch(row.name)

    def node_gone(self, name: str) -> None:
        """Take in that a node is no more."""
        self.nodes.pop(name, None)
        self._touch(name)

    def pod(self, pod: Pod) -> None:
        """Take in a pod."""
        row = pod_row(pod, self._groups)
        self.pod_gone(row.key)
        self._pods[row.key] = row
        self._by_node.setdefault(row.node, {})[row.key] = row
        self._group_pods[row.group] += 1
        self._expected[row.group.workload] += row.is_expected
        if self._group_pods[row.group] == 1:
            self._meet(row.group)
        self._touch(row.node)

    def pod_gone(self, key: str) -> None:
        """Take in that a pod is no more."""
        row = self._pods.pop(key, None)
        if row is None:
            return
        self._by_node.get(row.node, {}).pop(key, None)
        self._group_pods[row.group] -= 1
        self._expected[row.group.workload] -= row.is_expected
        if not self._expected[row.group.workload]:
            del self._expected[row.group.workload]
        if not self._group_pods[row.group]:
            del self._group_pods[row.group]
            self._groups.pop(row.group, None)
        self._touch(row.node)

    def budget(self, budget: KubeBudget) -> None:
        """Take in a disruption budget."""
        row = budget_row(budget)
        before = self.budgets.get(row.key)
        self.budgets[row.key] = row
        if not row.states_as(before):
            self._regroup()
            self._tell(BudgetAsks(row.name, row.needed))

    def budget_gone(self, key: str) -> None:
        """Take in that a disruption budget is no more."""
        row = self.budgets.pop(key, None)
        if row is not None:
            self._regroup()
            self._tell(ObjectGone(f"the {row.name}"))

    def scaled(self, kind: str) -> Callable[[Scaled], None]:
        """Give what takes in a workload of a kind."""

        def take(one: Scaled) -> None:
            name = f"{kind}/{one.metadata.namespace}/{one.metadata.name}"
            if self.wanted.get(name) != one.spec.replicas:
                self.wanted[name] = one.spec.replicas
                self._tell(WorkloadWants(name, one.spec.replicas))

        return take

    def scaled_gone(self, kind: str) -> Callable[[str], None]:
        """Give what takes in that a workload of a kind is no more."""

        def take(key: str) -> None:
            if self.wanted.pop(f"{kind}/{key}", None) is not None:
                self._tell(ObjectGone(f"{kind}/{key}"))

        return take

    def pods_on(self, node: str) -> Iterable[PodRow]:
        """Give the pods on a node."""
        return self._by_node.get(node, _NO_PODS).values()

    def server(self, name: str) -> Server | None:
        """Give a node as a server; None where there is none."""
        node = self.nodes.get(name)
        if node is None:
            return None
        left = sum(not pod.kind.stays for pod in self.pods_on(name))
        return Server(name, node.place, self.supports(node), int(node.state(left)), node.address)

    def supports(self, node: NodeRow) -> Supports:
        """Give what a node supports: its pool, the ready pods of each workload, and those of budgets that span several."""
        units: Counter[str] = Counter({node.pool: 1})
        for pod in self.pods_on(node.name):
            if pod.is_ready and not pod.kind.stays:
                units[pod.group.workload] += 1
                units.update(self._own_budgets(pod.group))
        return tuple(sorted(units.items()))

    def floors(self) -> tuple[Budget, ...]:
        """Give the floors that budgets state."""
        return stated_floors(self.budgets, self.spans, self._expected)

    @property
    def spans(self) -> dict[str, frozenset[str]]:
        """The workloads of each budget."""
        if self._spans is None:
            self._spans = spanning(self.budgets, self._group_pods)
        return self._spans

    def budgets_of(self, group: PodGroup) -> tuple[BudgetRow, ...]:
        """Give the budgets that select a group of pods."""
        keys = self._selected.get(group)
        if keys is None:
            keys = tuple(one.key for one in budgets_for(group, self.budgets.values()))
            self._selected[group] = keys
        return tuple([self.budgets[key] for key in keys])

    def _own_budgets(self, group: PodGroup) -> tuple[str, ...]:
        """Name the subsystems of budgets that select a group and span several workloads."""
        found = self._own.get(group)
        if found is None:
            budgets = self.budgets_of(group)
            found = tuple(own_subsystem(one.key) for one in budgets if len(self.spans.get(one.key, ())) > 1)
            self._own[group] = found
        return found

    def _meet(self, group: PodGroup) -> None:
        """Take in pods of a kind that was not there: a budget may span another workload from now on."""
        for budget in self.budgets_of(group):
            if self._spans is not None and group.workload not in self._spans.get(budget.key, ()):
                self._regroup()
                self._tell(BudgetCovers(budget.name, group.workload))

    def _regroup(self) -> None:
        self._spans, self._own, self._selected = None, {}, {}

    def _touch(self, node: str) -> None:
        if node:
            self.touched.add(node)
            self._wake()

    def _tell(self, what: WhyAnew) -> None:
        self.news.append(what)
        self._wake()
