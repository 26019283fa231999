"""Makes the rows of many graphs at once better where that is worth its time: long edges are lanes, and lanes are crossings."""

import numpy as np

from topology.layout.levels.simplex import shortest_rows
from topology.layout.levels.values import Ints

MOST_ITEMS = 600
"""So many items of one graph are worth the time."""


def shortened(count: int, upper: Ints, lower: Ints, layer: Ints) -> Ints:
    """Give each of *count* items a row with which the edges are shortest, from the rows that *layer* gives.

    Graphs that are too large, and those of which no edge passes a row, keep theirs.
    """
    if not len(upper):
        return layer
    label = joined(count, upper, lower)
    size = np.bincount(label, minlength=count)
    long = np.zeros(count, bool)
    long[label[upper[layer[lower] - layer[upper] > 1]]] = True
    wanted = long & (size <= MOST_ITEMS)
    made = layer.copy()
    # All items, and all edges, graph by graph.
    by_graph, by_edge = np.argsort(label, kind="stable"), np.argsort(label[upper], kind="stable")
    first = np.cumsum(size) - size
    place = np.empty(count, np.int64)
    place[by_graph] = np.arange(count) - first[label[by_graph]]
    edges_of = np.searchsorted(label[upper][by_edge], np.arange(count + 1))
    for root in np.flatnonzero(wanted).tolist():
        items = by_graph[first[root] : first[root] + size[root]]
        mine = by_edge[edges_of[root] : edges_of[root + 1]]
        pairs, weight = np.unique(place[upper[mine]] * len(items) + place[lower[mine]], return_counts=True)
        edges = list(zip((pairs // len(items)).tolist(), (pairs % len(items)).tolist(), weight.tolist(), strict=True))
        made[items] = shortest_rows(len(items), edges, layer[items].tolist())
    return made


def joined(count: int, a: Ints, b: Ints) -> Ints:
    """Number each item by the first of those that it hangs together with."""
    label = np.arange(count)
    while True:
        low = label.copy()
        np.minimum.at(low, a, label[b])
        np.minimum.at(low, b, label[a])
        low = low[low]
        if (low == label).all():
            return label
        label = low
