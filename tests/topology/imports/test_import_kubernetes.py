"""What manifests of Kubernetes become: values in, a description out that reads back as a region."""

import json
import math
import tomllib
from itertools import product
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.folders import DATA
from tests.profiles import examples
from topology.imports.accepting import with_floor
from topology.imports.kubernetes.addresses import addresses_in, reads_as_address
from topology.imports.kubernetes.kubernetes import (
    Document,
    Imported,
    ImportRefusedError,
    SourcePlace,
    Topic,
    import_documents,
)
from topology.imports.names import mapped
from topology.imports.notes import plain
from topology.imports.region_text import comment, quoted
from topology.kubernetes.selectors import LabelIndex, Requirement, Selector
from topology.region.description import read_region
from topology.region.region import NAME, Amount, Region

_KEYS = [
    *(
        "name",
        "namespace",
        "labels",
        "app",
        "replicas",
        "template",
        "metadata",
        "spec",
        "containers",
        "env",
        "value",
        "items",
    ),
    *("selector", "matchLabels", "matchExpressions", "operator", "key", "values", "minAvailable", "maxUnavailable"),
    *("valueFrom", "envFrom", "configMapRef", "data"),
]
SHOP = DATA / "online-boutique"
Object = dict[str, Any]


def workload(
    name: str = "web",
    replicas: object = None,
    *,
    kind: str = "Deployment",
    namespace: object = None,
    labels: object = None,
    env: object = None,
    env_from: object = None,
    **more: object,
) -> Object:
    spec: Object = {
        "template": {
            "metadata": {"labels": {"app": name} if labels is None else labels},
            "spec": {"containers": [{"name": "main", "env": _variables(env), "envFrom": env_from}]},
        },
        **more,
    }
    if replicas is not None:
        spec["replicas"] = replicas
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": _metadata(name, namespace), "spec": spec}


def budget(name: str = "guard", *, namespace: object = None, version: str = "policy/v1", **spec: object) -> Object:
    spec.setdefault("selector", {"matchLabels": {"app": "web"}})
    return {"apiVersion": version, "kind": "PodDisruptionBudget", "metadata": _metadata(name, namespace), "spec": spec}


def service(name: str, namespace: object = None, selector: object = None, **spec: object) -> Object:
    chosen = {"app": name} if selector is None else selector
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": _metadata(name, namespace),
        "spec": {"selector": chosen, **spec},
    }


def settings_map(name: str, data: object) -> Object:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def _metadata(name: object, namespace: object) -> Object:
    return {"name": name} if namespace is None else {"name": name, "namespace": namespace}


def _variables(env: object) -> object:
    return [{"name": key, "value": value} for key, value in env.items()] if isinstance(env, dict) else env


def imported(*objects: object) -> Imported:
    return import_documents(Document(value, SourcePlace("all.yaml", number)) for number, value in enumerate(objects, 1))


def region_of(*objects: object) -> Region:
    return read_region(imported(*objects).text, "imported.toml")


def notes_of(*objects: object, topic: Topic | None = None) -> list[str]:
    return [str(note) for note in imported(*objects).notes if topic in (None, note.topic)]


def floors_of(*objects: object) -> dict[str, Amount | None]:
    return {subsystem.name: subsystem.floor for subsystem in region_of(*objects).subsystems}


def edges_of(*objects: object) -> set[tuple[str, str]]:
    return {(edge.dependent, edge.needs) for edge in region_of(*objects).dependencies}


def names_of(*objects: object) -> set[str]:
    return {subsystem.name for subsystem in region_of(*objects).subsystems}


def has(notes: list[str], *parts: str) -> bool:
    return any(all(part in note for part in parts) for note in notes)


@pytest.fixture(scope="module")
def shop() -> Imported:
    values = yaml.safe_load_all((SHOP / "kubernetes-manifests.yaml").read_text())
    return import_documents(Document(value, SourcePlace("shop.yaml", number)) for number, value in enumerate(values, 1))


class TestShop:
    """The manifests of a shop with twelve workloads."""

    def test_that_every_workload_is_a_subsystem_with_one_server(self, shop: Imported) -> None:
        region = read_region(with_floor(shop, Amount(1)).text, "shop.toml")
        assert {one.name for one in region.subsystems} == set(json.loads((SHOP / "edges.json").read_text())["services"])
        assert sorted(region.roster.names) == sorted(f"{one.name}-0001" for one in region.subsystems)
        assert region.zones == ("cluster",)
        assert region.roster.cells == (("cluster", "c1"),)
        assert region.gaps == ()
        assert region.remarks == ()

    def test_that_every_address_that_leads_to_a_listed_service_is_a_hard_dependency(self, shop: Imported) -> None:
        stated = json.loads((SHOP / "edges.json").read_text())["edges"]
        wanted = {(edge["caller"], edge["callee"]) for edge in stated if edge["callee_defined"]}
        region = read_region(shop.text, "shop.toml")
        assert {(edge.dependent, edge.needs) for edge in region.dependencies} == wanted
        assert len(wanted) == 16
        assert {edge.kind for edge in region.dependencies} == {"hard"}

    def test_that_the_address_of_a_service_that_is_not_there_is_listed_and_not_guessed(self, shop: Imported) -> None:
        notes = [str(note) for note in shop.notes if note.topic is Topic.DEPENDENCY]
        assert has(
            notes, "shop.yaml", "frontend addresses shoppingassistantservice:80", "SHOPPING_ASSISTANT_SERVICE_ADDR"
        )
        assert "shoppingassistantservice" not in {one.name for one in read_region(shop.text, "shop.toml").subsystems}

    def test_that_workloads_without_a_budget_are_listed_and_their_floor_is_unknown(self, shop: Imported) -> None:
        assert len(shop.unprotected) == 12
        region = read_region(shop.text, "shop.toml")
        assert all(one.floor is None for one in region.subsystems)
        assert len(region.gaps) == 12
        assert has([str(note) for note in shop.notes if note.topic is Topic.NO_BUDGET], "12", "frontend", "redis-cart")

    def test_that_one_server_may_leave_under_the_policy(self, shop: Imported) -> None:
        policy = read_region(shop.text, "shop.toml").policy
        assert policy.largest_count(1) == 1
        assert policy.largest_count(12) == 3
        assert policy.pace_per_minute == 10


class TestReplicas:
    def test_that_replicas_that_are_not_stated_are_one(self) -> None:
        assert len(region_of(workload()).roster) == 1

    @pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "ReplicaSet"])
    def test_that_a_workload_has_as_many_servers_as_replicas(self, kind: str) -> None:
        assert len(region_of(workload(replicas=7, kind=kind)).roster) == 7

    def test_that_no_replicas_is_a_subsystem_without_servers(self) -> None:
        region = region_of(workload(replicas=0), workload("other"))
        assert len(region.roster) == 1
        assert region.subsystem("web").floor is None
        assert has(notes_of(workload(replicas=0)), "web has 0 replicas")

    @pytest.mark.parametrize("wrong", ["3", 3.0, True, -1, 2**31, [3], 10**400])
    def test_that_a_workload_whose_replicas_are_no_number_is_left_out(self, wrong: object) -> None:
        assert names_of(workload("bad", wrong), workload("good")) == {"good"}
        assert has(
            notes_of(workload("bad", wrong), workload("good"), topic=Topic.LEFT_OUT),
            "document 1",
            "bad",
            "spec.replicas",
        )

    def test_that_more_replicas_than_a_region_holds_are_refused(self) -> None:
        with pytest.raises(ImportRefusedError, match="2,000,000,000 replicas"):
            imported(workload(replicas=2_000_000_000))

    def test_that_an_autoscaler_is_named(self) -> None:
        scaler = {
            "apiVersion": "autoscaling/v2",
            "kind": "HorizontalPodAutoscaler",
            "metadata": {"name": "grow"},
            "spec": {"scaleTargetRef": {"kind": "Deployment", "name": "web"}, "maxReplicas": 9},
        }
        assert has(
            notes_of(workload(replicas=3), scaler, topic=Topic.REPLICAS), "web", "grow", "1 to 9", "the 3 stated"
        )


class TestWhatIsRead:
    def test_that_objects_of_a_list_are_read(self) -> None:
        listed = {
            "apiVersion": "v1",
            "kind": "List",
            "items": [workload("one"), budget(maxUnavailable=0), workload("web", 2)],
        }
        assert floors_of(listed) == {"one": None, "web": Amount(2)}

    def test_that_a_typed_list_gives_its_items_their_kind(self) -> None:
        item = {key: value for key, value in workload().items() if key not in ("kind", "apiVersion")}
        assert names_of({"apiVersion": "apps/v1", "kind": "DeploymentList", "items": [item]}) == {"web"}

    def test_that_a_replica_set_of_a_deployment_is_skipped_and_named(self) -> None:
        owned = workload("web-5f6", 2, kind="ReplicaSet", labels={"app": "web"})
        owned["metadata"]["ownerReferences"] = [{"kind": "Deployment", "name": "web", "controller": True}]
        assert len(region_of(workload(replicas=2), owned).roster) == 2
        assert has(
            notes_of(workload(), owned, topic=Topic.NOT_IMPORTED), "document 2", "web-5f6 belongs to Deployment web"
        )

    @pytest.mark.parametrize("kind", ["DaemonSet", "Job", "CronJob", "Rollout", "Sandwich"])
    def test_that_other_kinds_are_named_and_not_imported(self, kind: str) -> None:
        other = {"apiVersion": "example.org/v1", "kind": kind, "metadata": {"name": "thing"}, "spec": {"replicas": 4}}
        assert names_of(workload(), other) == {"web"}
        assert has(notes_of(workload(), other, topic=Topic.NOT_IMPORTED), "document 2", f"{kind} thing")

    @pytest.mark.parametrize(
        ("version", "kind"),
        [
            ("v1", "Service"),
            ("v1", "ConfigMap"),
            ("v1", "ServiceAccount"),
            ("v1", "Namespace"),
            ("rbac.authorization.k8s.io/v1", "Role"),
        ],
    )
    def test_that_kinds_without_a_say_in_capacity_are_counted_without_a_note(self, version: str, kind: str) -> None:
        other = {"apiVersion": version, "kind": kind, "metadata": {"name": "thing"}}
        assert notes_of(workload(), other) == notes_of(workload())
        assert f"1 {kind}" in imported(workload(), other).text

    def test_that_a_knative_service_is_no_service(self) -> None:
        other = {"apiVersion": "serving.knative.dev/v1", "kind": "Service", "metadata": {"name": "thing"}}
        assert has(notes_of(workload(), other, topic=Topic.NOT_IMPORTED), "Service thing", "serving.knative.dev/v1")

    def test_that_a_version_that_is_gone_is_left_out(self) -> None:
        old = {**workload("old"), "apiVersion": "extensions/v1beta1"}
        assert names_of(workload(), old) == {"web"}
        assert has(notes_of(workload(), old, topic=Topic.LEFT_OUT), "document 2", "old", "extensions/v1beta1")

    @pytest.mark.parametrize(
        ("value", "what"),
        [
            ("text", "'text', not a mapping"),
            ([1], "a list"),
            (7, "7, not a mapping"),
            ({"metadata": {"name": "x"}}, "kind is missing"),
            ({"kind": "Deployment", "metadata": {"name": "x"}}, "apiVersion is missing"),
            ({**workload(), "metadata": None}, "metadata.name is missing"),
            ({**workload(), "metadata": {"name": ""}}, "metadata.name is empty"),
            ({**workload(), "metadata": {"name": 7}}, "metadata.name is 7"),
            ({**workload(), "metadata": [7]}, "metadata is a list"),
            ({**workload(), "metadata": {"name": "x", "namespace": 5}}, "metadata.namespace is 5"),
            ({**workload("x"), "spec": None}, "spec is missing"),
            ({**workload("x"), "spec": "much"}, "spec is 'much'"),
            (workload("x", labels={"version": 1.5}), "spec.template.metadata.labels"),
            ({"apiVersion": "v1", "kind": "List", "items": {"a": 1}}, "items of List is a mapping"),
            ({"apiVersion": "v1", "kind": "List", "items": ["a"]}, "item 1): the document is 'a'"),
        ],
    )
    def test_that_a_malformed_document_is_listed_with_its_place_and_left_out(self, value: object, what: str) -> None:
        assert names_of(workload("good"), value) == {"good"}
        assert has(notes_of(workload("good"), value), "all.yaml (document 2", what)

    def test_that_an_empty_document_is_nothing(self) -> None:
        assert notes_of(workload(), None) == notes_of(workload())

    def test_that_a_document_with_a_flaw_is_left_out(self) -> None:
        flawed = Document(workload("bad"), SourcePlace("f.yaml", 1), "line 7 states the key 'replicas' again")
        found = import_documents([flawed, Document(workload(), SourcePlace("f.yaml", 2))])
        assert [one.name for one in read_region(found.text, "f.toml").subsystems] == ["web"]
        assert has([str(note) for note in found.notes], "document 1", "bad", "line 7")

    def test_that_documents_without_a_workload_are_refused(self) -> None:
        with pytest.raises(ImportRefusedError, match="no Deployment, StatefulSet or ReplicaSet"):
            imported(service("web"), None)

    def test_that_lists_that_hold_themselves_end(self) -> None:
        endless: Object = {"apiVersion": "v1", "kind": "List"}
        endless["items"] = [endless, workload()]
        assert names_of(endless) == {"web"}
        assert has(notes_of(endless), "lists deep")

    def test_that_aliases_that_unfold_without_end_are_refused(self) -> None:
        inner: object = workload()
        for _ in range(4):
            inner = {"apiVersion": "v1", "kind": "List", "items": [inner] * 1000}
        with pytest.raises(ImportRefusedError, match=r"more than 100,000 entries once their aliases"):
            import_documents([Document(inner, SourcePlace("bomb.yaml", 1))], most_entries=100_000)


class TestBudgets:
    @pytest.mark.parametrize(
        ("replicas", "spec", "floor"),
        [
            (7, {"minAvailable": 5}, Amount(5)),
            (7, {"minAvailable": "50%"}, Amount(50, percent=True)),  # 4 of 7: rounds up
            (7, {"minAvailable": "050%"}, Amount(50, percent=True)),
            (7, {"minAvailable": "0%"}, Amount(0, percent=True)),
            (7, {"minAvailable": 9}, Amount(9)),  # more than there are: nothing may leave
            (7, {"maxUnavailable": 2}, Amount(5)),
            (7, {"maxUnavailable": "30%"}, Amount(4)),  # 3 may leave: rounds up
            (7, {"maxUnavailable": 0}, Amount(7)),
            (7, {"maxUnavailable": 9}, Amount(0)),
            (7, {"maxUnavailable": "100%"}, Amount(0)),
            (1, {"maxUnavailable": "1%"}, Amount(0)),
        ],
    )
    def test_that_a_floor_is_what_the_budget_means(self, replicas: int, spec: Object, floor: Amount) -> None:
        assert floors_of(workload(replicas=replicas), budget(**spec)) == {"web": floor}
        assert not notes_of(workload(replicas=replicas), budget(**spec), topic=Topic.NO_BUDGET)

    @pytest.mark.parametrize(
        "spec",
        [
            {"minAvailable": 1, "maxUnavailable": 1},
            {},
            {"minAvailable": "90"},
            {"minAvailable": "101%"},
            {"maxUnavailable": "101%"},
            {"minAvailable": -1},
            {"minAvailable": True},
            {"minAvailable": 1.5},
            {"maxUnavailable": [1]},
            {"minAvailable": "\uff15%"},
        ],
    )
    def test_that_a_budget_that_is_not_understood_leaves_the_floor_unknown(self, spec: Object) -> None:
        region = region_of(workload(replicas=3), budget(**spec), workload("other"))
        assert region.subsystem("web").floor is None
        assert region.subsystem("other").floor is None
        assert imported(workload(replicas=3), budget(**spec), workload("other")).unprotected == ("other",)
        assert has(list(region.gaps), '"web".floor is missing')
        assert has(
            notes_of(workload(replicas=3), budget(**spec), topic=Topic.NOT_UNDERSTOOD), "document 2", "guard", "refused"
        )

    def test_that_a_second_budget_does_not_make_an_unknown_floor_known(self) -> None:
        for broken in ("a", "z"):
            assert floors_of(workload(), budget(broken), budget("m", minAvailable=1)) == {"web": None}

    @pytest.mark.parametrize(
        "selector",
        [
            {
                "matchLabels": {"app": "web"},
                "matchExpressions": [{"key": "app", "operator": "Near", "values": ["web"]}],
            },
            {"matchExpressions": [{"key": "app", "operator": "In", "values": []}]},
            {"matchExpressions": [{"operator": "Exists"}]},
            {"matchLabels": {"app": 5}},
            {"matchLabel": {"app": "web"}},
            "app=web",
        ],
    )
    def test_that_whatever_a_doubtful_selector_may_select_has_an_unknown_floor(self, selector: object) -> None:
        assert floors_of(workload(), budget(selector=selector, minAvailable=1)) == {"web": None}

    def test_that_the_clear_part_of_a_doubtful_selector_still_narrows_it(self) -> None:
        selector = {"matchLabels": {"app": "web"}, "matchExpressions": ["?"]}
        made = imported(workload(), workload("other"), budget(selector=selector, minAvailable=1))
        assert made.unprotected == ("other",)

    def test_that_a_budget_without_a_name_still_counts_as_one_not_understood(self) -> None:
        nameless = {**budget(minAvailable=1), "metadata": {}}
        assert floors_of(workload(), nameless) == {"web": None}

    def test_that_budgets_hold_in_their_namespace_only(self) -> None:
        found = floors_of(
            workload("a", namespace="one", labels={"app": "web"}), budget(namespace="two", minAvailable=1)
        )
        assert found == {"a": None}

    def test_that_no_namespace_is_the_default_namespace(self) -> None:
        assert floors_of(workload(), budget(namespace="default", minAvailable=1)) == {"web": Amount(1)}

    @pytest.mark.parametrize(
        ("selector", "protected"),
        [
            ({}, True),
            (None, False),
            ({"matchLabels": {"app": "web", "tier": "front"}}, True),
            ({"matchLabels": {"app": "web", "tier": "back"}}, False),
            ({"matchExpressions": [{"key": "tier", "operator": "In", "values": ["back", "front"]}]}, True),
            ({"matchExpressions": [{"key": "tier", "operator": "NotIn", "values": ["front"]}]}, False),
            ({"matchExpressions": [{"key": "colour", "operator": "NotIn", "values": ["red"]}]}, True),
            ({"matchExpressions": [{"key": "tier", "operator": "Exists"}]}, True),
            ({"matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]}, False),
            ({"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "colour", "operator": "Exists"}]}, False),
        ],
    )
    def test_that_selectors_select_as_in_kubernetes(self, selector: object, protected: bool) -> None:
        web = workload(labels={"app": "web", "tier": "front"})
        assert floors_of(web, budget(selector=selector, minAvailable=1)) == {"web": Amount(1) if protected else None}

    def test_that_an_empty_selector_selected_nothing_before_version_1(self) -> None:
        old = budget(selector={}, version="policy/v1beta1", minAvailable=1)
        assert floors_of(workload(), old) == {"web": None}

    def test_that_of_several_budgets_the_strictest_holds_and_it_is_said(self) -> None:
        objects = (
            workload(replicas=10),
            budget("a", minAvailable="50%"),
            budget("b", maxUnavailable=2),
            budget("c", minAvailable=3),
        )
        assert floors_of(*objects) == {"web": Amount(8)}
        assert has(
            notes_of(*objects, topic=Topic.BUDGET), "web is selected by 3 budgets (a, b, c)", "refuse every eviction"
        )

    def test_that_the_same_budget_stated_twice_is_one(self) -> None:
        objects = (workload(replicas=3), budget(minAvailable=1), budget("x", minAvailable=1), budget(minAvailable=1))
        assert has(notes_of(*objects), "2 budgets (guard, x)")

    def test_that_a_budget_for_several_workloads_bounds_their_sum(self) -> None:
        objects = (
            workload("a", 2, labels={"t": "x"}),
            workload("b", 4, labels={"t": "x"}),
            budget(selector={}, minAvailable=5),
        )
        region = region_of(*objects)
        assert {one.name: one.floor for one in region.subsystems} == {
            "a": Amount(1),
            "b": Amount(3),
            "guard": Amount(5),
        }
        assert {tuple(region.subsystems[index].name for index, _ in one) for one in region.roster.profiles} == {
            ("a", "guard"),
            ("b", "guard"),
        }
        assert has(notes_of(*objects, topic=Topic.BUDGET), "guard", "a, Deployment b together")

    def test_that_the_subsystem_of_a_budget_does_not_take_the_name_of_a_workload(self) -> None:
        assert names_of(workload("guard"), workload("b"), budget(selector={}, minAvailable=1)) == {
            "guard",
            "b",
            "guard-budget",
        }

    def test_that_a_budget_that_selects_nothing_is_said(self) -> None:
        assert has(notes_of(workload("other"), budget(minAvailable=1)), "guard", "selects no workload here")
        assert has(notes_of(workload(), budget(selector=None, minAvailable=1)), "has no selector")

    def test_that_a_budget_says_what_else_it_selects(self) -> None:
        agent = {
            "apiVersion": "apps/v1",
            "kind": "DaemonSet",
            "metadata": {"name": "agent"},
            "spec": {"template": {"metadata": {"labels": {"app": "web"}}}},
        }
        assert has(notes_of(workload(), agent, budget(minAvailable=1)), "also selects DaemonSet agent")

    @given(
        replicas=st.lists(st.integers(0, 5), min_size=1, max_size=3),
        budgets=st.lists(
            st.tuples(
                st.sets(st.integers(0, 2)),
                st.sampled_from(["minAvailable", "maxUnavailable"]),
                st.integers(0, 8) | st.integers(0, 100).map(lambda value: f"{value}%"),
            ),
            max_size=3,
        ),
    )
    @settings(max_examples=examples(150))
    def test_that_the_floors_hold_exactly_when_every_budget_does(
        self, replicas: list[int], budgets: list[tuple[set[int], str, int | str]]
    ) -> None:
        """The oracle is the arithmetic of the disruption controller, written anew, over every state there is."""
        objects = [workload(f"w{number}", count, labels={"w": str(number)}) for number, count in enumerate(replicas)]
        for number, (members, field, amount) in enumerate(budgets):
            selector = {
                "matchExpressions": [{"key": "w", "operator": "In", "values": ["-", *map(str, sorted(members))]}]
            }
            objects.append(budget(f"b{number}", selector=selector, **{field: amount}))
        region = read_region(with_floor(imported(*objects), Amount(0)).text, "imported.toml")
        for present in product(*(range(count + 1) for count in replicas)):
            capacity = dict.fromkeys(region.index, 0)
            for name in region.index:
                for profile in region.roster.profiles:
                    if name in (held := [region.subsystems[index].name for index, _ in profile]):
                        capacity[name] += present[int(next(one for one in held if one.startswith("w"))[1:])]
            declared = dict.fromkeys(region.index, 0)
            for profile in region.roster.profile.tolist():
                for index, _ in region.roster.profiles[profile]:
                    declared[region.subsystems[index].name] += 1
            ours = all(
                one.floor is not None and capacity[one.name] >= one.floor.of(declared[one.name])
                for one in region.subsystems
                if declared[one.name]
            )
            theirs = all(_allows(replicas, present, *stated) for stated in budgets)
            assert ours == theirs


def _allows(replicas: list[int], present: tuple[int, ...], members: set[int], field: str, amount: int | str) -> bool:
    known = [number for number in members if number < len(replicas)]
    expected = sum(replicas[number] for number in known)
    if not expected:
        return True  # no servers, so no scope
    count = math.ceil(int(amount[:-1]) * expected / 100 - 1e-9) if isinstance(amount, str) else amount
    least = count if field == "minAvailable" else max(0, expected - count)
    return sum(present[number] for number in known) >= least


class TestDependencies:
    @pytest.mark.parametrize(
        "value",
        [
            "cart",
            "cart:7070",
            "CART:7070",
            "http://cart",
            "http://cart:7070/path?x=1",
            "grpc://user:secret@cart:7070/",
            "jdbc:postgresql://cart:5432/base",
            "cart.default",
            "cart.default.svc",
            "cart.default.svc.cluster.local",
            "cart.default.svc.cluster.local.:7070",
            "other:1,cart:7070",
            "other,cart",
            "PLAINTEXT://other:9092,PLAINTEXT://cart:9092",
            "mongodb://u:p@other:1,cart:2/base?replicaSet=rs0",
            "-Dstore=http://cart:7070 -Xmx1g",
            "user:secret@tcp(cart:3306)/base",
            "http://cart:${PORT}/",
            "http://$(TARGET):80",
            "$(CART_SERVICE_HOST):$(CART_SERVICE_PORT)",
        ],
    )
    def test_that_an_address_of_a_listed_service_is_a_dependency(self, value: str) -> None:
        env = {"TARGET": "cart", "CALL": value} if "$(TARGET)" in value else {"CALL": value}
        objects = (workload(env=env), workload("cart"), workload("other"), service("cart"), service("other"))
        assert ("web", "cart") in edges_of(*objects)

    @pytest.mark.parametrize(
        "value",
        [
            "",
            "8080",
            "cartel",
            "cart/x",
            "a cart",
            "my-cart:80",
            "$$(TARGET)",
            "cart.elsewhere:80",
            "http://api.cart.com",
        ],
    )
    def test_that_a_value_that_only_looks_like_one_is_no_dependency(self, value: str) -> None:
        objects = (workload(env={"TARGET_USER": "x", "CALL": value}), workload("cart"), service("cart"))
        assert edges_of(*objects) == set()

    def test_that_init_containers_are_read(self) -> None:
        web = workload()
        web["spec"]["template"]["spec"]["initContainers"] = [{"env": [{"name": "WAIT", "value": "cart:1"}]}]
        assert edges_of(web, workload("cart"), service("cart")) == {("web", "cart")}

    def test_that_a_service_leads_to_what_its_selector_selects(self) -> None:
        objects = (
            workload(env={"DB": "db:1"}),
            workload("postgres", labels={"role": "db"}),
            service("db", selector={"role": "db"}),
        )
        assert edges_of(*objects) == {("web", "postgres")}

    def test_that_a_service_that_leads_to_several_is_a_dependency_on_each_and_said(self) -> None:
        objects = (
            workload(env={"DB": "db:1"}),
            workload("blue", labels={"app": "db"}),
            workload("green", labels={"app": "db"}),
            service("db"),
        )
        assert edges_of(*objects) == {("web", "blue"), ("web", "green")}
        assert has(notes_of(*objects, topic=Topic.DEPENDENCY), "service db leads to Deployment blue, Deployment green")

    def test_that_the_name_of_a_workload_stands_for_a_service_that_is_left_out(self) -> None:
        assert edges_of(workload(env={"CART": "cart:80"}), workload("cart")) == {("web", "cart")}

    def test_that_one_dependency_is_counted_as_one(self) -> None:
        made = imported(workload(env={"CART": "cart:80"}), workload("cart"))
        assert ", 1 dependency\n" in made.text

    def test_that_a_service_that_leads_nowhere_is_said_even_beside_a_workload_of_its_name(self) -> None:
        objects = (workload(env={"CART": "cart:80"}), workload("cart"), service("cart", selector={"app": "old"}))
        assert edges_of(*objects) == set()
        assert has(notes_of(*objects), "web addresses cart:80", "leads to no workload")

    def test_that_a_bare_name_means_its_own_namespace(self) -> None:
        near, far = workload("db", namespace="one"), workload("db", namespace="two")
        caller = workload(namespace="two", env={"DB": "db:1"})
        objects = (near, far, caller, service("db", "one"), service("db", "two"))
        assert edges_of(*objects) == {("web", "two.db")}

    def test_that_an_external_name_is_followed(self) -> None:
        alias = service("db", selector={}, type="ExternalName", externalName="pg.data.svc.cluster.local")
        objects = (workload(env={"DB": "db:1"}), alias, workload("pg", namespace="data"), service("pg", "data"))
        assert edges_of(*objects) == {("web", "pg")}

    def test_that_external_names_that_name_each_other_end(self) -> None:
        one = service("one", selector={}, type="ExternalName", externalName="two")
        two = service("two", selector={}, type="ExternalName", externalName="one")
        assert edges_of(workload(env={"X": "one:1"}), one, two) == set()

    def test_that_a_pod_of_a_stateful_set_leads_to_the_set(self) -> None:
        store = workload("db", 3, kind="StatefulSet", env={"PEERS": "db-0.db:1,db-1.db:1"})
        objects = (
            workload(env={"DB": "db-0.db:1", "OTHER": "db-1.db.default.svc.cluster.local:1"}),
            store,
            service("db"),
        )
        assert edges_of(*objects) == {("web", "db")}
        assert has(notes_of(*objects), "StatefulSet db addresses itself (PEERS)")

    def test_that_a_workload_that_addresses_itself_is_a_note(self) -> None:
        objects = (workload(env={"ME": "http://web:80"}), service("web"))
        assert edges_of(*objects) == set()
        assert has(notes_of(*objects, topic=Topic.DEPENDENCY), "web addresses itself (ME)")

    def test_that_a_word_that_is_no_address_by_its_variable_is_said_and_not_taken(self) -> None:
        objects = (workload(env={"DB_USER": "cart"}), workload("cart"), service("cart"))
        assert edges_of(*objects) == set()
        assert has(notes_of(*objects), "name of a service, cart, in DB_USER")
        assert reads_as_address("DB_HOST")
        assert reads_as_address("serverName")
        assert not reads_as_address("dbUser")

    def test_that_an_image_is_no_address(self) -> None:
        assert edges_of(workload(env={"SIDECAR_IMAGE": "redis:6"}), workload("redis"), service("redis")) == set()

    def test_that_values_come_from_config_maps(self) -> None:
        env = [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "one", "key": "a"}}}]
        web = workload(env=env, env_from=[{"configMapRef": {"name": "two"}, "prefix": "X_"}])
        more = (workload("cart"), service("cart"), workload("db"), service("db"), workload("off"), service("off"))
        objects = (web, settings_map("one", {"a": "cart:1", "b": "off:1"}), settings_map("two", {"D": "db:1"}), *more)
        assert edges_of(*objects) == {("web", "cart"), ("web", "db")}

    def test_that_a_later_variable_replaces_an_earlier_one(self) -> None:
        web = workload(env={"D": "cart:1"}, env_from=[{"configMapRef": {"name": "two"}}])
        objects = (
            web,
            settings_map("two", {"D": "db:1"}),
            workload("cart"),
            service("cart"),
            workload("db"),
            service("db"),
        )
        assert edges_of(*objects) == {("web", "cart")}

    def test_that_what_is_not_in_the_documents_is_said(self) -> None:
        env = [{"name": "P", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]
        notes = notes_of(workload(env=env, env_from=[{"configMapRef": {"name": "lost"}}]))
        assert has(notes, "ConfigMap lost is not in the documents", "web")
        assert has(notes, "values from Secrets are not read", "web")

    def test_that_what_surrounds_an_address_is_never_repeated(self) -> None:
        found = imported(
            workload(env={"DB": "postgres://admin:hunter2@gone:5432/base", "X": "tcp://u:hunter2@out.example.com:1"})
        )
        assert has([str(note) for note in found.notes], "gone:5432 (DB)")
        assert has([str(note) for note in found.notes], "out.example.com:1 is outside the documents")
        assert "hunter2" not in found.text + "".join(map(str, found.notes))

    @pytest.mark.parametrize(
        "env", ["x", [5], [{"value": "cart:1"}], [{"name": "A", "value": 5}], [{"name": "A", "valueFrom": 5}]]
    )
    def test_that_a_variable_that_cannot_be_read_is_said_and_the_workload_kept(self, env: object) -> None:
        assert names_of(workload(env=env)) == {"web"}
        assert has(notes_of(workload(env=env), topic=Topic.NOT_UNDERSTOOD), "web")

    def test_that_variables_that_double_each_other_end(self) -> None:
        env = {"V0": "x" * 50} | {f"V{number}": f"$(V{number - 1})$(V{number - 1})" for number in range(1, 200)}
        assert names_of(workload(env=env)) == {"web"}

    @pytest.mark.parametrize(
        ("value", "hosts"),
        [
            ("a:1,b:2", ["a:1", "b:2"]),
            ("http://a:1,http://b:2", ["a:1", "b:2"]),
            ("http://a/x?next=http://b/", ["a", "b"]),
            ("http://a/redirect?to=b:2", ["a"]),
            ("localhost:80,127.0.0.1:80,0.0.0.0:1,[::1]:80", []),
            ("10:30", []),
            ("zk-0.zk:2888:3888;2181", ["zk-0.zk:2888"]),
        ],
    )
    def test_that_the_hosts_of_a_value_are_found_in_order(self, value: str, hosts: list[str]) -> None:
        assert [str(address) for address in addresses_in(value)] == hosts

    @given(st.text(alphabet="ab:/.,@ -=$()1_\n", max_size=60))
    def test_that_any_value_can_be_searched(self, value: str) -> None:
        for address in addresses_in(value):
            assert address.host in value.lower()


class TestNames:
    @given(st.text(max_size=300))
    def test_that_any_text_becomes_a_name(self, text: str) -> None:
        assert NAME.fullmatch(mapped(text))
        assert ".." not in mapped(text)

    def test_that_a_mapped_name_is_said_and_the_old_one_kept_as_title(self) -> None:
        objects = (workload('Web_"1"'),)
        assert region_of(*objects).subsystem("web-1-").title == 'Web_"1"'
        assert has(notes_of(*objects, topic=Topic.NAME), 'Deployment Web_"1" is called web-1- here')

    def test_that_the_same_name_in_two_namespaces_gets_them_as_prefix(self) -> None:
        objects = (workload(namespace="one"), workload(namespace="two"), workload("other", namespace="two"))
        assert names_of(*objects) == {"one.web", "two.web", "other"}
        assert has(notes_of(*objects, topic=Topic.NAME), "2 workloads", "in one as one.web", "in two as two.web")

    def test_that_the_same_name_of_two_kinds_gets_the_kind(self) -> None:
        assert names_of(workload(), workload(kind="StatefulSet")) == {"web-deployment", "web-statefulset"}

    def test_that_names_that_fall_together_by_mapping_are_told_apart(self) -> None:
        objects = (workload("A"), workload("a"), workload("a_"), workload("a-"))
        assert names_of(*objects) == {"a", "a-2", "a-", "a--2"}
        assert has(notes_of(*objects, topic=Topic.NAME), "2 workloads would be called a;")

    def test_that_a_namespace_is_the_service(self) -> None:
        region = region_of(workload(namespace="Shop"), workload("free"))
        assert region.subsystem("web").service == "shop"
        assert region.subsystem("free").service is None

    def test_that_a_workload_stated_twice_alike_is_one(self) -> None:
        assert names_of(workload(replicas=2), workload(replicas=2)) == {"web"}

    def test_that_a_workload_stated_twice_differently_is_left_out(self) -> None:
        objects = (workload(replicas=2), workload(replicas=3), workload(replicas=2), workload("good"))
        assert names_of(*objects) == {"good"}
        assert has(
            notes_of(*objects, topic=Topic.LEFT_OUT), "document 2", "web is stated differently in all.yaml (document 1)"
        )


class TestText:
    @given(st.text())
    def test_that_any_text_survives_as_a_toml_string(self, text: str) -> None:
        expected = "".join("\ufffd" if "\ud800" <= mark <= "\udfff" else mark for mark in text)
        assert tomllib.loads(f"key = {quoted(text)}") == {"key": expected}

    @given(st.text() | st.text(alphabet=st.characters(categories=["Cs", "Cc", "Zl"])))
    def test_that_any_text_stays_inside_its_comment(self, text: str) -> None:
        line = comment(text)
        assert tomllib.loads(f"{line}\nkey = 1\n") == {"key": 1}
        assert plain(text).isprintable()
        line.encode()

    def test_that_the_name_of_a_file_cannot_add_to_the_description(self) -> None:
        found = import_documents([Document(workload(), SourcePlace('x"\n[policy]\npace = "999/min"\n\u202e', 1))])
        assert read_region(found.text, "x.toml").policy.pace_per_minute == 10

    @given(
        st.permutations(
            [workload("a"), workload("b", 2), budget(selector={}, minAvailable=1), service("a"), workload("B")]
        )
    )
    @settings(max_examples=examples(20))
    def test_that_the_order_of_the_documents_does_not_matter(self, objects: list[Object]) -> None:
        body = imported(*objects).text.split("\nformat = 1\n")[1]
        assert body == imported(*sorted(objects, key=str)).text.split("\nformat = 1\n")[1]

    @given(st.data())
    @settings(max_examples=examples(200))
    def test_that_whatever_the_documents_hold_the_text_reads_back_as_a_region(self, data: st.DataObject) -> None:
        scalar = st.none() | st.booleans() | st.integers(-2, 5) | st.floats(allow_nan=False) | st.text(max_size=5)
        word = st.sampled_from(
            [
                "web",
                "db",
                "web:80",
                "http://db:1",
                "50%",
                "app",
                "In",
                "NotIn",
                "Exists",
                "Web",
                "w\n",
                "ü",
                "\ud800",
                "$(A)",
            ]
        )
        key = st.sampled_from(_KEYS)
        lists_and_mappings = lambda inner: st.lists(inner, max_size=3) | st.dictionaries(key, inner, max_size=4)  # noqa: E731
        junk = st.recursive(scalar | word, lists_and_mappings, max_leaves=6)
        objects: list[object] = [workload("anchor")]
        for base in data.draw(
            st.lists(
                st.sampled_from([workload("web", 2), budget(minAvailable=1), service("web"), settings_map("m", {})])
            )
        ):
            changed = json.loads(json.dumps(base))
            target = changed
            for _ in range(data.draw(st.integers(0, 5))):
                inner = [value for value in target.values() if isinstance(value, dict)]
                if not inner:
                    break
                target = data.draw(st.sampled_from(inner))
            target[data.draw(key)] = data.draw(junk)
            objects.append(changed)
        objects.append(data.draw(junk))
        found = imported(*objects)
        region = read_region(found.text, "any.toml")
        assert "anchor" in region.index
        assert len(region.roster) == found.servers
        found.text.encode()


class TestSelectors:
    @given(
        labelled=st.lists(
            st.tuples(
                st.sampled_from(["one", "two"]),
                st.dictionaries(st.sampled_from("abc"), st.sampled_from("xy")),
            )
        ),
        requirements=st.lists(
            st.builds(
                Requirement,
                st.sampled_from("abc"),
                st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist"]),
                st.frozensets(st.sampled_from("xyz"), min_size=1),
            ),
            max_size=3,
        ),
    )
    def test_that_the_index_finds_what_trying_every_pair_finds(
        self, labelled: list[tuple[str, dict[str, str]]], requirements: list[Requirement]
    ) -> None:
        selector = Selector(tuple(requirements))
        wanted = [
            number for number, (place, labels) in enumerate(labelled) if place == "one" and selector.holds(labels)
        ]
        assert LabelIndex(labelled).find("one", selector) == wanted

    def test_that_thousands_of_workloads_and_budgets_are_matched_by_their_labels(self) -> None:
        """The work grows with what is found: trying 5,000 by 5,000 pairs would not end in the time a test has."""
        objects: list[object] = []
        for number in range(5000):
            objects.append(workload(f"w{number}", 2, env={"NEXT": f"w{(number + 1) % 5000}:80"}))
            objects.append(service(f"w{number}"))
            if number % 10 == 0:
                objects.append(budget(f"b{number}", selector={"matchLabels": {"app": f"w{number}"}}, maxUnavailable=1))
        found = imported(*objects)
        assert (found.subsystems, found.dependencies, len(found.unprotected)) == (5000, 5000, 4500)
