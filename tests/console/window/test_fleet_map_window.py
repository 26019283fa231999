"""The fleet map in the whole window: its key, the command line that it writes into, and what it follows."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.app.session import Session
from console.panels.fleet_map.view import FleetMapView
from console.window.main_window import MainWindow
from tests.console.window.whole_window import play, until
from topology.fleet_map.marks import CellMark


async def opened(session: Session, window: MainWindow) -> FleetMapView:
    """Bring the map to the front with its key."""
    panels = session.panels
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    await until(lambda: panels.fleet.map is not None and panels.fleet.map.hasFocus())
    assert panels.fleet.map is not None
    return panels.fleet.map


def test_that_a_choice_is_written_and_previewed_but_never_carried_out(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        fleet_map = await opened(session, window)
        QTest.keyClick(fleet_map, Qt.Key.Key_Home)
        QTest.keyClick(fleet_map, Qt.Key.Key_Return)
        assert session.panels.command.text().startswith("remove all from ")
        await until(lambda: session.workspace.bench.work.plan is not None)
        assert not session.workspace.desk.is_running
        assert session.workspace.desk.history.entries == ()
        plan = session.workspace.bench.work.plan
        assert plan is not None
        sheet = fleet_map.viewport.sheet
        assert sheet is not None
        await until(lambda: int(sheet.marks.counts[[CellMark.PLANNED, CellMark.SHARED]].sum()) == len(plan.servers))
        session.panels.type("")
        await until(lambda: not sheet.marks.counts[[CellMark.PLANNED, CellMark.SHARED]].any())

    play(qapp, tmp_path, scenario)


def test_that_what_is_selected_in_the_topology_stands_out_and_the_other_way_round(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        fleet_map = await opened(session, window)
        topology = session.panels.topology
        session.panels.preview.subsystem_chosen.emit("index")
        assert topology.look.selection == fleet_map.choosing.lit == "index"
        QTest.keyClick(fleet_map, Qt.Key.Key_Home)
        QTest.keyClick(fleet_map, Qt.Key.Key_L)
        assert fleet_map.choosing.lit
        assert topology.look.selection == fleet_map.choosing.lit
        while fleet_map.choosing.lit:
            QTest.keyClick(fleet_map, Qt.Key.Key_L)
        assert topology.look.selection is None

    play(qapp, tmp_path, scenario)


def test_that_the_map_goes_back_with_the_topology(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        board = session.panels
        await until(lambda: board.topology.arrangement.scene is not None and board.workspace.view is not None)
        lit: list[str] = []
        board.fleet.light = lit.append  # type: ignore[method-assign]
        look = board.topology.look
        board.topology.going.choose("billing")
        look.leave()
        board.topology.going.choose("index")
        assert lit[-1] == "index"
        look.back()
        assert look.selection == "billing"
        assert lit[-1] == "billing"

    play(qapp, tmp_path, scenario)
