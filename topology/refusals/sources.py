"""What one kind of source has against a wave, besides what every source may have."""

from typing import Literal

from topology.refusals.base import RefusalFacts


class RackAgentGone(RefusalFacts, frozen=True, tag="agent-gone"):
    """A server stands in a *rack* whose agent is gone, so what is written of it may be old."""

    servers: tuple[str, ...]
    rack: str


class RacksUnheard(RefusalFacts, frozen=True, tag="racks-unheard"):
    """How much of a subsystem is there is not known: the agents of *racks* are gone, and nobody acknowledged it."""

    subsystem: str
    racks: tuple[str, ...]


class NotCounted(RefusalFacts, frozen=True, tag="not-counted"):
    """Nothing counts a subsystem in a scope."""

    subsystem: str
    scope: str


class TooManyRacks(RefusalFacts, frozen=True, tag="too-many-racks"):
    """The wave stands in more racks than one step can change."""

    racks: int


class NotSent(RefusalFacts, frozen=True, tag="not-sent"):
    """A source cannot be reached now, with what is known of *why*; nothing was sent to it."""

    why: str


class AdapterFault(RefusalFacts, frozen=True, tag="adapter-fault"):
    """An adapter could not say what became of a wave: with what it *said*, or without a word."""

    address: str
    said: str = ""


class SourceFailed(RefusalFacts, frozen=True, tag="source-failed"):
    """A source broke off in a way that none should: *error* is for whoever keeps it."""

    error: str


class OutcomeUntold(RefusalFacts, frozen=True, tag="source-silent"):
    """A source was lost while a wave was on its way (*why*), and did not say within so many seconds what became of it."""

    why: str
    seconds: float


class NeverHappened(RefusalFacts, frozen=True, tag="never-happened"):
    """A source was lost while a wave was on its way (*why*), and said afterwards that it never happened."""

    why: str
    wave: str


class ProxyDeclined(RefusalFacts, frozen=True, tag="proxy-declined"):
    """HAProxy did not drain a server, or did not give it *back*; *said* is its own answer."""

    servers: tuple[str, ...]
    said: str
    back: bool = False


class OtherBackends(RefusalFacts, frozen=True, tag="other-backends"):
    """A server serves other backends than was planned."""

    servers: tuple[str, ...]
    backends: tuple[str, ...]


class BackendsUntied(RefusalFacts, frozen=True, tag="backends-untied"):
    """A server is in several backends, and its states there are not tied."""

    servers: tuple[str, ...]
    backends: tuple[str, ...]


class HasAgentCheck(RefusalFacts, frozen=True, tag="agent-check"):
    """A server has an agent check, which can take a drain back."""

    servers: tuple[str, ...]


class ProxyRefused(RefusalFacts, frozen=True, tag="proxy-refused"):
    """HAProxy's Lua command refused a wave in words that this version does not know."""

    said: str


class StillCordoned(RefusalFacts, frozen=True, tag="still-cordoned"):
    """A node was not uncordoned: it is *gone*, or Kubernetes *said* why not."""

    servers: tuple[str, ...]
    said: str = ""
    gone: bool = False


class CordonRefused(RefusalFacts, frozen=True, tag="cordon-refused"):
    """A node could not be cordoned, and those of its wave that were (*others*) were uncordoned again.

    *found* is what became of it meanwhile; `said` where Kubernetes *said* why not. *execution* is whose cordon is there, if any.
    """

    servers: tuple[str, ...]
    found: Literal["cordoned", "gone", "changed", "contended", "said"]
    others: int = 0
    execution: str = ""
    said: str = ""


class CordonLost(RefusalFacts, frozen=True, tag="cordon-lost"):
    """A node is not cordoned any more for an execution."""

    servers: tuple[str, ...]
    execution: str


class PodsUnowned(RefusalFacts, frozen=True, tag="pods-unowned"):
    """A node has pods that nobody would make anew."""

    servers: tuple[str, ...]
    pods: tuple[str, ...]


class SeveralBudgets(RefusalFacts, frozen=True, tag="several-budgets"):
    """A pod of a node has several budgets, so Kubernetes never evicts it."""

    servers: tuple[str, ...]
    pod: str
    budgets: tuple[str, ...]


class EvictionRefused(RefusalFacts, frozen=True, tag="eviction-refused"):
    """Kubernetes refused to evict a pod of a node, with what it *said*; *half* where others of its pods are gone."""

    servers: tuple[str, ...]
    said: str
    half: bool = False
