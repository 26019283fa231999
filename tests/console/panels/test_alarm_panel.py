"""The alarm panel: what a row says, what a key does, and that what is selected stays selected."""

from datetime import UTC

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.kit.theme import load_theme
from console.operating.alarms.keeper import AlarmReading
from console.panels.alarms.model import ACT, SINCE, STATE, WHAT
from console.panels.alarms.panel import AlarmPanel, tab_title
from topology.alarms.load import load_of
from topology.alarms.values import Alarm, AlarmKey, AlarmStep, CapacityFacts, Condition, Shelf, Standing, StepKind
from topology.command.grammar.alarm_commands import AcknowledgeAlarm, UnshelveAlarm
from topology.region.alarming.policy import AlarmRule, Priority
from topology.region.scope import WHOLE, Scope

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

INDEX = AlarmKey(AlarmRule.BELOW_FLOOR, "index", "region")


def alarm(about: str = "index", cause: AlarmKey | None = None, scope: Scope = WHOLE) -> Alarm:
    facts = CapacityFacts(scope, 2210, 2400, None, ("placement", "lambda"), 3)
    key = AlarmKey(AlarmRule.BELOW_FLOOR, about, str(scope))
    condition = Condition(key, facts, f"restore 190 servers to {about}", cause)
    return Alarm(condition, Priority.HIGH, 1_488_303_420.0, hidden=cause is not None)


def reading(*alarms: Alarm) -> AlarmReading:
    steps = [AlarmStep(StepKind.RAISED, one.key, one.raised, one.priority) for one in alarms]
    load = load_of(steps, 1_488_303_420.0 - 7200, 1_488_303_420.0)
    return AlarmReading(alarms, sum(not one.is_quiet for one in alarms), (), load)


@pytest.fixture
def panel(qtbot: QtBot) -> AlarmPanel:
    made = AlarmPanel(load_theme("night"))
    qtbot.addWidget(made)
    made.resize(900, 200)
    made.show()
    return made


def cell(panel: AlarmPanel, row: int, column: int) -> str:
    return str(panel.model.index(row, column).data())


def test_that_an_alarm_says_object_quantity_consequence_and_act(panel: AlarmPanel) -> None:
    panel.show_reading(reading(alarm()), UTC)
    assert cell(panel, 0, WHAT) == "▼ index 2,210, floor 2,400: 190 below; placement, lambda and 3 more need it"
    assert cell(panel, 0, ACT) == "restore 190 servers to index"
    assert cell(panel, 0, STATE) == "not seen yet"
    assert panel.load.text() == ("last 2 h: 1 alarm, 0.5 an hour [manageable: 12] · worst 10 minutes: 1 [at most 10]")
    assert tab_title(reading(alarm())) == "Alarms 1"


def test_that_without_alarms_the_panel_says_so(panel: AlarmPanel) -> None:
    panel.show_reading(AlarmReading(), UTC)
    assert panel.calm.isVisible()
    assert not panel.table.isVisible()
    assert tab_title(AlarmReading()) == "Alarms"


def test_that_what_follows_from_a_cause_is_folded_below_it_and_unfolds_with_a_key(
    panel: AlarmPanel, qtbot: QtBot
) -> None:
    zone = alarm(cause=INDEX, scope=Scope("zone", "az4"))
    panel.show_reading(reading(alarm(), zone, alarm("placement", INDEX)), UTC)
    assert panel.model.rowCount() == 1
    assert cell(panel, 0, WHAT).endswith(" · 2 more follow from it")
    panel.table.selectRow(0)
    qtbot.keyClick(panel.table, Qt.Key.Key_Right)
    assert [cell(panel, row, WHAT).strip()[:1] for row in range(3)] == ["▼", "↳", "↳"]
    qtbot.keyClick(panel.table, Qt.Key.Key_Left)
    assert panel.model.rowCount() == 1


def test_that_what_speaks_for_itself_is_never_folded_below_its_cause(panel: AlarmPanel) -> None:
    later = alarm("placement", INDEX)._replace(hidden=False)
    panel.show_reading(reading(alarm(), later), UTC)
    assert [panel.model.row_at(row).alarm.key.about for row in range(panel.model.rowCount())] == ["index", "placement"]


def test_that_enter_types_the_act_and_letters_act_on_the_alarm(panel: AlarmPanel, qtbot: QtBot) -> None:
    panel.show_reading(reading(alarm()), UTC)
    panel.table.selectRow(0)
    typed, said = [], []
    panel.take_command.connect(typed.append)
    panel.said.connect(said.append)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_A, Qt.Key.Key_S, Qt.Key.Key_U):
        qtbot.keyClick(panel.table, key)
    assert typed == ["restore 190 servers to index", 'shelve alarm index for 30 min because "']
    assert said == [AcknowledgeAlarm("index"), UnshelveAlarm("index")]
    qtbot.mouseClick(panel.all_seen, Qt.MouseButton.LeftButton)
    assert said[-1] == AcknowledgeAlarm(None)


def test_that_the_selected_alarm_stays_selected_when_others_come_and_go(panel: AlarmPanel) -> None:
    panel.show_reading(reading(alarm("billing"), alarm()), UTC)
    panel.table.selectRow(1)
    panel.show_reading(reading(alarm("aaa"), alarm("billing"), alarm()), UTC)
    assert panel.model.row_at(panel.table.currentIndex().row()).alarm.key.about == "index"
    panel.show_reading(reading(alarm()), UTC)
    assert panel.model.row_at(panel.table.currentIndex().row()).alarm.key.about == "index"


def test_that_the_filter_finds_what_is_folded(panel: AlarmPanel) -> None:
    panel.show_reading(reading(alarm(), alarm("billing", INDEX)), UTC)
    panel.filter.setText("2,210 floor")
    assert [panel.model.row_at(row).alarm.key.about for row in range(panel.model.rowCount())] == ["index", "billing"]
    panel.filter.setText("RESTORE billing")
    assert [panel.model.row_at(row).alarm.key.about for row in range(panel.model.rowCount())] == ["billing"]


def test_that_it_says_who_saw_or_shelved_an_alarm_and_until_when(panel: AlarmPanel) -> None:
    seen = alarm()._replace(standing=Standing.ACKNOWLEDGED, by="op2")
    shelved = alarm("billing")._replace(shelf=Shelf("op3", "known", 1_488_303_420.0 + 1800))
    over = alarm("placement")._replace(standing=Standing.RETURNED)
    panel.show_reading(reading(seen, shelved, over), UTC)
    states = [cell(panel, row, STATE) for row in range(3)]
    assert states == ["acknowledged · op2", "shelved until 18:07 · op3", "over, not seen yet"]
    assert cell(panel, 2, ACT) == ""


@pytest.mark.parametrize(("width", "height"), [(900, 200), (556, 96), (556, 200), (900, 96)])
def test_that_nothing_overlaps_and_the_alarm_is_read_in_a_low_or_narrow_panel(
    qtbot: QtBot, width: int, height: int
) -> None:
    page = QWidget()  # as in the window, where the page is as low as the operator likes
    qtbot.addWidget(page)
    panel = AlarmPanel(load_theme("night"))
    panel.setParent(page)
    page.resize(width, height)
    panel.setGeometry(0, 0, width, height)
    panel.show()
    page.show()
    panel.show_reading(reading(alarm(), alarm("search")), UTC)
    panel.layout().activate()
    shown = [part for part in (panel.filter, panel.all_seen, panel.table, panel.load) if part.isVisible()]
    for number, part in enumerate(shown):
        assert all(not part.geometry().intersects(other.geometry()) for other in shown[number + 1 :])
    assert panel.load.isVisible() is (height == 200)
    assert panel.table.isColumnHidden(SINCE) is (width < 640) is not panel.hint.isVisible()
    assert panel.table.columnWidth(WHAT) >= 230
