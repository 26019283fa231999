"""A live region over a scripted source, with a ledger in a file: as many consoles on it as a test wants."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.topology.links.live.scripted_source import SERVING, ScriptedSource
from topology.fleet.state import State
from topology.links.deadline import Deadlines
from topology.links.description import FixedDescription
from topology.links.fleet_source import Server
from topology.links.live.last_known import FILE, LastKnown
from topology.links.live.link import LiveLink
from topology.links.protocol import Wave, WaveOutcome
from topology.records.clock import ManualClock, SteadyClock
from topology.records.ledger.file_ledger import FileLedger
from topology.region.description import read_region

START = 1_700_000_000.0
TEXT = """\
format = 1
[region]
name = "shop"
zones = ["az1", "az2"]
[source]
fleet = "exec:/nothing"
read_only = false
[policy]
pace = "100/min"
largest_command = 50
stale_after = "2 s"
[[subsystem]]
name = "index"
floor = "60%"
[[subsystem]]
name = "billing"
floor = 1
[[place]]
match = "n1*"
zone = "az2"
[[place]]
match = "10.1.0.0/16"
zone = "az1"
cell = "c7"
"""
SHORT = Deadlines(read_s=1.5, wave_s=0.4, ask_s=0.3, stop_s=1.5, silent_stop_s=0.2, close_s=0.2, grace_s=0.0)


def server(name: str, zone: str = "az1", subsystems: str = "index", address: str = "") -> Server:
    supports = tuple((one, 1) for one in sorted(subsystems.split()))
    place = (zone, "c1", "r1") if zone else ("", "", "")
    return Server(name, place, supports, SERVING, address)


def ten() -> dict[str, Server]:
    """Ten servers, n0 to n9, in two zones; the last two support billing too."""
    found = [server(f"n{at}", f"az{at % 2 + 1}", "index billing" if at > 7 else "index") for at in range(10)]
    return {one.name: one for one in found}


@dataclass
class Rig:
    folder: Path
    source: ScriptedSource = field(default_factory=lambda: ScriptedSource(ten()))
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))
    text: str = TEXT
    links: list[LiveLink] = field(default_factory=list)

    def link(
        self,
        source: Any = None,
        *,
        read_only: bool = False,
        ledger: type[FileLedger] = FileLedger,
        deadlines: Deadlines = SHORT,
    ) -> LiveLink:
        """Open the region once more, as another console would."""
        source, steady = source or self.source, SteadyClock(self.clock)
        found = LiveLink(
            "shop.toml",
            FixedDescription(read_region(self.text, "shop.toml")),
            source,
            ledger(self.folder / "ledger.db", steady),
            actor=None if read_only else source,
            clock=steady,
            deadlines=deadlines,
            last_known=LastKnown(self.folder / FILE, "exec:/nothing"),
        )
        self.links.append(found)
        return found

    def wave(self, *servers: str, execution: str = "e", number: int = 1, **options: Any) -> Wave:
        supports = tuple(
            tuple(name for name, _ in self.source.servers[one].supports) if one in self.source.servers else ()
            for one in servers
        )
        return Wave(execution, number, "pat", servers, supports, **options)

    async def close(self) -> None:
        self.source.hangs.clear()
        for link in self.links:
            await link.aclose()


async def until(holds: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - the thing has no event of its own
            await asyncio.sleep(0.01)


async def follow(link: LiveLink, state: State) -> None:
    """Fold facts into a state, as a console does, until cancelled."""
    async for batch in link.events(state.revision):
        state.fold(batch)


def ran(rig: Rig, work: Coroutine[Any, Any, None]) -> None:
    """Run a test's coroutine to its end, and close what it opened."""

    async def all_of_it() -> None:
        try:
            async with asyncio.timeout(30):
                await work
        finally:
            await rig.close()

    asyncio.run(all_of_it())


def answers(outcome: WaveOutcome | None) -> dict[str, str]:
    assert outcome is not None
    return {name: answer.value for name, answer in outcome.answers}


def codes(outcome: WaveOutcome) -> list[str]:
    return [refusal.code for refusal in outcome.refusals]


__all__ = ["Rig", "answers", "codes", "follow", "ran", "replace", "server", "ten", "until"]
