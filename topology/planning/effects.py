"""What a choice of servers does to capacity, scope by scope, and to those who need it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import starmap
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from topology.fleet.fleet import NO_FLOOR, REGION
from topology.fleet.state import State
from topology.graph.graph import MOST_REMEMBERED, Graph
from topology.planning.plan import Effect, Finding, Impact, ScopeVerdict
from topology.planning.selection.choice import Choice
from topology.planning.selection.headrooms import Counts, Headrooms
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
MANY = 64
"""Effects from which on guards ask columns: of fewer they have looked through each of them sooner."""
FEW_OTHERS = 48
"""Effects that are made one by one where the others are the same as those of the plan before; of more all are made anew."""


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


class _Told(NamedTuple):
    """What a guard said of effects: what else it rests on, the findings by place, and which of them there are."""

    rests_on: object
    findings: NDArray[np.object_]
    known: NDArray[np.bool_]


class EffectColumns:
    """The effects of one plan, by the row of their scope and in their order, for guards that ask something of all of them.

    A plan of one server more changes a few of them. What is the same is taken over from the columns before, with what
    guards said of it.
    """

    def __init__(self, region: Region, now: Headrooms, shift: Shift, named: frozenset[int], rows: NDArray[np.int64]):
        """Judge the scopes in these *rows*."""
        scopes, classes = now.scopes, now.classes
        leaving, floor = shift.leaving[rows], scopes.floor[rows]
        after = now.left[rows] - leaving
        headroom = after - floor
        self.rows, self.named, self.leaving, self.headroom = rows, named, leaving, headroom
        self.verdicts = _verdicts(after, floor, leaving, region.policy.tight_percent)
        self.numbers = scopes.subsystem[rows]
        """The subsystem of each."""
        share = headroom / classes.scale[rows]
        share[self.verdicts == _UNKNOWN] = 0.0
        self.order = np.lexsort((classes.name_order[self.numbers], share, self.verdicts))
        self._is_wide = scopes.kind[rows] == REGION
        self.findings_by_code: dict[str, _Told] = {}
        self.is_worth_it = len(rows) >= MANY
        """Whether there are so many that asking columns is quicker."""
        before = now.columns if self.is_worth_it else None
        if not isinstance(before, EffectColumns) or not self._takes_over(before):
            self.objects = np.empty(len(rows), object)
            self.objects[:] = _effects(region, now, self, after)
        if self.is_worth_it:
            now.columns = self
        self.effects: tuple[Effect, ...] = tuple(self.at(self.order))
        """Worst first."""

    def at(self, places: NDArray[np.int64]) -> list[Effect]:
        """Give the effects at these places."""
        found: list[Effect] = self.objects[places].tolist()
        return found

    def places(self, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Give the places, in the order of the effects, that a *mask* by place lets through."""
        return self.order[mask[self.order]]

    def whole(self) -> list[Effect]:
        """Give the effects on subsystems in the region as a whole."""
        return self.at(self.places(self._is_wide))

    def losing(self, ends: ScopeVerdict) -> NDArray[np.int64]:
        """Give the places of those that lose something and end so."""
        return self.places((self.verdicts == _WORST_FIRST.index(ends)) & (self.leaving > 0))

    def scarce(self) -> frozenset[int]:
        """Give the subsystems that lose something and end tight, below a floor, or unknown, in any scope."""
        short = self.numbers[(self.leaving > 0) & (self.verdicts != _HOLDS)]
        return frozenset(np.bincount(short).nonzero()[0].tolist())

    def told(
        self,
        code: str,
        rests_on: object,
        places: NDArray[np.int64],
        tell: Callable[[list[Effect]], list[Finding]],
    ) -> list[Finding]:
        """Give the findings of a guard, one for each of *places*, which rest on the effect and on nothing but *rests_on*."""
        if not len(places):
            return []
        found = self.findings_by_code.get(code)
        if found is None or found.rests_on != rests_on:
            size = len(self.rows)
            found = self.findings_by_code[code] = _Told(rests_on, np.empty(size, object), np.zeros(size, np.bool_))
        new = places[~found.known[places]]
        if len(new):
            found.findings[new] = tell(self.at(new))
            found.known[new] = True
        findings: list[Finding] = found.findings[places].tolist()
        return findings

    def _takes_over(self, before: "EffectColumns") -> bool:
        """Take over what is the same as *before*, and make the rest of it; False where that is not worth it."""
        if before.named != self.named or not np.array_equal(before.rows, self.rows):
            return False
        other = (self.leaving != before.leaving).nonzero()[0].tolist()
        if len(other) > FEW_OTHERS:
            return False
        self.objects = before.objects.copy()
        for place in other:
            verdict = _WORST_FIRST[self.verdicts.item(place)]
            self.objects[place] = _with(before.objects[place], self.leaving.item(place), verdict)
        for code, told in before.findings_by_code.items():
            known = told.known.copy()
            known[other] = False
            self.findings_by_code[code] = told._replace(findings=told.findings.copy(), known=known)
        return True


def _with(effect: Effect, leaving: int, verdict: ScopeVerdict) -> Effect:
    """Give an effect with other units that leave, and what follows from that."""
    after, floor = effect.in_service - effect.pending - leaving, effect.floor
    headroom = None if floor is None else after - floor
    numbers = (leaving, after, effect.declared, floor, headroom)
    return Effect(effect.subsystem, effect.scope, effect.in_service, *numbers, verdict, effect.named, effect.pending)


def effects_of(region: Region, now: Headrooms, shift: Shift, named: frozenset[int]) -> EffectColumns:
    """Give the effect on each scope with a floor that loses or is below it, and on the region of what is touched.

    Worst first: by verdict, then by headroom as a share of the floor, then by name.
    """
    scopes = now.scopes
    show = shift.leaving > 0
    show &= now.classes.stated
    show |= now.below
    touched = scopes.region_row[list(named | shift.servers.keys())]
    show[touched[touched >= 0]] = True
    return EffectColumns(region, now, shift, named, show.nonzero()[0])


def _effects(region: Region, now: Headrooms, columns: EffectColumns, after: Counts) -> list[Effect]:
    """Make the effects of *columns* one by one, with what is left of each *after* the plan."""
    scopes, classes, rows, number = now.scopes, now.classes, columns.rows, columns.numbers
    is_named = np.zeros(len(region.subsystems), np.bool_)
    is_named[list(columns.named)] = True
    floors: list[int | None] = scopes.floor[rows].tolist()
    headrooms: list[int | None] = columns.headroom.tolist()
    for place in (columns.verdicts == _UNKNOWN).nonzero()[0].tolist():
        floors[place] = headrooms[place] = None
    return list(
        starmap(
            Effect,
            zip(
                classes.subsystem_names[number].tolist(),
                classes.scope_names[rows].tolist(),
                now.serving[rows].tolist(),
                columns.leaving.tolist(),
                after.tolist(),
                scopes.declared[rows].tolist(),
                floors,
                headrooms,
                _VERDICTS[columns.verdicts].tolist(),
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
    found = np.where(after < floor, (leaving <= 0).view(np.int8), _HOLDS - is_tight(after, floor, tight_percent))
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
