"""Everything that is known of a node, in parts, or as a tooltip."""

from collections.abc import Mapping
from dataclasses import replace
from html import escape

from console.panels.topology.cards.readings import NodeReading
from console.panels.topology.cards.words import NOTHING_TOLD, CardTelling, facts
from console.panels.topology.geometry.scene import TopologyScene


def told(name: str, scene: TopologyScene, readings: Mapping[str, NodeReading]) -> CardTelling:
    """Say everything that is known of a node."""
    said = facts(readings.get(name) or NodeReading(name, name), tuple(scene.needs(name)), tuple(scene.needed_by(name)))
    node = scene.outline.nodes[scene.index[name]]
    if node.box is not None:
        inside = (scene.outline.region.subsystems[member].label for member in node.members)
        said = replace(said, parts=(*said.parts, f"inside: {', '.join(inside)}", "G opens it"))
    return said


def as_tooltip(telling: CardTelling) -> str:
    """Make a tooltip of what is told, one fact a line; names that look like markup stay what they are. Of nothing, none."""
    if telling == NOTHING_TOLD:
        return ""
    return f"<qt>{'<br>'.join(map(escape, telling.lines()))}</qt>"
