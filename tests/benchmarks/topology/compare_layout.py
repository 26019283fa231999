"""Sets the layout beside Graphviz dot and elkjs, where they are installed: processor time, and crossings counted by the same code.

Not a test. Run it from the root of the repository: `python -m tests.benchmarks.topology.compare_layout`. dot is found on the
path; for elkjs, `ELKJS` names the folder that it was installed in with npm. Graphs have no services, which the two know otherwise,
and no row is wrapped and no graph cut, which the two never do.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from statistics import median

import numpy as np

from tests.benchmarks.topology.layout_graphs import tiered
from topology.layout import Request, arrange, crossings_of
from topology.layout.levels.crossings import count_pieces

SEEDS = range(21, 29)
"""Of the graphs: none of those that the layout was tuned on, which one graph of a size would be too few to tell from."""
UNWRAPPED = 1e9
"""The width for a height of 1 at which no row is too wide."""
LIMIT = 300
"""Seconds after which a tool is given up."""
ELK = """
const ELK = require(process.argv[1] + '/node_modules/elkjs');
const graph = JSON.parse(require('fs').readFileSync(0));
new ELK().layout(graph).then(made => console.log(JSON.stringify(made.edges.map(e => e.sections[0]))));
"""


def pieces_of(lines: list[list[tuple[float, float]]]) -> np.ndarray:
    return np.array([[*a, *b] for line in lines for a, b in pairwise(line)], float).reshape(-1, 4)


def by_child(command: list[str], text: str) -> tuple[str, float]:
    """Run a program; give what it wrote and the processor time it took, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    made = subprocess.run(command, input=text, capture_output=True, text=True, timeout=LIMIT, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return made.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def own(request: Request) -> tuple[float, int]:
    costs = []
    for _ in range(3):
        start = time.process_time()
        made = arrange(request)
        costs.append(time.process_time() - start)
    return sorted(costs)[1], crossings_of(made)


def dot(request: Request) -> tuple[float, int]:
    edges = "\n".join(f"n{a} -> n{b};" for a, b in request.edges.tolist())
    nodes = "\n".join(f"n{number};" for number in range(len(request.names)))
    box = 'node [shape=box, fixedsize=true, width=2.44, height=0.86, label=""]; edge [dir=none]; splines=polyline;'
    # Without arrow heads, which cut the last ten points off every line, and what is crossed there.
    written, cost = by_child(["dot", "-Tjson"], f"digraph g {{ {box} {nodes} {edges} }}")
    lines = []
    for edge in json.loads(written).get("edges", []):
        points = next(part["points"] for part in edge["_draw_"] if part["op"] in "bB")
        # A polyline is written as Bézier curves whose ends, every third point, are its corners.
        lines.append([(float(x), float(y)) for x, y in points[::3]])
    return cost, count_pieces(pieces_of(lines))


def elk(request: Request) -> tuple[float, int]:
    graph = {
        "id": "root",
        "layoutOptions": {"elk.algorithm": "layered", "elk.direction": "DOWN", "elk.edgeRouting": "POLYLINE"},
        "children": [{"id": f"n{number}", "width": 176, "height": 62} for number in range(len(request.names))],
        "edges": [
            {"id": f"e{number}", "sources": [f"n{a}"], "targets": [f"n{b}"]}
            for number, (a, b) in enumerate(request.edges.tolist())
        ],
    }
    command = ["node", "--stack-size=65000", "-e", ELK, os.environ["ELKJS"]]
    written, cost = by_child(command, json.dumps(graph))
    lines = []
    for section in json.loads(written):
        points = [section["startPoint"], *section.get("bendPoints", []), section["endPoint"]]
        lines.append([(point["x"], point["y"]) for point in points])
    return cost, count_pieces(pieces_of(lines))


def main(sizes: list[int]) -> None:
    tools: dict[str, Callable[[Request], tuple[float, int]]] = {"this layout": own}
    if shutil.which("dot"):
        tools["dot"] = dot
    if shutil.which("node") and "ELKJS" in os.environ:
        tools["elkjs"] = elk
    for size in sizes:
        requests = [replace(tiered(size, seed), aspect=UNWRAPPED, enough=np.inf) for seed in SEEDS]
        say(
            f"{size:,} nodes, {len(requests[0].edges):,} edges, {len(requests)} graphs: median time, all crossings, ratio to dot"
        )
        beside: list[int] = []
        for name in sorted(tools, key=lambda name: name != "dot"):
            try:
                found = [tools[name](request) for request in requests]
            except (subprocess.SubprocessError, OSError) as error:
                say(f"  {name:15} gave up: {type(error).__name__}")
                continue
            crossings = [number for _, number in found]
            beside = crossings if name == "dot" else beside
            ratios = [one / max(other, 1) for one, other in zip(crossings, beside, strict=bool(beside))]
            spread = (
                f" {sum(crossings) / max(sum(beside), 1):5.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
                if ratios
                else ""
            )
            cost = median(cost for cost, _ in found)
            say(f"  {name:15} {cost * 1000:8,.0f} ms {sum(crossings):12,}{spread}")


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [50, 200, 1000])
