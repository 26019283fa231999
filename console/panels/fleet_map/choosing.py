"""Choosing on the fleet map, and saying what is chosen as command text. Nothing is carried out."""

from PySide6.QtCore import QObject, QPointF, Signal

from console.panels.fleet_map.choice import CellChoice
from console.panels.fleet_map.telling import TooltipPresenter
from console.panels.fleet_map.viewport import MapViewport
from topology.fleet.state import State
from topology.fleet_map.arrangement import NOBODY
from topology.fleet_map.facts import ChoiceReach


class MapChoosing(QObject):
    """Puts the choice on servers, areas and zones of what is in view."""

    changed = Signal()
    """Something else is chosen, or more or less is taken with it."""
    suggested = Signal(str)
    """Command text to put into the command line; it is not submitted."""
    said = Signal(str)
    """Why there is no such text, as a sentence."""

    def __init__(self, parent: QObject, choice: CellChoice, viewport: MapViewport, telling: TooltipPresenter) -> None:
        super().__init__(parent)
        self.choice = choice
        self.lit = ""
        """The subsystem whose servers stand out, of which alone what is chosen is said."""
        self._viewport, self._telling = viewport, telling

    def put(self, server: int) -> None:
        """Put the keys on a server, and bring it into view; with NOBODY, choose nothing."""
        self.choice.put(server)
        self.bring(server)

    def bring(self, server: int) -> None:
        """Bring a server into view, and tell what is chosen."""
        self._viewport.bring(server)
        self.changed.emit()

    def widen(self) -> None:
        """Let a choice take the next larger thing."""
        self.choice.widen()
        self.changed.emit()

    def mark_area(self, first: tuple[int, int], last: tuple[int, int]) -> None:
        """Mark out the rectangle between two cells."""
        self.choice.area = first, last
        self.changed.emit()

    def choose(self, server: int) -> None:
        """Take what a click is on: its rack, cell, zone or itself."""
        self.put(server)

    def choose_zone(self, at: QPointF) -> bool:
        """Take the zone whose title is at a place; gives whether there is one."""
        first = self._viewport.first_of_title(at)
        if first == NOBODY:
            return False
        self.put(first)
        self.choice.once = ChoiceReach.ZONE
        self.changed.emit()
        return True

    def say(self) -> None:
        """Write the command for what is chosen; where it cannot be said, say why."""
        sheet, state = self._viewport.sheet, self._telling.now
        if sheet is None or state is None or (self.choice.cursor == NOBODY and self.choice.area is None):
            return
        found = self.choice.said(sheet.arrangement, state, self._lit_there(state))
        if found.text:
            self.suggested.emit(found.text)
        else:
            self.said.emit(f"{found.why_not}.")

    def _lit_there(self, state: State) -> str:
        """Give the subsystem that stands out, if the server that is chosen serves it: no other is spoken of."""
        if self.choice.area is not None or self.choice.cursor == NOBODY:
            return self.lit
        region = state.region
        profile = region.roster.profiles[int(region.roster.profile[self.choice.cursor])]
        return self.lit if self.lit in {region.subsystems[number].name for number, _ in profile} else ""

    # ---- what a drag acts on, besides

    def server_at(self, at: QPointF) -> int:
        """Give the server at a place in the widget."""
        return self._viewport.server_at(at)

    def cell_at(self, at: QPointF) -> tuple[int, int]:
        """Give the cell at a place in the widget."""
        return self._viewport.cell_at(at)

    def pan(self, by: QPointF) -> None:
        """Move everything."""
        self._viewport.pan(by)
