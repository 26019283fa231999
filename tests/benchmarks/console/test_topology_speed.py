"""What the topology of a large region costs to pan, and to follow when a tenth of it changed. Processor time.

Targets, in milliseconds: a panned frame of 1,000 nodes 2, with a changed tenth 3; of 10,000 nodes and 50,000 edges 3 and 6.
"""

from collections.abc import Iterator
from dataclasses import replace
from statistics import median
from time import process_time

import numpy as np
import pytest
from PySide6.QtCore import QEventLoop, QPointF
from pytest_benchmark.fixture import BenchmarkFixture

from console.kit.theme import load_fonts, load_theme
from console.panels.topology import TopologyView
from console.panels.topology.cards.readings import NodeReading, ReadingColumns, Readings
from tests.benchmarks.generated import cost_of, exponent, rounded
from topology.region.description import read_region
from topology.region.region import Region

VIEWS = (100, 1_000, 10_000)
EDGES, TIERS = 5, 20


def meshed(count: int) -> Region:
    """Make a region of twenty tiers whose nodes need five others each, a tier or two further down."""
    chance = np.random.default_rng(2)
    lines = ["format = 1", "[region]", f'name = "mesh-{count}"', 'zones = ["az1"]']
    lines += [f'[[subsystem]]\nname = "n{number}"\nexternal = true' for number in range(count)]
    wide = count // TIERS
    for number in range(count - wide):
        first = (number // wide + 1) * wide
        others = {int(other) for other in chance.integers(first, min(first + 2 * wide, count), EDGES)}
        lines += [f'[[dependency]]\nfrom = "n{number}"\nto = "n{other}"' for other in sorted(others)]
    return read_region("\n".join(lines), "mesh.toml")


def laid_out(view: TopologyView) -> None:
    """Wait until no layout runs: it would be counted."""
    waiting = QEventLoop()
    while view.arrangement.laying_out is not None:
        waiting.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def readings_of(region: Region) -> Readings:
    """Give every node numbers, all healthy."""
    names = tuple(region.index)
    many = np.full(len(names), 100, np.int64)
    none, flags = np.zeros(len(names), np.int64), np.zeros(len(names), bool)
    columns = ReadingColumns(many, many, many - 30, many, none, none, none, none, many - 70, flags, flags)
    return Readings(
        names, columns, lambda number: NodeReading(names[number], names[number], in_service=100, declared=100)
    )


@pytest.fixture(scope="module")
def views(qapp: object) -> Iterator[dict[int, TopologyView]]:
    load_fonts()
    made: dict[int, TopologyView] = {}
    for count in VIEWS:
        region = meshed(count)
        view = TopologyView(load_theme("night"))
        view.resize(1280, 800)
        view.show_region(region)
        view.show_capacity(readings_of(region))
        view.show()
        made[count] = view
    for view in made.values():
        laid_out(view)
        view.going.set_closed(())
        laid_out(view)
        view.viewport.fit()
        view.repaint()
    yield made
    for view in made.values():
        view.close()


def test_what_panning_costs_at_three_sizes(benchmark: BenchmarkFixture, views: dict[int, TopologyView]) -> None:
    costs, worst, zooms = [], [], []
    for view in views.values():
        view.viewport.fit()
        view.repaint()
        frames = []
        for _ in range(150):
            start = process_time()
            view.viewport.pan(QPointF(-3, 1))
            view.repaint()
            frames.append(process_time() - start)
        costs.append(median(frames))
        worst.append(sorted(frames)[-2])
        zooms.append(round(view.viewport.camera.zoom, 3))
    benchmark.extra_info |= {
        "median_ms": rounded(costs), "p99_ms": rounded(worst), "zoom": zooms,
        "exponent": round(exponent(costs, VIEWS), 2),
    }  # fmt: skip
    benchmark.pedantic(lambda: None, rounds=1)
    assert exponent(costs, VIEWS) < 0.5  # a frame copies pixels, however much is in them


def test_what_a_changed_tenth_costs_at_three_sizes(benchmark: BenchmarkFixture, views: dict[int, TopologyView]) -> None:
    costs = []
    for view in views.values():
        view.viewport.fit()
        view.repaint()
        assert view.drawing.canvas is not None
        rows = view.drawing.canvas.readings
        drawings, turn = view.drawing.canvas.drawings, {"at": 0}

        def tick(view: TopologyView = view, rows: Readings = rows, turn: dict[str, int] = turn) -> None:
            turn["at"] += 1
            after = rows.columns.after.copy()
            after[::10] -= turn["at"] % 7
            columns = replace(rows.columns, after=after, in_service=after)
            view.show_capacity(Readings(rows.names, columns, rows.at, index=rows.index))
            view.repaint()

        costs.append(cost_of(tick, 30))
        assert view.drawing.canvas.drawings == drawings  # only what changed is painted
    benchmark.extra_info |= {"ms": rounded(costs), "exponent": round(exponent(costs, VIEWS), 2)}
    benchmark.pedantic(lambda: None, rounds=1)
    assert exponent(costs, VIEWS) < 0.9
