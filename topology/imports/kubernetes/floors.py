"""Works out what disruption budgets ask of the workloads they select.

A budget that selects one workload is that workload's floor. One that selects several bounds their sum, so it becomes a
subsystem of its own that the servers of all of them support: then its floor means exactly what the budget does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from topology.imports.facts import DisruptionBudget, ManifestFacts, Workload
from topology.imports.notes import Note, Topic, plain
from topology.kubernetes.budgets import share_of
from topology.kubernetes.selectors import LabelIndex
from topology.region.region import Amount
from topology.region.sentences.counting import first_of

Key = tuple[str, str, str]
_MOST_NAMED = 20


@dataclass(slots=True)
class WorkloadFloor:
    """The floor of one workload: no *amount* where no budget states one, or, with *unknown*, where one is not understood."""

    amount: Amount | None = None
    budgets: list[DisruptionBudget] = field(default_factory=list)
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class SharedFloor:
    """A floor over the sum of several workloads."""

    budget: DisruptionBudget
    members: tuple[Key, ...]
    amount: Amount


@dataclass(frozen=True, slots=True)
class ImportedFloors:
    """Every floor that the budgets state, and what there is to say about them."""

    of: dict[Key, WorkloadFloor]
    shared: tuple[SharedFloor, ...]
    notes: tuple[Note, ...]


def floors_of(facts: ManifestFacts) -> ImportedFloors:
    """Match budgets with workloads, by namespace and labels of the pods."""
    workloads = [facts.workloads[key] for key in sorted(facts.workloads)]
    index = LabelIndex((workload.namespace, workload.labels) for workload in workloads)
    others = LabelIndex((other.namespace, other.labels) for other in facts.unlisted)
    floors = {workload.key: WorkloadFloor() for workload in workloads}
    shared: list[SharedFloor] = []
    notes: list[Note] = []
    for budget in sorted(facts.budgets, key=lambda one: (one.namespace, one.name, one.place)):
        selected = [workloads[number] for number in index.find(budget.namespace, budget.selector)]
        if not selected and not budget.selector.nothing:
            elsewhere = _elsewhere(budget, workloads)
            if len(elsewhere) > 1:
                notes.append(_which(budget, elsewhere))
                for workload in elsewhere:
                    floors[workload.key].amount, floors[workload.key].unknown = None, True
                    floors[workload.key].budgets.append(budget)
                continue
            if elsewhere:
                selected = elsewhere
                text = f"{budget} is taken for {elsewhere[0]}: only one of them states a namespace, and no other fits"
                notes.append(Note(Topic.BUDGET, text, budget.place))
        unlisted = [facts.unlisted[number] for number in others.find(budget.namespace, budget.selector)]
        notes.extend(_notes_on(budget, selected, [str(other) for other in unlisted]))
        for workload in selected:
            floors[workload.key].budgets.append(budget)
        if budget.problem:
            for workload in selected:
                floors[workload.key].amount, floors[workload.key].unknown = None, True
            continue
        bounded = [workload for workload in selected if workload.replicas] or selected[:1]
        if len(bounded) == 1:
            _raise(floors[bounded[0].key], budget.asked.floor(bounded[0].replicas), bounded[0])
        elif bounded:
            shared.append(_share(budget, bounded, floors))
        notes.extend(_against_the_cluster(budget, selected))
    notes.extend(
        _several(workload, floors[workload.key].budgets)
        for workload in workloads
        if len(floors[workload.key].budgets) > 1
    )
    return ImportedFloors(floors, tuple(shared), tuple(notes))


def _elsewhere(budget: DisruptionBudget, workloads: list[Workload]) -> list[Workload]:
    """Give the workloads that a budget selects once the namespace that only one side states is filled in for the other."""
    return [
        workload
        for workload in workloads
        if workload.namespace_stated is not budget.namespace_stated and budget.selector.holds(workload.labels)
    ]


def _which(budget: DisruptionBudget, candidates: list[Workload]) -> Note:
    names = first_of([str(workload) for workload in candidates], _MOST_NAMED)
    text = f"{budget} ({budget.text}) may be for any of {names}, of which only one side states a namespace"
    return Note(
        Topic.NOT_UNDERSTOOD, f"{text}; their floors are not known, so removals from them are refused", budget.place
    )


def _against_the_cluster(budget: DisruptionBudget, selected: list[Workload]) -> Iterator[Note]:
    """Compare with what the cluster itself says of a budget, where an export has it."""
    if budget.allowed is None or not selected or budget.problem:
        return
    expected = sum(workload.replicas for workload in selected)
    ready = sum(workload.replicas if workload.ready is None else workload.ready for workload in selected)
    ours = max(0, ready - budget.least(expected))
    if ours != budget.allowed:
        healthy = "" if budget.healthy is None else f", of {budget.healthy:,} that it counts as healthy"
        text = f"{budget} ({budget.text}): the cluster would let {budget.allowed:,} go{healthy}; by what was read it is {ours:,}"
        yield Note(Topic.BUDGET, text, budget.place)


def _share(budget: DisruptionBudget, members: list[Workload], floors: dict[Key, WorkloadFloor]) -> SharedFloor:
    expected = sum(workload.replicas for workload in members)
    least = budget.least(expected)
    for workload in members:
        # With all of the others there, this many of it must stay: no more than the sum asks, and no less.
        _raise(floors[workload.key], Amount(share_of(least, expected - workload.replicas)), workload)
    return SharedFloor(budget, tuple(workload.key for workload in members), budget.asked.floor(expected))


def _raise(floor: WorkloadFloor, amount: Amount, workload: Workload) -> None:
    """Take the stricter of two floors; one that is not known stays so."""
    if floor.unknown:
        return
    if floor.amount is None or amount.of(workload.replicas) >= floor.amount.of(workload.replicas):
        floor.amount = amount


def _notes_on(budget: DisruptionBudget, selected: list[Workload], unlisted: list[str]) -> Iterator[Note]:
    names = first_of([str(workload) for workload in selected], _MOST_NAMED)
    if budget.problem:
        effect = (
            f"the floor of {names} is not known, so every removal from it is refused"
            if selected
            else "it selects nothing here"
        )
        yield Note(Topic.NOT_UNDERSTOOD, f"{budget}: {budget.problem}; {effect}", budget.place)
        return
    if not selected:
        why = "has no selector and so protects nothing" if budget.selector.nothing else "selects no workload here"
        yield Note(Topic.BUDGET, f"{budget} ({budget.text}) {why}", budget.place)
    if len(selected) > 1:
        text = f"{budget} ({budget.text}) is for {names} together"
        text += ": a subsystem stands for the budget, and the servers of all of them support it"
        yield Note(Topic.BUDGET, text, budget.place)
    if unlisted:
        others = first_of(unlisted, _MOST_NAMED)
        yield Note(
            Topic.BUDGET,
            f"{budget} ({budget.text}) also selects {others}, which is not imported: its floor counts without",
            budget.place,
        )
    only = selected[0] if len(selected) == 1 else None
    if only is not None and budget.least(only.replicas) > only.replicas > 0:
        text = f"{budget} ({budget.text}) asks for more than the {only.replicas:,} of {only}"
        text += ": it never holds, nothing may leave"
        yield Note(Topic.BUDGET, text, budget.place)


def _several(workload: Workload, budgets: list[DisruptionBudget]) -> Note:
    names = first_of([plain(budget.name) for budget in budgets], _MOST_NAMED)
    text = f"{workload} is selected by {len(budgets):,} budgets ({names}), which makes Kubernetes refuse every eviction"
    text += "; here its servers are protected, and each of the floors holds"
    return Note(Topic.BUDGET, text, workload.place)
