"""Starts the program: paints the window first, then loads the rest and runs the session.

Light to import on purpose: numpy, networkx and asyncio come with `console.app.session`, after the first paint.
"""

import os
import sys
from datetime import datetime

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from console.app.display import trouble
from console.app.starting import lacks_to_draw
from console.kit.host.live_scale import set_live_scale
from console.kit.host.lost_display import lost_without_qts_words
from console.kit.host.qt_features import read_no_sources
from console.kit.host.system_look import scale_of_desktop, theme_of
from console.kit.host.xlib import outlive_xlib
from console.kit.theme import Theme, load_fonts, load_theme, palette_of, ui_font
from console.terminal.program import own_command
from console.window.main_window import MainWindow, style_of
from console.window.settings import SCALES, SettingsStore


def open_console(
    region: str | None,
    *,
    fresh: bool = False,
    theme: str | None = None,
    scale: int | None = None,
    metrics: tuple[str, int] | None = None,
) -> int:
    """Open the window on a region and run until it is closed; gives the exit status."""
    if why := trouble():
        return _without_display(region, why)
    if _lacks_a_library():
        return 2
    settings = SettingsStore()
    app = make_application(scale or settings.value.scale)
    if scale is None:
        follow_text_size(settings)
    window = MainWindow(load_theme(theme or theme_of(settings.value.theme)), settings)
    window.show()
    wait_for_first_paint(window)
    from console.app.session import run_session

    return run_session(app, window, settings, region, fresh=fresh, metrics=metrics)


def open_joined(address: str, name: str | None, *, as_station: bool, theme: str | None = None) -> int:
    """Join a run that goes on in another window; gives the exit status."""
    if _lacks_a_library():
        return 2
    settings = SettingsStore()
    app = make_application(settings.value.scale)
    follow_text_size(settings)
    colours = load_theme(theme or theme_of(settings.value.theme))
    from console.app.joining.joined_session import join_run

    return join_run(app, settings, colours, address, name, as_station=as_station)


def open_replay(name: str | None, *, theme: str | None = None) -> int:
    """Replay an incident in a window, one that is chosen there if none is named; gives the exit status."""
    if _lacks_a_library():
        return 2
    settings = SettingsStore()
    app = make_application(settings.value.scale)
    follow_text_size(settings)
    colours = load_theme(theme or theme_of(settings.value.theme))
    chosen = name or _pick(colours)
    if chosen is None:
        from console.app.interrupts import DISPLAY_GONE, display_gone

        sys.stderr.write(display_gone(None))
        return DISPLAY_GONE
    if not chosen:
        return 0
    from console.operating.incidents.incidents import described_by, read_incident_named
    from topology.incident.reading import IncidentError

    try:
        incident = read_incident_named(chosen)
    except IncidentError as error:
        sys.stderr.write("\n".join(error.problems) + "\n")
        return 2
    window = MainWindow(colours, settings)
    window.show()
    wait_for_first_paint(window)
    from console.app.replay_session import run_replay

    return run_replay(app, window, settings, incident, described_by(chosen))


def _pick(theme: Theme) -> str | None:
    """Let the trainee choose an incident; empty when none was, None when the display went away meanwhile."""
    from console.panels.incident_picker.incident_picker import IncidentPicker

    picker = IncidentPicker(theme)
    picker.setPalette(palette_of(theme))
    picker.setStyleSheet(style_of(theme))
    picker.standing_wanted.connect(_ShowsStanding(picker, theme))
    names: list[str] = []
    picker.chosen.connect(names.append)
    waiting = QEventLoop()
    picker.finished.connect(waiting.quit)
    picker.show()
    outlive_xlib()
    with lost_without_qts_words():
        gone = waiting.exec()  # as Qt ends all loops then, with 1
    return None if gone else next(iter(names), "")


class _ShowsStanding:
    """Shows where the trainee stands, over the picker."""

    def __init__(self, picker: QWidget, theme: Theme) -> None:
        self._picker, self._theme = picker, theme

    def __call__(self) -> None:
        from console.operating.access import data_folder
        from console.operating.incidents.standing import StandingFile
        from console.panels.standing.standing_dialog import StandingDialog

        today = datetime.now().astimezone().date()
        StandingDialog(self._theme, StandingFile(data_folder()), today, self._picker).open()


def _lacks_a_library() -> bool:
    """Say which library Qt lacks here, before it would end the program for it; whether it lacks one."""
    why = lacks_to_draw(os.environ)
    if why:
        sys.stderr.write(f"{why}.\n")
    return bool(why)


def _without_display(region: str | None, why: str) -> int:
    """Say that there is no display, and *why*; that there is no such region comes first, as a display would not help there."""
    # These are not light, and where there is a window they come after its first paint.
    from console.operating.regions import address_of
    from topology.region.description import RegionError

    try:
        address_of(region)
    except RegionError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stderr.write(
        f"{why} Log in to a desktop (or set DISPLAY), "
        f'or ask in the terminal: {own_command()} preview "remove 40 servers from billing"\n'
    )
    return 2


def follow_text_size(settings: SettingsStore) -> None:
    """Draw everything larger where the desktop writes larger, until a scale is chosen here; before there is a window."""
    if settings.has("scale") or "QT_SCALE_FACTOR" in os.environ:
        return
    wanted = scale_of_desktop(SCALES)
    if wanted != settings.value.scale and set_live_scale(wanted, []):
        settings.take_for_now(scale=wanted)


def make_application(scale: int = 100) -> QApplication:
    """Make the application object with the console's style and typeface; *scale* is in percent."""
    if scale != 100 and "QT_SCALE_FACTOR" not in os.environ:
        os.environ["QT_SCALE_FACTOR"] = str(scale / 100)
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    read_no_sources()
    app = QApplication(["underkeel"])
    app.setApplicationName("underkeel")
    app.setApplicationDisplayName("Underkeel")
    app.setDesktopFileName("underkeel")
    app.setStyle("Fusion")
    # Qt would end the loop itself on the last close, before the session has put everything away.
    app.setQuitOnLastWindowClosed(False)
    load_fonts()
    app.setFont(ui_font(10))
    return app


def wait_for_first_paint(window: MainWindow) -> None:
    """Let Qt run until the window was painted once."""
    first = QEventLoop()
    window.painted.connect(first.quit, Qt.ConnectionType.QueuedConnection)
    first.exec()
