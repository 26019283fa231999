"""The whole answer to `explain`, in the window and in the terminal."""

import io
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QApplication

from console.app.session import Session
from console.operating.explanation import WITH_CELLS, explanation
from console.operating.regions import address_of, read_address
from console.panels.preview.restart_plot import RestartPlot
from console.terminal.facts.explain_command import explain_command, restart_command
from console.window.main_window import MainWindow
from tests.console.window.whole_window import play, until
from topology.command.grammar.syntax import Explain, Planned
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.execution.journal_entries import Entry, Kind
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.planning.plan import Verdict
from topology.planning.preview import Planner

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture(scope="module")
def state() -> State:
    region = read_address(address_of(None))
    return State(region, Fleet(region))


def entry(number: int, named: list[str], servers: tuple[str, ...] = ()) -> Entry:
    time = datetime(2017, 2, 28, 17, 37, number, tzinfo=UTC)
    return Entry(number, time, "ana", Kind.INTENT, f"command {number}", "", "x", servers, {"named": named}, "", "")


def section(state: State, heading: str, entries: tuple[Entry, ...] = ()) -> tuple[tuple[str, ...], ...]:
    answer = explanation(state, Planner(state.region), Explain("index"), entries)
    return next((one.rows for one in answer.sections if one.heading == heading), ())


def test_that_the_largest_safe_removal_of_each_zone_is_the_largest_that_nothing_blocks(state: State) -> None:
    planner = Planner(state.region)
    rows = section(state, "Largest safe removal")
    assert [zone for zone, _ in rows] == ["az1", "az2", "az4", "az6"]
    for zone, count in rows:
        for more, blocked in ((0, False), (1, True)):
            text = f"remove {int(count.replace(',', '')) + more} servers from index in {zone}"
            command = parse(text, vocabulary_of(state)).command
            assert isinstance(command, Planned)
            assert (planner.preview(state, command).verdict is Verdict.BLOCKED) is blocked


def test_that_the_last_ten_entries_that_touched_it_are_listed_newest_first(state: State) -> None:
    shared = next(
        name
        for number, name in enumerate(state.region.roster.names)
        if {"index", "billing"} <= {state.region.subsystems[one].name for one in state.fleet.subsystems_of(number)}
    )
    entries = (
        *(entry(number, ["index"]) for number in range(1, 12)),
        entry(12, ["metering"]),
        entry(13, ["billing"], (shared,)),
    )
    rows = section(state, "Last journal entries that touched it", entries)
    assert [row[0] for row in rows] == ["13", *(str(number) for number in range(11, 2, -1))]


def test_that_more_cells_are_compared(state: State) -> None:
    assert [row[0] for row in section(state, WITH_CELLS)] == ["1 cell", "4 cells", "16 cells", "64 cells"]


def test_that_the_window_draws_what_more_cells_change(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, _window: MainWindow) -> None:
        session.workspace.submit("explain index")
        answer = session.panels.preview.answer
        await until(lambda: bool(answer.findChildren(RestartPlot)))
        assert "16 cells: 14 min" in answer.findChildren(RestartPlot)[0].accessibleDescription()
        session.panels.set_theme("day")
        session.workspace.submit("explain metering")
        await until(lambda: "metering" in answer.title.text())

    play(qapp, tmp_path, scenario)


def test_that_the_terminal_says_it_too() -> None:
    out, err = io.StringIO(), io.StringIO()
    assert explain_command("index", None, False, out, err) == 0
    assert "62 %" in out.getvalue() or "also serve" in out.getvalue()
    out = io.StringIO()
    assert restart_command("index", None, True, out, err) == 0
    (cost,) = msgspec.json.decode(out.getvalue())["restarts"]
    assert (cost["alone"], cost["minutes_of_one_cell"]["4"], cost["illustrative"]) == (221, 55.25, True)
    assert restart_command("nowhere", None, False, out, err) == 2
    assert "has no subsystem 'nowhere'" in err.getvalue()
