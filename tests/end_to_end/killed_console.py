"""Consoles without a window that kill themselves at a given point, and consoles that start after them.

    killed_console.py FOLDER SCENARIO POINT...

For each POINT a process is forked in which an operator plays SCENARIO on a simulated region, and which ends by SIGKILL at
its POINTth step: a statement that SQLite runs for the journal or for the acts, or a call of either (0: never). A second
process then starts on what the first has left, recovers, takes what is offered, and undoes everything. One line of JSON for
each point says what was found.
"""

import asyncio
import json
import os
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from console.operating.live.desk import LiveDesk
from console.operating.refusal import NothingToUndoError
from topology.command.grammar.syntax import Planned, Undo
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.links.simulated.simulated import SimLink
from topology.planning.plan import Confirmation, Effort
from topology.planning.preview import preview
from topology.records.clock import ManualClock
from topology.records.journal import Journal
from topology.region.description import read_region
from topology.region.server_states import ServerState

START = 1_700_000_000.0
REGION = """\
format = 1
[region]
name = "small"
zones = ["az1", "az2"]
[policy]
pace = "6/min"
wave = 3
largest_command = 20
[[subsystem]]
name = "index"
floor = 20
[[pool]]
name = "index"
count = 40
supports = ["index"]
"""


class Steps:
    """Counts what happens, and kills the process at one point of it."""

    def __init__(self, last: int) -> None:
        self.count = 0
        self._last = last

    def step(self, _what: str = "") -> None:
        self.count += 1
        if self.count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def stepping(*arguments: Any, **fields: Any) -> Any:
            self.step()
            result = call(*arguments, **fields)
            self.step()
            return result

        return stepping


class Console:
    """An operator, a region and a journal, with a clock that runs as fast as the machine."""

    def __init__(self, folder: Path, steps: Steps) -> None:
        self.folder = folder
        self.clock = ManualClock(START)
        self.link = SimLink(read_region(REGION, "region.toml"), "sim:small", folder / "acts", clock=self.clock)
        self.journal = Journal.open(folder)
        self.operator = LiveDesk(self.link, self.journal, "ana", folder)
        self.steps = steps

    async def play(self, work: Callable[["Console"], Any]) -> None:
        self.state = await self.link.load()
        self.operator.follow(self.state)
        self.journal._connection.set_trace_callback(self.steps.step)
        self.link.store.acts.trace(self._acts_statement)
        self.journal.append = self.steps.around(self.journal.append)  # type: ignore[method-assign]
        async with asyncio.TaskGroup() as tasks:
            beside = [tasks.create_task(self._follow()), tasks.create_task(self._let_time_pass())]
            try:
                await work(self)
            finally:
                for task in beside:
                    task.cancel()
        await self.link.aclose()
        self.journal.close()

    def _acts_statement(self, statement: str) -> None:
        # Reading happens all the time, and leaves nothing behind that a crash could spoil.
        if not statement.startswith(("SELECT", "PRAGMA")):
            self.steps.step()

    async def _follow(self) -> None:
        async for batch in self.link.events(self.state.revision):
            self.state.fleet.apply(batch)
            self.state.revision = batch.revision
            self.state.time = max(self.state.time, batch.time)
            self.operator.facts_changed()

    async def _let_time_pass(self) -> None:
        while True:
            self.link.advance(0.25)
            await asyncio.sleep(0.0005)

    async def do(self, text: str, stop_after: int = 0) -> None:
        """Confirm a command and carry it out to its end, or stop it when so many servers are out."""
        self.state.time = self.link.now()
        command = parse(text, vocabulary_of(self.state)).command
        if isinstance(command, Undo):
            plan = self.operator.undo_plan(self.state, command.entry)
        else:
            assert isinstance(command, Planned), text
            plan = preview(self.state, command)
        await self.operator.confirm(plan, command, Confirmation(plan.digest, Effort.COUNT))
        if stop_after:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.operator.run())
                while len(self.out()) < stop_after:  # noqa: ASYNC110 - the clock of this region is faster than any event
                    await asyncio.sleep(0)
                await self.operator.control("stop")
        else:
            await self.operator.run()

    async def settle(self) -> None:
        """Wait until nothing is draining or joining."""
        while set(self.state.fleet.state.tolist()) & {ServerState.DRAINING, ServerState.JOINING}:  # noqa: ASYNC110
            await asyncio.sleep(0.001)

    def out(self) -> list[str]:
        names = self.state.region.roster.names
        return [names[at] for at in (self.state.fleet.state != ServerState.IN_SERVICE).nonzero()[0].tolist()]


async def removal(console: Console) -> None:
    await console.do("remove 8 servers from index")


async def stopped(console: Console) -> None:
    await console.do("remove 6 servers from index", stop_after=2)


async def undone(console: Console) -> None:
    await console.do("remove 4 servers from index")
    await console.do("undo")


SCENARIOS = {"removal": removal, "stopped": stopped, "undone": undone}


def truth(folder: Path) -> dict[str, dict[str, str]]:
    """Read from the acts file itself what the region did: by execution, each server's answer."""
    found: dict[str, dict[str, str]] = {}
    for file in (folder / "acts").glob("acts-*.db"):
        connection = sqlite3.connect(file)
        for (body,) in connection.execute("SELECT body FROM act ORDER BY number"):
            act = msgspec.json.decode(body)
            found.setdefault(act["execution"], {}).update(act["answers"])
        connection.close()
    return found


async def after(console: Console, report: dict[str, Any]) -> None:
    """Start on what a killed console has left: recover, take the first offer, then undo everything."""
    report["doubt"], found = await console.operator.recover()
    report["truth"] = truth(console.folder)
    report["unfinished"] = msgspec.to_builtins(found)
    report["again"] = len((await console.operator.recover())[1])
    await console.settle()
    if found and found[0].offers:
        await console.do(found[0].offers[0][1])
        await console.settle()
    report["out"] = console.out()
    for _ in range(3):
        with suppress(NothingToUndoError):
            await console.do("undo")
        await console.settle()
    report["out_at_the_end"] = console.out()
    report["verified"] = console.journal.verify(await console.link.kept_head("journal")).sentence
    report["entries"] = [
        {"number": one.number, "kind": one.kind.value, "execution": one.execution, "servers": one.servers}
        for one in console.journal.entries()
    ]


def one_point(folder: Path, scenario: str, point: int) -> dict[str, Any]:
    folder.mkdir(parents=True)
    report: dict[str, Any] = {"point": point}
    report["status"], report["steps"] = in_a_process(lambda: first(folder, scenario, point))
    _, told = in_a_process(lambda: second(folder))
    return report | (told or {"failed": True})


def first(folder: Path, scenario: str, point: int) -> int:
    steps = Steps(point)
    asyncio.run(Console(folder, steps).play(SCENARIOS[scenario]))
    return steps.count


def second(folder: Path) -> dict[str, Any]:
    report: dict[str, Any] = {}
    asyncio.run(asyncio.wait_for(Console(folder, Steps(0)).play(lambda console: after(console, report)), 60))
    return report


def in_a_process(work: Callable[[], Any]) -> tuple[int, Any]:
    """Do *work* in a forked process; gives its exit status (negative: the signal) and its result, if it came to one."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.write(writing, json.dumps(work()).encode())
            status = 0
        except BaseException:  # noqa: BLE001 - whatever it was, the process has to end here
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), json.loads(told) if told else None


if __name__ == "__main__":
    for text in sys.argv[3:]:
        sys.stdout.write(json.dumps(one_point(Path(sys.argv[1]) / text, sys.argv[2], int(text))) + "\n")
        sys.stdout.flush()
