"""A bad line between a console and its region: calls that hang, answers that come late, in part, or not at all."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import replace
from typing import Any, TypeVar

from topology.execution.journal_entries import JournalHead
from topology.fleet.batches import EventBatch, Revision
from topology.fleet.state import Freshness, State
from topology.fleet.unheard import UnheardRack
from topology.links.protocol import Answer, OperationId, RegionLink, Wave, WaveOutcome

_T = TypeVar("_T")


class BadLine:
    """A link that passes everything on to another one, and holds back what the test says.

    *unheard* names calls that never reach the region while they are in it, *unanswered* those that do, and whose answers are
    held back. Both wait for `mend`. *count* calls of each were made.
    """

    def __init__(self, link: RegionLink) -> None:
        self._link = link
        self.name = link.name
        self.abilities = link.abilities
        self.only_looks = link.only_looks
        self.leases = link.leases
        self.operator = link.operator
        self.meeting = link.meeting
        self.unheard: set[str] = set()
        self.unanswered: set[str] = set()
        self.waves: list[Wave] = []
        self.called: dict[str, asyncio.Event] = {}
        self._mended = asyncio.Event()
        self.take_only: int | None = None
        """How many servers of the next wave are taken; the rest is too soon."""
        self.says_unknown = 0
        """So many waves are done and answered with unknown."""

    def mend(self) -> None:
        """Let through what was held back, and everything from now on."""
        self.unheard.clear()
        self.unanswered.clear()
        self._mended.set()

    def was_called(self, call: str) -> asyncio.Event:
        """Give what is set once a call was made."""
        return self.called.setdefault(call, asyncio.Event())

    async def _pass(self, call: str, make: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
        self.was_called(call).set()
        if call in self.unheard:
            await self._mended.wait()
        answer = await make()
        if call in self.unanswered:
            await self._mended.wait()
        return answer

    @property
    def freshness(self) -> Freshness:
        return self._link.freshness

    def now(self) -> float:
        return self._link.now()

    async def load(self) -> State:
        return await self._link.load()

    def events(self, after: Revision) -> AsyncIterator[EventBatch]:
        return self._link.events(after)

    async def remove(self, wave: Wave) -> WaveOutcome:
        self.waves.append(wave)
        if self.take_only is not None:
            return await self._take_in_part(wave, self.take_only)
        outcome = await self._pass("remove", lambda: self._link.remove(wave))
        if self.says_unknown:
            self.says_unknown -= 1
            return replace(outcome, answers=tuple((name, Answer.UNKNOWN) for name in wave.servers))
        return outcome

    async def _take_in_part(self, wave: Wave, count: int) -> WaveOutcome:
        self.take_only = None
        part = replace(wave, servers=wave.servers[:count], supports=wave.supports[:count])
        outcome = await self._pass("remove", lambda: self._link.remove(part))
        late = tuple((name, Answer.TOO_SOON) for name in wave.servers[count:])
        return replace(outcome, answers=outcome.answers + late, not_before=self.now() + 20)

    async def restore(self, wave: Wave) -> WaveOutcome:
        return await self._pass("restore", lambda: self._link.restore(wave))

    async def outcome(self, operation: OperationId) -> WaveOutcome | None:
        return await self._pass("outcome", lambda: self._link.outcome(operation))

    async def stop(self, execution: str, operator: str) -> tuple[str, ...]:
        return await self._pass("stop", lambda: self._link.stop(execution, operator))

    async def resume(self, execution: str, operator: str) -> None:
        await self._pass("resume", lambda: self._link.resume(execution, operator))

    async def acknowledge(
        self, operator: str, undecided: tuple[str, ...] = (), unheard: tuple[UnheardRack, ...] = ()
    ) -> None:
        await self._pass("acknowledge", lambda: self._link.acknowledge(operator, undecided, unheard))

    async def keep_head(self, head: JournalHead) -> None:
        await self._pass("keep_head", lambda: self._link.keep_head(head))

    async def kept_head(self, journal: str) -> JournalHead | None:
        return await self._pass("kept_head", lambda: self._link.kept_head(journal))

    async def finish(self, execution: str, outcome: str) -> None:
        await self._pass("finish", lambda: self._link.finish(execution, outcome))

    async def aclose(self) -> None:
        await self._link.aclose()
