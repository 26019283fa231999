"""Which servers a command means: those that match and can be taken (or put back), before any choice among them."""

from collections.abc import Iterable
from functools import reduce
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from topology.command.grammar.names import expand
from topology.command.grammar.syntax import Both, Comparison, Condition, Either, NameRange, Not, Remove, Restore
from topology.fleet.state import State
from topology.planning.selection.classes import Classes, classes_of, runs
from topology.planning.selection.left_out import LeftOut, Why
from topology.region.server_states import ServerState


def named_subsystems(state: State, names: Iterable[str]) -> frozenset[int]:
    """Give the positions of the subsystems called *names*; a name that the region does not know is left out."""
    index = state.region.index
    return frozenset(index[name] for name in names if name in index)


def matching(state: State, command: Remove | Restore) -> NDArray[np.int32]:
    """Give the servers that *command* means, class by class, in roster order inside each.

    For a removal they are in service and no execution is about to take them; for a restore they were removed.
    """
    classes = classes_of(state.fleet)
    profiles = {number for one in named_subsystems(state, command.subsystems) for number in classes.profiles_of[one]}
    has_profile = np.zeros(len(state.region.roster.profiles), np.bool_)
    has_profile[list(profiles)] = True
    meant = np.flatnonzero(has_profile[state.fleet.class_profile])
    begin = classes.first[meant]
    servers = classes.members[runs(begin, classes.first[meant + 1] - begin)]
    wanted = ServerState.IN_SERVICE if isinstance(command, Remove) else ServerState.REMOVED
    keep = state.fleet.state[servers] == wanted
    if isinstance(command, Remove) and len(state.pending):
        keep &= ~np.isin(servers, state.pending)
    if command.places:
        keep &= classes.in_places(command.places)[state.region.roster.rack[servers]]
    if command.where is not None:
        keep &= _meets(classes, command.where, servers)
    chosen: NDArray[np.int32] = servers[keep]
    return chosen


def _meets(classes: Classes, condition: Condition, servers: NDArray[np.int32]) -> NDArray[np.bool_]:
    match condition:
        case Comparison():
            found = classes.by_comparison(condition, servers)
            return ~found if condition.operator == "!=" else found
        case Not():
            return ~_meets(classes, condition.inner, servers)
        case Both():
            return reduce(np.logical_and, (_meets(classes, part, servers) for part in condition.parts))
        case Either():
            return reduce(np.logical_or, (_meets(classes, part, servers) for part in condition.parts))


def spelled(names: tuple[NameRange, ...], most: int) -> tuple[str, ...]:
    """Spell the servers that a command names, each once, in its order; *most* at the most."""
    return tuple(dict.fromkeys(islice(chain.from_iterable(map(expand, names)), most)))


def sort_out(state: State, names: Iterable[str], wanted: ServerState) -> tuple[NDArray[np.int32], tuple[LeftOut, ...]]:
    """Give the positions of the *names* in the *wanted* state, and the others with what they are: `billing-0007 failed`.

    A server that a running execution is about to take cannot be taken again, and counts among the others.
    """
    spelled_names = tuple(names)
    position = state.fleet.position
    places = np.fromiter((position.get(name, -1) for name in spelled_names), np.int32, len(spelled_names))
    fit = places >= 0
    fit[fit] = state.fleet.state[places[fit]] == wanted
    if wanted == ServerState.IN_SERVICE and len(state.pending):
        fit &= ~np.isin(places, state.pending)
    others = (_standing(state, spelled_names[one], int(places[one]), wanted) for one in np.flatnonzero(~fit).tolist())
    return places[fit], tuple(others)


def sort_out_listed(
    state: State, servers: NDArray[np.int32], wanted: ServerState
) -> tuple[NDArray[np.int32], tuple[LeftOut, ...]]:
    """Give those of *servers*, by position, that are in the *wanted* state, and the others with what they are."""
    fit = state.fleet.state[servers] == wanted
    if wanted == ServerState.IN_SERVICE and len(state.pending):
        taken = np.zeros(len(state.fleet.state), np.bool_)
        taken[state.pending] = True
        fit &= ~taken[servers]
    names = state.region.roster.names
    others = (_standing(state, names[server], server, wanted) for server in servers[~fit].tolist())
    return servers[fit], tuple(others)


def _standing(state: State, name: str, server: int, wanted: ServerState) -> LeftOut:
    if server < 0:
        return LeftOut(name, Why.DOES_NOT_EXIST)
    standing = ServerState(state.fleet.state[server])
    return LeftOut(name, Why.ALREADY_LEAVING if standing == wanted else _WHY[standing])


_WHY: dict[ServerState, Why] = {
    ServerState.JOINING: Why.JOINING,
    ServerState.IN_SERVICE: Why.IN_SERVICE,
    ServerState.DRAINING: Why.DRAINING,
    ServerState.REMOVED: Why.REMOVED,
    ServerState.FAILED: Why.FAILED,
}
