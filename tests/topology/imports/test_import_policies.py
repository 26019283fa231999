"""What NetworkPolicies say of who may call whom, and where that is not what the environment values say."""

import json
from typing import Any

import pytest
import yaml

from tests.folders import DATA
from tests.topology.imports.test_import_kubernetes import edges_of, has, imported, notes_of, workload
from topology.imports.kubernetes.kubernetes import ImportRefusedError
from topology.region.description import read_region

SHOP = DATA / "online-boutique"
Object = dict[str, Any]


def labels(**wanted: str) -> Object:
    return {"podSelector": {"matchLabels": wanted}}


def policy(app: str | None = "db", *, namespace: str | None = None, **spec: object) -> Object:
    metadata: Object = {"name": f"for-{app}"} if namespace is None else {"name": f"for-{app}", "namespace": namespace}
    selector: Object = {} if app is None else {"matchLabels": {"app": app}}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata,
            "spec": {"podSelector": selector, **spec}}  # fmt: skip


def from_(*peers: object) -> Object:
    return {"from": list(peers)}


WEB, DB = workload("web"), workload("db")
CALLING = workload("web", env={"DB_ADDR": "db:5432"})


class TestShop:
    def test_that_policies_and_environment_agree_but_for_what_is_for_everybody(self) -> None:
        objects = [
            one
            for name in ("kubernetes-manifests.yaml", "network-policies.yaml")
            for one in yaml.safe_load_all((SHOP / name).read_text())
        ]
        known = json.loads((SHOP / "edges.json").read_text())["edges"]
        expected = {(one["caller"], one["callee"]) for one in known if one["callee_defined"]}
        assert edges_of(*objects) == expected
        notes = notes_of(*objects)
        assert has(notes, "15 pairs of caller and called named by network policies, 15 of them also by environment")
        assert has(notes, "1 addressed, and named by no network policy, though none is in the way: Deployment loadgen")
        assert not has(notes, "but not allowed by")

    def test_that_policies_alone_give_the_edges_that_they_name(self) -> None:
        manifests = [one for one in yaml.safe_load_all((SHOP / "kubernetes-manifests.yaml").read_text()) if one]
        for one in manifests:
            if one["kind"] == "Deployment":
                pod = one["spec"]["template"]["spec"]
                for container in [*pod["containers"], *pod.get("initContainers", [])]:
                    container.pop("env", None)
        found = edges_of(*manifests, *yaml.safe_load_all((SHOP / "network-policies.yaml").read_text()))
        known = json.loads((SHOP / "edges.json").read_text())["edges"]
        named = {(one["caller"], one["callee"]) for one in known if one["callee_defined"]}
        assert found == named - {("loadgenerator", "frontend")}


class TestEdges:
    def test_that_who_may_call_is_a_dependency_with_its_policy(self) -> None:
        made = imported(WEB, DB, policy(ingress=[from_(labels(app="web"))]))
        assert "# allowed by NetworkPolicy for-db\n[[dependency]]" in made.text
        assert edges_of(WEB, DB, policy(ingress=[from_(labels(app="web"))])) == {("web", "db")}
        assert has(
            [str(note) for note in made.notes], "1 allowed by a network policy, but no environment value", "web to"
        )

    def test_that_whom_one_may_call_is_a_dependency(self) -> None:
        assert edges_of(WEB, DB, policy("web", egress=[{"to": [labels(app="db")]}])) == {("web", "db")}

    def test_that_both_sources_are_named_beside_the_dependency(self) -> None:
        text = imported(CALLING, DB, policy(ingress=[from_(labels(app="web"))])).text
        assert "# from DB_ADDR; allowed by NetworkPolicy for-db\n[[dependency]]" in text

    @pytest.mark.parametrize(
        "rule",
        [
            {},
            from_(),
            from_({"podSelector": {}}),
            from_({"namespaceSelector": {}}),
            from_({"ipBlock": {"cidr": "::/0"}}),
        ],
    )
    def test_that_rules_for_everybody_name_nobody(self, rule: Object) -> None:
        assert edges_of(WEB, DB, policy(ingress=[rule])) == set()
        assert has(notes_of(WEB, DB, policy(ingress=[rule])), "1 rule of network policies for everybody")

    def test_that_a_policy_for_a_whole_namespace_names_nobody(self) -> None:
        assert edges_of(WEB, DB, policy(None, ingress=[from_(labels(app="web"))])) == set()

    def test_that_a_peer_in_another_namespace_is_found_by_its_name(self) -> None:
        other = workload("web", namespace="front")
        named = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "front"}}, **labels(app="web")}
        assert edges_of(other, WEB, DB, policy(ingress=[from_(named)])) == {("front.web", "db")}
        assert edges_of(other, DB, policy(ingress=[from_(labels(app="web"))])) == set()

    def test_that_pods_that_may_call_themselves_need_nothing(self) -> None:
        assert edges_of(DB, policy(ingress=[from_(labels(app="db"))])) == set()

    def test_that_without_policies_nothing_is_said_of_them(self) -> None:
        assert not has(notes_of(CALLING, DB), "network polic")


class TestDisagreement:
    @pytest.mark.parametrize(
        "forbidding",
        [
            policy(ingress=[from_(labels(app="other"))]),
            policy(ingress=[]),
            policy(),
            policy(None, policyTypes=["Ingress"]),
            policy("web", egress=[{"to": [labels(app="other")]}]),
            policy("web", policyTypes=["Egress"]),
            policy("db", egress=[]),  # about ingress, too, as every policy that states no types
        ],
    )
    def test_that_an_address_that_no_policy_allows_is_noted_and_kept(self, forbidding: Object) -> None:
        notes = notes_of(CALLING, DB, forbidding)
        name = forbidding["metadata"]["name"]
        assert has(notes, "Deployment web to Deployment db: addressed (DB_ADDR), but not allowed by", name)
        assert edges_of(CALLING, DB, forbidding) == {("web", "db")}

    @pytest.mark.parametrize(
        "allowing",
        [
            [policy(ingress=[{}])],
            [policy(), policy(None, ingress=[from_(labels(app="web"))])],
            [policy(ingress=[from_({"ipBlock": {"cidr": "10.0.0.0/8"}})])],
            [policy(ingress=[from_({"namespaceSelector": {"matchLabels": {"team": "a"}}})])],
            [policy("web", policyTypes=["Ingress"])],
            [policy(), policy(ingress="all")],
        ],
    )
    def test_that_one_that_a_policy_may_allow_is_not(self, allowing: list[Object]) -> None:
        assert not has(notes_of(CALLING, DB, *allowing), "but not allowed by")

    @pytest.mark.parametrize(
        ("rule", "forbidden"),
        [
            ({}, False),
            (from_({"ipBlock": {"cidr": "10.0.0.0/8"}}), False),
            (from_({"namespaceSelector": {"matchLabels": {"team": "a"}}}), False),
            (from_({"namespaceSelector": {}}), False),
            (from_({"podSelector": {}}), True),
            (from_({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "default"}}}), True),
        ],
    )
    def test_that_a_caller_in_another_namespace_is_let_in_by_what_is_not_for_ones_own(
        self, rule: Object, forbidden: bool
    ) -> None:
        far = workload("web", namespace="front", env={"DB_ADDR": "db.default:5432"})
        assert edges_of(far, DB, policy(ingress=[rule])) == {("web", "db")}
        assert has(notes_of(far, DB, policy(ingress=[rule])), "but not allowed by") is forbidden


class TestBadPolicies:
    @pytest.mark.parametrize(
        ("spec", "what"),
        [
            ({"ingress": "all"}, "spec.ingress is 'all', not a list"),
            ({"ingress": [3]}, "an entry of spec.ingress is 3, not a mapping"),
            ({"ingress": [from_({})]}, "neither podSelector, namespaceSelector nor ipBlock"),
            ({"ingress": [from_({"podSelector": 3})]}, "podSelector of from is 3, not a mapping"),
            ({"policyTypes": ["Inward"]}, "spec.policyTypes has 'Inward'"),
            ({"podSelector": {"matchLabels": {"app": 3}}}, "spec.podSelector.matchLabels has 'app': 3"),
        ],
    )
    def test_that_what_is_not_understood_is_listed_and_forbids_nothing(self, spec: Object, what: str) -> None:
        bad = policy("db", **spec)
        assert has(notes_of(CALLING, DB, bad), "NetworkPolicy for-db", what)
        assert not has(notes_of(CALLING, DB, bad, policy()), "but not allowed by")
        assert edges_of(CALLING, DB, bad) == {("web", "db")}

    def test_that_policies_that_name_everyone_are_refused_before_they_fill_the_memory(self) -> None:
        many = [workload(f"w{number}", labels={"tier": "all"}) for number in range(600)]
        spec = {"podSelector": {"matchLabels": {"tier": "all"}}, "ingress": [from_(labels(tier="all"))]}
        with pytest.raises(ImportRefusedError, match="more than 200,000 pairs of workloads"):
            imported(*many, policy("all", **spec))


def test_that_the_written_region_reads_back() -> None:
    made = imported(CALLING, DB, policy(ingress=[from_(labels(app="web"))]))
    assert len(read_region(made.text, "x").dependencies) == made.dependencies == 1
