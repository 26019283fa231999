"""The menu at a place offers what can be done with what is there, and writes commands without carrying them out."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from console.app.session import Session
from console.kit.context_menu import MenuEntry, open_menu
from console.window.main_window import MainWindow
from tests.console.window.whole_window import play, until


def texts(entries: Sequence[MenuEntry]) -> list[str]:
    return [entry[0] for entry in entries if entry is not None]


def do(entries: Sequence[MenuEntry], text: str) -> None:
    next(entry[1] for entry in entries if entry is not None and entry[0].startswith(text))()


def test_that_a_card_and_the_ground_offer_what_can_be_done_with_them(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        board = session.panels
        topology = board.topology
        await until(lambda: topology.arrangement.scene is not None and board.workspace.view is not None)
        at = topology.viewport.centre_of("billing").toPoint()
        offered = board.context.of_topology(at)
        assert texts(offered)[:3] == [
            "Explain billing", "Remove from billing …", "Show its servers on the fleet map"
        ]  # fmt: skip
        assert topology.look.selection == "billing"
        do(offered, "Remove from")
        assert board.command.text() == "remove 1 server from billing"
        assert not board.workspace.desk.is_running
        do(offered, "Copy its name")
        assert qapp.clipboard().text() == "billing"
        assert texts(board.context.of_topology(QPoint(2, topology.height() - 40)))[0] == "Fit the topology"
        menu = open_menu(topology, at, offered)
        assert menu is not None
        assert [action.text() for action in menu.actions() if action.text()] == texts(offered)
        menu.close()

    play(qapp, tmp_path, scenario)


def test_that_rows_servers_and_entries_offer_theirs(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        board = session.panels
        table = board.preview.table
        await until(lambda: board.workspace.view is not None and bool(table.rows()))
        place = table.visualRect(table.model().index(0, 0)).center()
        offered = board.context.of_row(place)
        assert texts(offered)[0].startswith("Explain ")
        do(offered, "Copy the row")
        assert "floor" in qapp.clipboard().text()
        board.choose("fleet_map")
        await until(lambda: board.fleet.map is not None and board.fleet.map.viewport.sheet is not None)
        view = board.fleet.map
        assert view is not None
        spots = (QPoint(x, y) for x in range(0, view.width(), 7) for y in range(30, view.height(), 7))
        found = next(entries for spot in spots if (entries := board.context.of_map(view.mapTo(board.fleet, spot))))
        do(found, "Write a removal")
        await until(lambda: board.command.text().startswith("remove "))
        assert board.context.of_journal(QPoint(5, 5)) == ()

    play(qapp, tmp_path, scenario)
