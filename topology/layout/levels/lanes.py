"""What a lane is for, and how it is known again after an edit."""

import numpy as np

from topology.layout.levels.level import Level
from topology.layout.levels.nesting import Nesting
from topology.layout.levels.values import Bools, Ints

HUB = 24
"""Edges to one node from which on all of them share their lanes; fewer do where they lie beside each other."""
INNER, OUT, IN, LEAVE, ENTER = range(5)
"""For edges between two things of a strip, out of the container at its bottom or in at its top, and from strip to strip."""
_AT_BORDER = 5
_USES = 10


def bundle_of(leaf: Ints, upward: Bools, use: int) -> Ints:
    """Number the edges that go the same way: those of the same node, direction and use."""
    return (leaf * 2 + upward) * _USES + use


def strip_bundle(nesting: Nesting, edges: Ints, strip: Ints, use: int) -> Ints:
    """Number edges that leave or enter a strip: those of the same needed node, direction and strip."""
    leaf = nesting.needed[edges] + (strip + 1) * (nesting.nodes + len(nesting.edges))
    return bundle_of(leaf, nesting.upward[edges], use)


def inner_bundles(nesting: Nesting, edges: Ints) -> tuple[Ints, Ints]:
    """Give for edges the bundle, of their own or of the hub that they lead to, and what they share."""
    leaf, upward = nesting.needed[edges], nesting.upward[edges]
    many = np.bincount(leaf, minlength=nesting.nodes)[leaf] >= HUB
    return bundle_of(np.where(many, leaf, nesting.nodes + edges), upward, INNER), bundle_of(leaf, upward, INNER)


def lane_marks(
    kind: int, nesting: Nesting, level: Level, rows: Ints, ports: Ints, strips: tuple[Ints, Ints]
) -> tuple[Ints, Ints]:
    """Give what tells the lanes of a level apart, and which of the level's things they are.

    A mark is the dependent (-1 for all), the node that its edges lead to or come from, what the lane is for, and how many rows
    it is from that node.

    Args:
        kind: of container.
        nesting: of what.
        level: with as many nodes and boxes first as there are *rows*, then ports.
        rows: of nodes and boxes, in their containers.
        ports: the bundle of each port.
        strips: the first row of each strip in its container, and which strip there it is.
    """
    first, place = strips
    lanes = np.arange(len(rows), level.count)
    bundle = np.r_[ports, level.lane_bundle]
    use, upward, leaf = bundle % _USES, bundle // _USES % 2, bundle // _USES // 2
    leaf %= nesting.nodes + len(nesting.edges)
    edge = leaf - nesting.nodes
    source = np.full(len(lanes), -1)
    source[edge >= 0] = nesting.dependent[edge[edge >= 0]]
    leaf[edge >= 0] = nesting.needed[edge[edge >= 0]]
    offset = level.layer[lanes] - 1 + first[level.container[lanes]] - nesting.row[nesting.thing_at(kind, leaf)]
    use[: len(ports)] += _AT_BORDER
    # Of the ports of one node there may be one in each strip.
    offset[: len(ports)] = place[level.container[lanes[: len(ports)]]]
    return np.column_stack([source, leaf, (kind * 2 + upward) * _USES + use, offset]), lanes
