"""Keeps one session with an adapter: opened again after it ended, later each time, and left alone after three crashes.

Before anything else is asked of a new session, it is told hello and asked what became of each wave that has no answer.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from topology.links.adapter.greeting import Greeting, hello_params, read_greeting
from topology.links.adapter.wire.messages import Hello, read_record
from topology.links.adapter.wire.peers import Opener
from topology.links.adapter.wire.session import (
    AdapterFailedError,
    AdapterSession,
    Heard,
    SessionEndedError,
    open_session,
)
from topology.links.adapter.wire.text import as_text
from topology.region.errors import LinkError

PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
CRASHES = 3
WITHIN_S = 60.0
_HELLO_S = 10.0
_SOON_S = 2.0
_CONSOLE = "underkeel"


@dataclass(frozen=True, slots=True)
class Hearing:
    """Who hears what of a session, in the order of its life, and whether there is room for facts."""

    greeted: Callable[[Greeting], None]
    heard: Heard
    room: Callable[[], bool]
    lost: Callable[[str], None]
    renewed: Callable[[AdapterSession], Awaitable[None]]
    log: Callable[[str], None]


class Keeper:
    """*address* is how it is called in sentences. With *stays_down* three crashes within a minute end it."""

    def __init__(
        self, address: str, opener: Opener, hearing: Hearing, *, operator: str, read_only: bool, stays_down: bool
    ) -> None:
        self._address = as_text(address, 120)
        self._opener = opener
        self._hearing = hearing
        self._operator = operator
        self._read_only = read_only
        self._stays_down = stays_down
        self._crashes: deque[float] = deque(maxlen=CRASHES)
        self._session: AdapterSession | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._ending: set[asyncio.Task[None]] = set()
        self._why = ""
        self._tail: tuple[str, ...] = ()
        self.is_over = False
        self._greeting: Greeting

    async def open(self) -> None:
        """Open the first session.

        Raises:
            LinkError: it cannot be opened, or does not say hello.
        """
        self._session, self._greeting = await self._greeted()
        self._hearing.greeted(self._greeting)
        self._keeping = asyncio.get_running_loop().create_task(self._keep(), name=f"keeping {self._address}")

    @property
    def session(self) -> AdapterSession | None:
        """Give the session there is; None while it is down."""
        return self._session

    @property
    def why(self) -> str:
        """Say why there is none."""
        return self._why

    async def soon(self) -> AdapterSession:
        """Give the session, or wait a moment for the next one.

        Raises:
            LinkError: there is none yet; the sentence says why.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_SOON_S):
                while self._session is None and not self.is_over:
                    self._news.clear()
                    await self._news.wait()
        if self._session is None:
            raise LinkError(self._why)
        return self._session

    async def aclose(self) -> None:
        """End it for good."""
        self.is_over = True
        self._why = self._why or f"{self._address} was closed"
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
            await asyncio.gather(*self._ending, return_exceptions=True)
        if self._session is not None:
            session, self._session = self._session, None
            await self._end(session)
        self._news.set()

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        attempt = 0
        began = loop.time()
        while self._session is not None:
            why = await asyncio.shield(self._session.ended)
            session, self._session = self._session, None
            attempt = 0 if loop.time() - began > WITHIN_S else attempt
            self._went_down(f"{self._address}: {why}")
            await self._end(session)
            self._tail = session.tail
            while self._session is None and not self._gives_up():
                await asyncio.sleep(PAUSES_S[min(attempt, len(PAUSES_S) - 1)])
                attempt += 1
                await self._again()
            began = loop.time()

    async def _end(self, session: AdapterSession) -> None:
        """Be rid of a session, also when whoever wants that is cancelled meanwhile."""
        ending = asyncio.get_running_loop().create_task(session.aclose(), name=f"ending {self._address}")
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)
        await asyncio.shield(ending)

    def _went_down(self, why: str) -> None:
        self._crashes.append(asyncio.get_running_loop().time())
        self._why = why
        self._hearing.log(self._why)
        self._hearing.lost(self._why)

    def _gives_up(self) -> bool:
        crashed = self._crashes
        if not self._stays_down or len(crashed) < CRASHES or crashed[-1] - crashed[0] > WITHIN_S:
            return self.is_over
        last = "".join(f"\n  {line}" for line in self._tail)
        self._why = (
            f"{self._why}. It ended {CRASHES} times within {WITHIN_S:g} s and is not started again: mend it, and open the "
            f"region again. " + (f"Its last lines were:{last}" if last else "It logged nothing.")
        )
        self._over()
        return True

    def _over(self) -> None:
        self.is_over = True
        self._hearing.log(self._why)
        self._hearing.lost(self._why)
        self._news.set()

    async def _again(self) -> None:
        try:
            session, greeting = await self._greeted()
        except LinkError as error:
            self._went_down(str(error))
            return
        if greeting.region != self._greeting.region:
            await self._end(session)
            self._why = (
                f"{self._address}: operates {greeting.region!r} now, and was opened with {self._greeting.region!r}; "
                "open the region again if that is meant"
            )
            self._over()
            return
        self._greeting = greeting
        self._hearing.greeted(greeting)
        try:
            await self._hearing.renewed(session)
        except SessionEndedError as error:
            await self._end(session)
            self._tail = session.tail
            self._went_down(f"{self._address}: {error}")
            return
        self._session, self._why = session, ""
        self._hearing.log(f"{self._address}: answers again")
        self._news.set()

    async def _greeted(self) -> tuple[AdapterSession, Greeting]:
        session = await open_session(self._opener, self._hearing.heard, self._hearing.room, self._hearing.log)
        try:
            async with asyncio.timeout(_HELLO_S):
                params = hello_params(_CONSOLE, self._operator, read_only=self._read_only)
                greeting = await session.ask("hello", params, _HELLO_S, _read_hello)
        except (TimeoutError, SessionEndedError, AdapterFailedError) as error:
            await self._end(session)
            self._tail = session.tail
            raise LinkError(self._no_hello(session, error)) from error
        except BaseException:
            await self._end(session)
            raise
        session.heartbeat_s = greeting.heartbeat_s
        return session, greeting

    def _no_hello(self, session: AdapterSession, error: Exception) -> str:
        what = f"it did not say hello within {_HELLO_S:g} s" if isinstance(error, TimeoutError) else str(error)
        return f"{self._address}: {what}" + "".join(f"; its last line was: {line}" for line in session.tail[-1:])


def _read_hello(said: bytes) -> Greeting:
    return read_greeting(read_record(said, Hello, "its hello"))
