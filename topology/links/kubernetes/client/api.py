"""Asks a Kubernetes API server: one connection pool, every answer either bytes or an error with the server's own words."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import msgspec

from topology.links.kubernetes.client.answers import Status
from topology.links.kubernetes.client.credentials import Credentials, tls_context
from topology.links.kubernetes.client.kubeconfig import Access
from topology.region.errors import LinkError

CALL_S = 10.0
_CLOSES_S = 2.0
MERGE_PATCH = "application/merge-patch+json"
JSON = "application/json"
_LONGEST_LINE = 16 * 1024 * 1024
_UNAUTHORIZED = 401
_REFUSED = 400
_decode_status = msgspec.json.Decoder(Status).decode


class ApiError(LinkError):
    """The API server did not do it: *status* is HTTP's, *reason* its own word, *why* what it said, *causes* what it named."""

    def __init__(self, what: str, status: int, said: Status) -> None:
        self.status, self.reason = status, said.reason
        named = said.details.causes if said.details else []
        self.causes = tuple(cause.message for cause in named if cause.message)
        self.retry_after_s = said.details.retry_after_s if said.details else None
        self.why = (self.causes or (said.message or f"status {status}",))[0]
        super().__init__(f"Kubernetes did not {what}: {said.message or status}")


class KubernetesApi:
    """One API server, as one user. Used in one event loop; nothing is reached before the first request."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.credentials = Credentials(access)
        self.time = 0.0
        """The server's own clock at its last answer, in seconds since 1970 UTC."""
        self._session: aiohttp.ClientSession | None = None
        self._tls: ssl.SSLContext | None = None
        self._presented: object = None
        self._closing: set[asyncio.Future[None]] = set()
        """Connections that were broken off, and may not be closed yet."""

    async def get(self, path: str, **query: object) -> bytes:
        """Read something."""
        return await self.send("GET", path, query=query)

    async def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        kind: str = JSON,
        query: Mapping[str, object] | None = None,
        seconds: float = CALL_S,
    ) -> bytes:
        """Send a request and give the answer.

        Raises:
            ApiError: the server refused it.
            LinkError: it did not answer; what a write asked for may have been done.
        """
        data = None if body is None else msgspec.json.encode(body)
        timeout = aiohttp.ClientTimeout(total=seconds)
        async with self._asked(method, path, data, kind, query or {}, timeout) as answer:
            return await answer.read()

    async def lines(self, path: str, *, silence_s: float, **query: object) -> AsyncIterator[bytes]:
        """Give the lines of an answer as they come; none for *silence_s* ends it with an error.

        Raises:
            ApiError: the server refused it.
            LinkError: the connection broke.
        """
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CALL_S, sock_read=silence_s)
        async with self._asked("GET", path, None, JSON, query, timeout) as answer:
            rest = b""
            async for chunk in answer.content.iter_any():
                *whole, rest = (rest + chunk).split(b"\n")
                if len(rest) > _LONGEST_LINE:
                    raise LinkError(f"{self.access.server} writes a line without an end; nothing of it is taken")
                for line in whole:
                    if line:
                        yield line

    async def aclose(self) -> None:
        """Close all connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        closing, self._closing = self._closing, set()
        if closing:
            # A watch that was broken off closes later than it is let go.
            await asyncio.wait(closing, timeout=_CLOSES_S)

    @asynccontextmanager
    async def _asked(
        self,
        method: str,
        path: str,
        data: bytes | None,
        kind: str,
        query: Mapping[str, object],
        within: aiohttp.ClientTimeout,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        what = f"{method} {path.partition('?')[0]}"
        try:
            answer = await self._request(method, path, data, kind, query, within, anew=False)
            if answer.status == _UNAUTHORIZED:
                answer.release()
                answer = await self._request(method, path, data, kind, query, within, anew=True)
            try:
                self._note_time(answer)
                if answer.status >= _REFUSED:
                    raise ApiError(what, answer.status, await _said(answer))
                yield answer
            finally:
                self._let_go(answer)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise LinkError(f"{self._unreachable(error)}") from error

    def _let_go(self, answer: aiohttp.ClientResponse) -> None:
        """Keep the connection of an answer that was read to its end; any other is broken off."""
        if answer.content.at_eof():
            answer.release()
            return
        protocol = answer.connection.protocol if answer.connection else None
        if protocol is not None and (closed := protocol.closed) is not None:
            self._closing.add(closed)
            closed.add_done_callback(self._closed)
            protocol.abort()  # a server that stalls would never answer TLS' goodbye, and the connection stay open
        answer.close()

    def _closed(self, connection: asyncio.Future[None]) -> None:
        self._closing.discard(connection)
        if not connection.cancelled():
            connection.exception()  # how it broke off is no matter

    async def _request(
        self,
        method: str,
        path: str,
        data: bytes | None,
        kind: str,
        query: Mapping[str, object],
        within: aiohttp.ClientTimeout,
        *,
        anew: bool,
    ) -> aiohttp.ClientResponse:
        presented = await self.credentials.get(anew=anew)
        if presented is not self._presented or self._tls is None:
            self._tls, self._presented = tls_context(self.access, presented), presented
        headers: dict[str, str] = {"Accept": JSON, **({"Content-Type": kind} if data is not None else {})}
        headers |= {"Authorization": f"Bearer {presented.token}"} if presented.token else {}
        more: dict[str, Any] = {"ssl": self._tls} if self.access.server.startswith("https") else {}
        more |= {"server_hostname": self.access.server_name} if self.access.server_name else {}
        more |= {"proxy": self.access.proxy} if self.access.proxy else {}
        return await self._opened.request(
            method,
            self.access.server + path,
            params={key: str(value) for key, value in query.items()},
            data=data,
            headers=[*headers.items(), *self.access.headers],
            timeout=within,
            allow_redirects=False,
            **more,
        )

    @property
    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=32)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    def _note_time(self, answer: aiohttp.ClientResponse) -> None:
        try:
            self.time = parsedate_to_datetime(answer.headers["Date"]).timestamp()
        except (KeyError, ValueError):
            self.time = time.time()

    def _unreachable(self, error: BaseException) -> str:
        access = self.access
        if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError | ssl.SSLError):
            why = " ".join(str(error).split())
            return (
                f"{access.server} could not prove that it is the cluster of {access.context}: {why}; see certificate-authority "
                f"in {access.file}"
            )
        why = "it did not answer in time" if isinstance(error, TimeoutError) else str(error) or type(error).__name__
        return f"the API server {access.server} of {access.context} could not be reached: {why}; see that kubectl reaches it"


async def _said(answer: aiohttp.ClientResponse) -> Status:
    text = await answer.read()
    try:
        return _decode_status(text)
    except msgspec.DecodeError:
        return Status(" ".join(text.decode("utf-8", "replace").split())[:200], "", answer.status)
