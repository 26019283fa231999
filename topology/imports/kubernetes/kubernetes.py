"""Makes a region's description from Kubernetes manifests.

Documents come in decoded, text goes out; files are the caller's business. A Deployment, StatefulSet or ReplicaSet is a
subsystem with a pool of as many servers as it has replicas, a PodDisruptionBudget is a floor, an environment value that
addresses a service is a dependency. What is not understood is said in notes and never guessed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from topology.imports.facts import ManifestFacts, Workload
from topology.imports.imported import Imported, by_topic, floor_text, head, policy, refuse_if_too_long
from topology.imports.kubernetes.dependencies import Edge, find_dependencies
from topology.imports.kubernetes.floors import ImportedFloors, SharedFloor, floors_of
from topology.imports.kubernetes.manifests import Document, ManifestReader
from topology.imports.kubernetes.pods import Placed, notes_on, owned, placements
from topology.imports.kubernetes.policy_edges import with_policies
from topology.imports.names import mapped, name_workloads, unused
from topology.imports.notes import ImportRefusedError, Note, SourcePlace, Topic, plain
from topology.imports.region_text import list_of, quoted, table
from topology.imports.shapes import MOST_STEPS
from topology.region.listing import MOST_SERVERS
from topology.region.sentences.counting import counted, first_of
from topology.region.server_states import STATE_NAMES, ServerState

__all__ = ["Document", "ImportRefusedError", "Imported", "Note", "SourcePlace", "Topic", "import_documents"]

ZONE = "cluster"
_MOST_FILES_NAMED = 20
_LONGEST_TITLE = 253
_Key = tuple[str, str, str]


def import_documents(documents: Iterable[Document], most_entries: int = MOST_STEPS) -> Imported:
    """Make a description from decoded documents; the same documents always give the same text.

    Args:
        documents: decoded, in order.
        most_entries: of mappings and lists, that are looked at once aliases are followed.

    Raises:
        ImportRefusedError: there is no workload in them, or more than a region holds.
    """
    facts = ManifestReader(most_entries).read(documents)
    replica_notes = tuple(_sized_by_autoscalers(facts))
    workloads = [facts.workloads[key] for key in sorted(facts.workloads)]
    placed = placements(facts, owned(facts))
    servers = sum(counts.total() for counts in placed.values())
    if servers > MOST_SERVERS:
        raise ImportRefusedError(
            f"The documents ask for {servers:,} replicas in all; a region holds at most {MOST_SERVERS:,} servers. "
            f"The largest is {max(workloads, key=lambda workload: workload.replicas)}."
        )
    names, name_notes = name_workloads(workloads)
    addressed, dependency_notes = find_dependencies(facts)
    edges, policy_notes = with_policies(facts, addressed)
    floors = floors_of(facts)
    shared_names = _name_shared(floors.shared, set(names.values()))
    bare = tuple(sorted(names[workload.key] for workload in workloads if not floors.of[workload.key].budgets))
    notes = (
        *facts.notes,
        *name_notes,
        *replica_notes,
        *_empty_notes(facts),
        *notes_on(facts, placed),
        *floors.notes,
        *dependency_notes,
        *policy_notes,
        *_budget_note(bare),
        *_edge_note(addressed),
    )
    ordered = by_topic(notes)
    if not workloads:
        lost = sum(note.topic in (Topic.LEFT_OUT, Topic.NOT_UNDERSTOOD) for note in ordered)
        said = f" Of what was read, {lost:,} could not be understood." if lost else ""
        raise ImportRefusedError(
            f"There is no Deployment, StatefulSet or ReplicaSet of apps/v1 to import.{said}", ordered
        )
    text = _Writer(facts, names, shared_names, floors, edges, ordered, placed).text()
    refuse_if_too_long(text)
    return Imported(text, ordered, len(workloads) + len(shared_names), servers, len(edges), bare, "a budget")


def _name_shared(shared: tuple[SharedFloor, ...], taken: set[str]) -> tuple[str, ...]:
    """Name the subsystems that stand for budgets."""
    names = []
    for floor in shared:
        name = mapped(floor.budget.name)
        names.append(unused(f"{name}-budget" if name in taken else name, taken))
    return tuple(names)


def _sized_by_autoscalers(facts: ManifestFacts) -> Iterable[Note]:
    """Give workloads the least size that an autoscaler keeps where they state none, or less; and say so."""
    for autoscaler in sorted(facts.autoscalers, key=lambda one: (one.namespace, one.name)):
        workload = facts.workloads.get((autoscaler.namespace, autoscaler.target, autoscaler.target_kind))
        if workload is None:
            what = f"{plain(autoscaler.target_kind)} {plain(autoscaler.target)}, which is not in the documents"
            yield Note(Topic.REPLICAS, f"autoscaler {plain(autoscaler.name)} is for {what}")
            continue
        text = f"{workload} is resized by autoscaler {plain(autoscaler.name)} ({autoscaler.bounds})"
        if workload.replicas_stated and workload.replicas >= autoscaler.least:
            said = f"its servers and floor count with the {workload.replicas:,} stated"
        else:
            before = f"{workload.replicas:,} stated" if workload.replicas_stated else "none stated"
            workload = replace(workload, replicas=autoscaler.least, replicas_stated=True)
            facts.workloads[workload.key] = workload
            said = f"its servers and floor count with {autoscaler.least:,}, the least that it keeps ({before})"
        yield Note(Topic.REPLICAS, f"{text}; {said}", workload.place)


def _empty_notes(facts: ManifestFacts) -> Iterable[Note]:
    for key in sorted(facts.workloads):
        if facts.workloads[key].replicas == 0:
            yield Note(
                Topic.REPLICAS,
                f"{facts.workloads[key]} has 0 replicas: a subsystem without servers",
                facts.workloads[key].place,
            )


def _budget_note(bare: tuple[str, ...]) -> Iterable[Note]:
    if bare:
        text = (
            f"{len(bare):,} without a disruption budget, so no floor is written and removals are refused until one is"
        )
        yield Note(Topic.NO_BUDGET, f"{text}: {first_of(list(bare))}")


def _edge_note(edges: tuple[Edge, ...]) -> Iterable[Note]:
    if edges:
        text = f"{len(edges):,} found in environment values; these do not tell hard from soft"
        yield Note(Topic.DEPENDENCY, f'{text}, so every one is written as "hard"')


class _Writer:
    """Puts the parts into a description."""

    def __init__(
        self,
        facts: ManifestFacts,
        names: dict[_Key, str],
        shared_names: tuple[str, ...],
        floors: ImportedFloors,
        edges: tuple[Edge, ...],
        notes: tuple[Note, ...],
        placed: Mapping[_Key, Placed],
    ) -> None:
        self._facts = facts
        self._placed = placed
        self._zones = _zones_of(placed)
        self._names = names
        self._shared = tuple(zip(shared_names, floors.shared, strict=True))
        self._floors = floors
        self._edges = edges
        self._notes = notes
        self._workloads = sorted(facts.workloads.values(), key=lambda workload: names[workload.key])
        self._services = self._service_names()

    def text(self) -> str:
        """Give the description."""
        budgets_of: dict[_Key, list[str]] = {}
        for name, floor in self._shared:
            for key in floor.members:
                budgets_of.setdefault(key, []).append(name)
        parts = [
            self._head(),
            "format = 1\n# Keys and kinds of this file: underkeel schema region\n",
            self._region(),
            policy(),
        ]
        parts += [self._subsystem(workload) for workload in self._workloads]
        parts += [self._shared_subsystem(name, floor) for name, floor in self._shared]
        taken = {self._names[workload.key] for workload in self._workloads}
        for workload in self._workloads:
            parts += self._pools(workload, budgets_of.get(workload.key, []), taken)
        parts += self._dependencies()
        return "\n".join(parts)

    def _service_names(self) -> dict[str, str]:
        """Name the groups that namespaces become; two namespaces never share a group."""
        stated = sorted({workload.namespace for workload in self._workloads if workload.namespace_stated})
        taken: set[str] = set()
        return {namespace: unused(mapped(namespace), taken) for namespace in stated}

    def _head(self) -> str:
        facts = self._facts
        files = [f"{plain(source, 200)} ({count:,})" for source, count in facts.sources.items()]
        kinds = Counter(workload.kind for workload in self._workloads)
        lines = [
            "Made from Kubernetes manifests. Read, with the number of documents: " + first_of(files, _MOST_FILES_NAMED),
            "Taken from them: " + first_of([f"{count:,} {kind}" for kind, count in sorted(kinds.items())])
            + f", {len(facts.budgets):,} PodDisruptionBudget, {counted(len(self._edges), 'dependency', 'dependencies')}",
        ]  # fmt: skip
        if facts.counted:
            lines.append(
                "Without a say in capacity: "
                + first_of([f"{count:,} {kind}" for kind, count in sorted(facts.counted.items())])
            )
        lines += [
            "Replicas are servers, disruption budgets are floors, addresses in the environment are dependencies.",
            "Who may call whom by a network policy is a dependency, too.",
            'Neither tells hard from soft: each is written as "hard"; soften those that are not.',
            "The policy is a start, not taken from the manifests.",
        ]
        return head(lines, self._notes)

    def _region(self) -> str:
        name = next(iter(self._services.values())) if len(self._services) == 1 else "kubernetes"
        fields = (
            ("name", quoted(name)),
            ("title", quoted("Kubernetes workloads")),
            ("time_zone", quoted("UTC")),
            ("zones", list_of(sorted(self._zones.values()))),
        )
        return table("[region]", fields)

    def _subsystem(self, workload: Workload) -> str:
        name = self._names[workload.key]
        fields = [("name", quoted(name))]
        if mapped(workload.name) != workload.name:
            fields.append(("title", quoted(plain(workload.name, _LONGEST_TITLE))))
        if workload.namespace_stated:
            fields.append(("service", quoted(self._services[workload.namespace])))
        floor = self._floors.of[workload.key]
        if floor.amount is not None:
            fields.append(("floor", floor_text(floor.amount)))
        stated = first_of([f"{budget} ({budget.problem or budget.text})" for budget in floor.budgets])
        missing = "; not understood, so no floor is written and removals are refused" if floor.unknown else ""
        return table("[[subsystem]]", fields, f"{workload}: {stated or 'no disruption budget'}{missing}")

    def _shared_subsystem(self, name: str, floor: SharedFloor) -> str:
        fields = [("name", quoted(name))]
        services = {self._services.get(key[0]) for key in floor.members if self._facts.workloads[key].namespace_stated}
        fields += [("service", quoted(service)) for service in sorted(filter(None, services))[:1]]
        fields.append(("floor", floor_text(floor.amount)))
        members = first_of([self._names[key] for key in floor.members], _MOST_FILES_NAMED)
        return table("[[subsystem]]", fields, f"{floor.budget} ({floor.budget.text}), together for {members}")

    def _pools(self, workload: Workload, budgets: list[str], taken: set[str]) -> Iterable[str]:
        """Write a pool for each zone and state of a workload's servers; the first has the workload's name."""
        name = self._names[workload.key]
        placed = [(where, count) for where, count in self._placed[workload.key].items() if count]
        placed.sort(key=lambda one: (one[0][1] is not ServerState.IN_SERVICE, one[0]))
        several = len(self._floors.of[workload.key].budgets) > 1
        for number, ((zone, state), count) in enumerate(placed or [(("", ServerState.IN_SERVICE), 0)]):
            word = "" if state is ServerState.IN_SERVICE else f"-{STATE_NAMES[state].replace('_', '-')}"
            longer = f"{name[:180]}{f'-{self._zones[zone]}'[:60] if zone else ''}{word}"
            fields = [
                ("name", quoted(name if not number else unused(longer, taken))),
                ("count", str(count)),
                ("supports", list_of([name, *budgets])),
                ("zones", quoted(self._zones.get(zone) or next(iter(self._zones.values())))),
            ]
            if state is not ServerState.IN_SERVICE:
                fields.append(("state", quoted(STATE_NAMES[state])))
            if several:
                fields.append(("protected", "true"))
            why = "selected by several budgets, so Kubernetes refuses every eviction" if several else ""
            yield table("[[pool]]", fields, why)

    def _dependencies(self) -> list[str]:
        named = sorted(
            ((self._names[edge.dependent], self._names[edge.needs], edge) for edge in self._edges),
            key=lambda one: one[:2],
        )
        return [
            table(
                "[[dependency]]",
                (("from", quoted(one)), ("to", quoted(other)), ("kind", '"hard"')),
                _source_of(edge),
            )
            for one, other, edge in named
        ]


def _zones_of(placed: Mapping[_Key, Placed]) -> dict[str, str]:
    """Give the name of every zone that servers stand in; what is not known is in one called `ZONE`."""
    found = {zone for counts in placed.values() for (zone, _), count in counts.items() if count} or {""}
    taken: set[str] = set()
    names = {zone: unused(mapped(zone), taken) for zone in sorted(found) if zone}
    return {**names, "": unused(ZONE, taken)} if "" in found else {**names}


def _source_of(edge: Edge) -> str:
    said = [f"from {first_of(list(edge.variables), 5)}"] if edge.variables else []
    said += [f"allowed by {first_of(list(edge.policies), 5)}"] if edge.policies else []
    return "; ".join(said)
