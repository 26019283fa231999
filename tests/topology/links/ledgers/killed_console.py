"""A console of its own that dies by SIGKILL amid a wave: before the *point* at which it would call its ledger or its source.

python -m tests.topology.links.ledgers.killed_console '{"folder": ..., "kind": ...}' POINT
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from tests.topology.links.ledgers.consoles import Consoles, wave


async def main(consoles: Consoles, point: str) -> None:
    link = await consoles.opened()
    owner = link.source if point == "take" else link._ledger

    async def dies(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, point, dies)
    await link.remove(wave(1, 2))


def opened(address: dict[str, str]) -> Consoles:
    return Consoles(Path(address["folder"]), address["kind"])


if __name__ == "__main__":
    asyncio.run(main(opened(json.loads(sys.argv[1])), sys.argv[2]))
