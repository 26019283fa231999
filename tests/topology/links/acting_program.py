"""A program of its own that acts on a shared region, for tests of several programs, of crashes and of bad disks.

    acting_program.py FOLDER MODE NAME FIRST LAST

sends a wave for each of the servers index-FIRST to index-LAST and prints one line of JSON for each answer. MODE is
`plain`, `killed:N` (dies by SIGKILL at the Nth statement that SQLite runs for an act), `nospace` (may write no file
beyond its present size) or `nobody` (gives up its rights first).
"""

import asyncio
import json
import os
import resource
import signal
import sys
from pathlib import Path

from topology.links.protocol import Wave
from topology.links.simulated.simulated import SimLink
from topology.region.description import read_region
from topology.region.errors import LinkError


async def main(folder: Path, mode: str, name: str, first: int, last: int) -> None:
    region = read_region((folder / "region.toml").read_text(), "region.toml")
    if mode == "nobody" and os.geteuid() == 0:
        await asyncio.to_thread(int)  # loads what threads need while it may still be read
        os.setuid(65534)
    link = SimLink(region, "sim:small", folder / "acts")
    state = await link.load()
    say(connected=state.freshness.connected, reason=state.freshness.reason)
    if mode == "nospace":
        largest = max(path.stat().st_size for path in (folder / "acts").iterdir())
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    if mode.startswith("killed"):
        kill_at(link, int(mode.partition(":")[2]))
    for number in range(first, last + 1):
        wave = Wave(name, number, name, (f"index-{number:04}",), (("index",),))
        try:
            outcome = await link.remove(wave)
        except LinkError as error:
            say(error=str(error))
            continue
        codes = [refusal.code for refusal in outcome.refusals]
        say(operation=wave.operation, codes=codes, not_before=outcome.not_before, now=link.now())
    state = await link.load()
    say(removed=int((state.fleet.state != 1).sum()))
    await link.aclose()


def kill_at(link: SimLink, count: int) -> None:
    left = [count]

    def before(statement: str) -> None:
        if statement.startswith(("BEGIN", "INSERT", "COMMIT", "ROLLBACK")):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    link.store.acts.trace(before)


def say(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])))
