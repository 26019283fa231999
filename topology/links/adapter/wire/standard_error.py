"""What an adapter writes to stderr: a log, kept short, so that a flood of it costs the loop nothing."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from typing import cast

from topology.links.adapter.wire.text import as_text

KEPT = 20
_LONGEST_LINE = 1000
_A_SECOND = 100
_BREATH_S = 0.05


class StandardError(asyncio.Protocol):
    """Hands each line to *log*, at most a hundred a second, and keeps the last twenty."""

    def __init__(self, log: Callable[[str], None]) -> None:
        self._log = log
        self._partial = b""
        self._second = 0
        self._told = 0
        self._reading: asyncio.ReadTransport | None = None
        self._over = asyncio.Event()
        self.tail: deque[str] = deque(maxlen=KEPT)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin (called by the loop)."""
        self._reading = cast("asyncio.ReadTransport", transport)

    def data_received(self, data: bytes) -> None:
        """Take bytes (called by the loop), then take breath: a full pipe holds up a program that writes without end."""
        *lines, self._partial = (self._partial + data).split(b"\n")
        self._partial = self._partial[:_LONGEST_LINE]
        loop = asyncio.get_running_loop()
        for line in lines[-_A_SECOND:]:
            self._take(line, int(loop.time()))
        if self._told > _A_SECOND and self._reading is not None:
            self._reading.pause_reading()
            loop.call_later(_BREATH_S, self._go_on)

    def connection_lost(self, error: Exception | None) -> None:
        """Hear that it ended (called by the loop)."""
        if self._partial:
            self._take(self._partial, int(asyncio.get_running_loop().time()))
            self._partial = b""
        self._over.set()

    async def finish(self, seconds: float) -> None:
        """Read what is left, but not longer than so many *seconds*, and close."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._over.wait()
        if self._reading is not None:
            self._reading.close()

    def _take(self, raw: bytes, second: int) -> None:
        line = as_text(raw[: 4 * _LONGEST_LINE].decode("utf-8", "backslashreplace").rstrip("\r"), _LONGEST_LINE)
        self.tail.append(line)
        if second != self._second:
            self._second, self._told = second, 0
        self._told += 1
        if self._told <= _A_SECOND:
            self._log(line)
        elif self._told == _A_SECOND + 1:
            self._log("(more lines than can be shown; the last are kept)")

    def _go_on(self) -> None:
        if self._reading is not None and not self._reading.is_closing():
            self._reading.resume_reading()
