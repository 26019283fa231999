"""The contract of ledgers over each kind on one machine: acts files of `sim:` and `file:`, and the SQLite file of the others."""

from pathlib import Path

import pytest

from tests.topology.links.ledgers.consoles import Consoles
from tests.topology.links.ledgers.contract import LedgerContract, Make


@pytest.fixture(params=["sim", "file", "simulated"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    def build(pace: int = 60, floor: int = 4, part: str = "") -> Consoles:
        return Consoles(tmp_path / part, request.param, pace, floor)

    return build


class TestEveryLedger(LedgerContract):
    """Each law over each kind."""
