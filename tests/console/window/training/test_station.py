"""The instructor's station: a window that the trainee does not see, injects, gauges that lie, who asks, and moments as files."""

import json
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.app.replay_session import ReplaySession
from console.window.main_window import MainWindow
from tests.console.window.replay_window import replay
from tests.console.window.test_replay_window import SMALL, confirmed, shown
from tests.console.window.whole_window import until

PLAN = """
format = 1
incident = "s3-2017"
seed = 7
cues = ["after 20 min inject fail 400 from index", "when index < 2400 say Manager: What do I tell the board?"]
"""


def test_that_a_plan_is_directed_without_a_word_in_the_trainees_command_line(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario(session: ReplaySession, window: MainWindow) -> None:
        panels = session.panels
        (tmp_path / "plan.toml").write_text(PLAN)
        panels.choose("station")
        station = panels.station.station
        assert station is not None
        assert station.isWindow()
        station.open_plan(str(tmp_path / "plan.toml"))
        assert session.training.seed == 7
        assert station.waiting.count() == 2
        panels.choose("take_over")
        panels._scrub(session.training.incident.starts + 1300)
        await until(lambda: bool(panels.station.directing.remarks))
        assert station.waiting.count() == 0
        assert panels.command.text() == ""
        assert "What do I tell the board?" in panels.station.channel.text.toPlainText()
        assert [act.text for act in session.training.acts] == ["inject fail 400 from index"]
        panels.station.channel.line.setText("we look into it")
        QTest.keyClick(panels.station.channel.line, Qt.Key.Key_Return)
        assert "you: we look into it" in station.remarks.toPlainText()
        assert "What do I tell the board?" in panels.station.for_debrief()
        assert "we look into it" in panels.station.for_debrief()

    replay(qapp, tmp_path, scenario)


def test_that_a_lying_gauge_is_shown_and_the_true_state_stays_true(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        panels = session.panels
        await confirmed(session, SMALL)
        panels.choose("station")
        station = panels.station.station
        assert station is not None

        def gauge() -> int:
            view = panels.presenter.view
            assert view is not None
            fleet, number = view.state.fleet, view.state.region.index["index"]
            return int(fleet.capacity[int(fleet.scopes.region_row[number])])

        truth = gauge()
        station.line.setText("lie index 1234")
        QTest.keyClick(station.line, Qt.Key.Key_Return)
        await until(lambda: gauge() == 1234)
        state = shown(session)
        number = state.region.index["index"]
        assert int(state.fleet.capacity[int(state.fleet.scopes.region_row[number])]) == truth
        assert f"index: {truth:,}" in station.truth.toPlainText()
        assert "shown 1,234" in station.truth.toPlainText()
        station.line.setText("true index")
        QTest.keyClick(station.line, Qt.Key.Key_Return)
        await until(lambda: gauge() == truth)

    replay(qapp, tmp_path, scenario)


def test_that_a_moment_is_handed_out_as_a_file_and_opened_as_it_was(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        panels, training = session.panels, session.training
        await confirmed(session, SMALL)
        panels._scrub(training.now() + 300)
        panels.choose("station")
        station = panels.station.station
        assert station is not None
        station.save_moment(str(tmp_path / "moment.toml"))
        kept = training.now(), tuple(training.acts), training.era_of_run.name
        panels.choose("take_over")
        assert not training.is_run
        station.open_moment(str(tmp_path / "moment.toml"))
        assert (training.now(), tuple(training.acts), training.era_of_run.name) == kept
        (tmp_path / "moment.toml").write_text("format = 1\nincident = 'joyent-2014'\n")
        station.open_moment(str(tmp_path / "moment.toml"))
        assert "joyent-2014" in station.trouble.text()
        assert (training.now(), tuple(training.acts)) == kept[:2]

    replay(qapp, tmp_path, scenario)


def test_that_nothing_is_injected_into_the_record_and_that_nonsense_is_told(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        panels = session.panels
        panels.choose("station")
        station = panels.station.station
        assert station is not None
        for text, says in (("inject fail 4 from index", "Nobody has taken over"), ("jump", "nothing that can be done")):
            station.line.setText(text)
            QTest.keyClick(station.line, Qt.Key.Key_Return)
            assert not session.training.is_run
            if text == "jump":
                assert says in station.trouble.text()
            else:
                assert any("nobody has taken over" in line for line in panels.station.directing.log)

    replay(qapp, tmp_path, scenario)


def test_that_a_probe_hides_no_window_of_the_instructor(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        panels = session.panels
        panels.choose("station")
        station = panels.station.station
        assert station is not None
        panels.choose("probe")
        assert panels.teaching.probing.is_asking
        assert station.isVisible()

    replay(qapp, tmp_path, scenario)


def test_that_the_debriefs_of_a_class_are_one_table(tmp_path: Path) -> None:
    import csv
    import io

    from console.terminal.training.class_command import table_of_class
    from tests.topology.incident.playing import play

    for name, acts in (
        ("ada", ()),
        ("=bo", (("09:37", "remove 400 servers from billing"), ("09:40", "inject lose az4"))),
    ):
        (tmp_path / f"{name}.json").write_text(json.dumps(play("s3-2017", "as-it-was", acts)))
    (tmp_path / "other.json").write_text("[]")
    out, err = io.StringIO(), io.StringIO()
    assert table_of_class(tmp_path, out, err) == 0
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert [row["run"] for row in rows] == ["'=bo", "ada"]
    assert (rows[0]["acts"], rows[1]["acts"]) == ("1", "0")
    assert float(rows[0]["minutes_short"]) > 100
    assert "other.json: is no debrief" in err.getvalue()
    assert table_of_class(tmp_path / "none", out, err) == 2
