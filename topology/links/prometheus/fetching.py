"""One request over HTTP/1.1, from asking to the last byte, within a time: the standard library reads what came back.

Nothing is kept open between requests, no redirect is followed, and no proxy is taken from the environment: what is asked, and
whose password is sent where, is what the description says.
"""

import asyncio
import base64
import ssl
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPException, HTTPResponse
from io import BytesIO
from pathlib import Path
from typing import Any

from topology.links.prometheus.address import WebAddress
from topology.region.errors import LinkError
from topology.region.source import Tls

LARGEST = 64 * 1024 * 1024
"""Bytes of an answer; ten times what 50,000 edges take."""
_PIECE = 256 * 1024


class Fetching:
    """Asks one server, as the description says who we are there.

    Raises:
        LinkError: a certificate or a password cannot be read, or the password would cross a network unencrypted.
    """

    def __init__(self, address: WebAddress, tls: Tls) -> None:
        self.address = address
        self._context = _context(address, tls)
        self._headers = _credentials(address, tls)

    async def get(self, path: str, deadline_s: float) -> bytes:
        """Give the body of what is at *path*, which begins with a slash.

        Raises:
            LinkError: it could not be reached, did not answer in time, or answered something else than what was asked.
        """
        try:
            async with asyncio.timeout(deadline_s):
                return await self._body(path)
        except TimeoutError as error:
            raise LinkError(
                f"Prometheus at {self.address} did not answer within {deadline_s:g} s; see how busy it is, or give it a "
                "recording rule"
            ) from error
        except ssl.SSLError as error:
            raise LinkError(
                f"Prometheus at {self.address} could not be reached safely: {error.reason or error}; see ca under "
                "[source.graph_tls]"
            ) from error
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise LinkError(f"Prometheus at {self.address} could not be reached: {why}; see whether it runs") from error

    async def _body(self, path: str) -> bytes:
        reader, writer = await asyncio.open_connection(self.address.host, self.address.port, ssl=self._context)
        try:
            writer.write(self._request(path))
            return _answer_of(await _all_of(reader, self.address), self.address)
        finally:
            writer.close()
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(1.0):
                    await writer.wait_closed()

    def _request(self, path: str) -> bytes:
        lines = {"Host": self.address.authority, "Accept": "application/json", "Connection": "close", **self._headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"GET {self.address.path}{path} HTTP/1.1\r\n{head}User-Agent: underkeel\r\n\r\n".encode("ascii")


async def _all_of(reader: asyncio.StreamReader, address: WebAddress) -> bytes:
    pieces, size = [], 0
    while piece := await reader.read(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST:
            raise LinkError(
                f"Prometheus at {address} answers more than {LARGEST // 1024 // 1024} MiB, of which nothing is taken; give it "
                "a recording rule with fewer labels"
            )
    return b"".join(pieces)


class _Received:
    """What the standard library's reader of answers wants of a socket: the bytes that came."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, *_: object) -> BytesIO:
        return BytesIO(self._data)


def _answer_of(data: bytes, address: WebAddress) -> bytes:
    received: Any = _Received(data)
    answer = HTTPResponse(received)
    try:
        answer.begin()
        body = answer.read()
    except (HTTPException, OSError, ValueError) as error:
        what = "nothing" if not data else f"what is not HTTP, or breaks off ({type(error).__name__})"
        raise LinkError(f"{address} answers {what}; see whether this is a Prometheus") from error
    if answer.status in (301, 302, 303, 307, 308):
        raise LinkError(
            f"{address} sends us elsewhere (HTTP {answer.status}), which is not followed; write where Prometheus itself is"
        )
    if answer.status in (401, 403):
        raise LinkError(
            f"Prometheus at {address} does not let us ask (HTTP {answer.status}); see user and password_file under "
            "[source.graph_tls]"
        )
    if answer.status not in (200, 400, 422, 503):  # an error of its API comes with one of these, and says more
        raise LinkError(f"{address} answers HTTP {answer.status}; see whether this is the address of a Prometheus")
    return body


def _context(address: WebAddress, tls: Tls) -> ssl.SSLContext | None:
    if not address.secure:
        return None
    try:
        context = ssl.create_default_context(cafile=tls.ca or None)
        if tls.certificate:
            context.load_cert_chain(tls.certificate, tls.key)
    except (OSError, ssl.SSLError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise LinkError(f"the certificates for {address} cannot be read: {why}; see [source.graph_tls]") from error
    return context


def _credentials(address: WebAddress, tls: Tls) -> Mapping[str, str]:
    if not tls.user:
        return {}
    if not address.secure and not address.is_loopback:
        raise LinkError(f"the password of {tls.user} would go to {address} unencrypted; write https://")
    try:
        password = Path(tls.password_file).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise LinkError(f"the password for {address} cannot be read from {tls.password_file}: {why}") from error
    return {"Authorization": f"Basic {base64.b64encode(f'{tls.user}:{password}'.encode()).decode('ascii')}"}
