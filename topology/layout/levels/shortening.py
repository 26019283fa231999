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
    for root in np.flatnonzero(wanted).tolist():
        items = np.flatnonzero(label == root)
        place = np.full(count, -1)
        place[items] = np.arange(len(items))
        mine = label[upper] == root
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
