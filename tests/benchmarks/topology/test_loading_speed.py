"""What a region of up to 1,000,000 servers and 1,000 subsystems costs to read, to recall, to keep and to follow.

Targets at 1,000,000 servers: 3 s for the first reading, 0.7 s once it was kept, 5,000,000 events a second in batches of 1,000.
"""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.generated import SIZES, cost_of, described, exponent, rounded, state_of
from topology.fleet.batches import EventBatch
from topology.fleet.fleet import Fleet
from topology.records import region_cache
from topology.records.description_file import read_description
from topology.records.region_cache import read_or_recall


def loaded(path: Path) -> Fleet:
    return Fleet(read_or_recall(read_description(path)))


def test_what_reading_costs_the_first_time_and_from_what_was_kept(
    benchmark: BenchmarkFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(region_cache, "WORTHWHILE", 0)
    first, kept = [], []
    for size in SIZES:
        path = described(size)
        first.append(cost_of(partial(loaded, path), 1))
        kept.append(cost_of(partial(loaded, path), 3))
    benchmark.extra_info |= {
        "first_s": rounded(first, 1), "kept_s": rounded(kept, 1),
        "exponents": [round(exponent(first), 2), round(exponent(kept), 2)],
    }  # fmt: skip
    benchmark.pedantic(loaded, args=(described(SIZES[-1]),), rounds=1)
    # Ratios in one run, since machines differ: recalling is worth it, and neither grows faster than the fleet.
    assert kept[-1] < first[-1] / 2
    assert exponent(first) < 1.15


def test_what_following_events_costs(benchmark: BenchmarkFixture) -> None:
    chance = np.random.default_rng(1)
    per_event = []
    for size in SIZES:
        fleet = state_of(size).fleet
        batches = [
            EventBatch(
                number, float(number), chance.integers(0, size, 1000, np.int32), chance.integers(1, 3, 1000, np.uint8)
            )
            for number in range(200)
        ]

        def fold(fleet: Fleet = fleet, batches: list[EventBatch] = batches) -> None:
            for batch in batches:
                fleet.apply(batch)

        per_event.append(cost_of(fold, 3) / 200_000)
    benchmark.extra_info |= {
        "million_a_second": [round(1e-6 / cost, 2) for cost in per_event],
        "exponent": round(exponent(per_event), 2),
    }
    benchmark.pedantic(fold, rounds=1)
    assert exponent(per_event) < 0.3  # what an event costs hardly grows with the fleet


def test_what_a_server_takes_in_memory(benchmark: BenchmarkFixture) -> None:
    """Columns only: names are text, and cost about 60 bytes more."""
    taken = []
    for size in SIZES:
        fleet = state_of(size).fleet
        roster = fleet.region.roster
        columns = (roster.rack, roster.profile, roster.state, roster.protected, fleet.state, fleet.since, fleet.left)
        taken.append((sum(column.nbytes for column in columns) + fleet.class_of.nbytes + fleet._seat.nbytes) / size)
    benchmark.extra_info["bytes_a_server"] = taken
    benchmark.pedantic(lambda: state_of(SIZES[0]), rounds=1)
    assert taken[-1] <= taken[0]
