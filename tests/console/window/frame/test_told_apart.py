"""Names that differ only at their ends are told apart where they are cut, and an answer says of when it is."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.app.session import Session
from console.kit.painting import elided_name, font_of
from console.kit.theme import load_fonts
from console.panels.topology.drawing.paint import fitted
from console.window.main_window import MainWindow
from tests.console.window.whole_window import carried_out, play, until

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

TWINS = tuple(f"customer-identity-and-access-management.token-issuer-v{number}" for number in (2, 3))


def test_that_twins_look_different_in_the_table_and_on_cards(qapp: QApplication) -> None:
    load_fonts()
    assert len({elided_name(name, font_of(10), 140) for name in TWINS}) == 2
    assert len({fitted((name,), 11, True, 110.0) for name in TWINS}) == 2
    labels = {fitted((f"{name} −40",), 11, True, 110.0) for name in TWINS}
    assert all(label.endswith("−40") for label in labels)


def test_that_an_answer_says_of_when_it_is(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, _window: MainWindow) -> None:
        command, answer = session.panels.command, session.panels.preview.answer
        await until(lambda: session.workspace.state is not None)
        for question in ("headroom billing", "explain billing"):
            command.set_text(question)
            QTest.keyClick(command.editor, Qt.Key.Key_Return)
            await until(answer.isVisible)
            said = answer.text().splitlines()[2]
            assert said == answer.as_of.text()
            assert said.startswith("As of ")
            assert "revision " in said
            assert answer.as_of.isVisible()
            # Where one begins to read, and not where one has to scroll to.
            assert answer.as_of.mapTo(answer, QPoint()).y() < 60
        session.workspace.submit("help remove")
        await until(lambda: answer.title.text() == "help remove")
        assert not answer.as_of.isVisible()
        assert not answer.anew_button.isVisible()

    play(qapp, tmp_path, scenario)


def test_that_an_answer_says_when_the_region_has_gone_on_and_is_asked_anew(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, _window: MainWindow) -> None:
        answer = session.panels.preview.answer
        await until(lambda: session.workspace.state is not None)
        session.workspace.submit("headroom billing")
        await until(answer.isVisible)
        asked: list[object] = []
        session.workspace.answered.connect(asked.append)
        await carried_out(session, "remove 40 servers from billing", 40)
        session.workspace.submit("headroom billing")
        await until(lambda: "Numbers have changed since." in answer.as_of.text())
        before = len(asked)
        answer.anew_button.click()
        await until(lambda: "changed" not in answer.as_of.text())
        assert len(asked) == before + 1

    play(qapp, tmp_path, scenario)


def test_that_the_room_below_is_given_back_with_another_page(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(_session: Session, window: MainWindow) -> None:
        window.resize(1280, 900)
        await until(lambda: sum(window._rows.sizes()) > 400)
        before = window._rows.sizes()
        assert before[0] > before[1]
        window.page_room.for_reading()
        await until(lambda: window._rows.sizes()[1] > window._rows.sizes()[0])
        window.page_room.for_reading()
        window.tabs.setCurrentIndex(window.tabs.currentIndex() + 1)
        await until(lambda: window._rows.sizes() == before)

    play(qapp, tmp_path, scenario)
