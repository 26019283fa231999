"""The page of the lower panel that holds the fleet map. The map itself is made when the page is first seen with a region."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.kit.overrides import reported
from console.kit.theme import Theme
from topology.fleet.state import State
from topology.planning.plan import Plan

if TYPE_CHECKING:
    from console.panels.fleet_map.view import FleetMapView


class FleetMapPage(QWidget):
    """Brings what changed to the map at most once a turn of the event loop, and only while it is in view."""

    take_command = Signal(str)
    """Command text to put into the command line; it is not submitted."""
    said = Signal(str)
    """Why there is no such text, as a sentence."""
    lit_chosen = Signal(str)
    """The subsystem whose servers the operator wants to stand out; nothing for none."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state: State | None = None
        self._plan: Plan | None = None
        self._lit = ""
        self.map: FleetMapView | None = None
        # Whatever else changed is to be seen first.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._show)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.setMinimumHeight(96)
        self.setAccessibleName("Fleet map")

    def show_view(self, state: State, plan: Plan | None) -> None:
        """Show a state and the plan that was judged at it, soon."""
        self._state, self._plan = state, plan
        if self.isVisible():
            self._soon.start()

    def light(self, subsystem: str) -> None:
        """Let the servers of a subsystem stand out; with nothing, none do."""
        self._lit = subsystem
        if self.map is not None:
            self.map.light(subsystem)

    def legend_height(self) -> int:
        """Give how high the line with the legend is, in pixels; 0 while it is not on show."""
        return round(self.map.bar.height) if self.map is not None and self.map.isVisible() else 0

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        if self.map is not None:
            self.map.set_theme(theme)
        self.update()

    @reported
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._soon.start()

    @reported
    def focusInEvent(self, event: QFocusEvent) -> None:
        self._show()
        if self.map is not None:
            self.map.setFocus(event.reason())

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.panel)

    def _show(self) -> None:
        state = self._state
        if state is None or not self.isVisible():
            return
        if self.map is None:
            self._make()
        if self.map is None:
            raise RuntimeError("there is no map here, as there has to be")
        self.map.show_fleet(state, self._plan)

    def _make(self) -> None:
        # Not light to import, and not needed where the journal is looked at instead.
        from console.panels.fleet_map.view import FleetMapView

        self.map = FleetMapView(self._theme, lambda: self._state)
        self.map.light(self._lit)
        self.map.choosing.suggested.connect(self.take_command)
        self.map.choosing.said.connect(self.said)
        self.map.lit_chosen.connect(self.lit_chosen)
        layout = self.layout()
        if layout is None:
            raise RuntimeError("there is no layout here, as there has to be")
        layout.addWidget(self.map)
        # A layout shows what it takes in only later, and until then it could not have the focus.
        self.map.show()
        layout.activate()
        if self.hasFocus():
            self.map.setFocus()
