"""Errors nobody expected: logged with their traceback, said once with where the log is, and never the end of the console."""

import logging
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.app.bugs import LONGEST, Bugs, log_to
from console.app.session import Session
from console.window.main_window import MainWindow
from tests.console.window.whole_window import play, until

pytestmark = pytest.mark.usefixtures("qapp")


class UnspeakableError(Exception):
    def __str__(self) -> str:
        raise ValueError("no text")


def fail(text: str) -> None:
    raise ValueError(text)


def fail_elsewhere() -> None:
    raise ValueError("elsewhere")


def heard(bugs: Bugs, work: object, *args: object) -> None:
    """Let *bugs* hear what *work* raises, as the excepthook would."""
    try:
        work(*args)  # type: ignore[operator]
    except Exception as error:  # noqa: BLE001
        bugs.hear(type(error), error, error.__traceback__)


def test_that_a_bug_is_logged_with_its_traceback_and_said_with_where_the_log_is(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str], qtbot: QtBot
) -> None:
    bugs = Bugs(Path("/var/log/underkeel.log"))
    with caplog.at_level(logging.INFO), qtbot.waitSignal(bugs.heard) as said:
        heard(bugs, fail, "bad value")
    assert [record.levelname for record in caplog.records] == ["CRITICAL"]
    assert "in fail" in caplog.text
    assert said.args == [
        "An error in the console itself (ValueError: bad value): what is on screen may be wrong. "
        "The log has the details: /var/log/underkeel.log."
    ]
    assert capsys.readouterr().err == f"underkeel: {said.args[0]}\n"


def test_that_without_a_log_the_sentence_does_not_name_one(qtbot: QtBot) -> None:
    bugs = Bugs(None)
    with qtbot.waitSignal(bugs.heard) as said:
        heard(bugs, fail, "bad value")
    assert "No log could be written; the terminal has the details" in said.args[0]


def test_that_the_same_bug_at_every_frame_is_said_once_and_does_not_flood_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bugs = Bugs(None)
    said: list[str] = []
    bugs.heard.connect(said.append)
    with caplog.at_level(logging.INFO):
        for number in range(3600):  # a minute of frames, each with another text
            heard(bugs, fail, f"frame {number}")
    assert len(said) == 1
    assert [record.getMessage().rpartition(" again, ")[2] for record in caplog.records] == [
        "An error nobody expected",
        "10 times by now",
        "100 times by now",
        "1,000 times by now",
    ]


def test_that_another_place_or_another_kind_is_another_bug() -> None:
    bugs = Bugs(None)
    said: list[str] = []
    bugs.heard.connect(said.append)
    heard(bugs, fail, "here")
    heard(bugs, fail_elsewhere)
    heard(bugs, fail)  # a TypeError
    assert len(said) == 3


@pytest.mark.parametrize("error", [UnspeakableError(), ValueError("x" * 10_000), ValueError("two\nlines")])
def test_that_any_error_makes_a_short_sentence(error: Exception) -> None:
    bugs = Bugs(None)
    said: list[str] = []
    bugs.heard.connect(said.append)
    bugs.hear(type(error), error, None)
    assert type(error).__name__ in said[0]
    assert len(said[0]) < LONGEST + 150
    assert "\n" not in said[0]


def test_that_a_bug_of_the_event_loop_is_heard_too(caplog: pytest.LogCaptureFixture) -> None:
    bugs = Bugs(None)
    said: list[str] = []
    bugs.heard.connect(said.append)
    loop: object = None
    bugs.hear_loop(loop, {"message": "a callback failed", "exception": ValueError("bad")})  # type: ignore[arg-type]
    bugs.hear_loop(loop, {"message": "slow"})  # type: ignore[arg-type]
    assert len(said) == 1
    assert "ValueError: bad" in said[0]
    assert caplog.records[-1].getMessage() == "slow"


def test_that_a_listener_hears_what_came_before_it_and_never_inside_the_failing_method(qtbot: QtBot) -> None:
    bugs = Bugs(None)
    said: list[str] = []
    heard(bugs, fail, "before")
    bugs.tell(said.append)
    heard(bugs, fail_elsewhere)
    assert said == []
    qtbot.waitUntil(lambda: len(said) == 2)
    assert "before" in said[0]
    assert "elsewhere" in said[1]


def test_that_showing_a_bug_may_fail_without_end(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    bugs = Bugs(None)
    monkeypatch.setattr(sys, "excepthook", bugs.hear)
    said: list[str] = []

    def show(sentence: str) -> None:
        said.append(sentence)
        raise RuntimeError("cannot be shown")

    bugs.tell(show)
    heard(bugs, fail, "bad value")
    qtbot.waitUntil(lambda: len(said) == 2)
    for _ in range(10):
        QApplication.processEvents()
    assert len(said) == 2
    assert "cannot be shown" in said[1]


def test_that_a_log_that_cannot_be_written_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert log_to(tmp_path / "file") is None


def test_that_a_view_that_cannot_be_painted_is_said_in_the_window_which_goes_on(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bugs = Bugs(tmp_path / "underkeel.log")
    monkeypatch.setattr(sys, "excepthook", bugs.hear)

    async def scenario(session: Session, window: MainWindow) -> None:
        bugs.tell(session.say_bug)
        monkeypatch.setattr(session.panels.topology.look, "summary", lambda: int("x"))
        notices = window.notices
        for _ in range(5):
            session.panels.topology.repaint()
        await until(lambda: bool(notices.notices()))
        assert [str(tmp_path / "underkeel.log") in notice.text for notice in notices.notices()] == [True]
        assert "underkeel.log" in session.panels.messages.toPlainText()
        session.panels.type("remove 4 servers from billing")
        await until(lambda: session.workspace.bench.work.plan is not None)

    play(qapp, tmp_path, scenario)
    # How often it was painted again depends on the machine: that is told at the tenth time, and the like.
    told = [record for record in caplog.records if record.name == "console.app.bugs"]
    assert [record.levelname for record in told if " again, " not in record.getMessage()] == ["CRITICAL"]
