"""True pictures: the window shows what the account says is served, and a restart has a face with its end."""

from typing import Any

from PySide6.QtWidgets import QApplication

from console.app.replay_session import ReplaySession
from console.panels.scenario.scenario import NOT_TOLD
from console.panels.topology.cards.readings import readings
from console.panels.topology.cards.words import card_text, facts
from console.window.main_window import MainWindow
from tests.console.window.replay_window import replay
from tests.console.window.whole_window import until
from topology.incident.times import local_text


def event_time(session: ReplaySession, clock: str) -> float:
    incident = session.training.incident
    return next(one.time for one in incident.events if local_text(one.time, incident.time_zone)[11:16] == clock)


def card(session: ReplaySession, name: str) -> tuple[str, str]:
    """Give both lines of a card as it stands in the window."""
    state = session.workspace.state
    assert state is not None
    text = card_text(readings(state, None)[name])
    return text.numbers, text.state


async def go_to(session: ReplaySession, time: float) -> None:
    session.panels._scrub(time)
    await until(lambda: session.workspace.state is not None and session.workspace.state.time >= time)


def test_that_the_window_shows_what_the_account_says_is_served(qapp: QApplication, tmp_path: Any) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        await go_to(session, event_time(session, "09:45"))
        assert "impacted" in card(session, "front-end")[1]
        assert card(session, "index")[1] == "being restarted"
        await go_to(session, event_time(session, "12:26"))
        assert card(session, "front-end")[1] == "in part: GET, LIST, DELETE"
        assert card(session, "lambda")[1] == "in part: GET, LIST, DELETE"
        assert "impacted" not in card(session, "status-board")[1]  # it works again since 11:37
        state = session.workspace.state
        assert state is not None
        assert "being restarted" in facts(readings(state, None)["index"]).parts

    replay(qapp, tmp_path, scenario)


def test_that_a_restart_of_a_run_has_a_face_with_its_end_and_what_waits_for_it(
    qapp: QApplication, tmp_path: Any
) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        training = session.training
        session.panels._scrub(training.incident.decisions[1].time)
        session.panels.choose("take_over")
        session.workspace.refresh()
        await until(lambda: card(session, "index")[1] == "stopped: needs a restart")
        training.act("restart index")
        training.act("restart placement")
        session.workspace.refresh()
        await until(lambda: card(session, "index")[1].startswith("checks until 12:27"))
        assert card(session, "placement")[1] == "restart waits for index"
        session.panels._scrub(training.now() + 169 * 60 + 90)
        await until(lambda: "still to rejoin" in card(session, "index")[1])
        assert card(session, "front-end")[1] == "in part: no PUT"

    replay(qapp, tmp_path, scenario)


def test_that_the_scenario_says_what_goes_wrong_to_an_instructor_alone(qapp: QApplication, tmp_path: Any) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        pane, panels, incident = session.panels.scenario, session.panels, session.training.incident
        assert pane.situation.text() == NOT_TOLD
        panels.choose("future")
        assert pane.situation.text() == incident.summary
        await go_to(session, incident.decisions[0].time)
        assert pane.happened.isVisible()
        assert incident.decisions[0].what_happened in pane.happened.text()
        panels.choose("future")
        assert not pane.happened.isVisible()
        panels._scrub(incident.starts)
        assert pane.situation.text() == NOT_TOLD

    replay(qapp, tmp_path, scenario)


def test_that_the_timeline_tells_no_future_before_its_time(qapp: QApplication, tmp_path: Any) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        view, panels, incident = session.panels.timeline.view, session.panels, session.training.incident
        await go_to(session, incident.decisions[0].time)
        assert [event.time for event in view.scale.events if event.time > session.training.now()] == []
        panels.choose("future")
        assert view.scale.events == incident.events
        panels.choose("future")
        await go_to(session, event_time(session, "09:45"))
        assert len(view.scale.events) == sum(event.time <= session.training.now() for event in incident.events) > 3
        panels.choose("take_over")
        left = session.training.now()
        panels._scrub(left + 3 * 3600)
        assert max(event.time for event in view.scale.events) <= left  # what came after is another story

    replay(qapp, tmp_path, scenario)
