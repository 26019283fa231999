"""One etcd of three members, with TLS and users, for all tests of a run that do not harm it; each has a prefix of its own."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.servers.etcd.cluster import Cluster

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(Path(tmp_path_factory.mktemp("etcd")))
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
def prefix() -> str:
    """Give a prefix that no other test uses."""
    return f"/t/{next(_NUMBERS)}/"


@pytest.fixture
def own_etcd(tmp_path: Path) -> Iterator[Cluster]:
    """Members for one test alone, which may harm them."""
    folder = tmp_path / "etcd"
    folder.mkdir()
    made = Cluster(folder)
    try:
        made.start()
        yield made
    finally:
        made.stop()
