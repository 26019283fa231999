"""Floors that nobody stated are unknown, and every removal is refused, until an operator accepts one for all."""

import json
from collections.abc import Callable

import pytest

from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.imports.accepting import with_floor
from topology.imports.imported import Imported
from topology.imports.kubernetes.kubernetes import import_documents
from topology.imports.kubernetes.manifests import Document
from topology.imports.notes import SourcePlace, Topic
from topology.imports.tables.edges import import_edges
from topology.imports.tables.fleet import import_fleet
from topology.imports.traces.traces import import_traces
from topology.planning.plan import Plan, Verdict
from topology.planning.preview import preview
from topology.region.description import read_region
from topology.region.region import Amount

_PODS = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c"}]}}
DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web"},
    "spec": {"replicas": 4, "selector": {"matchLabels": {"app": "web"}}, "template": _PODS},
}
CALLS = [{"parent": "a", "child": "b", "callCount": 1}, {"parent": "z", "child": "a", "callCount": 1}]


@pytest.fixture
def made() -> Imported:
    return import_traces(json.dumps(CALLS).encode(), "calls.json")


def planned(text: str, command: str) -> Plan:
    region = read_region(text, "calls.toml")
    state = State(region, Fleet(region))
    found = parse(command, vocabulary_of(state)).command
    assert found is not None
    return preview(state, found)


@pytest.mark.parametrize("name", ["a", "b", "z"])
def test_that_an_import_states_no_floor_that_its_file_does_not_state(made: Imported, name: str) -> None:
    plan = planned(made.text, f"remove 1 from {name}")
    assert plan.verdict is Verdict.BLOCKED
    assert {one.code for one in plan.findings if one.severity == "block"} == {"unknown"}
    assert made.unprotected == ("a", "b", "z")


@pytest.mark.parametrize(("floor", "text"), [(Amount(1), "1"), (Amount(90, percent=True), '"90%"'), (Amount(0), "0")])
def test_that_one_act_accepts_a_floor_for_all_and_the_file_says_so(made: Imported, floor: Amount, text: str) -> None:
    found = with_floor(made, floor)
    region = read_region(found.text, "calls.toml")
    assert {one.floor for one in region.subsystems} == {floor}
    assert region.gaps == ()
    assert found.unprotected == ()
    assert found.text.startswith(
        f"# 3 of them had no floor; {text} was accepted for each when this was imported (--floor).\n"
    )
    said = f"3 without a floor, so {text} is written, as --floor says: a, b, z"
    assert [str(one) for one in found.notes if one.topic is Topic.NO_FLOOR] == [said]
    assert f"# - {said}\n" in found.text
    assert "refused" not in found.text


def test_that_the_loss_of_the_last_server_is_a_loss_whatever_the_floor_says(made: Imported) -> None:
    plan = planned(with_floor(made, Amount(0)).text, "remove 1 from b")
    assert [(one.subsystem, one.because) for one in plan.impacted] == [("a", ("a", "b")), ("z", ("z", "a", "b"))]
    assert "impact" in {one.code for one in plan.findings}


def test_that_a_floor_that_was_stated_stays_beside_the_one_that_was_accepted() -> None:
    from topology.imports.graphs.graph_file import import_graph

    made = import_graph(b'digraph { a [floor=3, declared=5]; b; c [floor="x"] }', "g.dot")
    region = read_region(with_floor(made, Amount(1)).text, "g.toml")
    # What was not understood is not filled in: somebody stated something there.
    assert {one.name: one.floor for one in region.subsystems} == {"a": Amount(3), "b": Amount(1), "c": None}
    assert (
        "# its floor or its number of servers was not understood, so no floor is written and removals are refused\n"
        in (with_floor(made, Amount(1)).text)
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda: import_documents([Document(DEPLOYMENT, SourcePlace("k.yaml", 1))]),
        lambda: import_fleet(b"host,pool,zone\nw1,web,z1\n", "hosts.csv"),
        lambda: import_edges(b"from,to\na,b\n", "edges.csv"),
    ],
    ids=["kubernetes", "fleet", "edges"],
)
def test_that_no_importer_says_that_none_is_written_where_one_was_accepted(make: Callable[[], Imported]) -> None:
    made = make()
    assert "are refused until one is" in made.text
    found = with_floor(made, Amount(2))
    for text in (found.text, *map(str, found.notes)):
        assert "refused" not in text
    assert any("so 2 is written, as --floor says" in str(note) for note in found.notes)
