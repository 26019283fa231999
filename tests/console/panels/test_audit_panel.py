"""The audit in the window: by a process of its own, against the region as it is now; a row opens its command and no more."""

import io
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.app.session import Session
from console.kit.theme import load_theme
from console.operating.procedures.audit_child import main, packed
from console.operating.procedures.playbooks import read_playbooks
from console.operating.regions import address_of, read_address
from console.panels.audit.panel import AuditPanel
from console.window.main_window import MainWindow
from console.words.findings.found import found_sentence
from tests.console.window.whole_window import play, until
from topology.audit.auditing import audit
from topology.audit.report import AuditReport
from topology.fleet.fleet import Fleet
from topology.fleet.lowered import GuardedBy, GuardNumber, NumberLowered
from topology.fleet.state import Freshness, State
from topology.region.server_states import ServerState

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture(scope="module")
def state() -> State:
    region = read_address(address_of(None))
    state = State(region, Fleet(region), revision=7, time=1_700_000_000.0)
    state.freshness = Freshness(connected=False, reason="nobody answers")
    state.unacknowledged = (NumberLowered(GuardNumber(GuardedBy.FLOOR, "index"), 2400, 2300),)
    state.pending = np.arange(100, 130, dtype=np.int32)
    state.fleet.state[:40] = ServerState.FAILED
    state.fleet.recount()
    return state


@pytest.fixture(scope="module")
def lines(state: State) -> list[dict[str, object]]:
    sink = io.BytesIO()
    assert main(io.BytesIO(packed(state, "qwerty")), sink) == 0
    return [msgspec.json.decode(line) for line in sink.getvalue().splitlines()]


@pytest.fixture(scope="module")
def report(lines: list[dict[str, object]]) -> AuditReport:
    return AuditReport.from_json(str(lines[-1]["report"]).encode())


def test_that_the_child_audits_the_region_as_it_is_now(state: State, report: AuditReport) -> None:
    assert report == audit(read_playbooks(()), state)
    assert report != audit(read_playbooks(()), State(state.region, Fleet(state.region), revision=7))


def test_that_the_child_knows_that_the_source_is_silent_and_that_guards_were_lowered(report: AuditReport) -> None:
    said = " ".join(found_sentence(found) for found in report.found if found.kind == "unknown")
    assert "nobody answers" in said
    assert "index floor 2,400 → 2,300" in said


def test_that_the_child_says_how_far_it_is(lines: list[dict[str, object]]) -> None:
    steps = [(line["done"], line["total"]) for line in lines[:-1]]
    assert steps[0][0] == 0
    assert steps[-1][0] == steps[-1][1]


def test_that_enter_on_a_row_offers_its_command(qtbot: QtBot, report: AuditReport) -> None:
    panel = AuditPanel(load_theme("night"))
    qtbot.addWidget(panel)
    panel.show_report(report)
    assert panel.model.rowCount() == len(report.found)
    with qtbot.waitSignal(panel.take_command) as taken:
        QTest.keyClick(panel.table, Qt.Key.Key_Return)
    assert taken.args == [report.found[0].command]
    assert report.found[0].inputs[0].run in panel.detail.toPlainText()


def test_that_a_row_without_a_command_offers_nothing(qtbot: QtBot, report: AuditReport) -> None:
    panel = AuditPanel(load_theme("day"))
    qtbot.addWidget(panel)
    panel.show_report(report)
    panel.table.selectRow(next(row for row, found in enumerate(report.found) if not found.command))
    with qtbot.assertNotEmitted(panel.take_command):
        QTest.keyClick(panel.table, Qt.Key.Key_Return)


def test_that_the_first_look_audits_and_a_row_only_types_its_command(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        panel = session.panels.lower["audit"][1]
        assert not session.panels.auditing.is_running
        window.show_tab("Audit")
        await until(lambda: panel.model.rowCount() > 0)
        QTest.keyClick(panel.table, Qt.Key.Key_Return)
        await until(lambda: session.workspace.bench.work.plan is not None)
        assert session.panels.command.text() == panel.model.row_at(0).command
        assert not session.desk.is_running
        monkeypatch.setattr("sys.executable", "/bin/false")
        panel.again.click()
        await until(lambda: "could not be audited" in panel.lead.text())
        assert panel.model.rowCount() > 0

    play(qapp, tmp_path, scenario)
