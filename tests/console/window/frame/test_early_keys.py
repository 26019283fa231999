"""What is typed before the panels are there is in the command line once they are."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.app.session import Session
from console.window.frame.base_window import BaseWindow
from console.window.main_window import MainWindow
from tests.console.window.whole_window import play, until

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_that_what_was_typed_before_there_was_a_line_is_typed_into_it(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = MainWindow.__init__

    def typed_at_once(self: MainWindow, *args: object) -> None:
        shown(self, *args)  # type: ignore[arg-type]
        QTest.keyClicks(self, "remove 4x")
        QTest.keyClick(self, Qt.Key.Key_Backspace)
        QTest.keyClick(self, Qt.Key.Key_X, Qt.KeyboardModifier.ControlModifier)

    monkeypatch.setattr(MainWindow, "__init__", typed_at_once)

    async def scenario(session: Session, _window: MainWindow) -> None:
        await until(lambda: session.panels.command.text() == "remove 4")

    play(qapp, tmp_path, scenario)


def test_that_later_letters_go_on_as_they_did(qapp: QApplication) -> None:
    window, taken = BaseWindow(), []
    window.let_type(taken.append)
    QTest.keyClicks(window, "a b")
    assert taken == ["a", "b"]
    window.deleteLater()
