"""Whatever several programs do on one ledger, in whatever order, killed at whatever moment: no floor, no pace, nothing twice."""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from topology.records.clock import ManualClock, SteadyClock
from topology.records.ledger.store import LedgerStore
from topology.records.ledger.values import (
    Commit,
    CommitAnswer,
    KeptExecution,
    LeaseHeldError,
    LedgerError,
    LedgerLease,
    LedgerState,
    ScopeUnits,
    WaveKind,
)

FLOOR, PACE, WINDOW_S = 5, 3, 60.0
SERVERS = tuple(f"n{number:02}" for number in range(12))
PROGRAMS = st.integers(0, 2)


@dataclass
class World:
    """What a source would say: it takes whatever it is sent, and judges nothing."""

    serving: set[str] = field(default_factory=lambda: set(SERVERS))
    waves: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    departures: list[tuple[float, int]] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)

    def take(self, commit: Commit, now: float) -> None:
        """Take a wave out of service."""
        if commit.wave in self.waves:
            self.twice.append(commit.wave)
        gone = [name for name in commit.servers if name in self.serving]
        self.twice += [name for name in commit.servers if name not in self.serving]
        self.serving -= set(gone)
        self.waves[commit.wave] = tuple((name, "done" if name in gone else "refused") for name in commit.servers)
        self.departures.append((now, len(gone)))

    def give_back(self, commit: Commit) -> None:
        """Put a wave back into service."""
        self.serving |= set(commit.servers)
        self.waves[commit.wave] = tuple((name, "done") for name in commit.servers)


@dataclass
class Program:
    """One console: its ledger, what it judged, what it may send, and what it sent without an answer yet."""

    store: LedgerStore
    lease: LedgerLease | None = None
    judged: Commit | None = None
    committed: Commit | None = None
    number: int = 0
    due: tuple[int, Callable[[], None]] | None = None
    """What another program does just before a transaction of this one begins, and how many are begun before that."""

    def __post_init__(self) -> None:
        begin = self.store._database._checked

        def begin_late() -> object:
            due, self.due = self.due, None
            if due is not None and due[0]:
                self.due = (due[0] - 1, due[1])
            elif due is not None:
                due[1]()
            return begin()

        self.store._database._checked = begin_late  # type: ignore[method-assign,assignment]


class LedgerLaws(RuleBasedStateMachine):
    """Three programs, one ledger, one world; each act falls apart into its steps, and others come in between."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
        self.clock = ManualClock(1_700_000_000.0)
        self.world = World()
        self.executions = 0
        self.floor = FLOOR
        self.lost: set[int] = set()
        self.programs = [self.opened() for _ in range(3)]
        self.declared = 0
        self.stopped: set[str] = set()

    def opened(self) -> Program:
        store = LedgerStore(self.folder / "ledger.db", SteadyClock(self.clock))
        store.open("r-1", (ScopeUnits("index", "region", FLOOR),), b"")
        return Program(store)

    def teardown(self) -> None:
        for program in self.programs:
            program.store.close()
        shutil.rmtree(self.folder)

    @rule(at=PROGRAMS, count=st.sampled_from([3, 2, 1, 4]), back=st.sampled_from([False, False, False, True]))
    def go_on(self, at: int, count: int, back: bool) -> None:
        """Do a program's next step, whichever that is."""
        program = self.programs[at]
        if program.committed is not None:
            self.send(at)
        elif program.judged is not None:
            self.commit(at)
        else:
            if program.lease is None:
                self.begin(at)
            self.judge(at, count, back)

    @rule(at=PROGRAMS, what=st.sampled_from(["settle", "recover", "kill", "die_sending", "stop", "end"]))
    def happen(self, at: int, what: str) -> None:
        """Let something come in between."""
        getattr(self, what)(at)

    def begin(self, at: int) -> None:
        program = self.programs[at]
        self.executions += 1
        program.lease = program.store.begin(KeptExecution(f"E{self.executions}", "", "", self.executions, f"op{at}"))
        program.number = 0

    def judge(self, at: int, count: int, back: bool) -> None:
        """Read the ledger, then the source, and judge; the commit may come much later."""
        program = self.programs[at]
        if program.lease is None:
            return
        state = program.store.read()
        program.number += 1
        wave = f"{program.lease.execution}.{program.number}"
        if back:
            servers = tuple(sorted(set(program.store.taken()) - self.world.serving - reserved(state)))[:count]
            commit = Commit(program.lease, wave, WaveKind.GIVE_BACK, "op", servers, *seen(state))
            program.judged = commit if servers else None
            return
        servers = tuple(sorted(self.world.serving - reserved(state)))[:count]
        left = len(self.world.serving) - len(reserved(state) & self.world.serving) - len(servers)
        leaving = sum(entry.servers for entry in state.departures)
        fits = servers and left >= state.floors.floors[0].units and leaving + len(servers) <= PACE and not state.doubts
        units = (ScopeUnits("index", "region", len(servers)),)
        supports = tuple(("index",) for _ in servers)
        commit = Commit(program.lease, wave, WaveKind.TAKE, "op", servers, *seen(state), units, supports, (WINDOW_S,))
        program.judged = commit if fits else None

    def commit(self, at: int) -> None:
        program = self.programs[at]
        commit, program.judged = program.judged, None
        if commit is None:
            return
        answer = program.store.commit_wave(commit)
        if answer is not CommitAnswer.COMMITTED:
            return
        program.committed = commit
        assert commit.lease.execution not in self.stopped
        assert commit.lease.token not in self.lost
        if commit.kind is WaveKind.TAKE:
            assert len(self.world.serving - reserved(program.store.read())) >= self.floor

    def send(self, at: int) -> None:
        """Send what is committed, and keep the answer."""
        program = self.programs[at]
        commit, program.committed = program.committed, None
        if commit is None:
            return
        if commit.kind is WaveKind.TAKE:
            self.world.take(commit, self.clock.elapsed())
        else:
            self.world.give_back(commit)
        program.store.answer(commit.wave, self.world.waves[commit.wave], (), False)

    def die_sending(self, at: int) -> None:
        """Send what is committed, and die before the answer is kept."""
        commit = self.programs[at].committed
        if commit is not None and commit.kind is WaveKind.TAKE:
            self.world.take(commit, self.clock.elapsed())
        elif commit is not None:
            self.world.give_back(commit)
        self.kill(at)

    def kill(self, at: int) -> None:
        """End a program at any moment, and start it again: what it had committed, and not sent, is never sent."""
        self.programs[at].store.close()
        self.programs[at] = self.opened()

    def recover(self, at: int) -> None:
        """Settle what dead programs left: by what the world says; what never happened is burnt."""
        program = self.programs[at]
        state = program.store.read()
        held = {lease.execution for lease in state.leases}
        for wave in state.unanswered:
            if wave.execution in held:
                continue
            try:
                lease = program.store.take_over(wave.execution, f"op{at}")
            except LeaseHeldError:
                continue
            found = self.world.waves.get(wave.id)
            never = tuple((name, "refused") for name in wave.servers)
            program.store.answer(wave.id, found or never, (), found is None)
            program.store.release(lease, "recovered")

    def settle(self, at: int) -> None:
        """A read of the source that began after the answers ends the reservations."""
        store = self.programs[at].store
        state = store.read()
        waiting = {wave.id for wave in state.unanswered}
        for reservation in state.reservations:
            if reservation.wave not in waiting:
                store.settle(reservation.wave, None)

    def stop(self, at: int) -> None:
        """Stop what the next program carries out."""
        lease = self.programs[(at + 1) % len(self.programs)].lease
        if lease is not None:
            self.programs[at].store.stop(lease.execution, "op")
            self.stopped.add(lease.execution)

    @rule(
        at=PROGRAMS,
        by=st.integers(1, 2),
        what=st.sampled_from(["stop_it", "usurp", "stop_it", "go_on_with", "stricter", "stricter"]),
        after=st.sampled_from([0, 0, 1]),
    )
    def falls_in_between(self, at: int, by: int, what: str, after: int) -> None:
        """Go on with a program; when it is about to begin a transaction, or the one after that, another comes first."""
        program, other = self.programs[at], (at + by) % len(self.programs)
        program.due = (after, lambda: getattr(self, what)(other, at))
        self.go_on(at, 1, False)
        program.due = None

    def go_on_with(self, by: int, at: int) -> None:
        self.go_on(by, 1, False)

    def stop_it(self, by: int, at: int) -> None:
        self.stop((at + 2) % 3)

    def usurp(self, by: int, at: int) -> None:
        """Somebody takes the lock's file away, and another program takes the execution over."""
        lease, store = self.programs[at].lease, self.programs[by].store
        if lease is None:
            return
        shutil.rmtree(self.folder / "ledger.db-leases")
        self.lost.add(lease.token)
        with suppress(LeaseHeldError):
            store.release(store.take_over(lease.execution, f"op{by}"), "")

    def stricter(self, by: int, at: int) -> None:
        """Another program opens the ledger with a floor under which nothing may leave."""
        self.floor = max(self.floor, len(self.world.serving))
        store = LedgerStore(self.folder / "ledger.db", SteadyClock(self.clock))
        store.open("r-1", (ScopeUnits("index", "region", self.floor),), b"")
        store.close()

    def end(self, at: int) -> None:
        program = self.programs[at]
        if program.lease is not None and program.committed is None:
            program.store.release(program.lease, "finished")
            program.lease = program.judged = None

    @rule(seconds=st.sampled_from([1.0, 25.0, 59.0, 61.0]))
    def wait(self, seconds: float) -> None:
        self.clock.time += seconds

    @rule(seconds=st.sampled_from([-90.0, -5.0, 5.0, 3_600.0]))
    def set_the_clock(self, seconds: float) -> None:
        self.clock.leap(seconds)

    @rule(at=PROGRAMS, units=st.integers(0, 20))
    def list_servers(self, at: int, units: int) -> None:
        self.programs[at].store.raise_declared((ScopeUnits("index", "region", units),))
        self.declared = max(self.declared, units)

    @rule(at=PROGRAMS, units=st.integers(0, 20))
    def acknowledge(self, at: int, units: int) -> None:
        store = self.programs[at].store
        floors = store.read().floors
        lower = (ScopeUnits("index", "region", FLOOR),)
        with suppress(LedgerError):  # somebody else changed the floors just then
            store.acknowledge("op", floors.revision, lower, (ScopeUnits("index", "region", units),), b"")
            self.declared, self.floor = units, FLOOR

    @invariant()
    def no_floor_is_broken(self) -> None:
        assert len(self.world.serving) >= FLOOR

    @invariant()
    def nothing_is_done_twice(self) -> None:
        assert not self.world.twice

    @invariant()
    def no_pace_is_exceeded(self) -> None:
        for end, _ in self.world.departures:
            inside = sum(count for moment, count in self.world.departures if end - WINDOW_S < moment <= end)
            assert inside <= PACE

    @precondition(lambda self: self.declared)
    @invariant()
    def declared_is_the_largest_since_the_last_acknowledgement(self) -> None:
        assert self.programs[0].store.read().declared == (ScopeUnits("index", "region", self.declared),)


def seen(state: LedgerState) -> tuple[int, int]:
    """Give what a commit compares."""
    return state.reservations_revision, state.floors.revision


def reserved(state: LedgerState) -> set[str]:
    """Give the servers of which it is not known yet whether they left."""
    return {name for reservation in state.reservations for name in reservation.servers}


TestLedgerLaws = LedgerLaws.TestCase
TestLedgerLaws.settings = settings(max_examples=80, stateful_step_count=60, deadline=None)
