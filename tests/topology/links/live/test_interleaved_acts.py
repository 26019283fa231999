"""A law: however the steps of two consoles' acts fall into each other, none rests on what is not so any more.

Each call at the ledger and the source is a step, and between any two of them the other console, somebody with other tools, a
stop, a stricter description, a lost lease or a crash may come. The source goes server by server, judges nothing, and lets
drains begin late; nobody hears of anything that was not asked for.
"""

import asyncio
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Coroutine
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.topology.links.live.rig import TEXT, Rig
from tests.topology.links.live.scripted_source import DRAINING, REMOVED, SERVING
from tests.topology.links.live.stepwise import ENDED, Steps, StepwiseLedger, StepwiseSource
from topology.links.deadline import Deadlines
from topology.links.fleet_source import Answer, SourceWave
from topology.links.live import joining
from topology.links.live.link import LiveLink
from topology.records.clock import SteadyClock
from topology.records.ledger import file_ledger
from topology.records.ledger.file_ledger import FileLedger
from topology.records.ledger.values import Commit, CommitAnswer, LedgerError, ScopeUnits
from topology.region.errors import LinkError

NAMES = tuple(f"n{at}" for at in range(8))
FLOOR, PACE, WINDOW_S = 5, 6, 60.0
LONG = Deadlines(read_s=900.0, wave_s=900.0, ask_s=900.0, stop_s=900.0, silent_stop_s=900.0, close_s=0.2)
BOTH = st.sampled_from((0, 1))
_FAR = st.sampled_from((1, 2, 3, 4, 5, 7, 20))
_STEPS = st.sampled_from(("source read", "source was read", "commit", "commit", "committed", "committed", "taken"))
_HAPPENS = st.sampled_from((
    "stops", "stops", "crashes", "asks", "loses_its_lease", "stricter", "stricter", "other", "other", "somebody",
))  # fmt: skip


class Console:
    """One console, what it does right now, and what it may not know of."""

    link: LiveLink

    def __init__(self) -> None:
        self.waves = 0
        self.steps: Steps | None = None
        self.shown: dict[str, bool] = {}
        """Which servers were in service when its act began, or when the source was asked last."""
        self.blind: set[str] = set()
        """Servers that somebody else touched since: of these it may believe what it was shown."""

    @property
    def is_busy(self) -> bool:
        """Whether an act of it is under way."""
        return self.steps is not None and self.steps.at != ENDED


class InterleavedActs(RuleBasedStateMachine):
    """Two consoles, one ledger, one source."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
        text = TEXT.replace("100/min", f"{PACE}/min").replace("[policy]", '[policy]\ndrain_timeout = "9 h"')
        text = text.replace("2 s", "9 h")
        self.rig = Rig(self.folder, text=text)
        self.source = self.rig.source
        for name in ("n8", "n9"):
            del self.source.servers[name]
        self.rig.text = text.replace('[[subsystem]]\nname = "billing"\nfloor = 1\n', "")
        self.loop = asyncio.new_event_loop()
        self.patch = pytest.MonkeyPatch()
        for module in (joining, file_ledger):
            self.patch.setattr(module, "LOOK_EACH_S", 3_600.0)
        self.floor = FLOOR
        self.waived: set[int] = set()
        """Floors that were acknowledged as too strict: they hold again only where somebody acknowledges them themselves."""
        self.stopped: set[str] = set()
        self.stopped_here: set[str] = set()
        """Those that the console itself stopped before it had handed its wave over."""
        self.lost: set[int] = set()
        self.taken: list[tuple[float, int]] = []
        self.flying: dict[str, set[str]] = {}
        self.broken: list[str] = []

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(asyncio.wait_for(work, 10))

    @initialize()
    def begins(self) -> None:
        self.source.on_take = self.takes
        self.consoles = [Console(), Console()]
        for at, console in enumerate(self.consoles):
            console.link = self.opened(at)

    def opened(self, at: int) -> LiveLink:
        law = self

        class Ledger(StepwiseLedger):
            def committed(self, commit: Commit, answer: CommitAnswer) -> None:
                if answer is CommitAnswer.COMMITTED:
                    law.commits(law.consoles[at], commit)

        source = StepwiseSource(self.source)
        source.was_read = lambda: self.shows(self.consoles[at])
        link = self.rig.link(source, ledger=Ledger, deadlines=LONG)
        self.run(link.load())
        return link

    # ---- what must hold ---------------------------------------------------------------------------------------------

    def shows(self, console: Console) -> None:
        """The source shows a console what is so."""
        console.shown = {name: self.source.state_of(name) is SERVING for name in NAMES}
        console.blind.clear()

    def commits(self, console: Console, commit: Commit) -> None:
        """The moment after which a wave is sent: what it rests on must be so, but for what nobody could know."""
        if commit.lease.execution in self.stopped:
            self.broken.append(f"{commit.wave} may be sent after its stop")
        if commit.lease.token in self.lost:
            self.broken.append(f"{commit.wave} may be sent without a lease")
        self.forgets_what_was_never_sent()
        gone = set(commit.servers).union(self.source.late, *self.flying.values())
        serves = {
            name: console.shown[name] if name in console.blind else self.source.state_of(name) is SERVING
            for name in NAMES
        }
        left = sum(serves[name] for name in NAMES if name not in gone)
        if left < self.floor:
            self.broken.append(f"{commit.wave} leaves {left}, floor {self.floor}: {commit.servers}")
        self.flying[commit.wave] = set(commit.servers)

    def forgets_what_was_never_sent(self) -> None:
        """A wave whose act is over and which is reserved no more was held back, as by a stop: its servers stay."""
        reserved = {wave for (wave,) in self.kept("SELECT wave FROM reservation")}
        over = tuple(f"e{at}." for at, console in enumerate(self.consoles) if not console.is_busy)
        for wave in [one for one in self.flying if one.startswith(over) and one not in reserved]:
            del self.flying[wave]

    def takes(self, wave: SourceWave) -> None:
        """The source is about to take a wave."""
        sent = [one.id for what, one in self.source.calls if what == "take" and isinstance(one, SourceWave)]
        if sent.count(wave.id) > 1:
            self.broken.append(f"{wave.id} was sent twice")
        if wave.execution in self.stopped_here:
            self.broken.append(f"{wave.id} was sent after its own console stopped it")
        if self.flying.pop(wave.id, None) is None:
            self.broken.append(f"{wave.id} was sent after it was given up")
        now = self.rig.clock.elapsed()
        self.taken.append((now, sum(self.source.state_of(name) is SERVING for name in wave.servers)))
        inside = sum(count for moment, count in self.taken if moment > now - WINDOW_S)
        if inside > PACE:
            self.broken.append(f"{inside} left within {WINDOW_S:g} s")

    @invariant()
    def holds(self) -> None:
        assert self.broken == []

    @invariant()
    def what_was_accepted_is_reserved_until_it_is_seen_to_leave(self) -> None:
        kept = {name for servers in self.kept("SELECT servers FROM reservation") for name in json.loads(servers[0])}
        assert self.source.late <= kept

    @invariant()
    def nothing_that_was_done_is_lost(self) -> None:
        words = dict(self.kept("SELECT id, answers FROM wave"))
        for wave, taken in self.source.waves.items():
            assert wave in words
            answers = dict(json.loads(words[wave] or "[]"))
            assert all(answers.get(name, "unknown") != "refused" for name in taken.servers(Answer.DONE))

    def kept(self, query: str) -> list[Any]:
        with closing(sqlite3.connect(self.folder / "ledger.db")) as database:
            return database.execute(query).fetchall()

    # ---- what consoles do -------------------------------------------------------------------------------------------

    @rule(who=BOTH, first=st.integers(0, 7), count=st.integers(1, 3), late=st.booleans(), go=_FAR)
    def acts(self, who: int, first: int, count: int, late: bool, go: int) -> None:
        """Begin an act on servers that serve, or go on with the one that is under way; *late* says how its source takes it."""
        self.begins_to_act(who, first, count, late)
        self.goes_on(who, go)

    def begins_to_act(self, who: int, first: int, count: int, late: bool) -> None:
        console = self.consoles[who]
        serving = [name for name in NAMES if self.source.state_of(name) is SERVING]
        if not console.is_busy and serving:
            console.waves += 1
            self.source.drains_late = late
            self.shows(console)
            servers = {serving[(first + at) % len(serving)] for at in range(count)}
            wave = self.rig.wave(*sorted(servers), execution=f"e{who}", number=console.waves)
            console.steps = self.begun(console.link.remove(wave))

    @rule(
        who=BOTH, first=st.integers(0, 7), late=st.booleans(), step=_STEPS, what=_HAPPENS, here=st.booleans(),
        more=st.integers(1, 3),
    )  # fmt: skip
    def falls_in_between(self, who: int, first: int, late: bool, step: str, what: str, here: bool, more: int) -> None:
        """Something comes just before one step of an act, which then goes on to its end."""
        self.makes_room(who)
        self.begins_to_act(who, first, more, late)
        steps = self.consoles[who].steps
        if steps is not None and self.consoles[who].is_busy:
            self.run(steps.until(step))
        self.happens(who, what, here, more)
        self.goes_on(who, 20)

    @rule(who=BOTH, count=_FAR)
    def goes_on(self, who: int, count: int) -> None:
        """Take some steps of what is under way."""
        steps = self.consoles[who].steps
        for _ in range(count if steps is not None else 0):
            assert steps is not None
            self.run(steps.go_on())
        if steps is not None and steps.at == ENDED:
            with suppress(LinkError):
                self.run(steps.end())
        self.forgets_what_was_never_sent()

    @rule(who=BOTH)
    def looks_over(self, who: int) -> None:
        """Begin to look over what is reserved, as a console does twice a second."""
        console = self.consoles[who]
        if not console.is_busy:
            self.shows(console)
            console.steps = self.begun(self.acting(who).reservations.look_over())

    def makes_room(self, who: int) -> None:
        """Let an act not be refused for what went before."""
        if f"e{who}" in self.stopped:
            self.resumes(who)
        if self.floor > FLOOR:
            self.acknowledges(who)
        if sum(self.source.state_of(name) is SERVING for name in NAMES) < FLOOR + 2:
            self.somebody_else_acts(set(NAMES), SERVING)
        if sum(count for moment, count in self.taken if moment > self.rig.clock.elapsed() - WINDOW_S) > PACE - 2:
            self.time_passes(61.0)

    @rule(who=BOTH, what=_HAPPENS, here=st.booleans(), more=st.integers(1, 3))
    def happens(self, who: int, what: str, here: bool, more: int) -> None:
        match what:
            case "stops":
                self.stops(who, who if here else 1 - who)
            case "stricter":
                self.stricter(more)
            case "other":
                for count in (2, 1):  # the second reads what became of the first, and ends its reservation
                    self.begins_to_act(1 - who, more, count, here)
                    self.goes_on(1 - who, 20)
            case "somebody":
                self.somebody_else_acts({NAMES[-1 - at] for at in range(more)}, REMOVED)
            case _:
                getattr(self, what)(who)

    def stops(self, who: int, by: int) -> None:
        execution = f"e{who}"
        with suppress(LinkError):
            steps = self.consoles[who].steps
            if by == who and steps is not None and steps.at != "take":
                self.stopped_here.add(execution)
            self.run(self.consoles[by].link.stop(execution, "sam"))
            self.stopped.add(execution)

    def resumes(self, who: int) -> None:
        with suppress(LinkError):
            for console in self.consoles:
                self.run(console.link.resume(f"e{who}", "pat"))
            self.stopped.discard(f"e{who}")
            self.stopped_here.discard(f"e{who}")

    def crashes(self, who: int) -> None:
        """A console dies at whatever step it is, and is started again."""
        console = self.consoles[who]
        if console.is_busy and console.steps is not None:
            console.steps.task.cancel()
            self.run(asyncio.sleep(0))
            dead = [wave for wave in self.flying if wave.startswith(f"e{who}.")]
            for wave in dead:
                del self.flying[wave]
        console.steps = None
        self.stopped_here.discard(f"e{who}")
        self.run(console.link.aclose())
        console.link = self.opened(who)

    def asks(self, who: int) -> None:
        """The other console asks what became of the last wave."""
        console, other = self.consoles[who], self.consoles[1 - who]
        if not console.is_busy and not other.is_busy:
            with suppress(LinkError):
                self.run(other.link.outcome(f"e{who}.{console.waves}"))

    def loses_its_lease(self, who: int) -> None:
        """Somebody takes the lock's file away, and another console goes on with the execution."""
        lease = self.acting(who)._leases.get(f"e{who}")
        if lease is None:
            return
        shutil.rmtree(self.folder / "ledger.db-leases")
        with suppress(LedgerError):
            ledger = self.consoles[1 - who].link._ledger
            self.run(ledger.release(self.run(ledger.take_over(lease.execution, "sam"))))
            self.lost.add(lease.token)
            self.acting(who)._leases.clear()

    def stricter(self, more: int) -> None:
        """Somebody opens a stricter description of the same source."""
        self.floor = max(self.floor, FLOOR + more)
        self.run(self.with_ledger(self.floor))

    async def with_ledger(self, floor: int) -> None:
        """Open it with a floor; one that was waived does not come back by that, so it is acknowledged as the one that holds."""
        ledger = FileLedger(self.folder / "ledger.db", SteadyClock(self.rig.clock))
        floors = ScopeUnits("index", "region", floor)
        seen = await ledger.open(self.source.region, (floors,))
        if floor in self.waived:
            await ledger.acknowledge("sam", seen.floors.revision, (floors,), seen.declared, seen.floors.guards)
            self.waived = {waived for waived in self.waived if waived > floor}
        await ledger.aclose()

    def acknowledges(self, who: int) -> None:
        if not self.consoles[who].is_busy:
            self.run(self.consoles[who].link.acknowledge("pat"))
            self.waived |= {self.floor} - {FLOOR}
            self.floor = FLOOR

    # ---- what others do ---------------------------------------------------------------------------------------------

    @rule(names=st.sets(st.sampled_from(NAMES), min_size=1), state=st.sampled_from((SERVING, SERVING, REMOVED)))
    def somebody_else_acts(self, names: set[str], state: Any) -> None:
        names = {*sorted(names)[:3]} if state is REMOVED else names - self.source.late
        self.source.late -= names
        if names:
            self.source.set(dict.fromkeys(sorted(names), state), actor="somebody")
        for console in self.consoles:
            console.blind |= names

    @rule(who=BOTH, first=st.integers(0, 7))
    def blinks(self, who: int, first: int) -> None:
        """A server goes and comes back while a wave of it is on its way, and while the other console reads the source."""
        self.makes_room(who)
        self.begins_to_act(who, first, 1, True)
        steps, other = self.consoles[who].steps, self.consoles[1 - who]
        if steps is None or not self.consoles[who].is_busy or other.is_busy:
            return
        self.run(steps.until("take"))
        for name in sorted(set().union(*(self.flying.values()))):
            self.somebody_else_acts({name}, REMOVED)
            self.begins_to_act(1 - who, first, 1, True)
            if other.steps is not None and other.is_busy:
                self.run(other.steps.until("source was read"))
            self.somebody_else_acts({name}, SERVING)
        self.goes_on(who, 20)
        self.goes_on(1 - who, 20)

    @rule()
    def late_drains_begin(self) -> None:
        self.source.begin_late()

    @rule(seconds=st.sampled_from((20.0, 61.0)))
    def time_passes(self, seconds: float) -> None:
        draining = {name: REMOVED for name in NAMES if self.source.state_of(name) is DRAINING}
        if draining:
            self.source.set(draining)
        self.rig.clock.time += seconds

    def begun(self, work: Coroutine[Any, Any, Any]) -> Steps:
        async def begin() -> Steps:
            return await Steps(work).begin()

        return self.run(begin())  # type: ignore[no-any-return]

    def acting(self, who: int) -> Any:
        return self.consoles[who].link.acts.acting

    def teardown(self) -> None:
        for console in getattr(self, "consoles", []):
            if console.is_busy and console.steps is not None:
                console.steps.task.cancel()
        self.loop.run_until_complete(self.rig.close())
        self.loop.close()
        self.patch.undo()
        shutil.rmtree(self.folder, ignore_errors=True)


TestInterleavedActs = InterleavedActs.TestCase
TestInterleavedActs.settings = settings(max_examples=50, stateful_step_count=40, deadline=None)
