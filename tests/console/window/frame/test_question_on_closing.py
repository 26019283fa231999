"""Closing over a running execution asks, and only as long as it runs."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMessageBox

from console.app.session import Session
from console.window.main_window import MainWindow
from tests.console.window.whole_window import carried_out, play, until

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_that_the_question_whether_to_stop_goes_when_the_execution_is_over(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        panels = session.panels
        await carried_out(session, "remove 4 servers from billing", 4)
        window.close()
        await until(lambda: any(box.isVisible() for box in window.findChildren(QMessageBox)))
        panels.stop()
        await until(lambda: not session.desk.is_running)
        await until(lambda: not any(box.isVisible() for box in window.findChildren(QMessageBox)))
        assert window.isVisible()
        assert not session.closed.is_set()

    play(qapp, tmp_path, scenario)
