"""What a choice of servers does to capacity, scope by scope, and to those who need it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import starmap

import numpy as np
from numpy.typing import NDArray

from topology.fleet.fleet import NO_FLOOR
from topology.fleet.state import State
from topology.graph.graph import MOST_REMEMBERED, Graph
from topology.planning.plan import Effect, Impact, ScopeVerdict
from topology.planning.selection.choice import Choice
from topology.planning.selection.headrooms import Headrooms
from topology.planning.selection.worth import Worth
from topology.planning.standing import is_tight
from topology.region.region import Region

_WORST_FIRST = (
    ScopeVerdict.BREAKS,
    ScopeVerdict.BELOW,
    ScopeVerdict.UNKNOWN,
    ScopeVerdict.TIGHT,
    ScopeVerdict.HOLDS,
)
_VERDICTS = np.array(_WORST_FIRST, object)
_BREAKS, _BELOW, _UNKNOWN, _TIGHT, _HOLDS = range(len(_WORST_FIRST))


@dataclass(frozen=True, slots=True, eq=False)
class Shift:
    """Units that leave (negative: come back), one entry a row of the state's headrooms.

    *servers* counts the servers by subsystem, *shared* those that also support a subsystem that the command does not
    name.
    """

    leaving: NDArray[np.int64]
    servers: dict[int, int]
    shared: int


def shift_of(state: State, now: Headrooms, choice: Choice, named: frozenset[int], comes_back: bool) -> Shift:
    """Count what the servers of a *choice* are worth."""
    classes = now.classes
    units, profiles, each = worth_of(state, now, choice.servers) if choice.worth is None else choice.worth
    moved = each.nonzero()[0]
    shared = int(profiles @ (classes.besides(named) > 0))
    per_subsystem = dict(zip(moved.tolist(), each[moved].tolist(), strict=True))
    if comes_back:
        # Where what ran on a server stays elsewhere, giving it back gives no capacity back.
        units = -units if state.promises.returns_load else np.zeros_like(units)
    return Shift(units, per_subsystem, shared)


def worth_of(state: State, now: Headrooms, servers: NDArray[np.int32]) -> Worth:
    """Count what *servers* are worth."""
    of = state.fleet.class_of[servers]
    profiles = np.bincount(state.fleet.class_profile[of], minlength=len(now.classes.barred))
    if len(of) < len(state.fleet.class_cell):
        return Worth.of(now.classes, of.astype(np.int64), np.ones(len(of), np.int64), profiles)
    counts = np.bincount(of)
    present = counts.nonzero()[0]
    return Worth.of(now.classes, present, counts[present], profiles)


def effects_of(region: Region, now: Headrooms, shift: Shift, named: frozenset[int]) -> tuple[Effect, ...]:
    """Give the effect on each scope with a floor that loses or is below it, and on the region of what is touched.

    Worst first: by verdict, then by headroom as a share of the floor, then by name.
    """
    scopes, classes = now.scopes, now.classes
    show = shift.leaving > 0
    show &= classes.stated
    show |= now.below
    touched = scopes.region_row[list(named | shift.servers.keys())]
    show[touched[touched >= 0]] = True
    rows = show.nonzero()[0]
    leaving, left, floor = shift.leaving[rows], now.left[rows], scopes.floor[rows]
    after = left - leaving
    headroom = after - floor
    verdicts = _verdicts(after, floor, leaving, region.policy.tight_percent)
    share = headroom / classes.scale[rows]
    unknown = verdicts == _UNKNOWN
    share[unknown] = 0.0
    number = scopes.subsystem[rows]
    order = np.lexsort((classes.name_order[number], share, verdicts))
    rows, number = rows[order], number[order]
    is_named = np.zeros(len(region.subsystems), np.bool_)
    is_named[list(named)] = True
    floors: list[int | None] = floor[order].tolist()
    headrooms: list[int | None] = headroom[order].tolist()
    if unknown.any():
        for place in unknown[order].nonzero()[0].tolist():
            floors[place] = headrooms[place] = None
    return tuple(
        starmap(
            Effect,
            zip(
                classes.subsystem_names[number].tolist(),
                classes.scope_names[rows].tolist(),
                now.serving[rows].tolist(),
                leaving[order].tolist(),
                after[order].tolist(),
                scopes.declared[rows].tolist(),
                floors,
                headrooms,
                _VERDICTS[verdicts[order]].tolist(),
                is_named[number].tolist(),
                now.held[rows].tolist(),
                strict=True,
            ),
        )
    )


def _verdicts(
    after: NDArray[np.int64], floor: NDArray[np.int64], leaving: NDArray[np.int64], tight_percent: int
) -> NDArray[np.int8]:
    """Judge scopes in columns, as `scope_verdict` judges one, by their places in the order of badness."""
    found = np.where(is_tight(after, floor, tight_percent), np.int8(_TIGHT), np.int8(_HOLDS))
    short = after < floor
    if short.any():
        found[short] = np.where(leaving[short] > 0, np.int8(_BREAKS), np.int8(_BELOW))
    found[floor == NO_FLOOR] = _UNKNOWN
    return found


def impacts_of(now: Headrooms, graph: Graph, shift: Shift) -> tuple[Impact, ...]:
    """Give every node that ends up without a hard need, because that is below its floor in the region as a whole."""
    down = now.down_without(shift.leaving[now.classes.whole])
    if not down:
        return ()
    found = now.impacts.get(down)
    if found is None:
        if len(now.impacts) >= MOST_REMEMBERED:
            now.impacts.clear()
        found = now.impacts[down] = tuple(_impacts(now, graph, down))
    return found


def _impacts(now: Headrooms, graph: Graph, down: frozenset[int]) -> Iterator[Impact]:
    known, names = now.impacted(graph), graph.names
    for reach in graph.impacted(down):
        because = tuple(names[number] for number in reach.path)
        yield Impact(names[reach.node], because, (reach.node, reach.operations) in known, reach.operations)
