"""A command that goes in stages: its text stays in the line while one is carried out, and then stands for the next."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from console.app.session import Session
from console.window.main_window import MainWindow
from tests.console.window.whole_window import play, until

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
STAGES = "remove all from placement in az1 by rack"


def test_that_the_text_of_a_command_in_stages_stays_for_the_next_one(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, _window: MainWindow) -> None:
        panels, bench = session.panels, session.workspace.bench
        await until(lambda: session.workspace.state is not None)
        panels.type(STAGES)
        await until(lambda: bench.work.plan is not None)
        plan = bench.work.plan
        assert plan is not None
        assert plan.staging is not None
        assert plan.staging.stages[0].servers == plan.count
        assert panels.preview.stages.lines()[0].startswith("In stages, by rack: this is the first of ")
        bar = panels.preview.confirm_bar
        await until(lambda: bar.isVisible() and bar.armed())
        bar.field.setText(str(plan.count))
        await until(bar.try_confirm)
        await until(lambda: session.desk.progress is not None and session.desk.progress.servers_out > 0)
        assert panels.command.text() == STAGES
        await until(lambda: bench.work.plan is not None and not set(bench.work.plan.servers) & set(plan.servers))

    play(qapp, tmp_path, scenario)
