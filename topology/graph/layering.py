"""Gives each node of a directed graph a layer, so that edges lead down: cycles broken, long edges few, rows not too wide.

Nodes are numbers from 0; an edge is (dependent, needs). Where a layer lies on a screen is `topology.layout.rows.layout`'s business.
"""

from collections.abc import Collection, Sequence

Edge = tuple[int, int]


def break_cycles(count: int, edges: Sequence[Edge]) -> set[Edge]:
    """Choose edges that, turned round, leave no cycle: those that lead back to a node still open in a depth-first search.

    The search starts at nodes that nothing needs, then goes in the order given, so put edges that should lead down first.
    """
    needs: list[list[int]] = [[] for _ in range(count)]
    needed = [0] * count
    for dependent, need in edges:
        needs[dependent].append(need)
        needed[need] += 1
    unseen, is_open, closed = 0, 1, 2
    mark = [unseen] * count
    turned: set[Edge] = set()
    for root in sorted(range(count), key=lambda node: needed[node] > 0):
        if mark[root] != unseen:
            continue
        mark[root] = is_open
        stack = [(root, iter(needs[root]))]
        while stack:
            node, rest = stack[-1]
            for need in rest:
                if mark[need] == is_open:
                    turned.add((node, need))
                elif mark[need] == unseen:
                    mark[need] = is_open
                    stack.append((need, iter(needs[need])))
                    break
            else:
                mark[node] = closed
                stack.pop()
    return turned


def assign_layers(count: int, edges: Sequence[Edge], top: Collection[int] = ()) -> list[int]:
    """Give each node a layer, 0 on top, above everything that it needs and as near to it as its own dependents let it.

    Args:
        count: how many nodes there are.
        edges: without a cycle.
        top: nodes that stay on layer 0 where nothing needs them; all others then lie lower.
    """
    above: list[list[int]] = [[] for _ in range(count)]
    below: list[list[int]] = [[] for _ in range(count)]
    for dependent, need in edges:
        below[dependent].append(need)
        above[need].append(dependent)
    roof = {node for node in top if not above[node] and below[node]}
    order = _topological(above, below)
    layer = [0 if node in roof or not roof else 1 for node in range(count)]
    for node in order:
        layer[node] = max([layer[node], *(layer[other] + 1 for other in above[node])])
    for node in reversed(order):
        # Going down shortens the edges below by as much as it lengthens those above.
        if node not in roof and len(below[node]) > len(above[node]):
            layer[node] = min(layer[other] for other in below[node]) - 1
    return layer


def split_wide(layer: Sequence[int], edges: Sequence[Edge], widths: Sequence[float], widest: float) -> list[list[int]]:
    """Turn layers into rows of nodes, a layer wider than *widest* into several; the nodes of a layer share no edge.

    Nodes with more edges from above than to below come first, in the upper rows.
    """
    pull = [0] * len(layer)
    for dependent, need in edges:
        pull[dependent] += 1
        pull[need] -= 1
    rows: list[list[int]] = []
    for number in range(max(layer, default=-1) + 1):
        members = [node for node in range(len(layer)) if layer[node] == number]
        total = sum(widths[node] for node in members)
        parts = max(1, -int(-total // widest))
        members.sort(key=lambda node: pull[node]) if parts > 1 else None
        row: list[int] = []
        filled = 0.0
        for node in members:
            if row and filled + widths[node] / 2 > total / parts:
                rows.append(row)
                row, filled = [], 0.0
            row.append(node)
            filled += widths[node]
        rows.extend([row] if row else [])
    return rows


def _topological(above: Sequence[Sequence[int]], below: Sequence[Sequence[int]]) -> list[int]:
    waiting = [len(nodes) for nodes in above]
    order = [node for node, count in enumerate(waiting) if count == 0]
    for node in order:  # grows while it is read
        for need in below[node]:
            waiting[need] -= 1
            if waiting[need] == 0:
                order.append(need)
    return order
