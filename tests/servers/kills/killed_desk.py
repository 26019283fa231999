"""Consoles without a window that are killed while they act on a region, and consoles that start after them.

    killed_desk.py DESCRIPTION TRUTH SEED COUNT [NEWEST]

COUNT times a process is forked in which an operator acts on the region at DESCRIPTION through the desk of the real console;
SIGKILL ends it at a random moment. A second process starts on what it left: it recovers, takes what is offered, and undoes
everything. TRUTH says where the system itself is asked what is out of service: `inventory:PATH`, `haproxy:SOCKET` or
`acts:FOLDER`. A line of JSON for each says what was found; `faults` says what of it is wrong.
"""

import asyncio
import json
import os
import random
import select
import signal
import socket
import sqlite3
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import msgspec

from console.operating.access import check_ledger, ledger_path
from console.operating.live.desk import LiveDesk
from console.operating.refusal import NothingToUndoError, RefusedError
from console.operating.regions import address_of, file_of, folder_of, open_link, stated_source
from topology.command.grammar.syntax import Planned, Undo
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.state import State
from topology.planning.plan import Confirmation, Effort
from topology.planning.preview import preview
from topology.records.journal import Journal
from topology.region.errors import LinkError
from topology.region.server_states import ServerState

Report = dict[str, Any]
SPAN_S = 0.7
"""A console is killed within so many seconds from the moment that its region is loaded, or that its execution begins: or
within as many as one took that ended by itself, for a machine may be quick."""


class Console:
    """An operator at the real desk of a region."""

    def __init__(self, path: Path) -> None:
        address = address_of(str(path))
        self.folder = folder_of(address)
        self.link = open_link(address, self.folder)
        self.journal = Journal.open(self.folder)
        self.desk = LiveDesk(self.link, self.journal, "ana", self.folder)
        self.state: State
        self.begun: Callable[[], object] = lambda: None
        """Hears that the first execution begins."""

    async def play(self, work: Callable[["Console"], Awaitable[None]]) -> None:
        """Load the region, follow it, and let the operator do something."""
        self.state = await self.link.load()
        self.desk.follow(self.state)
        following = asyncio.get_running_loop().create_task(self._follow())
        try:
            await work(self)
        finally:
            following.cancel()
            await self.desk.aclose()
            await self.link.aclose()
            self.journal.close()

    async def _follow(self) -> None:
        async for batch in self.link.events(self.state.revision):
            self.state.fold(batch)
            self.desk.heard(batch)

    async def do(self, text: str, stop_after: int = 0) -> None:
        """Confirm a command and carry it out to its end, or stop it when so many servers are out."""
        self.state.time = self.link.now()
        command = parse(text, vocabulary_of(self.state)).command
        if isinstance(command, Undo):
            plan = self.desk.undo_plan(self.state, command.entry)
        else:
            assert isinstance(command, Planned), text
            plan = preview(self.state, command)
        await self.desk.confirm(plan, command, Confirmation(plan.digest, Effort.COUNT))
        self.begun()
        running = asyncio.get_running_loop().create_task(self.desk.run())
        while stop_after and len(self.out()) < stop_after and not running.done():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        if stop_after:
            await self.desk.control("stop")
        await running

    async def settle(self) -> None:
        """Wait until nothing is draining or joining."""
        async with asyncio.timeout(20):
            while set(self.state.fleet.state.tolist()) & {ServerState.DRAINING, ServerState.JOINING}:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    def out(self) -> list[str]:
        names = self.state.region.roster.names
        return [names[at] for at in (self.state.fleet.state != ServerState.IN_SERVICE).nonzero()[0].tolist()]


async def removal(console: Console) -> None:
    await console.do("remove 6 servers from web")


async def stopped(console: Console) -> None:
    await console.do("remove 6 servers from web", stop_after=2)


async def undone(console: Console) -> None:
    await console.do("remove 3 servers from web")
    await console.do("undo")


SCENARIOS = {"removal": removal, "stopped": stopped, "undone": undone}


def out_of(truth: str) -> list[str]:
    """Ask the system itself which servers are not in service."""
    kind, _, place = truth.partition(":")
    if kind == "inventory":
        with closing(sqlite3.connect(place)) as database:
            return [name for (name,) in database.execute("SELECT name FROM servers WHERE state != 's' ORDER BY name")]
    if kind == "haproxy":
        with socket.socket(socket.AF_UNIX) as one:
            one.connect(place)
            one.sendall(b"show servers state\n")
            text = b"".join(iter(lambda: one.recv(65_536), b"")).decode()
        rows = [line.split() for line in text.splitlines() if line[:1].isdigit() and " " in line]
        return sorted(row[3] for row in rows if int(row[6]))
    return sorted(name for name, word in _acts(Path(place)).items() if word == "out")


def _acts(folder: Path) -> dict[str, str]:
    """Fold the acts of a simulated region: what was taken and not given back is out."""
    found: dict[str, str] = {}
    for file in folder.glob("acts-*.db"):
        with closing(sqlite3.connect(file)) as database:
            for (body,) in database.execute("SELECT body FROM act ORDER BY number"):
                act = msgspec.json.decode(body)
                for name, answer in act["answers"].items():
                    if answer in ("done", "returned"):
                        found[name] = "out" if act["kind"] == "remove" and answer == "done" else "in"
    return found


async def after(console: Console, truth: str, report: Report) -> None:
    """Start on what a killed console has left: recover, take the first offer, then undo everything."""
    doubt, found = await console.desk.recover()
    for _ in range(40):
        if not any(one.unknown for one in found):
            break
        await asyncio.sleep(0.1)
        doubt, found = await console.desk.recover()
    report |= {"doubt": doubt, "unfinished": msgspec.to_builtins(found), "out": out_of(truth)}
    report["plans"] = {one.execution: one.servers for one in console.journal.entries() if one.kind.value == "intent"}
    await console.settle()
    report["shown"] = sorted(console.out())
    # One that was told before and did not end newly is offered again too; only what was cut off now is gone on with.
    if report["recovered"](console) and found[0].offers:
        report["offered"] = found[0].offers[0][1]
        await console.do(found[0].offers[0][1])
        report["said"] = "" if console.desk.progress is None else console.desk.progress.sentence
        await console.settle()
    report["gone_on"] = out_of(truth)
    for _ in range(4):
        with suppress(NothingToUndoError):
            await console.do("undo")
        await console.settle()
    report["left"] = out_of(truth)
    report["verified"] = console.journal.verify(await console.link.kept_head(console.journal.name)).sentence


def one_trial(path: Path, truth: str, chance: random.Random, spans: dict[bool, float]) -> Report:
    """Kill a console, start another, and say what was found; *spans* are those from loading, and from beginning to act."""
    scenario, from_load = chance.choice(sorted(SCENARIOS)), chance.random() < 0.3
    began = time.monotonic()
    lasted = _killed(path, scenario, chance.uniform(0.0, spans[from_load]), from_load=from_load)
    if lasted is not None:
        spans[from_load] = min(spans[from_load], lasted)
    report: Report = {"scenario": scenario, "killed": lasted is None}
    status, told = _in_a_process(lambda: _second(path, truth))
    report |= told or {"failed": f"the console after it ended with status {status}"}
    return report | {"seconds": round(time.monotonic() - began, 2)}


def faults(report: Report) -> list[str]:
    """Say what of a report is wrong; empty where nothing is."""
    if "failed" in report:
        return [str(report["failed"])]
    found = []
    for one in report["unfinished"]:
        plan = report["plans"][one["execution"]]
        fates = [*one["done"], *one["returned"], *one["not_done"], *one["unknown"]]
        if sorted(fates) != sorted(plan):
            found.append(f"the account {sorted(fates)} is not about the plan {sorted(plan)}")
        accounted = set(plan) - set(one["done"]) if one["command"].startswith("undo") else set(one["done"])
        if set(report["out"]) != accounted and not one["unknown"]:
            found.append(f"the account says {sorted(accounted)} are out, and the system {report['out']}")
        if one["unknown"]:
            found.append(f"of {one['unknown']} nobody can say")
    if report["shown"] != report["out"]:
        found.append(f"the console shows {report['shown']} out, and the system {report['out']}")
    offered = report.get("offered", "")
    if offered.startswith("remove") and len(report["gone_on"]) != len(
        report["plans"][report["unfinished"][0]["execution"]]
    ):
        found.append(f"after {offered!r} {report['gone_on']} are out: {report['said']}")
    if (report["left"], report["doubt"]) != ([], ""):
        found.append(f"after undoing everything {report['left']} are out; {report['doubt']}")
    if "fit" not in report["verified"]:
        found.append(report["verified"])
    if report["ledger"].get("unanswered") or report["ledger"].get("running"):
        found.append(f"the ledger says {report['ledger']}")
    return found


def _first(path: Path, scenario: str, ready: int, *, from_load: bool) -> None:
    async def work(console: Console) -> None:
        if from_load:
            os.write(ready, b"!")
        else:
            console.begun = lambda: os.write(ready, b"!")
        await SCENARIOS[scenario](console)

    asyncio.run(Console(path).play(work))


def _second(path: Path, truth: str) -> Report:
    console = Console(path)
    open_before = {one.execution for one in console.journal.entries() if one.kind.value == "intent"} - {
        one.execution for one in console.journal.entries() if one.kind.value in ("finished", "halt", "recovered")
    }
    report: Report = {"recovered": lambda _: bool(open_before)}
    asyncio.run(asyncio.wait_for(console.play(lambda one: after(one, truth, report)), 60))
    del report["recovered"]
    if not open_before:
        report["unfinished"] = []
    report["ledger"] = {}
    ledger = ledger_path(console.folder, stated_source(file_of(address_of(str(path)))))
    if ledger.exists():
        found = check_ledger(ledger)
        report["ledger"] = {"unanswered": found.unanswered, "reserved": found.reserved, "running": found.running}
    return report


def _killed(path: Path, scenario: str, after_s: float, *, from_load: bool) -> float | None:
    """Run a console and kill it so long after it is ready; gives how long it took where it had ended by itself."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _end_with(lambda: _first(path, scenario, writing, from_load=from_load))
    os.close(writing)
    with os.fdopen(reading, "rb", 0) as pipe, os.fdopen(os.pidfd_open(child), "rb", 0) as alive:
        select.select([pipe], [], [], 30)
        pipe.read(1)
        ready = time.monotonic()
        ended, _, _ = select.select([alive], [], [], after_s)
        lasted = time.monotonic() - ready
    if not ended:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return lasted if ended else None


def _in_a_process(work: Callable[[], Report]) -> tuple[int, Report | None]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _end_with(lambda: os.write(writing, json.dumps(work()).encode()))
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), json.loads(told) if told else None


def _end_with(work: Callable[[], object]) -> None:
    status = 1
    try:
        work()
        status = 0
    except (RefusedError, LinkError) as error:
        sys.stderr.write(f"{error}\n")
    except BaseException:  # noqa: BLE001 - whatever it was, the process has to end here
        traceback.print_exc()
    finally:
        os._exit(status)


def main() -> int:
    """Run the trials; gives how many of them had a fault, at most 100."""
    path, truth, chance = Path(sys.argv[1]), sys.argv[2], random.Random(int(sys.argv[3]))
    wrong, spans = 0, dict.fromkeys((True, False), SPAN_S)
    for _ in range(int(sys.argv[4])):
        report = one_trial(path, truth, chance, spans)
        report["faults"] = faults(report)
        wrong += bool(report["faults"])
        sys.stdout.write(json.dumps(report) + "\n")
        sys.stdout.flush()
    return min(wrong, 100)


if __name__ == "__main__":
    sys.exit(main())
