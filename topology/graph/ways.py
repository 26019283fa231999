"""Finding one's way in a graph: what lies within so many steps of a node, and the shortest way from one to another.

Nodes are names; a link is (dependent, needs).
"""

from collections import deque
from collections.abc import Iterable
from enum import Enum

Link = tuple[str, str]


class Direction(Enum):
    """Along which links: to what a node needs, to what needs it, or both."""

    NEEDS = "needs"
    NEEDED_BY = "needed by"
    BOTH = "both"


class Ways:
    """Answers questions about the links of one graph."""

    def __init__(self, names: Iterable[str], links: Iterable[Link]) -> None:
        self.needs: dict[str, list[str]] = {name: [] for name in names}
        self.needed_by: dict[str, list[str]] = {name: [] for name in self.needs}
        for dependent, need in links:
            self.needs[dependent].append(need)
            self.needed_by[need].append(dependent)

    def near(self, start: str, hops: int, way: Direction) -> frozenset[str]:
        """Give the nodes within *hops* links of *start*, itself among them; along one direction all the way, or both ways.

        Both ways means up or down from *start*: not to the other dependents of what it needs.
        """
        found = {start}
        for nexts in self._directions(way):
            seen, edge = {start}, [start]
            for _ in range(hops):
                edge = list(dict.fromkeys(other for name in edge for other in nexts[name] if other not in seen))
                seen.update(edge)
            found |= seen
        return frozenset(found)

    def path(self, start: str, end: str) -> tuple[str, ...]:
        """Give a shortest way from *start* to *end* along needs, else the other way round; empty where neither needs the other."""
        return self._path(start, end) or self._path(end, start)

    def _directions(self, way: Direction) -> tuple[dict[str, list[str]], ...]:
        if way is Direction.NEEDS:
            return (self.needs,)
        if way is Direction.NEEDED_BY:
            return (self.needed_by,)
        return self.needs, self.needed_by

    def _path(self, start: str, end: str) -> tuple[str, ...]:
        came_from: dict[str, str | None] = {start: None}
        queue = deque([start])
        while queue:
            name = queue.popleft()
            if name == end:
                way = [name]
                while (before := came_from[way[-1]]) is not None:
                    way.append(before)
                return tuple(reversed(way))
            for need in self.needs[name]:
                if need not in came_from:
                    came_from[need] = name
                    queue.append(need)
        return ()
