"""What a choice of servers does to capacity, scope by scope, and to those who need it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topology.fleet.fleet import NO_FLOOR
from topology.fleet.state import State
from topology.graph.graph import Graph
from topology.planning.plan import Effect, Impact, ScopeVerdict
from topology.planning.selection.choice import Choice
from topology.planning.selection.classes import Classes
from topology.planning.standing import scope_verdict
from topology.region.server_states import ServerState

_WORST_FIRST = (
    ScopeVerdict.BREAKS,
    ScopeVerdict.BELOW,
    ScopeVerdict.UNKNOWN,
    ScopeVerdict.TIGHT,
    ScopeVerdict.HOLDS,
)
_RANK = {verdict: number for number, verdict in enumerate(_WORST_FIRST)}


@dataclass(frozen=True, slots=True, eq=False)
class Shift:
    """Units that leave (negative: come back), one entry a scope, and what running executions will still take.

    *servers* counts the servers by subsystem, *shared* those that also support a subsystem that the command does not
    name.
    """

    leaving: NDArray[np.int64]
    pending: NDArray[np.int64]
    servers: dict[int, int]
    shared: int


def held_by_executions(state: State, classes: Classes) -> NDArray[np.int64]:
    """Give the units in each scope that running executions will still take."""
    still = state.fleet.state[state.pending] == ServerState.IN_SERVICE
    return _units(state, classes, *_per_class(state, state.pending[still]))


def _per_class(state: State, servers: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    present, counts = np.unique(state.fleet.class_of[servers], return_counts=True)
    return present.astype(np.int64), counts.astype(np.int64)


def _units(state: State, classes: Classes, present: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    if len(present) == 0:
        return np.zeros(len(state.fleet.capacity), np.int64)
    return classes.spread(present, counts)


def shift_of(
    state: State,
    classes: Classes,
    choice: Choice,
    named: frozenset[int],
    held: NDArray[np.int64],
    comes_back: bool,
) -> Shift:
    """Count what the servers of a *choice* are worth."""
    present, each = _per_class(state, choice.servers) if choice.per_class is None else choice.per_class
    units = _units(state, classes, present, each)
    per_subsystem: dict[int, int] = {}
    shared = 0
    roster = state.region.roster
    counts = np.bincount(state.fleet.class_profile[present], each).astype(np.int64)
    for profile in np.flatnonzero(counts).tolist():
        count = int(counts[profile])
        supported = [subsystem for subsystem, _ in roster.profiles[profile]]
        for subsystem in supported:
            per_subsystem[subsystem] = per_subsystem.get(subsystem, 0) + count
        if any(subsystem not in named for subsystem in supported):
            shared += count
    if comes_back:
        # Where what ran on a server stays elsewhere, giving it back gives no capacity back.
        units = -units if state.promises.returns_load else np.zeros_like(units)
    return Shift(units, held, per_subsystem, shared)


def effects_of(state: State, shift: Shift, named: frozenset[int]) -> tuple[Effect, ...]:
    """Give the effect on each scope with a floor that loses or is below it, and on the region of what is touched.

    Worst first: by verdict, then by headroom as a share of the floor, then by name.
    """
    scopes, capacity = state.fleet.scopes, state.fleet.capacity
    show = (shift.leaving > 0) | (capacity - shift.pending < scopes.floor)
    show &= scopes.floor != NO_FLOOR
    touched = scopes.region_row[sorted(named | shift.servers.keys())]
    show[touched[touched >= 0]] = True
    rows = np.flatnonzero(show)
    effects = []
    columns = (scopes.subsystem, capacity, shift.leaving, shift.pending, scopes.declared, scopes.floor)
    for row, number, serving, leaving, pending, declared, floor in zip(
        rows.tolist(), *(column[rows].tolist() for column in columns), strict=True
    ):
        after = serving - pending - leaving
        unknown = floor == NO_FLOOR
        effects.append(
            Effect(
                state.region.subsystems[number].name,
                scopes.names[row],
                serving,
                leaving,
                after,
                declared,
                None if unknown else floor,
                None if unknown else after - floor,
                scope_verdict(after, floor, state.region.policy.tight_percent, leaving),
                number in named,
                pending,
            )
        )
    effects.sort(key=_badness)
    return tuple(effects)


def _badness(effect: Effect) -> tuple[int, float, str]:
    share = (effect.headroom or 0) / max(effect.floor or 0, 1)
    return _RANK[effect.verdict], share, effect.subsystem


def impacts_of(state: State, graph: Graph, shift: Shift) -> tuple[Impact, ...]:
    """Give every node that ends up without a hard need, because that is below its floor in the region as a whole."""
    before = graph.impacted(_down(state, shift.pending))
    after = graph.impacted(_down(state, shift.pending + shift.leaving))
    known = {(reach.node, reach.operations) for reach in before}
    return tuple(
        Impact(
            graph.names[reach.node],
            tuple(graph.names[number] for number in reach.path),
            (reach.node, reach.operations) in known,
            reach.operations,
        )
        for reach in after
    )


def _down(state: State, taken: NDArray[np.int64]) -> frozenset[int]:
    scopes = state.fleet.scopes
    rows = scopes.region_row[scopes.region_row >= 0]
    floor = scopes.floor[rows]
    below = (floor != NO_FLOOR) & (state.fleet.capacity[rows] - taken[rows] < floor)
    return frozenset(scopes.subsystem[rows[below]].tolist())
