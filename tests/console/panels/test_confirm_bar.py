"""The bar that confirms: what it says to a wrong number, to Enter, and while something keeps every plan from being done."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.kit.painting import breakable
from console.kit.theme import load_fonts, load_theme
from console.panels.preview.confirm import ConfirmBar
from tests.topology.findings import finding
from topology.planning.plan import Plan, Severity, Verdict

# The screen of these tests says so for every window that it shows.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

RUNNING = "Entry 1 is still running: stop it, or wait."


def plan(verdict: Verdict, count: int = 48) -> Plan:
    names = tuple(f"index-{number:04}" for number in range(count))
    severity = Severity.BLOCK if verdict is Verdict.BLOCKED else Severity.CAUTION
    findings = () if verdict is Verdict.CLEAR else (finding("floor", severity, "index would be short"),)
    return Plan(f"remove {count} servers", "remove", 7, verdict, names, (), (), findings, None, (), f"{count:064}")


@pytest.fixture(scope="module", autouse=True)
def _fonts(qapp: QApplication) -> None:
    load_fonts()


@pytest.fixture
def now() -> list[float]:
    return [100.0]


@pytest.fixture
def bar(qtbot: QtBot, now: list[float]) -> Iterator[ConfirmBar]:
    made = ConfirmBar(load_theme("night"), lambda: now[0])
    made.resize(400, 160)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.hide()


def on_show(bar: ConfirmBar, now: list[float], shown: Plan) -> None:
    bar.show_plan(shown)
    bar.set_current(True)
    now[0] += 0.6


def refusal(qtbot: QtBot, bar: ConfirmBar) -> str:
    with qtbot.assertNotEmitted(bar.confirmed), qtbot.waitSignal(bar.refused) as refused:
        assert not bar.try_confirm()
    return str(refused.args[0])


def test_that_a_wrong_number_is_compared_with_the_right_one(qtbot: QtBot, bar: ConfirmBar, now: list[float]) -> None:
    on_show(bar, now, plan(Verdict.CAUTION))
    assert refusal(qtbot, bar) == "Type the number of servers (48) to confirm, then press Ctrl+Enter."
    bar.field.setText("84")
    assert refusal(qtbot, bar) == "84 is not 48, the number of servers that leave."


def test_that_a_restore_comes_back(qtbot: QtBot, bar: ConfirmBar, now: list[float]) -> None:
    on_show(bar, now, replace(plan(Verdict.CAUTION), action="restore"))
    bar.field.setText("84")
    assert refusal(qtbot, bar) == "84 is not 48, the number of servers that come back."


def test_that_only_digits_and_their_grouping_can_be_typed(bar: ConfirmBar, now: list[float]) -> None:
    on_show(bar, now, plan(Verdict.CAUTION, 1200))
    QTest.keyClicks(bar.field, "-1a,2.0_0 ")
    assert bar.field.text() == "1,20_0"
    assert bar.field.typed() == 1200
    assert bar.try_confirm()


@pytest.mark.parametrize("text", ["\uff14\uff18", "", "_", ","])
def test_that_what_is_no_number_of_ours_confirms_nothing(
    qtbot: QtBot, bar: ConfirmBar, now: list[float], text: str
) -> None:
    on_show(bar, now, plan(Verdict.CAUTION))
    bar.field.setText(text)
    assert refusal(qtbot, bar).startswith("Type the number of servers (48)")


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_that_enter_in_the_field_says_what_confirms(
    qtbot: QtBot, bar: ConfirmBar, now: list[float], key: Qt.Key
) -> None:
    on_show(bar, now, plan(Verdict.CAUTION))
    bar.field.setText("48")
    with qtbot.assertNotEmitted(bar.confirmed), qtbot.waitSignal(bar.refused) as refused:
        QTest.keyClick(bar.field, key)
    assert refused.args == ["Enter does not confirm: press Ctrl+Enter."]
    bar.field.setText("84")
    with qtbot.assertNotEmitted(bar.confirmed), qtbot.waitSignal(bar.refused) as refused:
        QTest.keyClick(bar.field, key)
    assert refused.args == ["84 is not 48, the number of servers that leave."]
    bar.field.setText("48")
    assert bar.try_confirm()


def test_that_nothing_is_confirmed_while_something_is_in_the_way(
    qtbot: QtBot, bar: ConfirmBar, now: list[float]
) -> None:
    on_show(bar, now, plan(Verdict.CLEAR))
    bar.set_obstacle(RUNNING)
    assert refusal(qtbot, bar) == RUNNING
    assert bar.obstacle.isVisible()
    assert bar.obstacle.text() == RUNNING
    assert bar.button.text() == "Remove 48 servers  [unavailable]"
    assert not bar.button.isEnabled()
    bar.set_obstacle("")
    assert not bar.obstacle.isVisible()
    assert bar.button.text() == "Remove 48 servers  [Ctrl+Enter]"
    assert bar.button.isEnabled()
    assert bar.try_confirm()


def test_that_an_obstacle_stays_for_the_next_plan_and_gives_way_to_what_blocks_it(
    qtbot: QtBot, bar: ConfirmBar, now: list[float]
) -> None:
    bar.set_obstacle(RUNNING)
    assert not bar.obstacle.isVisible(), "there is nothing to confirm"
    on_show(bar, now, plan(Verdict.CAUTION))
    bar.field.setText("48")
    assert refusal(qtbot, bar) == RUNNING
    on_show(bar, now, plan(Verdict.BLOCKED))
    assert refusal(qtbot, bar) == "This plan cannot be confirmed while a floor would break."
    assert bar.button.accessibleName() == "Confirm  [unavailable while a floor would break]"
    assert not bar.obstacle.isVisible()


@pytest.mark.parametrize("verdict", [Verdict.CLEAR, Verdict.CAUTION])
def test_that_a_source_that_goes_server_by_server_is_said_before_confirming(
    bar: ConfirmBar, now: list[float], verdict: Verdict
) -> None:
    on_show(bar, now, replace(plan(verdict), in_part=True))
    assert bar.in_part.isVisible()
    assert bar.in_part.text() == "Goes server by server: a refusal may leave part of it done."
    on_show(bar, now, plan(verdict))
    assert not bar.in_part.isVisible()


def test_that_what_is_confirmed_stands_whole_at_the_confirmation(bar: ConfirmBar, now: list[float]) -> None:
    clear = plan(Verdict.CLEAR)
    on_show(bar, now, clear)
    bar.set_about("step 2 of 3 of debug-slow-billing")
    assert bar.command.text() == clear.command
    assert bar.command.isVisible()
    assert bar.about.text() == "step 2 of 3 of debug-slow-billing"
    assert bar.about.isVisible()
    assert bar.button.text() == "Remove 48 servers  [Ctrl+Enter]"
    bar.set_about("")
    assert not bar.about.isVisible()


def test_that_a_command_longer_than_the_panel_is_wrapped_and_not_cut(bar: ConfirmBar, now: list[float]) -> None:
    name = "customer-identity-and-access-management.token-issuer-v2"
    on_show(bar, now, replace(plan(Verdict.CLEAR), command=f"remove 1000 servers from {name} in az4 at 10 per minute"))
    one_line = bar.command.heightForWidth(bar.command.natural_width() + 20)
    assert bar.command.heightForWidth(bar.width()) >= 2 * one_line
    assert bar.command.toolTip() == ""


def test_that_a_blocked_plan_has_no_command_to_confirm(bar: ConfirmBar, now: list[float]) -> None:
    on_show(bar, now, plan(Verdict.BLOCKED))
    assert not bar.command.isVisible()


@pytest.mark.parametrize("verdict", [Verdict.CLEAR, Verdict.CAUTION, Verdict.BLOCKED])
def test_that_a_narrow_button_says_all_that_it_does_and_its_key_stands_below(
    qtbot: QtBot, bar: ConfirmBar, now: list[float], verdict: Verdict
) -> None:
    bar.resize(320, 200)
    on_show(bar, now, plan(verdict))
    wide = "Confirm  [unavailable while a floor would break]"
    whole = wide if verdict is Verdict.BLOCKED else "Remove 48 servers  [Ctrl+Enter]"
    short = "Unavailable while a floor would break" if verdict is Verdict.BLOCKED else "Remove 48 servers"
    needs_less = verdict is Verdict.CLEAR  # there is no field beside it, so all of it fits
    qtbot.waitUntil(lambda: bar.button.text() == (whole if needs_less else short))
    assert bar.button.accessibleName() == whole
    assert ("Ctrl+Enter" in bar.below.text()) is (verdict is Verdict.CAUTION)
    bar.resize(900, 200)
    qtbot.waitUntil(lambda: bar.button.text() == whole)
    assert "Ctrl+Enter" not in bar.below.text()


@pytest.mark.parametrize("width", [240, 320, 400])
def test_that_a_name_wider_than_the_bar_is_broken_and_not_cut(
    qtbot: QtBot, bar: ConfirmBar, now: list[float], width: int
) -> None:
    name = "customer-identity-and-access-management.token-issuer-v2"
    long = f"remove 35 servers from {name}, {name.replace('v2', 'v3')}, {'x' * 60}"
    bar.resize(width, 400)
    on_show(bar, now, replace(plan(Verdict.CLEAR), command=long))
    room = bar.command.contentsRect()
    qtbot.waitUntil(lambda: bar.command.width() <= width)
    text = breakable(bar.command._shown, bar.command._own_font, room.width())
    flags = int(Qt.AlignmentFlag.AlignLeft) | int(Qt.TextFlag.TextWordWrap)
    drawn = QFontMetrics(bar.command._own_font).boundingRect(QRect(0, 0, room.width(), 9999), flags, text)
    assert drawn.width() <= room.width()
    assert bar.command.heightForWidth(bar.command.width()) == drawn.height()
    shown = text.replace("\N{ZERO WIDTH SPACE}", "").replace("\N{WORD JOINER}", "")
    assert shown == long
