"""Lists one kind of object and watches it from there: every object as an event, in the order of the API server.

A watch that the server has no history for any more (410) is begun anew with a list; what is not in that list any more is told
as deleted, for a watch that starts over would never say so.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from topology.kubernetes.objects import ObjectMeta
from topology.links.kubernetes.client.answers import ObjectPage, Status, WatchEvent
from topology.links.kubernetes.client.api import ApiError, KubernetesApi
from topology.region.errors import LinkError

PAGE = 500
AT_A_TIME = 100
"""Objects that are taken in before the loop may do something else."""
SILENCE_S = 100.0
"""A watch without an event or a bookmark for so long is broken: the server writes a bookmark each minute."""
MOST_WAITS, LONGEST_WAIT_S = 5, 3
_BUSY = (429, 504)
_LIVES_S = (240, 300)
_EXPIRED = 410
_FORBIDDEN = 403
_ABSENT = 404

_Object = TypeVar("_Object")


class _Versioned(msgspec.Struct, frozen=True):
    metadata: ObjectMeta


@dataclass(frozen=True, slots=True)
class Resource(Generic[_Object]):
    """A kind of objects: its *path* in the API, what it is called, and how it is read. *must* is false for what may be missing."""

    path: str
    name: str
    kind: Any
    must: bool = True

    @property
    def decode_page(self) -> Callable[[bytes], ObjectPage[_Object]]:
        """Reads a page of a list."""
        listed: Any = ObjectPage
        decoder: Callable[[bytes], ObjectPage[_Object]] = msgspec.json.Decoder(listed[self.kind]).decode
        return decoder

    @property
    def decode_one(self) -> Callable[[bytes | msgspec.Raw], _Object]:
        """Reads one object."""
        decoder: Callable[[bytes | msgspec.Raw], _Object] = msgspec.json.Decoder(self.kind).decode
        return decoder


class ObjectWatch(Generic[_Object]):
    """Follows one kind of object. *on_object* gets each that is there, *on_gone* each that is not any more, by namespace/name."""

    def __init__(
        self,
        api: KubernetesApi,
        resource: Resource[_Object],
        on_object: Callable[[_Object], None],
        on_gone: Callable[[str], None],
        on_end: Callable[[LinkError | None], None],
    ) -> None:
        self.version = ""
        """As of which version of the cluster this is."""
        self.lists = 0
        """How often everything was listed."""
        self.unreadable = ""
        """Why this kind cannot be read, where it may be missing."""
        self._api, self._resource = api, resource
        self._on_object, self._on_gone, self._on_end = on_object, on_gone, on_end
        self._known: set[str] = set()
        self._decode = resource.decode_one
        self._decode_event = msgspec.json.Decoder(WatchEvent).decode

    async def list_all(self) -> None:
        """List everything; what is not there any more is told as gone.

        Raises:
            LinkError: it cannot be listed.
        """
        seen: set[str] = set()
        decode = self._resource.decode_page
        try:
            page = decode(await self._page(""))
            while page.metadata.more:
                # The server works on the next page while this one is taken in.
                taken, ahead = self._take_in(page, seen), self._page(page.metadata.more)
                _, text = await asyncio.gather(taken, ahead, return_exceptions=True)
                if isinstance(text, BaseException):
                    raise text
                page = decode(text)
            await self._take_in(page, seen)
        except ApiError as error:
            if error.status == _EXPIRED:
                return await self.list_all()
            if error.status not in (_FORBIDDEN, _ABSENT) or self._resource.must:
                raise _unlisted(self._resource.name, error) from error
            self.unreadable = error.why
        except msgspec.DecodeError as error:
            raise LinkError(f"Kubernetes lists {self._resource.name} in a way that is not known: {error}") from error
        for key in self._known - seen:
            self._on_gone(key)
        self._known = seen
        self.lists += 1
        return None

    async def _take_in(self, page: ObjectPage[_Object], seen: set[str]) -> None:
        for at in range(0, len(page.items), AT_A_TIME):
            for one in page.items[at : at + AT_A_TIME]:
                seen.add(key_of(one))
                self._on_object(one)
            await asyncio.sleep(0)
        self.version = page.metadata.version

    async def _page(self, more: str) -> bytes:
        """Read one page; a server that is busy says after how long to ask again."""
        for _ in range(MOST_WAITS):
            try:
                return await self._api.get(self._resource.path, limit=PAGE, **({"continue": more} if more else {}))
            except ApiError as error:
                if error.status not in _BUSY or error.retry_after_s is None:
                    raise
                await asyncio.sleep(min(error.retry_after_s, LONGEST_WAIT_S))
        return await self._api.get(self._resource.path, limit=PAGE, **({"continue": more} if more else {}))

    async def follow(self) -> None:
        """Watch for good, beginning after the last list; breaks are bridged, and what cannot be is told by *on_end*."""
        while not self.unreadable:
            try:
                await self._watch()
            except ApiError as error:
                if error.status != _EXPIRED:
                    self._on_end(error)
                    return
                try:
                    await self.list_all()
                except LinkError as failed:
                    self._on_end(failed)
                    return
            except (LinkError, msgspec.DecodeError) as error:
                self._on_end(
                    error if isinstance(error, LinkError) else LinkError(f"a watch could not be read: {error}")
                )
                return
            self._on_end(None)

    async def _watch(self) -> None:
        lives = random.randint(*_LIVES_S)
        query = {"watch": 1, "allowWatchBookmarks": "true", "resourceVersion": self.version, "timeoutSeconds": lives}
        async for line in self._api.lines(self._resource.path, silence_s=SILENCE_S, **query):
            event = self._decode_event(line)
            if event.type == "ERROR":
                said = msgspec.json.decode(event.object, type=Status)
                raise ApiError(f"watch {self._resource.name}", said.code, said)
            if event.type == "BOOKMARK":
                self.version = msgspec.json.decode(event.object, type=_Versioned).metadata.version
                continue
            one = self._decode(event.object)
            key = key_of(one)
            if event.type == "DELETED":
                self._known.discard(key)
                self._on_gone(key)
            else:
                self._known.add(key)
                self._on_object(one)
            self.version = one.metadata.version  # type: ignore[attr-defined]


def key_of(one: Any) -> str:
    """Give `namespace/name`, or only the name of what stands in none."""
    meta: ObjectMeta = one.metadata
    return f"{meta.namespace}/{meta.name}" if meta.namespace else meta.name


def _unlisted(what: str, error: ApiError) -> LinkError:
    if error.status == _ABSENT:
        return LinkError(
            f"this cluster knows no {what} as they are asked for here, so it is older than Kubernetes 1.22, the oldest that "
            "is spoken with; nothing of it is shown"
        )
    if error.status == _FORBIDDEN:
        return LinkError(
            f"this account may not list {what}: {error.why}; give it the rights that the manual names (underkeel manual "
            "kubernetes)"
        )
    return LinkError(str(error))
