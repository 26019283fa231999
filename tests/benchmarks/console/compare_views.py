"""The same graph in our topology view and in others, one after the other on this machine: a panned frame, and a changed tenth.

    python -m tests.benchmarks.console.compare_views [NODES ...]          1000 and 10000 where none are named

Beside ours: pyqtgraph's GraphItem (plain squares), one QGraphicsItem a node (a tank and its name, as a first attempt would draw
them) with one line item an edge, and Cytoscape.js on its canvas in headless Chromium, where `chromium` and `node` are installed and
CYTOSCAPE names the folder that holds node_modules/cytoscape. Each gets the same places, the same edges and a view of 1280x800 that
shows all of it. A frame is a pan by a few pixels, or a change of every tenth node, until it is painted. Last comes the cold start
of our window, and of PyDM's where PYDM names a Python that has it.

Times of the views are processor time of the process that draws. Chromium draws in several processes and not more often than 60
times a second, and Cytoscape.js leaves frames out where drawing is slow: its time is the wall time of a while in which every frame
changes something, for each time that it drew; at the least 16.7 ms.
"""

import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

from tests.folders import ROOT

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pyqtgraph
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsItem,
    QGraphicsScene,
    QGraphicsView,
    QStyleOptionGraphicsItem,
    QWidget,
)

from console.app.app import make_application
from console.kit.theme import load_theme
from console.panels.topology import TopologyView
from console.panels.topology.cards.readings import Readings
from tests.benchmarks.console.test_topology_speed import laid_out, meshed, readings_of

SIZE = (1280, 800)
FRAMES = 40
SECONDS = 8.0
"""After so long a view is not asked for more frames."""
Acts = tuple[Callable[[int], None], Callable[[int], None]]
"""Pan, and change a tenth: each paints its frame before it comes back, and is told the number of the frame."""

PAGE = """<!doctype html><body style="margin:0"><div id="cy" style="width:1280px;height:800px"></div>
<script src="cytoscape.min.js"></script><script>
const graph = GRAPH;
const frame = () => new Promise(requestAnimationFrame);
async function timed(cy, act) {
  let frames = 0, drawings = 0;
  const count = () => drawings++, begun = performance.now();
  cy.on('render', count);
  for (; drawings < FRAMES && frames < 10 * FRAMES && performance.now() - begun < LIMIT; frames++) {
    act(frames);
    await frame();
  }
  cy.off('render', count);
  return (performance.now() - begun) / (drawings > 1 ? drawings : frames);
}
onload = async () => {
  const cy = cytoscape({container: document.getElementById('cy'), elements: graph, layout: {name: 'preset'}, style: [
    {selector: 'node', style: {shape: 'rectangle', width: 176, height: 62, label: 'data(id)', 'background-color': '#246'}},
    {selector: 'edge', style: {width: 1, 'curve-style': 'haystack', 'line-color': '#888'}}]});
  cy.fit();
  await frame();
  const still = await timed(cy, () => 0);
  const pan = await timed(cy, turn => cy.panBy({x: turn % 2 ? 3 : -3, y: 1}));
  const tenth = cy.nodes().filter((node, number) => number % 10 == 0);
  const tick = await timed(cy, turn => cy.batch(() => tenth.style('background-color', turn % 2 ? '#852' : '#246')));
  await fetch('said', {method: 'POST', body: JSON.stringify({still, pan, tick, version: cytoscape.version})});
};
</script></body>"""


class Node(QGraphicsItem):
    """A tank with its level and name, painted by itself."""

    def __init__(self, name: str, at: tuple[float, float]) -> None:
        super().__init__()
        self.name, self.level = name, 0.5
        self.setPos(*at)

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt calls it
        return QRectF(-89, -32, 178, 64)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        painter.setPen(QPen(QColor("#888"), 0))
        painter.setBrush(QBrush(QColor("#123")))
        painter.drawRect(QRectF(-88, -31, 176, 62))
        painter.fillRect(QRectF(-88, 31 - 62 * self.level, 176, 62 * self.level), QColor("#246"))
        painter.drawText(QPointF(-80, 0), self.name)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def cost_of(act: Callable[[int], None]) -> float:
    """Give the median processor time of a frame, in milliseconds."""
    costs: list[float] = []
    act(0)
    begun = time.perf_counter()
    while len(costs) < FRAMES and (len(costs) < 3 or time.perf_counter() - begun < SECONDS):
        start = time.process_time()
        act(len(costs) + 1)
        costs.append(time.process_time() - start)
    return median(costs) * 1000


def ours(nodes: int) -> TopologyView:
    region = meshed(nodes)
    view = TopologyView(load_theme("night"))
    view.resize(*SIZE)
    view.show_region(region)
    view.show_capacity(readings_of(region))
    view.show()
    laid_out(view)
    view.going.set_closed(())
    laid_out(view)
    view.viewport.fit()
    view.repaint()
    return view


def acts_of_ours(view: TopologyView) -> Acts:
    assert view.drawing.canvas is not None
    rows = view.drawing.canvas.readings

    def pan(turn: int) -> None:
        view.viewport.pan(QPointF(3 if turn % 2 else -3, 1))
        view.repaint()

    def tick(turn: int) -> None:
        after = rows.columns.after.copy()
        after[::10] -= turn % 7
        view.show_capacity(
            Readings(rows.names, replace(rows.columns, after=after, in_service=after), rows.at, index=rows.index)
        )
        view.repaint()

    return pan, tick


def acts_of_graph_item(places: np.ndarray, edges: np.ndarray) -> Acts:
    window = pyqtgraph.GraphicsLayoutWidget()
    window.resize(*SIZE)
    box = window.addViewBox()
    item = pyqtgraph.GraphItem()
    brushes = np.full(len(places), pyqtgraph.mkBrush("#246"), object)
    item.setData(pos=places, adj=edges, symbol="s", size=8, symbolBrush=brushes, pen=pyqtgraph.mkPen("#888"))
    box.addItem(item)
    box.autoRange()
    window.show()

    def pan(turn: int) -> None:
        box.translateBy(x=30 if turn % 2 else -30, y=10)
        window.viewport().repaint()

    def tick(turn: int) -> None:
        brushes[::10] = pyqtgraph.mkBrush("#852" if turn % 2 else "#246")
        item.scatter.setBrush(brushes)
        window.viewport().repaint()

    pan.window = window  # type: ignore[attr-defined] # else it would be gone with this call
    return pan, tick


def acts_of_items(names: tuple[str, ...], places: np.ndarray, edges: np.ndarray) -> Acts:
    scene = QGraphicsScene()
    pen = QPen(QColor("#888"), 0)
    for one, other in edges.tolist():
        scene.addLine(*places[one], *places[other], pen)
    items = [Node(name, (x, y)) for name, (x, y) in zip(names, places.tolist(), strict=True)]
    for item in items:
        scene.addItem(item)
    view = QGraphicsView(scene)
    view.setRenderHint(QPainter.RenderHint.Antialiasing)
    view.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
    view.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
    view.resize(*SIZE)
    view.show()
    view.fitInView(scene.itemsBoundingRect(), Qt.AspectRatioMode.KeepAspectRatio)

    def pan(turn: int) -> None:
        view.translate(30 if turn % 2 else -30, 10)
        view.viewport().repaint()

    def tick(turn: int) -> None:
        for item in items[::10]:
            item.level = 0.3 + turn % 5 / 10
            item.update()
        view.viewport().repaint()

    pan.kept = scene, view  # type: ignore[attr-defined]
    return pan, tick


def by_cytoscape(names: tuple[str, ...], places: np.ndarray, edges: np.ndarray) -> str:
    """Draw the graph in Chromium; gives what to print."""
    script = Path(os.environ["CYTOSCAPE"]) / "node_modules/cytoscape/dist/cytoscape.min.js"
    elements = [
        {"data": {"id": name}, "position": {"x": x, "y": y}}
        for name, (x, y) in zip(names, places.tolist(), strict=True)
    ]
    elements += [{"data": {"source": names[a], "target": names[b]}} for a, b in edges.tolist()]
    page = (
        PAGE.replace("GRAPH", json.dumps(elements)).replace("FRAMES", str(FRAMES)).replace("LIMIT", str(SECONDS * 1000))
    )
    found = asked_of_chromium({"/page.html": page.encode(), "/cytoscape.min.js": script.read_bytes()})
    shown = "  ".join(f"{name} {found[name]:8.1f}" for name in ("pan", "tick"))
    return f"{shown}   (wall; a frame in which nothing changes {found['still']:.1f}; version {found['version']})"


def asked_of_chromium(files: dict[str, bytes]) -> dict[str, float]:
    """Let Chromium show a page, from a server of its own, and give what the page says once it is done."""
    said: queue.Queue[dict[str, float]] = queue.Queue()

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = files.get(self.path)
            self.send_response(200 if body is not None else 404)
            self.end_headers()
            self.wfile.write(body or b"")

        def do_POST(self) -> None:
            said.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server, tempfile.TemporaryDirectory() as folder:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        command = [
            "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", f"--window-size={SIZE[0]},{SIZE[1]}",
            f"--user-data-dir={folder}", f"http://127.0.0.1:{server.server_port}/page.html",
        ]  # fmt: skip
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as browser:
            try:
                return said.get(timeout=120)
            finally:
                browser.terminate()
                browser.wait()
                server.shutdown()


def cold_start(command: list[str]) -> float:
    """Give the median wall time of a command from its start to its end, in milliseconds."""
    costs = []
    for _ in range(6):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
        costs.append(time.perf_counter() - start)
    return median(costs[1:]) * 1000


OUR_START = """
from console.app import make_application, wait_for_first_paint
from console.window.main_window import MainWindow
from console.window.settings import SettingsStore
from console.kit.theme import load_theme
app = make_application()
window = MainWindow(load_theme("night"), SettingsStore())
window.show()
wait_for_first_paint(window)
"""
PYDM_START = """
import sys
from pydm import PyDMApplication, Display
from qtpy.QtCore import QTimer
app = PyDMApplication(use_main_window=True)
app.main_window.set_display_widget(Display())
app.main_window.show()
QTimer.singleShot(0, app.quit)
app.exec()
"""


def main(sizes: list[int]) -> None:
    make_application()
    for nodes in sizes:
        view = ours(nodes)
        assert view.arrangement.scene is not None
        assert view.arrangement.region is not None
        index, names = view.arrangement.region.index, tuple(view.arrangement.region.index)
        centres = [view.arrangement.scene.shape.cards[name].center() for name in names]
        places = np.array([(centre.x(), centre.y()) for centre in centres])
        edges = np.array([(index[edge.dependent], index[edge.needs]) for edge in view.arrangement.region.dependencies])
        say(f"{nodes:,} nodes, {len(edges):,} edges: ms a frame, median")
        made: dict[str, Callable[[], Acts]] = {
            "this view": lambda view=view: acts_of_ours(view),  # type: ignore[misc]
            "pyqtgraph GraphItem": lambda places=places, edges=edges: acts_of_graph_item(places, edges),  # type: ignore[misc]
            "an item a node": lambda n=names, p=places, e=edges: acts_of_items(n, p, e),  # type: ignore[misc]
        }
        for name, make in made.items():
            pan, tick = make()
            QApplication.processEvents()
            say(f"  {name:20} pan {cost_of(pan):8.1f}  tick {cost_of(tick):8.1f}   (processor)")
        if shutil.which("chromium") and "CYTOSCAPE" in os.environ:
            say(f"  {'Cytoscape.js':20} {by_cytoscape(names, places, edges)}")
    say("cold start until the first window is painted, ms, wall, median of five")
    say(f"  {'this console':20} {cold_start([sys.executable, '-c', OUR_START]):8.0f}")
    if "PYDM" in os.environ:
        say(f"  {'PyDM':20} {cold_start([os.environ['PYDM'], '-c', PYDM_START]):8.0f}")


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [1_000, 10_000])
