"""One wrapper around a fleet source, so that no call of it is ever waited for without an end.

Silence of a source that is read is a `LinkError`; silence of one that acts is `UNKNOWN` for each of its servers: what was not
answered may have happened. A call that was given up is cancelled and left to itself, whatever it does about that, so that a
source that hangs holds up nobody: not the caller, not a stop, not the end of the program.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from topology.fleet.loads import Load, TellsLoads
from topology.fleet.obstacles import Obstacles, TellsObstacles
from topology.fleet.reasons.anew import RegionReplaced
from topology.fleet.unheard import AcceptsUnheard, UnheardRack
from topology.links.fleet_source import (
    Answer,
    Changes,
    Cursor,
    Facts,
    FleetActor,
    FleetReader,
    Floors,
    GoesOn,
    LetsGo,
    NearSource,
    ResyncNeeded,
    SourceWave,
    Taken,
    WaveId,
)
from topology.refusals.at_act import NoAnswer
from topology.refusals.base import RefusalFacts, ToldRefusal
from topology.refusals.refusal import Refusal
from topology.refusals.sources import NotSent, SourceFailed
from topology.region.errors import LinkError

_Result = TypeVar("_Result")
_log = logging.getLogger(__name__)
MISSED = 3
"""Heartbeats that a source may leave out before it counts as silent."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long each call may take, in seconds; a wave has what it states (*wave_s*, where nobody says), and *grace_s* to travel."""

    read_s: float = 60.0
    wave_s: float = 10.0
    ask_s: float = 5.0
    stop_s: float = 2.0
    silent_stop_s: float = 0.4
    close_s: float = 2.0
    grace_s: float = 1.0


class SilenceError(Exception):
    """A call did not end in its time."""


class GivenUpError(Exception):
    """A source gave a call up by itself, as when it was closed beneath it: what it did is not known."""


class Calls:
    """Calls that are waited for only so long; those given up are cancelled and kept until they end, whatever they do."""

    def __init__(self) -> None:
        self._left_alone: set[asyncio.Task[Any]] = set()

    async def within(self, what: str, call: Coroutine[Any, Any, _Result], seconds: float) -> _Result:
        """Wait for a call for so many *seconds*.

        Raises:
            SilenceError: it did not end in its time.
            GivenUpError: the source gave it up.
        """
        # Not asyncio.timeout: that waits for what it cancels, and a source that hangs may not even hear of that.
        task = asyncio.get_running_loop().create_task(_kept_whole(call), name=what)
        try:
            done, _ = await asyncio.wait({task}, timeout=seconds)
        except asyncio.CancelledError:
            self._leave(task)
            raise
        if not done:
            self._leave(task)
            raise SilenceError(what)
        result, error = task.result()
        if error is not None:
            raise error
        return result  # type: ignore[return-value]

    def close(self) -> None:
        """Cancel once more what is still there; nobody waits for it."""
        for task in tuple(self._left_alone):
            task.cancel()

    def _leave(self, task: asyncio.Task[Any]) -> None:
        task.cancel()
        self._left_alone.add(task)
        task.add_done_callback(self._left_alone.discard)


class BoundedReader:
    """A `FleetReader` whose every call ends in its time."""

    def __init__(self, source: FleetReader, deadlines: Deadlines | None = None) -> None:
        self._source = source
        self._deadlines = deadlines or Deadlines()
        self._calls = Calls()
        self.near = source if isinstance(source, NearSource) else None
        """The source itself where it is in this program: that is asked at once, and followed without a stream."""
        self.identity = source.identity
        self.region = source.region
        self.accepted = ""
        """The region that it has to be; empty until one was accepted."""
        self.abilities = source.abilities
        self.heartbeat_s = source.heartbeat_s

    @property
    def elsewhere(self) -> str:
        """Say which other region answers by now, where another does; empty while it is the accepted one. Never waits."""
        found = self._source.region
        if not self.accepted or found in ("", self.accepted):
            return ""
        return f"another region answers at this address: {found}, not {self.accepted}"

    async def read(self) -> Facts:
        """Read the whole fleet.

        Raises:
            LinkError: it failed, or did not end in its time.
        """
        facts = await self._answered("read", self._source.read(), self._deadlines.read_s)
        # What a source says of itself may only be known once it was read.
        self.identity, self.region, self.abilities = (
            self._source.identity,
            self._source.region,
            self._source.abilities,
        )
        return facts

    async def changes(self, after: Cursor) -> AsyncGenerator[Changes, None]:
        """Give what changed after a cursor, then wait for more.

        Raises:
            ResyncNeeded: read again; another region answers by now, among others.
            LinkError: nothing came for `MISSED` heartbeats, or the source failed.
        """
        stream = self._source.changes(after)
        try:
            while True:
                try:
                    change = await self._answered("changes", _next(stream), MISSED * self._source.heartbeat_s)
                except StopAsyncIteration:
                    return
                if self.elsewhere:
                    raise ResyncNeeded(RegionReplaced())
                yield change
        finally:
            # One that hangs is left to itself, and says that it is still running.
            with suppress(LinkError, RuntimeError):
                await self._answered("end of changes", _end(stream), self._deadlines.close_s)

    def loads(self) -> Mapping[str, Load]:
        """Give what subsystems carry, in the source's words; nothing where it does not tell."""
        return self._source.loads() if isinstance(self._source, TellsLoads) else {}

    def obstacles(self) -> Obstacles:
        """Give what stands in the way of taking servers out; nothing where it does not tell."""
        return self._source.obstacles() if isinstance(self._source, TellsObstacles) else {}

    async def aclose(self) -> None:
        """Let go of the source; one that does not let go is left to itself."""
        with suppress(LinkError):
            await self._answered("close", self._source.aclose(), self._deadlines.close_s)
        self._calls.close()

    async def _answered(self, what: str, call: Coroutine[Any, Any, _Result], seconds: float) -> _Result:
        """Wait for a call for so many *seconds*; a failure that the source has no words for is put into some."""
        try:
            return await self._calls.within(what, call, seconds)
        except SilenceError as error:
            raise LinkError(f"{self._source.region or 'the source'} did not answer within {seconds:g} s") from error
        except GivenUpError as error:
            raise LinkError(f"{self._source.region or 'the source'} {error}") from error


class BoundedActor(BoundedReader):
    """A `FleetActor` whose every call ends in its time, and whose every answer is of the servers that were asked about."""

    def __init__(self, source: FleetActor, deadlines: Deadlines | None = None) -> None:
        super().__init__(source, deadlines)
        self._actor = source

    async def take(self, wave: SourceWave, floors: Floors) -> Taken:
        """Take a wave out of service; a source that does not answer leaves each of its servers unknown.

        Raises:
            LinkError: it is in this program, and nothing was done.
        """
        return await self._done("take", wave, lambda: self._actor.take(wave, floors))

    async def give_back(self, wave: SourceWave, floors: Floors) -> Taken:
        """Put a wave back into service; a source that does not answer leaves each of its servers unknown.

        Raises:
            LinkError: it is in this program, and nothing was done.
        """
        return await self._done("give back", wave, lambda: self._actor.give_back(wave, floors))

    async def stop(self, execution: str, *, silent: bool = False) -> Taken:
        """Let no further server of an execution leave; a source that is *silent* already is not waited for as long.

        Raises:
            LinkError: it failed, or did not end in its time: what was draining is unknown.
        """
        seconds = self._deadlines.silent_stop_s if silent else self._deadlines.stop_s
        return await self._there("stop", lambda: self._actor.stop(execution), seconds)

    async def resume(self, execution: str) -> None:
        """Take a stop back.

        Raises:
            LinkError: it failed, or did not end in its time.
        """
        await self._there("resume", lambda: self._actor.resume(execution), self._deadlines.ask_s)

    async def found(self, wave: WaveId, *, abandon: bool = False) -> Taken | None:
        """Say what became of a wave.

        Raises:
            LinkError: it failed, or did not end in its time.
        """
        return await self._there("found", lambda: self._actor.found(wave, abandon=abandon), self._deadlines.ask_s)

    async def let_go(self, execution: str) -> None:
        """Give up what was prepared for an execution that is over, where the source prepares anything.

        Raises:
            LinkError: it failed, or did not end in its time.
        """
        if isinstance(actor := self._actor, LetsGo):
            await self._there("let go", lambda: actor.let_go(execution), self._deadlines.ask_s)

    async def go_on(self, execution: str) -> None:
        """Go on with what another program left undone of an execution, where the source works on after its answer.

        Raises:
            LinkError: it failed, or did not end in its time.
        """
        if isinstance(actor := self._actor, GoesOn):
            await self._there("go on", lambda: actor.go_on(execution), self._deadlines.ask_s)

    async def accept_unheard(self, operator: str, racks: Sequence[UnheardRack]) -> None:
        """Let racks whose agent is gone count as failed, and no longer as unknown; a source without agents has none.

        Raises:
            LinkError: it failed, or did not end in its time.
        """
        if isinstance(actor := self._actor, AcceptsUnheard):
            await self._there("accept", lambda: actor.accept_unheard(operator, racks), self._deadlines.ask_s)

    async def _there(self, what: str, call: Callable[[], Coroutine[Any, Any, _Result]], seconds: float) -> _Result:
        """Ask the accepted region something; of another one nothing is asked, for it knows of nothing that was done."""
        if elsewhere := self.elsewhere:
            raise LinkError(f"{elsewhere}; nothing is done there")
        return await self._answered(what, call(), seconds)

    async def _done(self, what: str, wave: SourceWave, call: Callable[[], Coroutine[Any, Any, Taken]]) -> Taken:
        if elsewhere := self.elsewhere:
            answers = tuple((name, Answer.REFUSED) for name in wave.servers)
            return Taken(wave.id, answers, (Refusal("disconnected", NotSent(elsewhere)),))
        try:
            taken = await self._calls.within(what, call(), wave.deadline_s + self._deadlines.grace_s)
        except SilenceError:
            return unknown_of(wave, NoAnswer(wave.deadline_s))
        except LinkError as error:
            if self.near is not None:
                raise  # what it could not write did not happen
            return unknown_of(wave, ToldRefusal(str(error)))
        except Exception as error:  # noqa: BLE001 - whatever a source does wrong, what it did is not known
            _log.error("%s of %s failed", what, wave.id, exc_info=error)
            return unknown_of(wave, SourceFailed(str(error)))
        return _in_order(wave, taken)


def unknown_of(wave: SourceWave, why: RefusalFacts) -> Taken:
    """Give the answer to a wave of which nobody knows what became."""
    return Taken(wave.id, tuple((name, Answer.UNKNOWN) for name in wave.servers), (Refusal("unknown", why),))


def _in_order(wave: SourceWave, taken: Taken) -> Taken:
    """Give an answer for each server of the wave, in its order; one that the source left out is unknown."""
    found = dict(taken.answers)
    answers = tuple((name, found.get(name, Answer.UNKNOWN)) for name in wave.servers)
    return Taken(wave.id, answers, taken.refusals, taken.retry_after_s)


async def _kept_whole(call: Coroutine[Any, Any, _Result]) -> tuple[_Result | None, Exception | None]:
    """Run a call, and give its failure as a value: a task that nobody waits for any more must not complain of it.

    What the source itself cancels is a failure of its own: whoever waits for the call was not cancelled by that.
    """
    try:
        return await call, None
    except asyncio.CancelledError:
        return None, GivenUpError("gave the call up before it was done")
    except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
        return None, error


async def _next(stream: AsyncIterator[Changes]) -> Changes:
    return await anext(stream)


async def _end(stream: AsyncIterator[Changes]) -> None:
    close = getattr(stream, "aclose", None)
    if close is not None:
        await close()
