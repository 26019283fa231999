"""A ledger in etcd, for consoles on any number of machines: see the protocol for what each method does.

The parts of it, each on the same core: floors and whose ledger it is, executions and stops, waves, people, what is new or over.
"""

from topology.etcd.address import EtcdAddress
from topology.etcd.client import EtcdClient
from topology.etcd.errors import EtcdError
from topology.etcd.login import user_of
from topology.etcd.values import StoredKey
from topology.records.ledger.etcd.executions import EtcdExecutions
from topology.records.ledger.etcd.floors import EtcdFloors
from topology.records.ledger.etcd.history import EtcdHistory
from topology.records.ledger.etcd.news import EtcdNews
from topology.records.ledger.etcd.people import EtcdPeople
from topology.records.ledger.etcd.time import LedgerTime
from topology.records.ledger.etcd.waves import EtcdWaves
from topology.records.ledger.values import KeptExecution, Presence
from topology.region.source import Tls


class EtcdLedger(EtcdFloors, EtcdExecutions, EtcdWaves, EtcdPeople, EtcdNews, EtcdHistory):
    """A `Ledger` in etcd."""

    def __init__(
        self, address: EtcdAddress, client: EtcdClient, operator: str = "", time: LedgerTime | None = None
    ) -> None:
        super().__init__(address, client, operator, time)
        self._stopping: set[str] = set()
        self._written: dict[str, tuple[StoredKey, ...]] = {}
        self._begun: dict[str, KeptExecution] = {}
        self._present: dict[str, tuple[int, Presence]] = {}

    async def aclose(self) -> None:
        """Let go of leases, tasks and connections."""
        for making in self._making:
            making.cancel()
        await self._session.aclose()
        for lease, _ in self._present.values():
            try:
                await self._client.revoke(lease)
            except EtcdError:
                break  # it ends by itself
        await self._client.aclose()


def ledger_at(address: EtcdAddress, tls: Tls) -> EtcdLedger:
    """Make the ledger at an address; nothing is reached before it is opened.

    Raises:
        EtcdError: the certificate cannot be read.
    """
    return EtcdLedger(address, EtcdClient(address.members, tls), user_of(tls))
