"""Everything that can be done is found by its words, the whole ones first, and done as its menu would do it."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.app.session import Session
from console.window.actions import ACTIONS
from console.window.main_window import MainWindow
from console.window.palette.dialog import Palette
from console.window.palette.ranking import Doable, ranked
from tests.console.window.whole_window import play, until
from topology.command.verbs import VERBS

ENTRIES = (
    Doable("a", "Save the topology…", "File"),
    Doable("b", "Fit the topology", "View"),
    Doable("f", "Show the topic", "View"),
    Doable("e", "Unstoppable", "Act"),
    Doable("d", "Stopwatch", "Act"),
    Doable("c", "Stop", "Act", "Esc, Esc"),
)
"""In an order that is the wrong one for every rank, so that no rank is there by chance."""


def ids(words: str) -> str:
    return "".join(entry.id for entry in ranked(words, ENTRIES))


def test_that_whole_words_come_before_beginnings_and_these_before_parts_and_letters() -> None:
    assert ids("stop") == "cdeaf"


def test_that_every_word_has_to_fit_and_the_menu_counts_too() -> None:
    assert ids("file topology") == "a"
    assert ids("topology save") == "a"
    assert ids("stop nothing") == ""


def test_that_without_words_all_of_it_stands_in_its_order() -> None:
    assert ids("") == "abfedc"


def test_that_actions_buttons_and_commands_are_all_there_with_the_way_to_them(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        session.panels.type("remove 400 from billing")
        await until(lambda: session.panels.preview.largest.isVisible())
        session.panels.choose("palette")
        palette = session.panels.desktop.dialog
        assert isinstance(palette, Palette)
        ways = {doable.text: doable.way for doable, _ in palette._doables}
        assert {entry.text for entry in ACTIONS} - {"Find an action…"} <= set(ways)
        assert ways["Night"] == "View › Theme"
        assert {f"{verb} …" for verb in VERBS} <= set(ways)
        assert "Button on the screen" in ways.values()
        palette.reject()

    play(qapp, tmp_path, scenario)


def test_that_enter_does_what_is_chosen_and_a_command_is_only_begun(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        for words, done in (
            ("journal", lambda: window.tabs.currentWidget() is session.panels.journal),
            ("remove command", lambda: session.panels.command.text() == "remove "),
        ):
            session.panels.choose("palette")
            palette = session.panels.desktop.dialog
            assert isinstance(palette, Palette)
            QTest.keyClicks(palette.line, words)
            QTest.keyClick(palette.line, Qt.Key.Key_Return)
            await until(done)

    play(qapp, tmp_path, scenario)


def test_that_down_goes_to_the_next_while_the_line_has_the_keys(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        session.panels.choose("palette")
        palette = session.panels.desktop.dialog
        assert isinstance(palette, Palette)
        QTest.keyClicks(palette.line, "topology")
        first = palette.list.currentItem().text(0)
        QTest.keyClick(palette.line, Qt.Key.Key_Down)
        assert palette.list.currentItem().text(0) != first
        palette.reject()

    play(qapp, tmp_path, scenario)
