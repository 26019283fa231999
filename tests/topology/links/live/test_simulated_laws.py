"""A law: whatever two consoles do to a simulated fleet through one ledger, no act breaks a floor or the pace, and a stop is one.

The truth is counted with `Fleet`, from the acts file alone, by somebody who takes part in nothing.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.profiles import examples
from tests.topology.links.live.test_simulated_source import Drill
from topology.fleet.fleet import NO_FLOOR, Fleet
from topology.links.fleet_source import Answer
from topology.links.live.link import LiveLink
from topology.records.clock import SteadyClock
from topology.region.server_states import ServerState

PACE = 6
_POOLS = (("index", 16), ("both", 4), ("billing", 4))
_NAMES = tuple(f"{pool}-{number:04}" for pool, count in _POOLS for number in range(1, count + 1))
_SOME = st.lists(st.sampled_from(_NAMES), min_size=1, max_size=5, unique=True).map(tuple)
_WHICH = st.sampled_from("abc")
_WHO = st.sampled_from((0, 1))


class Rehearsal(RuleBasedStateMachine):
    """Two consoles on one simulated fleet and one ledger; each has executions of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.drill = Drill(self.folder)
        self.loop = asyncio.new_event_loop()
        self.links: list[LiveLink] = []
        self.left: list[float] = []
        self.stopped: set[str] = set()
        self.number = 0

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(asyncio.wait_for(work, 30))

    @initialize()
    def begins(self) -> None:
        for _ in range(2):
            self.links.append(self.drill.console())
            self.run(self.links[-1].load())
        self.truth = self.drill.store(SteadyClock(self.drill.clock))
        self.truth.open(False)

    def fleet(self) -> Fleet:
        found = Fleet(self.drill.region)
        found.state = self.truth.facts().states
        found.recount()
        return found

    def wave(self, servers: tuple[str, ...], **options: Any) -> Any:
        self.number += 1
        return self.drill.wave(*servers, number=self.number, **options)

    @rule(who=_WHO, which=_WHICH, servers=_SOME)
    def removes(self, who: int, which: str, servers: tuple[str, ...]) -> None:
        execution = f"{which}{who}"
        before = self.fleet()
        outcome = self.run(self.links[who].remove(self.wave(servers, execution=execution)))
        after = self.fleet()
        gone = outcome.servers(Answer.DONE)
        assert gone in ((), servers)
        names = self.drill.region.roster.names
        assert {names[at] for at in np.flatnonzero(before.state != after.state)} == set(gone)
        less = after.capacity < before.capacity
        assert (after.capacity[less] >= after.scopes.floor[less]).all()
        assert (after.scopes.floor[less & (after.scopes.kind == 0)] != NO_FLOOR).all()
        assert not (gone and execution in self.stopped)
        self.left += [self.drill.clock.time] * len(gone)

    @rule(who=_WHO, servers=_SOME, undo=st.booleans())
    def restores(self, who: int, servers: tuple[str, ...], undo: bool) -> None:
        before = self.fleet()
        outcome = self.run(self.links[who].restore(self.wave(servers, execution=f"u{who}", undo=undo)))
        able = (ServerState.REMOVED, ServerState.DRAINING) if undo else (ServerState.REMOVED,)
        back = outcome.servers(Answer.DONE)
        assert all(before.state[before.position[name]] in able for name in back)
        assert undo or back in ((), servers)

    @rule(by=_WHO, execution=st.sampled_from(("a0", "a1")))
    def stops(self, by: int, execution: str) -> None:
        back = self.run(self.links[by].stop(execution, "sam"))
        self.stopped.add(execution)
        now = self.fleet()
        assert all(now.state[now.position[name]] == ServerState.IN_SERVICE for name in back)

    @rule(execution=st.sampled_from(("a0", "a1")))
    def goes_on(self, execution: str) -> None:
        for link in self.links:
            self.run(link.resume(execution, "pat"))
        self.stopped.discard(execution)

    @rule(seconds=st.floats(0.1, 30))
    def time_passes(self, seconds: float) -> None:
        self.drill.pass_time(seconds)

    @rule(who=_WHO)
    def crashes(self, who: int) -> None:
        self.run(self.links[who].aclose())
        self.links[who] = self.drill.console()
        self.run(self.links[who].load())

    @invariant()
    def the_pace_is_kept_in_every_minute(self) -> None:
        for moment in self.left:
            assert sum(moment <= time < moment + 60 for time in self.left) <= PACE

    @invariant()
    def what_was_done_is_told_alike(self) -> None:
        told = [self.run(link.outcome(f"a0.{self.number}")) for link in self.links] if self.number else []
        assert len({None if one is None else one.answers for one in told}) <= 1

    def teardown(self) -> None:
        for link in self.links:
            self.run(link.aclose())
        if self.links:
            self.truth.close()
        self.loop.close()
        shutil.rmtree(self.folder, ignore_errors=True)


TestRehearsal = Rehearsal.TestCase
TestRehearsal.settings = settings(max_examples=examples(40), stateful_step_count=20, deadline=None)
