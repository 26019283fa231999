"""The debrief asks first and shows after; a freeze probe blanks the display; the lesson waits for the debrief."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.app.replay_session import ReplaySession
from console.kit.asking.questions import GivenAnswer
from console.kit.theme import load_theme
from console.operating.incidents.standing import StandingFile, TraineeStanding, played
from console.panels.standing.standing_dialog import StandingDialog
from console.window.actions import ACTIONS, REPLAY_ACTIONS
from console.window.main_window import MainWindow
from tests.console.window.replay_window import replay
from tests.console.window.test_replay_window import SMALL, confirmed
from tests.console.window.whole_window import until


def test_that_no_two_actions_have_the_same_keys() -> None:
    keys = [entry.shortcut for entry in (*ACTIONS, *REPLAY_ACTIONS) if entry.shortcut]
    assert len(keys) == len(set(keys))


def test_that_no_action_has_keys_with_which_a_desktop_changes_to_another_terminal() -> None:
    assert not [entry.id for entry in (*ACTIONS, *REPLAY_ACTIONS) if entry.shortcut.startswith("Ctrl+Alt+F")]


def test_that_the_debrief_asks_first_and_shows_the_answers_after(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        panels, teaching = session.panels, session.panels.teaching
        await confirmed(session, SMALL)
        panels._scrub(session.training.now() + 1200)
        panels.choose("debrief")
        assert teaching.page.is_asking
        assert panels.debrief.figures.rowCount() == 0
        assert "was below its floor at" in teaching.page.form.asks.text()
        teaching.page.form.take(GivenAnswer(0))
        QTest.keyClick(teaching.page.form, Qt.Key.Key_1)
        teaching.page.form.take(GivenAnswer(text="look at index"))
        await until(lambda: panels.debrief.figures.rowCount() > 0)
        said = teaching.page.said.text()
        assert "You: look at index" in said
        assert session.training.incident.decisions[0].what_happened[:30] in said or "Then:" in said
        page = tmp_path / "debrief.html"
        panels.debriefing.write("html", page)
        assert "What you said first" in page.read_text()
        assert "What they changed" in page.read_text()
        # One run is asked about once: with no further act the debrief is shown at once.
        panels.choose("debrief")
        assert not teaching.page.is_asking

    replay(qapp, tmp_path, scenario)


def test_that_asking_again_leaves_the_questions_out(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        await confirmed(session, SMALL)
        session.panels.choose("debrief")
        assert session.panels.teaching.page.is_asking
        session.panels.choose("debrief")
        assert not session.panels.teaching.page.is_asking
        await until(lambda: session.panels.debrief.figures.rowCount() > 0)

    replay(qapp, tmp_path, scenario)


def test_that_a_freeze_probe_blanks_all_of_the_display_and_holds_the_clock(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, window: MainWindow) -> None:
        panels, probing = session.panels, session.panels.teaching.probing
        await confirmed(session, SMALL)
        panels.choose("play")
        panels.choose("probe")
        assert probing.is_asking
        assert not panels.player.is_playing
        cover = probing.cover
        assert cover.geometry() == window.rect()
        shown = window.grab().toImage()
        ground = window.theme.panel.rgb()
        blank = [shown.pixelColor(x, shown.height() - 40).rgb() for x in range(5, shown.width() - 5, 20)]
        assert set(blank) == {ground}
        panels.choose("play")
        assert not panels.player.is_playing
        for _ in range(3):
            QTest.keyClick(cover.form, Qt.Key.Key_1)
        assert not probing.is_asking
        assert len(probing.said) == 3
        assert all(one.question.choices for one in probing.said)

    replay(qapp, tmp_path, scenario)


def test_that_probes_come_by_themselves_only_when_they_were_asked_for(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        panels, probing = session.panels, session.panels.teaching.probing
        await confirmed(session, SMALL)
        panels.choose("probes")
        panels.choose("speed_3600")
        for _ in range(6):
            if probing.is_asking:
                break
            panels.player.play()
            await until(lambda: probing.is_asking or not panels.player.is_playing)
        assert probing.is_asking

    replay(qapp, tmp_path, scenario)


def test_that_the_lesson_waits_for_the_debrief_and_its_questions_come_back(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        panels, lesson = session.panels, session.panels.teaching.lesson
        panels.choose("lesson")
        assert "several regions" not in lesson.text.toPlainText()
        await confirmed(session, SMALL)
        panels.choose("debrief")
        panels.choose("debrief")
        await until(lambda: lesson.is_shown)
        assert "several regions" in lesson.text.toPlainText()
        kept = StandingFile(tmp_path / "data").read()
        assert kept.played["s3-2017"].runs == 1
        tomorrow = datetime.now().astimezone().date() + timedelta(days=1)
        assert set(kept.due(tomorrow)) == {f"s3-2017/{one.name}" for one in panels.teaching._lesson.questions}
        QTest.mouseClick(lesson.ask, Qt.MouseButton.LeftButton)
        lesson.form.take(GivenAnswer(panels.teaching._lesson.questions[0].answer))
        assert StandingFile(tmp_path / "data").read().questions["s3-2017/which-input"].right == 1

    replay(qapp, tmp_path, scenario)


@pytest.mark.parametrize("right", [True, False])
def test_that_what_came_back_is_asked_where_one_stands_and_each_answer_is_kept(
    qtbot: QtBot, tmp_path: Path, right: bool
) -> None:
    today = datetime(2026, 3, 9).date()  # noqa: DTZ001
    file = StandingFile(tmp_path)
    file.write(played(TraineeStanding(), "s3-2017", ("s3-2017/harmless",), (0, 0), today - timedelta(days=3)))
    dialog = StandingDialog(load_theme("day"), file, today)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    assert "1 question came back" in dialog.lead.text()
    QTest.mouseClick(dialog.ask, Qt.MouseButton.LeftButton)
    dialog.form.take(GivenAnswer(dialog._due[0].question.answer if right else None))
    kept = file.read().questions["s3-2017/harmless"]
    assert (kept.asked, kept.right) == (1, int(right))
    assert kept.due > today
    assert "No question has come back today" in dialog.lead.text()
