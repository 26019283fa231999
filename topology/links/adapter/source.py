"""A fleet behind an adapter that acts: waves go over the wire, and what is not answered is asked about until it is known."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from topology.links.adapter.answers import NOT_DONE, read_returned, read_taken, refused, wave_params
from topology.links.adapter.reader import AdapterReader
from topology.links.adapter.wire.messages import Answered, read_record
from topology.links.adapter.wire.peers import Opener
from topology.links.adapter.wire.session import AdapterFailedError, AdapterSession, SessionEndedError
from topology.links.deadline import unknown_of
from topology.links.fleet_source import Floors, SourceWave, Taken, WaveId
from topology.refusals.base import ToldRefusal
from topology.refusals.sources import AdapterFault, NeverHappened, NotSent, OutcomeUntold
from topology.region.errors import LinkError

ASK_S = 5.0
_NULL = b"null"
_Result = TypeVar("_Result")


class AdapterSource(AdapterReader):
    """A `FleetActor`. A wave whose answer was lost is asked about as soon as the adapter answers again."""

    read_only = False

    def __init__(
        self, address: str, opener: Opener, operator: str, log: Callable[[str], None], *, stays_down: bool
    ) -> None:
        super().__init__(address, opener, operator, log, stays_down=stays_down)
        self._unanswered: dict[WaveId, SourceWave] = {}
        self._awaited: dict[WaveId, asyncio.Future[Taken]] = {}

    async def take(self, wave: SourceWave, floors: Floors) -> Taken:
        """Take a wave out of service."""
        return await self._act("remove", wave, wave_params(wave, floors, atomic=self.abilities.atomic_waves))

    async def give_back(self, wave: SourceWave, floors: Floors) -> Taken:
        """Put a wave back into service."""
        atomic = self.abilities.atomic_waves
        return await self._act("restore", wave, wave_params(wave, floors, atomic=atomic, undo=wave.undo))

    async def stop(self, execution: str) -> Taken:
        """Let no further server of an execution leave.

        Raises:
            LinkError: it is not known whether it was stopped.
        """
        return await self._plainly("stop", execution, lambda said: _returned(execution, said))

    async def resume(self, execution: str) -> None:
        """Take a stop back.

        Raises:
            LinkError: it is not known whether it was.
        """
        await self._plainly("resume", execution, lambda said: None)

    async def found(self, wave: WaveId, *, abandon: bool = False) -> Taken | None:
        """Say what became of a wave.

        Raises:
            LinkError: the adapter is down, or cannot say.
        """
        session = await self._keeper.soon()
        try:
            return await self._outcome(session, wave, None, abandon=abandon)
        except (SessionEndedError, AdapterFailedError) as error:
            raise LinkError(f"{self._address}: cannot say what became of wave {wave}: {error}") from error

    async def aclose(self) -> None:
        """Let go of the adapter."""
        await super().aclose()
        self._give_up()

    async def _act(self, method: str, wave: SourceWave, params: dict[str, Any]) -> Taken:
        session = self._keeper.session
        if session is None and wave.id not in self._unanswered:
            return refused(wave, "disconnected", NotSent(self._keeper.why))
        if session is None:
            return await self._settled(wave)
        self._unanswered[wave.id] = wave
        try:
            taken = await session.ask(method, params, wave.deadline_s, partial(_taken, wave.id, wave.servers))
        except SessionEndedError:
            return await self._settled(wave)
        except AdapterFailedError as error:
            return self._failed(wave, error)
        self._unanswered.pop(wave.id, None)
        return taken

    def _failed(self, wave: SourceWave, error: AdapterFailedError) -> Taken:
        if error.code not in NOT_DONE:
            return unknown_of(wave, ToldRefusal(str(error)))
        self._unanswered.pop(wave.id, None)
        return refused(wave, "adapter", ToldRefusal(str(error)))

    async def _settled(self, wave: SourceWave) -> Taken:
        """Wait until a new session was asked what became of a wave; whoever calls has a deadline."""
        if self._keeper.is_over:
            return unknown_of(wave, ToldRefusal(self._keeper.why))
        answer = self._awaited.setdefault(wave.id, asyncio.get_running_loop().create_future())
        try:
            async with asyncio.timeout(wave.deadline_s):
                return await asyncio.shield(answer)
        except TimeoutError:
            return unknown_of(wave, OutcomeUntold(self._keeper.why or self._address, wave.deadline_s))
        finally:
            self._awaited.pop(wave.id, None)

    async def _renewed(self, session: AdapterSession) -> None:
        """Ask for each wave without an answer; one that still is waited for, and never happened, never will."""
        for wave in tuple(self._unanswered.values()):
            awaited = self._awaited.get(wave.id)
            try:
                async with asyncio.timeout(ASK_S):
                    taken = await self._outcome(session, wave.id, wave, abandon=awaited is not None)
            except (TimeoutError, AdapterFailedError) as error:
                taken = unknown_of(wave, AdapterFault(self._address, str(error)))
            else:
                self._unanswered.pop(wave.id, None)
            taken = taken or refused(wave, "adapter", NeverHappened(self._fault, wave.id))
            if awaited is not None and not awaited.done():
                awaited.set_result(taken)

    async def _outcome(
        self, session: AdapterSession, wave: WaveId, sent: SourceWave | None, *, abandon: bool
    ) -> Taken | None:
        servers = None if sent is None else sent.servers
        asked = {"wave": wave, "abandon": abandon}
        return await session.ask("outcome", asked, ASK_S, partial(_taken_or_none, wave, servers))

    async def _plainly(self, method: str, execution: str, read: Callable[[bytes], _Result]) -> _Result:
        session = await self._keeper.soon()
        try:
            return await session.ask(method, {"execution": execution}, ASK_S, read)
        except (SessionEndedError, AdapterFailedError) as error:
            raise LinkError(f"{self._address}: {method}: {error}") from error

    def _lost(self, why: str) -> None:
        super()._lost(why)
        if self._keeper.is_over:
            self._give_up()

    def _give_up(self) -> None:
        for number, awaited in self._awaited.items():
            if not awaited.done():
                awaited.set_result(unknown_of(self._unanswered[number], ToldRefusal(self._keeper.why)))


def _taken(wave: WaveId, servers: tuple[str, ...] | None, said: bytes) -> Taken:
    return read_taken(wave, servers, read_record(said, Answered, f"its answer about wave {wave}"))


def _taken_or_none(wave: WaveId, servers: tuple[str, ...] | None, said: bytes) -> Taken | None:
    return None if said.strip() == _NULL else _taken(wave, servers, said)


def _returned(execution: str, said: bytes) -> Taken:
    return read_returned(execution, read_record(said, list[str], "its answer to stop"))
