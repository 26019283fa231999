"""The execution on screen, and the gesture that stops it from anywhere."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from console.kit.theme import load_fonts, load_theme
from console.panels.execution.escape import WITHIN_S, EscapeTwice
from console.panels.execution.panel import ExecutionPanel
from console.words.execution import about, bar_sentence, counts, state_line, title, undo_label
from topology.execution.execution import Phase, Progress, WaveProgress

# The screen of these tests says so for windows and menus that it shows.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def waves(count: int, done: int, moving: int | None = None) -> tuple[WaveProgress, ...]:
    """Give waves of five: some done, the next one with *moving* servers under way, the rest planned."""
    made = [WaveProgress(number, 5, 5, 0, "done") for number in range(1, done + 1)]
    if moving is not None:
        made.append(WaveProgress(done + 1, 5, 5 - moving, moving, "moving"))
    made += [WaveProgress(number, 5, 0, 0, "planned") for number in range(len(made) + 1, count + 1)]
    return tuple(made)


RUNNING = Progress(
    execution="7f3a-1",
    entry=1204,
    command='remove 25 servers from billing at 10/min because "old racks"',
    operator="j.doe",
    action="remove",
    undo=False,
    phase=Phase.RUNNING,
    wave=3,
    waves=waves(5, 2, 2),
    total=25,
    done=13,
    moving=2,
    left=10,
    returned=0,
    refused=0,
    unknown=0,
    sentence="wave 3 of 5: 2 of 5 draining",
    started=0.0,
    next_at=None,
)
WAITING = replace(
    RUNNING,
    phase=Phase.WAITING,
    sentence="next wave at 09:38:24: 10 of 10 servers per minute used",
    next_at=112.0,
    reason="10 of 10 servers per minute used",
    turn="09:38:24",
)
HALTED = replace(
    RUNNING,
    phase=Phase.HALTED,
    sentence="halted: index 2,405 → 2,398, floor 2,400: 2 below",
    reason="index 2,405 → 2,398, floor 2,400: 2 below",
    moving=0,
    done=15,
)


@pytest.fixture(scope="module", autouse=True)
def _fonts(qapp: QApplication) -> None:
    load_fonts()


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[ExecutionPanel]:
    window = QWidget()
    column = QVBoxLayout(window)
    made = ExecutionPanel(load_theme("night"))
    column.addWidget(made)
    column.addStretch(1)
    window.resize(440, 500)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield made
    window.hide()


def test_that_the_title_names_what_and_how_many() -> None:
    assert title(RUNNING) == "Removing 25 servers from billing"
    assert title(replace(RUNNING, command="remove servers billing-0001..0025")) == "Removing 25 servers"
    assert title(replace(RUNNING, undo=True, action="restore", command="undo 9")) == "Undo: restoring 25 servers"
    assert title(replace(RUNNING, action="restore", command="restore 25 servers to index in az4")) == (
        "Restoring 25 servers to index in az4"
    )


def test_that_wave_size_pace_and_recheck_are_said() -> None:
    assert about(RUNNING, 10) == (
        "wave 3 of 5 · about 1 min left · 5 servers each · 10 per minute · floors checked again before every wave"
    )


def test_that_every_server_is_counted_where_it_is() -> None:
    assert counts(RUNNING) == "13 removed · 2 draining · 10 to go"
    unsure = replace(RUNNING, unknown=3, refused=1, returned=2, left=4)
    assert counts(unsure) == (
        "13 removed · 2 draining · 4 to go · 2 back in service · 1 refused by the region"
        " · 3 unknown: the region has not said"
    )


def test_that_servers_of_a_wave_that_was_sent_are_counted_as_that() -> None:
    on_the_way = replace(RUNNING.waves[-1], state="sent", done=0, moving=0, total=3)
    assert counts(replace(RUNNING, waves=(*RUNNING.waves[:-1], on_the_way), moving=0, left=0)) == "13 removed · 3 sent"


def test_that_what_the_panel_says_itself_is_not_said_twice() -> None:
    assert state_line(HALTED, None) == "index 2,405 → 2,398, floor 2,400: 2 below"
    assert (
        state_line(replace(HALTED, reason="", sentence="told by an earlier version"), None)
        == "told by an earlier version"
    )


def test_that_a_wait_counts_down_by_the_links_time(panel: ExecutionPanel) -> None:
    assert state_line(WAITING, 100.0) == "next wave in 00:12, at 09:38:24: 10 of 10 servers per minute used"
    panel.show_progress(WAITING, 100.0)
    panel.show_time(107.5)
    assert panel.state.below.text().startswith("next wave in 00:05")


def test_that_the_panel_is_there_only_with_an_execution(panel: ExecutionPanel) -> None:
    assert not panel.isVisible()
    panel.show_progress(RUNNING)
    assert panel.isVisible()
    panel.show_progress(None)
    assert not panel.isVisible()


@pytest.mark.parametrize(
    ("button", "phase", "command"),
    [
        ("stop_button", Phase.RUNNING, "stop"),
        ("stop_button", Phase.STOPPING, "stop"),
        ("stop_button", Phase.PAUSED, "stop"),
        ("hold_button", Phase.RUNNING, "pause"),
        ("hold_button", Phase.PAUSED, "resume"),
        ("undo_button", Phase.RUNNING, "undo 1204"),
        ("undo_button", Phase.FINISHED, "undo 1204"),
    ],
)
def test_that_every_button_is_a_command(
    qtbot: QtBot, panel: ExecutionPanel, button: str, phase: Phase, command: str
) -> None:
    panel.show_progress(replace(RUNNING, phase=phase))
    pressed = getattr(panel, button)
    assert pressed.isVisible()
    assert pressed.accessibleName()
    with qtbot.waitSignal(panel.command) as heard:
        QTest.mouseClick(pressed, Qt.MouseButton.LeftButton)
    assert heard.args == [command]


def test_that_stop_can_be_pressed_from_the_keyboard_but_not_with_enter(qtbot: QtBot, panel: ExecutionPanel) -> None:
    panel.show_progress(RUNNING)
    panel.stop_button.setFocus()
    with qtbot.assertNotEmitted(panel.command):
        QTest.keyClick(panel.stop_button, Qt.Key.Key_Return)
    with qtbot.waitSignal(panel.command) as heard:
        QTest.keyClick(panel.stop_button, Qt.Key.Key_Space)
    assert heard.args == ["stop"]


def test_that_stop_does_not_move_while_sentences_change(qtbot: QtBot, panel: ExecutionPanel) -> None:
    panel.show_progress(RUNNING, 100.0)
    qtbot.waitUntil(lambda: panel.stop_button.y() > 0)
    place = panel.stop_button.geometry()
    for other in (WAITING, replace(RUNNING, phase=Phase.PAUSED, sentence="paused by j.doe " * 9)):
        panel.show_progress(other, 100.0)
        panel.layout().activate()
        assert panel.stop_button.geometry() == place


def test_that_an_end_takes_stop_away_and_keeps_undo(panel: ExecutionPanel) -> None:
    panel.show_progress(HALTED)
    assert not panel.stop_button.isVisible()
    assert not panel.hold_button.isVisible()
    assert panel.undo_button.text() == "Undo: restore 15 servers"
    assert panel.state.head.text() == "Halted: nothing further leaves"
    assert panel.state.below.text() == "index 2,405 → 2,398, floor 2,400: 2 below"


def test_that_a_halt_looks_like_an_alarm(panel: ExecutionPanel) -> None:
    panel.show_progress(HALTED)
    panel.layout().activate()
    image = panel.state.grab().toImage()
    alarm = load_theme("night").alarm.name()
    assert image.pixelColor(image.width() // 2, 0).name() == alarm
    panel.show_progress(replace(RUNNING, phase=Phase.FINISHED))
    image = panel.state.grab().toImage()
    assert image.pixelColor(image.width() // 2, 0).name() != alarm


def test_that_an_ended_execution_folds_to_one_line_while_something_is_typed(panel: ExecutionPanel) -> None:
    ended = replace(RUNNING, phase=Phase.FINISHED)
    panel.show_progress(ended, 0.0, 10)
    whole = panel.sizeHint().height()
    panel.fold(True)
    assert not panel.bar.isVisible()
    assert not panel.counts.isVisible()
    assert panel.undo_button.isVisible()
    assert panel.title.text().startswith("✓ Removed ")
    assert panel.sizeHint().height() < whole / 2
    panel.fold(False)
    assert panel.bar.isVisible()


def test_that_what_still_runs_is_not_folded(panel: ExecutionPanel) -> None:
    panel.show_progress(RUNNING, 0.0, 10)
    panel.fold(True)
    assert panel.bar.isVisible()
    panel.close_ended()
    assert panel.isVisible()


def test_that_what_has_ended_is_not_said_to_go_on() -> None:
    assert title(RUNNING).startswith("Removing ")
    stopped = replace(RUNNING, phase=Phase.STOPPED)
    assert title(stopped).startswith(f"Removed {stopped.servers_out} of {stopped.total} servers")


def test_that_there_is_no_undo_of_an_undo_or_of_nothing() -> None:
    assert undo_label(replace(RUNNING, undo=True)) == ""
    assert undo_label(replace(RUNNING, done=0, moving=0)) == ""
    assert undo_label(replace(RUNNING, action="restore")) == "Undo: remove 15 servers"


def test_that_a_closed_outcome_stays_closed_and_the_next_execution_is_shown(panel: ExecutionPanel) -> None:
    ended = replace(RUNNING, phase=Phase.FINISHED)
    panel.show_progress(ended)
    panel.close_button.click()
    panel.show_progress(ended)
    assert not panel.isVisible()
    panel.show_progress(replace(RUNNING, execution="7f3a-2"))
    assert panel.isVisible()


@pytest.mark.parametrize("count", [1, 5, 80, 3000])
def test_that_any_number_of_waves_fits_the_bar(panel: ExecutionPanel, count: int) -> None:
    done = count // 2
    shown = replace(RUNNING, waves=waves(count, done, 2), total=count * 5, done=done * 5 + 3, moving=2)
    panel.show_progress(shown)
    panel.layout().activate()
    theme = load_theme("night")
    image = panel.bar.grab().toImage()
    row = [image.pixelColor(x, image.height() - 4).name() for x in range(image.width())]
    if done:
        assert row[1] == theme.water.name()
    assert theme.plan.name() in row
    if count > 1:
        assert theme.track.name() in row[row.index(theme.plan.name()) :]
    for before, after in zip(panel.bar.segments(), panel.bar.segments()[1:], strict=False):
        assert before.width() >= 2
        assert before.right() < after.left()


def test_that_the_bar_is_said_in_words(panel: ExecutionPanel) -> None:
    panel.show_progress(RUNNING)
    assert bar_sentence(RUNNING) == "2 of 5 waves done, wave 3 draining 3/5"
    assert panel.bar.accessibleName() == bar_sentence(RUNNING)


def test_that_both_themes_paint_the_stop_button_in_alarm(panel: ExecutionPanel) -> None:
    panel.show_progress(RUNNING)
    for name in ("day", "night"):
        theme = load_theme(name)
        panel.set_theme(theme)
        image = panel.stop_button.grab().toImage()
        assert image.pixelColor(12, image.height() // 2).name() == theme.alarm.name()


# --- Escape, twice --------------------------------------------------------------------------------------------------


class Gesture:
    """The filter on the application, with a clock that moves when told."""

    def __init__(self, app: QApplication) -> None:
        self.now = 10.0
        self.heard: list[str] = []
        self.filter = EscapeTwice(clock=lambda: self.now)
        self.filter.first.connect(lambda: self.heard.append("first"))
        self.filter.stop.connect(lambda: self.heard.append("stop"))
        app.installEventFilter(self.filter)

    def press(self, widget: QWidget, key: Qt.Key = Qt.Key.Key_Escape) -> None:
        QTest.keyClick(widget, key)
        self.now += 0.2


@pytest.fixture
def gesture(qapp: QApplication) -> Iterator[Gesture]:
    made = Gesture(qapp)
    yield made
    qapp.removeEventFilter(made.filter)


@pytest.fixture
def field(qtbot: QtBot) -> Iterator[QLineEdit]:
    """Give a field deep inside a window, so that a key passes several objects."""
    window, middle = QWidget(), QWidget()
    QVBoxLayout(window).addWidget(middle)
    column = QVBoxLayout(middle)
    made = QLineEdit()
    column.addWidget(made)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield made
    window.hide()


def test_that_escape_twice_stops(gesture: Gesture, field: QLineEdit) -> None:
    gesture.press(field)
    assert gesture.heard == ["first"]
    gesture.press(field)
    assert gesture.heard == ["first", "stop"]


def test_that_one_escape_on_its_way_through_the_widgets_counts_once(gesture: Gesture, field: QLineEdit) -> None:
    gesture.press(field.parentWidget())
    gesture.press(field)
    gesture.now += WITHIN_S
    gesture.press(field)
    assert gesture.heard == ["first", "stop", "first"]


def test_that_two_escapes_far_apart_do_not_stop(gesture: Gesture, field: QLineEdit) -> None:
    gesture.press(field)
    gesture.now += WITHIN_S
    gesture.press(field)
    assert gesture.heard == ["first", "first"]


def test_that_another_key_in_between_begins_anew(gesture: Gesture, field: QLineEdit) -> None:
    gesture.press(field)
    gesture.press(field, Qt.Key.Key_A)
    gesture.press(field)
    assert gesture.heard == ["first", "first"]


def test_that_a_held_key_is_one_press(gesture: Gesture, field: QLineEdit) -> None:
    for repeated in (False, True, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier, "\x1b", repeated)
        QApplication.sendEvent(field, event)
        gesture.now += 0.2
    assert gesture.heard == ["first"]


def test_that_a_lost_release_does_not_make_stop_deaf(gesture: Gesture, field: QLineEdit) -> None:
    for _ in range(2):
        QTest.keyPress(field, Qt.Key.Key_Escape)
        gesture.now += 0.2
    assert gesture.heard == ["first", "stop"]


def test_that_a_single_escape_still_reaches_who_wants_it(gesture: Gesture, field: QLineEdit) -> None:
    heard: list[int] = []
    field.keyPressEvent = lambda event: heard.append(event.key())
    gesture.press(field)
    gesture.press(field)
    assert heard == [Qt.Key.Key_Escape, Qt.Key.Key_Escape]


def test_that_escape_twice_stops_from_inside_an_open_menu(qtbot: QtBot, gesture: Gesture, field: QLineEdit) -> None:
    menu = QMenu(field)
    menu.addAction("something")
    menu.popup(field.mapToGlobal(field.rect().center()))
    qtbot.waitUntil(menu.isVisible)
    gesture.press(menu)
    assert not menu.isVisible()
    gesture.press(field)
    assert gesture.heard == ["first", "stop"]


def test_that_the_hint_stands_on_the_stop_button_for_as_long_as_it_is_true(qtbot: QtBot, panel: ExecutionPanel) -> None:
    panel.show_progress(RUNNING)
    panel.hint_escape()
    panel.show_progress(RUNNING)
    assert "once more" in panel.stop_button.text()
    panel._hint.start(0)
    qtbot.waitUntil(lambda: "Esc Esc" in panel.stop_button.text())
