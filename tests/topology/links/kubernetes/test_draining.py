"""What pods and budgets come to before anything is drained: floors by budgets, and what stands in the way."""

import pytest

from topology.fleet.obstacles import ObstacleKind
from topology.kubernetes.nodes import pool_of
from topology.kubernetes.objects import (
    KubeCondition,
    KubeNode,
    LabelSelector,
    NodeAnnotations,
    NodeMeta,
    NodeSpec,
    Owner,
    Pod,
    PodAnnotations,
    PodMeta,
    PodSpec,
    PodStatus,
    SelectorTerm,
    Volume,
)
from topology.kubernetes.pods import PodKind, kind_of
from topology.kubernetes.selectors import NOTHING, selector_of
from topology.links.kubernetes.budgets import BudgetRow, budgets_for, counted, spanning, stated_floors
from topology.links.kubernetes.draining import obstacles_of
from topology.links.kubernetes.evicting import to_evict
from topology.links.kubernetes.workloads import PodGroup, PodRow, node_row, pod_row, workload_of
from topology.region.server_states import ServerState


def row(name: str = "a", app: str = "index", **more: object) -> PodRow:
    group = PodGroup("shop", f"deployment/shop/{app}", (("app", app), ("tier", "web")))
    known = {
        "kind": PodKind.MOVES,
        "is_ready": True,
        "is_leaving": False,
        "has_finalizers": False,
        "keeps_scratch": False,
    }
    return PodRow(f"shop/{name}", name, "n1", group, **(known | more))  # type: ignore[arg-type]


def budget(name: str, needed: int = 2, healthy: int = 3, allowed: int = 1, **labels: str) -> BudgetRow:
    return BudgetRow(f"shop/{name}", "shop", selector_of(LabelSelector(labels)), needed, healthy, allowed, 3, False)


def pod(name: str = "x", owner: Owner | None = None, **meta: object) -> Pod:
    owners = [owner] if owner else []
    return Pod(PodMeta(name=name, namespace="shop", owners=owners, **meta), PodSpec("n1"), PodStatus("Running"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("made", "kind", "workload"),
    [
        (pod(), PodKind.UNOWNED, "pod/shop"),
        (pod(owner=Owner("DaemonSet", "proxy", True)), PodKind.DAEMON, "daemonset/shop/proxy"),
        (pod(owner=Owner("StatefulSet", "db", True)), PodKind.MOVES, "statefulset/shop/db"),
        (pod(owner=Owner("Job", "backup-1", True)), PodKind.MOVES, "job/shop"),
        (
            pod(owner=Owner("ReplicaSet", "index-abc", True), labels={"pod-template-hash": "abc"}),
            PodKind.MOVES,
            "deployment/shop/index",
        ),
        (pod(owner=Owner("ReplicaSet", "plain", True)), PodKind.MOVES, "replicaset/shop/plain"),
        (pod(owner=Owner("Node", "n1", True), annotations=PodAnnotations("x")), PodKind.MIRROR, "node/shop/n1"),
        (pod(owner=Owner("ReplicaSet", "r", False)), PodKind.UNOWNED, "pod/shop"),
    ],
)
def test_that_a_pod_is_of_the_workload_that_makes_it(made: Pod, kind: PodKind, workload: str) -> None:
    assert (kind_of(made), workload_of(made)) == (kind, workload)


def test_that_a_node_waits_for_its_turn_until_a_wave_of_its_execution_took_it() -> None:
    def state(cordoned: bool, execution: str, wave: str, pods: int) -> ServerState:
        notes = NodeAnnotations(execution, wave)
        node = node_row(KubeNode(NodeMeta(name="n1", annotations=notes), NodeSpec(cordoned)))
        assert not node.is_ready
        return node.state(pods)

    assert state(True, "", "", 1) is ServerState.DRAINING
    assert state(True, "E", "E.1", 1) is ServerState.DRAINING
    assert state(True, "E", "E.1", 0) is ServerState.REMOVED
    assert state(True, "E", "D.1", 0) is ServerState.JOINING  # cordoned ahead: it is what its health says
    assert state(False, "", "E.1", 0) is ServerState.JOINING


def test_that_a_pool_is_named_by_the_first_label_that_is_there() -> None:
    assert pool_of({"pool": "x", "karpenter.sh/nodepool": "blue"}) == "pool/blue"
    assert pool_of({}) == "pool/unnamed"


def test_that_no_label_counts_but_the_one_that_the_description_names() -> None:
    labels = {"karpenter.sh/nodepool": "blue", "example.org/team": "search"}
    assert pool_of(labels, "example.org/team") == "pool/search"
    assert pool_of({"karpenter.sh/nodepool": "blue"}, "example.org/team") == "pool/unnamed"


def test_that_a_pod_that_is_about_to_be_ended_is_not_ready_and_leaves_and_is_evicted_all_the_same() -> None:
    conditions = [KubeCondition("Ready", "True"), KubeCondition("DisruptionTarget", "True")]
    owner = Owner("StatefulSet", "db", True)
    made = Pod(PodMeta(name="x", namespace="shop", owners=[owner]), PodSpec("n1"), PodStatus("Running", conditions))
    found = pod_row(made, {})
    assert not found.is_ready
    assert [one.kind for one in obstacles_of([found], lambda group: ())] == [ObstacleKind.LEAVING]
    assert to_evict([found]) == [found]


@pytest.mark.parametrize(
    ("term", "holds"),
    [
        (SelectorTerm("app", "In", ["index"]), True),
        (SelectorTerm("app", "NotIn", ["index"]), False),
        (SelectorTerm("app", "Exists"), True),
        (SelectorTerm("app", "DoesNotExist"), False),
        (SelectorTerm("app", "Later"), True),
    ],
)
def test_that_a_selector_means_what_kubernetes_says(term: SelectorTerm, holds: bool) -> None:
    assert selector_of(LabelSelector({}, [term])).holds({"app": "index"}) is holds
    assert selector_of(LabelSelector()).holds({}) is True


def test_that_a_budget_without_a_selector_is_for_nobody_and_one_of_another_namespace_neither() -> None:
    nobody = BudgetRow("shop/x", "shop", NOTHING, 1, 1, 0, 1, False)
    other = BudgetRow("else/x", "else", selector_of(LabelSelector()), 1, 1, 0, 1, False)

    assert budgets_for(row().group, (nobody, other)) == ()


def test_that_a_budget_of_several_workloads_bounds_each_by_what_the_others_can_give() -> None:
    budgets = {"shop/web": budget("web", needed=5, tier="web")}
    spans = spanning(budgets, (row().group, row(app="billing").group))

    floors = stated_floors(budgets, spans, {"deployment/shop/index": 4, "deployment/shop/billing": 2})

    assert [(one.subsystem, one.floor) for one in floors] == [
        ("budget/shop/web", 5),
        ("deployment/shop/billing", 1),
        ("deployment/shop/index", 3),
    ]


def test_that_only_pods_that_a_budget_counts_take_from_it() -> None:
    met, unmet = budget("met", app="index"), budget("unmet", healthy=1, app="index")
    sick = row(is_ready=False)

    assert counted([row(), sick], (met,)) == {"shop/met": 1}
    assert counted([row(), sick], (unmet,)) == {"shop/unmet": 2}


def test_that_every_pod_in_the_way_is_told_by_its_kind() -> None:
    budgets = (budget("one", app="index"), budget("two", tier="web"))
    pods = [
        row("daemon", kind=PodKind.DAEMON),
        row("mirror", kind=PodKind.MIRROR),
        row("ends", is_leaving=True),
        row("held", "billing", has_finalizers=True),
        row("scratch", "billing", keeps_scratch=True),
        row("sick", "billing", is_ready=False),
        row("alone", "billing", kind=PodKind.UNOWNED),
        row("done", kind=PodKind.FINISHED),
        row("both"),
    ]

    found = obstacles_of(pods, lambda group: budgets_for(group, budgets))

    assert [(one.kind, one.count, one.name, one.more) for one in found] == [
        (ObstacleKind.STAYS, 1, "shop/daemon", ""),
        (ObstacleKind.LEAVING, 1, "shop/ends", ""),
        (ObstacleKind.HELD, 1, "shop/held", ""),
        (ObstacleKind.SCRATCH, 1, "shop/scratch", ""),
        (ObstacleKind.UNHEALTHY, 1, "shop/sick", ""),
        (ObstacleKind.UNOWNED, 1, "shop/alone", ""),
        (ObstacleKind.CONTESTED, 1, "shop/both", "shop/one, shop/two"),
    ]


def test_that_what_is_deleted_with_a_pod_is_seen_by_its_volumes() -> None:
    made = Pod(PodMeta(name="x", namespace="shop"), PodSpec("n1", [Volume()]))

    assert not pod_row(made, {}).keeps_scratch
