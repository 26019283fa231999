"""Consoles whose acts stop before each step at the ledger and the source, until a test lets them take it.

Two acts can so be put into each other in every way that two programs could, and the same way again.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.topology.links.live.scripted_source import ScriptedSource
from topology.links.fleet_source import Changes, Facts, Floors, SourceWave, Taken
from topology.records.ledger.file_ledger import FileLedger
from topology.records.ledger.values import Commit, CommitAnswer, LedgerState, Reservation

ENDED = "ended"


class Steps:
    """Work that is done step by step. *at* names the step that comes next, `ENDED` when there is none."""

    def __init__(self, work: Coroutine[Any, Any, Any]) -> None:
        self.at = ""
        self._go: asyncio.Future[None] | None = None
        self._reached = asyncio.Event()
        self.task = asyncio.get_running_loop().create_task(self._run(work))

    async def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        _STEPS.set(self)
        try:
            return await work
        finally:
            self.at = ENDED
            self._reached.set()

    async def before(self, step: str) -> None:
        """Wait to be let go on."""
        self.at, self._go = step, asyncio.get_running_loop().create_future()
        self._reached.set()
        await self._go

    async def begin(self) -> "Steps":
        """Come to the first step."""
        await self._reached.wait()
        return self

    async def go_on(self) -> None:
        """Take the next step, and come to the one after it."""
        await self._reached.wait()
        if self.at == ENDED or self._go is None:
            return
        self._reached.clear()
        self._go.set_result(None)
        await self._reached.wait()

    async def until(self, step: str) -> None:
        """Go on until *step* comes next."""
        await self._reached.wait()
        while self.at not in (step, ENDED):
            await self.go_on()

    async def end(self) -> Any:
        """Go on to the end, and give what came of it."""
        await self.until(ENDED)
        return await self.task


_STEPS: ContextVar[Steps | None] = ContextVar("steps", default=None)


async def _before(step: str) -> None:
    steps = _STEPS.get()
    if steps is not None:
        await steps.before(step)


class StepwiseLedger(FileLedger):
    """A ledger of which each call is a step. *committed* hears of each wave that may be sent, before it is."""

    async def read(self) -> LedgerState:
        await _before("ledger read")
        return await super().read()

    async def commit_wave(self, commit: Commit) -> CommitAnswer:
        await _before("commit")
        answer = await super().commit_wave(commit)
        self.committed(commit, answer)
        await _before("committed")
        return answer

    def committed(self, commit: Commit, answer: CommitAnswer) -> None:
        """Hear of it."""

    async def answer(self, wave: str, *what: Any, **options: Any) -> None:
        await _before("answer")
        await super().answer(wave, *what, **options)

    async def settle(self, wave: str, left: Reservation | None = None) -> None:
        await _before("settle")
        await super().settle(wave, left)


@dataclass
class StepwiseSource:
    """One console's way to a source that others use too. It hears of nothing that it does not ask for."""

    source: ScriptedSource
    heartbeat_s: float = 3_600.0
    was_read: Callable[[], None] = lambda: None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.source, name)

    async def read(self) -> Facts:
        await _before("source read")
        facts = await self.source.read()
        self.was_read()
        await _before("source was read")
        return facts

    async def changes(self, after: str) -> AsyncIterator[Changes]:
        await asyncio.get_running_loop().create_future()
        yield Changes(after, 0.0, np.zeros(0, np.int32), np.zeros(0, np.uint8))  # never reached

    async def aclose(self) -> None:
        pass

    async def take(self, wave: SourceWave, floors: Floors) -> Taken:
        await _before("take")
        taken = await self.source.take(wave, floors)
        await _before("taken")
        return taken

    async def give_back(self, wave: SourceWave, floors: Floors) -> Taken:
        await _before("give back")
        return await self.source.give_back(wave, floors)
