"""The laws of the ledger, in etcd: whatever several consoles do, in whatever order, killed at whatever moment."""

from contextlib import suppress
from itertools import count
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.servers.etcd.cluster import Cluster, needs_etcd
from tests.servers.etcd.ledgers import EtcdLedgers
from tests.topology.records.ledger.test_ledger_laws import FLOOR, LedgerLaws, Program
from topology.records.ledger.values import LeaseHeldError, ScopeUnits

_NUMBERS = count(1)


class EtcdLedgerLaws(LedgerLaws):
    """Three consoles, one ledger in etcd, one world."""

    cluster: ClassVar[Cluster]
    ledgers: EtcdLedgers | None = None

    def opened(self) -> Program:
        if self.ledgers is None:
            self.ledgers = EtcdLedgers(self.cluster, f"/t/laws{next(_NUMBERS)}/", self.clock)
        store = self.ledgers.one((ScopeUnits("index", "region", FLOOR),))
        program = Program(store)  # type: ignore[arg-type] # as a file's
        store.ledger._client.before = lambda: store._database._checked()  # type: ignore[attr-defined]
        return program

    def usurp(self, by: int, at: int) -> None:
        """The lease of a console ends although it does not know, and another takes its execution over."""
        lease, usurper = self.programs[at].lease, self.programs[by].store
        if lease is None or self.ledgers is None:
            return
        ledger = self.programs[at].store.ledger  # type: ignore[attr-defined]
        self.ledgers.loop.run(ledger._client.revoke(ledger._session.lease))
        self.lost.add(lease.token)
        with suppress(LeaseHeldError):
            usurper.release(usurper.take_over(lease.execution, f"op{by}"), "")

    def stricter(self, by: int, at: int) -> None:
        """Another console opens the ledger with a floor under which nothing may leave."""
        self.floor = max(self.floor, len(self.world.serving))
        assert self.ledgers is not None
        self.ledgers.one((ScopeUnits("index", "region", self.floor),))

    def teardown(self) -> None:
        if self.ledgers is not None:
            self.ledgers.close()


@pytest.fixture(autouse=True, scope="module")
def in_etcd(cluster: Cluster) -> None:
    EtcdLedgerLaws.cluster = cluster


@needs_etcd()
class TestEtcdLedgerLaws(EtcdLedgerLaws.TestCase):  # type: ignore[misc, name-defined] # made by hypothesis
    settings = settings(
        max_examples=12,
        stateful_step_count=50,
        deadline=None,
        phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to make a failure short takes minutes here
        suppress_health_check=[HealthCheck.too_slow],
    )


__all__ = ["TestEtcdLedgerLaws"]
