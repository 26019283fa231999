"""The whole window for hours: a region that lives, keys, executions, stops and undo. Memory stays flat, and nothing is lost.

Not a test: run it by hand.

    python -m tests.benchmarks.console.soak 480                # minutes, on the embedded region
    python -m tests.benchmarks.console.soak 480 adapter        # on an adapter that goes by itself, a program of its own

A line of JSON each minute, and one at the end: memory in the beginning and at the end, as medians of a quarter each, of which
kinds there are more objects than after a quarter of an hour, and what is wrong; the exit code is 1 where something is. Off
screen, unless QT_QPA_PLATFORM says otherwise.
"""

import asyncio
import gc
import json
import os
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median
from time import monotonic

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from console.app.session import Session
from console.kit.theme import load_fonts, load_theme
from console.operating.regions import address_of, open_link, stated_source
from console.operating.trusting.trust import Trust
from console.window.main_window import MainWindow
from console.window.settings import SettingsStore
from tests.benchmarks.console.resident import resident_mb
from tests.end_to_end.test_live_adapter import TEXT
from tests.topology.links.adapter.adapters import inventory, racks
from topology.execution.progress import Phase
from topology.planning.confirmation import Effort
from topology.planning.plan import Confirmation, Plan
from topology.records.journal import verify
from topology.region.server_states import ServerState

LIMIT_S = 900.0
"""An execution of this soak that takes longer hangs."""
TRIES = 20
"""How often what halted is undone again before it is left."""
MOST_GROWTH = 1.10
"""Memory may be a tenth more at the end than in the first quarter, in which caches fill."""
SETTLED = 15
"""After so many minutes the objects are counted by kind, to tell at the end what grew."""
MOST_KINDS = 12
BEGINS, ENDS = "intent", ("finished", "halt", "recovered")


class Soak:
    """One operator who types, confirms, stops and undoes, chosen by dice, and what was seen meanwhile."""

    def __init__(self, session: Session, subsystems: tuple[str, ...], minutes: float) -> None:
        self._session = session
        self._subsystems = subsystems
        self._ends = monotonic() + minutes * 60
        self._dice = Random(7)
        self.memory: list[float] = []
        self.did: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.settled: Counter[str] = Counter()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(self._watch())
            while monotonic() < self._ends and not self.wrong:
                await self._once()
            watching.cancel()

    async def _once(self) -> None:
        """Remove some servers, now and then stop half way, and give back what left."""
        name, count = self._dice.choice(self._subsystems), self._dice.randint(1, 6)
        plan = await self._type(f"remove {count} servers from {name}")
        if plan is None or plan.blocked or not plan.count:
            self.did["blocked"] += 1
            await asyncio.sleep(0.5)
            return
        if not await self._confirm(plan):
            return
        if self._dice.random() < 0.3:
            await asyncio.sleep(self._dice.uniform(0.1, 5.0))
            self._session.workspace.acts.control("stop")
            self.did["stops"] += 1
        await self._until(lambda: self._session.desk.running is None, "an execution comes to its end")
        mine = set(self._session.desk.moved())
        if mine and await self._undo():
            await self._until(lambda: not (mine & self._removed()), f"{sorted(mine)} are back ({self._ended()})")
            self.did["undone"] += 1

    async def _undo(self) -> bool:
        """Undo as an operator does: one that halted, because the source did not answer in time, is undone again."""
        for _ in range(TRIES):
            undo = await self._type("undo")
            if undo is None or not await self._confirm(undo):
                return False
            await self._until(lambda: self._session.desk.running is None, "an undo comes to its end")
            progress = self._session.desk.progress
            if progress is None or progress.phase is not Phase.HALTED:
                return True
            self.did["halted"] += 1
        return False

    def _ended(self) -> str:
        progress = self._session.desk.progress
        return progress.sentence if progress is not None else "nothing was carried out"

    async def _type(self, text: str) -> Plan | None:
        """Type key by key; gives the plan of the whole."""
        for end in range(1, len(text) + 1):
            self._session.workspace.type(text[:end])
            await asyncio.sleep(self._dice.uniform(0.0, 0.05))
        bench = self._session.workspace.bench
        await self._until(
            lambda: bench.work.reading.text == text and bench.work.command == bench.work.reading.command,
            f"{text} is planned",
        )
        self.did["typed"] += 1
        return bench.work.plan

    async def _confirm(self, plan: Plan) -> bool:
        self._session.workspace.acts.confirm(Confirmation(plan.digest, Effort.COUNT))
        ends = monotonic() + 10
        while self._session.desk.running is None and monotonic() < ends:  # noqa: ASYNC110 - as in `_until`
            await asyncio.sleep(0.02)
        begun = self._session.desk.running is not None
        self.did["begun" if begun else "refused"] += 1
        return begun

    def _removed(self) -> set[str]:
        """Give the servers that an act has taken and that are out of service."""
        state = self._session.workspace.follower.state
        if state is None:
            return set()
        gone = (state.fleet.left > 0) & (state.fleet.state == ServerState.REMOVED)
        return {state.region.roster.names[server] for server in gone.nonzero()[0].tolist()}

    async def _until(self, condition: Callable[[], bool], what: str) -> None:
        ends = monotonic() + LIMIT_S
        while not condition():
            if monotonic() > ends:
                self.wrong.append(f"it never came to pass that {what}")
                return
            await asyncio.sleep(0.02)

    async def _watch(self) -> None:
        while True:
            self.memory.append(resident_mb())
            objects = kinds()
            if len(self.memory) <= SETTLED:
                self.settled = objects
            grown = dict((objects - self.settled).most_common(MOST_KINDS)) if len(self.memory) % SETTLED == 0 else {}
            line = {
                "mb": self.memory[-1],
                "objects": objects.total(),
                **self.did,
                **({"grown": grown} if grown else {}),
            }
            print(json.dumps(line), flush=True)  # noqa: T201 - its report
            await asyncio.sleep(60)


def kinds() -> Counter[str]:
    """Count the objects that may hold others, by their kind."""
    found: Counter[str] = Counter()
    for kind, count in Counter(map(type, gc.get_objects())).items():
        found[f"{kind.__module__}.{kind.__qualname__}"] += count
    return found


def lost(journal: Path) -> list[str]:
    """Say what of the journal does not fit, and which executions have no end."""
    found = verify(journal)
    if not found.ok:
        return [found.sentence]
    with sqlite3.connect(f"file:{journal}?mode=ro", uri=True) as database:
        kinds = database.execute("SELECT kind, execution FROM entry").fetchall()
    begun = {execution for kind, execution in kinds if kind == BEGINS}
    ended = {execution for kind, execution in kinds if kind in ENDS}
    return [f"{execution} has no end in the journal" for execution in sorted(begun - ended)]


def soak(minutes: float, kind: str, folder: Path) -> int:
    """Run it, and report; gives the exit code."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        os.environ[name] = str(folder / name.lower())  # nothing of the user's is touched
    app = QApplication([])
    load_fonts()
    region, subsystems = None, ("billing", "index", "placement")
    if kind == "adapter":
        path = folder / "racks.toml"
        path.write_text(TEXT.format(fleet=racks(inventory(folder / "inventory.db", 400), drain_s=1.5)))
        region, subsystems = str(path), ("index", "billing")
        source = stated_source(path)
        if source is not None:
            Trust().add(path, source)
    settings = SettingsStore(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    window = MainWindow(load_theme("night"), settings)
    link = open_link(address_of(region), folder / "acts")
    found: list[Soak] = []

    async def main() -> None:
        session = Session(window, settings, link, folder / "acts")
        window.show()
        session.start()
        await session.workspace.follower.loaded.wait()
        found.append(Soak(session, subsystems, minutes))
        await found[0].run()
        await session.aclose()
        window.let_close()

    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        runner.run(main())
    [done] = found
    quarter = max(1, len(done.memory) // 4)
    first, last = median(done.memory[quarter // 2 : quarter + 1]), median(done.memory[-quarter:])
    wrong = [*done.wrong, *(line for path in (folder / "acts").rglob("journal.db") for line in lost(path))]
    if last > first * MOST_GROWTH:
        wrong.append(f"memory grew from {first} to {last} MB")
    grown = dict((kinds() - done.settled).most_common(MOST_KINDS))
    print(json.dumps({"first_mb": first, "last_mb": last, **done.did, "grown": grown, "wrong": wrong}), flush=True)  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        sys.exit(soak(float(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "embedded", Path(made)))
