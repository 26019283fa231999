"""A console without a window: a real simulated region with a clock that the test moves, a real journal, an operator."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from console.operating.live import confirming
from console.operating.live.desk import LiveDesk
from topology.command.grammar.syntax import Planned, Undo
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.execution.journal_entries import Entry
from topology.execution.progress import Progress
from topology.fleet.state import State
from topology.links.protocol import RegionLink
from topology.links.simulated.simulated import SimLink
from topology.planning.plan import Confirmation, Effort, Plan
from topology.planning.preview import preview
from topology.records.clock import ManualClock
from topology.records.journal import Journal
from topology.region.description import read_region
from topology.region.server_states import ServerState

START = 1_700_000_000.0

SMALL = """\
format = 1
[region]
name = "small"
zones = ["az1", "az2"]
[policy]
pace = "6/min"
wave = 3
largest_command = 20
drain_timeout = "1 min"
[[subsystem]]
name = "index"
floor = 20
[[subsystem]]
name = "billing"
floor = 4
[[pool]]
name = "index"
count = 40
supports = ["index"]
cells_per_zone = 2
[[pool]]
name = "billing"
count = 12
supports = ["billing", "index"]
"""


class Desk:
    """One operator at one console. Time passes only when the test says so, in steps of a quarter of a second."""

    def __init__(
        self,
        folder: Path,
        clock: ManualClock,
        name: str = "ana",
        text: str = SMALL,
        line: Callable[[SimLink], RegionLink] = lambda link: link,
    ) -> None:
        self.folder = folder
        self.clock = clock
        self.region = read_region(text, "region.toml")
        self.link = SimLink(self.region, "sim:small", folder / "acts", clock=clock)
        self.journal = Journal.open(folder / "journal")
        self.line = line(self.link)
        """What stands between the console and its region."""
        self.operator = LiveDesk(self.line, self.journal, name, folder / "journal")
        self.operator.on_change = self._changed
        self.progresses: list[Progress] = []
        self.state: State
        self.is_deaf = False
        """Whether facts do not reach this console."""

    def _changed(self, progress: Progress) -> None:
        self.progresses.append(progress)

    async def open(self) -> None:
        self.state = await self.link.load()
        self.operator.follow(self.state)

    async def follow(self) -> None:
        async for batch in self.link.events(self.state.revision):
            if self.is_deaf:
                continue
            self.state.fleet.apply(batch)
            self.state.revision = batch.revision
            self.state.time = max(self.state.time, batch.time)
            self.operator.heard(batch)

    async def hear(self) -> None:
        """Wait until every fact of the region is known here."""
        self.link.advance(0)
        newest = await self.link.revision()
        await self.until(lambda: self.is_deaf or self.state.revision >= newest)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not condition():  # noqa: ASYNC110 - threads and the disk take their time too
                await asyncio.sleep(0.001)

    async def passes(self, seconds: float) -> None:
        """Let time pass, and everybody do what they do meanwhile."""
        for _ in range(round(seconds * 4)):
            self.link.advance(0.25)
            await self.idle()

    async def idle(self) -> None:
        """Wait until the operator waits: for time to pass, for facts, or for somebody."""
        await self.hear()
        self.operator.facts_changed()
        executor = self.operator._executions.latest
        if executor is not None and executor.is_started:
            await self.until(lambda: executor.ended.is_set() or (executor.is_waiting and not executor._news.is_set()))

    async def until_after(self, seconds: float, condition: Callable[[], bool]) -> None:
        """Let time pass until something is so, at most *seconds* of it."""
        for _ in range(round(seconds * 4)):
            if condition():
                return
            await self.passes(0.25)
        assert condition(), self.operator.progress

    def plan(self, text: str) -> tuple[Plan, Planned | Undo]:
        command = parse(text, vocabulary_of(self.state)).command
        if isinstance(command, Undo):
            return self.operator.undo_plan(self.state, command.entry), command
        assert isinstance(command, Planned), text
        self.state.pending = self.operator.pending(self.state)
        return preview(self.state, command), command

    async def confirm(self, text: str) -> Plan:
        plan, command = self.plan(text)
        await self.operator.confirm(plan, command, Confirmation(plan.digest, Effort.COUNT))
        return plan

    async def carry_out(self, begin: "Begin", text: str) -> Plan:
        """Confirm a command and begin to carry it out."""
        plan = await self.confirm(text)
        begin(self.operator.run())
        await asyncio.sleep(0)
        await self.idle()
        return plan

    def states(self, *names: str) -> list[str]:
        position = self.state.fleet.position
        return [ServerState(self.state.fleet.state[position[name]]).name.lower() for name in names]

    def out(self) -> set[str]:
        """Servers that are not in service, whoever took them."""
        names = self.region.roster.names
        return {names[number] for number in (self.state.fleet.state != ServerState.IN_SERVICE).nonzero()[0].tolist()}

    @property
    def progress(self) -> Progress:
        progress = self.operator.progress
        assert progress is not None
        return progress

    def entries(self) -> tuple[Entry, ...]:
        return self.journal.entries()

    def kinds(self) -> list[str]:
        return [entry.kind.value for entry in self.entries()]


Begin = Callable[[Coroutine[object, object, None]], asyncio.Task[None]]
Scenario = Callable[[Desk, Begin], Awaitable[None]]


@asynccontextmanager
async def opened(desk: Desk) -> AsyncIterator[Begin]:
    """Open a desk and follow its region; gives a way to begin something that goes on beside the test."""
    await desk.open()
    async with asyncio.TaskGroup() as tasks:
        following = tasks.create_task(desk.follow())
        try:
            yield tasks.create_task
        finally:
            await desk.operator.aclose()
            await desk.link.aclose()
            following.cancel()
            desk.journal.close()


@pytest.fixture(autouse=True)
def _same_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name executions the same in every run: how long a simulated server drains follows from the name."""
    numbers = itertools.count(1)
    monkeypatch.setattr(confirming, "secrets", SimpleNamespace(token_hex=lambda size: f"{next(numbers):0{2 * size}x}"))


@pytest.fixture
def make_desk(tmp_path: Path) -> Callable[..., Desk]:
    clock = ManualClock(START)

    def make(name: str = "ana", text: str = SMALL, line: Callable[[SimLink], RegionLink] = lambda link: link) -> Desk:
        return Desk(tmp_path, clock, name, text, line)

    return make


async def _played(desk: Desk, scenario: Scenario) -> None:
    async with asyncio.timeout(60), opened(desk) as begin:
        await scenario(desk, begin)


@pytest.fixture
def play_at() -> Callable[[Desk, Scenario], None]:
    """Play a scenario at a desk of the test's own."""
    return lambda desk, scenario: asyncio.run(_played(desk, scenario))


@pytest.fixture
def play(make_desk: Callable[..., Desk]) -> Callable[[Scenario], None]:
    """Play a scenario at one desk, to its end."""
    return lambda scenario: asyncio.run(_played(make_desk(), scenario))


@pytest.fixture
def play_two(make_desk: Callable[..., Desk]) -> Callable[[Callable[[Desk, Desk, Begin], Awaitable[None]]], None]:
    """Play a scenario at two desks, ana's and ben's, of one region with one journal."""

    async def main(scenario: Callable[[Desk, Desk, Begin], Awaitable[None]]) -> None:
        ana, ben = make_desk("ana"), make_desk("ben")
        async with asyncio.timeout(60), opened(ana) as begin, opened(ben):
            await scenario(ana, ben, begin)

    return lambda scenario: asyncio.run(main(scenario))
