"""Who needs whom, as a graph: what a shortage reaches, along which path, for which operations; cycles and layers.

Edges run from the dependent to what it needs. A subsystem is *down* here when its capacity in the whole region is
below its floor; who is, planning says. Positions are those of `Region.subsystems`. How the graph is drawn is the
layout's business.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

from topology.region.region import Region

if TYPE_CHECKING:
    pass

MOST_REMEMBERED = 256
"""Answers kept per graph: a console asks for the same few shortages again and again."""


class Reach(NamedTuple):
    """A node that a shortage reaches, by *path* to a subsystem that is down; *operations* are lost, empty for all."""

    node: int
    path: tuple[int, ...]
    operations: tuple[str, ...]


class Graph:
    """The dependencies of a region, as declared: it never changes."""

    def __init__(self, region: Region) -> None:
        # A tenth of a second of importing, which a window that only shows a region should not wait for.
        import networkx as nx

        self.names = tuple(subsystem.name for subsystem in region.subsystems)
        self.position = {name: number for number, name in enumerate(self.names)}
        self.model: nx.DiGraph[str] = nx.DiGraph()
        """Every subsystem and dependency, with `kind`, `operations` and `observed` on the edges."""
        self.model.add_nodes_from(self.names)
        for edge in region.dependencies:
            self.model.add_edge(
                edge.dependent, edge.needs, kind=edge.kind, operations=edge.operations, observed=edge.observed
            )
        self.hard: nx.DiGraph[str] = nx.DiGraph()
        """The hard edges only: along these a shortage travels."""
        self.hard.add_nodes_from(self.names)
        self.hard.add_edges_from(
            (one, other, data) for one, other, data in self.model.edges(data=True) if data["kind"] == "hard"
        )
        self.observers = tuple(number for number, subsystem in enumerate(region.subsystems) if subsystem.observer)
        named = {operation for edge in region.dependencies if edge.kind == "hard" for operation in edge.operations}
        # One set of edges for "everything" (those that name no operation), then one for each operation that is named.
        self._strands = [_Strand(self, None), *(_Strand(self, operation) for operation in sorted(named))]
        self._reached_from = _shared([strand.reached_from for strand in self._strands])
        self._remembered: dict[frozenset[int], tuple[Reach, ...]] = {}

    def reached(self, down: Iterable[int]) -> int:
        """Give who loses a hard need while *down* is down, as a number with the bit of each position set."""
        bits = 0
        for number in down:
            bits |= self._reached_from[number] & ~(1 << number)
        return bits

    def impacted(self, down: frozenset[int]) -> tuple[Reach, ...]:
        """Give every node that loses a hard need while *down* is down, nearest first, each with one shortest path.

        An edge for some operations passes on only those that are lost further down; an edge that names none passes on
        all that are lost. A subsystem that is down itself is among them when it needs another one that is.
        """
        found = self._remembered.get(down)
        if found is None:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            found = self._remembered[down] = tuple(self._reaches(down))
        return found

    def _reaches(self, down: frozenset[int]) -> Iterator[Reach]:
        lost: dict[int, list[_Strand]] = {}
        for strand in self._strands:
            for number in _bits(strand.reached(down)):
                lost.setdefault(number, []).append(strand)
        paths = {strand: strand.steps_to(down) for strand in self._strands} if lost else {}
        reaches = []
        for number, strands in lost.items():
            everything = strands[0].operation is None
            ways = strands[:1] if everything else strands
            path = min((strand.path(number, down, paths[strand]) for strand in ways), key=lambda way: (len(way), way))
            operations = (
                () if everything else tuple(strand.operation for strand in strands if strand.operation is not None)
            )
            reaches.append(Reach(number, path, operations))
        return iter(sorted(reaches, key=lambda reach: (len(reach.path), reach.node)))

    def observers_of(self, subsystems: Iterable[int]) -> tuple[int, ...]:
        """Give the observers that are, or need by hard edges, any of *subsystems*, directly or not."""
        bits = 0
        for number in subsystems:
            bits |= self._reached_from[number]
        return tuple(number for number in self.observers if bits >> number & 1)

    def dependents(self, subsystem: str) -> tuple[str, ...]:
        """Give who needs *subsystem* by a hard edge, in the region's order."""
        return tuple(sorted(self.hard.predecessors(subsystem), key=self.position.__getitem__))

    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """Give the groups that need each other in a circle, over hard and soft edges, in the region's order."""
        import networkx as nx

        order = self.position
        groups = (sorted(group, key=order.__getitem__) for group in nx.strongly_connected_components(self.model))
        return tuple(sorted((tuple(group) for group in groups if len(group) > 1), key=lambda group: order[group[0]]))

    def layers(self) -> tuple[tuple[str, ...], ...]:
        """Give layers, those that nobody needs first: every edge outside a cycle runs to a later layer."""
        import networkx as nx

        whole = nx.condensation(self.model)
        layers = []
        for generation in nx.topological_generations(whole):
            members = (name for component in generation for name in whole.nodes[component]["members"])
            layers.append(tuple(sorted(members, key=self.position.__getitem__)))
        return tuple(layers)


class _Strand:
    """The hard edges that carry one operation; for `None`, those that carry every operation."""

    def __init__(self, graph: Graph, operation: str | None) -> None:
        self.operation = operation
        edges = [
            (graph.position[one], graph.position[other])
            for one, other, data in graph.hard.edges(data=True)
            if not data["operations"] or operation in data["operations"]
        ]
        self.dependents: list[list[int]] = [[] for _ in graph.names]
        for one, other in sorted(edges):
            self.dependents[other].append(one)
        self.reached_from = _closures(len(graph.names), edges)
        """For each position, who needs it (itself included), as bits."""

    def reached(self, down: Iterable[int]) -> int:
        bits = 0
        for number in down:
            bits |= self.reached_from[number] & ~(1 << number)
        return bits

    def steps_to(self, down: frozenset[int]) -> dict[int, int]:
        """Give for each node the next one on a shortest path to *down*: breadth first, lower positions first."""
        steps = {number: number for number in sorted(down)}
        queue = deque(steps)
        while queue:
            number = queue.popleft()
            for dependent in self.dependents[number]:
                if dependent not in steps:
                    steps[dependent] = number
                    queue.append(dependent)
        return steps

    def path(self, number: int, down: frozenset[int], steps: dict[int, int]) -> tuple[int, ...]:
        if number in down:  # it is its own nearest, so look for the way to another one
            steps = self.steps_to(down - {number})
        path = [number]
        while steps[path[-1]] != path[-1]:
            path.append(steps[path[-1]])
        return tuple(path)


def _closures(size: int, edges: list[tuple[int, int]]) -> list[int]:
    """Give for each position who reaches it along *edges*, itself included: bitsets over the condensation."""
    import networkx as nx

    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(size))
    graph.add_edges_from(edges)
    whole = nx.condensation(graph)
    above: dict[int, int] = {}
    found = [0] * size
    for component in nx.topological_sort(whole):
        members = whole.nodes[component]["members"]
        bits = sum(1 << member for member in members)
        for dependent in whole.predecessors(component):
            bits |= above[dependent]
        above[component] = bits
        for member in members:
            found[member] = bits
    return found


def _shared(closures: list[list[int]]) -> list[int]:
    """Give who reaches each position by any of *closures*. Numbers that are equal become one: each is thousands of bits long."""
    known: dict[int, int] = {}
    for closure in closures:
        closure[:] = [known.setdefault(bits, bits) for bits in closure]
    found = list(closures[0])
    for closure in closures[1:]:
        for number, bits in enumerate(closure):
            if bits is not found[number]:
                both = found[number] | bits
                found[number] = known.setdefault(both, both)
    return found


def _bits(number: int) -> Iterator[int]:
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


# Graphs hold no reference to their region, so that one goes when the other does.
_GRAPHS: "WeakKeyDictionary[Region, Graph]" = WeakKeyDictionary()


def graph_of(region: Region) -> Graph:
    """Give the region's graph, made once as long as the region lives."""
    graph = _GRAPHS.get(region)
    if graph is None:
        graph = _GRAPHS[region] = Graph(region)
    return graph
