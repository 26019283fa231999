"""Breaks the cycles of a directed graph, so that it can be drawn with its edges leading down.

Nodes are numbers from 0; an edge is (dependent, needs). Where nodes lie on a screen is `topology.layout`'s business.
"""

from collections.abc import Sequence

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
