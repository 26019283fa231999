"""What laying out a graph costs, from scratch and after an edit, and how far an edit moves things.

Targets at 200, 1,000 and 10,000 nodes: 25, 80 and 350 ms of processor time from scratch on sparse graphs; an edit moves things
less than 1 % of the width on average.
"""

from functools import cache, partial

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.generated import cost_of, exponent, rounded
from tests.benchmarks.topology.layout_graphs import edited, generated, tiered
from topology.layout import Arrangement, Request, arrange

SIZES = (200, 1_000, 10_000)
MAKERS = {"tiers": tiered, "services": generated}


@cache
def graph(kind: str, size: int) -> Request:
    return MAKERS[kind](size)


@cache
def laid_out(kind: str, size: int) -> Arrangement:
    return arrange(graph(kind, size))


@pytest.mark.parametrize("kind", MAKERS)
def test_what_a_layout_costs(benchmark: BenchmarkFixture, kind: str) -> None:
    benchmark.pedantic(arrange, (graph(kind, SIZES[1]),), rounds=1)
    costs = [cost_of(partial(arrange, graph(kind, size)), 3) for size in SIZES]
    benchmark.extra_info |= {"ms": rounded(costs), "exponent": round(exponent(costs, SIZES), 2)}
    assert exponent(costs, SIZES) < 1.2


@pytest.mark.parametrize("kind", MAKERS)
def test_what_an_edit_costs_and_moves(benchmark: BenchmarkFixture, kind: str) -> None:
    after = {size: edited(graph(kind, size)) for size in SIZES}
    benchmark.pedantic(arrange, (after[SIZES[1]], laid_out(kind, SIZES[1])), rounds=1)
    costs = [cost_of(partial(arrange, after[size], laid_out(kind, size)), 3) for size in SIZES]
    moved = []
    for size in SIZES:
        before = laid_out(kind, size)
        made = arrange(after[size], before)
        moved.append(float(np.abs(made.centres[: len(before.names), 0] - before.centres[:, 0]).mean()) / before.width)
    benchmark.extra_info |= {
        "ms": rounded(costs),
        "exponent": round(exponent(costs, SIZES), 2),
        "moved_percent": [round(share * 100, 2) for share in moved],
    }
    assert exponent(costs, SIZES) < 1.2
    assert max(moved) < 0.01
