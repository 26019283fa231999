"""Opening adapters in tests: the shipped one over an inventory, and one that does as it is told."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import resources
from topology.links.adapter.source import AdapterSource
from topology.links.fleet_source import Changes, Floors, ScopeFloor, SourceWave
from topology.links.registry import Opening, source_address

RACKS = resources.path("adapters/racks_sqlite.py")
_Result = TypeVar("_Result")


def inventory(path: Path, servers: int = 40, region: str = "racks-test") -> Path:
    """Make an inventory: every second server is in zone b, each supports index (1) and every tenth billing (2)."""
    db = sqlite3.connect(path)
    db.executescript(resources.text("adapters/racks.sql"))
    db.execute("INSERT INTO region VALUES (?)", (region,))
    rows = [(f"n{at:03}", "ab"[at % 2], f"c{at % 4}", f"r{at % 8}") for at in range(servers)]
    db.executemany("INSERT INTO servers (name, zone, cell, rack) VALUES (?, ?, ?, ?)", rows)
    db.executemany("INSERT INTO supports VALUES (?, 'index', 1)", [row[:1] for row in rows])
    db.executemany("INSERT INTO supports VALUES (?, 'billing', 2)", [row[:1] for row in rows[::10]])
    db.execute("DELETE FROM facts")
    db.commit()
    db.close()
    return path


def states(path: Path) -> dict[str, str]:
    """Give the letter of every server in an inventory."""
    db = sqlite3.connect(path)
    try:
        return dict(db.execute("SELECT name, state FROM servers"))
    finally:
        db.close()


def racks(path: Path, drain_s: float = 0.3) -> str:
    """Give the address of the shipped adapter over an inventory."""
    return f"exec:{Path(sys.executable).resolve()} {RACKS} {path} --drain-s {drain_s}"


def opening(folder: Path, log: Callable[[str], None] = lambda line: None, **more: object) -> Opening:
    """Say with what a source is opened."""
    return Opening("op1", folder, read_only=False, log=log, **more)  # type: ignore[arg-type]


@asynccontextmanager
async def opened(
    address: str, folder: Path, log: Callable[[str], None] = lambda line: None
) -> AsyncIterator[AdapterSource]:
    """Open an adapter to act on."""
    source = await source_address(address).actor(opening(folder, log))
    assert isinstance(source, AdapterSource)
    try:
        yield source
    finally:
        await source.aclose()


def wave(number: int, *servers: str, execution: str = "E", undo: bool = False) -> SourceWave:
    """Make a wave of servers of `inventory`."""
    billing = (("billing", 2), ("index", 1))
    supports = tuple(billing if name.endswith("0") else (("index", 1),) for name in servers)
    return SourceWave(f"{execution}.{number}", execution, "op1", servers, supports, 5.0, undo)


def floor(units: int, subsystem: str = "index", scope: str = "region") -> Floors:
    """Make the floor that a wave is judged by."""
    return Floors((ScopeFloor(subsystem, scope, units),))


async def until(source: AdapterSource, after: str, is_it: Callable[[Changes], bool]) -> Changes:
    """Follow changes until one is what is waited for."""
    async with asyncio.timeout(20):
        async for found in source.changes(after):
            if is_it(found):
                return found
    raise AssertionError("the stream ended")


def run(work: Coroutine[object, object, _Result]) -> _Result:
    """Run a coroutine, but not for ever."""

    async def bounded() -> _Result:
        async with asyncio.timeout(180):
            return await work

    return asyncio.run(bounded())
