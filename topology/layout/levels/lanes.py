"""What a lane is for, and how it is known again after an edit."""

import numpy as np

from topology.layout.levels.level import Level
from topology.layout.levels.nesting import PARTS, Nesting
from topology.layout.levels.values import Bools, Ints

HUB = 24
"""Edges to one node from which on all of them share their lanes; fewer do where they lie beside each other."""
INNER, OUT, IN = range(3)
"""For edges between two things of a container, or on their way out of it at the bottom or in at the top."""
_AT_BORDER = 2
_USES = 5


def bundle_of(leaf: Ints, upward: Bools, use: int) -> Ints:
    """Number the edges that go the same way: those of the same node, direction and use."""
    return (leaf * 2 + upward) * _USES + use


def inner_bundles(nesting: Nesting, edges: Ints) -> tuple[Ints, Ints]:
    """Give for edges the bundle, of their own or of the hub that they lead to, and what they share."""
    leaf, upward = nesting.needed[edges], nesting.upward[edges]
    many = np.bincount(leaf, minlength=nesting.nodes)[leaf] >= HUB
    return bundle_of(np.where(many, leaf, nesting.nodes + edges), upward, INNER), bundle_of(leaf, upward, INNER)


def lane_marks(kind: int, nesting: Nesting, level: Level, things: int) -> tuple[Ints, Ints]:
    """Give what tells the lanes of a level apart, and which of the level's things they are.

    A mark is the dependent (-1 for all), the node that its edges lead to or come from, what the lane is for, and how many rows
    it is from that node.
    """
    lanes = np.arange(things, level.count)
    ports = level.items - things
    bundle = np.r_[level.bundle[len(level.bundle) - ports :], level.lane_bundle]
    use, upward, leaf = bundle % _USES, bundle // _USES % 2, bundle // _USES // 2
    edge = leaf - nesting.nodes
    source = np.full(len(lanes), -1)
    source[edge >= 0] = nesting.dependent[edge[edge >= 0]]
    leaf[edge >= 0] = nesting.needed[edge[edge >= 0]]
    offset = level.layer[lanes] - nesting.row[nesting.thing_at(kind, leaf)] - (kind != PARTS)
    use[:ports] += _AT_BORDER
    offset[:ports] = 0
    return np.column_stack([source, leaf, (kind * 2 + upward) * _USES + use, offset]), lanes
