"""A removal that floors block, and what would make room for it: removed servers that come back first."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from topology.command.grammar.syntax import Count, Place, Planned, Remove, RemoveServers, Restore
from topology.fleet.batches import batch_of
from topology.fleet.state import State
from topology.planning.guards.capacity.floor import CODE as FLOOR
from topology.planning.guards.guard import Guard
from topology.planning.plan import Effect, Plan, ScopeVerdict, Severity
from topology.planning.preview import preview
from topology.planning.selection.choice import choose
from topology.planning.selection.headrooms import headrooms_of
from topology.planning.selection.select import Sequence as Order
from topology.region.scope import Scope
from topology.region.server_states import ServerState

_ALL = 1 << 30
MOST_SERVERS_HALVED = 100_000
"""In larger regions the number is not made smaller: each try copies the whole fleet."""


@dataclass(frozen=True, slots=True)
class MakingRoom:
    """Two commands: *restore* brings back *servers*, and once they serve nothing blocks *then*, which is blocked now."""

    restore: str
    then: str
    servers: int


def making_room(state: State, plan: Plan, command: Planned, extra: tuple[Guard, ...] = ()) -> MakingRoom | None:
    """Give what would make room for *command*, whose *plan* only floors block; None where no removed server would."""
    steps = room_in_steps(state, plan, command, extra)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: MakingRoom | None = end.value
            return found


def room_in_steps(
    state: State, plan: Plan, command: Planned, extra: tuple[Guard, ...] = ()
) -> Generator[None, None, MakingRoom | None]:
    """Give it in steps, each of which makes one plan; the state must not change in between."""
    blocks = {finding.code for finding in plan.findings if finding.severity is Severity.BLOCK}
    if not isinstance(command, Remove | RemoveServers) or blocks != {FLOOR} or not state.promises.returns_load:
        return None
    broken = tuple(effect for effect in plan.effects if effect.verdict is ScopeVerdict.BREAKS)
    if not broken or not (state.fleet.state == ServerState.REMOVED).any():
        return None
    in_stages = isinstance(command, Remove) and command.by is not None
    for restore in _restores(broken):
        servers = choose(state, replace(restore, quantity=Count(_ALL)), _no_order).servers
        # A stage takes what floors let go, so that any of them may do.
        servers = servers if in_stages else _as_many_as_it_takes(state, servers, broken)
        if not len(servers):
            continue
        count = yield from _fewest(state, servers, command, extra)
        yield
        counted = replace(restore, quantity=Count(count))
        if count and not preview(state, counted, extra).blocked:
            return MakingRoom(str(counted), str(command), count)
    return None


def _fewest(
    state: State, servers: NDArray[np.int32], command: Planned, extra: tuple[Guard, ...]
) -> Generator[None, None, int]:
    """Give the fewest of the first *servers* with which nothing blocks *command*; 0 where not even all of them do.

    With more room the rule may choose other servers, which lack less than those on show: so fewer are tried, by halves.
    """

    def holds(count: int) -> bool:
        return not preview(_with(state, servers[:count]), command, extra).blocked

    yield
    if not holds(len(servers)):
        return 0
    low, high = 0, len(servers)
    while len(state.fleet.state) <= MOST_SERVERS_HALVED and high - low > 1:
        yield
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _restores(broken: Sequence[Effect]) -> Iterator[Restore]:
    """Give the restores to try: in the places that lack something, narrow ones first, then anywhere."""
    names = tuple(dict.fromkeys(effect.subsystem for effect in broken))
    wider = tuple(Scope("zone", effect.scope.zone) for effect in broken if effect.scope.kind == "cell")
    scopes = [effect.scope for effect in broken if effect.scope.place]
    narrow = filter(None, (_places(scopes, "cell"), _places([*scopes, *wider], "zone")))
    for places in (*narrow, ()):
        yield Restore(Count(1), names, places)


def _places(scopes: Sequence[Scope], kind: str) -> tuple[Place, ...]:
    found = {Place(scope.zone, scope.cell) for scope in scopes if scope.kind == kind and scope.zone is not None}
    return tuple(sorted(found, key=str))


def _as_many_as_it_takes(state: State, servers: NDArray[np.int32], broken: Sequence[Effect]) -> NDArray[np.int32]:
    """Give the first of *servers* with which every broken scope keeps its floor; none where all are too few."""
    missing = {(effect.subsystem, effect.scope): -(effect.headroom or 0) for effect in broken}
    gains = _gains(state, servers, missing)
    if not len(servers) or not gains:
        return servers[:0]
    enough = np.logical_and.reduce([gained >= missing[place] for place, gained in gains.items()])
    return servers[: int(enough.argmax()) + 1] if enough.any() else servers[:0]


def _gains(
    state: State, servers: NDArray[np.int32], missing: dict[tuple[str, Scope], int]
) -> dict[tuple[str, Scope], NDArray[np.int64]]:
    """Give for each scope what it has gained after the first, the second ... of *servers* came back."""
    classes, scopes, subsystems = headrooms_of(state).classes, headrooms_of(state).scopes, state.region.subsystems
    of = state.fleet.class_of[servers]
    found: dict[tuple[str, Scope], NDArray[np.int64]] = {}
    wanted = {
        row: (subsystems[number].name, name)
        for row, (number, name) in enumerate(zip(scopes.subsystem.tolist(), scopes.names, strict=True))
        if (subsystems[number].name, name) in missing
    }
    present = np.unique(of)
    for row, place in wanted.items():
        worth = np.zeros(int(present.max(initial=0)) + 1, np.int64)
        for number in present.tolist():
            at = slice(int(classes.first_row[number]), int(classes.first_row[number + 1]))
            worth[number] = classes.flat_units[at][classes.flat_rows[at] == row].sum()
        found[place] = np.cumsum(worth[of])
    return found


def _with(state: State, servers: NDArray[np.int32]) -> State:
    """Give the state as it will be when *servers* serve again."""
    seen = replace(state, fleet=state.fleet.copy(roster_stays=True))
    back = [(server, ServerState.IN_SERVICE) for server in servers.tolist()]
    seen.fold(batch_of(state.revision + 1, state.time, back))
    return seen


def _no_order(command: Remove) -> Order:
    raise TypeError(f"{command} does not come back")
