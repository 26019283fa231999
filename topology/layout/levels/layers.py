"""Gives the items of many separate graphs their rows at once: cycles broken, needed things below, long edges few."""

import numpy as np

from topology.graph.layering import break_cycles
from topology.layout.levels.shortening import shortened
from topology.layout.levels.values import Bools, Ints


def spread(starts: Ints, which: Ints) -> Ints:
    """Give the positions that the rows *which* of a compressed list hold, one row after the other."""
    sizes = starts[which + 1] - starts[which]
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    places: Ints = np.arange(total) + np.repeat(starts[which] - (ends - sizes), sizes)
    return places


def listed(keys: Ints, count: int) -> tuple[Ints, Ints]:
    """Give the positions of *keys* sorted by key, and where each of *count* keys starts there."""
    starts = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(keys, minlength=count), out=starts[1:])
    return np.argsort(keys, kind="stable"), starts


def on_cycles(count: int, a: Ints, b: Ints) -> Bools:
    """Say which nodes lie on a cycle or between two: those left when ends and starts are taken off again and again."""
    left = np.ones(count, bool)
    for source, target in ((a, b), (b, a)):
        order, starts = listed(source, count)
        ahead = target[order]
        waiting = np.bincount(target[left[source] & left[target]], minlength=count)
        free = np.flatnonzero(left & (waiting == 0))
        while len(free):
            left[free] = False
            reached = ahead[spread(starts, free)]
            reached = reached[left[reached]]
            np.subtract.at(waiting, reached, 1)
            reached = np.unique(reached)
            free = reached[waiting[reached] == 0]
    return left


def cycles(count: int, a: Ints, b: Ints) -> list[list[int]]:
    """Find the strongly connected components of two or more, members ascending, by first member.

    Source: Tarjan 1972, without recursion, on what `on_cycles` leaves.
    """
    core = on_cycles(count, a, b)
    if not core.any():
        return []
    needs: dict[int, list[int]] = {int(node): [] for node in np.flatnonzero(core)}
    inside = core[a] & core[b]
    for source, target in zip(a[inside].tolist(), b[inside].tolist(), strict=True):
        needs[source].append(target)
    found: list[list[int]] = []
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    held: list[int] = []
    is_held: set[int] = set()
    for root in needs:
        if root in number:
            continue
        work = [(root, iter(needs[root]))]
        number[root] = low[root] = len(number)
        held.append(root)
        is_held.add(root)
        while work:
            node, rest = work[-1]
            for other in rest:
                if other not in number:
                    number[other] = low[other] = len(number)
                    held.append(other)
                    is_held.add(other)
                    work.append((other, iter(needs[other])))
                    break
                if other in is_held:
                    low[node] = min(low[node], number[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    members = [held.pop()]
                    while members[-1] != node:
                        members.append(held.pop())
                    is_held.difference_update(members)
                    if len(members) > 1:
                        found.append(sorted(members))
    return sorted(found)


def downward(count: int, a: Ints, b: Ints) -> Bools:
    """Say for each edge whether it leads down once cycles are broken; of two opposite bundles the bigger one does, if any can."""
    down = np.ones(len(a), bool)
    core = on_cycles(count, a, b)
    inside = np.flatnonzero(core[a] & core[b])
    if not len(inside):
        return down
    strength: dict[tuple[int, int], int] = {}
    pairs = list(zip(a[inside].tolist(), b[inside].tolist(), strict=True))
    for pair in pairs:
        strength[pair] = strength.get(pair, 0) + 1
    links = [(x, y) for (x, y), n in strength.items() if (y, x) not in strength or (n, y) >= (strength[y, x], x)]
    turned = break_cycles(count, links)
    kept = {(y, x) if (x, y) in turned else (x, y) for x, y in links}
    down[inside] = [pair in kept for pair in pairs]
    return down


def layers_of(count: int, upper: Ints, lower: Ints, container: Ints, top: Bools) -> Ints:
    """Give each item its row inside its container, from 0, below all that need it and as near to what it needs as they let it.

    Args:
        count: how many items there are.
        upper: ends of the edges that lie above; the edges have no cycle and stay in a container.
        lower: ends that lie below.
        container: of each item.
        top: items that stay on the first row where nothing lies above them; all others of the container then lie lower.
    """
    above = np.bincount(lower, minlength=count)
    below = np.bincount(upper, minlength=count)
    roof = top & (above == 0) & (below > 0)
    layer = np.zeros(count, np.int64)
    if roof.any():
        roofed = np.zeros(int(container.max()) + 1, bool)
        roofed[container[roof]] = True
        layer[roofed[container] & ~roof] = 1
    order, starts = listed(upper, count)
    ahead = lower[order]
    waiting = above.copy()
    rounds = [np.flatnonzero(waiting == 0)] if count else []
    while rounds and len(rounds[-1]):
        now = rounds[-1]
        reached = ahead[spread(starts, now)]
        np.maximum.at(layer, reached, np.repeat(layer[now] + 1, below[now]))
        np.subtract.at(waiting, reached, 1)
        reached = np.unique(reached)
        rounds.append(reached[waiting[reached] == 0])
    for now in reversed(rounds):
        # Going down shortens the edges below by as much as it lengthens those above.
        sinking = now[(below[now] > above[now]) & ~roof[now]]
        if len(sinking):
            firsts = np.cumsum(below[sinking]) - below[sinking]
            layer[sinking] = np.minimum.reduceat(layer[ahead[spread(starts, sinking)]], firsts) - 1
    layer = shortened(count, upper, lower, layer)
    if roof.any():
        first = np.full(len(roofed), layer.max())
        np.minimum.at(first, container[~roof], layer[~roof])
        layer += np.where(roofed, np.maximum(1 - first, 0), 0)[container]
        layer[roof] = 0
    return dense(container, layer)


def dense(container: Ints, layer: Ints) -> Ints:
    """Number the layers that hold anything from 0, in each container."""
    if not len(layer):
        return layer
    depth = int(layer.max()) + 1
    keys, place = np.unique(container * depth + layer, return_inverse=True)
    owner = keys // depth
    first = np.searchsorted(owner, owner, side="left")
    return np.asarray((np.arange(len(keys)) - first)[place], np.int64)
