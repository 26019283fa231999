"""The question before a live region is opened."""

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.kit.parts import Text
from console.kit.theme import load_theme
from console.operating.trusting.trust import TrustRequest
from console.window.trust_question import TrustQuestion

REQUEST = TrustRequest(
    Path("/r/shop.toml"),
    "d",
    ("The description is /r/shop.toml, of op1.", "It runs the program <b>/usr/lib/racks</b>, as you."),
    ("Anybody on this machine may write /r.",),
)


def test_that_escape_leaves_the_region_closed_and_enter_answers_nothing(qtbot: QtBot) -> None:
    question = TrustQuestion(load_theme("night"), REQUEST)
    qtbot.addWidget(question)
    with qtbot.waitExposed(question):
        question.show()
    with qtbot.assertNotEmitted(question.trusted), qtbot.assertNotEmitted(question.finished):
        qtbot.keyClick(question.leave, Qt.Key.Key_Return)
    with qtbot.assertNotEmitted(question.trusted), qtbot.waitSignal(question.finished):
        qtbot.keyClick(question.leave, Qt.Key.Key_Escape)


def test_that_a_click_on_the_button_that_says_so_trusts_it(qtbot: QtBot) -> None:
    question = TrustQuestion(load_theme("day"), REQUEST)
    qtbot.addWidget(question)
    question.show()
    with qtbot.waitSignal(question.trusted):
        qtbot.mouseClick(question.open_it, Qt.MouseButton.LeftButton)


def test_that_every_fact_and_caution_is_painted_as_it_is(qtbot: QtBot) -> None:
    question = TrustQuestion(load_theme("night"), REQUEST)
    qtbot.addWidget(question)
    said = [label.text() for label in question.findChildren(Text)]
    assert all(sentence in said for sentence in (*REQUEST.facts, *REQUEST.cautions))
