"""Where letters are keys of a panel, the line beneath the command says which panel has them."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.app.session import Session
from console.window.main_window import MainWindow
from tests.console.window.whole_window import play, until


def test_that_the_line_says_which_panel_has_the_keys_and_how_to_get_them_back(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        panels = session.panels
        window.activateWindow()
        await until(panels.command.editor.hasFocus)

        def says(panel: str) -> bool:
            return panels.command.below.remark().text.startswith(f"{panel} has the keys")

        panels.choose("topology")
        await until(lambda: says("The topology"))
        panels.choose("find")
        await until(lambda: not says("The topology"))  # what is typed there is only looked for
        panels.choose("fleet_map")
        await until(lambda: says("The fleet map"))
        assert "Ctrl+L types a command" in panels.command.below.remark().text
        panels.choose("command")
        await until(lambda: "has the keys" not in panels.command.below.remark().text)
        # A letter that the topology has no use for begins a command, and takes the keys along.
        panels.topology.setFocus()
        QTest.keyClick(panels.topology, Qt.Key.Key_R)
        await until(lambda: panels.command.text() == "r")
        assert "has the keys" not in panels.command.below.remark().text

    play(qapp, tmp_path, scenario)
