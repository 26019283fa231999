"""The laws of the ledger, in etcd: whatever several consoles do, in whatever order, killed at whatever moment."""

from itertools import count
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.servers.etcd.cluster import Cluster, needs_etcd
from tests.servers.etcd.ledgers import EtcdLedgers
from tests.topology.records.ledger.test_ledger_laws import FLOOR, LedgerLaws, Program
from topology.records.ledger.values import ScopeUnits

_NUMBERS = count(1)


class EtcdLedgerLaws(LedgerLaws):
    """Three consoles, one ledger in etcd, one world."""

    cluster: ClassVar[Cluster]
    ledgers: EtcdLedgers | None = None

    def opened(self) -> Program:
        if self.ledgers is None:
            self.ledgers = EtcdLedgers(self.cluster, f"/t/laws{next(_NUMBERS)}/", self.clock)
        return Program(self.ledgers.one((ScopeUnits("index", "region", FLOOR),)))  # type: ignore[arg-type] # as a file's

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
