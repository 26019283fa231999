"""Sentences under the strip: worst first, literal, and only typed when their offer is taken."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from console.kit.theme import load_fonts, load_theme
from console.operating.notice import Notice
from console.window.frame.notices import MOST_SHOWN, NoticeBar

# The screen of these tests says so for every window that it shows.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def bar(qtbot: QtBot) -> NoticeBar:
    load_fonts()
    bar = NoticeBar(load_theme("night"))
    qtbot.addWidget(bar)
    bar.resize(1000, 60)
    return bar


def rows(bar: NoticeBar) -> list[QWidget]:
    """Give what stands in the bar from top to bottom; what was there before is still about to be deleted."""
    layout = bar.layout()
    assert layout is not None
    found = (layout.itemAt(index) for index in range(layout.count()))
    return [item.widget() for item in found if item is not None]


def labels(bar: NoticeBar) -> list[QLabel]:
    return [label for row in rows(bar) for label in ([row] if isinstance(row, QLabel) else row.findChildren(QLabel))]


def texts(bar: NoticeBar) -> list[str]:
    return [label.text() for label in labels(bar)]


def buttons(bar: NoticeBar) -> dict[str, QPushButton]:
    return {button.text(): button for row in rows(bar) for button in row.findChildren(QPushButton)}


def test_that_without_notices_there_is_no_bar(bar: NoticeBar) -> None:
    assert bar.isHidden()
    bar.show_notice(Notice("a", "Something."))
    assert not bar.isHidden()
    bar.drop("a")
    assert bar.isHidden()


def test_that_dropping_what_is_not_there_is_no_matter(bar: NoticeBar) -> None:
    bar.drop("a")
    assert bar.notices() == ()


def test_that_the_worst_stands_first(bar: NoticeBar) -> None:
    for kind in ("note", "alarm", "caution"):
        bar.show_notice(Notice(kind, kind, kind))  # type: ignore[arg-type]
    assert [notice.kind for notice in bar.notices()] == ["alarm", "caution", "note"]
    assert [text[0] for text in texts(bar)] == ["▼", "◆", "›"]


def test_that_a_notice_takes_the_place_of_the_one_with_its_key(bar: NoticeBar) -> None:
    bar.show_notice(Notice("a", "Old."))
    bar.show_notice(Notice("a", "New."))
    assert [notice.text for notice in bar.notices()] == ["New."]


def test_that_many_notices_are_counted(bar: NoticeBar) -> None:
    for number in range(MOST_SHOWN + 2):
        bar.show_notice(Notice(str(number), f"Notice {number}."))
    assert len(texts(bar)) == MOST_SHOWN + 1
    assert texts(bar)[-1].startswith("2 more ")


def test_that_an_offer_is_given_as_command_text(qtbot: QtBot, bar: NoticeBar) -> None:
    bar.show_notice(Notice("a", "It was cut off.", "caution", (("Undo", "undo 7"), ("Resume", "remove 3 from a"))))
    with qtbot.waitSignal(bar.taken) as taken:
        QTest.mouseClick(buttons(bar)["Undo"], Qt.MouseButton.LeftButton)
    assert taken.args == ["undo 7"]


def test_that_a_lasting_notice_cannot_be_dismissed(bar: NoticeBar) -> None:
    bar.show_notice(Notice("a", "There is no journal.", "alarm", lasting=True))
    assert "Dismiss" not in buttons(bar)
    bar.show_notice(Notice("a", "There is no journal.", "alarm"))
    QTest.mouseClick(buttons(bar)["Dismiss"], Qt.MouseButton.LeftButton)
    assert bar.notices() == ()


def test_that_markup_is_shown_as_text(bar: NoticeBar) -> None:
    bar.show_notice(Notice("a", "<b>index</b> & <img src=x>"))
    [label] = labels(bar)
    assert label.textFormat() is Qt.TextFormat.PlainText


def test_that_every_button_says_what_it_is_for(bar: NoticeBar) -> None:
    bar.show_notice(Notice("a", "It was cut off.", "caution", (("Undo", "undo 7"),)))
    assert buttons(bar)["Dismiss"].accessibleName() == "Dismiss: It was cut off."
    assert buttons(bar)["Undo"].toolTip() == "undo 7"


def test_that_the_theme_changes_what_is_on_show(qtbot: QtBot, bar: NoticeBar) -> None:
    bar.show()
    bar.show_notice(Notice("a", "It was cut off.", "caution"))
    for name in ("day", "night"):
        bar.set_theme(load_theme(name))
        qtbot.waitUntil(lambda name=name: load_theme(name).caution_ground in middle(bar))


def middle(bar: NoticeBar) -> list[QColor]:
    image = bar.grab().toImage()
    return [image.pixelColor(image.width() // 2, y) for y in range(image.height())]
