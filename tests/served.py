"""Time as the loop under test was served: what is promised within a second is not broken by a machine that stood still."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_TURN_S = 0.01
_MOST_S = 0.05


class Served:
    """*seconds*: how long the loop took turns; a longer gap between two of them counts as `_MOST_S`."""

    def __init__(self) -> None:
        self.seconds = 0.0


@asynccontextmanager
async def served() -> AsyncIterator[Served]:
    """Count the time in which the loop takes turns while this is entered."""
    found, loop = Served(), asyncio.get_running_loop()

    async def count() -> None:
        last = loop.time()
        while True:
            await asyncio.sleep(_TURN_S)
            now = loop.time()
            found.seconds, last = found.seconds + min(now - last, _MOST_S), now

    counting = asyncio.ensure_future(count())
    try:
        yield found
    finally:
        counting.cancel()
        with suppress(asyncio.CancelledError):
            await counting
