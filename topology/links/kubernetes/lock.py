"""The lock of our waves: one Lease of the cluster, held while a wave is judged and sent, and never over a drain.

Whether its holder is dead is told by our own clock alone: a lock that did not change for as long as it says may be taken.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import msgspec

from topology.links.kubernetes.client.answers import BURNT, KubernetesLease
from topology.links.kubernetes.client.api import MERGE_PATCH, ApiError, KubernetesApi
from topology.region.errors import LinkError

NAMESPACE = "kube-system"
NAME = "underkeel-waves"
LIVES_S = 15
MOST_BURNT = 200
_LEASES = f"/apis/coordination.k8s.io/v1/namespaces/{NAMESPACE}/leases"
_CONFLICT, _ABSENT = 409, 404


class BusyError(LinkError):
    """Somebody else holds the lock."""


class WaveLock:
    """The lock, as *holder*, which is another text in every console."""

    def __init__(self, api: KubernetesApi, holder: str) -> None:
        self._api = api
        self._holder = holder
        self._seen: tuple[str, float] = ("", 0.0)
        """The version of a lock that somebody else held, and since when we see it, by our own clock."""

    @asynccontextmanager
    async def held(self) -> AsyncIterator[KubernetesLease]:
        """Hold it.

        Raises:
            BusyError: somebody else does.
            LinkError: it cannot be taken.
        """
        lease = await self._take()
        try:
            yield lease
        finally:
            with suppress(LinkError):
                await self._write({"holderIdentity": ""})

    async def burn(self, wave: str) -> None:
        """Write down that a wave was given up.

        Raises:
            LinkError: it could not be.
        """
        async with self.held() as lease:
            burnt = [*burnt_in(lease), wave][-MOST_BURNT:]
            await self._write({}, {BURNT: " ".join(burnt)})

    async def _take(self) -> KubernetesLease:
        lease = await self._read()
        if lease is None:
            return await self._make()
        if lease.spec.holder and lease.spec.holder != self._holder and not self._is_dead(lease):
            raise BusyError(f"{lease.spec.holder} sends a wave to this cluster right now")
        try:
            return await self._write(self._spec(), version=lease.metadata.version)
        except ApiError as error:
            if error.status == _CONFLICT:
                raise BusyError("somebody else took the lock of this cluster's waves first") from error
            raise

    def _is_dead(self, lease: KubernetesLease) -> bool:
        now = asyncio.get_running_loop().time()
        if self._seen[0] != lease.metadata.version:
            self._seen = (lease.metadata.version, now)
        return now - self._seen[1] > (lease.spec.seconds or LIVES_S)

    async def _read(self) -> KubernetesLease | None:
        try:
            return _decoded(await self._api.get(f"{_LEASES}/{NAME}"))
        except ApiError as error:
            if error.status == _ABSENT:
                return None
            raise

    async def _make(self) -> KubernetesLease:
        body = {"metadata": {"name": NAME, "namespace": NAMESPACE}, "spec": self._spec()}
        try:
            return _decoded(await self._api.send("POST", _LEASES, body))
        except ApiError as error:
            if error.status == _CONFLICT:
                raise BusyError("somebody else made the lock of this cluster's waves first") from error
            raise

    def _spec(self) -> dict[str, object]:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return {"holderIdentity": self._holder, "leaseDurationSeconds": LIVES_S, "acquireTime": now, "renewTime": now}

    async def _write(
        self, spec: dict[str, object], annotations: dict[str, str] | None = None, version: str = ""
    ) -> KubernetesLease:
        meta: dict[str, object] = {"annotations": annotations} if annotations else {}
        meta |= {"resourceVersion": version} if version else {}
        body = {"metadata": meta, "spec": spec}
        return _decoded(await self._api.send("PATCH", f"{_LEASES}/{NAME}", body, kind=MERGE_PATCH))


def burnt_in(lease: KubernetesLease) -> list[str]:
    """Give the waves that were given up."""
    return lease.metadata.annotations.burnt.split()


def _decoded(text: bytes) -> KubernetesLease:
    return msgspec.json.decode(text, type=KubernetesLease)
