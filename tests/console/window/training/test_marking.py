"""The open question before a debrief: it stands beside what the account says, and people mark it, for no rule can."""

import io
import json
from pathlib import Path

from PySide6.QtWidgets import QApplication

from console.app.replay_session import ReplaySession
from console.kit.asking.questions import GivenAnswer
from console.panels.debrief.debrief_view import LEAST, NONE_YET
from console.terminal.training.class_command import table_of_class
from console.window.main_window import MainWindow
from tests.console.window.replay_window import replay
from tests.console.window.test_replay_window import SMALL, confirmed
from tests.console.window.whole_window import until


async def asked(session: ReplaySession, answer: str) -> None:
    """Act, and answer what is asked before the debrief."""
    panels = session.panels
    await confirmed(session, SMALL)
    panels.choose("debrief")
    panels.teaching.page.form.take(GivenAnswer(text=answer))
    await until(lambda: panels.debrief.figures.rowCount() > 0)


def test_that_the_trainee_and_the_instructor_mark_the_open_answer_and_it_is_kept(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        panels, page = session.panels, session.panels.teaching.page
        session.training.trainee = "Anna"
        await asked(session, "look at index")
        assert page.marking.isVisible()
        event = session.replay.timeline.next_after(session.training.now())
        assert event is not None
        assert event.text in page.said.text()
        page.marks["agrees"].click()
        assert "Marked by Anna: as the account has it" in page.said.text()
        panels.station.directing.write("mark sensible")
        assert "Marked by the instructor: another way, and sensible" in page.said.text()
        panels.debriefing.write("json", tmp_path / "anna.json")
        answer = json.loads((tmp_path / "anna.json").read_text())["answers"][-1]
        assert (answer["answer"], answer["mark"], answer["marked_by"]) == (
            "look at index",
            "sensible",
            "the instructor",
        )
        panels.debriefing.write("html", tmp_path / "anna.html")
        assert "another way, and sensible" in (tmp_path / "anna.html").read_text()
        out = io.StringIO()
        assert table_of_class(tmp_path, out, io.StringIO()) == 0
        assert out.getvalue().splitlines()[1].startswith("anna,Anna,s3-2017,")
        assert out.getvalue().splitlines()[1].endswith(",sensible")

    replay(qapp, tmp_path, scenario)


def test_that_what_was_left_out_cannot_be_marked(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        page = session.panels.teaching.page
        await asked(session, "")
        assert not page.marking.isVisible()
        session.panels.station.directing.write("mark sensible")
        assert "Marked" not in page.said.text()

    replay(qapp, tmp_path, scenario)


def test_that_a_run_that_was_given_up_takes_its_debrief_with_it(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        panels = session.panels
        await asked(session, "look at index")
        assert panels.debrief.plot.isVisible()
        panels.choose("take_over")
        assert not panels.debrief.figures.isVisible()
        assert not panels.debrief.html.isEnabled()
        assert panels.debrief.lead.text() == NONE_YET
        assert panels.teaching.page.said.text() == ""
        await asked(session, "again")
        assert panels.debrief.figures.isVisible()
        assert panels.debrief.html.isEnabled()

    replay(qapp, tmp_path, scenario)


def test_that_a_change_that_went_out_no_longer_waits(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        panels, requests = session.panels, session.panels.scenario.requests
        panels._scrub(session.training.incident.decisions[0].time)
        assert requests.proposals[0].isVisible()
        panels._scrub(session.training.incident.decisions[1].time)
        assert not requests.proposals[0].isVisible()
        assert not requests.waiting.isVisible()

    replay(qapp, tmp_path, scenario, "seoul-dns-2018")


def test_that_in_a_small_window_the_debrief_is_scrolled_and_nothing_of_it_squeezed(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario(session: ReplaySession, window: MainWindow) -> None:
        window.resize(960, 600)
        await asked(session, "look at index, and what stands on it, before anything is restarted or restored there")
        page, view = session.panels.teaching.page, session.panels.debrief
        await until(lambda: view.height() >= LEAST)
        assert page.said.height() >= page.said.heightForWidth(page.said.width())
        assert page._scroll.verticalScrollBar().maximum() > 0
        assert page._scroll.verticalScrollBar().value() == 0
        for button in (view.compare, view.html, view.json, view.acts, *page.marks.values()):
            assert button.width() >= button.sizeHint().width()

    replay(qapp, tmp_path, scenario)
