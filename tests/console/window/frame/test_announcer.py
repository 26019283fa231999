"""What is told to who cannot see: each thing once, the last verdict when typing rests, and a halt before anything else."""

from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from console.app.session import Session
from console.kit.theme import load_theme
from console.panels.command_line.popup import CompletionList
from console.panels.topology.cards.spoken import SpokenCard
from console.panels.topology.cards.words import CardTelling
from console.window.main_window import MainWindow
from console.window.showing.announcer import Announcer
from tests.console.window.whole_window import play, until
from topology.command.complete import Completion

Heard = list[tuple[str, bool]]


def test_that_verdicts_errors_and_failures_are_told_once(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        heard: Heard = []
        announcer = Announcer(window, lambda _widget, text, urgent: heard.append((text, urgent)))
        session.workspace.view_changed.connect(announcer.see)
        session.workspace.failed.connect(announcer.fail)
        session.panels.type("remove 4 servers from storage")
        session.panels.type("remove 400 servers from billing")
        await until(lambda: bool(heard))
        session.panels.type("remove 400 servers from nowhere")
        await until(lambda: len(heard) > 1)
        session.workspace.refresh()
        session.panels.choose("confirm")
        session.workspace.tell_failure("Not carried out: the disk is full")
        await until(lambda: len(heard) > 2)
        assert [text.partition(".")[0] for text, _ in heard] == [
            "Blocked: would break 3 floors",
            "no subsystem is called nowhere",
            "Not carried out: the disk is full",
        ]
        assert [urgent for _, urgent in heard] == [False, False, True]

    play(qapp, tmp_path, scenario)


def test_that_the_choice_in_a_list_is_told_as_it_moves(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    heard: list[str] = []
    announcer = Announcer(window, lambda _widget, text, _urgent: heard.append(text))
    offers = CompletionList(load_theme("night"), window)
    announcer.hear_list(offers)
    offers.show_offers(tuple(Completion(name, 0, 0, "subsystem", "") for name in ("billing", "index")), 0)
    offers.show()
    window.show()
    assert heard == []
    qtbot.waitUntil(lambda: bool(heard))
    offers.show_offers(tuple(Completion(name, 0, 0, "subsystem", "") for name in ("billing", "index")), 0)
    offers.move_choice(1)
    assert heard == ["2 completions, billing first", "index"]


def test_that_a_card_says_its_name_and_the_rest_apart_and_opens_when_pressed(qtbot: QtBot) -> None:
    view, opened = QWidget(), list[str]()
    qtbot.addWidget(view)
    card = SpokenCard(view, opened.append)
    telling = CardTelling("EC2 launches", "ec2", ("external, no capacity here", "needs front-end"))
    card.tell("ec2", telling, QRectF(4, 5, 60, 20))
    interface = QAccessible.queryAccessibleInterface(card)
    assert interface is not None
    assert interface.text(QAccessible.Text.Name) == "EC2 launches"
    assert interface.text(QAccessible.Text.Description) == "external, no capacity here · needs front-end"
    card.click()
    assert opened == ["ec2"]


def test_that_a_card_in_view_has_a_child_in_its_place_for_who_listens(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        topology = session.panels.topology
        await until(lambda: topology.arrangement.scene is not None)
        topology.update()
        await until(lambda: len(topology.spoken.cards) == 12)
        for card in topology.spoken.cards:
            assert card.geometry() == topology.viewport.card_rect(card.node).toAlignedRect()
        assert not [one for one in window.findChildren(QPushButton) if isinstance(one, SpokenCard) and one.hasFocus()]

    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    play(qapp, tmp_path, scenario)
