"""What those who report on a region stand on: whether a need of theirs leads back into the region, and what they share."""

from collections.abc import Iterable
from itertools import combinations
from typing import NamedTuple

from topology.graph.graph import Graph
from topology.region.public.policy import PublishTarget, StatusPagePolicy
from topology.region.region import Region

CONSOLE = ""
"""Stands for the console itself, among targets that have names."""


class StandsOn(NamedTuple):
    """A target, or the console, that stands on the region: *path* leads from a need of it to a subsystem of the region."""

    target: str
    path: tuple[str, ...]


def needs_of_page(policy: StatusPagePolicy) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Give who needs what: the console first, then each target."""
    return ((CONSOLE, policy.needs), *((target.name, target.needs) for target in policy.targets))


def stands_on_region(region: Region, graph: Graph) -> tuple[StandsOn, ...]:
    """Give who of those that publish stands on what the page reports on, by hard edges, also through externals; shortest paths."""
    if region.status_page is None:
        return ()
    inside = {one.name for one in region.subsystems if not one.external}
    found = []
    for target, needs in needs_of_page(region.status_page):
        ways = [way for need in needs if (way := _way(graph, need, inside))]
        if ways:
            found.append(StandsOn(target, min(ways, key=lambda way: (len(way), way))))
    return tuple(found)


def _way(graph: Graph, need: str, inside: set[str]) -> tuple[str, ...]:
    """Give the shortest way from a need to a subsystem with servers; empty where there is none."""
    import networkx as nx

    ways = nx.single_source_shortest_path(graph.hard, need)
    return min(
        (tuple(way) for name, way in ways.items() if name in inside), key=lambda way: (len(way), way), default=()
    )


def apart(policy: StatusPagePolicy, graph: Graph) -> tuple[str, str] | None:
    """Give two targets that have no ground, no host and no need in common; None where there are no two such."""
    for one, other in combinations(policy.targets, 2):
        if not shared(one, other, graph):
            return one.name, other.name
    return None


def shared(one: PublishTarget, other: PublishTarget, graph: Graph) -> tuple[str, ...]:
    """Give what two targets have in common: a ground, a host, and what both need by hard edges, directly or not."""
    found = []
    if one.stands_on == other.stands_on:
        found.append(one.stands_on)
    if one.host and one.host == other.host and one.host not in found:
        found.append(one.host)
    return (*found, *sorted(_all(graph, one.needs) & _all(graph, other.needs)))


def _all(graph: Graph, needs: Iterable[str]) -> set[str]:
    import networkx as nx

    return {*needs, *(name for need in needs for name in nx.descendants(graph.hard, need))}
