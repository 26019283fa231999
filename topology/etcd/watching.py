"""Watches what changes in an etcd, without losing anything: across members that die, freeze or lose their leader."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import grpc
import grpc.aio

from topology.etcd.channels import Channels
from topology.etcd.errors import CompactedError, DeniedError, unreachable
from topology.etcd.login import Login, Metadata
from topology.etcd.values import KeyEvent, StoredKey, end_of
from topology.etcd.wire import message

BEAT_S = 1.0
"""When nothing came for so long, the member is asked whether it is there."""
SILENT_BEATS = 3
"""So many beats without any word end a connection."""
SILENT_S = 2.5
"""After so long without any member a watch says so: shorter than an election of a new leader takes would be a false alarm."""
_PAUSE_S = 0.1
_DELETED = 1


@dataclass(frozen=True, slots=True)
class WatchBatch:
    """What happened up to *revision*, in order; without events it only says that a member answered just now."""

    revision: int
    events: tuple[KeyEvent, ...] = ()


async def watch(channels: Channels, prefix: str, after: int, login: Login) -> AsyncGenerator[WatchBatch, None]:
    """Give every change of keys that begin with *prefix* after a revision, once, in order. It ends only by an error.

    Raises:
        UnreachableError: no member answered for some time.
        CompactedError: changes after the last one given are forgotten; read all of it again.
        DeniedError: the user may not look.
    """
    clock = asyncio.get_running_loop().time
    heard = clock()
    while True:
        at, trouble = channels.current, "it is silent"
        metadata, token = await login.metadata(), login.token
        stream = _Stream(channels, prefix, after, metadata)
        try:
            async for batch in stream.batches():
                after, heard = batch.revision, clock()
                yield batch
        except DeniedError as error:
            if not login.is_stale(str(error)):
                raise
            await login.renew(token)
        except grpc.aio.AioRpcError as error:
            if login.is_stale(error.details() or ""):
                await login.renew(token)
            elif error.code() in (grpc.StatusCode.PERMISSION_DENIED, grpc.StatusCode.UNAUTHENTICATED):
                raise DeniedError(f"etcd does not let this user look at {prefix}: {error.details()}") from error
            trouble = error.details() or error.code().name
        finally:
            await stream.aclose()
        channels.failed(at)
        if clock() - heard > SILENT_S:
            raise unreachable(channels.members, trouble)
        await asyncio.sleep(_PAUSE_S)


class _Stream:
    """One stream of one member; it ends when the member is silent."""

    def __init__(self, channels: Channels, prefix: str, after: int, metadata: Metadata) -> None:
        self._prefix, self._after = prefix, after
        self._call = channels.method("Watch")(metadata=metadata)
        self._reading: asyncio.Future[Any] | None = None

    async def batches(self) -> AsyncGenerator[WatchBatch, None]:
        """Give what the member says, until it says nothing any more."""
        wanted = message(
            "WatchCreateRequest",
            key=self._prefix.encode(),
            range_end=end_of(self._prefix),
            start_revision=self._after + 1,
        )
        await self._call.write(message("WatchRequest", create_request=wanted))
        silent = 0
        while silent < SILENT_BEATS:
            if self._reading is None:
                # A read that is cancelled ends the call, so it is waited for from beside.
                self._reading = asyncio.ensure_future(self._call.read())
            done, _ = await asyncio.wait({self._reading}, timeout=BEAT_S)
            if not done:
                silent += 1
                await self._ask()
                continue
            answer, self._reading, silent = self._reading.result(), None, 0
            if answer is grpc.aio.EOF:
                return
            yield self._batch(answer)

    async def aclose(self) -> None:
        """End the call, and wait for what it was reading."""
        self._call.cancel()
        if self._reading is not None:
            with suppress(grpc.aio.AioRpcError, asyncio.CancelledError):
                await self._reading

    async def _ask(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(BEAT_S):
                await self._call.write(message("WatchRequest", progress_request=message("WatchProgressRequest")))

    def _batch(self, answer: Any) -> WatchBatch:
        if answer.compact_revision:
            raise CompactedError("etcd has forgotten what changed since it was last heard; everything is read again")
        if answer.canceled:
            raise DeniedError(
                f"etcd ended the watch of {self._prefix}: {answer.cancel_reason or 'it does not say why'}"
            )
        if answer.events:
            # Only what was delivered counts: the header's revision may be ahead of it while a member catches up.
            self._after = answer.events[-1].kv.mod_revision
        return WatchBatch(self._after, tuple(_event(one) for one in answer.events))


def _event(one: Any) -> KeyEvent:
    kv = one.kv
    entry = StoredKey(kv.key.decode(), kv.value, kv.create_revision, kv.mod_revision, kv.lease)
    return KeyEvent(entry, one.type == _DELETED)
