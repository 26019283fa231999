"""The console's own health for a Prometheus, on this machine alone: what it saw, how smooth it was, what it refused."""

from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from PySide6.QtCore import QObject, Qt, QTimer

from console.operating.view import View
from topology.execution.progress import Progress
from topology.fleet.batches import EventBatch
from topology.planning.guards.table import GUARDS
from topology.planning.plan import Plan, Severity

LOOK_MS = 50
"""How often the event loop is looked at; a gap is what it comes later than that."""
GAPS_S = (0.001, 0.004, 0.016, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
OWN = "own"
"""The label of every guard that is an organisation's own, so that there are as many labels as guards here."""


class Metrics(QObject):
    """Counts what passes through one session; `serve` lets it be read."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.registry = registry = CollectorRegistry()
        self._age = Gauge("underkeel_source_age_seconds", "Age of the newest fact", registry=registry)
        self._answers = Gauge("underkeel_source_connected", "1 while the source answers", registry=registry)
        self._batches = Counter("underkeel_batches", "Batches of facts from the source", registry=registry)
        self._facts = Counter("underkeel_facts", "States of servers that facts told", registry=registry)
        self._gaps = Histogram(
            "underkeel_loop_gap_seconds", "Delay of the event loop", buckets=GAPS_S, registry=registry
        )
        self._plans = Counter("underkeel_plans", "Plans shown, by verdict", ["verdict"], registry=registry)
        self._refusals = Counter(
            "underkeel_refusals", "Blocked plans shown, by code of the guard", ["code"], registry=registry
        )
        self._ended = Counter("underkeel_executions", "Executions that ended, by how", ["end"], registry=registry)
        self._running = Gauge(
            "underkeel_execution_running", "1 while an execution of this console runs", registry=registry
        )
        self._codes = {guard.code for guard in GUARDS}
        self._plan: Plan | None = None
        self._progress: Progress | None = None
        self._looked = perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    def serve(self, host: str, port: int) -> str:
        """Listen there; gives a sentence where that is not possible, else nothing."""
        try:
            start_http_server(port, host, self.registry)
        except OSError as error:
            return (
                f"No metrics: {host}:{port} could not be listened on: {error.strerror or error}. The console goes on."
            )
        self._looked = perf_counter()
        self._timer.start()
        return ""

    def heard(self, batch: EventBatch) -> None:
        """Count a batch of facts."""
        self._batches.inc()
        self._facts.inc(len(batch.servers))

    def see(self, view: View) -> None:
        """Take in a frame."""
        self._age.set(view.state.freshness.age_s)
        self._answers.set(view.state.freshness.connected)
        if view.work.plan is not self._plan:
            self._plan = view.work.plan
            if self._plan is not None:
                self._count(self._plan)
        self._follow(view.progress)

    def _count(self, plan: Plan) -> None:
        self._plans.labels(plan.verdict.value).inc()
        refusing = {one.code for one in plan.findings if one.severity is Severity.BLOCK}
        for code in {code if code in self._codes else OWN for code in refusing}:
            self._refusals.labels(code).inc()

    def _follow(self, progress: Progress | None) -> None:
        before, self._progress = self._progress, progress
        ended = progress is not None and progress.phase.is_end
        self._running.set(progress is not None and not ended)
        was_running = before is not None and not before.phase.is_end
        if progress is not None and ended and was_running:
            self._ended.labels(progress.phase.value).inc()

    def _look(self) -> None:
        now = perf_counter()
        self._gaps.observe(max(0.0, now - self._looked - LOOK_MS / 1000))
        self._looked = now
