"""The window is painted before anything heavy is loaded."""

import gc
import json
import subprocess
import sys
import weakref
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication

from console.app.session import Session
from console.kit.collector import leave_alone_what_is_here
from console.panels.fleet_map.view import FleetMapView
from console.window.main_window import MainWindow
from tests.console.window.whole_window import play, until

ELSEWHERE = (
    "console.operating.incidents",
    "console.operating.training",
    "console.panels.incident_picker",
    "console.panels.standing",
    "console.reports.status_page",
    "topology.audit.auditing",
    "topology.incident.branch",
    "topology.incident.model",
    "topology.publishing.opening",
    "topology.publishing.s3",
    "http.client",
    "networkx",
)
"""What a window on a region has no need of until somebody asks for it."""
HEAVY = ("numpy", "networkx", "asyncio", "pyqtgraph", "sqlite3", "msgspec", "topology")


def loaded(first: str, names: tuple[str, ...]) -> list[str]:
    """Give those of the modules *names* that a new program has loaded once it imported *first*."""
    program = f"import json, sys, {first}; print(json.dumps([name for name in {names!r} if name in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    found: list[str] = json.loads(done.stdout)
    return found


def test_that_nothing_heavy_is_loaded_before_the_first_paint() -> None:
    assert loaded("console.app.app, console.window.main_window", HEAVY) == []


def test_that_a_window_on_a_region_loads_nothing_of_incidents_audits_and_publishing() -> None:
    first = "console.app.session, topology.links.simulated.simulated, topology.incident.recording"
    assert loaded(first, ELSEWHERE) == []
    assert loaded(f"{first}, {ELSEWHERE[0]}", ELSEWHERE[:1]) == [ELSEWHERE[0]]


class Circle:
    """Something that only a collection takes away."""

    def __init__(self) -> None:
        self.me = self


class Maps(QObject):
    """Counts how often the map of the fleet is painted, which is the last of a region that is."""

    def __init__(self) -> None:
        super().__init__()
        self.painted = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt calls it
        self.painted += event.type() == QEvent.Type.Paint and isinstance(watched, FleetMapView)
        return False


def test_that_what_was_loaded_is_looked_through_only_when_the_region_is_painted(
    qapp: QApplication, tmp_path: Path
) -> None:
    maps, seen = Maps(), list[int]()
    weakref.finalize(Circle(), lambda: seen.append(maps.painted))
    leave_alone_what_is_here()

    async def scenario(_session: Session, _window: MainWindow) -> None:
        await until(lambda: bool(seen))

    qapp.installEventFilter(maps)
    try:
        play(qapp, tmp_path, scenario)
        assert seen[0] > 0
    finally:
        qapp.removeEventFilter(maps)
        gc.unfreeze()
