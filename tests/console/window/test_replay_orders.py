"""What is typed in the window of a training is answered, and counts, exactly as it does without a window."""

import asyncio
from dataclasses import replace
from typing import Any, cast

import msgspec
import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from console.app.replay_session import ReplaySession
from console.kit.painting import font_of
from console.operating.incidents.incidents import bundled_incidents
from console.window.main_window import MainWindow
from console.words.findings.table import sentence
from tests.console.window.replay_window import replay
from tests.console.window.whole_window import until
from topology.command.grammar.syntax import Remove, ToolCommand
from topology.incident.session.acts import read_acts
from topology.incident.session.outcome import outcome_of
from topology.incident.session.session import TrainingRun, run_acts
from topology.incident.timeline import Timeline
from topology.planning.plan import Confirmation, Effort, Verdict
from topology.region.server_states import ServerState

TYPED = {
    "azure-2014": ("check enable-change", "approve enable-change", "approve enable-change in west-us", "stop"),
    "facebook-2021": ("check assess-capacity", "approve assess-capacity", "go on-site", "notice"),
    "gitlab-2017": (
        "try daily-dump",
        "inject fail all from database",
        "recover from daily-dump",
        "try nothing-like-it",
        "recover from manual-snapshot",
    ),
    "google-2014": ('override "the rack was emptied by hand"', "shift satellites to core", "stop"),
    "joyent-2014": ("restart compute", 'announce "we reboot" by banner', "inject fail 3 from compute"),
    "kinesis-2020": ("check add-capacity", "approve add-capacity", "pause", "stop"),
    "s3-2017": (
        "restart index",
        "restart 20 of placement in az4",
        "restart nothing",
        'announce "reads fail"',
        "resume",
    ),
    "seoul-dns-2018": ("approve regional-values", "approve regional-values in nowhere", "stop", "notice"),
}
"""Orders that each incident is about, some of them wrong."""


def headless(session: ReplaySession) -> TrainingRun:
    """Run the acts of a training as `underkeel replay --acts` does, from the text that it would read."""
    incident = session.training.incident
    return run_acts(Timeline(incident), read_acts(session.training.acts_text(), "acts.toml", incident), sentence)


async def type_all(session: ReplaySession, texts: tuple[str, ...]) -> list[str]:
    """Type each text and press Enter; gives what the window said to each."""
    said: list[str] = []
    session.workspace.said.connect(said.append)
    session.workspace.failed.connect(said.append)
    answers = []
    for text in texts:
        session.panels._scrub(session.training.now() + 5)
        said.clear()
        acts = len(session.training.acts)
        session.panels.type(text)
        session.panels._submitted(text)
        if isinstance(session.workspace.bench.work.reading.command, ToolCommand):
            await confirm_order(session)
        await until(lambda: len(session.training.acts) > acts and bool(said))  # noqa: B023
        answers.append(" ".join(said))
    return answers


async def confirm_order(session: ReplaySession) -> None:
    """Confirm the plan of the order on show, with the effort that it asks for; one that is blocked is tried all the same."""
    bench, acts = session.workspace.bench, len(session.training.acts)
    await until(lambda: bench.work.plan is not None and bench.work.command == bench.work.reading.command)
    plan = bench.work.plan
    assert plan is not None
    assert len(session.training.acts) == acts, "Enter only shows it"
    if plan.blocked:
        session.workspace.attempt()
        return
    effort = Effort.COUNT if plan.verdict is Verdict.CAUTION else Effort.KEY
    session.workspace.acts.confirm(Confirmation(plan.digest, effort))


def test_that_every_bundled_incident_has_orders_here() -> None:
    assert set(TYPED) == set(bundled_incidents())


@pytest.mark.parametrize("era", ["as-it-was", "underkeel"])
@pytest.mark.parametrize("name", sorted(TYPED))
def test_that_orders_in_the_window_are_answered_as_headless(
    qapp: QApplication, tmp_path: Any, name: str, era: str
) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        panels, training = session.panels, session.training
        panels.choose("speed_3600")
        panels.choose("play")
        await until(lambda: not panels.player.is_playing)
        assert training.now() == training.incident.decisions[0].time
        training.era = training.incident.era(era)
        said = await type_all(session, TYPED[name])
        alone = headless(session)
        assert [act.text for act in training.acts] == list(TYPED[name])
        assert training.session is not None
        assert [(one.kind, one.sentences) for one in training.session.answers] == [
            (one.kind, one.sentences) for one in alone.answers
        ]
        for shown, answer in zip(said, alone.answers, strict=True):
            for line in answer.sentences:
                assert line[1:] in shown
        mine = msgspec.json.encode(training.outcome())
        assert mine == msgspec.json.encode(outcome_of(Timeline(training.incident), alone))

    replay(qapp, tmp_path, scenario, name)


def test_that_changes_that_wait_are_shown_and_a_click_types_their_check(qapp: QApplication, tmp_path: Any) -> None:
    async def scenario(session: ReplaySession, window: MainWindow) -> None:
        requests = session.panels.scenario.requests
        session.panels.choose("decision")
        window.resize(1280, 720)
        assert [line.order.text() for line in requests.proposals] == [
            "check enable-table",
            "check enable-change",
            "check rollback",
        ]
        assert all(line.isVisibleTo(session.panels.scenario) for line in requests.proposals)
        requests.proposals[1].order.click()
        assert session.panels.command.text() == "check enable-change"
        assert session.training.acts == []

    replay(qapp, tmp_path, scenario, "azure-2014")


def test_that_what_is_found_of_a_copy_is_told_once_it_was_tried(qapp: QApplication, tmp_path: Any) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        lines = dict(
            zip(
                (one.name for one in session.training.incident.copies),
                session.panels.scenario.requests.copies,
                strict=True,
            )
        )
        session.panels.choose("decision")
        before = session.training.now()
        assert "nobody knows" in lines["daily-dump"].text.text()
        await type_all(session, ("try daily-dump",))
        assert "of another version than the server" in lines["daily-dump"].text.text()
        assert "nobody knows" in lines["manual-snapshot"].text.text()
        copy = session.training.incident.copies[1]
        assert session.training.now() == before + 5 + copy.try_s
        assert session.replay.branch is not None
        assert session.replay.branch.time == session.training.now()

    replay(qapp, tmp_path, scenario, "gitlab-2017")


def test_that_what_is_asked_is_shown_and_moves(qapp: QApplication, tmp_path: Any) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        asked = session.panels.scenario.requests.asked
        session.panels.choose("decision")
        session.panels.choose("decision")
        session.panels.choose("decision")
        assert "of satellites, which has" in asked.text()
        before = asked.text()
        await type_all(session, ("shift satellites to core",))
        assert asked.text() != before
        # What is asked moves at the pace, not at once.
        session.panels._scrub(session.training.now() + 3600)
        assert "Asked now (model values): 0 of satellites" in asked.text()

    replay(qapp, tmp_path, scenario, "google-2014")


def test_that_orders_complete(qapp: QApplication, tmp_path: Any) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        session.panels.type("approve reg")
        offered = [one.insert for one in session.workspace.bench.completions(len("approve reg"))]
        assert offered[0] == "approve regional-values"
        assert any(text.startswith("approve regional-values in ") for text in offered)
        assert "is no change that waits here; there is regional-values" in " ".join(
            session.workspace.bench.work.reading.notes
        )
        session.panels.type("approve regional-values")
        await until(lambda: session.workspace.bench.work.plan is not None)
        assert session.workspace.bench.work.plan is not None
        assert session.workspace.bench.work.plan.blocked
        session.panels.type("notice")
        assert session.workspace.bench.work.reading.notes == ("Enter does it at once, in the run",)
        assert session.training.acts == []

    replay(qapp, tmp_path, scenario, "seoul-dns-2018")


@pytest.mark.parametrize("era", ["underkeel", "as-it-was"])
def test_that_confirming_a_blocked_plan_counts_as_wrong_and_refused(
    qapp: QApplication, tmp_path: Any, era: str
) -> None:
    huge = (
        "remove 400 servers from billing" if era == "underkeel" else "remove 4 servers from billing where name = no-*"
    )

    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        panels, training = session.panels, session.training
        panels.choose("decision")
        training.era = training.incident.era(era)
        panels.type(huge)
        await until(lambda: session.workspace.bench.work.plan is not None and session.workspace.bench.work.plan.blocked)
        panels.choose("confirm")
        panels.choose("confirm")
        await asyncio.sleep(0.1)
        panels.choose("confirm")
        assert [act.text for act in training.acts] == [huge]
        mine = cast("dict[str, Any]", training.outcome())
        assert msgspec.json.encode(mine) == msgspec.json.encode(
            outcome_of(Timeline(training.incident), headless(session))
        )
        assert mine["acts"][0]["outcome"] == "refused"
        score = mine["yours"]["score"]
        assert (score["wrong_confirmations"], score["wrong_refused"]) == ((1, 1) if era == "underkeel" else (0, 0))
        assert session.workspace.state is not None
        assert not (session.workspace.state.fleet.state == ServerState.REMOVED).any()
        panels.type("")
        panels.type(huge)
        await until(lambda: session.workspace.bench.work.plan is not None and session.workspace.bench.work.plan.blocked)
        panels.choose("confirm")
        await until(lambda: len(training.acts) == 2)

    replay(qapp, tmp_path, scenario)


def test_that_an_attempt_never_carries_out_what_would_pass(qapp: QApplication, tmp_path: Any) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        session.panels.choose("decision")
        session.panels.type("remove 4 servers from billing")
        await until(lambda: session.workspace.bench.work.plan is not None)
        plan, command = session.workspace.bench.work.plan, session.workspace.bench.work.reading.command
        assert plan is not None
        assert isinstance(command, Remove)
        assert session.desk.attempt(replace(plan, verdict=Verdict.BLOCKED), command) is None
        assert session.training.acts == []
        assert not session.training.is_run

    replay(qapp, tmp_path, scenario)


def test_that_escape_begins_no_run(qapp: QApplication, tmp_path: Any) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        session.panels.stop()
        await asyncio.sleep(0.05)
        assert not session.training.is_run

    replay(qapp, tmp_path, scenario)


def test_that_a_later_situation_is_told_as_that_of_the_account(qapp: QApplication, tmp_path: Any) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        situation, panels = session.panels.scenario.situation, session.panels
        panels.choose("decision")
        first = situation.text()
        panels.choose("take_over")
        assert situation.text() == first
        panels.choose("decision")
        assert situation.text().startswith("As it was then, which your run may not be: ")
        panels.choose("take_over")
        assert situation.text() == session.training.incident.decisions[1].situation

    replay(qapp, tmp_path, scenario, "azure-2014")


@pytest.mark.parametrize("name", sorted(TYPED))
def test_that_no_label_of_the_timeline_is_cut_at_the_edge_or_covers_another(
    qapp: QApplication, tmp_path: Any, name: str
) -> None:
    async def scenario(session: ReplaySession, window: MainWindow) -> None:
        view = session.panels.timeline.view
        metrics = QFontMetrics(font_of(8.5))
        for size in ((1280, 720), (2560, 1440)):
            window.resize(*size)
            await asyncio.sleep(0.05)
            rows: dict[int, int] = {}
            for label in view.scale.labels(metrics):
                assert label.x >= rows.get(label.row, 0)
                rows[label.row] = label.x + metrics.horizontalAdvance(label.text)
                assert rows[label.row] <= view.width()
                assert len(label.text.removesuffix("…")) >= len("12:34")
            hint = session.panels.timeline.hint
            assert hint.natural_width() <= hint.width() + 1

    replay(qapp, tmp_path, scenario, name)
