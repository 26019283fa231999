"""The window of a replay: the record on show at any moment, a decision, acts, what happened then, and the debrief."""

import asyncio
import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox

from console.app.replay_session import ReplaySession
from console.operating.incidents.incidents import described_by
from console.window.main_window import MainWindow
from tests.console.window.replay_window import replay
from tests.console.window.whole_window import until
from topology.fleet.state import State
from topology.incident.timeline import Timeline
from topology.records.incident_folder import read_incident_folder
from topology.region.server_states import ServerState

HUGE = "remove 400 servers from billing"
SMALL = "remove 4 servers from billing"


def shown(session: ReplaySession) -> State:
    state = session.workspace.state
    assert state is not None
    return state


async def confirmed(session: ReplaySession, text: str) -> None:
    """Type a command, and confirm it as soon as that is possible."""
    panels = session.panels
    panels.type(text)
    await until(
        lambda: session.workspace.bench.work.plan is not None and session.workspace.bench.work.plan.command == text
    )
    acts = len(session.training.acts)
    while len(session.training.acts) == acts:
        panels.choose("confirm")
        await asyncio.sleep(0.05)


def test_that_the_badge_says_replay_and_then_training(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, window: MainWindow) -> None:
        await until(lambda: window.windowTitle().startswith("REPLAY"))
        session.panels.choose("take_over")
        await until(lambda: window.windowTitle().startswith("TRAINING"))
        session.panels.choose("take_over")
        await until(lambda: window.windowTitle().startswith("REPLAY"))

    replay(qapp, tmp_path, scenario)


def test_that_the_window_shows_the_record_at_any_moment_in_both_directions(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        incident, timeline = session.training.incident, session.replay.timeline
        for share in (0.5, 0.02, 0.9, 0.3):
            moment = incident.starts + share * incident.length_s
            session.panels._scrub(moment)
            await until(lambda: shown(session).time == session.training.now())
            await until(lambda: np.array_equal(shown(session).fleet.state, timeline.states_at(session.training.now())))

    replay(qapp, tmp_path, scenario)


def test_that_keys_on_the_timeline_step_play_and_stop_at_a_decision(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        panels, incident = session.panels, session.training.incident
        view = panels.timeline.view
        QTest.keyClick(view, Qt.Key.Key_Right)
        assert session.training.now() == incident.events[1].time
        QTest.keyClick(view, Qt.Key.Key_Left)
        QTest.keyClick(view, Qt.Key.Key_Home)
        assert session.training.now() == incident.starts
        panels.choose("speed_3600")
        QTest.keyClick(view, Qt.Key.Key_Space)
        await until(lambda: not panels.player.is_playing)
        assert session.training.now() == incident.decisions[0].time
        assert "decision 1 of 3" in panels.scenario.place.text()
        assert incident.decisions[0].situation == panels.scenario.situation.text()

    replay(qapp, tmp_path, scenario)


def test_that_the_timeline_is_scrubbed_with_the_mouse(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        view, incident = session.panels.timeline.view, session.training.incident
        x = round(view.scale.x_of(incident.starts + 0.7 * incident.length_s))
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.rect().center().__class__(x, 20))
        assert session.training.now() == pytest.approx(view.scale.moment_at(x))

    replay(qapp, tmp_path, scenario)


def test_that_what_happened_is_told_only_on_demand(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        scenario_pane = session.panels.scenario
        session.panels.choose("decision")
        assert scenario_pane.happened.isHidden()
        assert scenario_pane.reveal.text() == "Give up: what happened then"
        await confirmed(session, SMALL)
        assert scenario_pane.reveal.text() == "What happened then"
        scenario_pane.reveal.click()
        assert not scenario_pane.happened.isHidden()
        assert session.training.incident.decisions[0].what_happened in scenario_pane.happened.text()

    replay(qapp, tmp_path, scenario)


def test_that_facts_and_model_values_look_different_and_sources_are_a_click_away(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        panels = session.panels
        panels._scrub(next(one.time for one in session.training.incident.events if one.source == "press"))
        facts = {line.text.text()[:12]: line for line in panels.scenario.facts if not line.isHidden()}
        invented = next(line for line in facts.values() if "Index is being restarted" in line.text.text())
        told = next(line for line in facts.values() if "outside" in line.text.text())
        assert invented.source.mark.text() == "model value"
        assert told.source.mark.isHidden()
        assert told.source.detail.isHidden()
        told.source.link.click()
        assert "Press reports" in told.source.detail.text()
        assert "secondary account" in told.source.detail.text()
        assert not told.source.detail.isHidden()

    replay(qapp, tmp_path, scenario)


def test_that_our_tool_blocks_and_the_tool_of_the_day_does_not(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        panels, workspace = session.panels, session.workspace
        panels.choose("decision")
        panels.type(HUGE)
        await until(lambda: workspace.bench.work.plan is not None and workspace.bench.work.plan.blocked)
        eras = [era.name for era in session.training.incident.eras]
        panels._take_era(eras[eras.index(session.training.era.name) + 1 - len(eras)])
        await until(lambda: workspace.bench.work.plan is not None and not workspace.bench.work.plan.blocked)
        assert panels.preview.verdict.title.text() == "400 servers leave: nothing is checked"
        await confirmed(session, HUGE)
        session.panels._scrub(session.training.now() + 60)
        state = workspace.state
        assert state is not None
        await until(lambda: panels.timeline.view.shown.run != ())
        assert {span.subsystem for span in panels.timeline.view.shown.run} == {"index", "placement", "billing"}

    replay(qapp, tmp_path, scenario)


def test_that_the_debrief_shows_both_runs_and_is_saved_whole(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        panels = session.panels
        panels.choose("decision")
        await confirmed(session, SMALL)
        panels.choose("debrief")
        panels.choose("debrief")  # it asks first, and asking again leaves the questions out
        view = panels.debrief
        await until(lambda: view.figures.rowCount() > 0)
        rows = [
            [view.figures.item(row, column).text() for column in range(3)]  # type: ignore[union-attr]
            for row in range(view.figures.rowCount())
        ]
        assert rows[0][0].startswith("Catastrophic")
        assert rows[0][1:] == ["0", "1"]
        short = next(row for row in rows if row[0] == "Minutes below any floor")
        assert short[1] == "0.0"
        assert float(short[2].replace(",", "")) > 200
        assert ["Objective: Take a few servers out of billing", "met", "–"] in rows
        assert "best run so far" in view.lead.text()
        moment = float(view.moments.item(1, 0).data(Qt.ItemDataRole.UserRole))  # type: ignore[union-attr]
        view.moments.cellClicked.emit(1, 0)
        assert session.training.now() == moment
        for kind in ("html", "json", "acts"):
            panels.debriefing.write(kind, tmp_path / kind)
        assert (tmp_path / "html").read_text().startswith("<!DOCTYPE html>")
        assert json.loads((tmp_path / "json").read_text())["kind"] == "score"
        kept = json.loads((tmp_path / "data" / "scores.json").read_text())
        ((key, best),) = kept["scores"].items()
        assert key.startswith("s3-2017 underkeel 2017-02-28T17:")
        assert best["minutes_short"] == 0

    replay(qapp, tmp_path, scenario)


def test_that_the_session_is_saved_from_the_window_and_can_be_replayed(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        session.panels.choices.description = described_by("s3-2017")
        session.panels.choose("decision")
        await confirmed(session, SMALL)
        session.panels._scrub(session.training.now() + 60)
        state = session.workspace.state
        assert state is not None
        await until(lambda: (state.fleet.state == ServerState.REMOVED).sum() == 4)
        session.panels.choices.save_session(str(tmp_path / "saved"))
        saved = read_incident_folder(tmp_path / "saved")
        np.testing.assert_array_equal(Timeline(saved).states_at(saved.ends), state.fleet.state)
        assert SMALL in [event.command for event in saved.events]
        assert {event.source for event in saved.events} == {"model"}  # a run is never told as a fact

    replay(qapp, tmp_path, scenario)


def test_that_an_instructor_injects_saves_and_comes_back(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        panels, workspace = session.panels, session.workspace
        panels.choose("save_moment")
        kept = session.training.now()
        panels._submitted("inject lose az4")
        await until(lambda: workspace.state is not None and (workspace.state.fleet.state == 4).any())
        panels._scrub(session.training.now() + 3600)
        panels.choose("load_moment")
        assert session.training.now() == kept
        assert not session.training.is_run
        await until(lambda: workspace.state is not None and not (workspace.state.fleet.state == 4).any())

    replay(qapp, tmp_path, scenario)


def test_that_a_replay_writes_no_journal_and_no_acts(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        session.panels.choose("decision")
        await confirmed(session, SMALL)

    replay(qapp, tmp_path, scenario)
    assert list((tmp_path / "state").rglob("*")) == []
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} <= {"settings.ini"}


def test_that_the_title_names_the_incident_and_the_keys_that_are_hinted_at_work_from_the_start(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario(session: ReplaySession, window: MainWindow) -> None:
        await until(lambda: session.training.incident.title in window.windowTitle())
        assert window.strip.sentence().startswith("REPLAY, paused")
        timeline = session.panels.timeline.view
        await until(lambda: window.focusWidget() is timeline)
        QTest.keyClick(timeline, Qt.Key.Key_Space)
        await until(lambda: session.panels.player.is_playing)
        QTest.keyClick(timeline, Qt.Key.Key_Space)
        await until(lambda: not session.panels.player.is_playing)

    replay(qapp, tmp_path, scenario)


def test_that_closing_over_a_run_that_is_kept_nowhere_asks(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, window: MainWindow) -> None:
        await confirmed(session, SMALL)
        window.close()
        await until(lambda: bool(window.findChildren(QMessageBox)))
        box = window.findChildren(QMessageBox)[0]
        assert "1 act" in box.text()
        QTest.keyClick(box, Qt.Key.Key_Escape)
        assert not session.closed.is_set()
        session.panels.debriefing.write("acts", tmp_path / "acts.toml")
        window.close()
        await until(session.closed.is_set)

    replay(qapp, tmp_path, scenario)


def test_that_a_run_may_be_forgotten_and_that_without_one_nothing_is_asked(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, window: MainWindow) -> None:
        await confirmed(session, SMALL)
        window.close()
        await until(lambda: bool(window.findChildren(QMessageBox)))
        box = window.findChildren(QMessageBox)[0]
        forget = next(button for button in box.buttons() if button.text().startswith("&Forget"))
        QTest.mouseClick(forget, Qt.MouseButton.LeftButton)
        await until(session.closed.is_set)

    async def untouched(session: ReplaySession, window: MainWindow) -> None:
        window.close()
        await until(session.closed.is_set)

    replay(qapp, tmp_path, scenario)
    replay(qapp, tmp_path, untouched)
