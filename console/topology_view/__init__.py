"""The topology on the screen: `TopologyView`, and `readings`, which turns state and plan into what it shows."""

from console.topology_view.readings import NodeReading, readings
from console.topology_view.view import TopologyView

__all__ = ["NodeReading", "TopologyView", "readings"]
