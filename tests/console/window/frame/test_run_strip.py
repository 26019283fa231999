"""A run that is under way stays in view, whatever is typed meanwhile, until it is done or left."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.app.session import Session
from console.window.main_window import MainWindow
from tests.console.window.whole_window import play, until

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
RUN = "run debug-slow-billing"


def test_that_a_run_says_where_it_is_until_it_is_left(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, _window: MainWindow) -> None:
        panels, strip = session.panels, session.panels.panels.run
        await until(lambda: "debug-slow-billing" in session.workspace.bench.vocabulary.playbooks)
        panels.command.set_text(RUN)
        assert not strip.isVisible()
        QTest.keyClick(panels.command.editor, Qt.Key.Key_Return)
        await until(strip.isVisible)
        assert strip.steps.text() == "debug-slow-billing: 1 ✓  2 ▸  3 ·"
        assert strip.next.text().startswith("remove 4 servers from billing")
        panels.command.set_text("")
        assert strip.isVisible()
        QTest.mouseClick(strip.next_button, Qt.MouseButton.LeftButton)
        assert panels.command.text().startswith(RUN)
        QTest.mouseClick(strip.leave_button, Qt.MouseButton.LeftButton)
        assert not strip.isVisible()

    play(qapp, tmp_path, scenario)
