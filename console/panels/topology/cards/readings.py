"""What each card of the topology says: numbers taken from the state and the plan on show, nothing judged anew that the plan judged.

Kept in columns, since a region may have ten thousand subsystems and a keystroke asks for all of them; the reading of one node is
made when somebody looks at it. How it is worded is `cards.words`, how it looks `drawing.paint`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from console.words.writing import literal
from topology.fleet.account import NodeAccount, RestartStanding
from topology.fleet.fleet import NO_FLOOR, REGION, Fleet
from topology.fleet.state import State
from topology.planning.plan import Effect, Impact, Plan, ScopeVerdict
from topology.planning.standing import below_and_tight
from topology.region.region import Region
from topology.region.scope import WHOLE, Scope

Counts = NDArray[np.int64]
Marks = NDArray[np.bool_]
_VERDICTS = (ScopeVerdict.HOLDS, ScopeVerdict.TIGHT, ScopeVerdict.UNKNOWN, ScopeVerdict.BELOW, ScopeVerdict.BREAKS)
_RANK = {verdict: number for number, verdict in enumerate(_VERDICTS)}
"""How bad a scope is: the worst is the one to name."""
NO_VERDICT = -1
"""Rank of what has no servers."""
TIGHT, BELOW = _RANK[ScopeVerdict.TIGHT], _RANK[ScopeVerdict.BELOW]
_FARTHEST = np.int64(2**40)
"""More than any headroom: keeps the kind of a scope and its headroom apart in one number."""


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
    worst: Scope = WHOLE
    headroom: int | None = None
    stale: bool = False
    impacted: tuple[str, ...] = ()
    already: bool = False
    operations: tuple[str, ...] = ()
    illustrative: bool = False
    serves: tuple[str, ...] | None = None
    """What it serves of all that it is for, where somebody says so; None where nobody does."""
    restart: RestartStanding | None = None
    """How its restart stands; None where it is not restarted. Its times are shown on the clock of *time_zone*."""
    time_zone: str = "UTC"
    planned: bool = False
    """Whether a plan is on show, and whether it says something about this node: what it does not is shown as receding."""
    touched: bool = False
    inside: int = 0
    """For a box: how many subsystems are in it, how many of these are not as they should be, and which one the numbers are of."""
    troubled: int = 0
    speaks_for: str = ""

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


@dataclass(frozen=True, slots=True)
class ReadingColumns:
    """The numbers of every node, one entry a node; *floor* is NO_FLOOR where none is stated, *rank* NO_VERDICT without servers."""

    in_service: Counts
    declared: Counts
    floor: Counts
    after: Counts
    leaving: Counts
    pending: Counts
    rank: Counts
    worst: Counts
    """Which scope is the worst one: any number that says so."""
    headroom: Counts
    impacted: Marks
    touched: Marks

    @property
    def below(self) -> Marks:
        """Nodes of which a scope is, or would end, below its floor."""
        return self.rank >= BELOW

    @property
    def down(self) -> Marks:
        """Nodes that as a whole have, or would have, less than their floor."""
        down: Marks = (self.floor != NO_FLOOR) & (self.after < self.floor)
        return down

    @property
    def troubled(self) -> Marks:
        """Nodes that an operator should look at: below a floor, tight, without a stated one, or impacted."""
        return (self.rank >= TIGHT) | self.impacted

    def taken(self, rows: NDArray[np.int64]) -> "ReadingColumns":
        """Give the entries of *rows*, in that order."""
        return ReadingColumns(*(getattr(self, field.name)[rows] for field in fields(self)))

    def differ(self, other: "ReadingColumns") -> Marks:
        """Mark the nodes with another number in *other*."""
        found = np.zeros(len(self.rank), bool)
        for field in fields(self):
            found |= getattr(self, field.name) != getattr(other, field.name)
        return found


class Readings(Mapping[str, NodeReading]):
    """The readings of all nodes: as columns for the many, as `NodeReading` for the one that is looked at."""

    def __init__(
        self,
        names: Sequence[str],
        columns: ReadingColumns,
        make: Callable[[int], NodeReading],
        impacts: Mapping[int, Impact] | None = None,
        *,
        stale: bool = False,
        planned: bool = False,
        index: Mapping[str, int] | None = None,
        inside: Counts | None = None,
    ) -> None:
        self.names, self.columns, self.stale, self.planned = names, columns, stale, planned
        self.index = index if index is not None else {name: number for number, name in enumerate(names)}
        self.impacts = impacts or {}
        self.inside = inside
        """Of boxes: any number for each node that changes with what a box says besides the numbers of the worst inside."""
        self.by_hand = False
        """Whether they were put into columns one by one: these say no more than the readings do."""
        self._make = make
        self._made: dict[int, NodeReading] = {}

    @classmethod
    def of(cls, readings: Mapping[str, NodeReading]) -> "Readings":
        """Put readings that are there already into columns."""
        if isinstance(readings, Readings):
            return readings
        rows = list(readings.values())
        scopes = {row.worst: number for number, row in enumerate(rows)}

        def column(values: Iterator[int]) -> Counts:
            return np.fromiter(values, np.int64, len(rows))

        columns = ReadingColumns(
            column(row.in_service for row in rows),
            column(row.declared for row in rows),
            column(NO_FLOOR if row.floor is None else row.floor for row in rows),
            column(row.in_service if row.after is None else row.after for row in rows),
            column(row.leaving for row in rows),
            column(row.pending for row in rows),
            column(NO_VERDICT if row.verdict is None else _RANK[row.verdict] for row in rows),
            column(scopes[row.worst] for row in rows),
            column(0 if row.headroom is None else row.headroom for row in rows),
            np.fromiter((bool(row.impacted) for row in rows), bool, len(rows)),
            np.fromiter((row.touched for row in rows), bool, len(rows)),
        )
        impacts = {
            number: Impact(row.name, row.impacted, already=row.already, operations=row.operations)
            for number, row in enumerate(rows)
            if row.impacted
        }
        stale, planned = any(row.stale for row in rows), any(row.planned for row in rows)
        made = cls(tuple(readings), columns, rows.__getitem__, impacts, stale=stale, planned=planned)
        made.by_hand = True
        return made

    def at(self, number: int) -> NodeReading:
        """Give the reading of a node by its position."""
        found = self._made.get(number)
        if found is None:
            found = self._made[number] = self._make(number)
        return found

    def arranged(self, names: Sequence[str], index: Mapping[str, int]) -> "Readings":
        """Give the readings of *names*, in their order; one that nothing is known of reads as a node without servers."""
        at = np.fromiter((self.index.get(name, -1) for name in names), np.int64, len(names))
        nothing = {"floor": NO_FLOOR, "rank": NO_VERDICT}
        columns = ReadingColumns(
            *(
                np.append(values, values.dtype.type(nothing.get(field.name, 0)))[
                    at
                ]  # -1 is the last: what was appended
                for field in fields(ReadingColumns)
                for values in (getattr(self.columns, field.name),)
            )
        )

        def make(number: int) -> NodeReading:
            before, name = int(at[number]), names[number]
            return self.at(before) if before >= 0 else NodeReading(name, name, stale=self.stale, planned=self.planned)

        impacts = {number: self.impacts[was] for number, was in enumerate(at.tolist()) if was in self.impacts}
        made = Readings(names, columns, make, impacts, stale=self.stale, planned=self.planned, index=index)
        made.by_hand = self.by_hand
        return made

    def changed_from(self, other: "Readings") -> NDArray[np.int64]:
        """Give the positions of the nodes that read otherwise than in *other*; all of them where it is about other nodes."""
        if len(self) != len(other) or (self.names is not other.names and tuple(self.names) != tuple(other.names)):
            return np.arange(len(self))
        if self.by_hand or other.by_hand:
            return np.flatnonzero([self.at(number) != other.at(number) for number in range(len(self))])
        if self.stale != other.stale or self.planned != other.planned:
            return np.arange(len(self))
        changed = self.columns.differ(other.columns)
        if self.inside is not None and other.inside is not None:
            changed |= self.inside != other.inside
        if self.impacts or other.impacts:
            for number in self.impacts.keys() | other.impacts.keys():
                changed[number] |= self.impacts.get(number) != other.impacts.get(number)
        return np.flatnonzero(changed)

    def __getitem__(self, name: str) -> NodeReading:
        return self.at(self.index[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def readings(state: State, plan: Plan | None) -> Readings:
    """Read every node of the region, in its order; with *plan*, as it would end."""
    fleet, region = state.fleet, state.region
    scopes = fleet.scopes
    pending = _pending(fleet, state.pending)
    after = fleet.capacity - pending
    rank = _ranks(fleet, after, region.policy.tight_percent)
    effects = _by_row(fleet, plan)
    leaving = np.zeros(len(after), np.int64)
    for row, effect in effects.items():
        after[row], rank[row], leaving[row] = effect.after, _RANK[effect.verdict], effect.leaving
    worst = _worst_rows(fleet, after, rank)
    impacted = plan.impacted if plan else _impacted(state, after)
    impacts = {region.index[impact.subsystem]: impact for impact in impacted if impact.subsystem in region.index}
    accounts = {region.index[name]: one for name, one in state.accounts.items() if name in region.index}
    if plan is None:
        _said(impacts, accounts, region)
    touched = np.zeros(len(region.subsystems), bool)
    touched[scopes.subsystem[leaving != 0]] = True
    hit = np.zeros(len(region.subsystems), bool)
    hit[list(impacts)] = True
    columns = _columns(fleet, worst, (after, rank, pending, leaving), hit, touched)
    stale = state.freshness.is_silent(region.policy.stale_after_s)
    make = _Maker(region, scopes.names, columns, impacts, stale, plan is not None, accounts)
    made = Readings(_names(region), columns, make, impacts, stale=stale, planned=plan is not None, index=region.index)
    made.by_hand = bool(accounts)
    return made


class _Maker:
    """Makes the reading of one node from the columns; what the counters were then, whatever they are now."""

    def __init__(
        self,
        region: Region,
        scopes: tuple[Scope, ...],
        columns: ReadingColumns,
        impacts: Mapping[int, Impact],
        stale: bool,
        planned: bool,
        accounts: Mapping[int, NodeAccount],
    ) -> None:
        self.accounts = accounts
        self._region, self._scopes, self._columns, self._impacts = region, scopes, columns, impacts
        self._stale, self._planned = stale, planned

    def __call__(self, number: int) -> NodeReading:
        columns, subsystem, impact = self._columns, self._region.subsystems[number], self._impacts.get(number)
        rank, worst = int(columns.rank[number]), int(columns.worst[number])
        floor, in_service, after = (
            int(column[number]) for column in (columns.floor, columns.in_service, columns.after)
        )
        account = self.accounts.get(number)
        has_servers = rank != NO_VERDICT
        knows_headroom = has_servers and int(columns.headroom[number]) != _FARTHEST
        return NodeReading(
            subsystem.name,
            literal(subsystem.label),
            subsystem.external,
            in_service,
            int(columns.declared[number]),
            None if floor == NO_FLOOR else floor,
            after if after != in_service else None,
            int(columns.leaving[number]),
            int(columns.pending[number]),
            _VERDICTS[rank] if has_servers else None,
            self._scopes[worst] if has_servers else WHOLE,
            int(columns.headroom[number]) if knows_headroom else None,
            stale=self._stale,
            impacted=impact.because if impact else (),
            already=impact.already if impact else False,
            operations=impact.operations if impact else (),
            illustrative=subsystem.illustrative,
            serves=account.serves if account is not None and account.standing == "partial" and impact else None,
            restart=None if account is None or self._planned else account.restart,
            time_zone=self._region.time_zone,
            planned=self._planned,
            touched=bool(columns.touched[number]),
        )


def _said(impacts: dict[int, Impact], accounts: Mapping[int, NodeAccount], region: Region) -> None:
    """Put what somebody says of nodes over what floors and needs say."""
    for number, account in accounts.items():
        before = impacts.get(number)
        name = region.subsystems[number].name
        if account.standing == "holds":
            impacts.pop(number, None)
        elif account.standing == "impacted":
            impacts.setdefault(number, Impact(name, (name,)))
        elif account.standing == "partial":
            because = before.because if before is not None else (name,)
            impacts[number] = Impact(name, because, operations=account.lost)


def _names(region: Region) -> tuple[str, ...]:
    return tuple(region.index)


def _columns(
    fleet: Fleet, worst: Counts, by_row: tuple[Counts, Counts, Counts, Counts], impacted: Marks, touched: Marks
) -> ReadingColumns:
    after, rank, pending, leaving = by_row
    scopes = fleet.scopes
    has_servers = scopes.region_row >= 0
    if not len(after):
        nothing = np.zeros(len(has_servers), np.int64)
        none = np.full(len(has_servers), NO_FLOOR, np.int64)
        unranked = np.full(len(has_servers), NO_VERDICT, np.int64)
        return ReadingColumns(
            nothing, nothing, none, nothing, nothing, nothing, unranked, nothing, nothing, impacted, touched
        )
    rows = np.where(has_servers, scopes.region_row, 0)

    def column(values: Counts, without: int = 0) -> Counts:
        return np.where(has_servers, values[rows], without)

    worst_floor = scopes.floor[worst]
    headroom = np.where(worst_floor == NO_FLOOR, _FARTHEST, after[worst] - worst_floor)
    return ReadingColumns(
        column(fleet.capacity),
        column(scopes.declared),
        column(scopes.floor, NO_FLOOR),
        column(after),
        column(leaving),
        column(pending),
        np.where(has_servers, rank[worst], NO_VERDICT),
        worst,
        np.where(has_servers, headroom, 0),
        impacted,
        touched,
    )


def _impacted(state: State, after: Counts) -> tuple[Impact, ...]:
    """Say what is impacted while no plan says it: by what the counters show, or will when running executions are done."""
    scopes = state.fleet.scopes
    down = scopes.subsystem[(scopes.kind == REGION) & ((after < scopes.floor) | (after <= 0))].tolist()
    if not down:
        return ()
    # Brings networkx along, a tenth of a second that the first window should not wait for.
    from topology.graph.graph import graph_of

    names = tuple(subsystem.name for subsystem in state.region.subsystems)
    reached = graph_of(state.region).impacted(frozenset(down))
    return tuple(
        Impact(names[reach.node], tuple(names[step] for step in reach.path), operations=reach.operations)
        for reach in reached
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
            first, last = np.searchsorted(scopes.subsystem, np.array([number, number + 1], np.int32)).tolist()
            rows[effect.subsystem] = {scopes.names[row]: row for row in range(first, last)}
        row_of = rows[effect.subsystem]
        if effect.scope in row_of:
            found[row_of[effect.scope]] = effect
    return found


def _worst_rows(fleet: Fleet, after: Counts, rank: Counts) -> Counts:
    """Give for each subsystem the row of its worst scope: the widest of the worst, of these that of least headroom."""
    scopes = fleet.scopes
    worst = np.zeros(len(scopes.region_row), np.int64)
    if not len(scopes.subsystem):
        return worst
    # Rows are ordered by subsystem, so each one's rows are a run, and the best of a run is found without sorting.
    starts = np.flatnonzero(np.r_[True, scopes.subsystem[1:] != scopes.subsystem[:-1]])
    lengths = np.diff(np.r_[starts, len(rank)])
    key = scopes.kind * (4 * _FARTHEST) + np.clip(after - scopes.floor, -_FARTHEST, _FARTHEST)
    key[rank != np.repeat(np.maximum.reduceat(rank, starts), lengths)] = np.iinfo(np.int64).max
    is_best = key == np.repeat(np.minimum.reduceat(key, starts), lengths)
    best = np.flatnonzero(is_best)
    subsystems, first = np.unique(scopes.subsystem[best], return_index=True)
    worst[subsystems] = best[first]
    return worst
