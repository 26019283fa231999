"""A simulated fleet behind the same assembly as every live region: description, ledger and source, each for itself."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.topology.links.conftest import SMALL, START
from tests.topology.links.live.rig import answers, codes, until
from topology.fleet.state import State
from topology.links.acts import ActsFile
from topology.links.description import FixedDescription
from topology.links.fleet_source import Answer, Floors, ScopeFloor, SourceWave
from topology.links.live.link import LiveLink
from topology.links.live.opening import open_live
from topology.links.protocol import Wave
from topology.links.simulated.simulated import FileLink, SimLink, acts_path
from topology.links.simulated.source import SimulatedSource
from topology.links.simulated.store import SimulatedStore
from topology.records.clock import ManualClock, SteadyClock
from topology.records.ledger.file_ledger import FileLedger
from topology.region.description import read_region
from topology.region.server_states import ServerState
from topology.region.source import Source
from topology.simulation.simulation import Chance

NAME = "simulated:small"
POLICY = SMALL[: SMALL.index("[[pool]]")].replace(
    "[policy]", '[source]\nfleet = "simulated:/small.toml"\nread_only = false\n[policy]'
)


@dataclass
class Drill:
    """One simulated fleet, its ledger and its description; as many consoles on it as a test wants, at one clock."""

    folder: Path
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))
    open: list[tuple[LiveLink, SimulatedSource]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.region = read_region(SMALL, "small.toml")

    def store(self, clock: SteadyClock, name: str = NAME) -> SimulatedStore:
        acts = ActsFile(acts_path(self.folder, name))
        return SimulatedStore(FixedDescription(self.region), acts, clock, Chance(1), churn=False)

    def console(self) -> LiveLink:
        steady = SteadyClock(self.clock)
        source = SimulatedSource(NAME, "pat", self.store(steady), goes=False)
        description = FixedDescription(read_region(POLICY, "drill.toml"))
        ledger = FileLedger(self.folder / "ledger.db", steady)
        link = LiveLink("drill.toml", description, source, ledger, actor=source, clock=steady)
        self.open.append((link, source))
        return link

    def pass_time(self, seconds: float) -> None:
        self.clock.time += seconds
        for _, source in self.open:
            source.tick()

    def wave(self, *servers: str, execution: str = "e", number: int = 1, **options: Any) -> Wave:
        roster = self.region.roster
        profiles = [roster.profiles[roster.profile[roster.names.index(name)]] for name in servers]
        supports = tuple(tuple(self.region.subsystems[one].name for one, _ in profile) for profile in profiles)
        return Wave(execution, number, "pat", servers, supports, **options)


@pytest.fixture
def drill(tmp_path: Path) -> Drill:
    return Drill(tmp_path)


def ran(drill: Drill, work: Callable[[], Coroutine[None, None, None]]) -> None:
    async def whole() -> None:
        try:
            async with asyncio.timeout(30):
                await work()
        finally:
            for link, _ in drill.open:
                await link.aclose()

    asyncio.run(whole())


def states(link: LiveLink, *names: str) -> list[str]:
    fleet = link.joined.following.state.fleet
    return [ServerState(fleet.state[fleet.position[name]]).name.lower() for name in names]


def test_that_a_wave_drains_is_removed_and_comes_back_as_at_any_live_region(drill: Drill) -> None:
    async def work() -> None:
        link = drill.console()
        state = await link.load()
        assert (len(state.region.roster), link.abilities.simulated, link.only_looks) == (24, True, None)
        names = ("index-0001", "both-0001")
        assert answers(await link.remove(drill.wave(*names))) == dict.fromkeys(names, "done")
        await until(lambda: states(link, *names) == ["draining"] * 2)
        drill.pass_time(9)
        await until(lambda: states(link, *names) == ["removed"] * 2)
        undo = drill.wave(*names, execution="u", undo=True)
        assert answers(await link.restore(undo)) == dict.fromkeys(names, "done")
        drill.pass_time(9)
        await until(lambda: states(link, *names) == ["in_service"] * 2)

    ran(drill, work)


def test_that_two_consoles_cannot_break_a_floor_or_the_pace_together(drill: Drill) -> None:
    async def work() -> None:
        one, other = drill.console(), drill.console()
        await one.load()
        await other.load()
        first = drill.wave("billing-0001", "billing-0002", "billing-0003", execution="a")
        assert codes(await one.remove(first)) == []
        second = drill.wave("both-0001", "both-0002", "both-0003", execution="b")
        assert codes(await other.remove(second)) == []
        assert codes(await other.remove(drill.wave("billing-0004", execution="b", number=2))) == ["floor"]
        soon = await one.remove(drill.wave("index-0001", execution="a", number=2))
        assert answers(soon) == {"index-0001": "too_soon"}
        drill.pass_time(61)
        await until(lambda: one.freshness.age_s < 5)
        assert codes(await one.remove(drill.wave("index-0001", execution="a", number=2))) == []

    ran(drill, work)


def test_that_a_stop_from_another_console_gives_back_what_drains(drill: Drill) -> None:
    async def work() -> None:
        one, other = drill.console(), drill.console()
        await one.load()
        await other.load()
        await one.remove(drill.wave("index-0001", execution="a"))
        drill.pass_time(0.1)
        assert await other.stop("a", "sam") == ("index-0001",)
        assert codes(await one.remove(drill.wave("index-0002", execution="a", number=2))) == ["stopped"]
        assert answers(await one.outcome("a.1")) == {"index-0001": "returned"}
        drill.pass_time(0.1)
        await until(lambda: states(one, "index-0001") == ["in_service"])

    ran(drill, work)


def test_that_what_was_done_is_there_after_a_restart_and_what_was_not_never_comes(drill: Drill) -> None:
    async def work() -> None:
        link = drill.console()
        await link.load()
        done = await link.remove(drill.wave("index-0001"))
        await link.aclose()
        again = drill.console()
        await again.load()
        assert states(again, "index-0001") == ["draining"]
        assert answers(await again.outcome("e.1")) == answers(done)
        source = drill.open[-1][1]
        assert await source.found("e.7", abandon=True) is None
        late = await source.take(SourceWave("e.7", "e", "pat", ("index-0002",), ((("index", 1),),)), Floors())
        assert late.servers(Answer.REFUSED) == ("index-0002",)
        assert states(again, "index-0002") == ["in_service"]

    ran(drill, work)


def test_that_the_source_itself_holds_the_floors_that_it_is_given(drill: Drill) -> None:
    async def work() -> None:
        source = SimulatedSource(NAME, "pat", drill.store(SteadyClock(drill.clock)), goes=False)
        await source.read()
        wave = SourceWave("e.1", "e", "pat", ("index-0001",), ((("index", 1),),))
        for scope, units in (("region", 20), ("zone:az1", 10), ("cell:az1/c1", 5)):
            taken = await source.take(wave, Floors((ScopeFloor("index", scope, units),)))
            assert [one.code for one in taken.refusals] == ["floor"], scope
        other = SourceWave("e.1", "e", "pat", ("index-0001",), ((("billing", 1),),))
        assert [one.code for one in (await source.take(other, Floors())).refusals] == ["stale"]
        taken = await source.take(wave, Floors((ScopeFloor("index", "region", 19),)))
        assert taken.servers(Answer.DONE) == ("index-0001",)
        assert await source.take(wave, Floors()) == taken, "the same wave is done once"
        await source.aclose()

    asyncio.run(work())


@pytest.mark.parametrize("kind", ["sim", "file"])
def test_that_acts_of_the_links_sim_and_file_are_read(drill: Drill, kind: str) -> None:
    """What those wrote, with waves, stops, an undo and a resume, gives the very same fleet here."""
    path = drill.folder / "small.toml"
    path.write_text(SMALL)
    name = "sim:small" if kind == "sim" else f"file:{path.resolve()}"

    async def written() -> State:
        made = SimLink(drill.region, name, drill.folder, seed=1, clock=drill.clock)
        link = made if kind == "sim" else FileLink(path, drill.folder, seed=1, clock=drill.clock)
        await link.load()
        await link.remove(drill.wave("index-0001", "index-0002", "both-0001"))
        link.advance(3)
        await link.stop("e", "sam")
        await link.resume("e", "sam")
        await link.remove(drill.wave("index-0003", number=2))
        link.advance(70)
        await link.restore(drill.wave("index-0003", execution="u", undo=True))
        link.advance(1)
        state = await link.load()
        await link.aclose()
        return state

    before = asyncio.run(written())
    steady = SteadyClock(drill.clock)
    store = drill.store(steady, name)
    store.open(False)
    assert np.array_equal(store.facts().states, before.fleet.state)
    assert {ServerState.IN_SERVICE, ServerState.JOINING} <= set(before.fleet.state.tolist())
    known = store.found("e.2", "pat", abandon=True)
    assert known is not None
    assert known.servers(Answer.DONE) == ("index-0003",)
    store.close()


def test_that_servers_described_anew_are_read_anew(drill: Drill) -> None:
    path = drill.folder / "small.toml"
    path.write_text(SMALL)

    async def work() -> None:
        source_path = f"simulated:{path}"
        described = drill.folder / "drill.toml"
        described.write_text(POLICY.replace("simulated:/small.toml", source_path))
        link = open_live(described, Source(source_path, read_only=False), drill.folder, "ana", lambda line: None)
        state = await link.load()
        assert len(state.region.roster) == 24
        path.write_text(SMALL.replace("count = 16", "count = 17"))
        await until(lambda: len(link.joined.following.state.region.roster) == 25)
        assert codes(await link.remove(drill.wave("index-0001"))) == []
        await until(lambda: states(link, "index-0001") == ["draining"])
        await link.aclose()

    asyncio.run(asyncio.wait_for(work(), 30))
