"""Consoles without a window at a region in a real etcd, each with a journal of its own: as on two machines."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from console.operating.live.desk import LiveDesk
from console.operating.live.people import People
from tests.servers.etcd.cluster import Cluster
from tests.servers.etcd.regions import console, seeded
from topology.command.grammar.syntax import Undo
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.execution.progress import Phase
from topology.fleet.state import State
from topology.links.live.link import LiveLink
from topology.links.protocol import ResyncNeeded
from topology.planning.guards.policy.second_person import approvals_of, as_if_approved
from topology.planning.guards.table import verdict_of
from topology.planning.plan import Confirmation, Effort, Plan
from topology.planning.preview import judge_again, preview
from topology.records.journal import Journal
from topology.region.errors import LinkError
from topology.region.server_states import ServerState

COMMAND = "remove 6 servers from index"
OUT = (ServerState.DRAINING, ServerState.REMOVED)


class Seat:
    """One console without a window: it follows its region, and looks at the others as the window would."""

    def __init__(self, link: LiveLink, name: str, folder: Path) -> None:
        self.link, self.journal = link, Journal.open(folder)
        self.desk = LiveDesk(link, self.journal, name, folder)
        self.state: State
        self.tasks: list[asyncio.Task[None]] = []

    @property
    def people(self) -> People:
        assert isinstance(self.desk.colleagues, People)
        return self.desk.colleagues

    async def open(self) -> None:
        self.state = await self.link.load()
        self.desk.follow(self.state)
        await self.desk.recover()
        self.begin(self.people.follow())
        self.begin(self._follow())

    def begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        self.tasks.append(asyncio.ensure_future(work))
        return self.tasks[-1]

    async def _follow(self) -> None:
        while True:
            with suppress(ResyncNeeded, LinkError):  # as the console's follower does: it reads it again
                async for batch in self.link.events(self.state.revision):
                    self.state.fold(batch)
                    self.desk.heard(batch)
            with suppress(LinkError):
                self.state = await self.link.load()
                self.desk.follow(self.state)

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(45):
            while not condition():  # noqa: ASYNC110 - another console does what is waited for
                await asyncio.sleep(0.02)

    def planned(self, text: str) -> tuple[Plan, Any]:
        command = parse(text, vocabulary_of(self.state)).command
        self.state.approvals = self.people.approvals()
        self.state.pending = self.desk.pending(self.state)
        if isinstance(command, Undo):
            return self.desk.undo_plan(self.state, command.entry), command
        return preview(self.state, command), command

    async def ask(self, text: str = COMMAND) -> int:
        plan, command = self.planned(text)
        await self.people.ask(plan, command, "why")
        return self.people.gathering.requests[-1].number

    async def decide(self, number: int, *, approve: bool = True, reason: str = "fine") -> str:
        await self.until(lambda: not isinstance(self.people.asked(number), str))
        plan = self.people.asked(number)[1]
        command = parse(plan.command, vocabulary_of(self.state)).command
        judged = judge_again(self.state, plan, command)
        findings = as_if_approved(judged.findings)
        judged = judged.told(findings, verdict_of(judged.count, findings))
        return await self.people.decide(number, judged, approve=approve, reason=reason)

    async def carry_out(self, text: str = COMMAND) -> asyncio.Task[None]:
        await self.people.look()
        plan, command = self.planned(text)
        await self.desk.confirm(plan, command, Confirmation(plan.digest, Effort.COUNT, approvals_of(plan)))
        return self.begin(self.desk.run())

    def phase(self) -> Phase | None:
        return None if self.desk.progress is None else self.desk.progress.phase

    def out(self) -> list[int]:
        return [at for at, state in enumerate(self.state.fleet.state) if state in OUT]

    def told(self) -> list[str]:
        return [one.text for one in self.people.notices() if one.text]

    def kinds(self) -> list[tuple[str, str]]:
        return [(one.operator, one.kind.value) for one in self.journal.entries()]

    async def aclose(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.desk.aclose()
        await self.link.aclose()
        self.journal.close()


@asynccontextmanager
async def seated(link: LiveLink, name: str, folder: Path):
    seat = Seat(link, name, folder)
    await seat.open()
    try:
        yield seat
    finally:
        await seat.aclose()


Play = Callable[..., None]


@pytest.fixture
def play(cluster: Cluster, prefix: str, tmp_path: Path) -> Play:
    async def main(scenario: Callable[[Seat, Seat], Awaitable[None]], policy: str) -> None:
        async with (
            seeded(cluster, f"{prefix}fleet/", takes_s=0.3),
            seated(console(cluster, prefix, "op1", policy), "op1", tmp_path / "one") as one,
            seated(console(cluster, prefix, "op2", policy), "op2", tmp_path / "two") as two,
        ):
            await scenario(one, two)

    return lambda scenario, policy="": asyncio.run(asyncio.wait_for(main(scenario, policy), 90))
