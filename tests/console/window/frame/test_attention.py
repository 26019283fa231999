"""What calls an operator back: new alarms by their priority, each once, and only to a window that is not in front."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget
from pytestqt.qtbot import QtBot

from console.kit.host.notifying import PROGRAM, notify
from console.operating.alarms.keeper import AlarmReading
from console.operating.strip import Mode, StripReading
from console.window.frame.attention import Attention
from topology.alarms.values import Alarm, AlarmKey, CapacityFacts, Condition
from topology.execution.progress import Phase, Progress
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
    monkeypatch.setattr(attention, "call", lambda title, sentence, urgent=True: heard.append(f"{title}: {sentence}"))
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


def test_that_a_silent_source_sounds_and_is_said_once(called: tuple[Attention, list[str]]) -> None:
    attention, heard = called
    silent = alarm("source", Priority.HIGH, AlarmRule.SOURCE_SILENT)
    attention.heard(StripReading(region="us-east-1", stale=True, silent_for="10 s"))
    attention.alarmed(AlarmReading((silent,), 1, (silent,)))
    assert heard == ["us-east-1 is silent: No news for 10 s: nothing can be confirmed.", "sound"]
    both = (silent, alarm("index", Priority.HIGH))
    attention.alarmed(AlarmReading(both, 2, both))
    assert heard[2:] == ["sound", "Alarm: index: index 5, floor 10: 5 below"]


def test_that_alarms_that_stand_already_call_nobody_again(called: tuple[Attention, list[str]]) -> None:
    attention, heard = called
    attention.alarmed(AlarmReading((alarm("index", Priority.HIGH),), 1, ()))
    assert heard == []


def progress(phase: Phase, sentence: str = "") -> Progress:
    return Progress(
        "e1",
        7,
        "remove 4 servers from index",
        "op",
        "remove",
        False,
        phase,
        1,
        (),
        4,
        4,
        0,
        0,
        0,
        0,
        0,
        sentence,
        0.0,
        None,
    )


def test_that_an_end_and_a_halt_call_once_and_what_ended_before_the_window_opened_does_not(
    called: tuple[Attention, list[str]],
) -> None:
    attention, heard = called
    attention.progressed(progress(Phase.FINISHED, "long ago"))
    assert heard == []
    attention.progressed(None)
    for phase in (Phase.RUNNING, Phase.FINISHED, Phase.FINISHED):
        attention.progressed(progress(phase, "4 left"))
    for phase in (Phase.RUNNING, Phase.HALTED):
        attention.progressed(progress(phase, "a floor would break"))
    assert heard == [
        "Finished: remove 4 servers from index: 4 left",
        "Halted: remove 4 servers from index: a floor would break",
    ]


def test_that_a_halt_is_said_once_in_its_notification(called: tuple[Attention, list[str]]) -> None:
    attention, heard = called
    attention.progressed(progress(Phase.RUNNING))
    attention.progressed(replace(progress(Phase.HALTED, "halted: index is below"), reason="index is below"))
    assert heard == ["Halted: remove 4 servers from index: index is below"]


def test_that_a_source_calls_when_it_falls_silent_and_again_after_it_came_back(
    called: tuple[Attention, list[str]],
) -> None:
    attention, heard = called
    silent = StripReading(Mode.DISCONNECTED, "us-east-1", age="8 s old", stale=True, silent_for="8 s")
    for reading in (silent, silent, StripReading(Mode.LIVE, "us-east-1"), silent):
        attention.heard(reading)
    assert heard == ["us-east-1 is silent: No news for 8 s: nothing can be confirmed."] * 2


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the file into which the desktop's program writes what it is asked; it complains while it does."""
    said = tmp_path / "said"
    program = tmp_path / PROGRAM
    asked = f"printf '%s\\n' \"$@\" > {said}.new"
    program.write_text(f"#!/bin/sh\necho chatter; echo complaint >&2; {asked} && mv {said}.new {said}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
    return said


def test_that_a_desktop_without_a_tray_is_asked_by_its_own_program_and_only_the_desktop_hears_it(
    desktop: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, capfd: pytest.CaptureFixture[str]
) -> None:
    assert notify("Halted: -x", "why", urgent=True)
    qtbot.waitUntil(desktop.exists)
    words = ["--urgency=critical", "--expire-time=20000", "--", "Halted: -x", "why"]
    assert desktop.read_text().splitlines()[1:] == words
    assert capfd.readouterr() == ("", "")
    monkeypatch.setenv("PATH", str(desktop.parent / "nothing"))
    assert not notify("Halted", "why", urgent=True)


def test_that_a_session_without_a_bus_is_not_asked_for_one(
    desktop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert not notify("Halted", "why", urgent=True)
    assert not desktop.exists()


def test_that_who_wants_no_notifications_gets_none(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    asked: list[str] = []
    monkeypatch.setattr("console.window.frame.attention.notify", lambda title, *_more, **_also: asked.append(title))
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: False)
    Attention(window, lambda: False).call("Halted", "why")
    Attention(window, lambda: True).call("Halted", "why")
    assert asked == ["Halted"]
