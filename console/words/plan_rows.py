"""The rows of the side panel's table, as frozen values worked out from a state or a plan. No widget counts anything."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from topology.fleet.fleet import NO_FLOOR, REGION
from topology.fleet.state import State
from topology.planning.plan import Effect, Plan, ScopeVerdict
from topology.planning.standing import scope_verdict
from topology.region.scope import WHOLE, Scope

MOST_LINES = 8
"""Lines up to which a plan is shown among the subsystems that it leaves alone; more would bury it."""

_BAD = (ScopeVerdict.BREAKS, ScopeVerdict.UNKNOWN, ScopeVerdict.BELOW)
_RANK = {
    ScopeVerdict.BREAKS: 0,
    ScopeVerdict.UNKNOWN: 1,
    ScopeVerdict.BELOW: 2,
    ScopeVerdict.TIGHT: 3,
    ScopeVerdict.HOLDS: 4,
}


@dataclass(frozen=True, slots=True)
class HeadroomRow:
    """A subsystem as it is now, in units over the whole region.

    *floor* and *headroom* are None where no floor is stated; *stale* is true where the facts are too old to rest on. *pending* is
    what running executions will still take; headroom and verdict are those after it.
    """

    name: str
    label: str
    in_service: int
    declared: int
    floor: int | None
    headroom: int | None
    verdict: ScopeVerdict
    stale: bool = False
    pending: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a subsystem in a scope, now and after the plan; *named* is None where no plan touches it.

    *children* are the scopes below it, worst first; *broken* counts those of them that the plan would break.
    """

    name: str
    scope: Scope
    in_service: int
    leaving: int
    pending: int
    after: int
    declared: int
    floor: int | None
    headroom: int | None
    verdict: ScopeVerdict
    named: bool | None = None
    stale: bool = False
    around: bool = False
    """Whether it only shows the surroundings of a plan that leaves it alone."""
    broken: int = 0
    children: tuple["Row", ...] = ()
    ends: int | None = None
    """The units when running executions are done, where *after* and *headroom* are of now and that is another number."""

    @property
    def ends_with(self) -> int | None:
        """The headroom when running executions are done, where that is another number and a floor is stated."""
        return None if self.ends is None or self.floor is None else self.ends - self.floor

    @property
    def tight_place(self) -> "Row | None":
        """The place that ends nearest to its floor where the subsystem as a whole holds and that place is tight; else nothing."""
        if self.verdict is not ScopeVerdict.HOLDS or self.broken:
            return None
        tight = [one for one in self.children if one.verdict is ScopeVerdict.TIGHT]
        return min(tight, key=lambda one: _share(one.headroom, one.floor) or 0.0, default=None)

    @property
    def touched(self) -> bool:
        """Whether the plan or a running execution changes it."""
        return self.leaving != 0 or self.pending != 0


def headroom_rows(state: State) -> tuple[HeadroomRow, ...]:
    """Give every subsystem with servers: no floor stated first, then the smallest headroom for its floor first."""
    region, fleet = state.region, state.fleet
    scopes, silent = fleet.scopes, state.freshness.is_silent(region.policy.stale_after_s)
    pending, tight = _pending(state), region.policy.tight_percent
    rows = []
    # Only the rows of regions, of the many of places, and as lists: one number out of an array takes ten times as long.
    whole = np.flatnonzero(scopes.region_row >= 0)
    at = scopes.region_row[whole]
    columns = (whole, scopes.kind[at], fleet.capacity[at], scopes.floor[at], scopes.declared[at])
    for number, kind, capacity, floor, listed in zip(*(column.tolist() for column in columns), strict=True):
        if kind != REGION:
            continue
        subsystem, going = region.subsystems[number], pending.get(number, 0)
        stated = None if floor == NO_FLOOR else floor
        headroom = None if stated is None else capacity - going - stated
        verdict = scope_verdict(capacity - going, floor, tight)
        rows.append(
            HeadroomRow(subsystem.name, subsystem.label, capacity, listed, stated, headroom, verdict, silent, going)
        )
    return tuple(sorted(rows, key=_smallest_first))


def _pending(state: State) -> dict[int, int]:
    """Count the units that running executions will still take, by position of the subsystem."""
    units: dict[int, int] = {}
    roster = state.region.roster
    for profile in roster.profile[state.pending].tolist():
        for number, weight in roster.profiles[profile]:
            units[number] = units.get(number, 0) + weight
    return units


def calm_rows(rows: Iterable[HeadroomRow], *, now: bool = True) -> tuple[Row, ...]:
    """Give the table's rows for subsystems that no plan touches: as they are *now*, or when running executions are done.

    The verdict is the one of the end either way: what is going to be tight is marked already.
    """
    return tuple(_as_now(row) if now else _at_end(row) for row in rows)


def _as_now(row: HeadroomRow) -> Row:
    found = _at_end(row)
    if not row.pending:
        return found
    headroom = None if row.floor is None else row.in_service - row.floor
    return replace(found, after=row.in_service, headroom=headroom, ends=row.in_service - row.pending)


def _at_end(row: HeadroomRow) -> Row:
    return Row(
        row.name,
        WHOLE,
        row.in_service,
        0,
        row.pending,
        row.in_service - row.pending,
        row.declared,
        row.floor,
        row.headroom,
        row.verdict,
        None,
        row.stale,
    )


def plan_rows(plan: Plan, others: Iterable[HeadroomRow] = ()) -> tuple[Row, ...]:
    """Give the table's rows for a plan, worst first, with each subsystem's zones and cells below it.

    *others* fill up with what the plan leaves alone, so that it is seen among its surroundings.
    """
    regions = {effect.subsystem: _row(effect) for effect in plan.effects if effect.scope == "region"}
    below: dict[str, list[Row]] = {}
    for effect in plan.effects:
        if effect.scope != "region":
            below.setdefault(effect.subsystem, []).append(_row(effect))
    rows = [_with_children(row, below.pop(name, [])) for name, row in regions.items()]
    # A scope whose subsystem has no row of its own must not go unseen.
    rows += [row for left in below.values() for row in left]
    rows.sort(key=_worst_first)
    left = max(0, MOST_LINES - len(rows) - sum(row.broken for row in rows))
    # Only those that there is room for are made into rows: a region may have a thousand times as many.
    untouched = calm_rows(islice((row for row in others if row.name not in regions), left), now=False)
    return (*rows, *(replace(row, around=True) for row in untouched))


def _row(effect: Effect) -> Row:
    return Row(
        effect.subsystem,
        effect.scope,
        effect.in_service,
        effect.leaving,
        effect.pending,
        effect.after,
        effect.declared,
        effect.floor,
        effect.headroom,
        effect.verdict,
        effect.named if effect.leaving or effect.named else None,
    )


def _with_children(row: Row, children: list[Row]) -> Row:
    if not children:
        return row
    ordered = tuple(sorted(children, key=_worst_first))
    return replace(row, children=ordered, broken=sum(child.verdict is ScopeVerdict.BREAKS for child in ordered))


def _worst_first(row: Row) -> tuple[int, float, str, str]:
    rank = min(_RANK[row.verdict], *(_RANK[child.verdict] for child in row.children), len(_RANK))
    # What breaks is ordered by how much is missing; what holds by how little of its floor is left above it.
    share = row.headroom if rank == 0 else _share(row.headroom, row.floor)
    return rank, float("-inf") if share is None else float(share), row.name, row.scope


def _smallest_first(row: HeadroomRow) -> tuple[float, str]:
    share = _share(row.headroom, row.floor)
    return float("-inf") if share is None else share, row.name


def _share(headroom: int | None, floor: int | None) -> float | None:
    return None if headroom is None or floor is None else headroom / max(floor, 1)


def is_bad(verdict: ScopeVerdict) -> bool:
    """Say whether a verdict is shown as an alarm."""
    return verdict in _BAD
