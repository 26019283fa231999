"""Everything that moves in one window, with a stopwatch: what the benchmark of everything at once is made of.

A topology of 10,000 nodes pans with every frame, a map of 1,000,000 servers follows at 30 Hz, a journal of 10,000 entries
takes in more at 10 Hz and is now and then sorted, and a thread of its own pours events that are folded once a frame, as the
console does it.
"""

import gc
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import perf_counter, process_time, thread_time

import numpy as np
from PySide6.QtCore import QEventLoop, QPointF, Qt, QTimer
from PySide6.QtWidgets import QSplitter

from console.kit.lines.line_table import LineTable, dress
from console.kit.theme import load_fonts, load_theme
from console.panels.fleet_map.view import FleetMapView
from console.panels.journal.cells import ENTRY, SERVERS
from console.panels.journal.model import JournalModel
from console.panels.topology import TopologyView
from tests.benchmarks.console.test_topology_speed import laid_out, meshed, readings_of
from tests.benchmarks.generated import state_of
from topology.execution.journal_entries import Entry, Kind
from topology.fleet.batches import EventBatch

FRAME_MS = 16
NODES, SERVERS_SHOWN, ROWS = 10_000, 1_000_000, 10_000
FRAMES_A_MAP, FRAMES_A_TABLE, FRAMES_A_SORT = 2, 6, 60
FRAMES_A_TURN = 150
"""The topology pans one way for so many frames, then back."""
SLICE_S = 0.005
"""How often the source says what happened since."""
START = datetime(2017, 2, 28, 9, 37, tzinfo=UTC)


@dataclass
class Report:
    """What a run came to: *gaps* and *ages* in seconds, *share* of one core, events *told* and *folded*."""

    seconds: float = 0.0
    share: float = 0.0
    told: int = 0
    folded: int = 0
    gaps: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    """Processor time of the window's thread from one frame to the next: what a gap would be if nothing else ran."""
    ages: list[float] = field(default_factory=list)
    """How long ago the oldest event in a picture of the map happened, once it was painted."""
    drawings: int = 0

    @property
    def ms_a_frame(self) -> float:
        """Processor time a frame, in milliseconds."""
        return self.share * self.seconds / len(self.gaps) * 1000

    def figures(self) -> dict[str, object]:
        """Give what is to be noted beside a benchmark, times in milliseconds."""

        def spread(values: list[float]) -> dict[str, float]:
            ms = np.array(values) * 1000
            parts = {"median": np.median(ms), "p99": np.percentile(ms, 99), "max": ms.max()}
            return {name: round(float(value), 1) for name, value in parts.items()}

        return {
            "seconds": round(self.seconds, 1),
            "events": self.told,
            "lost": self.told - self.folded,
            "gap_ms": spread(self.gaps),
            "cost_ms": spread(self.costs),
            "age_ms": spread(self.ages),
            "percent_of_a_core": round(100 * self.share),
            "cpu_ms_a_frame": round(self.ms_a_frame, 2),
            "pictures_of_the_map": self.drawings,
        }


class Source:
    """Tells of so many events a second from a thread of its own, each slice with the moment at which it happened."""

    def __init__(self, rate: int, seconds: float) -> None:
        chance = np.random.default_rng(3)
        count = int(rate * seconds)
        self.servers = chance.integers(0, SERVERS_SHOWN, count).astype(np.int32)
        self.states = chance.integers(1, 4, count).astype(np.uint8)
        self.waiting: deque[tuple[float, int, int]] = deque()
        """When, and from which event to which."""
        self._rate, self._over = rate, threading.Event()
        self.told = 0
        self._thread = threading.Thread(target=self._tell)

    def start(self) -> None:
        self._thread.start()

    def finish(self) -> None:
        """Wait until everything is told."""
        self._thread.join()

    def _tell(self) -> None:
        begun = perf_counter()
        while self.told < len(self.servers):
            self._over.wait(SLICE_S)
            now = perf_counter()
            last = min(int((now - begun) * self._rate), len(self.servers))
            if last > self.told:
                self.waiting.append((now, self.told, last))
                self.told = last


def entry_of(number: int) -> Entry:
    servers = tuple(f"billing-{one:04}" for one in range(number * 7 % 23))
    time = START + timedelta(seconds=number)
    return Entry(
        number, time, "ana", Kind.NOTED, f"remove {len(servers)} servers from billing", "", "", servers, {}, "", ""
    )


class Everything:
    """The views in one window, and what is done with them in each frame."""

    def __init__(self) -> None:
        load_fonts()
        theme = load_theme("night")
        self.state = state_of(SERVERS_SHOWN)
        self.topology = TopologyView(theme)
        self.map = FleetMapView(theme, lambda: self.state)
        self.table, self.model = LineTable(), JournalModel(theme)
        self.entries = tuple(entry_of(number + 1) for number in range(ROWS))
        self.window = QSplitter(Qt.Orientation.Vertical)
        self._timer = QTimer(interval=FRAME_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._frame)
        self._fill()

    def _fill(self) -> None:
        region = meshed(NODES)
        self.topology.show_region(region)
        self.topology.show_capacity(readings_of(region))
        self.table.setModel(self.model)
        dress(self.table, "Journal", 4)
        self.model.show_entries(self.entries, UTC)
        lower = QSplitter(Qt.Orientation.Horizontal)
        for view in (self.map, self.table):
            lower.addWidget(view)
        self.window.addWidget(self.topology)
        self.window.addWidget(lower)
        self.window.resize(1680, 1000)
        self.window.setSizes([600, 400])
        lower.setSizes([1000, 680])
        self.window.show()
        laid_out(self.topology)
        self.topology.going.set_closed(())
        laid_out(self.topology)
        self.topology.viewport.fit()
        self.map.show_fleet(self.state, None)
        self.run(0, 0.5)  # what is made when it is first needed is not counted

    def run(self, rate: int, seconds: float) -> Report:
        """Let everything move for a while."""
        report, source = Report(), Source(rate, seconds)
        self._report, self.source = report, source
        self._frames, self._folded_since, self._in_picture = 0, float("inf"), float("inf")
        self._over = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), self._over, self._over.quit)
        sheet = self.map.viewport.sheet
        assert sheet is not None
        drawings = sheet.drawings
        gc.collect()
        gc.freeze()  # as the console does once it is loaded
        source.start()
        self._timer.start()
        self._last = begun = perf_counter()
        self._cost = thread_time()
        cost = process_time()
        self._over.exec()
        self._timer.stop()
        cost, report.seconds = process_time() - cost, perf_counter() - begun
        gc.unfreeze()
        source.finish()
        self._fold()
        report.share, report.told, report.drawings = cost / report.seconds, source.told, sheet.drawings - drawings
        return report

    def _frame(self) -> None:
        now = perf_counter()
        self._report.gaps.append(now - self._last)
        self._report.costs.append(thread_time() - self._cost)
        self._last, self._cost = now, thread_time()
        self._frames += 1
        if self._in_picture < float("inf"):  # everything of the frame before is painted by now
            self._report.ages.append(now - self._in_picture)
            self._in_picture = float("inf")
        self._fold()
        self.topology.viewport.pan(QPointF(-3, 1) if self._frames // FRAMES_A_TURN % 2 == 0 else QPointF(3, -1))
        if self._frames % FRAMES_A_MAP == 0:
            self.map.show_fleet(self.state, None)
            self._in_picture, self._folded_since = self._folded_since, float("inf")
        if self._frames % FRAMES_A_TABLE == 3:
            self._tick_table()

    def _fold(self) -> None:
        source = self.source
        if not source.waiting:
            return
        moments, first, last = source.waiting[0][0], source.waiting[0][1], source.waiting[0][2]
        while source.waiting:
            last = source.waiting.popleft()[2]
        self._folded_since = min(self._folded_since, moments)
        batch = EventBatch(self.state.revision + 1, self._last, source.servers[first:last], source.states[first:last])
        self.state.fleet.apply(batch)
        self.state.revision, self.state.time = batch.revision, batch.time
        self._report.folded += last - first

    def _tick_table(self) -> None:
        newest = len(self.entries)
        self.entries = (*self.entries, *(entry_of(newest + more) for more in range(1, 6)))
        self.model.show_entries(self.entries, UTC)
        if self._frames % FRAMES_A_SORT == 3:
            column = SERVERS if self._frames // FRAMES_A_SORT % 2 else ENTRY
            self.model.sort(column, Qt.SortOrder.DescendingOrder)
