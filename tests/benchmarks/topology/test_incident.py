"""How quickly any moment of a long incident is reached, how quickly changes fold, and what a frame of a replay costs."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from console.operating.incidents.incidents import read_incident_named
from console.operating.training.replay import Replay
from console.operating.training.training import Training
from tests.benchmarks.generated import SIZES, cost_of, exponent, rounded
from topology.incident.model import Incident, Recorded
from topology.incident.timeline import Timeline

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


def test_what_seeking_in_a_day_costs_at_three_sizes(benchmark: BenchmarkFixture, s3: Incident) -> None:
    costs, worst = [], []
    for changes in SIZES:
        timeline = Timeline(long_incident(s3, changes))
        moments = iter(np.random.default_rng(1).uniform(s3.starts, s3.starts + DAY_S, 1_000).tolist())
        timeline.at(next(moments))
        each = sorted(
            cost_of(lambda timeline=timeline, moments=moments: timeline.at(next(moments)), 1) for _ in range(60)
        )  # type: ignore[misc]
        costs.append(each[30])
        worst.append(each[-1])
    benchmark.extra_info |= {
        "target_ms": SEEK_MS, "median_ms": rounded(costs), "most_ms": rounded(worst),
        "exponent": round(exponent(costs), 2),
    }  # fmt: skip
    benchmark.pedantic(lambda: None, rounds=1)
    assert costs[-1] * 1000 < SEEK_MS


def test_what_folding_costs_at_three_sizes(benchmark: BenchmarkFixture, s3: Incident) -> None:
    costs = []
    for changes in SIZES:
        timeline = Timeline(long_incident(s3, changes))
        states = s3.region.roster.state.copy()
        fold = partial(timeline.columns.fold, states, 0, changes)
        costs.append(cost_of(fold, 9))
    rates = [changes / cost for changes, cost in zip(SIZES, costs, strict=True)]
    benchmark.extra_info |= {
        "million_a_second": [round(rate / 1e6, 1) for rate in rates], "exponent": round(exponent(costs), 2)
    }  # fmt: skip
    benchmark.pedantic(lambda: None, rounds=1)
    assert min(rates) > FOLD_PER_S


@pytest.mark.parametrize("era", ["record", "as-it-was"])
def test_a_frame_at_an_hour_each_second(benchmark: BenchmarkFixture, s3: Incident, era: str) -> None:
    training = Training(Replay(s3))
    training.go_to(s3.decisions[0].time)
    if era != "record":
        training.era = s3.era(era)
        training.take_over()
        training.act("remove 400 servers from billing")
        training.act("restart index")
    begins = training.now()

    def frame() -> None:
        training.go_to(begins if not training.is_run and training.now() >= s3.ends else training.now() + 3600 * 0.016)

    costs = sorted(cost_of(frame, 1) for _ in range(300))
    benchmark.extra_info |= {
        "target_ms": FRAME_MS,
        "median_ms": round(costs[150] * 1000, 3),
        "p99_ms": round(costs[296] * 1000, 3),
    }
    benchmark.pedantic(lambda: None, rounds=1)
    assert costs[296] * 1000 < FRAME_MS
