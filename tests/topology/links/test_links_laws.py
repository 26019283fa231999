"""Laws: whatever two links do to one region, in whatever order, no act breaks a floor or the pace, and both agree."""

import asyncio
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.profiles import examples
from topology.fleet.fleet import NO_FLOOR, Fleet
from topology.links.description import FixedDescription
from topology.links.protocol import Answer, Wave, WaveOutcome
from topology.links.simulated.simulated import SimulatedLink
from topology.records.clock import ManualClock
from topology.region.description import read_region
from topology.region.server_states import ServerState

START = 1_700_000_000.0
SERVING, REMOVED = ServerState.IN_SERVICE, ServerState.REMOVED
amounts = st.one_of(st.integers(0, 8).map(str), st.integers(0, 90).map(lambda share: f'"{share}%"'))
links = st.integers(0, 1)
executions = st.sampled_from(["a", "b", "c"])
_T = TypeVar("_T")


class TwoLinks(RuleBasedStateMachine):
    """Two links on one acts file; what must hold is counted with `Fleet`, which the check does not use."""

    @initialize(floors=st.lists(amounts, min_size=6, max_size=6), pace=st.integers(2, 12), slow=st.integers(1, 4))
    def begin(self, floors: list[str], pace: int, slow: int) -> None:
        text = 'format = 1\n[region]\nname = "r"\nzones = ["a", "b"]\n'
        text += f'[policy]\npace = "{pace}/min"\nlargest_command = 12\n'
        for name, own in (("x", floors[:3]), ("y", floors[3:])):
            text += f'[[subsystem]]\nname = "{name}"\nfloor = {own[0]}\nzone_floor = {own[1]}\ncell_floor = {own[2]}\n'
        text += f'pace = "{slow}/min"\n'  # of y
        for name, supports in (("x", '"x"'), ("y", '"y"'), ("both", '"x", "y:2"')):
            text += f'[[pool]]\nname = "{name}"\ncount = 8\nsupports = [{supports}]\ncells_per_zone = 2\n'
        self.region = read_region(text, "r.toml")
        self.pace, self.slow = pace, slow
        self.clock = ManualClock(START)
        self.folder = tempfile.TemporaryDirectory()
        self.number = 0
        self.left: list[tuple[float, str]] = []
        self.links: list[SimulatedLink] = []
        self.runner = asyncio.Runner()
        self.open_again()

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        return self.runner.run(work)

    def open_again(self) -> None:
        acts = Path(self.folder.name) / "acts.db"
        self.close()
        for _ in range(2):
            options: Any = {"seed": 1, "clock": self.clock, "fresh": False, "churn": False, "watched": False}
            link = SimulatedLink("sim:r", FixedDescription(self.region), acts, **options)
            self.run(link.load())
            self.links.append(link)

    def close(self) -> None:
        for link in self.links:
            self.run(link.aclose())
        self.links = []

    def wave(self, execution: str, servers: list[int], **options: Any) -> Wave:
        self.number += 1
        names = tuple(self.region.roster.names[server] for server in servers)
        profiles = (self.region.roster.profiles[self.region.roster.profile[server]] for server in servers)
        supports = tuple(tuple(self.region.subsystems[number].name for number, _ in profile) for profile in profiles)
        return Wave(execution, self.number, "pat", names, supports, **options)

    def fleet(self) -> Fleet:
        for link in self.links:
            link.advance(0)
        return self.run(self.links[0].load()).fleet

    @rule(link=links, execution=executions, servers=st.lists(st.integers(0, 23), min_size=1, max_size=5, unique=True))
    def remove(self, link: int, execution: str, servers: list[int]) -> None:
        before = self.fleet()
        wave = self.wave(execution, servers)
        outcome: WaveOutcome = self.run(self.links[link].remove(wave))
        after = self.fleet()
        gone = outcome.servers(Answer.DONE)
        assert gone in ((), wave.servers)
        assert {self.region.roster.names[server] for server in np.flatnonzero(before.state != after.state)} == set(gone)
        less = after.capacity < before.capacity
        floors = after.scopes.floor
        assert (after.capacity[less] >= floors[less]).all()
        assert (floors[less & (after.scopes.kind == 0)] != NO_FLOOR).all()
        self.left += [(self.links[link].now(), name) for name in gone]

    @rule(link=links, servers=st.lists(st.integers(0, 23), min_size=1, max_size=6, unique=True), undo=st.booleans())
    def restore(self, link: int, servers: list[int], undo: bool) -> None:
        before = self.fleet().state
        outcome = self.run(self.links[link].restore(self.wave("u", servers, undo=undo)))
        back = {self.region.roster.names.index(name) for name in outcome.servers(Answer.DONE)}
        able = {
            int(server) for server in np.flatnonzero((before == REMOVED) | (undo & (before == ServerState.DRAINING)))
        }
        assert back == (set(servers) & able if undo or set(servers) <= able else set())

    @rule(link=links, execution=executions)
    def stop(self, link: int, execution: str) -> None:
        for name in self.run(self.links[link].stop(execution, "sam")):
            assert self.fleet().state[self.region.roster.names.index(name)] == SERVING
        serving = [int(server) for server in np.flatnonzero(self.fleet().state == SERVING)]
        if serving:
            outcome = self.run(self.links[1 - link].remove(self.wave(execution, serving[:1])))
            assert [refusal.code for refusal in outcome.refusals] == ["stopped"]

    @rule(link=links, execution=executions)
    def resume(self, link: int, execution: str) -> None:
        for one in self.links:
            self.run(one.resume(execution, "sam"))

    @rule(server=st.integers(0, 23))
    def fail(self, server: int) -> None:
        is_serving = self.fleet().state[server] == SERVING
        for link in self.links if is_serving else ():
            link.store.happen(server, ServerState.FAILED)

    @rule(seconds=st.floats(0, 50))
    def wait(self, seconds: float) -> None:
        self.clock.time += seconds

    @rule(back=st.floats(0, 5))
    def set_the_clock_back(self, back: float) -> None:
        self.clock.time -= back

    @rule()
    def crash(self) -> None:
        self.open_again()

    @invariant()
    def both_see_the_same(self) -> None:
        if getattr(self, "links", ()):
            self.fleet()
            one, other = self.links
            assert np.array_equal(self.run(one.load()).fleet.state, self.run(other.load()).fleet.state)
            assert one.store.acts_known.waves == other.store.acts_known.waves

    @invariant()
    def the_pace_is_kept_in_every_minute(self) -> None:
        for moment, _ in getattr(self, "left", ()):
            within = [name for time, name in self.left if moment <= time < moment + 60]
            assert len(within) <= self.pace
            assert sum(not name.startswith("x") for name in within) <= self.slow

    def teardown(self) -> None:
        if hasattr(self, "links"):
            self.close()
            self.runner.close()
        if hasattr(self, "folder"):
            self.folder.cleanup()


TestTwoLinks = TwoLinks.TestCase
TestTwoLinks.settings = settings(max_examples=examples(40), stateful_step_count=25)
