"""What of a region's graph is drawn: each subsystem for itself, or in a box with others of its service or its cycle.

A box that is closed is one node; edges between the same two nodes are one link. Where nodes lie is `topology.layout`'s business.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from topology.graph.layering import break_cycles
from topology.region.region import Region

BoxKind = Literal["service", "cycle"]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class NodeBox:
    """Subsystems that can be drawn as one node: those of a service, or those that need each other in a circle.

    *members* are positions in `Region.subsystems`. The name begins with the kind and a colon, which no subsystem's name can hold.
    """

    name: str
    kind: BoxKind
    label: str
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OutlineNode:
    """A node as it is drawn: one subsystem, or a closed box."""

    name: str
    label: str
    members: tuple[int, ...]
    group: str | None = None
    """The service that it is framed with."""
    external: bool = False
    box: BoxKind | None = None


@dataclass(frozen=True, slots=True)
class OutlineLink:
    """The edges from one node to another: hard if one is, for the operations of all (empty where one is for everything)."""

    dependent: str
    needs: str
    hard: bool
    operations: tuple[str, ...] = ()
    count: int = 1
    observed: bool = False
    """Whether nobody stated any of them: they were only seen."""


class Outline:
    """The nodes and links that are drawn of one region while some boxes are closed."""

    def __init__(self, region: Region, nodes: Sequence[OutlineNode], boxes: Sequence[NodeBox]) -> None:
        self.region = region
        self.nodes = tuple(nodes)
        self.boxes = tuple(boxes)
        """Every box of the region, closed or not."""
        self.index = {node.name: number for number, node in enumerate(self.nodes)}
        self.node_of = [0] * len(region.subsystems)
        """For each subsystem the position of the node that shows it."""
        for number, node in enumerate(self.nodes):
            for member in node.members:
                self.node_of[member] = number
        self.closed = sum(node.box is not None for node in self.nodes)
        """How many boxes are closed."""
        self.links = self._links()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all nodes, in order."""
        return tuple(self.index)

    def shows(self, subsystem: str) -> str:
        """Give the name of the node that shows a subsystem, or that *is* the box of this name.

        Raises:
            KeyError: the region has no such subsystem.
        """
        if subsystem in self.index:
            return subsystem
        return self.nodes[self.node_of[self.region.index[subsystem]]].name

    def boxes_of(self, subsystem: str) -> tuple[NodeBox, ...]:
        """Give the boxes that a subsystem can be drawn in."""
        number = self.region.index.get(subsystem)
        return tuple(box for box in self.boxes if number in box.members)

    def _links(self) -> tuple[OutlineLink, ...]:
        index, node_of = self.region.index, self.node_of
        merged: dict[Pair, list[int]] = {}
        edges = self.region.dependencies
        for number, edge in enumerate(edges):
            pair = node_of[index[edge.dependent]], node_of[index[edge.needs]]
            if pair[0] != pair[1]:
                merged.setdefault(pair, []).append(number)
        links = []
        for (dependent, needs), numbers in merged.items():
            strong = [number for number in numbers if edges[number].kind == "hard"] or numbers
            every = any(not edges[number].operations for number in strong)
            operations = () if every else tuple(dict.fromkeys(op for n in strong for op in edges[n].operations))
            links.append(
                OutlineLink(
                    self.nodes[dependent].name,
                    self.nodes[needs].name,
                    edges[strong[0]].kind == "hard",
                    operations,
                    len(numbers),
                    all(edges[number].observed for number in numbers),
                )
            )
        return tuple(links)


def boxes_of(region: Region) -> tuple[NodeBox, ...]:
    """Find every service of two or more and every cycle, in the region's order."""
    of_service: dict[str, list[int]] = {}
    for number, subsystem in enumerate(region.subsystems):
        if subsystem.service is not None:
            of_service.setdefault(subsystem.service, []).append(number)
    boxes = [
        NodeBox(f"service:{service}", "service", service, tuple(members))
        for service, members in of_service.items()
        if len(members) > 1
    ]
    return (*boxes, *_cycles(region))


def outline_of(region: Region, boxes: Sequence[NodeBox], closed: Collection[str]) -> Outline:
    """Draw *region* with the boxes named in *closed* as one node each.

    A subsystem of two closed boxes is in that of its service; a cycle of which one member is left is no box.
    """
    subsystems = region.subsystems
    held: dict[int, NodeBox] = {}
    for box in sorted(boxes, key=lambda box: box.kind == "cycle"):
        free = [member for member in box.members if member not in held]
        if box.name in closed and len(free) > 1:
            held.update(dict.fromkeys(free, box))
    nodes = []
    done = set()
    for number, subsystem in enumerate(subsystems):
        held_by = held.get(number)
        if held_by is None:
            nodes.append(OutlineNode(subsystem.name, subsystem.label, (number,), subsystem.service, subsystem.external))
        elif held_by.name not in done:
            done.add(held_by.name)
            members = tuple(member for member in held_by.members if held.get(member) is held_by)
            services = {subsystems[member].service for member in members}
            group = services.pop() if held_by.kind == "cycle" and len(services) == 1 else None
            external = all(subsystems[member].external for member in members)
            nodes.append(OutlineNode(held_by.name, held_by.label, members, group, external, held_by.kind))
    return Outline(region, nodes, boxes)


def _cycles(region: Region) -> list[NodeBox]:
    index = region.index
    pairs = [(index[edge.dependent], index[edge.needs]) for edge in region.dependencies if edge.dependent != edge.needs]
    if not break_cycles(len(region.subsystems), pairs):
        return []
    # Most regions have no cycle, and their window should not wait for networkx.
    from topology.graph.graph import graph_of

    labels = {subsystem.name: subsystem.label for subsystem in region.subsystems}
    boxes = []
    for names in graph_of(region).cycles():
        others = labels[names[1]] if len(names) == 2 else f"{len(names) - 1} others"
        label = f"{labels[names[0]]} ⇄ {others}"
        boxes.append(NodeBox(f"cycle:{names[0]}", "cycle", label, tuple(index[name] for name in names)))
    return boxes
