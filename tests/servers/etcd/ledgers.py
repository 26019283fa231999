"""The ledger in etcd as tests of any ledger want it: methods that block, and a clock that the test moves.

etcd's own expiry is played: a lease whose time is over by the test's clock is revoked, which is what etcd does then.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, TypeVar

from tests.servers.etcd.cluster import Cluster
from tests.topology.records.ledger.conftest import FLOORS, START
from topology.etcd.address import EtcdAddress
from topology.etcd.client import EtcdClient
from topology.etcd.values import TxnAnswer
from topology.records.clock import ManualClock
from topology.records.ledger.etcd.console_lease import LIFE_S, ConsoleLease
from topology.records.ledger.etcd.etcd_ledger import EtcdLedger
from topology.records.ledger.etcd.time import LedgerTime
from topology.records.ledger.etcd.window_leases import SHARED_S
from topology.records.ledger.values import LedgerState, ScopeUnits

_Result = TypeVar("_Result")


class LoopThread:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, call: Coroutine[Any, Any, _Result]) -> _Result:
        return asyncio.run_coroutine_threadsafe(call, self._loop).result(60)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@dataclass
class PlayedExpiry:
    """Which leases were made when, by the test's clock. Those of sessions are left to etcd: consoles renew them."""

    clock: ManualClock
    made: dict[int, tuple[float, int]] = field(default_factory=dict)

    def over(self) -> list[int]:
        now = self.clock.elapsed()
        return [lease for lease, (at, seconds) in self.made.items() if now - at >= seconds]


class PlayedClient(EtcdClient):
    """A client that notes its leases."""

    expiry: PlayedExpiry
    before: Callable[[], object] | None = None
    """What comes before each transaction that compares something."""

    async def txn(self, compare: Any, *branches: Any, **options: Any) -> TxnAnswer:
        if self.before is not None and compare:
            await asyncio.to_thread(self.before)
        return await super().txn(compare, *branches, **options)

    async def grant(self, seconds: int) -> int:
        lease = await super().grant(seconds if seconds == LIFE_S else 3_600)
        if seconds != LIFE_S:
            self.expiry.made[lease] = (self.expiry.clock.elapsed(), seconds)
        return lease

    async def keep_alive(self, lease: int, patience_s: float = 5.0) -> bool:
        alive = await super().keep_alive(lease, patience_s)
        if alive and lease in self.expiry.made:
            self.expiry.made[lease] = (self.expiry.clock.elapsed(), self.expiry.made[lease][1])
        return alive

    async def remaining_s(self, lease: int) -> int:
        left = await super().remaining_s(lease)
        if left < 0 or lease not in self.expiry.made:
            return left
        at, seconds = self.expiry.made[lease]
        return int(seconds - (self.expiry.clock.elapsed() - at))


class EtcdStore:
    """A ledger in etcd with the methods of the one in a file: each waits for its end."""

    def __init__(self, ledger: EtcdLedger, loop: LoopThread, expiry: PlayedExpiry) -> None:
        self.ledger, self._loop, self._expiry = ledger, loop, expiry
        self._database = SimpleNamespace(_checked=lambda: None)
        """Where the laws put what falls in between two transactions."""

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments: self._do(getattr(self.ledger, name), *arguments)

    def answer(self, wave: str, answers: Any, refusals: Any, abandoned: bool, left: Any = None) -> None:
        async def told(*_: object) -> None:
            await self.ledger.answer(wave, answers, refusals, abandoned=abandoned, left=left)

        self._do(told)

    def read(self) -> LedgerState:
        return self._do(self.ledger.read)  # type: ignore[no-any-return] # as it is

    def close(self) -> None:
        self._loop.run(self.ledger.aclose())

    def _do(self, method: Any, *arguments: Any) -> Any:
        for lease in self._expiry.over():
            del self._expiry.made[lease]
            self._loop.run(self.ledger._client.revoke(lease))
        return self._loop.run(method(*arguments))


@dataclass
class EtcdLedgers:
    """Opens the one ledger of a test as often as several consoles would, on machines whose clocks are one."""

    cluster: Cluster
    prefix: str
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))
    opened: list[EtcdStore] = field(default_factory=list)
    loop: LoopThread = field(default_factory=LoopThread)
    longer_s = SHARED_S

    def __post_init__(self) -> None:
        self.expiry = PlayedExpiry(self.clock)

    def one(self, floors: tuple[ScopeUnits, ...] = FLOORS, region: str = "r-1", user: str = "op1") -> EtcdStore:
        """Open it once more."""
        store = self.unopened(user)
        store._do(store.ledger.open, region, floors, b"")
        self.opened.append(store)
        return store

    def unopened(self, user: str = "op1") -> EtcdStore:
        client = PlayedClient(self.cluster.members, self.cluster.tls(user))
        client.expiry = self.expiry
        address = EtcdAddress(self.cluster.members, self.prefix)
        clocks = LedgerTime(self.clock, self.clock.elapsed)
        ledger = EtcdLedger(address, client, user if self.cluster.secure else "", clocks)
        ledger._session = ConsoleLease(client, time.monotonic, ledger._beat)
        return EtcdStore(ledger, self.loop, self.expiry)

    def close(self) -> None:
        """Close every one."""
        for store in self.opened:
            store.close()
        self.loop.close()
