"""One look at a region, for answers in the terminal: as it is described, or, when that is asked for, as its source has it now."""

import asyncio
import logging
import time
from dataclasses import replace
from pathlib import Path

from console.operating.live.operators_name import operators_name
from console.operating.regions import address_of, folder_of, read_named, stated_source
from console.operating.trusting.trust import Trust
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.links.live.opening import open_live
from topology.region.description import RegionError
from topology.region.errors import LinkError
from topology.region.source import Source
from topology.region.tables import Tell, silent

_log = logging.getLogger(__name__)
GRAPH_S = 30.0
"""How long one look waits for the graph source; without it everything else is said."""
LOOK_S = 60.0
"""How long one look at a live region may take."""


def read_state(region: str | None, tell: Tell = silent, *, live: bool = False) -> State:
    """Read the region that an operator named: its description, or with *live* what its source says now. Nothing can act.

    Raises:
        RegionError: it cannot be read, has no source, or one that is not trusted; each sentence says what to do.
    """
    if live:
        path, source = _live_source(region)
        tell(f"Reading {source.fleet}")
        return asyncio.run(_look(path, source, folder_of(address_of(region))))
    described = read_named(region, tell)
    if described.source is not None:
        raise RegionError((
            f"{region}: is a live region: its servers are those of {described.source.fleet}; add --live to read them",
        ))  # fmt: skip
    # A description has no clock of its own, and a change freeze needs one.
    return State(described, Fleet(described), time=time.time())


def _live_source(region: str | None) -> tuple[Path, Source]:
    address = address_of(region)
    path = Path(address.target)
    source = stated_source(path) if address.kind == "file" else None
    if source is None:
        read_named(region)  # which says what is wrong with one that cannot be read
        raise RegionError(
            (f"{region or address}: states no [source], so there is nothing live to read; leave --live out",)
        )
    if not Trust().holds(path, source):
        raise RegionError((
            f"{region}: you have not trusted what opening it runs or reaches; see it first: underkeel trust {region}",
        ))  # fmt: skip
    return path, replace(source, read_only=True)


async def _look(path: Path, source: Source, folder: Path) -> State:
    try:
        link = open_live(path, source, folder, operators_name(), _log.info)
    except LinkError as error:
        raise RegionError((f"{path}: {error}",)) from error
    try:
        async with asyncio.timeout(LOOK_S):
            if link.observing is not None:
                await link.observing.ready(GRAPH_S, looks_back=True)
            state = await link.load()
        if not link.freshness.connected:
            raise RegionError((f"{path}: {link.freshness.reason or 'its source does not answer'}",))
        seen = replace(state, time=link.now(), freshness=link.freshness, loads=link.loads(), observed=link.observed())
        return replace(seen, obstacles=link.obstacles())
    except TimeoutError:
        raise RegionError(
            (f"{path}: {source.fleet} did not answer within {LOOK_S:g} s; see whether it runs",)
        ) from None
    except LinkError as error:
        raise RegionError((f"{path}: {error}",)) from error
    finally:
        await link.aclose()
