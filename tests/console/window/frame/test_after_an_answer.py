"""The command line behaves like a shell: after an answer the next key begins a new command, and the answer stays."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.app.session import Session
from console.window.main_window import MainWindow
from tests.console.window.whole_window import carried_out, play, until

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_that_the_next_key_takes_the_place_of_an_answered_question(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, _window: MainWindow) -> None:
        command, answer = session.panels.command, session.panels.preview.answer
        await until(lambda: session.workspace.state is not None)
        command.setFocus()
        QTest.keyClicks(command.editor, "headroom billing")
        QTest.keyClick(command.editor, Qt.Key.Key_Return)
        await until(answer.isVisible)
        QTest.keyClicks(command.editor, "show index")
        assert command.text() == "show index"
        assert answer.isVisible()

    play(qapp, tmp_path, scenario)


def test_that_a_letter_typed_where_nothing_takes_it_begins_a_command(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        await until(lambda: session.workspace.state is not None)
        session.panels.journal.setFocus()
        QTest.keyClicks(window, "rem")
        assert session.panels.command.text() == "rem"

    play(qapp, tmp_path, scenario)


def test_that_undo_from_the_menu_stops_nothing(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, _window: MainWindow) -> None:
        panels = session.panels
        await until(lambda: session.workspace.state is not None)
        await carried_out(session, "remove 4 servers from billing", 4)
        panels.choose("undo")
        assert panels.command.text() == "undo"
        await until(lambda: panels.preview.answer.isVisible() or session.workspace.bench.work.plan is not None)
        assert session.desk.is_running
        panels.command.set_text("")
        await until(lambda: not panels.preview.answer.isVisible())

    play(qapp, tmp_path, scenario)
