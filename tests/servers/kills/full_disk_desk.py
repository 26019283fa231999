"""A console whose disk fills up in the middle of an execution: full_disk_desk.py DESCRIPTION TRUTH.

Neither its journal nor its ledger can be written from then on. It says how that ended, then there is room again, and another
console says what it finds. One line of JSON tells both.
"""

import asyncio
import json
import resource
import signal
import sys
from pathlib import Path

import msgspec

from tests.servers.kills.killed_desk import Console, out_of
from topology.execution.journal_entries import Kind

_NO_LIMIT = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


async def first(console: Console, truth: str) -> dict[str, object]:
    """Remove servers, and let the disk fill up once the first of them are out."""
    running = asyncio.get_running_loop().create_task(console.do("remove 6 servers from web"))
    while not out_of(truth):  # noqa: ASYNC110 - it is the system that is asked
        await asyncio.sleep(0.002)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    async with asyncio.timeout(40):
        await running
    progress = console.desk.progress
    assert progress is not None
    return {"phase": progress.phase.value, "sentence": progress.sentence, "out": out_of(truth)}


async def second(console: Console, truth: str) -> dict[str, object]:
    """Say what was left, and undo it."""
    doubt, found = await console.desk.recover()
    kinds = [one.kind.value for one in console.journal.entries()]
    left = {"doubt": doubt, "unfinished": msgspec.to_builtins(found), "kinds": kinds, "out": out_of(truth)}
    await console.settle()
    await console.do("undo")
    await console.settle()
    ended = [one for one in console.journal.entries() if one.kind in (Kind.FINISHED, Kind.HALT)]
    return {**left, "left": out_of(truth), "ended": len(ended)}


def main() -> None:
    """Play both, one after the other."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    path, truth = Path(sys.argv[1]), sys.argv[2]
    told: dict[str, object] = {}
    for name, part in (("first", first), ("second", second)):

        async def work(console: Console, name: str = name, part: object = part) -> None:
            told[name] = await part(console, truth)  # type: ignore[operator]
            resource.setrlimit(resource.RLIMIT_FSIZE, _NO_LIMIT)

        asyncio.run(asyncio.wait_for(Console(path).play(work), 60))
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
