"""A Prometheus for all tests of a run that do not harm it, and one for a test alone, which may."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.prometheus.rig import PrometheusRig


def _started(folder: Path) -> Iterator[PrometheusRig]:
    folder.mkdir(exist_ok=True)
    made = PrometheusRig(folder)
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="session")
def shared_prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrometheusRig]:
    yield from _started(Path(tmp_path_factory.mktemp("prometheus")))


@pytest.fixture
def prometheus(shared_prometheus: PrometheusRig) -> PrometheusRig:
    """Give the shared one, with nothing to scrape."""
    shared_prometheus.exporter.calls({})
    return shared_prometheus


@pytest.fixture
def own_prometheus(tmp_path: Path) -> Iterator[PrometheusRig]:
    yield from _started(tmp_path / "prometheus")
