"""Where the pods of a live export stand, and how they are: read from pods, nodes and what workloads say of themselves.

A manifest states what is wanted. An export of a cluster also says what is there: only a pod that is ready is capacity.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from topology.imports.facts import ManifestFacts, PodFact
from topology.imports.kubernetes.readers import Fields, Header
from topology.imports.notes import Note, Topic
from topology.imports.shapes import DefectError, Steps, items_of, mapping_of, texts_of
from topology.kubernetes.nodes import condition, zone_of
from topology.kubernetes.objects import KubeCondition, Owner, Pod, PodMeta, PodSpec, PodStatus
from topology.kubernetes.pods import controller_of, is_deleted, is_finished, is_marked, is_ready, maker_of
from topology.region.sentences.counting import counted, first_of
from topology.region.server_states import ServerState

Placed = Counter[tuple[str, ServerState]]
"""How many servers of a workload stand in a zone, in a state; an empty zone is one that is not known."""
_Key = tuple[str, str, str]
_MOST_NAMED = 20


def read_pod(header: Header, steps: Steps) -> PodFact:
    """Read a pod: whose it is, where it runs, and whether it serves.

    Raises:
        DefectError: a part of it is not what it should be.
    """
    labels = texts_of(header.metadata.get("labels"), "metadata.labels", steps)
    spec = mapping_of(header.spec, "spec", steps)
    status = mapping_of(header.fields.get("status"), "status", steps)
    node, phase = spec.get("nodeName"), status.get("phase")
    deleted = header.metadata.get("deletionTimestamp")
    pod = Pod(
        PodMeta(
            name=header.name,
            namespace=header.namespace,
            labels=labels,
            owners=read_owners(header.metadata, steps),
            deleted=None if deleted is None else str(deleted),
        ),
        PodSpec(node if isinstance(node, str) else ""),
        PodStatus(phase if isinstance(phase, str) else "", _conditions(status, steps)),
    )
    return PodFact(pod, _state_by_itself(pod), header.place)


def _state_by_itself(pod: Pod) -> ServerState:
    if is_deleted(pod) or is_marked(pod):
        return ServerState.DRAINING
    if is_ready(pod):
        return ServerState.IN_SERVICE
    return ServerState.JOINING if pod.status.phase in ("", "Pending") else ServerState.FAILED


def read_node(header: Header, steps: Steps) -> tuple[str, bool]:
    """Give the zone of a node, empty where no label says it, and whether it is ready, as far as it says so.

    Raises:
        DefectError: a part of it is not what it should be.
    """
    labels = texts_of(header.metadata.get("labels"), "metadata.labels", steps)
    status = mapping_of(header.fields.get("status"), "status", steps)
    return zone_of(labels), not status or condition(_conditions(status, steps), "Ready") == "True"


def read_owners(metadata: Fields, steps: Steps) -> list[Owner]:
    """Read what an object belongs to.

    Raises:
        DefectError: its references are no list of mappings.
    """
    found = []
    for reference in items_of(metadata.get("ownerReferences"), "metadata.ownerReferences", steps):
        owner = mapping_of(reference, "an entry of metadata.ownerReferences", steps)
        kind, name = owner.get("kind"), owner.get("name")
        if isinstance(kind, str) and isinstance(name, str):
            found.append(Owner(kind, name, owner.get("controller") is True))
    return found


def owner_of(metadata: Fields, steps: Steps) -> Owner | None:
    """Give what a ReplicaSet stands for: what controls it, else the first that it belongs to; None where it stands alone.

    Raises:
        DefectError: its references are no list of mappings.
    """
    owners = read_owners(metadata, steps)
    return controller_of(owners) or next(iter(owners), None)


def ready_of(fields: Fields, steps: Steps) -> int | None:
    """Give how many pods of a workload are ready, where it says so; None in a manifest, which has no status."""
    try:
        status = mapping_of(fields.get("status"), "status", steps)
    except DefectError:
        return None
    counts = [status.get(key) for key in ("replicas", "readyReplicas")]
    if not any(isinstance(one, int) and not isinstance(one, bool) for one in counts):
        return None
    ready = counts[1]
    return ready if isinstance(ready, int) and not isinstance(ready, bool) and ready >= 0 else 0


def owned(facts: ManifestFacts) -> dict[_Key, list[PodFact]]:
    """Give the pods of each workload, by their owners, followed to the top; those that ended are among them."""
    by_name = {(key[0], key[2], key[1]): key for key in facts.workloads}
    found: dict[_Key, list[PodFact]] = {}
    for pod in facts.pods:
        key = _workload_of(pod, facts.owners, by_name)
        if key is not None:
            found.setdefault(key, []).append(pod)
    return found


def placements(facts: ManifestFacts, pods: Mapping[_Key, list[PodFact]]) -> dict[_Key, Placed]:
    """Say of each workload where its servers stand and in which state: by its pods, else by what it says, else as wanted."""
    found = {}
    for key, workload in facts.workloads.items():
        if pods.get(key):
            there = [pod for pod in pods[key] if not is_finished(pod.pod)]
            placed = Counter((facts.nodes.get(pod.node, ("", True))[0], _state(pod, facts)) for pod in there)
            missing = workload.replicas - placed.total()
            if missing > 0:
                placed["", ServerState.JOINING] += missing
        else:
            ready = workload.replicas if workload.ready is None else min(workload.ready, workload.replicas)
            placed = Counter({("", ServerState.IN_SERVICE): ready})
            if workload.replicas > ready:
                placed["", ServerState.FAILED] = workload.replicas - ready
        found[key] = placed
    return found


def notes_on(facts: ManifestFacts, placed: Mapping[_Key, Placed]) -> Iterator[Note]:
    """Say which workloads do not have what they want."""
    for key in sorted(placed):
        workload, counts = facts.workloads[key], placed[key]
        serving = sum(count for (_, state), count in counts.items() if state is ServerState.IN_SERVICE)
        if serving < workload.replicas:
            text = f"{workload} wants {workload.replicas:,} and has {serving:,} that are ready"
            yield Note(Topic.SERVERS, text, workload.place)
        elif counts.total() > workload.replicas:
            text = (
                f"{workload} wants {workload.replicas:,} and has {counted(counts.total(), 'pod')}: it is being changed"
            )
            yield Note(Topic.SERVERS, text, workload.place)
    spread = [
        str(facts.workloads[key])
        for key in sorted(placed)
        if facts.workloads[key].spread and not _has_zone(placed[key])
    ]
    if spread:
        text = f"{len(spread):,} that their manifests spread over zones, or keep to some; where a pod stands they do not say"
        yield Note(Topic.SERVERS, f"{text}: {first_of(spread, _MOST_NAMED)}")


def _state(pod: PodFact, facts: ManifestFacts) -> ServerState:
    """A pod on a node that is not ready serves nobody, whatever it said last."""
    _, ready = facts.nodes.get(pod.node, ("", True))
    return ServerState.FAILED if pod.state is ServerState.IN_SERVICE and not ready else pod.state


def _has_zone(placed: Placed) -> bool:
    return any(zone for zone, _ in placed)


def _workload_of(
    pod: PodFact, owners: Mapping[_Key, Owner], by_name: Mapping[tuple[str, str, str], _Key]
) -> _Key | None:
    owner = pod.owner
    for _ in range(4):
        if owner is None:
            return None
        key = by_name.get((pod.namespace, owner.kind, owner.name))
        if key is not None:
            return key
        # What is not in the export is known by its name, and by the labels of its pods.
        owner = owners.get((pod.namespace, owner.kind, owner.name)) or maker_of(owner, pod.labels)
    return None


def _conditions(status: Fields, steps: Steps) -> list[KubeCondition]:
    found = []
    for raw in items_of(status.get("conditions"), "status.conditions", steps):
        fields = mapping_of(raw, "an entry of status.conditions", steps)
        kind, said = fields.get("type"), fields.get("status")
        found.append(KubeCondition(kind if isinstance(kind, str) else "", said if isinstance(said, str) else ""))
    return found
