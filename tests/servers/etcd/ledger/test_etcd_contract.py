"""The contract of ledgers over the one in a real etcd: what those in files promise, promised by it too."""

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from tests.servers.etcd.cluster import Cluster, needs_etcd
from tests.servers.etcd.ledgers import PlayedClient, PlayedExpiry
from tests.topology.links.ledgers.consoles import Consoles
from tests.topology.links.ledgers.contract import LedgerContract, Make
from topology.etcd.address import EtcdAddress
from topology.records.clock import SteadyClock
from topology.records.ledger.etcd.console_lease import ConsoleLease
from topology.records.ledger.etcd.etcd_ledger import EtcdLedger
from topology.records.ledger.etcd.time import LedgerTime
from topology.records.ledger.etcd.window_leases import SHARED_S
from topology.records.ledger.grounds import ActGrounds
from topology.records.ledger.protocol import Ledger
from topology.records.ledger.values import LedgerState

_NUMBERS = count(1)


class ExpiringLedger(EtcdLedger):
    """A ledger whose entries end by the test's clock: before anything is read, what is over is revoked, as etcd does then."""

    expiry: PlayedExpiry

    async def read(self) -> LedgerState:
        await self._expire()
        return await super().read()

    async def read_act(self, execution: str) -> ActGrounds:
        await self._expire()
        return await super().read_act(execution)

    async def _expire(self) -> None:
        for lease in self.expiry.over():
            del self.expiry.made[lease]
            await self._client.revoke(lease)


@dataclass
class EtcdConsoles(Consoles):
    """The same simulated fleet, with its ledger in etcd."""

    cluster: Any = None
    prefix: str = field(default_factory=lambda: f"/t/contract{next(_NUMBERS)}/")

    def __post_init__(self) -> None:
        self.expiry = PlayedExpiry(self.clock)

    def ledger(self, steady: SteadyClock) -> Ledger:
        client = PlayedClient(self.cluster.members, self.cluster.tls("op1"))
        client.expiry = self.expiry
        time = LedgerTime(self.clock, self.clock.elapsed)
        found = ExpiringLedger(EtcdAddress(self.cluster.members, self.prefix), client, "op1", time)
        found.expiry = self.expiry
        found._session = ConsoleLease(client, monotonic, found._beat)  # which etcd itself ends, by no clock of ours
        return found


@pytest.fixture
def make(cluster: Cluster, tmp_path: Path) -> Make:
    def build(pace: int = 60, floor: int = 4, part: str = "") -> Consoles:
        return EtcdConsoles(tmp_path / part, "simulated", pace, floor, longer_s=SHARED_S, cluster=cluster)

    return build


@needs_etcd()
class TestLedgerInEtcd(LedgerContract):
    """Each law over etcd; consoles that are killed there have proofs of their own, with processes on several members."""

    test_that_a_console_killed_amid_a_wave_leaves_it_done_whole_or_not_at_all = None  # type: ignore[assignment]
