"""Loads large libraries beside the window, before anybody asks for them: each would hold the keys up for a part of a second."""

import asyncio
from importlib import import_module

AFTER_S = 5.0
"""So long after a region was loaded: by then whoever opened it looks at it, and what had to be read was read."""
PLOTS = "pyqtgraph"
GRAPHS = "networkx"


async def warm_graphs() -> None:
    """Load what plans look along dependencies with."""
    await asyncio.to_thread(import_module, GRAPHS)


async def warm_plots(loaded: asyncio.Event) -> None:
    """Load it beside the window, once a region was *loaded*."""
    await loaded.wait()
    await asyncio.sleep(AFTER_S)
    await asyncio.to_thread(import_module, PLOTS)
