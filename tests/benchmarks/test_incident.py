"""How quickly any moment of a long incident is reached, how quickly changes fold, and what a frame of a replay costs."""

from dataclasses import replace

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from console.incidents import read_incident_named
from console.replay.training import Training
from topology.incident.model import Incident, Recorded
from topology.incident.timeline import Timeline
from topology.links.replay import ReplayLink

DAY_S = 86_400.0
SEEK_MS, FOLD_PER_S, FRAME_MS = 100.0, 5_000_000, 16.0


@pytest.fixture(scope="module")
def s3() -> Incident:
    return read_incident_named("s3-2017")


def long_incident(s3: Incident, changes: int) -> Incident:
    """Give a day with so many single changes, in the region of a shipped incident."""
    rng = np.random.default_rng(2017)
    times = np.sort(rng.uniform(0, DAY_S, changes)) + s3.starts
    servers = rng.integers(0, len(s3.region.roster), changes).astype(np.int32)
    states = rng.integers(0, 5, changes).astype(np.uint8)
    recorded = Recorded(times, servers, states)
    return replace(s3, ends=s3.starts + DAY_S, events=(), decisions=(), recorded=recorded)


@pytest.mark.parametrize("changes", [10_000, 100_000, 1_000_000])
def test_seek_in_a_day(benchmark: BenchmarkFixture, s3: Incident, changes: int) -> None:
    timeline = Timeline(long_incident(s3, changes))
    moments = iter(np.random.default_rng(1).uniform(s3.starts, s3.starts + DAY_S, 1_000_000).tolist())
    benchmark.extra_info["target_ms"] = SEEK_MS
    benchmark.pedantic(lambda: timeline.at(next(moments)), rounds=30, warmup_rounds=2)
    assert benchmark.stats.stats.median * 1000 < SEEK_MS


@pytest.mark.parametrize("changes", [10_000, 100_000, 1_000_000])
def test_fold(benchmark: BenchmarkFixture, s3: Incident, changes: int) -> None:
    timeline = Timeline(long_incident(s3, changes))
    states = s3.region.roster.state.copy()
    benchmark.pedantic(lambda: timeline.columns.fold(states, 0, changes), rounds=20, warmup_rounds=2)
    per_second = changes / benchmark.stats.stats.median
    benchmark.extra_info["per_second"] = round(per_second)
    assert per_second > FOLD_PER_S


@pytest.mark.parametrize("era", ["record", "as-it-was"])
def test_a_frame_at_an_hour_each_second(benchmark: BenchmarkFixture, s3: Incident, era: str) -> None:
    training = Training(ReplayLink(s3))
    training.go_to(s3.decisions[0].time)
    if era != "record":
        training.era = s3.era(era)
        training.take_over()
        training.act("remove 400 servers from billing")
        training.act("restart index")
    begins = training.now()

    def frame() -> None:
        training.go_to(begins if not training.is_run and training.now() >= s3.ends else training.now() + 3600 * 0.016)

    benchmark.extra_info["target_ms"] = FRAME_MS
    benchmark.pedantic(frame, rounds=300)
    assert np.quantile(benchmark.stats.stats.data, 0.99) * 1000 < FRAME_MS
