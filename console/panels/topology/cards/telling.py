"""Everything that is known of a node, in one line or as a tooltip."""

from collections.abc import Mapping
from html import escape

from console.panels.topology.cards.readings import NodeReading
from console.panels.topology.cards.words import facts
from console.panels.topology.geometry.scene import TopologyScene


def told(name: str, scene: TopologyScene, readings: Mapping[str, NodeReading]) -> str:
    """Say everything that is known of a node in one line."""
    said = facts(readings.get(name) or NodeReading(name, name), tuple(scene.needs(name)), tuple(scene.needed_by(name)))
    node = scene.outline.nodes[scene.index[name]]
    if node.box is not None:
        inside = (scene.outline.region.subsystems[member].label for member in node.members)
        said += f" · inside: {', '.join(inside)} · G opens it"
    return said


def as_tooltip(line: str) -> str:
    """Make a tooltip of a line of facts, one fact a line; names that look like markup stay what they are."""
    return f"<qt>{escape(line).replace(' · ', '<br>')}</qt>"
