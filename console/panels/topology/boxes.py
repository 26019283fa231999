"""Which boxes are closed after one, or all of them, was opened or closed."""

from collections.abc import Iterable

from topology.graph.outline import NodeBox, Outline


def toggled(name: str, outline: Outline, closed: frozenset[str]) -> frozenset[str]:
    """Open the box *name*; of a subsystem close the cycle, else the service that it is in."""
    if name in closed:
        return closed - {name}
    boxes = sorted(outline.boxes_of(name), key=lambda box: box.kind != "cycle")
    free = [box.name for box in boxes if box.name not in closed]
    return closed | {free[0]} if free else closed


def toggled_all(boxes: Iterable[NodeBox], closed: frozenset[str]) -> frozenset[str]:
    """Open all services, where one is closed; else close all."""
    services = {box.name for box in boxes if box.kind == "service"}
    return closed - services if services & closed else closed | services
