"""The panels of the lower row, one entry each: what it is called, how it is made, what it shows of a view, what it asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtWidgets import QWidget

from console.kit.theme import Theme
from console.operating.view import View
from console.panels.alarms.panel import AlarmPanel, tab_title
from console.panels.audit.panel import AuditPanel
from console.panels.colleagues.page import OperatorsPage
from console.panels.fleet_map.page import FleetMapPage
from console.panels.journal.panel import JournalPanel
from console.panels.playbooks.panel import PlaybookPanel
from console.panels.status_page.panel import StatusPagePanel
from console.window.frame.messages import MessagesPanel
from console.window.workspace import Workspace
from topology.region.sentences.clock import zone_of


class Asks(Protocol):
    """What a panel may ask for."""

    def type(self, text: str) -> None:
        """Put text into the command line, as if it was typed."""

    def run(self, text: str) -> None:
        """Do what a button's command text says."""

    def audit(self) -> None:
        """Begin an audit of the playbooks."""

    def light_on_map(self, name: str) -> None:
        """Let a subsystem stand out."""

    @property
    def workspace(self) -> Workspace:
        """What the panels see."""


@dataclass(frozen=True, slots=True)
class PanelEntry:
    """One panel. *id* is that of the action that goes to it; *show* gets every view, and *connect* is called once."""

    id: str
    title: str
    make: Callable[[Theme, Workspace], QWidget]
    show: Callable[[Any, View], None] = lambda panel, view: None
    connect: Callable[[Any, Asks], None] = lambda panel, asks: None
    titled: Callable[[View], str] | None = None
    """What its tab is called in a view, where that is not always *title*."""


def _fleet_map(theme: Theme, _workspace: Workspace) -> QWidget:
    return FleetMapPage(theme)


def _show_fleet(panel: FleetMapPage, view: View) -> None:
    panel.show_view(view.state, view.work.plan)


def _connect_fleet(panel: FleetMapPage, asks: Asks) -> None:
    panel.take_command.connect(asks.workspace.suggested)
    panel.said.connect(asks.workspace.tell)
    panel.lit_chosen.connect(asks.light_on_map)


def _journal(theme: Theme, _workspace: Workspace) -> QWidget:
    return JournalPanel(theme)


def _connect_journal(panel: JournalPanel, asks: Asks) -> None:
    panel.command.connect(asks.run)


def _alarms(theme: Theme, _workspace: Workspace) -> QWidget:
    return AlarmPanel(theme)


def _show_alarms(panel: AlarmPanel, view: View) -> None:
    panel.show_reading(view.alarms, zone_of(view.state.region.time_zone))


def _connect_alarms(panel: AlarmPanel, asks: Asks) -> None:
    panel.take_command.connect(asks.type)
    panel.said.connect(asks.workspace.acts.to_alarms)


def _status_page(theme: Theme, _workspace: Workspace) -> QWidget:
    return StatusPagePanel(theme)


def _show_status_page(panel: StatusPagePanel, view: View) -> None:
    panel.show_reading(view.page, zone_of(view.state.region.time_zone))


def _connect_status_page(panel: StatusPagePanel, asks: Asks) -> None:
    panel.take_command.connect(asks.type)


def _playbooks(theme: Theme, workspace: Workspace) -> QWidget:
    bench = workspace.bench
    return PlaybookPanel(theme, lambda: (bench.runs.playbooks(), bench.runs.problems), lambda: bench.vocabulary)


def _connect_playbooks(panel: PlaybookPanel, asks: Asks) -> None:
    panel.take_command.connect(asks.type)


def _audit(theme: Theme, _workspace: Workspace) -> QWidget:
    return AuditPanel(theme)


def _connect_audit(panel: AuditPanel, asks: Asks) -> None:
    panel.wanted.connect(asks.audit)
    panel.take_command.connect(asks.type)


def _operators(theme: Theme, workspace: Workspace) -> QWidget:
    return OperatorsPage(theme, workspace.desk.name)


def _show_operators(panel: OperatorsPage, view: View) -> None:
    panel.show_gathering(view.gathering)


def _connect_operators(panel: OperatorsPage, asks: Asks) -> None:
    panel.command.connect(asks.type)


def _messages(theme: Theme, _workspace: Workspace) -> QWidget:
    return MessagesPanel(theme)


LOWER_PANELS = (
    PanelEntry("fleet_map", "Fleet map", _fleet_map, _show_fleet, _connect_fleet),
    PanelEntry("journal", "Journal", _journal, connect=_connect_journal),
    PanelEntry("alarms", "Alarms", _alarms, _show_alarms, _connect_alarms, lambda view: tab_title(view.alarms)),
    PanelEntry("status_page", "Status page", _status_page, _show_status_page, _connect_status_page),
    PanelEntry("playbooks", "Playbooks", _playbooks, connect=_connect_playbooks),
    PanelEntry("audit", "Audit", _audit, connect=_connect_audit),
    PanelEntry("operators", "Operators", _operators, _show_operators, _connect_operators),
    PanelEntry("messages", "Messages", _messages),
)
"""In the order of their tabs."""
