"""The playbook panel writes the text of a run, says what is wrong with a field, and shows where one is."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from console.app.session import Session
from console.kit.theme import load_theme
from console.operating.procedures.playbooks import read_playbooks
from console.operating.regions import address_of, read_address
from console.panels.playbooks.panel import PlaybookPanel
from console.window.main_window import MainWindow
from tests.console.window.whole_window import play, until
from topology.command.grammar.syntax import Run
from topology.command.grammar.vocabulary import Vocabulary, vocabulary_of
from topology.command.parse import parse
from topology.fleet.fleet import Fleet
from topology.fleet.state import State

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
BILLING = "debug-slow-billing"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    region = read_address(address_of(None))
    return vocabulary_of(State(region, Fleet(region)))


@pytest.fixture
def panel(qtbot: QtBot, vocabulary: Vocabulary) -> PlaybookPanel:
    panel = PlaybookPanel(load_theme("night"), lambda: (read_playbooks(()), ()), lambda: vocabulary)
    qtbot.addWidget(panel)
    panel.resize(900, 240)
    panel.show()
    return panel


def choose(panel: PlaybookPanel, name: str) -> None:
    panel.list.setCurrentItem(panel.list.findItems(name, Qt.MatchFlag.MatchExactly)[0])


def put(panel: PlaybookPanel, name: str, text: str) -> QLineEdit | QComboBox:
    field = panel.form.fields()[name]
    panel.form.fill(((name, text),))
    return field


def test_that_every_playbook_is_listed_when_the_panel_is_first_seen(panel: PlaybookPanel) -> None:
    names = [panel.list.item(row).text() for row in range(panel.list.count())]
    assert names == [playbook.name for playbook in read_playbooks(())]


def test_that_enter_in_a_field_offers_the_run_without_what_is_left_at_its_default(
    qtbot: QtBot, panel: PlaybookPanel
) -> None:
    choose(panel, BILLING)
    field = put(panel, "count", "5")
    with qtbot.waitSignal(panel.take_command) as taken:
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert taken.args == [f"run {BILLING} count=5"]


def test_that_a_value_cannot_smuggle_in_a_clause(qtbot: QtBot, panel: PlaybookPanel) -> None:
    choose(panel, BILLING)
    put(panel, "reason", 'x" in az1 count=100 ; undo')
    with qtbot.waitSignal(panel.take_command) as taken:
        panel.type_button.click()
    run = parse(taken.args[0], Vocabulary()).command
    assert run == Run(BILLING, (("reason", 'x" in az1 count=100 ; undo'),))


@pytest.mark.parametrize(("name", "text"), [("count", "101"), ("count", "4 servers"), ("zone", "az9")])
def test_that_a_refused_field_says_why_and_offers_nothing(
    qtbot: QtBot, panel: PlaybookPanel, name: str, text: str
) -> None:
    choose(panel, BILLING)
    field = put(panel, name, text)
    assert name in panel.form._remarks[name].text()
    assert not panel.type_button.isEnabled()
    with qtbot.assertNotEmitted(panel.take_command):
        QTest.keyClick(field, Qt.Key.Key_Return)


def test_that_the_steps_show_the_values_of_the_form(panel: PlaybookPanel) -> None:
    choose(panel, BILLING)
    put(panel, "count", "7")
    assert "remove 7 servers from billing in az4" in panel.steps.toPlainText()


def test_that_the_steps_show_where_one_is_and_what_was_done(panel: PlaybookPanel) -> None:
    panel.show_run(Run(BILLING, (("count", "3"),)), 3, {1: "looked at", 2: "entry 12: 3 servers left"})
    text = panel.steps.toPlainText()
    assert "✓ 2. remove 3 servers from billing in az4" in text
    assert "entry 12: 3 servers left" in text
    assert "▶ 3." in text


def test_that_playbooks_that_cannot_be_read_are_said_not_hidden(qtbot: QtBot, vocabulary: Vocabulary) -> None:
    panel = PlaybookPanel(
        load_theme("day"), lambda: (read_playbooks(()), ("own.toml: is not TOML",)), lambda: vocabulary
    )
    qtbot.addWidget(panel)
    panel.show()
    assert "own.toml: is not TOML" in panel.trouble.text()
    assert panel.list.count() == len(read_playbooks(()))  # the others can be run all the same


def test_that_the_form_of_the_window_types_into_the_command_line(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        window.show_tab("Playbooks")
        panel = session.panels.playbooks
        await until(lambda: panel.list.count() > 0)
        choose(panel, BILLING)
        panel.type_button.click()
        assert session.panels.command.text() == f"run {BILLING}"

    play(qapp, tmp_path, scenario)


def test_that_the_steps_are_those_of_the_form_and_not_of_another_run(panel: PlaybookPanel) -> None:
    panel.show_run(Run(BILLING, (("count", "3"),)), 3, {1: "looked at", 2: "entry 12: 3 servers left"})
    assert "entry 12" in panel.steps.toPlainText()
    put(panel, "count", "7")
    assert "remove 7 servers from billing" in panel.steps.toPlainText()
    assert "entry 12" not in panel.steps.toPlainText()
    put(panel, "count", "3")
    assert "entry 12" in panel.steps.toPlainText()


def test_that_the_undo_of_a_run_is_typed_with_its_values(qtbot: QtBot, panel: PlaybookPanel) -> None:
    choose(panel, "drain-rack")
    put(panel, "rack", "az4/c1/r1")
    put(panel, "ticket", "4711")
    with qtbot.waitSignal(panel.take_command) as taken:
        panel.undo_button.click()
    assert taken.args == ["run drain-rack rack=az4/c1/r1 ticket=4711 undo"]


OWN = """
format = 1
[playbook]
name = "{name}"
title = "Ours"
purpose = "Looks."
[[step]]
command = "headroom index"
"""


def test_that_the_playbooks_of_the_operators_own_folder_can_be_run(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = tmp_path / "config" / "underkeel" / "playbooks"
    folder.mkdir(parents=True)
    (folder / "ours.toml").write_text(OWN.format(name="ours"))
    (folder / "again.toml").write_text(OWN.format(name=BILLING))
    (folder / "broken.toml").write_text("format = ")

    async def scenario(session: Session, window: MainWindow) -> None:
        window.show_tab("Playbooks")
        panel = session.panels.playbooks
        await until(lambda: bool(panel.list.findItems("ours", Qt.MatchFlag.MatchExactly)))
        assert "and 1 more problems" in panel.trouble.text()
        session.panels.type("run ours")
        session.workspace.submit("run ours")
        await until(lambda: "1. headroom index" in panel.steps.toPlainText() and "✓" in panel.steps.toPlainText())

    play(qapp, tmp_path, scenario)


def test_that_a_form_blames_nobody_before_anything_was_typed_or_asked_for(panel: PlaybookPanel) -> None:
    missing = []
    for playbook in read_playbooks(()):
        choose(panel, playbook.name)
        assert [remark.text() for remark in panel.form._remarks.values() if "missing" in remark.text()] == []
        first = next(iter(panel.form.fields().values()), None)
        if first is not None and panel.form.run() is None:
            QTest.keyClick(first, Qt.Key.Key_Return)
            missing += [remark.text() for remark in panel.form._remarks.values() if "missing" in remark.text()]
    assert missing
