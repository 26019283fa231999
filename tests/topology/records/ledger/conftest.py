"""A ledger in a folder of its own, and the values that tests of it use."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from topology.records.clock import ManualClock, SteadyClock
from topology.records.ledger.store import LedgerStore
from topology.records.ledger.values import Commit, KeptExecution, LedgerLease, ScopeUnits, WaveKind

START = 1_700_000_000.0
FLOORS = (ScopeUnits("index", "region", 10), ScopeUnits("index", "zone:az1", 4))


@dataclass
class Ledgers:
    """Opens the one ledger of a test, as often as several programs would, all on one machine with one clock."""

    path: Path
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))
    opened: list[LedgerStore] = field(default_factory=list)
    longer_s = 0.0
    """So much longer than its window an entry of the pace may live."""

    def one(self, floors: tuple[ScopeUnits, ...] = FLOORS, region: str = "r-1") -> LedgerStore:
        """Open it once more."""
        store = LedgerStore(self.path, SteadyClock(self.clock))
        store.open(region, floors, b"")
        self.opened.append(store)
        return store

    def close(self) -> None:
        """Close every one."""
        for store in self.opened:
            store.close()


@pytest.fixture
def ledgers(tmp_path: Path) -> Iterator[Ledgers]:
    found = Ledgers(tmp_path / "state" / "ledger.db")
    yield found
    found.close()


def begun(store: LedgerStore, execution: str = "E", owner: str = "ana") -> LedgerLease:
    """Begin an execution."""
    return store.begin(KeptExecution(execution, "digest", "remove 2 servers from index", 7, owner))


def wave_of(
    store: LedgerStore, lease: LedgerLease, number: int = 1, servers: tuple[str, ...] = ("n1", "n2"), **other: object
) -> Commit:
    """Make a wave judged by what the ledger says now; each server supports `index`."""
    state = store.read()
    units = (ScopeUnits("index", "region", len(servers)),)
    given = {
        "kind": WaveKind.TAKE,
        "units": units,
        "supports": tuple(("index",) for _ in servers),
        "windows": (60.0,),
        "reservations": state.reservations_revision,
        "floors": state.floors.revision,
    } | other
    return Commit(lease, f"{lease.execution}.{number}", operator=lease.owner, servers=servers, **given)  # type: ignore[arg-type] # by name
