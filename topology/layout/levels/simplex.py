"""Gives the items of one graph the rows with which its edges are shortest in all: the network simplex.

Source: Gansner, Koutsofios, North and Vo, "A technique for drawing directed graphs" (1993), section 2. The cut of an edge of the
tree is found more simply here: what lies beyond an item gains, row by row that it moves down, the edges from above and loses
those to below; edges inside move along. So it is the sum of one constant for each item beyond.
"""

from collections.abc import Sequence

Edge = tuple[int, int, int]
"""The upper end, the lower end, and how many edges it stands for."""
MOST_TURNS = 4
"""Turns for each item at most: what is left after them is a good answer, if not the best."""
LOOK_AT = 12
"""Items of which the part beyond wants to move that are compared before one does."""


def shortest_rows(count: int, edges: Sequence[Edge], rows: Sequence[int]) -> list[int]:
    """Give each of *count* items a row, from 0, so that the lengths of all *edges* together are as small as can be.

    Args:
        count: how many items there are; the edges join all of them.
        edges: without a cycle.
        rows: any rows in which every edge leads down, to begin with.
    """
    if count > 1:
        tree = _TightTree(count, edges, rows)
        for _ in range(MOST_TURNS * count):
            if not tree.turn():
                break
        tree.balance()
        rows = tree.row
    least = min(rows, default=0)
    return [row - least for row in rows]


class _TightTree:
    """A tree of edges that are as short as can be, which joins all items: the rows follow from it."""

    def __init__(self, count: int, edges: Sequence[Edge], rows: Sequence[int]) -> None:
        self.row = list(rows)
        self._upper = [edge[0] for edge in edges]
        self._lower = [edge[1] for edge in edges]
        self._edges_of: list[list[int]] = [[] for _ in range(count)]
        self._pull = [0] * count
        """Of what lies beyond an item: how many edges leave it to below, less those that come from above."""
        for number, (upper, lower, weight) in enumerate(edges):
            self._edges_of[upper].append(number)
            self._edges_of[lower].append(number)
            self._pull[upper] += weight
            self._pull[lower] -= weight
        self._own = self._pull.copy()
        self._parent = [-1] * count
        self._by = [-1] * count
        """The edge of the tree that leads from each item to its parent."""
        self._children: list[set[int]] = [set() for _ in range(count)]
        self._at = 0
        for item in reversed(self._grow(count)):
            if self._parent[item] >= 0:
                self._pull[self._parent[item]] += self._pull[item]

    def turn(self) -> bool:
        """Let what lies beyond one item move to where its edges are shorter; gives whether any wants to."""
        item = self._leaving()
        if item is None:
            return False
        beyond = self._beyond(item)
        inside = set(beyond)
        down = self._upper[self._by[item]] == item
        # The edges to below are the more where it hangs by one: up or down, until another edge is as short as can be.
        ends, others = (self._lower, self._upper) if down else (self._upper, self._lower)
        entering, least = -1, 1 << 60
        for one in beyond:
            for edge in self._edges_of[one]:
                if ends[edge] == one and others[edge] not in inside:
                    slack = self._slack(edge)
                    if slack < least:
                        entering, least = edge, slack
        if entering < 0:
            return False
        for one in beyond:
            self.row[one] += -least if down else least
        self._hang(item, entering, ends[entering], others[entering])
        return True

    def balance(self) -> None:
        """Move each item that is as well on several rows to the one that holds the fewest, for that makes for fewer crossings."""
        full: dict[int, int] = {}
        for row in self.row:
            full[row] = full.get(row, 0) + 1
        for item, edges in enumerate(self._edges_of):
            above = [self.row[self._upper[edge]] for edge in edges if self._lower[edge] == item]
            below = [self.row[self._lower[edge]] for edge in edges if self._upper[edge] == item]
            if not above or not below or self._own[item]:
                continue
            rows = range(max(above) + 1, min(below))
            best = min(rows, key=lambda row: (full.get(row, 0) - (row == self.row[item]), row))
            full[self.row[item]] -= 1
            full[best] = full.get(best, 0) + 1
            self.row[item] = best

    def _slack(self, edge: int) -> int:
        return self.row[self._lower[edge]] - self.row[self._upper[edge]] - 1

    def _grow(self, count: int) -> list[int]:
        """Join everything, from item 0 on: along tight edges, and where there are none, move what is joined to the nearest."""
        inside = [False] * count
        inside[0] = True
        members, waiting = [0], [0]
        while len(members) < count:
            while waiting:
                item = waiting.pop()
                for edge in self._edges_of[item]:
                    other = self._lower[edge] if self._upper[edge] == item else self._upper[edge]
                    if not inside[other] and not self._slack(edge):
                        inside[other] = True
                        members.append(other)
                        waiting.append(other)
                        self._join(other, item, edge)
            border = [
                e for item in members for e in self._edges_of[item] if inside[self._upper[e]] != inside[self._lower[e]]
            ]
            if not border:
                break
            nearest = min(border, key=self._slack)
            above = inside[self._upper[nearest]]
            by = self._slack(nearest) if above else -self._slack(nearest)
            for item in members:
                self.row[item] += by
            waiting = [self._upper[nearest] if above else self._lower[nearest]]
        return members

    def _join(self, item: int, parent: int, edge: int) -> None:
        self._parent[item], self._by[item] = parent, edge
        self._children[parent].add(item)

    def _leaving(self) -> int | None:
        """Give an item of which what lies beyond wants to move, of those next in turn the one that wants it most."""
        count, best, most, seen = len(self.row), None, 0, 0
        for step in range(count):
            item = (self._at + step) % count
            edge = self._by[item]
            if edge < 0:
                continue
            want = -self._pull[item] if self._upper[edge] == item else self._pull[item]
            if want > 0:
                seen += 1
                if want > most:
                    best, most = item, want
                if seen == LOOK_AT:
                    break
        self._at = (self._at + step + 1) % count
        return best

    def _beyond(self, item: int) -> list[int]:
        found = [item]
        for one in found:  # grows while it is read
            found.extend(self._children[one])
        return found

    def _hang(self, item: int, edge: int, inner: int, outer: int) -> None:
        """Take what lies beyond *item* off the tree, and hang it up by *edge*, from *inner* to *outer* of the rest."""
        pull, parent = self._pull, self._parent
        moved = pull[item]
        above = parent[item]
        while above >= 0:
            pull[above] -= moved
            above = parent[above]
        self._children[parent[item]].discard(item)
        # What was above the new end of the edge now lies beyond it, step by step up to the old end.
        child, holder, by, before = inner, outer, edge, 0
        while True:
            up, up_by, own = parent[child], self._by[child], pull[child]
            pull[child] = moved if child == inner else moved - before
            before = own
            self._join(child, holder, by)
            if child == item:
                break
            self._children[up].discard(child)
            child, holder, by = up, child, up_by
        above = outer
        while above >= 0:
            pull[above] += moved
            above = parent[above]
