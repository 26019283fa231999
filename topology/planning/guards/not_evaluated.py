"""What a judgement does not cover, as typed facts; the console has the sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from topology.graph.graph import MOST_REMEMBERED, Graph
from topology.planning.facts import FindingFacts
from topology.planning.guards.case import Case
from topology.planning.guards.dependents.restart import unmodelled
from topology.planning.selection.headrooms import headrooms_of
from topology.region.region import Subsystem


@dataclass(frozen=True, slots=True)
class LoadNotJudged(FindingFacts):
    """The load that subsystems carry."""

    kind: ClassVar[str] = "not-evaluated-load"


@dataclass(frozen=True, slots=True)
class PlacesWithoutFloor(FindingFacts):
    """Touched *subsystems* that state no floor for single zones or cells."""

    kind: ClassVar[str] = "not-evaluated-places"
    place: Literal["zone", "cell"]
    subsystems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SoftNeeds(FindingFacts):
    """How well *dependents* can do without what leaves."""

    kind: ClassVar[str] = "not-evaluated-soft"
    dependents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ObservedNeeds(FindingFacts):
    """Who was seen calling what leaves; nobody stated whether they can do without it."""

    kind: ClassVar[str] = "not-evaluated-observed"
    dependents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LaterFailures(FindingFacts):
    """What fails while it runs."""

    kind: ClassVar[str] = "not-evaluated-failures"


@dataclass(frozen=True, slots=True)
class OthersAct(FindingFacts):
    """What happens between the last look and the act; *others* is how the source says who may act, empty: it does not."""

    kind: ClassVar[str] = "not-evaluated-others"
    others: str


@dataclass(frozen=True, slots=True)
class OnlyBudget(FindingFacts):
    """Subsystems whose only floor is a budget of the source, by names of *budgets*, to which *who* does not keep."""

    kind: ClassVar[str] = "not-evaluated-budget"
    budgets: tuple[str, ...]
    who: str


@dataclass(frozen=True, slots=True)
class LoadStaysAway(FindingFacts):
    """What ran on servers that are given back and does not come back with them, so that *subsystems* gain nothing."""

    kind: ClassVar[str] = "not-evaluated-load-back"
    subsystems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LoadMovedAway(FindingFacts):
    """What ran on servers that are given back, and went elsewhere when they left."""

    kind: ClassVar[str] = "not-evaluated-load-moved"


@dataclass(frozen=True, slots=True)
class RestartsUnmodelled(FindingFacts):
    """What a full restart of *subsystems* would cost."""

    kind: ClassVar[str] = "not-evaluated-restart"
    subsystems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SlipsOfRun(FindingFacts):
    """Slips in the arguments of a playbook's run."""

    kind: ClassVar[str] = "not-evaluated-slips"


@dataclass(frozen=True, slots=True)
class LargestNotCounted(FindingFacts):
    """How many could leave at the most, which is still being counted."""

    kind: ClassVar[str] = "not-evaluated-largest"


@dataclass(frozen=True, slots=True)
class OnlyCounts(FindingFacts):
    """Everything but the number of servers, under a *tool* of another day."""

    kind: ClassVar[str] = "not-evaluated-tool"
    tool: str


def not_evaluated(case: Case) -> Iterator[FindingFacts]:
    """Give what the judgement does not cover, as far as it matters here."""
    if not case.choice.is_counted:
        yield LargestNotCounted()
    yield LoadNotJudged()
    touched = frozenset([effect.subsystem for effect in case.touched])
    yield from _of_touched(case, touched)
    if touched:
        yield LaterFailures()
    promises = case.state.promises
    if not promises.atomic and len(case.choice.servers):
        yield OthersAct(promises.others_act)
    yield from _only_budgets(case, touched)
    if not case.removes and not promises.returns_load and case.shift.servers:
        yield LoadStaysAway(tuple(case.region.subsystems[number].name for number in sorted(case.shift.servers)))
    if not case.removes and promises.moves_load and len(case.choice.servers):
        yield LoadMovedAway()
    silent = unmodelled(case)
    if silent and case.removes:
        yield RestartsUnmodelled(silent)


def _of_touched(case: Case, touched: frozenset[str]) -> tuple[FindingFacts, ...]:
    """Give what follows from the description alone: the same at every key, as long as the same subsystems lose something."""
    known = headrooms_of(case.state).unjudged
    found: tuple[FindingFacts, ...] | None = known.get(touched)
    if found is None:
        if len(known) >= MOST_REMEMBERED:
            known.clear()
        found = known[touched] = (*_places_without_floor(case, touched), *_dependents(case.graph, touched))
    return found


def _dependents(graph: Graph, touched: frozenset[str]) -> Iterator[FindingFacts]:
    if soft := _soft_dependents(graph, touched, observed=False):
        yield SoftNeeds(soft)
    if callers := _soft_dependents(graph, touched, observed=True):
        yield ObservedNeeds(callers)


def _only_budgets(case: Case, touched: frozenset[str]) -> Iterator[FindingFacts]:
    budgets = case.region.learnt.budgets
    only = [
        budgets[name]
        for name in sorted(touched)
        if name in budgets and budgets[name].gives_way and case.region.subsystem(name).floor is None
    ]
    if only:
        yield OnlyBudget(tuple(one.name for one in only), only[0].gives_way)


def _places_without_floor(case: Case, touched: frozenset[str]) -> Iterator[FindingFacts]:
    subsystems = [case.region.subsystem(name) for name in sorted(touched)]
    no_zones = tuple(one.name for one in subsystems if one.zone_floor is None and not one.zone_floors)
    no_cells = tuple(one.name for one in subsystems if _only_zones_have_floors(one))
    if no_zones and len(case.region.zones) > 1:
        yield PlacesWithoutFloor("zone", no_zones)
    if no_cells and len(case.region.roster.cells) > 1:
        yield PlacesWithoutFloor("cell", no_cells)


def _soft_dependents(graph: Graph, touched: frozenset[str], *, observed: bool) -> tuple[str, ...]:
    found = {
        dependent
        for name in touched
        for dependent in graph.model.predecessors(name)
        if graph.model.edges[dependent, name]["kind"] == "soft"
        and graph.model.edges[dependent, name]["observed"] is observed
    }
    return tuple(sorted(found, key=graph.position.__getitem__))


def _only_zones_have_floors(subsystem: Subsystem) -> bool:
    in_zones = subsystem.zone_floor is not None or bool(subsystem.zone_floors)
    return in_zones and subsystem.cell_floor is None and not subsystem.cell_floors
