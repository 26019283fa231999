"""A panel is one entry: one that is added from outside is placed, shown every view, connected and reached."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QSplitter

from console.app.session import Session
from console.kit.splitter import GripSplitter
from console.kit.theme import Theme
from console.operating.view import View
from console.window.board import Board
from console.window.lower_panels import LOWER_PANELS, Asks, PanelEntry
from console.window.main_window import MainWindow
from console.window.workspace import Workspace
from tests.console.window.whole_window import play, until


class Clock(QLabel):
    """Shows the revision."""

    def set_theme(self, theme: Theme) -> None:
        self.setStyleSheet(f"color: {theme.text.name()}")

    def show_view(self, view: View) -> None:
        self.setText(f"{view.state.revision}: {len(view.work.plan.servers) if view.work.plan else 0}")


def test_that_a_panel_from_outside_is_placed_and_shown_every_view(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected: list[Asks] = []

    def make(_theme: Theme, _workspace: Workspace) -> Clock:
        return Clock()

    entry = PanelEntry("clock", "Clock", make, Clock.show_view, lambda _panel, asks: connected.append(asks))

    async def scenario(session: Session, window: MainWindow) -> None:
        board = session.panels
        mine = board.lower["clock"][1]
        assert isinstance(mine, Clock)
        assert connected == [board]
        board.type("remove 2 servers from index")
        await until(lambda: mine.text().endswith(": 2"))
        board.choose("clock")
        assert window.tabs.currentWidget() is mine
        board.set_theme("day")

    monkeypatch.setattr(Board.__init__, "__defaults__", ((*LOWER_PANELS, entry),))
    play(qapp, tmp_path, scenario)


def test_that_every_line_between_panels_shows_that_it_can_be_dragged(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        splitters = window.findChildren(QSplitter)
        assert len(splitters) >= 5
        assert [one for one in splitters if not isinstance(one, GripSplitter)] == []
        session.panels.set_theme("day")
        assert {one.theme.name for one in splitters if isinstance(one, GripSplitter)} == {"day"}

    play(qapp, tmp_path, scenario)
