"""Reads single objects of Kubernetes: what they state about themselves, services, settings, budgets, autoscalers."""

from collections.abc import Mapping
from dataclasses import dataclass

from topology.imports.facts import DEFAULT_NAMESPACE, Autoscaler, DisruptionBudget, Service, spoken
from topology.imports.notes import SourcePlace, plain
from topology.imports.selectors import read_selector
from topology.imports.shapes import DefectError, Steps, described, mapping_of, text_of, texts_of
from topology.kubernetes.budgets import Demand, demand_of
from topology.kubernetes.selectors import NOTHING, Selector, exactly

MOST_REPLICAS = 2**31 - 1
"""Kubernetes keeps replicas in 32 bits."""

Fields = Mapping[object, object]


@dataclass(frozen=True, slots=True)
class Header:
    """What every object states about itself, and the rest unread."""

    kind: str
    group: str
    version: str
    name: str
    namespace: str
    namespace_stated: bool
    fields: Fields
    metadata: Fields
    place: SourcePlace

    @property
    def spec(self) -> object:
        """What is wanted of the object."""
        return self.fields.get("spec")

    def __str__(self) -> str:
        return spoken(self.kind, self.namespace, self.name)


def read_header(fields: Fields, kind: str, group: str, version: str, place: SourcePlace, steps: Steps) -> Header:
    """Read what an object states about itself.

    Raises:
        DefectError: it has no name, or something else is not text.
    """
    metadata = mapping_of(fields.get("metadata"), "metadata", steps)
    name = text_of(metadata.get("name"), "metadata.name")
    raw = metadata.get("namespace")
    if raw is not None and not isinstance(raw, str):
        raise DefectError(f"metadata.namespace is {described(raw)}, not text")
    return Header(kind, group, version, name, raw or DEFAULT_NAMESPACE, bool(raw), fields, metadata, place)


def read_replicas(raw: object) -> int:
    """Read a stated number of replicas.

    Raises:
        DefectError: it is no number that Kubernetes takes.
    """
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise DefectError(f"spec.replicas is {described(raw)}, not a whole number")
    if not 0 <= raw <= MOST_REPLICAS:
        raise DefectError(f"spec.replicas is {described(raw)}, not between 0 and {MOST_REPLICAS:,}")
    return raw


def read_service(header: Header, steps: Steps) -> Service:
    """Read a Service."""
    spec = mapping_of(header.spec, "spec", steps)
    selector = exactly(texts_of(spec.get("selector"), "spec.selector", steps))
    external = ""
    if spec.get("type") == "ExternalName":
        external = text_of(spec.get("externalName"), "spec.externalName")
    return Service(header.namespace, header.name, selector, external, header.place)


def read_settings(header: Header, steps: Steps) -> dict[str, str]:
    """Read the entries of a ConfigMap."""
    return texts_of(header.fields.get("data"), "data", steps)


def read_autoscaler(header: Header, steps: Steps) -> Autoscaler:
    """Read a HorizontalPodAutoscaler."""
    spec = mapping_of(header.spec, "spec", steps)
    target = mapping_of(spec.get("scaleTargetRef"), "spec.scaleTargetRef", steps)
    kind = text_of(target.get("kind"), "spec.scaleTargetRef.kind")
    name = text_of(target.get("name"), "spec.scaleTargetRef.name")
    least = spec.get("minReplicas")
    bounds = f"{described(1 if least is None else least)} to {described(spec.get('maxReplicas'))}"
    return Autoscaler(header.namespace, header.name, kind, name, bounds, 1 if least is None else _least(least))


def read_scaled_object(header: Header, steps: Steps) -> Autoscaler:
    """Read a ScaledObject of KEDA, whose usual least is 0."""
    spec = mapping_of(header.spec, "spec", steps)
    target = mapping_of(spec.get("scaleTargetRef"), "spec.scaleTargetRef", steps)
    kind = text_of(target.get("kind", "Deployment"), "spec.scaleTargetRef.kind")
    name = text_of(target.get("name"), "spec.scaleTargetRef.name")
    least, most = spec.get("minReplicaCount", 0), spec.get("maxReplicaCount", 100)
    return Autoscaler(
        header.namespace, header.name, kind, name, f"{described(least)} to {described(most)}", _least(least)
    )


def _least(raw: object) -> int:
    """Give the least number of replicas; what is no number promises none."""
    return raw if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= MOST_REPLICAS else 0


def read_budget(header: Header, steps: Steps, flaw: str) -> DisruptionBudget:
    """Read a budget; one that cannot be read is kept with its problem, for it may protect something here."""
    selector, demand, problem = Selector(), None, flaw
    if header.version not in ("v1", "v1beta1"):
        problem = problem or f"apiVersion is policy/{plain(header.version)}; only policy/v1 is read"
    try:
        spec = mapping_of(header.spec, "spec", steps)
        selector = read_selector(spec.get("selector"), steps)
        if header.version == "v1beta1" and selector == Selector():
            selector = NOTHING  # before policy/v1 an empty selector selected nothing
        if flaw:
            selector = Selector()  # not even what it selects is certain: it may be for anything in its namespace
        problem = problem or selector.doubt
        demand = _demand(spec)
    except DefectError as defect:
        problem = problem or str(defect)
    counts = [_status(header, key) for key in ("disruptionsAllowed", "currentHealthy")]
    return DisruptionBudget(
        header.namespace,
        header.name,
        selector,
        demand,
        problem,
        header.place,
        header.namespace_stated,
        *counts,
    )


def _status(header: Header, key: str) -> int | None:
    """Give a number that the cluster wrote beside what was wanted; None in a manifest."""
    status = header.fields.get("status")
    raw = status.get(key) if isinstance(status, dict) else None
    return raw if isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0 else None


def _demand(spec: Fields) -> Demand:
    try:
        return demand_of(spec.get("minAvailable"), spec.get("maxUnavailable"))
    except ValueError as error:
        raise DefectError(plain(str(error), 250)) from error


def pod_labels_of(header: Header, steps: Steps) -> dict[str, str]:
    """Give the labels of the pods of something that is not imported, as far as they can be read."""
    try:
        if header.kind == "Pod":
            return texts_of(header.metadata.get("labels"), "metadata.labels", steps)
        spec = mapping_of(header.spec, "spec", steps)
        if header.kind == "CronJob":
            job = mapping_of(spec.get("jobTemplate"), "spec.jobTemplate", steps)
            spec = mapping_of(job.get("spec"), "spec.jobTemplate.spec", steps)
        template = mapping_of(spec.get("template"), "spec.template", steps)
        metadata = mapping_of(template.get("metadata"), "spec.template.metadata", steps)
        return texts_of(metadata.get("labels"), "spec.template.metadata.labels", steps)
    except DefectError:
        return {}
