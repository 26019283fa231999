"""What is read of nodes, pods and disruption budgets: only the fields that are needed; all others are passed over."""

from msgspec import Struct, field

EXECUTION = "underkeel.dev/execution"
"""Annotation of a node that was cordoned for an execution, whether or not its turn has come."""
WAVE = "underkeel.dev/wave"
"""Annotation of a node: the wave that took it, as long as nobody else takes it."""
OPERATOR = "underkeel.dev/operator"


class Owner(Struct, frozen=True, gc=False):
    """An object that made another one."""

    kind: str
    name: str
    controller: bool = False


class PodAnnotations(Struct, frozen=True, gc=False):
    """What a pod is annotated with: a *mirror* stands for a pod that the node itself keeps."""

    mirror: str | None = field(name="kubernetes.io/config.mirror", default=None)


class NodeAnnotations(Struct, frozen=True, gc=False):
    """What we wrote on a node."""

    execution: str = field(name=EXECUTION, default="")
    wave: str = field(name=WAVE, default="")
    operator: str = field(name=OPERATOR, default="")


class ObjectMeta(Struct, kw_only=True, frozen=True, gc=False):
    """An object's metadata, but for its annotations."""

    name: str = ""
    uid: str = ""
    namespace: str = ""
    version: str = field(name="resourceVersion", default="")
    deleted: str | None = field(name="deletionTimestamp", default=None)


class PodMeta(ObjectMeta, kw_only=True, frozen=True, gc=False):
    """A pod's metadata."""

    labels: dict[str, str] = {}
    annotations: PodAnnotations = PodAnnotations()
    owners: list[Owner] = field(name="ownerReferences", default_factory=list)
    finalizers: list[str] = []


class NodeMeta(ObjectMeta, kw_only=True, frozen=True, gc=False):
    """A node's metadata."""

    labels: dict[str, str] = {}
    annotations: NodeAnnotations = NodeAnnotations()


class KubeCondition(Struct, frozen=True, gc=False):
    """One condition of a pod or a node."""

    type: str
    status: str = "Unknown"


class EmptyDir(Struct, frozen=True, gc=False):
    """A folder that is there as long as its pod."""


class Volume(Struct, frozen=True, gc=False):
    """A volume of a pod; *scratch* is there for one that is deleted with the pod."""

    scratch: EmptyDir | None = field(name="emptyDir", default=None)


class PodSpec(Struct, frozen=True, gc=False):
    """Where a pod stands, and what it keeps there."""

    node: str = field(name="nodeName", default="")
    volumes: list[Volume] = []


class PodStatus(Struct, frozen=True, gc=False):
    """How a pod is."""

    phase: str = ""
    conditions: list[KubeCondition] = []


class Pod(Struct, frozen=True, gc=False):
    """A pod."""

    metadata: PodMeta
    spec: PodSpec = PodSpec()
    status: PodStatus = PodStatus()


class NodeSpec(Struct, frozen=True, gc=False):
    """Whether new pods may be put on a node."""

    unschedulable: bool = False


class NodeAddress(Struct, frozen=True, gc=False):
    """One address of a node."""

    type: str
    address: str


class NodeStatus(Struct, frozen=True, gc=False):
    """How a node is."""

    conditions: list[KubeCondition] = []
    addresses: list[NodeAddress] = []


class KubeNode(Struct, frozen=True, gc=False):
    """A node."""

    metadata: NodeMeta
    spec: NodeSpec = NodeSpec()
    status: NodeStatus = NodeStatus()


class SelectorTerm(Struct, frozen=True, gc=False):
    """One expression of a selector."""

    key: str
    operator: str
    values: list[str] = []


class LabelSelector(Struct, frozen=True, gc=False):
    """Which labels are meant; an empty one means all."""

    labels: dict[str, str] = field(name="matchLabels", default_factory=dict)
    expressions: list[SelectorTerm] = field(name="matchExpressions", default_factory=list)


class BudgetSpec(Struct, frozen=True, gc=False):
    """Which pods a disruption budget is for, what it asks for, and what it lets happen to those that are not healthy."""

    selector: LabelSelector | None = None
    least: int | str | None = field(name="minAvailable", default=None)
    most: int | str | None = field(name="maxUnavailable", default=None)
    unhealthy: str = field(name="unhealthyPodEvictionPolicy", default="IfHealthyBudget")


class BudgetStatus(Struct, frozen=True, gc=False):
    """What a disruption budget asks for, as its controller counted it."""

    needed: int = field(name="desiredHealthy", default=0)
    healthy: int = field(name="currentHealthy", default=0)
    allowed: int = field(name="disruptionsAllowed", default=0)
    expected: int = field(name="expectedPods", default=0)


class KubeBudget(Struct, frozen=True, gc=False):
    """A disruption budget."""

    metadata: ObjectMeta
    spec: BudgetSpec = BudgetSpec()
    status: BudgetStatus = BudgetStatus()
