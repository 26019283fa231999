"""What calls an operator back: new alarms by their priority, each once, and only to a window that is not in front."""

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from console.operating.alarms.keeper import AlarmReading
from console.window.frame.attention import Attention
from topology.alarms.values import Alarm, AlarmKey, CapacityFacts, Condition
from topology.region.alarming.policy import AlarmRule, Priority
from topology.region.scope import WHOLE


def alarm(about: str, priority: Priority, rule: AlarmRule = AlarmRule.BELOW_FLOOR) -> Alarm:
    condition = Condition(AlarmKey(rule, about, "region"), CapacityFacts(WHOLE, 5, 10), f"explain {about}")
    return Alarm(condition, priority, 0.0)


@pytest.fixture
def called(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> tuple[Attention, list[str]]:
    window = QWidget()
    qtbot.addWidget(window)
    attention, heard = Attention(window), []
    monkeypatch.setattr(QApplication, "beep", lambda: heard.append("sound"))
    monkeypatch.setattr(attention, "call", lambda title, sentence: heard.append(f"{title}: {sentence}"))
    return attention, heard


def test_that_a_high_alarm_sounds_and_is_said_with_how_many_came_with_it(called: tuple[Attention, list[str]]) -> None:
    attention, heard = called
    new = (alarm("billing", Priority.MEDIUM), alarm("index", Priority.HIGH))
    attention.alarmed(AlarmReading(new, 2, new))
    assert heard == ["sound", "Alarm: index (and 1 more): index 5, floor 10: 5 below"]


def test_that_a_medium_alarm_makes_no_sound_and_a_low_one_only_stands(called: tuple[Attention, list[str]]) -> None:
    attention, heard = called
    for priority in (Priority.MEDIUM, Priority.LOW):
        new = (alarm("index", priority),)
        attention.alarmed(AlarmReading(new, 1, new))
    assert heard == ["Alarm: index: index 5, floor 10: 5 below"]


def test_that_alarms_that_stand_already_call_nobody_again(called: tuple[Attention, list[str]]) -> None:
    attention, heard = called
    attention.alarmed(AlarmReading((alarm("index", Priority.HIGH),), 1, ()))
    assert heard == []
