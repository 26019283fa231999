"""One selection in two places: the node of the topology, and the servers of the fleet map that stand out."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from console.panels.fleet_map.page import FleetMapPage
from console.panels.topology.view import TopologyView
from topology.fleet.state import State


class LinkedSelection(QObject):
    """Keeps what is selected in the topology and what stands out on the map the same."""

    def __init__(self, topology: TopologyView, fleet: FleetMapPage, state_now: Callable[[], State | None]) -> None:
        super().__init__(topology)
        self._topology, self._fleet, self._state_now = topology, fleet, state_now
        self._seen: str | None = None
        topology.look.changed.connect(self._follow)

    def _follow(self) -> None:
        """Light what is selected now, where going back through the views of the topology changed that."""
        selection = self._topology.look.selection
        if selection != self._seen:
            self.light(selection or "")

    def show(self, name: str) -> None:
        """Bring a subsystem into view, in the topology and on the fleet map."""
        self._topology.look.select(name)
        self.light(self._topology.look.selection or "")

    def light_on_map(self, name: str) -> None:
        """What stands out on the map is what is selected in the topology, even where a closed box stands for it there."""
        self._topology.look.select(name or None)
        self._seen = self._topology.look.selection
        self._fleet.light(name)

    def light(self, name: str) -> None:
        """Let the servers of a subsystem stand out on the fleet map; a closed box has none of its own."""
        self._seen = self._topology.look.selection
        state = self._state_now()
        self._fleet.light(name if state is not None and name in state.region.index else "")
