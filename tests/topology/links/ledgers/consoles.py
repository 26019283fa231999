"""One small region on one machine, as each kind of ledger keeps it: as many consoles as a test wants, at one clock."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from topology.fleet.fleet import PACE_WINDOW_S
from topology.links.acts import ActsFile
from topology.links.description import FixedDescription
from topology.links.live.link import LiveLink
from topology.links.protocol import Wave, WaveOutcome
from topology.links.simulated.simulated import FileLink, SimLink, acts_path
from topology.links.simulated.source import SimulatedSource
from topology.links.simulated.store import SimulatedStore
from topology.records.clock import ManualClock, SteadyClock
from topology.records.ledger.file_ledger import FileLedger
from topology.records.ledger.protocol import Ledger
from topology.region.description import read_region
from topology.region.server_states import ServerState
from topology.simulation.simulation import Chance

START = 1_700_000_000.0
DRAINED_S = 9.0
TEXT = """\
format = 1
[region]
name = "small"
zones = ["az1"]
[policy]
pace = "{pace}/min"
largest_command = "100%"
[[subsystem]]
name = "index"
floor = {floor}
[[pool]]
name = "index"
count = 12
supports = ["index"]
"""
SOURCE = '[source]\nfleet = "simulated:/small.toml"\nread_only = false\n'


@dataclass
class Consoles:
    """A region of twelve servers of `index`, and the consoles on it. *kind* is that of its ledger."""

    folder: Path
    kind: str = "sim"
    pace: int = 60
    floor: int = 4
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))
    longer_s: float = 0.0
    """So much longer than its window an entry of the pace may live."""
    open: list[tuple[LiveLink, Callable[[], None]]] = field(default_factory=list)

    @property
    def has_leases(self) -> bool:
        """Whether the ledger says who carries what out."""
        return self.kind not in ("sim", "file")

    @property
    def address(self) -> dict[str, str]:
        """What another program has to know to open it."""
        return {"folder": str(self.folder), "kind": self.kind}

    @property
    def text(self) -> str:
        return TEXT.format(pace=self.pace, floor=self.floor)

    def console(self) -> LiveLink:
        """Open the region once more."""
        link, tick = getattr(self, f"_{self.kind}")()
        self.open.append((link, tick))
        return link  # type: ignore[no-any-return] # by name

    async def opened(self) -> LiveLink:
        """Open it once more, and load it."""
        link = self.console()
        await link.load()
        return link

    def _sim(self) -> tuple[LiveLink, Callable[[], None]]:
        link = SimLink(read_region(self.text, "small.toml"), "sim:small", self.folder, clock=self.clock)
        return link, lambda: link.advance(0)

    def _file(self) -> tuple[LiveLink, Callable[[], None]]:
        path = self.folder / "small.toml"
        if not path.exists():
            path.write_text(self.text)
        link = FileLink(path, self.folder, clock=self.clock)
        return link, lambda: link.advance(0)

    def _simulated(self) -> tuple[LiveLink, Callable[[], None]]:
        steady = SteadyClock(self.clock)
        acts = ActsFile(acts_path(self.folder, "simulated:small"))
        listed = FixedDescription(read_region(self.text, "small.toml"))
        source = SimulatedSource(
            "simulated:small", "pat", SimulatedStore(listed, acts, steady, Chance(1), churn=False), goes=False
        )
        own = self.text[: self.text.index("[[pool]]")].replace("[policy]", f"{SOURCE}[policy]")
        description = FixedDescription(read_region(own, "drill.toml"))
        link = LiveLink("drill.toml", description, source, self.ledger(steady), actor=source, clock=steady)
        return link, source.tick

    def ledger(self, steady: SteadyClock) -> Ledger:
        """Open the ledger of a region whose source is one of its own."""
        return FileLedger(self.folder / "ledger.db", steady)

    def pass_time(self, seconds: float) -> None:
        """Let time pass for all of them."""
        self.clock.time += seconds
        for _, tick in self.open:
            tick()

    async def close(self, link: LiveLink) -> None:
        """End one of them."""
        self.open = [pair for pair in self.open if pair[0] is not link]
        await link.aclose()

    async def close_all(self) -> None:
        for link, _ in self.open:
            await link.aclose()
        self.open = []

    def run(self, work: Any) -> None:
        """Run a test's coroutine to its end, and close what it opened."""

        async def whole() -> None:
            try:
                async with asyncio.timeout(60):
                    await work
            finally:
                await self.close_all()

        asyncio.run(whole())


def wave(*numbers: int, execution: str = "e", number: int = 1, **options: Any) -> Wave:
    """Make a wave of the servers with these numbers."""
    servers = tuple(map(server, numbers))
    return Wave(execution, number, "pat", servers, tuple(("index",) for _ in servers), **options)


def server(number: int) -> str:
    return f"index-{number:04}"


def said(outcome: WaveOutcome | None) -> list[str] | None:
    """What was answered of each server, in order."""
    return None if outcome is None else [answer.value for _, answer in outcome.answers]


def codes(outcome: WaveOutcome) -> list[str]:
    return [refusal.code for refusal in outcome.refusals]


async def out(link: LiveLink) -> list[int]:
    """The numbers of the servers that are not in service, as a console that reads anew sees them."""
    state = await link.load()
    names = state.region.roster.names
    return sorted(
        int(names[at].rpartition("-")[2])
        for at, one in enumerate(state.fleet.state.tolist())
        if one != ServerState.IN_SERVICE
    )


async def departed(link: LiveLink) -> int:
    """How many servers left in the last minute, as a console that reads anew counts them."""
    state = await link.load()
    return state.fleet.usage_since(link.now() - PACE_WINDOW_S)[0]
