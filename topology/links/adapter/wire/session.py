"""One connection to an adapter: requests and their answers by number, notifications in order, and whether it is alive."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from msgspec import Raw

from topology.links.adapter.wire.lines import Lines, is_choked
from topology.links.adapter.wire.messages import (
    LARGEST_LINE,
    AdapterProtocolError,
    Envelope,
    read_envelope,
    request_line,
)
from topology.links.adapter.wire.peers import Opener, Peer
from topology.links.adapter.wire.text import as_text
from topology.region.errors import LinkError

_Result = TypeVar("_Result")
Heard = Callable[[str, bytes], Iterator[None] | None]
"""Gets the method and the parameters of each notification; what it gives are the steps in which a long one is taken."""
MISSED = 3
"""Heartbeats that may be missed."""
_SLICE_S = 0.008
_GRACE_S = 1.0


class SessionEndedError(Exception):
    """The connection is gone before an answer came: what was asked for may have happened."""


class AdapterFailedError(Exception):
    """The adapter answered with an error; *code* is JSON-RPC's."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(slots=True)
class _Asked:
    read: Callable[[bytes], Any]
    answer: asyncio.Future[Any]
    until: float


class AdapterSession:
    """Opened by `open_session`. *heard* gets each notification, *room* says whether facts may be taken in now.

    *ended* is done with a sentence once the connection is gone, however that came.
    """

    def __init__(self, heard: Heard, room: Callable[[], bool]) -> None:
        self._loop = asyncio.get_running_loop()
        self._heard = heard
        self._room = room
        self._asked: dict[int, _Asked] = {}
        self._number = 0
        self._go_on = asyncio.Event()
        self._last_heard = self._loop.time()
        self._held_up = False
        self._tasks: list[asyncio.Task[None]] = []
        self.ended: asyncio.Future[str] = self._loop.create_future()
        self.lines = Lines(self._input_over)
        self.peer: Peer | None = None
        self.heartbeat_s = 0.0
        """0 while no heartbeat was promised."""
        self._why_over = ""

    def begin(self, peer: Peer) -> None:
        """Start to read."""
        self.peer = peer
        self._tasks = [
            self._loop.create_task(self._pump(), name="reading an adapter"),
            self._loop.create_task(self._watch(), name="watching an adapter"),
        ]

    async def ask(
        self, method: str, params: dict[str, Any] | None, deadline_s: float, read: Callable[[bytes], _Result]
    ) -> _Result:
        """Send a request and wait for its answer. A caller that gives up takes it back.

        *deadline_s* is how long the adapter may be silent over it; it is the caller who stops waiting. *read* makes of the
        JSON of the result what is given, before any later message is looked at; what it finds wrong ends the connection.

        Raises:
            SessionEndedError: the connection ended first.
            AdapterFailedError: the answer is an error.
        """
        number = self._send(method, params)
        answer: asyncio.Future[_Result] = self._loop.create_future()
        self._asked[number] = _Asked(read, answer, self._loop.time() + deadline_s)
        self._go_on.set()
        try:
            return await answer
        except asyncio.CancelledError:
            if not self.ended.done():
                self._send("cancel", {"id": number})
            raise
        finally:
            self._asked.pop(number, None)

    def tell(self, method: str) -> None:
        """Send a request whose answer nobody waits for."""
        if not self.ended.done():
            self._send(method, None)

    def has_room(self) -> None:
        """Say that facts may be taken in again."""
        self._go_on.set()

    @property
    def next_number(self) -> int:
        """Give the number that the next request will have."""
        return self._number + 1

    @property
    def is_silent(self) -> bool:
        """Whether heartbeats were missed; a request may take so long, and the connection is kept then."""
        return 0 < MISSED * self.heartbeat_s < self._loop.time() - self._last_heard

    @property
    def tail(self) -> tuple[str, ...]:
        """Give the last lines of the adapter's log."""
        return self.peer.tail if self.peer is not None else ()

    def drop(self, why: str) -> None:
        """End the connection, with a sentence's end such as `it sent a line that cannot be read`."""
        if self.ended.done():
            return
        self.ended.set_result(why)
        for asked in self._asked.values():
            if not asked.answer.done():
                asked.answer.set_exception(SessionEndedError(why))
                asked.answer.exception()  # It may have no waiter any more.

    async def aclose(self, grace_s: float = _GRACE_S) -> None:
        """Be rid of it: say `exit`, and end what does not end by itself."""
        self.tell("exit")
        self.drop("it was closed")
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.lines.discard()
        if self.peer is not None:
            await self.peer.end(grace_s)

    def _send(self, method: str, params: dict[str, Any] | None) -> int:
        if self.ended.done() or self.peer is None:
            raise SessionEndedError(self.ended.result() if self.ended.done() else "it is not open")
        self._number += 1
        line = request_line(self._number, method, params)
        if len(line) > LARGEST_LINE:
            raise AdapterFailedError(-32600, f"the request would be longer than {LARGEST_LINE:,} bytes")
        self.peer.sending.write(line)
        if is_choked(self.peer.sending):
            self.drop("it reads no requests any more")
            raise SessionEndedError("it reads no requests any more")
        return self._number

    def _input_over(self, why: str) -> None:
        # What arrived before is still read: an answer may be the last thing that it said.
        self._why_over = why

    async def _pump(self) -> None:
        began = self._loop.time()
        try:
            while not self.ended.done():
                await self._until_room()
                line = await self.lines.next()
                if line is None:
                    self.drop(self._why_over or "it ended")
                    return
                self._last_heard = self._loop.time()
                for _ in self._take(read_envelope(line)) or (None,):
                    if self._loop.time() - began > _SLICE_S:
                        await asyncio.sleep(0)
                        began = self._loop.time()
        except AdapterProtocolError as error:
            self.drop(str(error))
        finally:
            # Whatever ended it, nobody must wait for answers that cannot come any more.
            self.drop("it is not read any more")

    async def _until_room(self) -> None:
        """Hold the adapter up while nobody takes its facts, but never while an answer is awaited behind them."""
        while not self._room() and not self._asked and not self.ended.done():
            self._held_up = True
            self._go_on.clear()
            await self._go_on.wait()
        if self._held_up:
            self._held_up = False
            self._last_heard = self._loop.time()

    def _take(self, envelope: Envelope) -> Iterator[None] | None:
        if envelope.method and envelope.id is None:
            return self._heard(envelope.method, bytes(envelope.params))
        if envelope.method:
            raise AdapterProtocolError(f"it sent a request ({as_text(envelope.method, 40)}); an adapter only answers")
        if envelope.id is None:
            message = envelope.error.message if envelope.error is not None else "an answer to nothing"
            raise AdapterProtocolError(f"it could not read a request: {as_text(message)}")
        self._answer(envelope)
        return None

    def _answer(self, envelope: Envelope) -> None:
        number = envelope.id or 0
        if not 0 < number <= self._number:
            raise AdapterProtocolError(f"it answered request {number}, which was never sent")
        asked = self._asked.get(number)
        if asked is None or asked.answer.done():
            return  # Given up, or taken back.
        if envelope.error is not None:
            asked.answer.set_exception(AdapterFailedError(envelope.error.code, as_text(envelope.error.message)))
        elif envelope.result == Raw(b""):
            raise AdapterProtocolError(f"its answer to request {number} has neither a result nor an error")
        else:
            asked.answer.set_result(asked.read(bytes(envelope.result)))

    async def _watch(self) -> None:
        """Drop a connection that left out its heartbeats; a request may keep it silent for that request's time."""
        while not self.ended.done():
            pause, before = max(self.heartbeat_s, 0.2) / 4, self._loop.time()
            await asyncio.sleep(pause)
            now, limit = self._loop.time(), MISSED * self.heartbeat_s
            if self._held_up or now - before > 2 * pause:
                self._last_heard = now  # It was not the adapter who was slow.
            busy = any(asked.until > now for asked in self._asked.values())
            if limit and not busy and now - self._last_heard > limit:
                self.drop(f"it said nothing for {limit:g} s, {MISSED} times its heartbeat")


async def open_session(
    opener: Opener, heard: Heard, room: Callable[[], bool], log: Callable[[str], None]
) -> AdapterSession:
    """Open a connection.

    Raises:
        LinkError: it cannot be opened.
    """
    session = AdapterSession(heard, room)
    opening = asyncio.ensure_future(opener(session.lines, session.drop, log))
    try:
        session.begin(await asyncio.shield(opening))
    except asyncio.CancelledError:
        # What was started must not be lost sight of.
        await (await opening).end(0)
        raise
    except (OSError, ValueError) as error:
        raise LinkError(f"the adapter could not be reached: {error}; see that it runs by itself") from error
    return session
