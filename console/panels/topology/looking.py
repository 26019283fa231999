"""What the operator looks at in the topology: neighbours of a node, a way between two, and the views they came from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from console.panels.topology.geometry.camera import Camera
from console.panels.topology.geometry.scene import TopologyScene
from console.words.writing import literal, plural
from topology.graph.ways import Direction

MOST_VIEWS = 50
"""Views that are remembered in each direction."""
MOST_HOPS = 9


@dataclass(frozen=True, slots=True)
class Focus:
    """Only *name* and what is within *hops* links of it is drawn."""

    name: str
    hops: int = 1
    way: Direction = Direction.BOTH

    def words(self, label: str) -> str:
        """Say what is drawn."""
        direction = {Direction.BOTH: "up and down", Direction.NEEDS: "down", Direction.NEEDED_BY: "up"}[self.way]
        return f"{label} and {plural(self.hops, 'hop')} {direction}"


@dataclass(frozen=True, slots=True)
class ViewState:
    """One view that can be come back to; *way* names the nodes of a way that is shown."""

    camera: Camera
    fitted: bool = True
    selection: str | None = None
    focus: Focus | None = None
    way: tuple[str, ...] = ()


class ViewHistory:
    """The views one came from, and those one went back from."""

    def __init__(self) -> None:
        self._back: list[ViewState] = []
        self._forward: list[ViewState] = []

    def leave(self, look: ViewState) -> None:
        """Remember a view before another one is gone to; what was ahead is forgotten."""
        if self._back and self._back[-1] == look:
            return
        self._back = [*self._back, look][-MOST_VIEWS:]
        self._forward.clear()

    def back(self, now: ViewState) -> ViewState | None:
        """Give the view one came from, or None."""
        return self._step(self._back, self._forward, now)

    def forward(self, now: ViewState) -> ViewState | None:
        """Give the view one went back from, or None."""
        return self._step(self._forward, self._back, now)

    def clear(self) -> None:
        """Forget all, as another region is shown."""
        self._back, self._forward = [], []

    @staticmethod
    def _step(source: list[ViewState], target: list[ViewState], now: ViewState) -> ViewState | None:
        while source:
            look = source.pop()
            if look != now:
                target.append(now)
                return look
        return None


def hidden_by(scene: TopologyScene, focus: Focus | None) -> frozenset[str]:
    """Give the nodes that a focus leaves out."""
    if focus is None or focus.name not in scene.index:
        return frozenset()
    return frozenset(scene.names) - scene.ways.near(focus.name, focus.hops, focus.way)


def with_hops(focus: Focus | None, selection: str, hops: int) -> Focus:
    """Give the focus for a number of hops, on what is focused already or else on what is selected."""
    hops = max(1, min(MOST_HOPS, hops))
    return replace(focus, hops=hops) if focus is not None else Focus(selection, hops)


def turned(focus: Focus | None, selection: str, way: Direction) -> Focus:
    """Give the focus in one direction, or in both where it was this one already."""
    if focus is None:
        return Focus(selection, way=way)
    return replace(focus, way=Direction.BOTH if focus.way is way else way)


def breadcrumb(scene: TopologyScene, focus: Focus | None, way: Sequence[str]) -> tuple[str, ...]:
    """Say in parts what is left out or set aside, and how to see all again; nothing vanishes silently."""
    outline = scene.outline
    parts = []
    if scene.hidden:
        # First, so that it is what is left where there is little room.
        hidden = sum(len(scene.outline.nodes[scene.index[name]].members) for name in scene.hidden)
        parts.append(f"{hidden:,} of {len(scene.outline.node_of):,} hidden")
    if focus is not None and focus.name in outline.index:
        parts.append(focus.words(literal(outline.nodes[outline.index[focus.name]].label)))
    if way:
        numbers = (outline.index.get(name) for name in way)
        parts.append(" → ".join("?" if number is None else literal(outline.nodes[number].label) for number in numbers))
    if parts:
        parts.append("Esc shows all")
    closed = outline.closed
    if closed:
        parts.append(f"{plural(closed, 'box')} closed" if closed == 1 else f"{closed:,} boxes closed")
    return tuple(parts)


def troubled(scene: TopologyScene, order: Sequence[int], selection: str | None, step: int) -> str | None:
    """Give the next node of *order*, given as positions, from the *selection* on; of none selected the first, or the last."""
    names = [scene.names[number] for number in order]
    if not names:
        return None
    if selection in names:
        return names[(names.index(selection) + step) % len(names)]
    return names[0] if step > 0 else names[-1]
