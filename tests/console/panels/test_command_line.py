"""The command line: what is typed goes out, what it means comes back, and nothing is done by accident."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from console.kit.theme import load_fonts, load_theme
from console.panels.command_line.colours import quantity_span
from console.panels.command_line.editor import INVITATIONS
from console.panels.command_line.history import CommandHistory
from console.panels.command_line.line import CommandLine
from console.panels.command_line.one_line import tidied, why_not
from console.panels.command_line.remarks import HINTS, difference
from topology.command.complete import complete
from topology.command.grammar.vocabulary import Vocabulary
from topology.command.parse import parse

# The screen of these tests says so for every window that it shows.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

WORDS = Vocabulary(
    subsystems=("billing", "index", "metering", "placement"),
    zones=("az1", "az4"),
    pace_per_minute=20,
    capacities={"billing": 420, "index": 2600},
)


@pytest.fixture(scope="module", autouse=True)
def _fonts(qapp: QApplication) -> None:
    load_fonts()


@pytest.fixture
def line(qtbot: QtBot) -> Iterator[CommandLine]:
    """Give a command line at the bottom of a window, connected to the grammar as the program connects it."""
    window = QWidget()
    made = CommandLine(load_theme("night"))
    column = QVBoxLayout(window)
    column.addStretch(1)
    column.addWidget(made)
    window.resize(900, 400)
    qtbot.addWidget(window)
    made.typed.connect(lambda text: made.saying.show_reading(parse(text, WORDS)))
    made.completing.wanted.connect(
        lambda place: made.completing.show_offers(complete(parse(made.text(), WORDS), place, WORDS))
    )
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.editor.hasFocus)
    yield made
    window.hide()


def keys(line: CommandLine, text: str) -> None:
    QTest.keyClicks(line.editor, text)


def press(line: CommandLine, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(line.editor, key, modifier)


def paste(line: CommandLine, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    line.editor.paste()


def colours_in(line: CommandLine, start: int, end: int) -> set[str]:
    """Give the colours painted in the cells of some characters."""
    image: QImage = line.editor.grab().toImage()
    scale = image.devicePixelRatio()
    left, right = (int(line.editor.x_of(place) * scale) for place in (start, end))
    return {image.pixelColor(x, y).name() for x in range(left, right) for y in range(image.height())}


def test_that_every_change_of_the_text_goes_out(qtbot: QtBot, line: CommandLine) -> None:
    heard: list[str] = []
    line.typed.connect(heard.append)
    keys(line, "re")
    press(line, Qt.Key.Key_Backspace)
    assert heard == ["r", "re", "r"]
    assert line.text() == "r"


def test_that_enter_submits_and_never_with_ctrl(qtbot: QtBot, line: CommandLine) -> None:
    keys(line, "stop")
    with qtbot.waitSignal(line.submitted) as heard:
        press(line, Qt.Key.Key_Return)
    assert heard.args == ["stop"]
    with qtbot.assertNotEmitted(line.submitted):
        press(line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_that_enter_on_an_empty_line_submits_nothing(qtbot: QtBot, line: CommandLine) -> None:
    keys(line, "  ")
    with qtbot.assertNotEmitted(line.submitted):
        press(line, Qt.Key.Key_Return)


def test_that_an_empty_line_says_which_keys_help(line: CommandLine) -> None:
    assert line.below.remark().text == HINTS
    assert "remove" in line.editor.placeholderText()


def test_that_an_error_stands_under_its_word_with_its_correction(line: CommandLine) -> None:
    keys(line, "remove 40 servers from biling in az4")
    remark = line.below.remark()
    assert "biling" in remark.text
    assert remark.tone == "alarm"
    start = line.text().index("biling")
    assert line.below.left() + line.below.x() == line.editor.x_of(start) + line.editor.x()
    assert remark.offer == "remove 40 servers from billing in az4"
    assert "billing" in remark.offer_text
    assert "biling" in line.editor.accessibleDescription()


def test_that_tab_takes_the_correction(line: CommandLine) -> None:
    keys(line, "remove 40 servers from biling in az4")
    press(line, Qt.Key.Key_Tab)
    assert line.text() == "remove 40 servers from billing in az4"


def test_that_a_click_takes_the_correction(qtbot: QtBot, line: CommandLine) -> None:
    keys(line, "remove 40 servers from biling in az4")
    qtbot.mouseClick(line.below._button, Qt.MouseButton.LeftButton)
    assert line.text() == "remove 40 servers from billing in az4"


def test_that_unfinished_text_is_never_red(line: CommandLine) -> None:
    alarm = load_theme("night").alarm.name()
    text = "remove 40 servers from billing in az4 at 5/min"
    for length in range(1, len(text) + 1):
        line.set_text(text[:length])
        reading = parse(text[:length], WORDS)
        if reading.error is None:
            assert line.below.remark().tone != "alarm", text[:length]
            assert alarm not in colours_in(line, 0, length), text[:length]


def test_that_words_are_coloured_by_meaning_and_an_error_in_alarm(line: CommandLine) -> None:
    theme = load_theme("night")
    text = "remove 40 servers from billing"
    line.set_text(text)
    assert theme.plan.name() in colours_in(line, text.index("billing"), len(text))
    assert theme.plan.name() not in colours_in(line, 0, text.index("billing") - 1)
    line.set_text("remove 40 servers from biling in az4")
    assert theme.alarm.name() in colours_in(line, text.index("billing"), text.index("billing") + 6)


def test_that_what_is_too_much_is_marked_and_said_under_it(line: CommandLine) -> None:
    line.set_text("remove 400 servers from billing")
    span = quantity_span(parse(line.text(), WORDS))
    assert span == (7, 10)
    line.saying.show_sentence("400 is 352 more than 48", "block", span)
    assert line.below.remark().tone == "alarm"
    assert load_theme("night").alarm.name() in colours_in(line, *span)
    line.saying.show_sentence("", "note")
    assert load_theme("night").alarm.name() not in colours_in(line, *span)


def test_that_a_sentence_about_a_command_goes_when_the_text_is_no_command_any_more(line: CommandLine) -> None:
    line.set_text("remove 400 servers from billing")
    line.saying.show_sentence("400 is 352 more than 48", "block")
    keys(line, ",")
    assert "352" not in line.below.remark().text


def test_that_a_long_message_stays_on_screen(line: CommandLine) -> None:
    line.set_text("remove 40 servers from index, billing, placement in az1 az4 at 5/min zzzzz")
    width = line.below.fontMetrics().horizontalAdvance(line.below.remark().text)
    assert line.below.remark().tone == "alarm"
    assert line.below.left() >= 0
    assert line.below.left() + width <= line.below.width() + 200


def test_that_several_lines_are_refused_with_a_sentence_and_nothing_is_inserted(
    qtbot: QtBot, line: CommandLine
) -> None:
    keys(line, "sto")
    with qtbot.assertNotEmitted(line.typed), qtbot.assertNotEmitted(line.submitted):
        paste(line, "remove 4 from billing\nremove 5 from index\n")
    assert line.text() == "sto"
    assert "2 lines" in line.below.remark().text
    keys(line, "p")
    assert line.text() == "stop"
    assert "2 lines" not in line.below.remark().text


def test_that_one_line_with_its_line_end_is_pasted_without_it(qtbot: QtBot, line: CommandLine) -> None:
    with qtbot.assertNotEmitted(line.submitted):
        paste(line, "remove 4 servers from billing\r\n")
    assert line.text() == "remove 4 servers from billing"


@pytest.mark.parametrize("bad", ["\x00", "\x1b[31m", "\x07", "\u2028", "\x7f"])
def test_that_control_characters_are_refused_with_a_sentence(line: CommandLine, bad: str) -> None:
    keys(line, "stop")
    paste(line, f"a{bad}b")
    assert line.text() == "stop"
    assert "Nothing was inserted" in line.below.remark().text


def test_that_a_text_beyond_any_command_is_refused_and_counted(line: CommandLine) -> None:
    paste(line, "a" * 100_000)
    assert line.text() == ""
    assert "100,000" in line.below.remark().text


def test_that_dropped_lines_are_refused_too(qtbot: QtBot, line: CommandLine) -> None:
    data = QMimeData()
    data.setText("stop\nundo")
    drop = QDropEvent(
        QPointF(20, 10),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QEvent.Type.Drop,
    )
    with qtbot.assertNotEmitted(line.submitted):
        QApplication.sendEvent(line.editor, drop)
    assert line.text() == ""


def test_that_an_input_method_writes_and_keeps_its_composition(line: CommandLine) -> None:
    QApplication.sendEvent(line.editor, QInputMethodEvent("sto", []))
    line.saying.show_reading(parse("", WORDS))
    assert line.text() == ""
    committed = QInputMethodEvent("", [])
    committed.setCommitString("stop")
    QApplication.sendEvent(line.editor, committed)
    assert line.text() == "stop"


def test_that_colours_do_not_change_the_text_the_cursor_or_the_selection(line: CommandLine) -> None:
    line.set_text("remove 40 servers from billing")
    line.editor.setCursorPosition(9)
    line.editor.setSelection(7, 2)
    line.saying.show_sentence("too much", "block", (7, 9))
    assert line.text() == "remove 40 servers from billing"
    assert line.editor.selectedText() == "40"


def test_that_completions_appear_while_typing_and_take_no_focus(qtbot: QtBot, line: CommandLine) -> None:
    keys(line, "remove 4 servers from b")
    qtbot.waitUntil(line.completing.list.isVisible)
    assert line.editor.hasFocus()
    assert line.completing.list.chosen() == -1
    assert (
        line.completing.list.geometry().bottom() <= line.editor.mapTo(line.window(), line.editor.rect().topLeft()).y()
    )
    press(line, Qt.Key.Key_Tab)
    assert line.text() == "remove 4 servers from billing"
    assert not line.completing.list.isVisible()


def test_that_down_and_up_choose_and_tab_or_enter_takes_the_choice(qtbot: QtBot, line: CommandLine) -> None:
    keys(line, "remove 4 servers from ")
    qtbot.waitUntil(line.completing.list.isVisible)
    press(line, Qt.Key.Key_Down)
    press(line, Qt.Key.Key_Down)
    assert line.completing.list.offer(line.completing.list.chosen()).insert == "index"
    press(line, Qt.Key.Key_Up)
    assert line.completing.list.offer(line.completing.list.chosen()).insert == "billing"
    with qtbot.assertNotEmitted(line.submitted):
        press(line, Qt.Key.Key_Return)
    assert line.text() == "remove 4 servers from billing"


def test_that_enter_without_a_choice_submits_though_the_list_is_open(qtbot: QtBot, line: CommandLine) -> None:
    keys(line, "remove 4 servers from b")
    qtbot.waitUntil(line.completing.list.isVisible)
    with qtbot.waitSignal(line.submitted):
        press(line, Qt.Key.Key_Return)
    assert line.text() == "remove 4 servers from b"
    assert "not finished" in line.below.remark().text


def test_that_escape_closes_the_list_first_and_then_belongs_to_the_window(qtbot: QtBot, line: CommandLine) -> None:
    window = line.window()
    heard: list[int] = []
    window.keyPressEvent = lambda event: heard.append(event.key())
    keys(line, "remove 4 servers from ")
    qtbot.waitUntil(line.completing.list.isVisible)
    press(line, Qt.Key.Key_Escape)
    assert not line.completing.list.isVisible()
    assert heard == []
    press(line, Qt.Key.Key_Escape)
    assert heard == [Qt.Key.Key_Escape]


def test_that_a_list_closed_with_escape_stays_closed_until_asked_for(qtbot: QtBot, line: CommandLine) -> None:
    keys(line, "remove 4 servers from ")
    qtbot.waitUntil(line.completing.list.isVisible)
    press(line, Qt.Key.Key_Escape)
    with qtbot.waitSignal(line.completing.wanted):
        keys(line, "i")
    assert not line.completing.list.isVisible()


def test_that_tab_with_one_completion_takes_it_and_with_several_opens_the_list(line: CommandLine) -> None:
    line.set_text("rem")
    press(line, Qt.Key.Key_Tab)
    assert line.text() == "remove "
    line.set_text("remove 4 servers from ")
    press(line, Qt.Key.Key_Tab)
    assert line.completing.list.isVisible()
    assert line.completing.list.chosen() == 0


def test_that_tab_with_nothing_to_complete_says_so_and_keeps_the_focus(line: CommandLine) -> None:
    line.set_text("stop ")
    line.completing.wanted.disconnect()
    line.completing.wanted.connect(lambda _: line.completing.show_offers(()))
    press(line, Qt.Key.Key_Tab)
    assert line.editor.hasFocus()
    assert "nothing to complete" in line.below.remark().text


def test_that_shift_tab_leaves_the_field(qtbot: QtBot, line: CommandLine) -> None:
    other = QLineEdit(line.window())
    other.show()
    press(line, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert not line.editor.hasFocus()


def test_that_tab_takes_the_largest_safe_command_of_a_blocked_plan(line: CommandLine) -> None:
    line.set_text("remove 400 servers from billing")
    line.largest = "remove 48 servers from billing"
    press(line, Qt.Key.Key_Tab)
    assert line.text() == "remove 48 servers from billing"


def test_that_a_choice_in_the_list_comes_before_the_largest_safe_command(qtbot: QtBot, line: CommandLine) -> None:
    keys(line, "remove 4 servers from ")
    line.largest = "remove 48 servers from billing"
    qtbot.waitUntil(line.completing.list.isVisible)
    press(line, Qt.Key.Key_Down)
    press(line, Qt.Key.Key_Tab)
    assert line.text() == "remove 4 servers from billing"


def test_that_without_an_offer_tab_completes(line: CommandLine) -> None:
    line.set_text("remove 400 servers from bill")
    line.largest = None
    press(line, Qt.Key.Key_Tab)
    assert line.text() == "remove 400 servers from billing"


def test_that_a_click_in_the_list_takes_its_line(qtbot: QtBot, line: CommandLine) -> None:
    keys(line, "remove 4 servers from ")
    qtbot.waitUntil(line.completing.list.isVisible)
    offers = line.completing.list
    index = offers.model().index(1, 0)
    qtbot.mouseClick(offers.viewport(), Qt.MouseButton.LeftButton, pos=offers.visualRect(index).center())
    assert line.text() == "remove 4 servers from index"
    assert line.editor.hasFocus()


def test_that_up_and_down_walk_through_what_starts_like_the_text(line: CommandLine) -> None:
    line.past.set(["remove 1 servers from index", "stop", "remove 2 servers from index"])
    keys(line, "rem")
    press(line, Qt.Key.Key_Up)
    assert line.text() == "remove 2 servers from index"
    press(line, Qt.Key.Key_Up)
    assert line.text() == "remove 1 servers from index"
    press(line, Qt.Key.Key_Up)
    assert line.text() == "remove 1 servers from index"
    press(line, Qt.Key.Key_Down)
    press(line, Qt.Key.Key_Down)
    assert line.text() == "rem"


def test_that_the_history_keeps_each_command_once_newest_last(line: CommandLine) -> None:
    line.past.set(["stop", "undo"])
    line.past.remember("stop")
    line.past.remember("  ")
    assert line.past.texts() == ["undo", "stop"]


def test_that_taking_a_text_can_be_taken_back(line: CommandLine) -> None:
    keys(line, "stop")
    line.set_text("pause")
    line.editor.undo()
    assert line.text() == "stop"


def test_that_a_text_from_outside_that_is_no_line_is_refused(line: CommandLine) -> None:
    line.set_text("stop")
    line.set_text("stop\nundo")
    assert line.text() == "stop"


def test_that_a_reading_of_another_text_changes_nothing(line: CommandLine) -> None:
    line.set_text("stop")
    line.saying.show_reading(parse("remove 4 servers from biling", WORDS))
    assert line.below.remark().tone != "alarm"


def test_that_the_field_has_a_name_and_both_themes(line: CommandLine) -> None:
    assert line.editor.accessibleName() == "Command"
    line.set_text("stop")
    for name in ("day", "night"):
        line.set_theme(load_theme(name))
        assert line.grab().toImage().pixelColor(3, 30).name() == load_theme(name).raised.name()


def test_that_markup_is_shown_and_not_obeyed(line: CommandLine) -> None:
    line.set_text("<b>stop</b>")
    assert line.text() == "<b>stop</b>"
    assert "<b>" in line.below.remark().text


def test_that_the_difference_is_said_in_words() -> None:
    assert difference("remove 4 from biling in az4", "remove 4 from billing in az4") == "billing"
    assert difference("remove 4 billing", "remove 4 from billing") == "from"
    assert difference("stop stop", "stop") == "stop"


@given(st.lists(st.text(alphabet="ab ", max_size=4)), st.text(alphabet="ab", max_size=2), st.integers(0, 12))
def test_that_walking_back_and_forth_ends_at_what_was_typed(texts: list[str], typed: str, steps: int) -> None:
    history = CommandHistory()
    history.set(texts)
    current, walked = typed, 0
    for _ in range(steps):
        older = history.older(current)
        if older is None:
            break
        assert older.startswith(typed)
        current, walked = older, walked + 1
    for _ in range(walked):
        current = history.newer(current) or ""
    assert current == typed


@given(st.text(alphabet="ab \n\r\t", max_size=8), st.text(alphabet="ab \n\r\t\x00", max_size=8))
def test_that_nothing_but_one_line_of_plain_characters_gets_in(before: str, after: str) -> None:
    tidy, shorter = tidied(before, after)
    assert len(tidy) == len(after) - shorter
    if not why_not(before, tidy):
        assert not {"\n", "\r", "\x00"} & set(tidy)


def test_that_escape_empties_the_line_and_keeps_what_stood_there(line: CommandLine) -> None:
    keys(line, "remove 4 servers from billing")
    QTest.keyClick(line.editor, Qt.Key.Key_Escape)
    if line.text():
        QTest.keyClick(line.editor, Qt.Key.Key_Escape)  # the first closed the list
    assert line.text() == ""
    QTest.keyClick(line.editor, Qt.Key.Key_Up)
    assert line.text() == "remove 4 servers from billing"


def test_that_letters_typed_elsewhere_go_on_at_the_end_of_the_line(line: CommandLine) -> None:
    line.set_text("remove 4")
    line.editor.selectAll()
    line.begin_with("8")
    assert line.text() == "remove 48"


@pytest.mark.parametrize(("wide", "shown"), [(900, 0), (320, 1)])
def test_that_a_sentence_without_room_is_said_in_fewer_words(line: CommandLine, wide: int, shown: int) -> None:
    said = (
        "400 is 353 more than 47, the largest count that keeps every floor of billing and placement",
        "400 is too many",
    )
    line.set_text("remove 400 servers from billing")
    line.saying.show_sentence(said[0], "block", (7, 10), said[1])
    line.below.resize(wide, line.below.height())
    assert line.below.shown() == said[shown]
    assert line.below.accessibleName() == said[0]
    assert (line.below.toolTip() != "") is bool(shown)


@pytest.mark.parametrize(("wide", "shown"), [(900, INVITATIONS[0]), (470, INVITATIONS[1]), (220, INVITATIONS[2])])
def test_that_an_empty_line_invites_in_as_many_words_as_have_room(line: CommandLine, wide: int, shown: str) -> None:
    line.editor.resize(wide, line.editor.height())
    assert line.editor.placeholderText() == shown
    assert line.editor.fontMetrics().horizontalAdvance(shown) <= wide
