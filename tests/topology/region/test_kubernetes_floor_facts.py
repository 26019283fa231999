"""Facts that other projects state about floors and rounding hold for our amounts and for imported budgets."""

import json
from typing import Any

import pytest

from tests.folders import DATA
from topology.imports.kubernetes.kubernetes import Document, SourcePlace, import_documents
from topology.region.description import read_region
from topology.region.region import Amount, Region

CASES: list[dict[str, Any]] = json.loads((DATA / "kubernetes_floor_cases.json").read_text())["cases"]


def of_family(family: str) -> list[Any]:
    return [pytest.param(case["given"], case["expect"], id=case["id"]) for case in CASES if case["family"] == family]


def imported(members: int, spec: dict[str, object]) -> Region:
    workload = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"replicas": members, "template": {"metadata": {"labels": {"app": "web"}}}},
    }
    budget = {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "web"},
        "spec": {"selector": {"matchLabels": {"app": "web"}}, **spec},
    }
    documents = [
        Document(value, SourcePlace("case.yaml", number)) for number, value in enumerate((workload, budget), 1)
    ]
    return read_region(import_documents(documents).text, "case.toml")


def test_that_every_family_it_covers_has_cases() -> None:
    assert {case["family"]: sum(other["family"] == case["family"] for other in CASES) for case in CASES} == {
        "scaled_value": 4,
        "floor": 5,
        "consume": 1,
    }


@pytest.mark.parametrize(("given", "expect"), of_family("scaled_value"))
def test_that_an_amount_scales_and_rounds_as_stated(given: dict[str, Any], expect: dict[str, Any]) -> None:
    if expect.get("error"):
        with pytest.raises(ValueError, match="not a percentage"):
            Amount.parse(given["value"])
        return
    amount = Amount.parse(given["value"])
    count = amount.of(given["total"]) if given["round"] == "up" else amount.of_down(given["total"])
    assert count == expect["count"]


@pytest.mark.parametrize(("given", "expect"), of_family("floor"))
def test_that_an_imported_budget_gives_the_floor_that_is_stated(given: dict[str, Any], expect: dict[str, Any]) -> None:
    spec = {
        theirs: given[ours]
        for ours, theirs in (("min_available", "minAvailable"), ("max_unavailable", "maxUnavailable"))
        if ours in given
    }
    floor = imported(given["members"], spec).subsystem("web").floor
    assert floor is not None
    least = floor.of(given["members"])
    if "floor" in expect:
        assert least == expect["floor"]
    assert max(0, given["healthy"] - least) == expect["removable"]


@pytest.mark.parametrize(("given", "expect"), of_family("consume"))
def test_that_removals_use_the_headroom_up(given: dict[str, Any], expect: dict[str, Any]) -> None:
    region = imported(5, {"maxUnavailable": given["removable_before"]})
    floor = region.subsystem("web").floor
    assert floor is not None
    capacity = len(region.roster)
    assert capacity - floor.of(5) == given["removable_before"]
    after = capacity - given["removals"] - floor.of(5)
    assert after == expect["removable_after"]
    assert expect["state"] == "insufficient"
