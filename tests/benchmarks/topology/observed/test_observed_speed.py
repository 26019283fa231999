"""5,000 edges that a real Prometheus saw, from the first question to the region that is drawn with them: the loop goes on."""

import asyncio
import time
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from console.operating.regions import address_of, folder_of, open_to_look
from tests.servers.prometheus.regions import described
from tests.servers.prometheus.rig import PrometheusRig, needs_prometheus, otel
from topology.links.live.link import LiveLink
from topology.links.prometheus.reader import PrometheusReader

pytestmark = needs_prometheus()
SERVICES, EDGES = 1_000, 5_000
GAP_MS = 50.0


async def ticking(gaps: list[tuple[float, float]]) -> None:
    """Note how late the loop is every few milliseconds, and for how long of it its own thread was at work."""
    last, worked = time.perf_counter(), time.thread_time()
    while True:
        await asyncio.sleep(0.002)
        now, work = time.perf_counter(), time.thread_time()
        gaps.append((now - last - 0.002, work - worked))
        last, worked = now, work


async def watch(path: Path) -> tuple[list[tuple[float, float]], int, float]:
    gaps: list[tuple[float, float]] = []
    link = open_to_look(address_of(str(path)), folder_of(address_of(str(path))))
    assert isinstance(link, LiveLink)
    began = time.perf_counter()
    ticker = asyncio.get_running_loop().create_task(ticking(gaps))
    try:
        async with asyncio.timeout(120):
            while True:
                state = await link.load()
                seen = link.observed()
                edges = {} if seen is None else seen.edges(state.region)
                if len(edges) >= EDGES:
                    break
                await asyncio.sleep(0.1)
        took = time.perf_counter() - began
        await asyncio.sleep(3.0)  # several readings more, and a look back
        return gaps, len(edges), took
    finally:
        ticker.cancel()
        await link.aclose()


def test_that_five_thousand_edges_leave_no_gap_in_the_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, benchmark: BenchmarkFixture
) -> None:
    monkeypatch.setattr(PrometheusReader, "each_s", 0.5)
    monkeypatch.setattr(PrometheusReader, "looks_back_each_s", 1.0)
    rig = PrometheusRig(tmp_path, scrape_s=5)
    calls = {
        otel(f"svc-{at % SERVICES}", f"svc-{(at + 1 + 13 * (at // SERVICES)) % SERVICES}"): 1.0 + at % 50
        for at in range(EDGES)
    }
    assert len(calls) == EDGES
    try:
        rig.start()
        rig.exporter.calls(calls)
        more = "".join(f'[[subsystem]]\nname = "svc-{at}"\nexternal = true\n' for at in range(SERVICES))
        path = described(tmp_path, rig, more)
        gaps, count, took = benchmark.pedantic(lambda: asyncio.run(watch(path)), rounds=1)
    finally:
        rig.stop()

    late, worked = (1000 * max(column) for column in zip(*gaps, strict=True))
    figures = {"edges": count, "seconds until drawn": round(took, 1), "longest gap ms": round(late, 1)}
    benchmark.extra_info |= {**figures, "of which the loop's own work ms": round(worked, 1)}
    assert count == EDGES
    # Other programs make the loop late as well; what it does itself is the matter here.
    assert worked < GAP_MS
