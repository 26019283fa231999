"""Which thing lies in which: nodes in cycles, cycles and nodes in services, all of them in parts that hang together.

Nodes, boxes of cycles and boxes of services are numbered through as things. An edge is settled where its two ends part: between two
things of one container; on its way there it leaves the boxes round its ends.
"""

import numpy as np

from topology.layout.levels.drawn import Drawn
from topology.layout.levels.layers import downward, layers_of
from topology.layout.levels.values import Floats, Ints

CYCLES, SERVICES, PARTS = 0, 1, 2
"""Kinds of container, from inside to outside."""


class Nesting:
    """Containers of all things, their rows, and of each edge the two things it joins and which of them lies above."""

    def __init__(self, drawn: Drawn) -> None:
        self.nodes = len(drawn.names)
        self.first = (self.nodes, self.nodes + len(drawn.cycle_boxes))
        """The first box of a cycle, and the first of a service."""
        self.things = self.first[1] + len(drawn.group_boxes)
        self._put_in_boxes(drawn)
        loop = drawn.edges[:, 0] == drawn.edges[:, 1]
        self.edges = np.flatnonzero(~loop)
        """Drawn edges that are no loops; the arrays below are about these."""
        self.dependent, self.needed = drawn.edges[self.edges].T
        self._part_ends()
        down = downward(self.things, self.a, self.b)
        self.upward = ~down
        self.upper_leaf = np.where(down, self.dependent, self.needed)
        self.lower_leaf = np.where(down, self.needed, self.dependent)
        self.upper, self.lower = np.where(down, self.a, self.b), np.where(down, self.b, self.a)
        self._find_parts()
        self._give_rows(drawn)

    def _put_in_boxes(self, drawn: Drawn) -> None:
        first_cycle, first_service = self.first
        self.cycle = np.where(drawn.cycle_box >= 0, drawn.cycle_box + first_cycle, -1)
        self.service = np.where(drawn.group_box >= 0, drawn.group_box + first_service, -1)
        self.inner = np.where(self.cycle >= 0, self.cycle, np.arange(self.nodes))
        """For each node what stands for it inside its service."""
        self.outer = np.where(self.service >= 0, self.service, self.inner)
        """For each node what stands for it outside."""
        self.kind = np.full(self.things, PARTS)
        self.container = np.full(self.things, -1)
        in_service = np.flatnonzero(self.service >= 0)
        self.kind[self.inner[in_service]] = SERVICES
        self.container[self.inner[in_service]] = drawn.group_box[in_service]
        in_cycle = np.flatnonzero(self.cycle >= 0)
        self.kind[in_cycle] = CYCLES
        self.container[in_cycle] = drawn.cycle_box[in_cycle]

    def _part_ends(self) -> None:
        a, b = self.dependent, self.needed
        same_service = (self.service[a] >= 0) & (self.service[a] == self.service[b])
        same_cycle = (self.cycle[a] >= 0) & (self.cycle[a] == self.cycle[b])
        self.where = np.where(same_cycle, CYCLES, np.where(same_service, SERVICES, PARTS))
        """The kind of container in which the ends of each edge part."""
        self.a = np.where(same_cycle, a, np.where(same_service, self.inner[a], self.outer[a]))
        self.b = np.where(same_cycle, b, np.where(same_service, self.inner[b], self.outer[b]))

    def _find_parts(self) -> None:
        """Number the parts of the picture that hang together; single nodes without edges share the last."""
        outside = np.flatnonzero(self.kind == PARTS)
        label = np.arange(self.things)
        use = self.where == PARTS
        a, b = self.a[use], self.b[use]
        while True:
            low = label.copy()
            np.minimum.at(low, a, label[b])
            np.minimum.at(low, b, label[a])
            low = low[low]
            if (low == label).all():
                break
            label = low
        linked = np.zeros(self.things, bool)
        linked[a] = linked[b] = True
        alone = outside[~linked[outside] & (outside < self.nodes)]
        label[alone] = self.things
        parts, number = np.unique(label[outside], return_inverse=True)
        self.container[outside] = number
        self.parts = len(parts)
        self.has_alone = len(alone) > 0

    def _give_rows(self, drawn: Drawn) -> None:
        offset = np.array([0, len(drawn.cycle_boxes), len(drawn.cycle_boxes) + len(drawn.group_boxes)])
        container = self.container + offset[self.kind]
        top = np.zeros(self.things, bool)
        top[: self.nodes] = drawn.top
        self.row = layers_of(self.things, self.upper, self.lower, container, top)
        # Members that are joined to nothing inside, and only need what is outside, go to the last row.
        joined = np.zeros(self.things, bool)
        joined[self.upper] = joined[self.lower] = True
        leaves, enters = np.zeros(self.things, bool), np.zeros(self.things, bool)
        for level in (CYCLES, SERVICES):
            use = self.where > level
            leaves[self.thing_at(level, self.upper_leaf[use])] = True
            enters[self.thing_at(level, self.lower_leaf[use])] = True
        depth = np.zeros(int(container.max(initial=-1)) + 1, np.int64)
        np.maximum.at(depth, container, self.row)
        loose = ~joined & leaves & ~enters & (self.kind != PARTS)
        self.row[loose] = depth[container[loose]]

    def thing_at(self, kind: int, leaf: Ints) -> Ints:
        """Give what stands for nodes in containers of a kind."""
        return leaf if kind == CYCLES else self.inner[leaf] if kind == SERVICES else self.outer[leaf]

    def box_at(self, kind: int, leaf: Ints) -> Ints:
        """Give the box of a kind that nodes are in, -1 for none."""
        return self.cycle[leaf] if kind == CYCLES else self.service[leaf]


def middle(values: Floats) -> float:
    """Give the median, rounded to whole units, 0 of nothing."""
    return float(np.round(np.sort(values)[len(values) // 2])) if len(values) else 0.0
