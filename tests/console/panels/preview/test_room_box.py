"""What makes room for a blocked removal is two steps, of which the first is taken into the command line."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.kit.theme import load_fonts, load_theme
from console.panels.preview.largest import RoomBox
from topology.planning.ahead.making_room import MakingRoom

ROOM = MakingRoom("restore 2 servers to store", "remove 4 servers from store", 2)


@pytest.fixture(params=["night", "day", "contrast"])
def box(qtbot: QtBot, request: pytest.FixtureRequest) -> RoomBox:
    load_fonts()
    made = RoomBox(load_theme(request.param))
    qtbot.addWidget(made)
    made.resize(900, 120)
    return made


def test_that_both_steps_are_told_one_below_the_other_and_the_first_is_taken(qtbot: QtBot, box: RoomBox) -> None:
    box.show_room(ROOM)
    box.show()
    assert [box.label.text(), box.command.text(), box.then.text()] == [
        "Nothing blocks it once 2 servers more serve:",
        "restore 2 servers to store",
        "then remove 4 servers from store, once they serve again",
    ]
    assert box.label.geometry().bottom() <= box.command.geometry().top()
    assert box.command.geometry().bottom() <= box.then.geometry().top()
    with qtbot.waitSignal(box.taken) as taken:
        QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    assert taken.args == ["restore 2 servers to store"]


def test_that_without_anything_to_offer_there_is_no_box(box: RoomBox) -> None:
    box.show_room(ROOM)
    box.show_room(None)
    assert box.isHidden()
    assert box.offered() == ""
