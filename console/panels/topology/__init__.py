"""The topology on the screen: `TopologyView`, and `readings`, which turns state and plan into what it shows."""

from console.panels.topology.cards.readings import NodeReading, readings
from console.panels.topology.view import TopologyView

__all__ = ["NodeReading", "TopologyView", "readings"]
