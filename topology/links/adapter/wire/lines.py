"""The bytes of a connection as lines, no more of them waiting than is wanted: whoever sends faster is held up by the pipe."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import cast

from topology.links.adapter.wire.messages import LARGEST_LINE

_FULL = 1024 * 1024
_ROOM = _FULL // 4
_LARGEST_UNSENT = 2 * LARGEST_LINE
"""Bytes that may wait for an adapter that does not read."""


class Lines(asyncio.Protocol):
    """Cuts what arrives into lines, without their ends. *ended* is called once, with why nothing more will come."""

    def __init__(self, ended: Callable[[str], None]) -> None:
        self._ended = ended
        self._ready: deque[bytes] = deque()
        self._waiting = 0
        self._partial: list[bytes] = []
        self._partial_size = 0
        self._paused = False
        self._over = False
        self._arrived = asyncio.Event()
        self._reading: asyncio.ReadTransport | None = None

    async def next(self) -> bytes | None:
        """Give the next line; None once there is no more."""
        while not self._ready:
            if self._over:
                return None
            self._arrived.clear()
            await self._arrived.wait()
        line = self._ready.popleft()
        self._waiting -= len(line)
        if self._paused and self._waiting < _ROOM and self._reading is not None and not self._over:
            self._paused = False
            self._reading.resume_reading()
        return line

    def hold(self) -> None:
        """Read nothing until `go_on`, as a console that is busy would."""
        self._paused = True
        if self._reading is not None:
            self._reading.pause_reading()

    def go_on(self) -> None:
        """Read again."""
        self._paused = False
        if self._reading is not None and not self._over:
            self._reading.resume_reading()

    def discard(self) -> None:
        """Throw away what waits, and whatever still comes."""
        self._finish("")
        self._ready.clear()
        self._waiting = 0
        if self._reading is not None:
            self._reading.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin (called by the loop)."""
        self._reading = cast("asyncio.ReadTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Take bytes (called by the loop)."""
        if self._over:
            return
        first, *others = data.split(b"\n")
        self._partial.append(first)
        self._partial_size += len(first)
        if others:
            whole = [b"".join(self._partial), *others[:-1]]
            self._ready.extend(whole)
            self._waiting += sum(map(len, whole))
            self._partial, self._partial_size = [others[-1]], len(others[-1])
            self._arrived.set()
        if self._partial_size > LARGEST_LINE:
            self._finish(f"a line is longer than {LARGEST_LINE:,} bytes")
        elif self._waiting > _FULL and not self._paused and self._reading is not None:
            self._paused = True
            self._reading.pause_reading()

    def eof_received(self) -> bool:
        """Hear that the other end is closed (called by the loop); the transport closes itself then."""
        self._finish("it ended")
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """Hear that the connection is gone (called by the loop)."""
        self._finish(f"the connection broke: {error}" if error is not None else "it ended")

    def _finish(self, why: str) -> None:
        if self._over:
            return
        self._over = True
        self._arrived.set()
        if why:
            self._ended(why)


class Sending(asyncio.BaseProtocol):
    """The writing end of a pipe; *broken* is called when nobody reads there any more."""

    def __init__(self, broken: Callable[[str], None]) -> None:
        self._broken = broken

    def connection_lost(self, error: Exception | None) -> None:
        """Hear that the pipe is gone (called by the loop)."""
        if error is not None:
            self._broken("it reads no requests any more")


def is_choked(transport: asyncio.WriteTransport) -> bool:
    """Say whether so much waits to be sent that the other side must have stopped reading."""
    return transport.get_write_buffer_size() > _LARGEST_UNSENT
