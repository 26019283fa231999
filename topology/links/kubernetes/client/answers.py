"""What is read of the link's own objects and of the API's answers: the lock, scales, lists, watches, refusals."""

from typing import Generic, TypeVar

import msgspec
from msgspec import Struct, field

from topology.kubernetes.objects import ObjectMeta

BURNT = "underkeel.dev/given-up"
"""Annotation of the lock: waves that were given up and are never done any more, the newest last."""


class LeaseAnnotations(Struct, frozen=True, gc=False):
    """What we wrote on the lock."""

    burnt: str = field(name=BURNT, default="")


class LeaseMeta(ObjectMeta, kw_only=True, frozen=True, gc=False):
    """The lock's metadata."""

    annotations: LeaseAnnotations = LeaseAnnotations()


class ScaleSpec(Struct, frozen=True, gc=False):
    """How many pods a workload wants."""

    replicas: int = 1


class Scaled(Struct, frozen=True, gc=False):
    """A Deployment or a StatefulSet."""

    metadata: ObjectMeta
    spec: ScaleSpec = ScaleSpec()


class LeaseSpec(Struct, frozen=True, gc=False):
    """Who holds a lock."""

    holder: str | None = field(name="holderIdentity", default=None)
    seconds: int | None = field(name="leaseDurationSeconds", default=None)


class KubernetesLease(Struct, frozen=True, gc=False):
    """A lock."""

    metadata: LeaseMeta
    spec: LeaseSpec = LeaseSpec()


class ListMeta(Struct, frozen=True, gc=False):
    """As of when a list is, and how to read on."""

    version: str = field(name="resourceVersion", default="")
    more: str = field(name="continue", default="")


_Item = TypeVar("_Item")


class ObjectPage(Struct, Generic[_Item], frozen=True, gc=False):
    """One page of a list."""

    metadata: ListMeta = ListMeta()
    items: list[_Item] = []


class WatchEvent(Struct, frozen=True, gc=False):
    """One line of a watch; what it is about is read once its kind is known."""

    type: str
    object: msgspec.Raw


class Cause(Struct, frozen=True, gc=False):
    """Why a request was refused, in part."""

    reason: str = ""
    message: str = ""


class StatusDetails(Struct, frozen=True, gc=False):
    """What a refusal is about."""

    causes: list[Cause] = []
    retry_after_s: int | None = field(name="retryAfterSeconds", default=None)


class Status(Struct, frozen=True, gc=False):
    """The answer to a request that was not done."""

    message: str = ""
    reason: str = ""
    code: int = 0
    details: StatusDetails | None = None
