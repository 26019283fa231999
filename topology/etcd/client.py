"""Asks an etcd: reads, transactions, leases. Every call ends in its time, on whichever member answers.

A call that failed on one member is sent again, as it was, to the next, until its patience ends. A write that was answered by
nobody may have happened; so every write that uses this must be one that may be sent twice, by what it compares.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from typing import Any

import grpc
import grpc.aio

from topology.etcd.channels import Channels
from topology.etcd.encoding import entry_of, ranges_in, request_of
from topology.etcd.errors import CompactedError, DeniedError, EtcdError, FullError, unreachable
from topology.etcd.login import METADATA, Login, Metadata
from topology.etcd.values import Comparison, Get, Operation, StoredKey, TxnAnswer, end_of
from topology.etcd.watching import WatchBatch, watch
from topology.etcd.wire import message
from topology.region.source import Tls

CALL_S = 1.5
"""How long one member has for one call. A member that forwarded it to a leader who died never answers."""
PATIENCE_S = 5.0
"""How long all members together have."""
_MOST_LOGINS = 3
_AGAIN = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED)


class EtcdClient:
    """One etcd, as one user. Used in one event loop."""

    def __init__(self, members: tuple[str, ...], tls: Tls | None = None) -> None:
        self._channels = Channels(members, tls or Tls())
        self._login = Login(tls or Tls(), self._authenticate)

    @property
    def members(self) -> tuple[str, ...]:
        """The members, as `host:port`."""
        return self._channels.members

    async def read(self, *gets: Get, patience_s: float = PATIENCE_S) -> TxnAnswer:
        """Read several keys and ranges as of one moment."""
        return await self.txn((), gets, patience_s=patience_s)

    async def get(self, key: str) -> StoredKey | None:
        """Read one key, or None."""
        found = (await self.read(Get(key))).found[0]
        return found[0] if found else None

    async def pages(
        self, prefix: str, page: int, revision: int = 0
    ) -> AsyncIterator[tuple[int, tuple[StoredKey, ...]]]:
        """Read a big range, *page* keys at a time, all as of one moment: now, or a *revision*, which comes with each page."""
        start, end = prefix.encode(), end_of(prefix)
        while True:
            request = message("RangeRequest", key=start, range_end=end, limit=page, revision=revision)
            answer = await self._call("Range", request, call_s=10.0, patience_s=30.0)
            revision = revision or answer.header.revision
            yield revision, tuple(map(entry_of, answer.kvs))
            if not answer.more:
                return
            start = answer.kvs[-1].key + b"\0"

    async def txn(
        self,
        compare: Sequence[Comparison],
        then: Sequence[Operation],
        otherwise: Sequence[Operation] = (),
        *,
        patience_s: float = PATIENCE_S,
    ) -> TxnAnswer:
        """Do *then* if all comparisons hold, else *otherwise*, in one step. It may be sent more than once: see above.

        Raises:
            UnreachableError: whether it was done is not known.
            DeniedError: the user may not.
            FullError: there is no room.
        """
        answer = await self._call("Txn", request_of(compare, then, otherwise), patience_s=patience_s)
        asked = [one for one in (then if answer.succeeded else otherwise) if isinstance(one, Get)]
        ranges = list(ranges_in(answer))
        if len(asked) != len(ranges):
            raise EtcdError("etcd answered another number of reads than were asked; nothing is taken from that")
        found = tuple(tuple(map(entry_of, one.kvs)) for one in ranges)
        return TxnAnswer(answer.succeeded, answer.header.revision, found)

    async def grant(self, seconds: int) -> int:
        """Make a lease that lives at least so long, and give its id."""
        return int((await self._call("LeaseGrant", message("LeaseGrantRequest", TTL=seconds))).ID)

    async def revoke(self, lease: int) -> None:
        """End a lease, and with it every key that has it; one that is over already is no matter."""
        try:
            await self._call("LeaseRevoke", message("LeaseRevokeRequest", ID=lease), patience_s=2.0)
        except EtcdError as error:
            if "lease not found" not in str(error):
                raise

    async def keep_alive(self, lease: int, patience_s: float = PATIENCE_S) -> bool:
        """Let a lease begin anew; False: it is over."""
        answer = await self._call("LeaseKeepAlive", message("LeaseKeepAliveRequest", ID=lease), patience_s=patience_s)
        return bool(answer.TTL > 0)

    async def remaining_s(self, lease: int) -> int:
        """Give how many seconds a lease lives still if nobody renews it; negative: it is over."""
        return int((await self._call("LeaseTimeToLive", message("LeaseTimeToLiveRequest", ID=lease))).TTL)

    async def is_guarded(self) -> bool:
        """Say whether etcd asks who one is at all."""
        try:
            return bool((await self._call("AuthStatus", message("AuthStatusRequest"))).enabled)
        except DeniedError:  # where it does, it says so to administrators alone
            return True

    async def may_write(self, user: str, prefix: str) -> bool:
        """Say whether a user, which must be oneself, may write all keys that begin with *prefix*."""
        for role in (await self._call("UserGet", message("AuthUserGetRequest", name=user))).roles:
            if role == "root":
                return True
            granted = await self._call("RoleGet", message("AuthRoleGetRequest", role=role))
            if any(_covers(one, prefix) for one in granted.perm):
                return True
        return False

    async def compact(self, revision: int) -> None:
        """Forget what was before a revision."""
        await self._call("Compact", message("CompactionRequest", revision=revision, physical=True))

    def watch(self, prefix: str, after: int) -> AsyncIterator[WatchBatch]:
        """Give what changes under *prefix* after a revision, and an empty batch at least each second; see `watch`."""
        return watch(self._channels, prefix, after, self._login)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._channels.aclose()

    async def _call(self, name: str, request: Any, *, call_s: float = CALL_S, patience_s: float = PATIENCE_S) -> Any:
        loop = asyncio.get_running_loop()
        until, tries = loop.time() + patience_s, 0
        while True:
            metadata = METADATA if name == "Authenticate" else await self._login.metadata()
            at, token = self._channels.current, self._login.token
            try:
                return await self._once(name, request, min(call_s, max(until - loop.time(), 0.1)), metadata)
            except grpc.aio.AioRpcError as error:
                if self._login.is_stale(error.details() or "") and tries < _MOST_LOGINS:
                    await self._login.renew(token)
                elif error.code() not in _AGAIN:
                    raise self._told(error) from error
                self._channels.failed(at)
                tries += 1
                pause = min(0.5, 0.01 * 2**tries) * random.uniform(0.5, 1.0)
                if loop.time() + pause >= until:
                    raise unreachable(self.members, error.details() or error.code().name) from error
            await asyncio.sleep(pause)

    async def _authenticate(self, user: str, password: str) -> str:
        answer = await self._call("Authenticate", message("AuthenticateRequest", name=user, password=password))
        return str(answer.token)

    async def _once(self, name: str, request: Any, seconds: float, metadata: Metadata) -> Any:
        method = self._channels.method(name)
        if name != "LeaseKeepAlive":
            return await method(request, timeout=seconds, metadata=metadata)
        call = method(timeout=seconds, metadata=metadata)
        try:
            await call.write(request)
            return await call.read()
        finally:
            call.cancel()

    def _told(self, error: grpc.aio.AioRpcError) -> EtcdError:
        details = error.details() or error.code().name
        listed = ", ".join(self.members)
        match error.code():
            case grpc.StatusCode.PERMISSION_DENIED | grpc.StatusCode.UNAUTHENTICATED:
                return DeniedError(f"etcd at {listed} denies it: {details.removeprefix('etcdserver: ')}")
            case grpc.StatusCode.RESOURCE_EXHAUSTED if "space exceeded" in details:
                return FullError(
                    f"etcd at {listed} is full and takes no more data; its administrators must make room (compact, "
                    "defragment, disarm the alarm)"
                )
            case grpc.StatusCode.OUT_OF_RANGE:
                return CompactedError(f"etcd at {listed} has forgotten so old a revision; everything is read again")
            case _:
                return EtcdError(f"etcd at {listed} refused it: {details}")


def _covers(permission: Any, prefix: str) -> bool:
    if permission.permType == 0:  # READ
        return False
    end = permission.range_end
    return bool(permission.key <= prefix.encode() and (end == b"\0" or end >= end_of(prefix)))
