"""What each card of the topology says: numbers taken from the state and the plan on show, nothing judged anew that the plan judged.

How it is worded is `console.topology_view.words`, how it looks `console.topology_view.paint`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from console.words import literal
from topology.fleet import NO_FLOOR, REGION, Fleet
from topology.planning.plan import Effect, Impact, Plan, ScopeVerdict
from topology.planning.standing import below_and_tight
from topology.region import Subsystem
from topology.state import State

Counts = NDArray[np.int64]
_VERDICTS = (ScopeVerdict.HOLDS, ScopeVerdict.TIGHT, ScopeVerdict.UNKNOWN, ScopeVerdict.BELOW, ScopeVerdict.BREAKS)
_RANK = {verdict: number for number, verdict in enumerate(_VERDICTS)}
"""How bad a scope is: the worst is the one to name."""


@dataclass(frozen=True, slots=True)
class NodeReading:
    """One node at one moment, in units of the region scope.

    *after* is what will be left when the plan and running executions are done, None where nothing changes. *leaving* is what the
    plan takes (negative: gives back), *pending* what running executions will still take. *verdict* is that of the worst scope,
    *worst*, with its *headroom*; None for a node without servers. *impacted* is the shortest reason, from the node to the
    subsystem below its floor.
    """

    name: str
    label: str
    external: bool = False
    in_service: int = 0
    declared: int = 0
    floor: int | None = None
    after: int | None = None
    leaving: int = 0
    pending: int = 0
    verdict: ScopeVerdict | None = None
    worst: str = "region"
    headroom: int | None = None
    stale: bool = False
    impacted: tuple[str, ...] = ()
    already: bool = False
    operations: tuple[str, ...] = ()
    illustrative: bool = False
    planned: bool = False
    """Whether a plan is on show, and whether it says something about this node: what it does not is shown as receding."""
    touched: bool = False

    @property
    def is_below(self) -> bool:
        """Whether a scope is, or would end, below its floor."""
        return self.verdict in (ScopeVerdict.BELOW, ScopeVerdict.BREAKS)

    @property
    def is_down(self) -> bool:
        """Whether the region as a whole has, or would have, less than its floor: that is what travels along hard edges."""
        left = self.in_service if self.after is None else self.after
        return self.floor is not None and left < self.floor

    @property
    def recedes(self) -> bool:
        """Whether something else is what the operator should look at."""
        return self.planned and not self.touched and not self.impacted and not self.is_below


def readings(state: State, plan: Plan | None) -> dict[str, NodeReading]:
    """Read every node of the region, in its order; with *plan*, as it would end."""
    fleet, region = state.fleet, state.region
    pending = _pending(fleet, state.pending)
    after = fleet.capacity - pending
    rank = _ranks(fleet, after, region.policy.tight_percent)
    effects = _by_row(fleet, plan)
    for row, effect in effects.items():
        after[row], rank[row] = effect.after, _RANK[effect.verdict]
    worst = _worst_rows(fleet, after, rank)
    impacted = plan.impacted if plan else _impacted(state, after)
    impacts = {impact.subsystem: impact for impact in impacted}
    stale = state.freshness.is_silent(region.policy.stale_after_s)
    touched = {effect.subsystem for effect in effects.values() if effect.leaving}
    found = {}
    for number, subsystem in enumerate(region.subsystems):
        impact = impacts.get(subsystem.name)
        row = int(fleet.scopes.region_row[number])
        reading = _capacity(fleet, subsystem, row, worst.get(number, row), (after, rank, pending), effects.get(row))
        found[subsystem.name] = NodeReading(
            subsystem.name,
            literal(subsystem.label),
            subsystem.external,
            *reading,
            stale=stale,
            impacted=impact.because if impact else (),
            already=impact.already if impact else False,
            operations=impact.operations if impact else (),
            illustrative=subsystem.illustrative,
            planned=plan is not None,
            touched=subsystem.name in touched,
        )
    return found


def _impacted(state: State, after: Counts) -> tuple[Impact, ...]:
    """Say what is impacted while no plan says it: by what the counters show, or will when running executions are done."""
    scopes = state.fleet.scopes
    down = scopes.subsystem[(scopes.kind == REGION) & (after < scopes.floor)].tolist()
    if not down:
        return ()
    # Brings networkx along, a tenth of a second that the first window should not wait for.
    from topology.graph import graph_of

    names = tuple(subsystem.name for subsystem in state.region.subsystems)
    reached = graph_of(state.region).impacted(frozenset(down))
    return tuple(
        Impact(names[reach.node], tuple(names[step] for step in reach.path), operations=reach.operations)
        for reach in reached
    )


_Capacity = tuple[int, int, int | None, int | None, int, int, ScopeVerdict | None, str, int | None]


def _capacity(
    fleet: Fleet,
    subsystem: Subsystem,
    row: int,
    worst: int,
    columns: tuple[Counts, Counts, Counts],
    effect: Effect | None,
) -> _Capacity:
    """Give the fields of a reading from *in_service* to *headroom*."""
    if row < 0:
        return 0, 0, None, None, 0, 0, None, "region", None
    after, rank, pending = columns
    scopes = fleet.scopes
    in_service, left = int(fleet.capacity[row]), int(after[row])
    floor, worst_floor = int(scopes.floor[row]), int(scopes.floor[worst])
    return (
        in_service,
        int(scopes.declared[row]),
        None if floor == NO_FLOOR else floor,
        left if left != in_service else None,
        effect.leaving if effect else 0,
        int(pending[row]),
        _VERDICTS[int(rank[worst])],
        scopes.names[worst],
        None if worst_floor == NO_FLOOR else int(after[worst]) - worst_floor,
    )


def _pending(fleet: Fleet, servers: NDArray[np.int32]) -> Counts:
    """Count for each scope what running executions will still take."""
    taken = np.zeros(len(fleet.capacity), np.int64)
    if len(servers):
        classes, counts = np.unique(fleet.class_of[servers], return_counts=True)
        for number, count in zip(classes.tolist(), counts.tolist(), strict=True):
            taken[fleet.class_rows[number]] += count * fleet.class_units[number]
    return taken


def _ranks(fleet: Fleet, after: Counts, tight_percent: int) -> Counts:
    """Say how bad each scope is that no plan has judged; a zone or cell without a floor is asked for none."""
    floor = fleet.scopes.floor
    below, tight = below_and_tight(after, floor, tight_percent)
    rank = np.full(len(floor), _RANK[ScopeVerdict.HOLDS], np.int64)
    rank[tight] = _RANK[ScopeVerdict.TIGHT]
    rank[below] = _RANK[ScopeVerdict.BELOW]
    unstated = floor == NO_FLOOR
    rank[unstated] = np.where(fleet.scopes.kind[unstated] == REGION, _RANK[ScopeVerdict.UNKNOWN], -1)
    return rank


def _by_row(fleet: Fleet, plan: Plan | None) -> dict[int, Effect]:
    """Find the row of each effect of the plan."""
    if plan is None:
        return {}
    scopes, index = fleet.scopes, fleet.region.index
    rows: dict[str, dict[str, int]] = {}
    found = {}
    for effect in plan.effects:
        number = index.get(effect.subsystem)
        if number is None:
            continue
        if effect.subsystem not in rows:
            first, last = np.searchsorted(scopes.subsystem, [number, number + 1]).tolist()
            rows[effect.subsystem] = {scopes.names[row]: row for row in range(first, last)}
        row_of = rows[effect.subsystem]
        if effect.scope in row_of:
            found[row_of[effect.scope]] = effect
    return found


def _worst_rows(fleet: Fleet, after: Counts, rank: Counts) -> dict[int, int]:
    """Give for each subsystem with servers the row of its worst scope: the widest of the worst, of these the least headroom."""
    scopes = fleet.scopes
    if not len(scopes.subsystem):
        return {}
    order = np.lexsort((after - scopes.floor, scopes.kind, -rank, scopes.subsystem))
    subsystems, first = np.unique(scopes.subsystem[order], return_index=True)
    return dict(zip(subsystems.tolist(), order[first].tolist(), strict=True))
