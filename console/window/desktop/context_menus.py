"""The context menus: what can be done with a card, a row, a server, an entry. All of it can be done by keys and text too."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView

from console.kit.context_menu import MenuEntry, is_by_key, offers_menu
from console.panels.preview.table_model import ROW
from console.panels.topology.keys import TopologyAction
from console.window.desktop.editing import rows_as_text
from console.window.showing.console_panels import ConsolePanels
from console.words.plan import row_sentence
from topology.fleet_map.arrangement import NOBODY


@dataclass(frozen=True, slots=True)
class Deeds:
    """What an entry may do: *type_text* begins a command, *ask* submits a question, *choose* does what a menu does."""

    type_text: Callable[[str], None]
    ask: Callable[[str], None]
    choose: Callable[[str], None]
    light: Callable[[str], None]


class ContextMenus:
    """Knows what stands where in the panels, and what is done with it."""

    def __init__(self, panels: ConsolePanels, deeds: Deeds) -> None:
        self._panels, self._deeds = panels, deeds
        offers_menu(panels.topology, self.of_topology)
        offers_menu(panels.preview.table, self.of_row)
        offers_menu(panels.fleet, self.of_map)
        offers_menu(panels.journal.table, self.of_journal)

    def of_topology(self, at: QPoint) -> Sequence[MenuEntry]:
        """Give what can be done with the card at a place, else with the whole graph."""
        view = self._panels.topology
        name = view.look.selection if is_by_key(view, at) else view.viewport.card_at(QPointF(at))
        if name is None:
            return self._of_graph()
        view.going.choose(name)
        return (
            *self._of_subsystem(name),
            None,
            ("Only its neighbours, or all again", lambda: view.hand.act(TopologyAction.FOCUS, 0)),
            ("Pin it here, or unpin it", lambda: view.hand.act(TopologyAction.PIN, 0)),
            None,
            ("Copy what is known of it", lambda: copy(view.told(name).line())),
        )

    def of_row(self, at: QPoint) -> Sequence[MenuEntry]:
        """Give what can be done with a row of the preview, or of the headroom."""
        table = self._panels.preview.table
        index = table.currentIndex() if is_by_key(table, at) else table.indexAt(at)
        if not index.isValid():
            return ()
        table.setCurrentIndex(index)
        row = index.data(ROW)
        return (*self._of_subsystem(row.name), None, ("Copy the row", lambda: copy(row_sentence(row))))

    def of_map(self, at: QPoint) -> Sequence[MenuEntry]:
        """Give what can be done with the server at a place, or the one that the keys are on."""
        view = self._panels.fleet.map
        sheet = None if view is None else view.viewport.sheet
        if view is None or sheet is None:
            return ()
        there = view.mapFrom(self._panels.fleet, at)
        server = view.choice.cursor if is_by_key(view, there) else view.viewport.server_at(QPointF(there))
        if server == NOBODY:
            return ()
        view.choosing.put(server)
        name = str(sheet.region.roster.names[server])
        return (
            ("Write a removal of what is chosen", view.choosing.say),
            None,
            (f"Copy its name, {name}", lambda: copy(name)),
        )

    def of_journal(self, at: QPoint) -> Sequence[MenuEntry]:
        """Give what can be done with an entry of the journal."""
        panel = self._panels.journal
        table: QAbstractItemView = panel.table
        index = table.currentIndex() if is_by_key(table, at) else table.indexAt(at)
        if not index.isValid():
            return ()
        panel.table.selectRow(index.row())
        undo: tuple[MenuEntry, ...] = (
            ((panel.undo_button.text(), panel.undo_button.click), None) if panel.undo_button.isEnabled() else ()
        )
        return (
            *undo,
            ("Copy the row", lambda: copy(rows_as_text(table))),
            ("Copy all of the entry", lambda: copy(panel.detail.toPlainText())),
        )

    def _of_subsystem(self, name: str) -> tuple[MenuEntry, ...]:
        deeds = self._deeds
        return (
            (f"Explain {name}", lambda: deeds.ask(f"explain {name}")),
            (f"Remove from {name} …", lambda: deeds.type_text(f"remove 1 server from {name}")),
            ("Show its servers on the fleet map", lambda: self._show_servers(name)),
            (f"Copy its name, {name}", lambda: copy(name)),
        )

    def _of_graph(self) -> tuple[MenuEntry, ...]:
        choose = self._deeds.choose
        return (
            ("Fit the topology", lambda: choose("fit")),
            ("Lay out anew", lambda: choose("layout")),
            ("Find a subsystem", lambda: choose("find")),
            None,
            ("Save the topology…", lambda: choose("save_topology")),
            ("Topology in a window of its own, or back", lambda: choose("detach_topology")),
        )

    def _show_servers(self, name: str) -> None:
        self._deeds.light(name)
        self._deeds.choose("fleet_map")


def copy(text: str) -> None:
    """Put a text on the clipboard."""
    QGuiApplication.clipboard().setText(text)
