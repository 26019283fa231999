"""The same objects mean the same to who imports an export of a cluster and to who looks at the cluster."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.profiles import examples
from tests.topology.kubernetes.both import Both, Object, budget, node, pod, workload

OLD_ZONE = "failure-domain.beta.kubernetes.io/zone"
WEB = {"matchLabels": {"app": "web"}}
KINDS = ["Deployment", "StatefulSet", "Rollout", "DeploymentConfig"]


def both_ready(*objects: Object) -> dict[tuple[str, str], int]:
    found = Both(objects)
    assert found.imported_ready() == found.live_ready()
    return dict(found.live_ready())


def both_floors(*objects: Object) -> dict[str, int]:
    found = Both(objects)
    assert found.imported_floors() == found.live_floors()
    return found.live_floors()


@pytest.mark.parametrize(
    "changed",
    [
        {"conditions": {"Ready": "False"}},
        {"conditions": {"DisruptionTarget": "True"}},
        {"deletionTimestamp": "2026-01-01T00:00:00Z"},
        {"conditions": {"Ready": "Unknown"}},
    ],
)
def test_that_a_pod_that_is_not_ready_or_about_to_end_is_no_capacity(changed: dict[str, Any]) -> None:
    web = workload("web", 2)
    objects = (web, node("n1"), pod(web, 1), pod(web, 2, **changed))
    assert both_ready(*objects) == {("deployment/shop/web", "az1"): 1}


@pytest.mark.parametrize("ready", ["False", "Unknown", None])
def test_that_nothing_serves_on_a_node_that_is_not_ready(ready: str | None) -> None:
    web = workload("web", 2)
    objects = (web, node("n1"), node("n2", "az2", ready), pod(web, 1, "n1"), pod(web, 2, "n2"))
    assert both_ready(*objects) == {("deployment/shop/web", "az1"): 1}


def test_that_nothing_serves_on_a_node_that_says_something_of_itself_but_not_that_it_is_ready() -> None:
    web = workload("web", 1)
    bare = {**node("n1"), "status": {"addresses": [{"type": "InternalIP", "address": "10.0.0.1"}]}}
    assert both_ready(web, bare, pod(web)) == {}


def test_that_the_zone_of_a_node_stands_in_the_label_of_today_or_in_the_one_before() -> None:
    web = workload("web", 1)
    assert both_ready(web, node("n1", "old", label=OLD_ZONE), pod(web)) == {("deployment/shop/web", "old"): 1}


@pytest.mark.parametrize("kind", KINDS)
def test_that_a_pod_is_of_the_workload_that_makes_it_though_nothing_between_them_is_known(kind: str) -> None:
    web = workload("web", 1, kind)
    assert both_ready(web, node("n1"), pod(web)) == {(f"{kind.lower()}/shop/web", "az1"): 1}


def test_that_a_pod_is_not_of_an_owner_that_does_not_control_it() -> None:
    web = workload("web", 1, "StatefulSet")
    owners = [{"kind": "StatefulSet", "name": "web", "controller": False}]
    assert both_ready(web, node("n1"), pod(web, 1), pod(web, 2, ownerReferences=owners)) == {
        ("statefulset/shop/web", "az1"): 1
    }


def test_that_pods_that_ended_or_are_ending_are_not_among_those_a_budget_expects() -> None:
    web, db = workload("web", 2, tier="all"), workload("db", 3, "StatefulSet", tier="all")
    gone = [pod(db, 10, phase="Failed", conditions={"Ready": "False"}), pod(db, 11, deletionTimestamp="2026-01-01")]
    status = {"desiredHealthy": 4, "expectedPods": 5, "currentHealthy": 5, "disruptionsAllowed": 1}
    guard = budget("all", {"matchLabels": {"tier": "all"}}, status, minAvailable=4)
    pods = [pod(web, number) for number in range(2)] + [pod(db, number) for number in range(3)]
    assert both_floors(web, db, node("n1"), *pods, *gone, guard) == {
        "deployment/shop/web": 1,
        "statefulset/shop/db": 2,
        "budget/shop/all": 4,
    }


def test_that_what_is_left_of_pods_that_ended_is_no_server() -> None:
    web = workload("web", 2)
    left = [pod(web, number, phase="Failed", conditions={"Ready": "False"}) for number in range(5, 9)]
    found = Both((web, node("n1"), pod(web, 1), pod(web, 2), *left))
    assert found.imported_ready() == found.live_ready() == {("deployment/shop/web", "az1"): 2}
    [placed] = found.placed().values()
    assert placed.total() == 2


def test_that_a_budget_that_its_controller_did_not_count_yet_asks_for_what_it_states() -> None:
    web = workload("web", 3)
    pods = [pod(web, number) for number in range(3)]
    stale = {"desiredHealthy": 1, "expectedPods": 3, "currentHealthy": 3, "disruptionsAllowed": 2}
    for guard in (budget("new", WEB, minAvailable=2), budget("changed", WEB, stale, maxUnavailable="30%")):
        assert both_floors(web, node("n1"), *pods, guard) == {"deployment/shop/web": 2}


@pytest.mark.parametrize(
    "term",
    [
        {"key": "app", "operator": "In", "values": []},
        {"key": "app", "operator": "NotIn", "values": []},
        {"key": "other", "operator": "Exists", "values": ["x"]},
        {"key": "app", "operator": "Later"},
    ],
)
def test_that_a_selector_that_cannot_be_understood_guards_what_it_may_mean(term: Object) -> None:
    web = workload("web", 3)
    guards = [budget(name, {"matchExpressions": [term]}, minAvailable=2) for name in ("one", "two")]
    found = Both((web, node("n1"), pod(web), *guards))
    assert found.imported_contested() == found.live_contested() == {"deployment/shop/web"}


@st.composite
def clusters(draw: st.DrawFn) -> list[Object]:
    """Give a cluster at rest or in change, whose controller of budgets has counted, or not yet."""
    zones = st.sampled_from(["az1", "az2", ""])
    nodes = [node(f"n{at}", draw(zones), draw(st.sampled_from(["True", "False", None]))) for at in range(3)]
    kinds = st.sampled_from(KINDS)
    kept = [
        workload(name, draw(st.integers(1, 4)), draw(kinds), tier=draw(st.sampled_from("ab"))) for name in ("web", "db")
    ]
    pods = []
    for one in kept:
        wanted = one["spec"]["replicas"]
        for number in range(wanted):
            conditions = {"Ready": draw(st.sampled_from(["True", "True", "False"]))}
            if draw(st.booleans()):
                conditions["DisruptionTarget"] = draw(st.sampled_from(["True", "False"]))
            pods.append(pod(one, number, f"n{draw(st.integers(0, 2))}", conditions=conditions))
        gone = draw(st.lists(st.sampled_from(GONE), max_size=2))
        pods += [pod(one, number, "n1", **more) for number, more in enumerate(gone, wanted)]
    amounts = st.one_of(st.integers(0, 5), st.sampled_from(["0%", "30%", "50%", "099%", "100%"]))
    fields = st.sampled_from(["minAvailable", "maxUnavailable"])
    guards = [
        counted(budget(f"b{number}", draw(st.sampled_from(SELECTORS)), **{draw(fields): draw(amounts)}), kept)
        for number in range(draw(st.integers(0, 3)))
    ]
    return [*nodes, *kept, *pods, *guards]


GONE: list[dict[str, Any]] = [
    {"phase": "Succeeded", "conditions": {"Ready": "False"}},
    {"phase": "Failed", "conditions": {"Ready": "False"}},
    {"deletionTimestamp": "2026-01-01T00:00:00Z"},
]
SELECTORS: list[Any] = [
    None,
    {},
    WEB,
    {"matchLabels": {"tier": "a"}},
    {"matchExpressions": [{"key": "app", "operator": "In", "values": ["web", "db"]}]},
    {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]},
    {"matchExpressions": [{"key": "tier", "operator": "Exists"}], "matchLabels": {"tier": "b"}},
    {"matchExpressions": [{"key": "none", "operator": "DoesNotExist"}]},
]


def counted(guard: Object, kept: list[Object]) -> Object:
    """Do what the controller of budgets does, by the sentences of its documentation."""
    spec = guard["spec"]
    expected = sum(
        one["spec"]["replicas"]
        for one in kept
        if chosen(spec["selector"], one["spec"]["template"]["metadata"]["labels"])
    )
    [(name, raw)] = [(key, value) for key, value in spec.items() if key != "selector"]
    amount = math.ceil(int(raw[:-1]) * expected / 100) if isinstance(raw, str) else raw
    desired = amount if name == "minAvailable" else max(0, expected - amount)
    return {**guard, "status": {"desiredHealthy": desired, "expectedPods": expected, "disruptionsAllowed": 0}}


def chosen(selector: Any, labels: dict[str, str]) -> bool:
    """Say by hand what each of `SELECTORS` means."""
    meant = (
        False,
        True,
        labels["app"] == "web",
        labels["tier"] == "a",
        True,
        labels["app"] == "db",
        labels["tier"] == "b",
        True,
    )
    return meant[SELECTORS.index(selector)]


@settings(max_examples=examples(60))
@given(clusters())
def test_that_the_same_objects_mean_the_same_to_the_import_and_to_the_link(objects: list[Object]) -> None:
    found = Both(objects)
    assert found.imported_wanted() == found.mirror.wanted
    assert found.imported_ready() == found.live_ready()
    assert found.imported_floors() == found.live_floors()
    assert found.imported_contested() == found.live_contested()
