"""What a shortage reaches, along which path and for which operations; cycles and layers."""

from collections.abc import Iterable
from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topology.graph.graph import Graph, graph_of
from topology.region.description import read_region
from topology.region.region import Region

OPERATIONS = ("GET", "LIST", "PUT")


def region_of(names: Iterable[str], edges: Iterable[str], observers: str = "") -> Region:
    """Describe nodes and edges: `a b` is hard, `a b PUT GET` hard for these operations, `a b ~` soft."""
    lines = ['format = 1\n[region]\nname = "r"\nzones = ["az1"]']
    lines += [
        f'[[subsystem]]\nname = "{name}"\nexternal = true\nobserver = {str(name in observers.split()).lower()}'
        for name in names
    ]
    for edge in edges:
        one, other, *rest = edge.split()
        kind = "soft" if "~" in rest else "hard"
        operations = ", ".join(f'"{name}"' for name in rest if name != "~")
        lines.append(f'[[dependency]]\nfrom = "{one}"\nto = "{other}"\nkind = "{kind}"\nfor = [{operations}]')
    return read_region("\n".join(lines), "graph")


def graph(names: str, *edges: str, observers: str = "") -> Graph:
    return Graph(region_of(names.split(), edges, observers))


def impacted(made: Graph, *down: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    reaches = made.impacted(frozenset(made.position[name] for name in down))
    return {
        made.names[reach.node]: (" ".join(made.names[number] for number in reach.path), reach.operations)
        for reach in reaches
    }


def test_that_a_shortage_travels_along_hard_edges_only() -> None:
    made = graph("lambda front index bill", "lambda front", "front index", "bill index ~")
    assert impacted(made, "index") == {"front": ("front index", ()), "lambda": ("lambda front index", ())}
    assert impacted(made) == {}


def test_that_who_is_down_is_impacted_only_when_it_needs_another_that_is() -> None:
    made = graph("front placement index", "front placement", "placement index")
    assert set(impacted(made, "placement")) == {"front"}
    assert impacted(made, "placement", "index") == {
        "front": ("front placement", ()),
        "placement": ("placement index", ()),
    }


def test_that_a_dependency_for_one_operation_loses_that_operation() -> None:
    made = graph("lambda front index placement", "lambda front", "front index", "front placement PUT")
    assert impacted(made, "placement") == {
        "front": ("front placement", ("PUT",)),
        "lambda": ("lambda front placement", ("PUT",)),
    }
    assert impacted(made, "index", "placement")["lambda"] == ("lambda front index", ())


def test_that_who_needs_only_other_operations_is_not_impacted() -> None:
    made = graph("reader front placement", "reader front GET", "front placement PUT")
    assert set(impacted(made, "placement")) == {"front"}
    assert impacted(made, "front")["reader"] == ("reader front", ("GET",))


def test_that_operations_lost_for_several_reasons_add_up() -> None:
    made = graph("front placement cache", "front placement PUT", "front cache GET LIST")
    assert impacted(made, "placement", "cache")["front"] == ("front placement", ("GET", "LIST", "PUT"))


def test_that_a_path_carries_the_operations_it_explains() -> None:
    made = graph("a b c d", "a b GET", "b d PUT", "a c", "c b")
    assert impacted(made, "d")["a"] == ("a c b d", ("PUT",))


def test_that_cycles_work_and_are_named() -> None:
    made = graph("a b c d", "a b", "b c", "c a", "d a")
    assert made.cycles() == (("a", "b", "c"),)
    assert impacted(made, "b") == {"a": ("a b", ()), "c": ("c a b", ()), "d": ("d a b", ())}
    assert impacted(made, "a", "b")["b"] == ("b c a", ())


def test_that_of_several_shortest_paths_the_same_one_is_given() -> None:
    made = graph("a x y z", "a y", "a x", "y z", "x z")
    assert impacted(made, "z")["a"] == ("a x z", ())


def test_that_observers_of_what_is_down_are_found_through_others() -> None:
    made = graph("board watch front index", "board front", "front index", "watch index ~", observers="board watch")
    assert [made.names[number] for number in made.observers_of([made.position["index"]])] == ["board"]
    assert [made.names[number] for number in made.observers_of([made.position["watch"]])] == ["watch"]


def test_that_layers_put_dependents_before_what_they_need() -> None:
    made = graph("index front lambda alone", "lambda front", "front index", "lambda index ~")
    assert made.layers() == (("lambda", "alone"), ("front",), ("index",))


def test_that_the_graph_of_a_region_is_made_once() -> None:
    region = region_of(["a"], [])
    assert graph_of(region) is graph_of(region)


@st.composite
def networks(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    names = [f"n{number}" for number in range(draw(st.integers(2, 8)))]
    pairs = st.tuples(st.sampled_from(names), st.sampled_from(names)).filter(lambda pair: pair[0] != pair[1])
    edges = []
    for one, other in draw(st.lists(pairs, max_size=16, unique=True)):
        rest = draw(st.one_of(st.just(["~"]), st.lists(st.sampled_from(OPERATIONS), max_size=2, unique=True)))
        edges.append(" ".join((one, other, *rest)))
    return names, edges


def lost_by_iteration(names: list[str], edges: list[str], down: set[str]) -> dict[str, set[str]]:
    """Pass on what is lost along every hard edge until nothing changes; `*` is every operation that no edge names."""
    everything = {*OPERATIONS, "*"}
    lost: dict[str, dict[str, set[str]]] = {name: {} for name in names}
    for source in down:
        reached: dict[str, set[str]] = {name: set() for name in names}
        reached[source] = set(everything)
        for _ in range(len(names) + 1):
            for edge in edges:
                one, other, *operations = edge.split()
                if "~" not in operations and one != source:
                    reached[one] |= reached[other] & (set(operations) or everything)
        for name in names:
            if name != source:
                lost[name][source] = reached[name]
    return {name: set().union(*found.values()) for name, found in lost.items() if any(found.values())}


@given(networks(), st.data())
def test_that_what_is_lost_is_what_passing_it_on_edge_by_edge_gives(
    network: tuple[list[str], list[str]], data: st.DataObject
) -> None:
    names, edges = network
    down = data.draw(st.sets(st.sampled_from(names), max_size=3))
    made = Graph(region_of(names, edges))
    expected = lost_by_iteration(names, edges, down)
    found = impacted(made, *down)
    assert set(found) == set(expected)
    bits = made.reached(made.position[name] for name in down)
    assert {name for name in names if bits >> made.position[name] & 1} == set(expected)
    for name, (_, operations) in found.items():
        assert (set(operations) or {*OPERATIONS, "*"}) == expected[name]


@given(networks(), st.data())
def test_that_every_path_exists_is_shortest_and_ends_where_the_shortage_is(
    network: tuple[list[str], list[str]], data: st.DataObject
) -> None:
    names, edges = network
    down = data.draw(st.sets(st.sampled_from(names), min_size=1, max_size=2))
    made = Graph(region_of(names, [edge for edge in edges if not set(edge.split()) & set(OPERATIONS)]))
    for name, (path, _) in impacted(made, *down).items():
        steps = path.split()
        assert steps[0] == name
        assert steps[-1] in down - {name}
        assert all(made.hard.has_edge(one, other) for one, other in pairwise(steps))
        lengths = [
            nx.shortest_path_length(made.hard, name, other)
            for other in down - {name}
            if nx.has_path(made.hard, name, other)
        ]
        assert len(steps) - 1 == min(lengths)


@given(networks())
def test_that_every_edge_outside_a_cycle_runs_to_a_later_layer(network: tuple[list[str], list[str]]) -> None:
    made = Graph(region_of(*network))
    layer = {name: number for number, names in enumerate(made.layers()) for name in names}
    circle = {name: number for number, names in enumerate(made.cycles()) for name in names}
    assert sorted(layer) == sorted(made.names)
    for one, other in made.model.edges:
        same = circle.get(one, -1) == circle.get(other, -2)
        assert layer[one] == layer[other] if same else layer[one] < layer[other]


@pytest.mark.parametrize("name", ["a", "b"])
def test_that_dependents_are_those_with_a_hard_edge(name: str) -> None:
    made = graph("c b a d", "b a", "c a", "d a ~", "c b")
    assert made.dependents(name) == {"a": ("c", "b"), "b": ("c",)}[name]


def test_that_equal_sets_of_who_reaches_whom_are_kept_once() -> None:
    # 400 in a row, and one edge of it for an operation: its numbers have hundreds of bits, and most are those of the others.
    names = [f"n{number}" for number in range(400)]
    made = Graph(region_of(names, [*(f"{one} {other}" for one, other in pairwise(names)), "n0 n9 GET"], ""))
    every = [bits for strand in made._strands for bits in strand.reached_from] + made._reached_from
    assert len(every) == 3 * 400
    assert len({id(bits) for bits in every}) == len(set(every))
    assert made._reached_from == [
        one | other for one, other in zip(*(strand.reached_from for strand in made._strands), strict=True)
    ]
