"""The promises, against everything that can happen at once.

Two operators whose facts are as old as they like, servers that fail at any moment, or come back by somebody else's doing,
waves that arrive late or are done in part, stops and undos, and a console gone mad that asks the region for anything.
"""

import asyncio
import re
import shutil
import tempfile
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import assume, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from console.words.refusals.table import refusal_sentence
from tests.profiles import examples
from tests.topology.planning.recounting import Key, add_up, floors
from tests.topology.strategies import START, Shape, region_texts, removals, selections
from topology.command.grammar.syntax import Count, NameRange, Planned, Remove, Restore, RestoreServers, Undo
from topology.execution.execution import Execution
from topology.execution.progress import Cancel, Ended, Query, Send, ServerOutcome, WaveResult
from topology.fleet.batches import EventBatch, Revision
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.links.protocol import Answer, Wave, WaveOutcome
from topology.links.simulated.simulated import SimLink
from topology.planning.plan import Confirmation, Effort, Plan
from topology.planning.preview import check_confirmation, preview, undo_plan
from topology.records.clock import ManualClock
from topology.region.description import read_region
from topology.region.region import Region
from topology.region.server_states import ServerState

_T = TypeVar("_T")
WHO = st.sampled_from(("ana", "ben"))
SIZES = st.integers(4, 12)
MOST_TURNS = 2_000
"""Steps of 20 s within which any execution has to come to its end."""


OPEN = Shape(protection=False, pool_sizes=SIZES)


@st.composite
def described(draw: st.DrawFn) -> Region:
    """A region where most can be done, or one with low ceilings, with protected servers, or without a floor."""
    kind = draw(st.sampled_from(("open", "open", "ceilings", "protected", "gap")))
    text = draw(region_texts(OPEN))
    if kind == "gap":
        text = re.sub(r"^floor = .*\n", "", text, count=1, flags=re.MULTILINE)
    elif kind == "ceilings":
        text = re.sub(r"^ceiling = .*\n", "", text, flags=re.MULTILINE)
        text = text.replace("\nfloor = ", f"\nceiling = {draw(st.integers(1, 20))}\nfloor = ")
    elif kind == "protected":
        text = text.replace("[[pool]]\n", "[[pool]]\nprotected = true\n", 1)
    return read_region(text, "small.toml")


@dataclass
class Seat:
    """One operator: what they know, what they look at, what they carry out."""

    state: State
    plan: Plan | None = None
    command: Planned | None = None
    execution: Execution | None = None
    in_the_air: Wave | None = None
    """A wave that was sent and has not arrived."""
    knew_all_of: int | None = None
    """The region's revision when that wave was sent, if no fact was unknown to the operator then."""


@dataclass
class Act:
    """What the region did: one wave, as the facts tell it."""

    time: float
    servers: list[int]


@dataclass
class Acts:
    """Acts of one execution, and what its operator had confirmed."""

    allowed: set[str]
    is_undo: bool = False
    acts: list[Act] = field(default_factory=list)
    stopped: bool = False


class Promises(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        shared = Path("/dev/shm")  # much faster than a disk, and nothing here is about disks
        self.folder = Path(tempfile.mkdtemp(dir=shared if shared.is_dir() else None))

    def teardown(self) -> None:
        if hasattr(self, "link"):
            self.run(self.link.aclose())
        self.runner.close()
        shutil.rmtree(self.folder)

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        return self.runner.run(work)

    @initialize(region=described(), is_mad=st.booleans(), is_atomic=st.booleans())
    def begin(self, region: Region, is_mad: bool, is_atomic: bool) -> None:
        assume(len(region.roster))
        self.region = region
        self.is_mad = is_mad
        self.is_atomic = is_atomic
        """Whether a wave is done whole or not at all; else so many servers as the test draws, and the rest is too soon."""
        self.link = SimLink(region, "sim:small", self.folder, clock=ManualClock(START))
        self.seats = {name: Seat(self.run(self.link.load())) for name in ("ana", "ben")}
        self.truth: State = self.run(self.link.load())
        self.floors = floors(self.truth)
        self.executions: dict[str, Acts] = {}
        self.count = 0
        self.arrived: list[tuple[Wave, Callable[[Wave], Coroutine[Any, Any, WaveOutcome]]]] = []
        """Waves that were done, each with the call that did it."""

    # What time and chance do.

    @rule(seconds=st.sampled_from((0.25, 2.0, 9.0, 30.0, 61.0)))
    def time_passes(self, seconds: float) -> None:
        self.link.advance(seconds)
        self.learn()

    @rule(data=st.data(), is_planned=st.booleans(), heard_by=st.none() | WHO)
    def a_server_fails(self, data: st.DataObject, is_planned: bool, heard_by: str | None) -> None:
        """Any server, or one that somebody is about to take."""
        planned = {name for seat in self.seats.values() if seat.plan is not None for name in seat.plan.servers}
        self.put(
            data, (ServerState.IN_SERVICE, ServerState.DRAINING), ServerState.FAILED, planned if is_planned else set()
        )
        if heard_by is not None:
            self.hears_everything(heard_by)

    @rule(who=WHO, data=st.data(), heard=st.booleans(), count=st.integers(1, 4))
    def failures_come_between(self, who: str, data: st.DataObject, heard: bool, count: int) -> None:
        """Between preview and confirm what is planned fails, between two waves what is beside it."""
        seat = self.seats[who]
        plan = seat.plan if seat.execution is None else seat.execution.plan
        if plan is None or not plan.servers:
            return
        supports = {subsystem for one in plan.supports for subsystem in one}
        beside = {name for name in self.region.roster.names if supports & set(self.supports(name))}
        wanted = set(plan.servers) if seat.execution is None else beside - set(plan.servers)
        for _ in range(count):
            self.put(data, (ServerState.IN_SERVICE,), ServerState.FAILED, wanted)
        if heard:
            self.hears_everything(who)
        self.begin_to(who, 3)

    @rule(data=st.data())
    def a_server_is_repaired(self, data: st.DataObject) -> None:
        self.put(data, (ServerState.FAILED,), ServerState.IN_SERVICE, set())

    @rule(who=WHO, data=st.data())
    def a_server_returns_behind_our_back(self, who: str, data: st.DataObject) -> None:
        """Something else puts a server back that an execution took: that ends there, and is named."""
        seat = self.seats[who]
        if seat.execution is None:
            self.hears_everything(who)
            self.removes_what_is_safe(who, data, 0, 1)
        execution = seat.execution
        if execution is None or execution.plan.action != "remove":
            return
        for _ in range(2):  # everything that is in the air has arrived, and its operator has seen what left
            self.a_wave_arrives(who)
            self.hears_everything(who)
            self.goes_on(who)
        self.a_wave_arrives(who)
        self.hears_everything(who)
        if seat.execution is not execution:
            return
        states, position = self.truth.fleet.state, self.truth.fleet.position
        gone = (ServerState.REMOVED, ServerState.DRAINING)
        left = [name for name in execution.servers(ServerOutcome.DONE) if states[position[name]] in gone]
        before = execution.step(self.link.now(), self.known(seat))
        if isinstance(before, Send):
            seat.in_the_air = self.wave(execution, before, who)
            self.a_wave_arrives(who)
        if not left or isinstance(before, Ended | Query | Cancel):
            return
        name = data.draw(st.sampled_from(left))
        self.put(data, (ServerState(states[position[name]]),), ServerState.IN_SERVICE, {name})
        self.hears_everything(who)
        step = execution.step(self.link.now(), self.known(seat))
        assert isinstance(step, Ended), f"{name} is back behind our back, and the execution goes on: {step}"
        assert name in step.why or "refused" in step.why, step.why
        assert name in execution.servers(ServerOutcome.RETURNED)

    def put(
        self, data: st.DataObject, before: tuple[ServerState, ...], after: ServerState, preferred: set[str]
    ) -> None:
        """Let something happen to a server by itself, in the region's own world."""
        some = [number for number, state in enumerate(self.truth.fleet.state.tolist()) if state in before]
        some = [number for number in some if self.region.roster.names[number] in preferred] or some
        if not some:
            return
        server = data.draw(st.sampled_from(some))
        self.link.store.happen(server, after)
        self.learn()

    # What operators do.

    @rule(who=WHO)
    def hears_everything(self, who: str) -> None:
        state = self.seats[who].state
        for batch in self.told_since(state.revision):
            fold(state, batch)

    def told_since(self, revision: Revision) -> list[EventBatch]:
        """Give what the region tells after a revision, up to now."""

        async def told() -> list[EventBatch]:
            newest, found = await self.link.revision(), list[EventBatch]()
            stream = self.link.events(revision)
            while (found[-1].revision if found else revision) < newest:
                found.append(await anext(stream))
            await stream.aclose()
            return found

        return self.run(told())

    @rule(who=WHO, data=st.data(), steps=st.integers(0, 3))
    def removes_something(self, who: str, data: st.DataObject, steps: int) -> None:
        """It is only previewed, or confirmed too, or begun: its first wave is in the air, or has arrived."""
        self.preview(who, data.draw(removals(self.seats[who].state)))
        self.begin_to(who, steps)

    def begin_to(self, who: str, steps: int) -> None:
        for step in (self.confirms, self.goes_on, self.a_wave_arrives)[:steps]:
            step(who)

    @rule(who=WHO, data=st.data(), steps=st.integers(0, 3), hears=st.booleans())
    def restores_something(self, who: str, data: st.DataObject, steps: int, hears: bool) -> None:
        if hears:
            self.hears_everything(who)
        state = self.seats[who].state
        gone = (state.fleet.state == ServerState.REMOVED).nonzero()[0].tolist()
        if not gone:
            return
        some = st.lists(st.sampled_from([self.region.roster.names[server] for server in gone]), min_size=1, unique=True)
        by_name = some.map(lambda names: RestoreServers(tuple(NameRange("", name) for name in names)))
        command = data.draw(st.one_of(by_name, selections(state, Restore)))
        assert isinstance(command, Planned)
        self.preview(who, command)
        self.begin_to(who, steps)

    @rule(who=WHO, data=st.data(), less=st.sampled_from((0, 0, 0, 1, 3, -1)), steps=st.integers(0, 3))
    def removes_what_is_safe(self, who: str, data: st.DataObject, less: int, steps: int) -> None:
        """Random commands are mostly blocked; this one goes to the edge of what the operator knows, or near or past it."""
        seat = self.seats[who]
        command = data.draw(selections(seat.state))
        self.preview(who, command)
        if seat.plan is not None and seat.plan.largest_safe is not None and isinstance(command, Remove):
            self.preview(who, replace(command, quantity=Count(max(1, seat.plan.largest_safe.count - less))))
        self.begin_to(who, steps)

    def preview(self, who: str, command: Planned) -> None:
        seat = self.seats[who]
        seat.plan, seat.command = preview(self.known(seat), command), command

    @rule(who=WHO)
    def confirms(self, who: str) -> None:
        seat = self.seats[who]
        if seat.plan is None or seat.command is None or seat.execution is not None:
            return
        plan, state = seat.plan, self.known(seat)
        refused = check_confirmation(state, plan, seat.command, Confirmation(plan.digest, Effort.COUNT))
        if refused:
            return
        wanted = ServerState.IN_SERVICE if plan.action == "remove" else ServerState.REMOVED
        states = {ServerState(state.fleet.state[state.fleet.position[name]]) for name in plan.servers}
        assert states == {wanted}, "a plan was accepted although its operator knew that a server had changed"
        if plan.action == "remove":
            self.assert_keeps_floors(state, {state.fleet.position[name] for name in plan.servers})
        self.execute(seat, who, plan)

    def execute(self, seat: Seat, who: str, plan: Plan) -> None:
        self.count += 1
        name = f"e{self.count}"
        seat.execution = Execution.of(plan, name, who, self.known(seat))
        self.executions[name] = Acts(set(plan.servers), seat.execution.undo)
        seat.plan = seat.command = None
        note(f"{who} carries out {name}: {plan.command} = {plan.servers}")

    @rule(steps=st.integers(1, 5), hears=st.booleans(), seconds=st.sampled_from((0.25, 9.0, 20.0)))
    def both_carry_on(self, steps: int, hears: bool, seconds: float) -> None:
        """Several waves of whatever is running, and the time they take; operators may hear nothing all the while."""
        for _ in range(steps):
            for who, seat in self.seats.items():
                if seat.execution is not None:
                    if hears:
                        self.hears_everything(who)
                    self.goes_on(who)
                    self.a_wave_arrives(who)
            self.time_passes(seconds)

    @rule(who=WHO)
    def goes_on(self, who: str) -> None:
        """One step of an execution; a wave is only thrown here, and arrives when it arrives."""
        seat = self.seats[who]
        execution = seat.execution
        if execution is None or seat.in_the_air is not None:
            return
        step = execution.step(self.link.now(), self.known(seat))
        match step:
            case Send():
                seat.in_the_air = self.wave(execution, step, who)
                seat.knew_all_of = self.truth.revision if seat.state.revision == self.truth.revision else None
            case Query():
                outcome = self.run(self.link.outcome(f"{execution.id}.{step.number}"))
                if outcome is None:
                    execution.never_heard_of(step.number)
                else:
                    execution.answered(step.number, result_of(outcome))
            case Cancel():
                execution.cancelled(self.run(self.link.stop(execution.id, who)))
                self.executions[execution.id].stopped = True
                self.learn()
            case Ended():
                self.assert_nothing_lost(execution)
                seat.execution = None

    def assert_nothing_lost(self, execution: Execution) -> None:
        """At its end an execution knows of every server that the region took for it, and of no other."""
        if execution.plan.action != "remove":
            return
        took = {
            self.region.roster.names[server] for act in self.executions[execution.id].acts for server in act.servers
        }
        known = set(execution.servers(ServerOutcome.DONE, ServerOutcome.RETURNED))
        assert known == took, "an execution lost a server that left, or says so of one that did not"

    @rule(who=WHO, answered=st.booleans(), count=st.integers(0, 3))
    def a_wave_arrives(self, who: str, answered: bool = True, count: int = 1) -> None:
        seat = self.seats[who]
        execution, wave = seat.execution, seat.in_the_air
        if execution is None or wave is None:
            return
        seat.in_the_air = None
        current = seat.knew_all_of == self.truth.revision
        stopped = self.executions[execution.id].stopped
        act = self.link.remove if execution.plan.action == "remove" else self.link.restore
        outcome = self.run(act(wave) if self.is_atomic or wave.undo else self.done_in_part(act, wave, count))
        self.learn()
        note(f"{wave.operation}: {outcome}")
        if done := outcome.servers(Answer.DONE):
            part = tuple(supports for name, supports in zip(wave.servers, wave.supports, strict=True) if name in done)
            self.arrived.append((replace(wave, servers=done, supports=part), act))
        if current and not stopped and not wave.undo:
            assert not outcome.refusals, "the region refused what an operator with all facts was let send"
        if stopped:
            assert not outcome.servers(Answer.DONE), "a server left after the stop"
        if answered:
            execution.answered(wave.number, result_of(outcome))
        else:
            execution.lost(wave.number, "the answer was lost")

    async def done_in_part(
        self, act: Callable[[Wave], Coroutine[Any, Any, WaveOutcome]], wave: Wave, count: int
    ) -> WaveOutcome:
        """Answer as a source does that goes server by server: the first few are tried, the rest is too soon."""
        late = tuple((name, Answer.TOO_SOON) for name in wave.servers[count:])
        if not count or not late:
            soon = WaveOutcome(wave.operation, late, (), self.link.now() + 2)
            return soon if late else await act(wave)
        part = await act(replace(wave, servers=wave.servers[:count], supports=wave.supports[:count]))
        return replace(part, answers=part.answers + late, not_before=part.not_before or self.link.now() + 2)

    @rule(data=st.data())
    @precondition(lambda self: bool(self.arrived))
    def a_wave_arrives_once_more(self, data: st.DataObject) -> None:
        self.arrives_again(*data.draw(st.sampled_from(self.arrived)))

    def arrives_again(self, wave: Wave, act: Callable[[Wave], Coroutine[Any, Any, WaveOutcome]]) -> None:
        before = self.truth.revision
        self.run(act(wave))
        # Word of a stop may come as late as this, and is a batch of no servers.
        again = [batch for batch in self.told_since(before) if len(batch.servers) or batch.changes_roster]
        self.learn()
        assert not again, f"a wave was done twice: {again}"

    @rule(who=WHO)
    def stops(self, who: str) -> None:
        seat = self.seats[who]
        if seat.execution is None:
            return
        seat.execution.stop(who)
        seat.execution.cancelled(self.run(self.link.stop(seat.execution.id, who)))
        self.executions[seat.execution.id].stopped = True
        self.learn()

    @rule(who=WHO)
    def pauses_or_resumes(self, who: str) -> None:
        execution = self.seats[who].execution
        if execution is None:
            return
        if execution.phase == "paused":
            execution.resume()
        else:
            execution.pause(who)

    @rule(who=WHO, stopped=st.sampled_from((False, False, True)))
    @precondition(lambda self: bool(self.executions))
    def undoes_everything_that_left(self, who: str, stopped: bool) -> None:
        """Let all that both operators do come to its end, and undo it: then every server is back that did not fail."""
        taken = set[str]()
        for name, seat in self.seats.items():
            if stopped:
                self.stops(name)
            elif seat.execution is not None:
                seat.execution.resume()
            turns = 0
            while seat.execution is not None:
                turns += 1
                assert turns < MOST_TURNS, f"it never ends: {seat.execution.progress()}"
                self.a_wave_arrives(name)
                self.goes_on(name)
                self.time_passes(20.0)
                self.hears_everything(name)
        self.time_passes(9.0)
        self.hears_everything(who)
        seat = self.seats[who]
        removed = seat.state.fleet.state == ServerState.REMOVED
        names = self.region.roster.names
        for execution in self.executions.values():
            taken |= {names[server] for act in execution.acts for server in act.servers if removed[server]}
        if not taken:
            return
        plan = undo_plan(self.known(seat), tuple(sorted(taken)), 1, "undo 1")
        assert set(plan.servers) == taken
        assert not plan.blocked, "the undo of a removal was blocked"
        assert not check_confirmation(self.known(seat), plan, Undo(1), Confirmation(plan.digest, Effort.COUNT))
        self.execute(seat, who, plan)
        while seat.execution is not None:
            self.goes_on(who)
            self.a_wave_arrives(who)
            self.time_passes(2.0)
            self.hears_everything(who)
        back = {ServerState(self.truth.fleet.state[self.truth.fleet.position[name]]) for name in taken}
        assert back == {ServerState.IN_SERVICE}, "an undo did not bring back what left"
        self.time_passes(61.0)
        for wave, act in self.arrived:
            self.arrives_again(wave, act)

    @rule(data=st.data())
    @precondition(lambda self: self.is_mad)
    def a_mad_console_asks_for_anything(self, data: st.DataObject) -> None:
        """No preview, no guard, no confirmation: only the region's own check stands."""
        roster = self.region.roster
        serving = (self.truth.fleet.state == ServerState.IN_SERVICE).nonzero()[0].tolist()
        names = [roster.names[server] for server in serving] if data.draw(st.integers(0, 4)) else roster.names
        if not names:
            return
        servers = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=8, unique=True))
        self.count += 1
        name = data.draw(st.sampled_from((f"e{self.count}", "mad")))
        known = self.executions.setdefault(name, Acts(set()))
        known.allowed |= set(servers)
        wave = Wave(name, self.count, "mad", tuple(servers), tuple(self.supports(one) for one in servers))
        self.run(self.link.remove(wave))
        self.learn()

    @rule(data=st.data())
    @precondition(lambda self: self.is_mad)
    def a_mad_console_restores_anything(self, data: st.DataObject) -> None:
        gone = (self.truth.fleet.state == ServerState.REMOVED).nonzero()[0].tolist()
        if not gone:
            return
        chosen = data.draw(st.lists(st.sampled_from(gone), min_size=1, max_size=8, unique=True))
        servers = tuple(self.region.roster.names[server] for server in chosen)
        self.count += 1
        self.executions[f"e{self.count}"] = Acts(set(servers))
        self.run(self.link.restore(Wave(f"e{self.count}", 1, "mad", servers, tuple(map(self.supports, servers)))))
        self.learn()

    # What is true at any moment.

    @invariant()
    def no_pace_is_exceeded(self) -> None:
        if not hasattr(self, "executions"):
            return
        policy = self.region.policy.pace_per_minute
        everything = [act for execution in self.executions.values() for act in execution.acts]
        most = most_in_a_minute([(act.time, len(act.servers)) for act in everything])
        assert policy is None or most <= policy, f"{most} left within a minute, the pace is {policy}"
        for number, subsystem in enumerate(self.region.subsystems):
            if subsystem.pace_per_minute is not None:
                left = [(act.time, sum(self.has(server, number) for server in act.servers)) for act in everything]
                most = most_in_a_minute(left)
                assert most <= subsystem.pace_per_minute, f"{most} of {subsystem.name} left within a minute"

    @invariant()
    def no_execution_takes_more_than_one_command_may(self) -> None:
        if not hasattr(self, "executions"):
            return
        largest = self.region.policy.largest_count(len(self.region.roster))
        for execution in self.executions.values():
            count = sum(len(act.servers) for act in execution.acts)
            assert largest is not None or count == 0
            assert largest is None or count <= largest, f"one command took {count}, it may take {largest}"

    @invariant()
    def both_operators_count_what_a_recount_counts(self) -> None:
        for seat in getattr(self, "seats", {}).values():
            again = Fleet(self.region)
            again.state = seat.state.fleet.state.copy()
            again.recount()
            assert (again.capacity == seat.state.fleet.capacity).all()

    def learn(self) -> None:
        """Take in what the region did, and hold each act against the promises."""
        for batch in self.told_since(self.truth.revision):
            before = self.truth.fleet.state.copy()
            serving = {int(server) for server in (before == ServerState.IN_SERVICE).nonzero()[0]}
            fold(self.truth, batch)
            if batch.operation is None:
                continue
            moved = dict(zip(batch.servers.tolist(), batch.states.tolist(), strict=True))
            leaving = {server for server, state in moved.items() if state == ServerState.DRAINING}
            execution = self.executions[batch.operation.rpartition(".")[0]]
            names = {self.region.roster.names[server] for server in moved}
            assert names <= execution.allowed, "a server was touched that nobody confirmed"
            assert leaving <= serving, "a server was taken that was not in service"
            if leaving:
                assert not execution.stopped, "a server left after the stop"
                twice = leaving & {server for act in execution.acts for server in act.servers}
                assert not twice or self.is_mad, "an execution took a server twice"
                self.assert_may_leave(leaving)
                self.assert_above_floors(leaving)
                execution.acts.append(Act(batch.time, sorted(leaving)))
            elif not execution.is_undo and not batch.operation.endswith(".stop"):
                self.assert_below_ceilings(set(moved))

    def assert_may_leave(self, leaving: set[int]) -> None:
        roster = self.region.roster
        for server in leaving:
            assert not roster.protected[server], "a protected server was taken"
            for number, _ in roster.profiles[roster.profile[server]]:
                assert not self.region.subsystems[number].protected, "a server of a protected subsystem was taken"
                assert self.states_a_floor(number), "a server was taken where no floor is stated"

    def states_a_floor(self, number: int) -> bool:
        """Whether a subsystem states a floor, or one for every zone that it has servers in."""
        roster, subsystem = self.region.roster, self.region.subsystems[number]
        zones = {
            roster.zones[roster.cell_zone[roster.rack_cell[roster.rack[server]]]]
            for server in range(len(roster))
            if any(own == number for own, _ in roster.profiles[roster.profile[server]])
        }
        return subsystem.floor is not None or all(subsystem.floor_in_zone(zone) is not None for zone in zones)

    def assert_above_floors(self, leaving: set[int]) -> None:
        """No scope that lost something by this act is below its floor now."""
        left = {int(server) for server in (self.truth.fleet.state == ServerState.IN_SERVICE).nonzero()[0]}
        self.compare(add_up(self.truth, left), add_up(self.truth, leaving))

    def assert_below_ceilings(self, coming: set[int]) -> None:
        states = self.truth.fleet.state
        there = ((states == ServerState.IN_SERVICE) | (states == ServerState.JOINING)).nonzero()[0].tolist()
        units, gained = add_up(self.truth, there), add_up(self.truth, coming)
        for subsystem in self.region.subsystems:
            key = (subsystem.name, "region")
            assert subsystem.ceiling is None or not gained[key] or units[key] <= subsystem.ceiling, "above its ceiling"

    def assert_keeps_floors(self, state: State, leaving: set[int]) -> None:
        """By what its operator knows, a confirmed plan keeps every floor it touches."""
        serving = {int(server) for server in (state.fleet.state == ServerState.IN_SERVICE).nonzero()[0]}
        self.compare(add_up(state, serving - leaving), add_up(state, leaving))

    def compare(self, left: dict[Key, int], lost: dict[Key, int]) -> None:
        for key, count in lost.items():
            floor = self.floors.get(key)
            assert count == 0 or floor is None or left[key] >= floor, f"{key} is at {left[key]}, floor {floor}"

    def known(self, seat: Seat) -> State:
        """What the operator knows, at the link's time; a link that answers is never silent here."""
        seat.state.time = self.link.now()
        seat.state.pending = State(self.region, seat.state.fleet).pending
        if seat.execution is not None:
            seat.state.pending = seat.execution.pending(seat.state)
        return seat.state

    def wave(self, execution: Execution, step: Send, who: str) -> Wave:
        supports = tuple(self.supports(name) for name in step.servers)
        return Wave(execution.id, step.number, who, step.servers, supports, execution.own_pace, execution.undo)

    def supports(self, name: str) -> tuple[str, ...]:
        server = self.truth.fleet.position[name]
        return tuple(self.region.subsystems[number].name for number in self.truth.fleet.subsystems_of(server))

    def has(self, server: int, number: int) -> bool:
        return number in self.truth.fleet.subsystems_of(server)


def fold(state: State, batch: EventBatch) -> None:
    state.fleet.apply(batch)
    state.revision = batch.revision
    state.time = max(state.time, batch.time)


def result_of(outcome: WaveOutcome) -> WaveResult:
    kinds = (Answer.DONE, Answer.REFUSED, Answer.TOO_SOON, Answer.UNKNOWN, Answer.RETURNED)
    done, refused, too_soon, unknown, returned = (outcome.servers(kind) for kind in kinds)
    reasons = tuple(refusal_sentence(refusal) for refusal in outcome.refusals)
    return WaveResult(done, refused, too_soon, unknown, returned, reasons, outcome.not_before)


def most_in_a_minute(left: list[tuple[float, int]]) -> int:
    """The most that left within any 60 seconds that end with a departure."""
    return max((sum(count for time, count in left if end - 60 < time <= end) for end, _ in left), default=0)


Promises.TestCase.settings = settings(max_examples=examples(300), stateful_step_count=40, deadline=None)
TestPromises = Promises.TestCase
