"""`underkeel serve-demo`: puts a region into an etcd and plays its agents, so that several consoles can be tried on it."""

import asyncio
import json
import signal
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from console.operating.demonstration.serving import DemonstrationStep, serve, write_description
from console.terminal.streams.json_answer import FORMAT
from topology.region.description import RegionError
from topology.region.errors import LinkError
from topology.region.source import Tls


def serve_demo_command(
    at: str, region: str | None, tls: Tls, written: Path | None, out: TextIO, err: TextIO, *, as_json: bool = False
) -> int:
    """Serve until Ctrl+C or a request to end (SIGTERM); gives 0, or 2 where it could not be done.

    As JSON each step is an object on a line of its own, written at once, so that a script knows when consoles can be opened.
    """

    def tell(step: DemonstrationStep) -> None:
        out.write(
            (json.dumps({"format": FORMAT, **asdict(step)}, ensure_ascii=False) if as_json else step.sentence) + "\n"
        )
        out.flush()

    try:
        if written is not None:
            write_description(region, at, tls, written)
            open_it = f"{written}: open it with: underkeel trust {written}; underkeel {written}"
            tell(DemonstrationStep("described", open_it))
        asyncio.run(_served(at, region, tls, tell))
    except RegionError as error:
        err.write("\n".join(error.problems) + "\n")
        return 2
    except LinkError as error:
        err.write(f"{error}\n")
        return 2
    return 0


async def _served(at: str, region: str | None, tls: Tls, tell: Callable[[DemonstrationStep], None]) -> None:
    me = asyncio.current_task()
    for number in (signal.SIGINT, signal.SIGTERM):
        if me is not None:
            asyncio.get_running_loop().add_signal_handler(number, me.cancel)
    try:
        await serve(region, at, tls, tell)
    except asyncio.CancelledError:
        tell(DemonstrationStep("ended", "The agents are gone."))
