"""Reads decoded Kubernetes documents into facts; what is malformed or unknown becomes a note, never a guess."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from topology.imports.facts import DEFAULT_NAMESPACE, ConfigMap, ManifestFacts, Service, Unlisted, Variable, Workload
from topology.imports.kubernetes.arguments import read_arguments
from topology.imports.kubernetes.environment import read_set, read_variable
from topology.imports.kubernetes.pods import owned, owner_of, read_node, read_pod, ready_of
from topology.imports.kubernetes.policies import read_policy, unknown_policy
from topology.imports.kubernetes.readers import (
    Fields,
    Header,
    pod_labels_of,
    read_autoscaler,
    read_budget,
    read_header,
    read_replicas,
    read_scaled_object,
    read_service,
    read_settings,
)
from topology.imports.notes import Note, SourcePlace, Topic, plain
from topology.imports.shapes import DefectError, Steps, described, items_of, mapping_of, texts_of
from topology.kubernetes.pods import MADE_BY

DEEPEST_LIST = 4

_WORKLOADS = ("Deployment", "StatefulSet", "ReplicaSet")
_LIKE_DEPLOYMENTS = {"Rollout": "argoproj.io", "CloneSet": "apps.kruise.io", "DeploymentConfig": "apps.openshift.io"}
"""Kinds of others that mean what a Deployment does, and their groups."""
_READ = "only Deployment, StatefulSet and ReplicaSet, and Rollout, CloneSet and DeploymentConfig, are read"
_WITH_PODS = {
    "DaemonSet": "its size follows the nodes",
    "Job": "it ends by itself",
    "CronJob": "it ends by itself",
    "Pod": "nothing keeps its number",
    "ReplicationController": _READ,
}
_BUILT_IN_GROUPS = {
    "", "admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "apps",
    "authorization.k8s.io", "certificates.k8s.io", "coordination.k8s.io", "discovery.k8s.io",
    "events.k8s.io", "flowcontrol.apiserver.k8s.io",
    "gateway.networking.k8s.io", "networking.k8s.io", "node.k8s.io", "rbac.authorization.k8s.io", "resource.k8s.io",
    "scheduling.k8s.io", "storage.k8s.io",
}  # fmt: skip
"""Groups whose kinds, other than those read here or with pods, say nothing about capacity."""

_Key = TypeVar("_Key", tuple[str, str], tuple[str, str, str])
_Kept = TypeVar("_Kept", Workload, Service, ConfigMap)


@dataclass(frozen=True, slots=True)
class Document:
    """One decoded document."""

    value: object
    place: SourcePlace
    flaw: str = ""
    """What was already wrong with it as YAML, such as a key stated twice; nothing in it is then relied on."""


class ManifestReader:
    """Sorts documents into facts."""

    def __init__(self, most_entries: int) -> None:
        self.facts = ManifestFacts()
        self._steps = Steps(most_entries)
        self._stated_differently: set[tuple[str, ...]] = set()

    def read(self, documents: Iterable[Document]) -> ManifestFacts:
        """Read every document, in order.

        Raises:
            ImportRefusedError: their aliases unfold to more than can be read.
        """
        for document in documents:
            self.facts.sources[document.place.source] += 1
            if document.value is not None:  # nothing between two separators
                self._object(document, "", "", 0)
        self._pods_without_workload()
        return self.facts

    def _pods_without_workload(self) -> None:
        """Name the pods that nothing of the documents keeps; those of a workload are its servers."""
        kept = {id(pod) for pods in owned(self.facts).values() for pod in pods}
        for pod in self.facts.pods:
            if id(pod) in kept:
                self.facts.counted["Pod"] += 1
                continue
            found = Unlisted("Pod", pod.namespace, pod.name, pod.labels)
            self.facts.unlisted.append(found)
            owner = pod.owner
            of = f"it is of {plain(owner.kind)} {plain(owner.name)}, which is not imported" if owner else ""
            why = of or _WITH_PODS["Pod"]
            self._note(Topic.NOT_IMPORTED, f"{found}: {why}", pod.place)

    def _note(self, topic: Topic, message: str, place: SourcePlace | None) -> None:
        self.facts.notes.append(Note(topic, message, place))

    def _object(self, document: Document, kind: str, version: str, depth: int) -> None:
        """Read one object; *kind* and *version* are those that a typed list implies for its items."""
        place = document.place
        self._steps.take(1)
        fields = document.value
        if not isinstance(fields, dict):
            self._note(Topic.NOT_UNDERSTOOD, f"the document is {described(fields)}, not a mapping", place)
            return
        raw_kind, raw_version = fields.get("kind", kind or None), fields.get("apiVersion", version or None)
        if not isinstance(raw_kind, str) or not isinstance(raw_version, str) or not raw_kind or not raw_version:
            what = "kind" if not isinstance(raw_kind, str) or not raw_kind else "apiVersion"
            self._note(Topic.NOT_UNDERSTOOD, f"{what} is {described(fields.get(what))}", place)
            return
        if raw_kind.endswith("List") and "items" in fields:
            self._list(document, fields, raw_kind, raw_version, depth)
            return
        group, _, number = raw_version.rpartition("/")
        if document.flaw and raw_kind not in ("PodDisruptionBudget", *_WORKLOADS):
            self._note(Topic.NOT_UNDERSTOOD, document.flaw, place)
            return
        try:
            header = read_header(fields, raw_kind, group, number, place, self._steps)
        except DefectError as defect:
            self._nameless(fields, raw_kind, group, document, str(defect))
            return
        try:
            self._sort(header, document.flaw)
        except DefectError as defect:
            topic = Topic.LEFT_OUT if raw_kind in _WORKLOADS else Topic.NOT_UNDERSTOOD
            self._note(topic, f"{header}: {defect}", place)

    def _list(self, document: Document, fields: Fields, kind: str, version: str, depth: int) -> None:
        if depth >= DEEPEST_LIST:
            self._note(
                Topic.NOT_UNDERSTOOD, f"{plain(kind)} stands more than {DEEPEST_LIST} lists deep", document.place
            )
            return
        try:
            items = items_of(fields.get("items"), f"items of {plain(kind)}", self._steps)
        except DefectError as defect:
            self._note(Topic.NOT_UNDERSTOOD, str(defect), document.place)
            return
        implied = "" if kind == "List" else kind.removesuffix("List")
        for number, item in enumerate(items, 1):
            place = SourcePlace(document.place.source, document.place.document, document.place.line, number)
            self._object(Document(item, place, document.flaw), implied, version if implied else "", depth + 1)

    def _nameless(self, fields: Fields, kind: str, group: str, document: Document, defect: str) -> None:
        if kind == "PodDisruptionBudget" and group == "policy":
            # It may well be a budget for something here, so what it selects has an unknown floor.
            metadata = fields.get("metadata")
            raw = metadata.get("namespace") if isinstance(metadata, dict) else None
            namespace = raw if isinstance(raw, str) and raw else DEFAULT_NAMESPACE
            header = Header(kind, group, "v1", "(without a name)", namespace, True, fields, {}, document.place)
            self.facts.budgets.setdefault(read_budget(header, self._steps, defect))
        elif kind in _WORKLOADS or kind in _WITH_PODS or kind in ("Service", "ConfigMap", "HorizontalPodAutoscaler"):
            topic = Topic.LEFT_OUT if kind in _WORKLOADS else Topic.NOT_UNDERSTOOD
            self._note(topic, f"{kind}: {defect}", document.place)
        elif group in _BUILT_IN_GROUPS:
            self.facts.counted[kind] += 1
        else:
            self._note(Topic.NOT_UNDERSTOOD, f"{plain(kind)}: {defect}", document.place)

    def _sort(self, header: Header, flaw: str) -> None:
        facts = self.facts
        match header.group, header.kind:
            case "apps", "Deployment" | "StatefulSet" | "ReplicaSet" if header.version == "v1":
                if flaw:
                    raise DefectError(flaw)
                self._workload(header)
            case group, kind if _LIKE_DEPLOYMENTS.get(kind) == group:
                self._workload(header)
            case "keda.sh", "ScaledObject":
                facts.autoscalers.append(read_scaled_object(header, self._steps))
            case "", "Pod":
                facts.pods.append(read_pod(header, self._steps))
            case "", "Node":
                facts.nodes[header.name] = read_node(header, self._steps)
                facts.counted[header.kind] += 1
            case _, "Deployment" | "StatefulSet" | "ReplicaSet" if header.group in ("apps", "extensions"):
                raise DefectError(f"apiVersion is {header.group}/{plain(header.version)}; only apps/v1 is read")
            case "policy", "PodDisruptionBudget":
                budget = read_budget(header, self._steps, flaw)
                facts.budgets.setdefault(budget)
            case "autoscaling", "HorizontalPodAutoscaler":
                facts.autoscalers.append(read_autoscaler(header, self._steps))
            case "networking.k8s.io", "NetworkPolicy":
                self._policy(header)
            case "", "Service":
                service = read_service(header, self._steps)
                self._keep(facts.services, (service.namespace, service.name), service, header)
                facts.counted[header.kind] += 1
            case "", "ConfigMap":
                settings = ConfigMap(header.namespace, header.name, read_settings(header, self._steps), header.place)
                self._keep(facts.config_maps, (settings.namespace, settings.name), settings, header)
                facts.counted[header.kind] += 1
            case _:
                self._other(header)

    def _policy(self, header: Header) -> None:
        """Read who may call whom; a policy that is not understood may allow anything in its namespace."""
        self.facts.counted[header.kind] += 1
        try:
            self.facts.policies.append(read_policy(header, self._steps))
        except DefectError:
            self.facts.policies.append(unknown_policy(header))
            raise

    def _other(self, header: Header) -> None:
        labels = pod_labels_of(header, self._steps)
        known = header.kind in _WITH_PODS and header.group in ("", "apps", "batch", "argoproj.io")
        if known or (header.group not in _BUILT_IN_GROUPS and header.group != "policy"):
            self.facts.unlisted.append(Unlisted(header.kind, header.namespace, header.name, labels))
            version = f"{header.group}/{header.version}" if header.group else header.version
            why = _WITH_PODS[header.kind] if known else f"{plain(version)} is not known here"
            self._note(Topic.NOT_IMPORTED, f"{header}: {why}", header.place)
        else:
            self.facts.counted[plain(header.kind)] += 1

    def _workload(self, header: Header) -> None:
        owner = owner_of(header.metadata, self._steps)
        if owner is not None and header.kind == "ReplicaSet" and owner.kind in MADE_BY.values():
            self.facts.owners[header.namespace, header.kind, header.name] = owner
            text = f"{header} belongs to {owner.kind} {plain(owner.name)}, which stands for its pods"
            self._note(Topic.NOT_IMPORTED, text, header.place)
            return
        spec = mapping_of(header.spec, "spec", self._steps)
        if header.spec is None:
            raise DefectError("spec is missing")
        if spec.get("workloadRef") is not None:
            raise DefectError("it takes its pods from another workload (workloadRef), which is read in its place")
        template = mapping_of(spec.get("template"), "spec.template", self._steps)
        metadata = mapping_of(template.get("metadata"), "spec.template.metadata", self._steps)
        labels = texts_of(metadata.get("labels"), "spec.template.metadata.labels", self._steps)
        raw = spec.get("replicas")
        replicas = 1 if raw is None else read_replicas(raw)
        containers, secrets = self._containers(header, template)
        workload = Workload(
            header.kind, header.namespace, header.name, replicas, raw is not None, labels, containers, secrets,
            header.namespace_stated, header.place, ready_of(header.fields, self._steps), _is_spread(template),
        )  # fmt: skip
        self._keep(self.facts.workloads, workload.key, workload, header)

    def _containers(self, header: Header, template: Fields) -> tuple[tuple[tuple[Variable, ...], ...], bool]:
        """Read the variables of every container; one that cannot be read is noted, and the workload is kept."""
        found: list[tuple[Variable, ...]] = []
        secrets = False
        try:
            pod = mapping_of(template.get("spec"), "spec.template.spec", self._steps)
            for key in ("initContainers", "containers"):
                for raw in items_of(pod.get(key), f"spec.template.spec.{key}", self._steps):
                    container = mapping_of(raw, f"an entry of {key}", self._steps)
                    variables: list[Variable] = []
                    for reader, part in ((read_set, "envFrom"), (read_variable, "env")):
                        for entry in items_of(container.get(part), f"{part} of a container", self._steps):
                            variable, secret = self._entry(header, reader, entry)
                            secrets = secrets or secret
                            variables += [variable] if variable is not None else []
                    found.append((*variables, *read_arguments(container, self._steps)))
        except DefectError as defect:
            self._note(Topic.NOT_UNDERSTOOD, f"{header}: {defect}; addresses in it are not seen", header.place)
        return tuple(found), secrets

    def _entry(
        self, header: Header, reader: Callable[[object, Steps], tuple[Variable | None, bool]], entry: object
    ) -> tuple[Variable | None, bool]:
        try:
            return reader(entry, self._steps)
        except DefectError as defect:
            self._note(Topic.NOT_UNDERSTOOD, f"{header}: {defect}; an address in it is not seen", header.place)
            return None, False

    def _keep(self, table: dict[_Key, _Kept], key: _Key, new: _Kept, header: Header) -> None:
        """Put *new* into *table*; what is stated twice and differently is left out, for neither can be preferred."""
        mark = (header.kind, header.namespace, header.name)
        if mark in self._stated_differently:
            self._note(Topic.LEFT_OUT, f"{header} is stated again", header.place)
        elif key in table and table[key] != new:
            first = table.pop(key)
            self._stated_differently.add(mark)
            message = f"{header} is stated differently in {first.place}, so neither is used; import one at a time"
            self._note(Topic.LEFT_OUT, message, header.place)
        else:
            table.setdefault(key, new)


def _is_spread(template: Fields) -> bool:
    """Whether pods are spread over zones, or kept to some, as far as their template says."""
    pod = template.get("spec")
    if not isinstance(pod, dict):
        return False
    affinity = pod.get("affinity")
    kept = isinstance(affinity, dict) and affinity.get("nodeAffinity") is not None
    return bool(pod.get("topologySpreadConstraints")) or kept
