"""The graph of one level, ready to be ordered: items and lanes in rows, the edges cut into segments from row to row.

A level is many containers at once: all cycles, or all services, or all parts of the picture that hang together. An item is a node
or a box. A lane is where long edges pass a row; edges to the same needed node share theirs, as roads to one town do.
"""

from dataclasses import dataclass

import numpy as np

from topology.layout.levels.layers import spread
from topology.layout.levels.values import Floats, Ints


@dataclass(frozen=True, eq=False)
class Ties:
    """Edges of a level, from the *upper* item to the *lower*; *ports* are how far right of the items' middles they meet them.

    Edges of the same *bundle* share lanes; lanes of the same *share* that come to lie beside each other are drawn as one.
    """

    upper: Ints
    lower: Ints
    upper_port: Floats
    lower_port: Floats
    bundle: Ints
    share: Ints


class Level:
    """Everything that has a place: first the items, as given, then the lanes."""

    def __init__(self, container: Ints, layer: Ints, width: Floats, height: Floats, ties: Ties, lane: float) -> None:
        self.items = len(container)
        self.bundle = ties.bundle
        self.depth = int(layer.max(initial=-1)) + 1
        self._cut(container, layer, ties)
        lanes = len(self.lane_bundle)
        self.width = np.r_[width, np.full(lanes, lane)]
        self.height = np.r_[height, np.zeros(lanes)]
        self.count = self.items + lanes
        # Where lanes enter and leave a box there is an item without a height, which is treated as the lane that it ends.
        self.is_lane = self.height == 0
        self._join(ties)
        self.row = self.container * self.depth + self.layer
        """Rows of all containers, numbered through."""
        self.rows = (int(self.container.max(initial=-1)) + 1) * self.depth

    def _cut(self, container: Ints, layer: Ints, ties: Ties) -> None:
        """Give each edge the things it leads through: *path*, from *path_starts*[k] to *path_starts*[k + 1]."""
        spans = layer[ties.lower] - layer[ties.upper]
        self.path_starts = np.zeros(len(spans) + 1, np.int64)
        np.cumsum(spans + 1, out=self.path_starts[1:])
        edge = np.repeat(np.arange(len(spans)), spans + 1)
        step = np.arange(len(edge)) - self.path_starts[edge]
        self.path_edge = edge
        between = (step > 0) & (step < spans[edge])
        at = layer[ties.upper][edge] + step
        keys, lane = np.unique(ties.bundle[edge[between]] * (self.depth + 1) + at[between], return_inverse=True)
        self.path = np.where(step == 0, ties.upper[edge], ties.lower[edge])
        self.path[between] = len(container) + lane
        self.lane_bundle, lane_layer = keys // (self.depth + 1), keys % (self.depth + 1)
        lane_container = np.zeros(len(keys), np.int64)
        lane_container[lane] = container[ties.upper][edge[between]]
        self.share = np.full(len(container) + len(keys), -1)
        self.share[len(container) + lane] = ties.share[edge[between]]
        self.container = np.r_[container, lane_container]
        self.layer = np.r_[layer, lane_layer]

    def _join(self, ties: Ties) -> None:
        """Find the segments, each once."""
        first = np.flatnonzero(self.path_edge[:-1] == self.path_edge[1:])
        upper, lower, edge = self.path[first], self.path[first + 1], self.path_edge[first]
        upper_port = np.where(upper < self.items, ties.upper_port[edge], 0.0)
        lower_port = np.where(lower < self.items, ties.lower_port[edge], 0.0)
        order = np.lexsort((lower_port, upper_port, lower, upper))
        parts = [part[order] for part in (upper, lower, upper_port, lower_port)]
        new = np.ones(len(order), bool)
        if len(order):
            new[1:] = np.logical_or.reduce([part[1:] != part[:-1] for part in parts])
        self.upper, self.lower, self.upper_port, self.lower_port = (part[new] for part in parts)


def merged_paths(pieces: Ints, starts: Ints) -> tuple[Ints, Ints]:
    """String pieces of a compressed list together: *pieces* holds, for each whole, its pieces in order, -1 for none.

    Returns:
        Positions of all points, and where each whole starts there.
    """
    used = pieces >= 0
    sizes = np.where(used, starts[np.maximum(pieces, 0) + 1] - starts[np.maximum(pieces, 0)], 0)
    ends = np.zeros(len(pieces) + 1, np.int64)
    np.cumsum(sizes.sum(axis=1), out=ends[1:])
    return spread(starts, pieces[used]), ends
