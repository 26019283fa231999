"""A region that cannot be read is a state of its own, said in the window and in the terminal, until it can be."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from console.app.session import Session
from console.kit.theme import load_fonts, load_theme
from console.operating.regions import address_of, open_link
from console.window.main_window import MainWindow
from console.window.settings import SettingsStore
from tests.console.window.whole_window import ended, until
from tests.folders import ROOT

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

WHOLE = (ROOT / "resources/regions/s3-us-east-1/region.toml").read_text("utf-8")


def opened(app: QApplication, path: Path, scenario: Callable[[Session, MainWindow], Awaitable[None]]) -> None:
    """Open the window on *path*, which need not be a region, and close it after the scenario."""
    app.setStyle("Fusion")
    load_fonts()
    folder = path.parent
    settings = SettingsStore(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
    window = MainWindow(load_theme("night"), settings)

    async def main() -> None:
        session = Session(window, settings, open_link(address_of(str(path)), folder / "acts"), folder / "acts")
        window.show()
        session.start()
        try:
            async with asyncio.timeout(60):
                await scenario(session, window)
        finally:
            await ended(session, window, app)

    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        runner.run(main())


@pytest.mark.parametrize("text", [None, "[region]\nname = 3\n", "this is no table"])
def test_that_a_region_that_cannot_be_read_is_said_with_its_reasons_everywhere(
    qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None
) -> None:
    path = tmp_path / "region.toml"
    if text is not None:
        path.write_text(text)

    async def scenario(session: Session, window: MainWindow) -> None:
        view = session.panels.not_read
        await until(view.isVisible)
        assert window.windowTitle().startswith("NOT READ")
        assert window.strip.sentence().startswith("NOT READ")
        reason = view.reasons.text()
        assert "region.toml" in reason
        assert session.panels.preview.waiting.text() == "There is no region to work on: it could not be read."
        QTest.keyClicks(session.panels.command.editor, "remove")
        session.workspace.follower.retry()
        await asyncio.sleep(0)
        await until(lambda: not session.workspace.follower._again.is_set())
        assert view.isVisible()
        assert session.panels.messages.toPlainText().count("region.toml") == reason.count("region.toml")
        assert session.was_never_read

    opened(qapp, path, scenario)
    said = capsys.readouterr().err
    assert "region.toml" in said
    assert len(said.splitlines()) == len(set(said.splitlines()))


def test_that_retry_shows_the_region_once_it_can_be_read(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "region.toml"

    async def scenario(session: Session, window: MainWindow) -> None:
        view = session.panels.not_read
        await until(view.isVisible)
        path.write_text(WHOLE)
        QTest.mouseClick(view.again_button, Qt.MouseButton.LeftButton)
        await until(lambda: not view.isVisible())
        await until(lambda: session.panels.topology.arrangement.scene is not None)
        assert not window.windowTitle().startswith("NOT READ")
        assert not session.was_never_read

    opened(qapp, path, scenario)
