"""What manifests of Kubernetes state, as plain values: workloads, services, settings, disruption budgets, autoscalers.

Reading them from documents is `topology.imports.kubernetes.manifests`' business.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from topology.imports.notes import Note, SourcePlace, plain
from topology.kubernetes.budgets import Demand
from topology.kubernetes.objects import Owner, Pod
from topology.kubernetes.pods import controller_of
from topology.kubernetes.selectors import Selector
from topology.region.server_states import ServerState

DEFAULT_NAMESPACE = "default"
"""Where a document without a namespace goes."""

Named = tuple[str, str]
"""A namespace and a name."""


@dataclass(frozen=True, slots=True)
class Literal:
    """An environment variable with a value of its own; the value may name others as `$(NAME)`."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class FromKey:
    """An environment variable whose value is one entry of a ConfigMap."""

    name: str
    config_map: str
    key: str
    optional: bool


@dataclass(frozen=True, slots=True)
class FromMap:
    """One environment variable for each entry of a ConfigMap, with a prefix."""

    prefix: str
    config_map: str
    optional: bool


Variable = Literal | FromKey | FromMap


@dataclass(frozen=True, slots=True)
class Workload:
    """A Deployment, StatefulSet or ReplicaSet: the pods it keeps."""

    kind: str
    namespace: str
    name: str
    replicas: int
    replicas_stated: bool
    labels: Mapping[str, str]
    """Of its pods."""
    containers: tuple[tuple[Variable, ...], ...]
    """The variables of each container, in the order in which they take effect."""
    reads_secrets: bool
    namespace_stated: bool
    place: SourcePlace = field(compare=False)
    ready: int | None = field(default=None, compare=False)
    """How many of its pods are ready, where an export of a cluster says so."""
    spread: bool = False
    """Whether it says in which zones its pods may stand, or that they are spread over them."""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same workload, in sorting order."""
        return (self.namespace, self.name, self.kind)

    def __str__(self) -> str:
        return spoken(self.kind, self.namespace, self.name)


@dataclass(frozen=True, slots=True)
class Service:
    """A name that pods can be reached under; *external_name* stands for another name."""

    namespace: str
    name: str
    selector: Selector
    external_name: str
    place: SourcePlace = field(compare=False)


@dataclass(frozen=True, slots=True)
class ConfigMap:
    """Settings that variables may be taken from."""

    namespace: str
    name: str
    values: Mapping[str, str]
    place: SourcePlace = field(compare=False)


@dataclass(frozen=True, slots=True)
class DisruptionBudget:
    """A PodDisruptionBudget. With a *problem* it is not known what it allows, only what it may select."""

    namespace: str
    name: str
    selector: Selector
    demand: Demand | None
    problem: str
    place: SourcePlace = field(compare=False)
    namespace_stated: bool = True
    allowed: int | None = field(default=None, compare=False)
    """How many the cluster itself would let go, where an export says so; *healthy* are those that it counts."""
    healthy: int | None = field(default=None, compare=False)

    @property
    def asked(self) -> Demand:
        """What it asks for.

        Raises:
            ValueError: it is not understood.
        """
        if self.demand is None:
            raise ValueError(f"{self} states no amount")
        return self.demand

    def least(self, expected: int) -> int:
        """Give the pods that must stay of *expected*."""
        return self.asked.least(expected)

    @property
    def text(self) -> str:
        """What it states, as it is written there."""
        return str(self.asked)

    def __str__(self) -> str:
        return spoken("budget", self.namespace, self.name)


@dataclass(frozen=True, slots=True)
class PolicyPeer:
    """Pods that a network policy lets traffic from or to."""

    pods: Selector = Selector()  # noqa: RUF009 - a frozen value
    namespaces: Selector | None = None
    """By their labels; None for the policy's own namespace."""
    anyone: bool = False
    """The rule names nobody, so it is for everybody."""
    doubt: bool = False
    """It is not known whom it means."""


@dataclass(frozen=True, slots=True)
class NetworkPolicy:
    """A NetworkPolicy: who may call the pods it selects, and whom they may call; None where it says nothing of it."""

    namespace: str
    name: str
    pods: Selector
    ingress: tuple[PolicyPeer, ...] | None
    egress: tuple[PolicyPeer, ...] | None
    place: SourcePlace = field(compare=False)

    def __str__(self) -> str:
        return spoken("NetworkPolicy", self.namespace, self.name)


@dataclass(frozen=True, slots=True)
class Unlisted:
    """Something with pods that is not imported; it may still be selected or addressed."""

    kind: str
    namespace: str
    name: str
    labels: Mapping[str, str]

    def __str__(self) -> str:
        return spoken(self.kind, self.namespace, self.name)


@dataclass(frozen=True, slots=True)
class PodFact:
    """One pod of an export of a cluster."""

    pod: Pod
    state: ServerState
    place: SourcePlace = field(compare=False)

    @property
    def namespace(self) -> str:
        """Where it is."""
        return self.pod.metadata.namespace

    @property
    def name(self) -> str:
        """What it is called there."""
        return self.pod.metadata.name

    @property
    def labels(self) -> dict[str, str]:
        """What it is chosen by."""
        return self.pod.metadata.labels

    @property
    def owner(self) -> Owner | None:
        """What controls it."""
        return controller_of(self.pod.metadata.owners)

    @property
    def node(self) -> str:
        """Where it runs; empty where nowhere yet."""
        return self.pod.spec.node


@dataclass(frozen=True, slots=True)
class Autoscaler:
    """Something that changes the replicas of a workload, but never to fewer than *least*."""

    namespace: str
    name: str
    target_kind: str
    target: str
    bounds: str
    least: int = 1


@dataclass(slots=True)
class ManifestFacts:
    """Everything understood, and notes about the rest."""

    workloads: dict[tuple[str, str, str], Workload] = field(default_factory=dict)
    services: dict[Named, Service] = field(default_factory=dict)
    config_maps: dict[Named, ConfigMap] = field(default_factory=dict)
    budgets: dict[DisruptionBudget, None] = field(default_factory=dict)
    """A set that keeps the order read: the same budget stated twice is one budget."""
    policies: list[NetworkPolicy] = field(default_factory=list)
    autoscalers: list[Autoscaler] = field(default_factory=list)
    pods: list[PodFact] = field(default_factory=list)
    nodes: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """The zone of each node, empty where it is not known, and whether it is ready."""
    owners: dict[tuple[str, str, str], Owner] = field(default_factory=dict)
    """What controls a ReplicaSet, by its namespace, kind and name."""
    unlisted: list[Unlisted] = field(default_factory=list)
    sources: Counter[str] = field(default_factory=Counter)
    """Documents per file, in the order read."""
    counted: Counter[str] = field(default_factory=Counter)
    """Objects that say nothing about capacity, per kind."""
    notes: list[Note] = field(default_factory=list)


def spoken(kind: str, namespace: str, name: str) -> str:
    """Name an object in a sentence; the default namespace goes without saying."""
    where = "" if namespace == DEFAULT_NAMESPACE else f" in {plain(namespace)}"
    return f"{plain(kind)} {plain(name)}{where}"
