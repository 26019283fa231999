"""The laws of an execution: what it sends, when, and what keeps it from sending more. Plain values, no region that acts."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.operating.live.executing.rules import SpokenRules
from topology.command.grammar.syntax import Planned
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.execution.execution import Execution
from topology.execution.progress import Cancel, Ended, Phase, Query, Send, ServerOutcome, Step, Wait, WaveResult
from topology.fleet.batches import ListedServer, batch_of
from topology.fleet.fleet import Fleet
from topology.fleet.lowered import GuardedBy, GuardNumber, NumberLowered
from topology.fleet.state import Freshness, State
from topology.planning.plan import Plan
from topology.planning.preview import preview, undo_plan
from topology.region.description import read_region
from topology.region.server_states import ServerState

START = 1_488_303_420.0
REGION = """\
format = 1
[region]
name = "small"
time_zone = "America/Los_Angeles"
zones = ["az1"]
[policy]
pace = "{pace}/min"
wave = {wave}
largest_command = "100%"
drain_timeout = "10 min"
[[subsystem]]
name = "index"
floor = {floor}
{more}
[[pool]]
name = "index"
count = 30
supports = ["index"]
"""


class Bench:
    """An execution, the facts it sees, and the time. Acts are done by the test: `obey` is a region that does all it is told."""

    def __init__(self, text: str, *, wave: int = 3, pace: int = 6, floor: int = 10, more: str = "") -> None:
        region = read_region(REGION.format(wave=wave, pace=pace, floor=floor, more=more), "region.toml")
        self.state = State(region, Fleet(region), revision=1, time=START)
        self.execution = self.of(text)
        self.sent: list[tuple[float, tuple[str, ...]]] = []

    def of(self, text: str) -> Execution:
        command = parse(text, vocabulary_of(self.state)).command
        assert isinstance(command, Planned)
        plan = preview(self.state, command)
        assert not plan.blocked, plan.findings
        return self.begin(plan, None if command.pace is None else command.pace.per_minute)

    def begin(self, plan: Plan, own_pace: int | None = None) -> Execution:
        self.execution = Execution.of(plan, "e1", "ana", self.state, own_pace, SpokenRules())
        return self.execution

    def step(self) -> Step:
        return self.execution.step(self.state.time, self.state)

    def passes(self, seconds: float) -> None:
        self.state.time += seconds

    def fact(self, servers: tuple[str, ...], kind: ServerState, operation: str | None = None) -> None:
        self.state.revision += 1
        changes = [(self.state.fleet.position[name], kind) for name in servers]
        self.state.fleet.apply(batch_of(self.state.revision, self.state.time, changes, operation, "ana"))

    def obey(self, step: Step) -> None:
        """Do what a step says, at once and completely."""
        if isinstance(step, Send):
            self.sent.append((self.state.time, step.servers))
            self.execution.answered(step.number, WaveResult(done=step.servers))
            if self.execution.plan.action == "remove":
                self.fact(step.servers, ServerState.DRAINING, f"e1.{step.number}")
                self.fact(step.servers, ServerState.REMOVED)
            else:
                self.fact(step.servers, ServerState.IN_SERVICE, f"e1.{step.number}")
        elif isinstance(step, Cancel):
            self.execution.cancelled(())

    def to_the_end(self) -> Ended:
        for _ in range(1000):
            step = self.step()
            if isinstance(step, Ended):
                return step
            self.obey(step)
            if isinstance(step, Wait):
                self.passes(1.0 if step.until is None else step.until - self.state.time)
        raise AssertionError("it never ended")

    def send(self) -> Send:
        step = self.step()
        assert isinstance(step, Send), step
        return step

    def wait(self) -> Wait:
        step = self.step()
        assert isinstance(step, Wait), step
        return step


def test_that_it_touches_exactly_the_plan_in_its_order_and_each_server_once() -> None:
    bench = Bench("remove 8 servers from index")
    end = bench.to_the_end()
    assert tuple(name for _, servers in bench.sent for name in servers) == bench.execution.plan.servers
    assert [len(servers) for _, servers in bench.sent] == [3, 3, 2]
    assert end == Ended(Phase.FINISHED, "finished: 8 of 8 servers left service")


@given(
    count=st.integers(1, 20),
    wave=st.integers(1, 9),
    pace=st.integers(1, 9),
    own=st.none() | st.integers(1, 9),
    of_index=st.none() | st.integers(1, 9),
    before=st.lists(st.integers(0, 80), max_size=4),
)
def test_that_no_pace_is_ever_exceeded_and_every_wave_fits_at_last(
    count: int, wave: int, pace: int, own: int | None, of_index: int | None, before: list[int]
) -> None:
    own = None if own is None else min(own, pace)
    clause = "" if own is None else f" at {own}/min"
    more = "" if of_index is None else f'pace = "{of_index}/min"'
    bench = Bench(f"remove {count} servers from index{clause}", wave=wave, pace=pace, floor=0, more=more)
    others = iter(bench.state.region.roster.names[::-1])
    earlier = []
    for seconds in sorted(before, reverse=True):
        name = next(others)
        if name not in bench.execution.plan.servers:
            bench.state.time = START - seconds
            bench.fact((name,), ServerState.DRAINING, "others.1")
            earlier.append((bench.state.time, 1))
    bench.state.time = START
    assert bench.to_the_end().phase is Phase.FINISHED
    mine = [(time, len(servers)) for time, servers in bench.sent]
    allowed = min(filter(None, (pace, of_index)))
    for now, _ in mine:
        assert sum(gone for time, gone in mine if now - 60 < time <= now) <= (own or allowed)
        assert sum(gone for time, gone in earlier + mine if now - 60 < time <= now) <= allowed


def test_that_waiting_names_the_pace_and_the_moment_by_the_clock_of_the_region() -> None:
    bench = Bench("remove 8 servers from index")
    for _ in range(2):
        bench.obey(bench.send())
        bench.passes(4.5)
    wait = bench.wait()
    assert wait == Wait(START + 60, "next wave at 09:38:00: 6 of 6 servers per minute used")
    assert bench.execution.phase is Phase.WAITING
    assert bench.execution.progress().next_at == START + 60


@pytest.mark.parametrize(
    ("more", "clause", "whose"), [('pace = "2/min"', "", " of index"), ("", " at 2/min", " of this command")]
)
def test_that_a_stricter_pace_makes_smaller_waves_and_is_named(more: str, clause: str, whose: str) -> None:
    bench = Bench(f"remove 4 servers from index{clause}", more=more)
    bench.obey(bench.send())
    assert bench.wait().why == f"next wave at 09:38:00: 2 of 2 servers per minute{whose} used"


def test_that_the_next_wave_waits_until_the_last_one_has_drained() -> None:
    bench = Bench("remove 6 servers from index")
    wave = bench.send()
    assert bench.wait().why == "wave 1 was sent; the region has not answered yet"
    bench.execution.answered(1, WaveResult(done=wave.servers))
    assert bench.wait() == Wait(START + 600, "wave 1 of 2: 3 servers draining")
    bench.fact(wave.servers, ServerState.DRAINING, "e1.1")
    bench.passes(5)
    bench.fact(wave.servers[:2], ServerState.REMOVED)
    assert bench.wait().why == "wave 1 of 2: 1 server draining"
    progress = bench.execution.progress()
    assert (progress.done, progress.moving, progress.left, progress.servers_out) == (2, 1, 3, 3)
    bench.fact(wave.servers[2:], ServerState.FAILED)
    assert bench.send().number == 2


def test_that_a_drain_that_takes_too_long_halts_and_names_the_server() -> None:
    bench = Bench("remove 6 servers from index")
    wave = bench.send()
    bench.execution.answered(1, WaveResult(done=wave.servers))
    bench.fact(wave.servers, ServerState.DRAINING, "e1.1")
    bench.fact(wave.servers[1:], ServerState.REMOVED)
    bench.passes(599)
    assert isinstance(bench.step(), Wait)
    bench.passes(1)
    end = bench.step()
    assert end == Ended(
        Phase.HALTED,
        "halted: index-0001 has been draining for more than 10 min, the drain timeout; "
        "3 of 6 servers left service, 3 not touched",
    )


def test_that_an_answer_that_comes_before_its_facts_counts_as_draining() -> None:
    bench = Bench("remove 6 servers from index")
    wave = bench.send()
    bench.execution.answered(1, WaveResult(done=wave.servers))
    bench.passes(3)
    assert isinstance(bench.step(), Wait)
    assert sorted(bench.execution.pending(bench.state)) == sorted(
        bench.state.fleet.position[name] for name in bench.execution.plan.servers
    )


@pytest.mark.parametrize("gone", [False, True])
def test_that_servers_back_in_service_by_nobody_here_halt_it_and_are_named(gone: bool) -> None:
    bench = Bench("remove 6 servers from index")
    wave = bench.send()
    bench.execution.answered(1, WaveResult(done=wave.servers))
    bench.passes(1)
    bench.fact(wave.servers, ServerState.DRAINING, "e1.1")
    if gone:
        bench.fact(wave.servers, ServerState.REMOVED)
        bench.obey(bench.send())
    bench.fact(wave.servers[:2], ServerState.IN_SERVICE, "somebody.else")
    end = bench.step()
    assert isinstance(end, Ended)
    assert end.why.startswith("halted: index-0001, index-0002 are back in service by somebody else's doing; ")
    assert bench.execution.servers(ServerOutcome.RETURNED) == wave.servers[:2]


def test_that_a_server_that_supports_less_before_it_is_told_to_leave_is_not_back_by_somebody_else() -> None:
    """What stood on a node may be seen to go before the node is seen cordoned."""
    bench = Bench("remove 6 servers from index")
    first = bench.send()
    bench.passes(0.2)
    bench.execution.answered(first.number, WaveResult(done=first.servers))
    at = bench.state.fleet.position[first.servers[0]]
    less = ListedServer(first.servers[0], bench.state.fleet.place_of(at), (), ServerState.IN_SERVICE)
    nothing = batch_of(2, bench.state.time, [])
    bench.state.fleet.apply(replace(nothing, moved=((at, less),)))
    assert "3 servers draining" in bench.wait().why
    bench.fact(first.servers, ServerState.DRAINING, "e1.1")
    bench.fact(first.servers, ServerState.REMOVED)
    assert bench.to_the_end().phase is Phase.FINISHED


def test_that_what_a_stop_of_another_console_gives_back_is_no_surprise() -> None:
    bench = Bench("remove 6 servers from index")
    wave = bench.send()
    bench.execution.answered(1, WaveResult(done=wave.servers))
    bench.passes(1)
    bench.fact(wave.servers, ServerState.DRAINING, "e1.1")
    bench.execution.stop("ben")
    bench.fact(wave.servers, ServerState.IN_SERVICE, "e1.stop")
    bench.execution.cancelled(())
    end = bench.step()
    assert end == Ended(Phase.STOPPED, "stopped by ben: 0 of 6 servers left service, 3 went back, 3 not touched")


Act = Callable[[Bench], None]


@pytest.mark.parametrize("waves", [0, 1, 2])
def test_that_after_stop_nothing_more_is_sent(waves: int) -> None:
    bench = Bench("remove 8 servers from index")
    for _ in range(waves):
        bench.obey(bench.send())
    bench.execution.stop("ben")
    assert bench.execution.phase is Phase.STOPPING
    assert bench.step() == Cancel()
    bench.execution.cancelled(())
    for _ in range(5):
        bench.passes(100)
        assert isinstance(bench.step(), Ended)
    assert bench.execution.phase is Phase.STOPPED
    progress = bench.execution.progress()
    assert (progress.done, progress.left) == (3 * waves, 8 - 3 * waves)
    assert progress.sentence.startswith("stopped by ben: ")
    assert len(bench.execution.pending(bench.state)) == 0


def test_that_what_a_stop_gives_back_stays_back_whichever_answer_comes_first() -> None:
    bench = Bench("remove 6 servers from index")
    wave = bench.send()
    bench.execution.stop("ana")
    bench.execution.cancelled(wave.servers[:2])
    bench.execution.answered(1, WaveResult(done=wave.servers))
    assert isinstance(bench.step(), Ended)
    assert bench.execution.servers(ServerOutcome.RETURNED) == wave.servers[:2]
    assert bench.execution.servers(ServerOutcome.DONE) == wave.servers[2:]


def test_that_a_pause_holds_until_resume() -> None:
    bench = Bench("remove 8 servers from index")
    bench.obey(bench.send())
    bench.execution.pause("ana")
    for _ in range(3):
        bench.passes(100)
        assert bench.wait() == Wait(None, "paused by ana: 3 of 8 servers left service, 5 not touched")
    assert bench.execution.phase is Phase.PAUSED
    bench.execution.resume()
    assert bench.send().number == 2


def fails(bench: Bench) -> None:
    names = [name for name in bench.state.region.roster.names if name not in bench.execution.plan.servers]
    bench.fact(tuple(names[:18]), ServerState.FAILED)


def one_of_the_plan_fails(bench: Bench) -> None:
    bench.fact(bench.execution.plan.servers[4:5], ServerState.FAILED)


def goes_silent(bench: Bench) -> None:
    bench.state.freshness = Freshness(60.0)


def is_described_anew(bench: Bench) -> None:
    bench.state.unacknowledged = (NumberLowered(GuardNumber(GuardedBy.FLOOR, "index"), 10, 5),)


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (fails, "before wave 2, index 9 → 4 (2 of it already leaving), floor 10: 6 below"),
        (one_of_the_plan_fails, "before wave 2, 1 server cannot be removed: index-0005 failed"),
        (goes_silent, "before wave 2, the newest fact is 60 s old"),
        (is_described_anew, "before wave 2, nobody has acknowledged yet: index floor 10 → 5"),
    ],
)
def test_that_the_guards_are_asked_again_before_each_wave(happens: Act, why: str) -> None:
    bench = Bench("remove 8 servers from index")
    bench.obey(bench.send())
    happens(bench)
    end = bench.step()
    assert isinstance(end, Ended)
    assert end.phase is Phase.HALTED
    assert end.why.startswith(f"halted: {why}")
    assert end.why.endswith("; 3 of 8 servers left service, 5 not touched")
    assert bench.execution.progress().left == 5


def test_that_a_quantity_that_no_longer_matches_does_not_halt_what_was_confirmed() -> None:
    # By the second wave there are fewer servers than the command asked for: the plan names its servers.
    bench = Bench("remove 20 servers from index", pace=60, floor=0, wave=5)
    assert bench.to_the_end().phase is Phase.FINISHED


def test_that_too_soon_waits_and_sends_the_same_wave_again() -> None:
    bench = Bench("remove 8 servers from index")
    wave = bench.send()
    bench.execution.answered(1, WaveResult(too_soon=wave.servers, not_before=START + 30))
    assert bench.wait() == Wait(START + 30, "next wave at 09:37:30: the region says that it is too soon")
    bench.passes(30)
    assert bench.send() == wave


def test_that_what_is_done_stays_done_when_the_rest_of_the_wave_is_too_soon() -> None:
    bench = Bench("remove 8 servers from index")
    first, second, third = bench.send().servers
    result = WaveResult(done=(first,), too_soon=(second, third), not_before=START + 30)
    bench.execution.answered(1, result)
    bench.fact((first,), ServerState.REMOVED, "e1.1")
    assert bench.execution.servers(ServerOutcome.DONE) == (first,)
    assert bench.wait().until == START + 30
    bench.passes(30)
    again = bench.send()
    # Under the id of the first wave something was done, so the rest goes under another.
    assert (again.number, again.servers) == (2, (second, third))
    bench.obey(again)
    bench.to_the_end()
    assert sorted(name for _, servers in bench.sent for name in servers) == sorted(bench.execution.plan.servers[1:])
    assert bench.execution.progress().done == 8


def test_that_it_halts_when_the_region_says_too_soon_beyond_the_drain_timeout() -> None:
    bench = Bench("remove 8 servers from index")
    for _ in range(1000):
        step = bench.step()
        if isinstance(step, Ended):
            break
        if isinstance(step, Send):
            bench.execution.answered(step.number, WaveResult(too_soon=step.servers, not_before=bench.state.time + 20))
        bench.passes(10)
    assert 20 + 600 <= bench.state.time - START <= 20 + 600 + 20
    assert bench.execution.progress().sentence == (
        "halted: the region has said for 10 min that it is too soon for index-0001, index-0002, index-0003; "
        "0 of 8 servers left service, 8 not touched"
    )


def test_that_one_refusal_halts_and_says_what_became_of_each() -> None:
    bench = Bench("remove 8 servers from index")
    first, second, third = bench.send().servers
    bench.execution.answered(
        1,
        WaveResult(done=(first,), refused=(second,), too_soon=(third,), reasons=("it is protected",), not_before=START),
    )
    bench.fact((first,), ServerState.REMOVED, "e1.1")
    assert bench.step() == Ended(
        Phase.HALTED,
        "halted: the region refused index-0002 of wave 1: it is protected; "
        "1 of 8 servers left service, 1 could not, 6 not touched",
    )


def test_that_an_end_does_not_wait_for_a_link_that_was_let_go_and_unknown_servers_count_as_leaving() -> None:
    bench = Bench("remove 8 servers from index")
    wave, position = bench.send(), bench.state.fleet.position
    bench.execution.stop("ana")
    bench.execution.let_go()
    assert bench.step() == Ended(
        Phase.STOPPED,
        "stopped by ana: 0 of 8 servers left service, 5 not touched, of 3 the region has not said yet",
    )
    assert sorted(bench.execution.pending(bench.state)) == sorted(position[name] for name in wave.servers)
    bench.execution.answered(1, WaveResult(done=wave.servers[:2], returned=wave.servers[2:]))
    bench.fact(wave.servers[:2], ServerState.REMOVED, "e1.1")
    bench.step()
    assert bench.execution.progress().sentence == (
        "stopped by ana: 2 of 8 servers left service, 1 went back, 5 not touched"
    )
    assert len(bench.execution.pending(bench.state)) == 0
    assert bench.execution.waves.open == ()


def test_that_an_answer_that_comes_late_takes_nothing_back() -> None:
    bench = Bench("remove 8 servers from index")
    wave = bench.send()
    bench.execution.lost(1, "the region did not answer")
    bench.execution.answered(1, WaveResult(done=wave.servers))
    bench.fact(wave.servers, ServerState.REMOVED, "e1.1")
    bench.execution.answered(1, WaveResult(done=wave.servers[:1], refused=wave.servers[1:2], too_soon=wave.servers[2:]))
    bench.step()
    assert bench.execution.servers(ServerOutcome.DONE) == wave.servers


def test_that_a_refusal_halts_with_its_reason() -> None:
    bench = Bench("remove 8 servers from index")
    wave = bench.send()
    bench.execution.answered(1, WaveResult(refused=wave.servers, reasons=("index 12 → 9, floor 10: 1 below",)))
    end = bench.step()
    assert end == Ended(
        Phase.HALTED,
        "halted: the region refused wave 1: index 12 → 9, floor 10: 1 below; "
        "0 of 8 servers left service, 3 could not, 5 not touched",
    )


@pytest.mark.parametrize("lost", [True, False])
def test_that_nothing_is_sent_while_something_is_unknown(lost: bool) -> None:
    bench = Bench("remove 8 servers from index")
    wave = bench.send()
    if lost:
        bench.execution.lost(1, "the region did not answer")
    else:
        bench.execution.answered(1, WaveResult(unknown=wave.servers))
    for _ in range(3):
        bench.passes(10)
        assert bench.step() == Query(1)
    assert bench.execution.progress().unknown == 3
    bench.execution.answered(1, WaveResult(done=wave.servers))
    bench.fact(wave.servers, ServerState.REMOVED, "e1.1")
    step = bench.step()
    assert isinstance(step, Ended if lost else Send)
    assert bench.execution.servers(ServerOutcome.DONE) == wave.servers


def test_that_a_wave_the_region_never_heard_of_was_not_sent() -> None:
    bench = Bench("remove 8 servers from index")
    bench.send()
    bench.execution.lost(1, "the region did not answer")
    bench.execution.never_heard_of(1)
    end = bench.step()
    assert isinstance(end, Ended)
    assert end.why == "halted: the region did not answer; 0 of 8 servers left service, 8 not touched"


def test_that_pending_is_what_will_still_leave_and_nothing_else() -> None:
    bench = Bench("remove 8 servers from index")
    position, servers = bench.state.fleet.position, bench.execution.plan.servers
    assert bench.execution.pending(bench.state).tolist() == [position[name] for name in servers]
    bench.obey(bench.send())
    bench.fact(servers[3:4], ServerState.FAILED)
    assert bench.execution.pending(bench.state).tolist() == [position[name] for name in servers[4:]]
    bench.execution.halt("the test wants it")
    bench.step()
    assert bench.execution.pending(bench.state).dtype == np.int32
    assert len(bench.execution.pending(bench.state)) == 0


def removed(bench: Bench, count: int) -> tuple[str, ...]:
    names = bench.state.region.roster.names[:count]
    bench.fact(names, ServerState.DRAINING, "earlier.1")
    bench.fact(names, ServerState.REMOVED)
    return names


def test_that_an_undo_asks_no_guard_and_does_not_wait_for_its_own_waves() -> None:
    bench = Bench("remove 1 server from index", more="ceiling = 22")
    names = removed(bench, 8)
    bench.state.freshness = Freshness(60.0)
    execution = bench.begin(undo_plan(bench.state, names, 7, "undo 7"))
    sent = []
    while isinstance(step := bench.step(), Send):
        sent.append(step.servers)
        execution.answered(step.number, WaveResult(done=step.servers))
        bench.fact(step.servers, ServerState.JOINING, f"e1.{step.number}")
    assert [len(servers) for servers in sent] == [3, 3, 2]
    assert step == Wait(START + 600, "wave 3 of 3: 8 servers joining")
    bench.fact(names, ServerState.IN_SERVICE)
    assert bench.step() == Ended(Phase.FINISHED, "finished: 8 of 8 servers came back")


def test_that_an_undo_passes_over_servers_that_are_back_or_cannot_come_back() -> None:
    bench = Bench("remove 1 server from index")
    names = removed(bench, 6)
    bench.begin(undo_plan(bench.state, names, 7, "undo 7"))
    bench.fact(names[:1], ServerState.IN_SERVICE)
    step = bench.send()
    assert step.servers == names[1:3]
    bench.execution.answered(1, WaveResult(done=names[1:2], refused=names[2:3], reasons=("index-0003 failed",)))
    bench.fact(names[1:2], ServerState.IN_SERVICE, "e1.1")
    assert bench.to_the_end() == Ended(
        Phase.FINISHED, "finished: 4 of 6 servers came back, 1 back already, 1 could not"
    )


def test_that_a_restore_asks_the_guards_before_each_wave() -> None:
    bench = Bench("remove 1 server from index", more="ceiling = 30")
    removed(bench, 8)
    bench.of("restore 6 servers to index")
    bench.obey(bench.send())
    bench.state.freshness = Freshness(60.0)
    end = bench.step()
    assert isinstance(end, Ended)
    assert "the newest fact is 60 s old" in end.why


def test_that_progress_counts_add_up_at_every_step() -> None:
    bench = Bench("remove 8 servers from index")
    for _ in range(200):
        step = bench.step()
        progress = bench.execution.progress()
        sent = sum(wave.total for wave in progress.waves if wave.state == "sent")
        counts = (progress.done, progress.moving, progress.left, progress.returned, progress.refused, progress.unknown)
        assert sum(counts) + sent == progress.total == 8
        if isinstance(step, Ended):
            break
        bench.obey(step)
        bench.passes(1.0)
    assert [wave.state for wave in progress.waves] == ["done"] * 3
