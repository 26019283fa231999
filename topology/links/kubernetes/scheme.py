"""The scheme `kubernetes:` of the registry."""

import asyncio
from dataclasses import replace

import msgspec

from topology.fleet.reasons.looking import AccountRightMissing
from topology.links.fleet_source import Identity
from topology.links.kubernetes.actor import KubernetesActor
from topology.links.kubernetes.client.api import ApiError, KubernetesApi
from topology.links.kubernetes.client.kubeconfig import Access, contexts_of, read_access
from topology.links.kubernetes.lock import NAME, NAMESPACE
from topology.links.kubernetes.reader import KubernetesReader, region_of
from topology.links.registry import Opening, Scheme
from topology.region.errors import LinkError

_MOST_NAMED = 5
_NEEDED = (
    ("patch", "", "nodes", ""),
    ("create", "", "pods", "eviction"),
    ("patch", "coordination.k8s.io", "leases", ""),
)
"""What acting needs: verb, group, resource, part of it."""


class _User(msgspec.Struct, frozen=True):
    username: str = ""


class _ReviewStatus(msgspec.Struct, frozen=True):
    user: _User = msgspec.field(name="userInfo", default_factory=_User)
    allowed: bool = False


class _Review(msgspec.Struct, frozen=True):
    status: _ReviewStatus = msgspec.field(default_factory=_ReviewStatus)


async def open_reader(target: str, opening: Opening) -> KubernetesReader:
    """Open a cluster to look at.

    Raises:
        LinkError: it cannot be reached, or does not let us in.
    """
    api = KubernetesApi(await asyncio.to_thread(read_access, target))
    try:
        return KubernetesReader(api, await region_of(api), await _identity(api), opening.pool_label)
    except LinkError:
        await api.aclose()
        raise


async def open_actor(target: str, opening: Opening) -> KubernetesActor:
    """Open a cluster to act on; an account that may only look gets one that says so.

    Raises:
        LinkError: it cannot be reached, or does not let us in.
    """
    api = KubernetesApi(await asyncio.to_thread(read_access, target))
    try:
        actor = KubernetesActor(api, await region_of(api), await _identity(api), opening.log, opening.pool_label)
        if missing := await _missing(api):
            why = AccountRightMissing(actor.identity.name, *missing)
            actor.abilities = replace(actor.abilities, only_looks=why)
    except LinkError:
        await api.aclose()
        raise
    return actor


async def _identity(api: KubernetesApi) -> Identity:
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    try:
        text = await api.send("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", body)
        name = msgspec.json.decode(text, type=_Review).status.user.username
    except ApiError:
        name = ""  # before Kubernetes 1.28
    return Identity(name or api.access.user, api.credentials.how, authenticated=bool(name))


async def _missing(api: KubernetesApi) -> tuple[str, str] | None:
    """Give the verb and the resource that acting needs and this account may not; None where it may all of it."""
    for verb, group, resource, part in _NEEDED:
        what = {"verb": verb, "group": group, "resource": resource, "subresource": part}
        what |= {"namespace": NAMESPACE, "name": NAME} if group else {}
        body = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": what},
        }
        text = await api.send("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body)
        if not msgspec.json.decode(text, type=_Review).status.allowed:
            return verb, "/".join(filter(None, (resource, part)))
    return None


def _parse(target: str) -> str:
    if not target.strip():
        known = _contexts()
        raise ValueError(f"it names no context; there are {known}" if known else "it names no context")
    return target


def _contexts() -> str:
    try:
        names = contexts_of()
    except LinkError:
        return ""
    return ", ".join(names[:_MOST_NAMED])


def _describe(target: str) -> str:
    try:
        access = read_access(target)
    except LinkError as error:
        return f"reaches the cluster of the context {target} of the kubeconfig ({error})"
    return f"reaches the API server {access.server} of the context {target} in {access.file}{_login(access)}"


def _login(access: Access) -> str:
    if access.plugin is None:
        return f", as {access.user}" if access.user else ""
    return f", and runs {' '.join((access.plugin.command, *access.plugin.arguments))} to log in"


SCHEME = Scheme(
    "kubernetes",
    "Kubernetes",
    "kubernetes:CONTEXT",
    _parse,
    _describe,
    open_reader,
    open_actor,
    extra="kubernetes",
)
