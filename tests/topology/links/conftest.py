"""Small regions, links with a clock that the test moves, and waves made from a loaded state."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest

from topology.links.protocol import Wave, WaveOutcome
from topology.links.simulated.simulated import FileLink, SimLink
from topology.records.clock import ManualClock
from topology.region.description import read_region
from topology.region.region import Region

START = 1_700_000_000.0

SMALL = """\
format = 1
[region]
name = "small"
zones = ["az1", "az2"]
[policy]
pace = "6/min"
largest_command = 10
[[subsystem]]
name = "index"
floor = 12
zone_floor = "50%"
cell_floor = "25%"
ceiling = 20
[[subsystem]]
name = "billing"
floor = 2
[[pool]]
name = "index"
count = 16
supports = ["index"]
cells_per_zone = 2
servers_per_rack = 3
[[pool]]
name = "both"
count = 4
supports = ["index", "billing"]
cells_per_zone = 2
[[pool]]
name = "billing"
count = 4
supports = ["billing"]
"""


class Bench:
    """One region, one folder of acts, one clock; as many links as a test wants."""

    def __init__(self, folder: Path, text: str = SMALL) -> None:
        self.folder = folder
        self.clock = ManualClock(START)
        self.path = folder / "region.toml"
        self.describe(text)

    def describe(self, text: str) -> Region:
        self.text = text
        self.path.write_text(text)
        self.region = read_region(text, "region.toml")
        return self.region

    @property
    def acts(self) -> Path:
        return next(iter(sorted((self.folder / "acts").glob("acts-*.db"))))

    def sim(self, **options: object) -> SimLink:
        return SimLink(self.region, "sim:small", self.folder / "acts", clock=self.clock, **options)  # type: ignore[arg-type]

    def file(self, **options: object) -> FileLink:
        return FileLink(self.path, self.folder / "acts", clock=self.clock, **options)  # type: ignore[arg-type]

    def wave(self, *servers: str, execution: str = "e", number: int = 1, **options: object) -> Wave:
        roster = self.region.roster
        supports = []
        for name in servers:
            profile = roster.profiles[roster.profile[roster.names.index(name)]] if name in roster.names else ()
            supports.append(tuple(self.region.subsystems[subsystem].name for subsystem, _ in profile))
        return Wave(execution, number, "pat", servers, tuple(supports), **options)  # type: ignore[arg-type]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def make_bench(tmp_path: Path) -> Callable[[str], Bench]:
    return lambda text: Bench(tmp_path, text)


@pytest.fixture
def run() -> Callable[[Coroutine[None, None, None]], None]:
    """Run a test's coroutine to its end, with a limit far above what it needs."""
    return lambda work: asyncio.run(asyncio.wait_for(work, 60))


@pytest.fixture
def codes() -> Callable[[WaveOutcome], list[str]]:
    return lambda outcome: [refusal.code for refusal in outcome.refusals]
