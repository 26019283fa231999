"""What of a request is drawn: nodes, closed boxes as one node each, merged edges, and the boxes that stay open."""

from dataclasses import dataclass

import numpy as np

from topology.layout.levels.layers import cycles
from topology.layout.levels.values import Bools, Ints, Request


@dataclass(frozen=True, eq=False)
class Drawn:
    """The graph as it is drawn. *cycle_box* and *group_box* number the open boxes of each drawn node, -1 for none."""

    names: tuple[str, ...]
    node_of: Ints
    edges: Ints
    counts: Ints
    edge_of: Ints
    cycle_box: Ints
    group_box: Ints
    top: Bools
    cycles: tuple[tuple[int, ...], ...]
    """Members of every cycle, positions in the request."""
    cycle_boxes: tuple[int, ...]
    """For each box of a cycle which cycle it is."""
    groups: tuple[str, ...]
    """Of services with two or more nodes."""
    group_members: tuple[tuple[int, ...], ...]
    group_boxes: tuple[int, ...]
    closed: dict[str, int]
    """The drawn node of each closed box, by name."""


def drawn_of(request: Request) -> Drawn:
    """Close what is to be closed and merge what then lies between the same two nodes."""
    count = len(request.names)
    groups = request.groups or (None,) * count
    edges = request.edges.astype(np.int64)
    plain = edges[edges[:, 0] != edges[:, 1]]
    rings = tuple(tuple(ring) for ring in cycles(count, plain[:, 0], plain[:, 1]))
    of_group: dict[str, list[int]] = {}
    for number, group in enumerate(groups):
        if group is not None:
            of_group.setdefault(group, []).append(number)
    big = {group: tuple(members) for group, members in of_group.items() if len(members) > 1}
    holder: dict[int, str] = {}
    for group, members in big.items():
        if group in request.closed_groups:
            holder.update(dict.fromkeys(members, f"service:{group}"))
    for ring in rings:
        name = f"cycle:{request.names[ring[0]]}"
        free = [member for member in ring if member not in holder]
        if name in request.closed_cycles and len(free) > 1:
            holder.update(dict.fromkeys(free, name))
    names: list[str] = []
    firsts: list[int] = []
    node_of = np.zeros(count, np.int64)
    closed: dict[str, int] = {}
    for number, own in enumerate(request.names):
        box = holder.get(number)
        if box is not None and box in closed:
            node_of[number] = closed[box]
            continue
        node_of[number] = len(names)
        if box is not None:
            closed[box] = len(names)
        names.append(own if box is None else box)
        firsts.append(number)
    shown, counts, edge_of = _merged(node_of, edges, len(names), holder)
    top = np.ones(len(names), bool)
    top[node_of[[number for number in range(count) if number not in request.top]]] = False
    cycle_box, cycle_boxes = _cycle_boxes(groups, rings, holder, node_of, len(names))
    group_box, group_boxes = _group_boxes(groups, tuple(big.values()), holder, node_of, len(names))
    return Drawn(
        names=tuple(names),
        node_of=node_of,
        edges=shown,
        counts=counts,
        edge_of=edge_of,
        cycle_box=cycle_box,
        group_box=group_box,
        top=top,
        cycles=rings,
        cycle_boxes=cycle_boxes,
        groups=tuple(big),
        group_members=tuple(big.values()),
        group_boxes=group_boxes,
        closed=closed,
    )


def _merged(node_of: Ints, edges: Ints, count: int, holder: dict[int, str]) -> tuple[Ints, Ints, Ints]:
    """Give the drawn edges in the order of their first, how many each stands for, and the one that each is in."""
    pairs = node_of[edges]
    hidden = np.zeros(len(node_of), bool)
    hidden[list(holder)] = True
    inside = (pairs[:, 0] == pairs[:, 1]) & hidden[edges[:, 0]]
    shown = np.flatnonzero(~inside)
    keys = pairs[shown, 0] * count + pairs[shown, 1]
    unique, first, place, counts = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
    order = np.argsort(first, kind="stable")
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order))
    edge_of = np.full(len(edges), -1, np.int64)
    edge_of[shown] = number[place]
    keys = unique[order]
    return np.column_stack([keys // max(count, 1), keys % max(count, 1)]), counts[order], edge_of


def _cycle_boxes(
    groups: tuple[str | None, ...],
    rings: tuple[tuple[int, ...], ...],
    holder: dict[int, str],
    node_of: Ints,
    count: int,
) -> tuple[Ints, tuple[int, ...]]:
    """Give each drawn node its open cycle, of those that lie in one service or in none; and which cycles they are."""
    box_of = np.full(count, -1)
    found: list[int] = []
    for number, ring in enumerate(rings):
        if len({groups[member] for member in ring}) == 1 and not any(member in holder for member in ring):
            box_of[node_of[list(ring)]] = len(found)
            found.append(number)
    return box_of, tuple(found)


def _group_boxes(
    groups: tuple[str | None, ...],
    members_of: tuple[tuple[int, ...], ...],
    holder: dict[int, str],
    node_of: Ints,
    count: int,
) -> tuple[Ints, tuple[int, ...]]:
    """Give each drawn node its open service; and which services they are. A closed cycle across services is in none."""
    owner: dict[int, set[str | None]] = {}
    for number, node in enumerate(node_of.tolist()):
        is_service = holder.get(number, "").startswith("service:")
        owner.setdefault(node, set()).add(None if is_service else groups[number])
    box_of = np.full(count, -1)
    found: list[int] = []
    for number, members in enumerate(members_of):
        nodes = sorted({node for node in node_of[list(members)].tolist() if owner[node] == {groups[members[0]]}})
        # A service of which all is in one closed cycle is that node.
        if len(nodes) > 1:
            box_of[nodes] = len(found)
            found.append(number)
    return box_of, tuple(found)
