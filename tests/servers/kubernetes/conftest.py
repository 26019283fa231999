"""One control plane for all tests of a run that do not harm it; each gets it empty."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.kubernetes.control_plane import ControlPlane
from tests.servers.kubernetes.shop import Kubelets, Shop


@pytest.fixture(scope="session")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    made = ControlPlane(Path(tmp_path_factory.mktemp("kubernetes")))
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def empty_shop(plane: ControlPlane, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setenv("KUBECONFIG", str(plane.kubeconfig))
    made = Shop(plane)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def shop(empty_shop: Shop) -> Iterator[Shop]:
    """The shop, with its pods ready and its kubelets at work."""
    with Kubelets(empty_shop.plane):
        empty_shop.open()
        empty_shop.settle()
        yield empty_shop
