"""What a live export of a cluster says besides what was wanted: who is ready, where it stands, what a budget still allows."""

from typing import Any

import pytest

from tests.topology.imports.test_import_kubernetes import (
    budget,
    floors_of,
    imported,
    notes_of,
    region_of,
    service,
    workload,
)
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.imports.notes import Topic
from topology.planning.plan import Plan
from topology.planning.preview import preview
from topology.region.region import Amount, Region
from topology.region.server_states import ServerState

Object = dict[str, Any]
ZONE = "topology.kubernetes.io/zone"


def with_status(made: Object, **status: object) -> Object:
    return {**made, "status": status}


def conditions(ready: bool) -> Object:
    return {"conditions": [{"type": "Ready", "status": str(ready)}]}


def pod(name: str, owner: tuple[str, str] | None, node: str = "", *, ready: bool = True, **metadata: object) -> Object:
    owners = [{"kind": owner[0], "name": owner[1], "controller": True}] if owner else []
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "ownerReferences": owners, **metadata},
        "spec": {"nodeName": node},
        "status": {"phase": "Running", **conditions(ready)},
    }


def node(name: str, zone: str, *, ready: bool = True) -> Object:
    metadata = {"name": name, "labels": {ZONE: zone}}
    return {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "status": conditions(ready)}


def replica_set(name: str, owner: tuple[str, str]) -> Object:
    made = workload(name, 2, kind="ReplicaSet")
    made["metadata"]["ownerReferences"] = [{"kind": owner[0], "name": owner[1]}]
    return made


def standing(region: Region) -> dict[tuple[str, ServerState], int]:
    """How many servers stand in which zone, in which state."""
    found: dict[tuple[str, ServerState], int] = {}
    for rack, state in zip(region.roster.rack.tolist(), region.roster.state.tolist(), strict=True):
        where = (region.roster.racks[rack][0], ServerState(state))
        found[where] = found.get(where, 0) + 1
    return found


def planned(region: Region, text: str) -> Plan:
    state = State(region, Fleet(region))
    command = parse(text, vocabulary_of(state)).command
    assert command is not None
    return preview(state, command)


class TestWhoIsReady:
    def test_that_pods_that_are_not_ready_are_no_capacity(self) -> None:
        live = with_status(workload(replicas=4), replicas=4, readyReplicas=2)
        guard = with_status(budget(minAvailable="50%"), disruptionsAllowed=0, currentHealthy=2)
        region = region_of(live, guard)
        assert standing(region) == {("cluster", ServerState.IN_SERVICE): 2, ("cluster", ServerState.FAILED): 2}
        assert region.subsystem("web").floor == Amount.parse("50%")
        assert "floor" in {one.code for one in planned(region, "remove 1 from web").findings}
        assert any("wants 4 and has 2 that are ready" in note for note in notes_of(live, guard))
        assert not any("the cluster would let" in note for note in notes_of(live, guard))

    @pytest.mark.parametrize("status", [{}, {"observedGeneration": 3}, {"replicas": "4"}, {"readyReplicas": True}])
    def test_that_a_manifest_says_nothing_of_who_is_ready(self, status: Object) -> None:
        assert standing(region_of(with_status(workload(replicas=4), **status))) == {
            ("cluster", ServerState.IN_SERVICE): 4
        }

    def test_that_a_budget_of_which_the_cluster_says_otherwise_is_a_note(self) -> None:
        live = with_status(workload(replicas=4), replicas=4, readyReplicas=4)
        guard = with_status(budget(maxUnavailable=1), disruptionsAllowed=0, currentHealthy=3)
        [note] = [one for one in notes_of(live, guard, topic=Topic.BUDGET) if "the cluster would let" in one]
        assert "would let 0 go, of 3 that it counts as healthy; by what was read it is 1" in note


class TestPods:
    def test_that_pods_give_zone_and_state_by_their_nodes_and_owners(self) -> None:
        objects = (
            workload(replicas=4),
            replica_set("web-abc", ("Deployment", "web")),
            pod("web-abc-1", ("ReplicaSet", "web-abc"), "n1"),
            pod("web-abc-2", ("ReplicaSet", "web-abc"), "n2", ready=False),
            pod("web-abc-3", ("ReplicaSet", "web-abc"), "n3"),
            node("n1", "az1"),
            node("n2", "az2"),
            node("n3", "az2", ready=False),
        )
        assert standing(region_of(*objects)) == {
            ("az1", ServerState.IN_SERVICE): 1,
            ("az2", ServerState.FAILED): 2,
            ("cluster", ServerState.JOINING): 1,
        }
        assert not any("nothing keeps its number" in note for note in notes_of(*objects))

    def test_that_a_replica_set_that_is_not_in_the_export_is_known_by_its_hash(self) -> None:
        labels = {"pod-template-hash": "7d9f", "app": "web"}
        one = pod("web-7d9f-x", ("ReplicaSet", "web-7d9f"), "n1", labels=labels)
        region = region_of(workload(replicas=1), one, node("n1", "az1"))
        assert standing(region) == {("az1", ServerState.IN_SERVICE): 1}

    def test_that_a_pod_that_is_being_deleted_is_draining(self) -> None:
        leaving = pod("db-0", ("StatefulSet", "db"), deletionTimestamp="2026-01-01T00:00:00Z")
        region = region_of(workload("db", 1, kind="StatefulSet"), leaving)
        assert standing(region) == {("cluster", ServerState.DRAINING): 1}

    def test_that_a_pod_that_nothing_keeps_is_named_as_before(self) -> None:
        assert any("nothing keeps its number" in note for note in notes_of(workload(), pod("alone", None)))
        named = notes_of(workload(), pod("job-x", ("Job", "job")))
        assert any("it is of Job job, which is not imported" in note for note in named)

    def test_that_a_workload_without_servers_stands_beside_others_in_zones(self) -> None:
        objects = (workload(replicas=1), workload("idle", 0), pod("p", ("Deployment", "web"), "n1"), node("n1", "az1"))
        assert region_of(*objects).zones == ("az1",)


def scaler(least: object, version: str = "autoscaling/v2", target: str = "web") -> Object:
    spec: Object = {"scaleTargetRef": {"kind": "Deployment", "name": target}, "maxReplicas": 20, "minReplicas": least}
    return {"apiVersion": version, "kind": "HorizontalPodAutoscaler", "metadata": {"name": "grow"}, "spec": spec}


class TestAutoscalers:
    @pytest.mark.parametrize("version", ["autoscaling/v1", "autoscaling/v2"])
    @pytest.mark.parametrize("stated", [None, 2])
    def test_that_the_least_that_an_autoscaler_keeps_is_the_least_known_size(
        self, version: str, stated: object
    ) -> None:
        objects = (workload(replicas=stated), scaler(6, version))
        assert len(region_of(*objects).roster) == 6
        assert any("count with 6, the least that it keeps" in note for note in notes_of(*objects, topic=Topic.REPLICAS))

    def test_that_more_replicas_than_the_least_stay(self) -> None:
        assert len(region_of(workload(replicas=8), scaler(6)).roster) == 8

    def test_that_keda_is_read_too(self) -> None:
        spec = {"scaleTargetRef": {"name": "web"}, "minReplicaCount": 3}
        keda = {"apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "metadata": {"name": "k"}, "spec": spec}
        assert len(region_of(workload(), keda).roster) == 3


class TestNamespaces:
    def test_that_the_one_workload_that_fits_is_taken_where_only_one_side_states_a_namespace(self) -> None:
        for objects in (
            (workload(replicas=3), budget(namespace="shop", minAvailable=2)),
            (workload(replicas=3, namespace="shop"), budget(minAvailable=2)),
        ):
            assert floors_of(*objects) == {"web": Amount(2)}
            assert any("only one of them states a namespace" in note for note in notes_of(*objects, topic=Topic.BUDGET))

    def test_that_where_several_fit_none_is_guessed_and_all_are_named(self) -> None:
        both = [workload(replicas=3, namespace=name) for name in ("one", "two")]
        made = imported(*both, budget(minAvailable=2))
        assert made.unprotected == ()
        assert set(floors_of(*both, budget(minAvailable=2)).values()) == {None}
        [note] = [str(one) for one in made.notes if "may be for any of" in str(one)]
        assert "in one" in note
        assert "in two" in note


class TestArguments:
    @pytest.mark.parametrize(
        "args",
        [["--db=db.default.svc:5432"], ["--db", "db:5432"], ["--db-host", "db"], ["serve", "postgres://u:p@db:5432/x"]],
    )
    @pytest.mark.parametrize("part", ["args", "command"])
    def test_that_addresses_in_arguments_are_dependencies(self, part: str, args: list[str]) -> None:
        web = workload()
        web["spec"]["template"]["spec"]["containers"][0][part] = args
        region = region_of(web, workload("db"), service("db"))
        assert [(one.dependent, one.needs) for one in region.dependencies] == [("web", "db")]

    def test_that_a_bare_word_among_them_is_no_address(self) -> None:
        web = workload()
        web["spec"]["template"]["spec"]["containers"][0]["args"] = ["db", "--user", "db"]
        assert region_of(web, workload("db"), service("db")).dependencies == ()

    def test_that_a_host_that_is_not_listed_is_noted_also_as_a_bare_word(self) -> None:
        web = workload(env={"API_HOST": "api", "DB_USER": "api"})
        [note] = notes_of(web, topic=Topic.DEPENDENCY)
        assert "addresses api (API_HOST), which is not in the documents: no dependency" in note


class TestSeveralBudgets:
    def test_that_every_plan_on_a_workload_with_several_budgets_says_that_nothing_may_leave(self) -> None:
        region = region_of(workload(replicas=9), budget("a", minAvailable=1), budget("b", minAvailable=2))
        plan = planned(region, "remove 1 from web")
        assert "protected" in {one.code for one in plan.findings if one.severity == "block"}
        alone = planned(region_of(workload(replicas=9), budget(minAvailable=1)), "remove 1 from web")
        assert "protected" not in {one.code for one in alone.findings}


class TestOtherKinds:
    @pytest.mark.parametrize(
        ("kind", "version"),
        [
            ("Rollout", "argoproj.io/v1alpha1"),
            ("CloneSet", "apps.kruise.io/v1alpha1"),
            ("DeploymentConfig", "apps.openshift.io/v1"),
        ],
    )
    def test_that_what_means_the_same_as_a_deployment_is_read(self, kind: str, version: str) -> None:
        other = {**workload(replicas=5, kind=kind), "apiVersion": version}
        assert floors_of(other, budget(minAvailable=2)) == {"web": Amount(2)}
        assert len(region_of(other).roster) == 5

    def test_that_a_replica_set_of_a_rollout_stands_for_the_same_pods(self) -> None:
        rollout = {**workload(replicas=2, kind="Rollout"), "apiVersion": "argoproj.io/v1alpha1"}
        objects = (rollout, replica_set("web-1", ("Rollout", "web")), pod("web-1-a", ("ReplicaSet", "web-1")))
        region = region_of(*objects)
        assert [one.name for one in region.subsystems] == ["web"]
        assert standing(region) == {("cluster", ServerState.IN_SERVICE): 1, ("cluster", ServerState.JOINING): 1}

    def test_that_a_spread_over_zones_is_said(self) -> None:
        spread = workload(replicas=3)
        spread["spec"]["template"]["spec"]["topologySpreadConstraints"] = [{"topologyKey": ZONE}]
        assert any("that their manifests spread over zones" in note for note in notes_of(spread))
