"""Runs beside each other in the debrief's own window, and whose they are."""

import json
from pathlib import Path

from PySide6.QtWidgets import QApplication

from console.app.replay_session import ReplaySession
from console.operating.incidents.incidents import described_by
from console.window.main_window import MainWindow
from console.window.replay.trainee import LONGEST, ask_trainee, name_trainee
from tests.console.window.replay_window import replay
from tests.console.window.test_replay_window import SMALL, confirmed
from tests.console.window.whole_window import until

OTHER = 'format = 1\nincident = "s3-2017"\nera = "as-it-was"\ntrainee = "Ben"\n' + (
    '[[act]]\ntime = "09:37"\ndo = "remove 402 servers from billing where name = billing-0*"\n'
)


def figures(session: ReplaySession) -> dict[str, tuple[str, str]]:
    table = session.panels.debrief.figures
    rows = [[table.item(row, column) for column in range(3)] for row in range(table.rowCount())]
    return {row[0].text(): (row[1].text(), row[2].text()) for row in rows if row[0] and row[1] and row[2]}


async def compared(session: ReplaySession, says: str) -> None:
    await until(lambda: says in session.panels.debrief.lead.text())


def test_that_a_saved_run_and_the_same_acts_with_another_tool_stand_beside_yours(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        panels = session.panels
        (tmp_path / "ben.toml").write_text(OTHER)
        await confirmed(session, SMALL)
        panels.comparing.open_file("file", str(tmp_path / "ben.toml"))
        await compared(session, "Beside it: Ben, ben.toml")
        mine, others = figures(session)["Minutes below any floor"]
        assert float(others) > 200 > float(mine)
        head = panels.debrief.figures.horizontalHeaderItem(2)
        assert head is not None
        assert head.text() == "B"
        panels.debriefing.write("json", tmp_path / "both.json")
        both = json.loads((tmp_path / "both.json").read_text())
        assert both["kind"] == "comparison"
        assert [len(run["acts"]) for run in both["runs"]] == [1, 1]
        panels.debriefing.write("html", tmp_path / "both.html")
        assert "Ben, ben.toml: moment by moment" in (tmp_path / "both.html").read_text()
        panels.comparing.take("era as-it-was")
        await compared(session, "Beside it: tool")
        panels.comparing.take("own")
        await until(lambda: "solid: your run" in panels.debrief._legend.text())

    replay(qapp, tmp_path, scenario)


def test_that_what_was_done_in_a_record_is_judged_by_another_tool_and_policy(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        panels = session.panels
        panels.comparing.take("record as-it-was")
        await until(lambda: "A, the record" in panels.debrief._legend.text())
        assert not panels.debrief.acts.isEnabled()
        panels.comparing.take("era underkeel")
        await compared(session, "Beside it: tool")
        mine, others = figures(session)["Minutes below any floor"]
        assert float(mine) > float(others)
        panels.comparing.open_file("policy", str(described_by("s3-2017")))
        await compared(session, "Beside it: policy of region.toml")
        assert len(set(figures(session)["Minutes below any floor"])) == 1

    replay(qapp, tmp_path, scenario)


def test_that_a_file_that_is_no_run_is_told_and_nothing_changes(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, window: MainWindow) -> None:
        panels = session.panels
        (tmp_path / "none.json").write_text('{"incident": "other", "era": "underkeel"}')
        lead = panels.debrief.lead.text()
        panels.comparing.open_file("open", str(tmp_path / "none.json"))
        await until(lambda: any("cannot stand beside" in notice.text for notice in window.notices.notices()))
        assert panels.debrief.lead.text() == lead

    replay(qapp, tmp_path, scenario)


def test_that_the_score_and_the_files_bear_the_trainees_name(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: ReplaySession, window: MainWindow) -> None:
        panels, training = session.panels, session.training
        dialog = ask_trainee(window, training, session.workspace.tell)
        dialog.setTextValue("  Anna   Berg ")
        dialog.accept()
        assert training.trainee == "Anna Berg"
        assert "stays Anna Berg" in name_trainee(training, "x" * (LONGEST + 1))
        await confirmed(session, SMALL)
        panels.debriefing.score()
        await until(lambda: (tmp_path / "data" / "scores.json").exists())
        kept = json.loads((tmp_path / "data" / "scores.json").read_text())["scores"]
        assert [one["trainee"] for one in kept.values()] == ["Anna Berg"]
        assert 'trainee = "Anna Berg"' in training.acts_text()
        assert panels.debriefing._file_name("json") == "s3-2017-anna-berg-debrief.json"

    replay(qapp, tmp_path, scenario)
