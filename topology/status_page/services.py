"""How services are, from how their subsystems are: floors, and needs with the operations that they are for.

A service is what subsystems state as theirs. Its front are those of them that somebody outside it needs; where nobody does, those
that none of its own needs. What its front cannot do, the service cannot do.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from topology.fleet.fleet import NO_FLOOR, REGION
from topology.fleet.state import State
from topology.graph.graph import Graph, graph_of
from topology.region.region import Region
from topology.status_page.values import ServiceReading, ServiceState


class ServiceParts(NamedTuple):
    """A service: the positions of its subsystems, and of its front."""

    name: str
    members: frozenset[int]
    front: tuple[int, ...]


def services_of(region: Region) -> tuple[ServiceParts, ...]:
    """Give the services of a region, in the order in which it names them first."""
    members: dict[str, list[int]] = {}
    for number, subsystem in enumerate(region.subsystems):
        if subsystem.service and not subsystem.external:
            members.setdefault(subsystem.service, []).append(number)
    outside, inside = _needed(region)
    return tuple(ServiceParts(name, frozenset(own), _front(own, outside, inside)) for name, own in members.items())


def _needed(region: Region) -> tuple[set[int], set[int]]:
    """Give who is needed by something of another service, and who by something of its own."""
    outside, inside = set[int](), set[int]()
    for edge in region.dependencies:
        one, other = region.subsystem(edge.dependent), region.subsystem(edge.needs)
        (inside if one.service == other.service else outside).add(region.index[edge.needs])
    return outside, inside


def _front(own: list[int], outside: set[int], inside: set[int]) -> tuple[int, ...]:
    return (
        tuple(number for number in own if number in outside)
        or tuple(number for number in own if number not in inside)
        or tuple(own)
    )


def readings_of_services(state: State, services: tuple[ServiceParts, ...]) -> Mapping[str, ServiceReading]:
    """Say how every service is at a moment; of a source that is silent nothing is known."""
    if state.freshness.is_silent(state.region.policy.stale_after_s):
        return {service.name: ServiceReading(ServiceState.UNKNOWN) for service in services}
    short, short_somewhere, unsaid = _standing(state)
    graph = graph_of(state.region)
    return {service.name: _reading(service, graph, short, short_somewhere, unsaid) for service in services}


def _standing(state: State) -> tuple[frozenset[int], frozenset[int], frozenset[int]]:
    """Give the subsystems below their floor in all, those below one somewhere, and those that state none or are not known."""
    scopes, capacity = state.fleet.scopes, state.fleet.capacity
    below = (scopes.floor != NO_FLOOR) & (capacity < scopes.floor)
    whole = scopes.kind == REGION
    unsaid = {int(number) for number in np.unique(scopes.subsystem[whole & (scopes.floor == NO_FLOOR)])}
    unsaid |= {
        state.region.index[name] for rack in state.unheard for name in rack.subsystems if name in state.region.index
    }
    return (
        frozenset(np.unique(scopes.subsystem[below & whole]).tolist()),
        frozenset(np.unique(scopes.subsystem[below]).tolist()),
        frozenset(unsaid),
    )


def _reading(
    service: ServiceParts, graph: Graph, short: frozenset[int], somewhere: frozenset[int], unsaid: frozenset[int]
) -> ServiceReading:
    lost: set[str] = set()
    reached = {reach.node: reach.operations for reach in graph.impacted(short)} if short else {}
    for number in service.front:
        if number in short or reached.get(number) == ():
            return ServiceReading(ServiceState.UNAVAILABLE)
        lost.update(reached.get(number, ()))
    if lost:
        return ServiceReading(ServiceState.PARTIAL, tuple(sorted(lost)))
    if service.members & unsaid:
        return ServiceReading(ServiceState.UNKNOWN)
    return ServiceReading(ServiceState.PARTIAL if service.members & somewhere else ServiceState.AVAILABLE)
