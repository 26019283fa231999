"""Looks at a large cluster once, as the console does, and prints what that took: `looking_at.py DESCRIPTION`."""

import asyncio
import gc
import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from console.operating.regions import address_of, folder_of, open_to_look
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.state import State
from topology.links.live.link import LiveLink
from topology.planning.preview import preview

PREVIEWS, WARM, DRAINED = 60, 3, 100


def megabytes() -> float:
    """Give what this program takes of the memory now."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


class Ticker:
    """Notes how late the loop is every millisecond, and for how long of it its own thread was at work."""

    def __init__(self) -> None:
        self.late_s, self.worked_s = 0.0, 0.0

    async def run(self) -> None:
        """Go on until cancelled."""
        last, worked = time.perf_counter(), time.thread_time()
        while True:
            await asyncio.sleep(0.001)
            now, work = time.perf_counter(), time.thread_time()
            self.late_s = max(self.late_s, now - last - 0.001)
            self.worked_s = max(self.worked_s, work - worked)
            last, worked = now, work


def previews(state: State, lines: Iterable[str]) -> dict[str, float]:
    """Give the milliseconds that previews of some lines took: in the median, for 95 of 100, and of the processor's time."""
    words, times, works = vocabulary_of(state), [], []
    for line in lines:
        command = parse(line, words).command
        began, worked = time.perf_counter(), time.thread_time()
        plan = preview(state, command)  # type: ignore[arg-type]
        works.append(1000 * (time.thread_time() - worked))
        times.append(1000 * (time.perf_counter() - began))
        assert len(plan.servers) >= DRAINED
    times, works = sorted(times[WARM:]), sorted(works[WARM:])
    middle = len(times) // 2
    return {
        "median ms": round(times[middle], 2),
        "95 % ms": round(times[int(0.95 * len(times))], 2),
        "processor's median ms": round(works[middle], 2),
    }


async def look(path: str) -> dict[str, float | dict[str, float]]:
    """Open the region at *path*, follow it for a moment, and preview drains of it."""
    gc.collect()
    gc.freeze()
    gc.disable()  # as the console does, which collects garbage while nothing else is to be done
    before, ticker = megabytes(), Ticker()
    link = open_to_look(address_of(path), folder_of(address_of(path)))
    assert isinstance(link, LiveLink)
    ticking = asyncio.get_running_loop().create_task(ticker.run())
    began, worked = time.perf_counter(), time.process_time()
    state = await link.load()
    loaded, work = time.perf_counter() - began, time.process_time() - worked
    await asyncio.sleep(3.0)
    ticking.cancel()
    held = megabytes() - before
    state.obstacles = link.obstacles()
    names = [", ".join(f"n{at + number}" for at in range(DRAINED)) for number in range(PREVIEWS + WARM)]
    named = previews(state, (f"remove servers {some}" for some in names))
    chosen = previews(state, (f"remove {DRAINED + more} servers from p1" for more in range(PREVIEWS + WARM)))
    await link.aclose()
    return {
        "nodes": state.region.roster.count,
        "seconds until loaded": round(loaded, 2),
        "of which processor": round(work, 2),
        "longest gap ms": round(1000 * ticker.late_s, 1),
        "of which the loop's own work ms": round(1000 * ticker.worked_s, 1),
        "megabytes": round(held, 1),
        "preview of 100 nodes by name": named,
        "preview of 100 nodes of a pool": chosen,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(look(sys.argv[1]))) + "\n")
