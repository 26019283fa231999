"""The whole window on a real simulated region, off screen, with acts, journal and settings in a folder of the test's own."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from console.app.replay_session import ReplaySession
from console.app.session import Session
from console.kit.theme import load_fonts, load_theme
from console.operating.regions import address_of, open_link
from console.window.main_window import MainWindow
from console.window.settings import SettingsStore

LIMIT_S = 60.0
Scenario = Callable[[Session, MainWindow], Awaitable[None]]


def play(app: QApplication, folder: Path, scenario: Scenario, theme: str = "night", region: str | None = None) -> None:
    """Open the window on a region (the bundled one), let *scenario* do what it is about once it is loaded, and close it."""
    app.setStyle("Fusion")
    load_fonts()
    settings = SettingsStore(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    window = MainWindow(load_theme(theme), settings)
    link = open_link(address_of(region), folder / "acts")

    async def main() -> None:
        session = Session(window, settings, link, folder / "acts")
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


async def ended(session: Session | ReplaySession, window: MainWindow, app: QApplication) -> None:
    """End a session and let go of its window."""
    await session.aclose()
    window.let_close()
    app.removeEventFilter(session.panels.escape)
    window.deleteLater()


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so; the time limit is that of the whole."""
    while not condition():  # noqa: ASYNC110 - painting and threads take their time
        await asyncio.sleep(0.01)


async def carried_out(session: Session, command: str, count: int) -> None:
    """Type a command whose plan asks for its number, confirm it as an operator does, and wait until it is under way."""
    session.panels.type(command)
    await until(lambda: session.workspace.bench.work.plan is not None)
    bar = session.panels.preview.confirm_bar
    await until(lambda: bar.isVisible() and bar.armed())
    bar.field.setText(str(count))
    await until(bar.try_confirm)
    await until(lambda: session.desk.is_running)
