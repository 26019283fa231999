"""Joins a run that goes on in another window: as its second operator, or at its instructor's station."""

import sys
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from console.app.replay_session import run_replay
from console.kit.theme import Theme, palette_of
from console.operating.extensions.guards import own_guards
from console.operating.incidents.incidents import described_by, read_incident_named
from console.operating.training.joined import JoinedTraining
from console.operating.training.replay import Replay
from console.window.main_window import MainWindow, style_of
from console.window.replay.station.joining import (
    JoinedClock,
    JoinedRun,
    JoiningError,
    RemoteDirecting,
    check_part,
    check_same,
    reach,
)
from console.window.replay.station.line_socket import LineSocket
from console.window.replay.station.sharing import INSTRUCTOR, OPERATOR
from console.window.replay.station.station_window import StationWindow
from console.window.settings import SettingsStore
from topology.incident.model import Incident
from topology.incident.reading import IncidentError


def join_run(
    app: QApplication, settings: SettingsStore, colours: Theme, address: str, name: str | None, *, as_station: bool
) -> int:
    """Join the run at *address*; *name* is its incident here, else the bundled one of its name. Gives the exit status."""
    part = INSTRUCTOR if as_station else OPERATOR
    try:
        line, hello = reach(address, app)
        check_part(hello, part, address)
        chosen = name or str(hello.get("incident"))
        incident = read_incident_named(chosen)
        check_same(hello, incident)
    except (JoiningError, IncidentError) as error:
        said = error.problems if isinstance(error, IncidentError) else (str(error),)
        sys.stderr.write("\n".join(said) + "\n")
        return 2
    if as_station:
        return _station(app, colours, incident, line, hello)
    window = MainWindow(colours, settings)
    window.show()
    return run_replay(app, window, settings, incident, described_by(chosen), (line, hello))


def _station(app: QApplication, colours: Theme, incident: Incident, line: LineSocket, hello: dict[str, Any]) -> int:
    station = remote_station(app, colours, incident, line, hello)
    station.setPalette(palette_of(colours))
    station.setStyleSheet(style_of(colours))
    station.show()
    station.show_now()
    station.line.setFocus()
    return app.exec()


def remote_station(
    parent: QObject, colours: Theme, incident: Incident, line: LineSocket, hello: dict[str, Any]
) -> StationWindow:
    """Make the station of a run that goes on elsewhere."""
    training = JoinedTraining(Replay(incident), own_guards())
    run = JoinedRun(line, training, parent)
    directing = RemoteDirecting(run, parent)
    clock = JoinedClock(directing.toggle, parent)
    run.clock_heard.connect(clock.hear)
    run.moved.connect(clock.moved)
    run.gone.connect(directing.lost)
    station = StationWindow(colours, training, clock, directing, None)
    run.begin(hello)
    return station
