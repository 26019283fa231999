"""What the topology of a large region costs: to lay out, to pan, and to follow when a tenth of it changed. Processor time.

Targets, in milliseconds: layout of 200, 1,000 and 10,000 nodes 25, 80, 350; a panned frame of 1,000 nodes 2, with a changed tenth
3; of 10,000 nodes and 50,000 edges 3 and 6.
"""

from collections.abc import Iterator
from dataclasses import replace
from statistics import median
from time import process_time

import numpy as np
import pytest
from PySide6.QtCore import QEventLoop, QPointF
from pytest_benchmark.fixture import BenchmarkFixture

from console.theme import load_fonts, load_theme
from console.topology_view import TopologyView
from console.topology_view.readings import Columns, NodeReading, Readings
from tests.benchmarks.generated import cost_of, exponent, rounded
from topology.description import read_region
from topology.layout import LayoutNode, layout
from topology.region import Region

LAYOUTS, VIEWS = (200, 1_000, 10_000), (100, 1_000, 10_000)
EDGES = 5
"""Edges a node, of which four in five are near."""


def sparse(count: int, seed: int = 1) -> tuple[list[LayoutNode], list[tuple[str, str]]]:
    """Make a graph in eight tiers with 1.4 edges a node, most to a neighbour or to one of a few popular ones."""
    chance = np.random.default_rng(seed)
    tier = np.minimum((chance.random(count) ** 1.2 * 8).astype(int), 7)
    popular = np.flatnonzero(tier == 7)[: max(3, count // 100)]
    edges: set[tuple[int, int]] = set()
    while len(edges) < 1.4 * count:
        one = int(chance.integers(count))
        kind = chance.random()
        near = int(np.clip(one + chance.integers(-9, 10), 0, count - 1))
        other = near if kind < 0.6 else int(chance.choice(popular)) if kind < 0.75 else int(chance.integers(count))
        if tier[other] > tier[one]:
            edges.add((one, other))
    return [LayoutNode(f"n{number}") for number in range(count)], [(f"n{a}", f"n{b}") for a, b in sorted(edges)]


def meshed(count: int) -> Region:
    """Make a region whose nodes need five others each."""
    chance = np.random.default_rng(2)
    lines = ["format = 1", "[region]", f'name = "mesh-{count}"', 'zones = ["az1"]']
    lines += [f'[[subsystem]]\nname = "n{number}"\nexternal = true' for number in range(count)]
    for number in range(count - 1):
        reach = np.where(chance.random(EDGES) < 0.8, min(30, count), count)
        others = {number + 1 + int(chance.integers(max(1, min(far, count - 1 - number)))) for far in reach.tolist()}
        lines += [f'[[dependency]]\nfrom = "n{number}"\nto = "n{other}"' for other in sorted(others) if other < count]
    return read_region("\n".join(lines), "mesh.toml")


def laid_out(view: TopologyView) -> None:
    """Wait until no layout runs: it would be counted."""
    waiting = QEventLoop()
    while view.is_laying_out:
        waiting.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def readings_of(region: Region) -> Readings:
    """Give every node numbers, all healthy."""
    names = tuple(region.index)
    many = np.full(len(names), 100, np.int64)
    none, flags = np.zeros(len(names), np.int64), np.zeros(len(names), bool)
    columns = Columns(many, many, many - 30, many, none, none, none, none, many - 70, flags, flags)
    return Readings(
        names, columns, lambda number: NodeReading(names[number], names[number], in_service=100, declared=100)
    )


def test_what_a_layout_costs_at_three_sizes(benchmark: BenchmarkFixture) -> None:
    costs, crossings = [], []
    for count in LAYOUTS:
        graph = sparse(count)
        made = []
        costs.append(cost_of(lambda graph=graph, made=made: made.append(layout(*graph)), 3 if count < 5000 else 1))  # type: ignore[misc]
        crossings.append(made[0].crossings)
    benchmark.extra_info |= {
        "ms": rounded(costs), "crossings": crossings, "exponent": round(exponent(costs, LAYOUTS), 2)
    }  # fmt: skip
    benchmark.pedantic(layout, args=sparse(LAYOUTS[0]), rounds=3)
    assert exponent(costs, LAYOUTS) < 1.6


def test_that_an_edit_is_quicker_than_a_layout_and_moves_little(benchmark: BenchmarkFixture) -> None:
    nodes, edges = sparse(1000)
    first = layout(nodes, edges)
    more = [*nodes, LayoutNode("new")], [*edges, ("n5", "new")]
    kept = layout(*more, before=first.centres)
    moved = np.array([kept.centres[name][0] - x for name, (x, _) in first.centres.items()])
    shift = float(np.abs(moved - np.median(moved)).mean() / first.width)
    anew, edit = cost_of(lambda: layout(*more), 3), cost_of(lambda: layout(*more, before=first.centres), 3)
    benchmark.extra_info |= {"ms": rounded([anew, edit]), "shift_percent": round(100 * shift, 2)}
    benchmark.pedantic(lambda: None, rounds=1)
    assert shift < 0.01
    assert edit < anew * 1.2


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
        view.set_closed(())
        laid_out(view)
        view.fit()
        view.repaint()
    yield made
    for view in made.values():
        view.close()


def test_what_panning_costs_at_three_sizes(benchmark: BenchmarkFixture, views: dict[int, TopologyView]) -> None:
    costs, worst, zooms = [], [], []
    for view in views.values():
        view.fit()
        view.repaint()
        frames = []
        for _ in range(150):
            start = process_time()
            view.pan(QPointF(-3, 1))
            view.repaint()
            frames.append(process_time() - start)
        costs.append(median(frames))
        worst.append(sorted(frames)[-2])
        zooms.append(round(view.camera.zoom, 3))
    benchmark.extra_info |= {
        "median_ms": rounded(costs), "p99_ms": rounded(worst), "zoom": zooms,
        "exponent": round(exponent(costs, VIEWS), 2),
    }  # fmt: skip
    benchmark.pedantic(lambda: None, rounds=1)
    assert exponent(costs, VIEWS) < 0.5  # a frame copies pixels, however much is in them


def test_what_a_changed_tenth_costs_at_three_sizes(benchmark: BenchmarkFixture, views: dict[int, TopologyView]) -> None:
    costs = []
    for view in views.values():
        view.fit()
        view.repaint()
        assert view.canvas is not None
        rows = view.canvas.readings
        drawings, turn = view.canvas.drawings, {"at": 0}

        def tick(view: TopologyView = view, rows: Readings = rows, turn: dict[str, int] = turn) -> None:
            turn["at"] += 1
            after = rows.columns.after.copy()
            after[::10] -= turn["at"] % 7
            columns = replace(rows.columns, after=after, in_service=after)
            view.show_capacity(Readings(rows.names, columns, rows.at, index=rows.index))
            view.repaint()

        costs.append(cost_of(tick, 30))
        assert view.canvas.drawings == drawings  # only what changed is painted
    benchmark.extra_info |= {"ms": rounded(costs), "exponent": round(exponent(costs, VIEWS), 2)}
    benchmark.pedantic(lambda: None, rounds=1)
    assert exponent(costs, VIEWS) < 0.9
