"""The whole window of a replay, off screen, with settings and scores in a folder of the test's own."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from console.app.replay_session import ReplaySession
from console.kit.theme import load_fonts, load_theme
from console.operating.incidents.incidents import described_by, playbooks_for, read_incident_named
from console.operating.incidents.lessons import lesson_named
from console.operating.incidents.scores import Scores
from console.window.main_window import MainWindow
from console.window.settings import SettingsStore
from tests.console.window.whole_window import ended

LIMIT_S = 60.0
Scenario = Callable[[ReplaySession, MainWindow], Awaitable[None]]


def replay(app: QApplication, folder: Path, scenario: Scenario, name: str = "s3-2017", theme: str = "night") -> None:
    """Open the window on an incident, let *scenario* do what it is about, and close it."""
    app.setStyle("Fusion")
    load_fonts()
    settings = SettingsStore(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    window = MainWindow(load_theme(theme), settings)
    window.resize(1280, 720)

    async def main() -> None:
        incident = read_incident_named(name)
        playbooks = playbooks_for(incident, described_by(name).parent)
        session = ReplaySession(
            window, settings, incident, Scores(folder / "data"), playbooks, lesson_named(name, incident)
        )
        window.show()
        session.start()
        try:
            async with asyncio.timeout(LIMIT_S):
                await session.workspace.follower.loaded.wait()
                await scenario(session, window)
        finally:
            await ended(session, window, app)

    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        runner.run(main())
