"""The panels of a console: made once, put into the window, and painted in one theme."""

from typing import cast

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from console.kit.theme import Theme
from console.panels.audit.panel import AuditPanel
from console.panels.colleagues.band import OthersBand
from console.panels.command_line.line import CommandLine
from console.panels.execution.panel import ExecutionPanel
from console.panels.fleet_map.page import FleetMapPage
from console.panels.journal.panel import JournalPanel
from console.panels.playbooks.panel import PlaybookPanel
from console.panels.playbooks.strip import RunStrip
from console.panels.preview.panel import PreviewPanel
from console.panels.topology.view import TopologyView
from console.window.frame.messages import MessagesPanel
from console.window.frame.side_panel import SidePanel
from console.window.lower_panels import PanelEntry
from console.window.main_window import MainWindow
from console.window.workspace import Workspace


class ConsolePanels:
    """Topology, command line, preview, execution, and the lower row by its entries."""

    def __init__(
        self, theme: Theme, workspace: Workspace, lower: tuple[PanelEntry, ...], *, reduced_motion: bool
    ) -> None:
        self.topology = TopologyView(theme)
        self.command = CommandLine(theme)
        self.preview = PreviewPanel(theme, reduced_motion=reduced_motion)
        self.execution = ExecutionPanel(theme)
        self.others = OthersBand(theme)
        self.run = RunStrip(theme)
        self.side = SidePanel(self.run, self.execution, self.preview)
        self.lower = {entry.id: (entry, entry.make(theme, workspace)) for entry in lower}
        self.fleet = cast("FleetMapPage", self.lower["fleet_map"][1])
        self.journal = cast("JournalPanel", self.lower["journal"][1])
        self.playbooks = cast("PlaybookPanel", self.lower["playbooks"][1])
        self.audit = cast("AuditPanel", self.lower["audit"][1])
        self.messages = cast("MessagesPanel", self.lower["messages"][1])

    def pages(self) -> tuple[QWidget, ...]:
        """Give the panels of the lower row, in the order of their tabs."""
        return tuple(panel for _, panel in self.lower.values())

    def with_letters(self) -> dict[QWidget, str]:
        """Give the panels in which letters are keys, with how they are called."""
        return {self.topology: "The topology", self.fleet: "The fleet map"}

    def install(self, window: MainWindow) -> None:
        """Put them into the window, and let Tab go through them in one order."""
        self.command.completing.keeps_clear = lambda: self._down_to_legend(window)
        tabs = tuple((entry.title, panel) for entry, panel in self.lower.values())
        window.install(self.topology, self.command, self.side, tabs)
        window.put_under_strip(self.others)
        pages = (window.tabs.tabBar(), *self.pages())
        window.set_tab_order(
            (self.others, window.notices, self.command, self.preview, self.run, self.execution, *pages, self.topology)
        )

    def _down_to_legend(self, window: MainWindow) -> int:
        """Give how far above the command line the fleet map's legend begins; 0 where it is not there."""
        legend = self.fleet.legend_height()
        if not legend or self.fleet.window() is not window:
            return 0
        top = self.fleet.mapTo(window, QPoint(0, self.fleet.height() - legend)).y()
        return max(0, self.command.editor.mapTo(window, QPoint(0, 0)).y() - top)

    def set_theme(self, theme: Theme) -> None:
        """Paint all of them in another theme."""
        for panel in (self.topology, self.command, self.preview, self.run, self.execution, self.others, *self.pages()):
            panel.set_theme(theme)  # type: ignore[attr-defined]
