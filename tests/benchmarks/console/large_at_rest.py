"""The real window on a very large region, and nobody types: memory, and the share of a core that it takes at rest.

Not a test: run it by hand; a generated region of that size is made first.

    python -m tests.benchmarks.console.large_at_rest 2300000 18000 60       # servers, subsystems, seconds

One JSON object: when the region was drawn, memory then, at rest and at the most (MB), and the share at rest in percent of one
core, off screen unless QT_QPA_PLATFORM says otherwise.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.console.resident import resident_mb

SETTLES_S = 20.0
"""How long after it was drawn a window still makes what it keeps: layouts, names for completion."""


def look(began: float, rest_s: float, region: str) -> None:
    """Open the window on it, look, and close it."""
    import console.app.app
    from console.app.session import Session

    start = Session.start

    async def looked(session: Any) -> None:
        await session.workspace.follower.loaded.wait()
        found: dict[str, float] = {"drawn_s": time.time() - began, "drawn_cpu_s": time.process_time()}
        found["drawn_mb"] = resident_mb()
        await asyncio.sleep(SETTLES_S)
        used, at = time.process_time(), time.monotonic()
        await asyncio.sleep(rest_s)
        found["share_percent"] = 100 * (time.process_time() - used) / (time.monotonic() - at)
        found["rest_mb"] = resident_mb()
        found["most_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
        print(json.dumps({name: round(value, 1) for name, value in found.items()}), flush=True)  # noqa: T201
        session.closed.set()

    def started(session: Session) -> None:
        start(session)
        session._jobs.start("Looking", looked(session))

    Session.start = started  # type: ignore[method-assign]
    sys.exit(console.app.app.open_console(region, fresh=True))


def main() -> None:
    """Make the region, and look at it twice: read the first time, and from what was kept."""
    servers, subsystems, rest_s = (int(text) for text in sys.argv[1:4])
    from topology.generation import region as generation

    with tempfile.TemporaryDirectory() as made:
        folder = Path(sys.argv[4]) if len(sys.argv) > 4 else Path(made)
        if not (folder / "region.toml").exists():
            folder.mkdir(exist_ok=True)
            generation.MOST_SERVERS, generation.MOST_SUBSYSTEMS = servers, subsystems
            found = generation.generate(servers, subsystems, 0)
            (folder / "region.toml").write_text(found.text)
            with (folder / "fleet.csv").open("w") as file:
                file.writelines(piece for _, piece in found.fleet())
            del found
        own = {
            name: f"{made}/{name}" for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
        }
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, **own}
        for _ in range(2):
            command = [
                sys.executable,
                "-m",
                __spec__.name,
                "look",
                str(time.time()),
                str(rest_s),
                f"{folder}/region.toml",
            ]
            subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    if sys.argv[1] == "look":
        look(float(sys.argv[2]), float(sys.argv[3]), sys.argv[4])
    else:
        main()
