"""The real window, off screen: opened on a region, a command typed into its command line, and drawn.

Acts and journal go to a temporary folder, so that nothing an operator keeps is read or written.
"""

import asyncio
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtGui import QImage
from qasync import QEventLoop

from console.app.app import make_application
from console.app.session import Session
from console.kit.theme import load_theme
from console.operating.regions import address_of, open_to_look
from console.panels.preview.seen import SEEN_S
from console.window.main_window import MainWindow
from console.window.settings import SettingsStore
from topology.planning.plan import Plan

LOAD_TIMEOUT_S = 120.0
LOOK_EACH_S = 0.02
SETTLE_S = 0.25
"""Time for the last timers of the window, such as the one that arms the confirmation, to fire."""


class NeverReadError(Exception):
    """There is no region to draw; the session has said why."""


@dataclass(frozen=True, slots=True)
class WindowPicture:
    """What the window looked like, and the plan that was on show."""

    image: QImage
    plan: Plan | None


def draw_window(region: str | None, command: str, theme: str, size: tuple[int, int]) -> WindowPicture:
    """Open the window off screen and draw it.

    Args:
        region: as for `underkeel`.
        command: text for the command line; may be empty.
        theme: `night` or `day`.
        size: width and height in pixels.

    Raises:
        RegionError: the region cannot be read.
        LinkError: the region could not be loaded.
        NeverReadError: it cannot be read, which was said on the terminal.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = make_application()
    with tempfile.TemporaryDirectory(prefix="underkeel-") as folder:
        # Qt's own file for settings would bring in what the operator chose for another session.
        settings = SettingsStore(QSettings(str(Path(folder) / "settings.ini"), QSettings.Format.IniFormat))
        window = MainWindow(load_theme(theme), settings)
        window.resize(*size)
        link = open_to_look(address_of(region), Path(folder))
        with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
            return runner.run(_draw(Session(window, settings, link, Path(folder)), window, command, size))


async def _draw(session: Session, window: MainWindow, command: str, size: tuple[int, int]) -> WindowPicture:
    window.show()
    window.resize(*size)
    session.start()
    try:
        async with asyncio.timeout(LOAD_TIMEOUT_S):
            while not session.workspace.follower.loaded.is_set():
                if session.was_never_read:
                    raise NeverReadError
                await asyncio.sleep(LOOK_EACH_S)
        if command:
            session.panels.type(command)
        await asyncio.sleep(SEEN_S + SETTLE_S)
        return WindowPicture(window.grab().toImage(), session.workspace.bench.work.plan)
    finally:
        await session.aclose()
        window.let_close()
