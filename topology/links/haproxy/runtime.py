"""HAProxy's runtime API over a Unix or TCP socket: one connection a request, read to its end, which is alike in all versions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from topology.region.errors import LinkError

DEADLINE_S = 5.0
LONGEST_LINE = 12_000
"""Characters of a request: HAProxy reads a line into a buffer of 16,384 bytes."""
PAUSES_S = (0.0, 0.05, 0.2, 0.5)
"""Before each further try of a request whose connection broke: a socket takes `maxconn` of them (10), and drops more."""
_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SocketAddress:
    """Where the runtime API listens: a path, or host and port."""

    path: str = ""
    host: str = ""
    port: int = 0

    @classmethod
    def parse(cls, text: str) -> "SocketAddress":
        """Read `unix:/run/haproxy/admin.sock` or `tcp:127.0.0.1:9999`.

        Raises:
            LinkError: it is neither.
        """
        kind, _, rest = text.partition(":")
        if kind == "unix" and rest.startswith("/"):
            return cls(path=rest)
        host, _, port = rest.rpartition(":")
        if kind == "tcp" and host and port.isascii() and port.isdigit() and 0 < int(port) < 65_536:
            return cls(host=host.strip("[]"), port=int(port))
        raise LinkError(
            f"haproxy:{text} is no address of HAProxy's runtime API; write haproxy:unix:/run/haproxy/admin.sock or "
            "haproxy:tcp:127.0.0.1:9999"
        )

    def __str__(self) -> str:
        return self.path or f"{self.host}:{self.port}"


class BrokenOffError(LinkError):
    """A connection was made, and broke before its answer was whole; one too many at a time, HAProxy drops some."""


class RuntimeApi:
    """Asks HAProxy. It keeps nothing open between requests."""

    def __init__(self, address: SocketAddress) -> None:
        self.address = address

    async def ask(self, request: str, deadline_s: float = DEADLINE_S) -> str:
        """Give the answer to one line.

        Raises:
            LinkError: HAProxy cannot be reached, did not answer in time, or the line is too long for it.
        """
        if len(request) > LONGEST_LINE or "\n" in request:
            raise LinkError(
                f"HAProxy at {self.address} reads {LONGEST_LINE:,} characters a line, and this would be {len(request):,}; "
                "take fewer servers at once (wave in the policy)"
            )
        try:
            async with asyncio.timeout(deadline_s):
                for pause_s in PAUSES_S:
                    # Each request may be made again: it looks, sets what is set already, or is of a wave that is done once.
                    with suppress(BrokenOffError):
                        return await self._asked(request)
                    await asyncio.sleep(pause_s)
                return await self._asked(request)
        except TimeoutError as error:
            raise LinkError(
                f"HAProxy at {self.address} did not answer {request.split()[0]!r} within {deadline_s:g} s; see whether it runs"
            ) from error

    async def _asked(self, request: str) -> str:
        async with self._connected(request) as reader:
            return (await reader.read()).decode("utf-8", "replace")

    async def lines(self, request: str) -> AsyncIterator[str]:
        """Give the lines that HAProxy goes on writing, such as events, until it closes.

        Raises:
            LinkError: HAProxy cannot be reached.
        """
        async with self._connected(request) as reader:
            while line := await reader.readline():
                yield line.decode("utf-8", "replace").strip()

    @asynccontextmanager
    async def _connected(self, request: str) -> AsyncIterator[asyncio.StreamReader]:
        try:
            if self.address.path:
                reader, writer = await asyncio.open_unix_connection(self.address.path, limit=_LIMIT)
            else:
                reader, writer = await asyncio.open_connection(self.address.host, self.address.port, limit=_LIMIT)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise LinkError(
                f"HAProxy's runtime API at {self.address} could not be reached: {why}; see that HAProxy runs, and that the "
                "socket is there and yours to open (stats socket ... level admin)"
            ) from error
        try:
            # Not drained: it is short, and HAProxy may have answered and closed before.
            writer.write(request.encode() + b"\n")
            yield reader
        except OSError as error:
            why = error.strerror or str(error)
            raise BrokenOffError(
                f"HAProxy at {self.address} broke the connection off: {why}; see whether it runs"
            ) from error
        finally:
            writer.close()
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(1.0):
                    await writer.wait_closed()
