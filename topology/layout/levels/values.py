"""What is asked of the layout and what it answers: frozen values that compare by identity and can be pickled."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Point = tuple[float, float]
Rect = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Kind = TypeVar("Kind", bound=np.generic)
BoxKind = Literal["service", "cycle"]


@dataclass(frozen=True, slots=True)
class Spacing:
    """Sizes of cards and of the least room between things, in whatever unit the caller draws in."""

    width: float = 176.0
    height: float = 62.0
    gap_x: float = 28.0
    gap_y: float = 34.0
    frame_x: float = 16.0
    frame_top: float = 26.0
    frame_bottom: float = 14.0
    lane: float = 12.0


class LayoutCancelledError(Exception):
    """The layout was no longer wanted and stopped half way; nothing came of it."""


class DamagedLayoutError(Exception):
    """Bytes are not a layout of this graph in this version's form; the text is a sentence that says why."""


@dataclass(frozen=True, eq=False)
class Request:
    """A graph to lay out: nodes by position, edges from dependent to what it needs.

    Put edges first that should lead down where a cycle forces one to lead up. Loops and repeated edges are welcome. *top* are
    positions kept on the first row where nothing needs them, as externals are. *pins* are centres set by hand, by the name of
    the drawn node. *aspect* is the width wanted for a height of 1. Lengths are in the unit of *spacing*.

    Raises:
        ValueError: two nodes have the same name, lengths differ, or an edge leads to a node that is not there.
    """

    names: tuple[str, ...]
    edges: NDArray[np.int32]
    groups: tuple[str | None, ...] = ()
    top: frozenset[int] = frozenset()
    spacing: Spacing = field(default_factory=Spacing)
    aspect: float = 1.9
    enough: float = 0.0
    """The height of a picture of this *aspect* that need not be any smaller: it is not cut for that."""
    closed_groups: frozenset[str] = frozenset()
    closed_cycles: frozenset[str] = frozenset()
    """Names as those of `Box`: `cycle:` and the cycle's first member."""
    pins: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what cannot be laid out."""
        if len(set(self.names)) != len(self.names):
            raise ValueError("two nodes have the same name")
        if self.groups and len(self.groups) != len(self.names):
            raise ValueError(f"{len(self.groups)} groups for {len(self.names)} nodes")
        edges = np.asarray(self.edges, np.int32).reshape(-1, 2)
        if len(edges) and not (edges.min() >= 0 and edges.max() < len(self.names)):
            raise ValueError("an edge leads to a node that is not there")
        object.__setattr__(self, "edges", _fixed(edges))


@dataclass(frozen=True, slots=True)
class Box:
    """A service or a cycle. *members* are positions in the request; *rect* is the card when the box is closed.

    A cycle across several services has no box of its own while it is open: *exclusive* is then false and *rect* is the hull.
    """

    name: str
    kind: BoxKind
    label: str
    members: tuple[int, ...]
    rect: Rect
    is_open: bool
    exclusive: bool = True


@dataclass(frozen=True, eq=False)
class Arrangement:
    """Where everything is: x to the right, y down, from (0, 0) to (*width*, *height*); arrays are read-only.

    The route of drawn edge k is `points[starts[k]:starts[k + 1]]`, from the border of the dependent to that of what it needs.
    The *lane* arrays say where long edges pass, which keeps them in place when the graph is edited.
    """

    names: tuple[str, ...]
    """Of the drawn nodes: a node's own, or that of the closed box it stands for."""
    node_of: NDArray[np.int32]
    """The drawn node of each node of the request."""
    centres: Floats
    layers: NDArray[np.int32]
    """The row from the top, inside the innermost open box."""
    strips: NDArray[np.int32]
    """Which strip the node is in, where the innermost open box, or what is in none, was too deep and is cut."""
    box_strips: NDArray[np.int32]
    """The same of boxes that are open, 0 for others."""
    edges: NDArray[np.int32]
    """Pairs of drawn nodes, each once."""
    counts: NDArray[np.int32]
    """How many edges of the request each stands for."""
    edge_of: NDArray[np.int32]
    """The drawn edge of each edge of the request, -1 for those inside a closed box."""
    upward: Bools
    points: NDArray[np.float32]
    starts: Ints
    boxes: tuple[Box, ...]
    width: float
    height: float
    spacing: Spacing
    key: str
    """The digest of the request's structure."""
    lane_names: tuple[str, ...] = ()
    lane_marks: Ints = field(default_factory=lambda: np.zeros((0, 4), np.int64))
    lane_x: Floats = field(default_factory=lambda: np.zeros(0))
    free: Floats = field(default_factory=lambda: np.zeros((0, 2)))
    """Centres as they would be without pins."""
    free_boxes: Floats = field(default_factory=lambda: np.zeros((0, 4)))
    """Rectangles of the boxes as they would be without pins."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for name in ARRAYS:
            object.__setattr__(self, name, _fixed(getattr(self, name)))


ARRAYS = (
    "node_of", "centres", "layers", "strips", "box_strips", "edges", "counts", "edge_of", "upward", "points", "starts",
    "lane_marks", "lane_x", "free", "free_boxes",
)  # fmt: skip


def _fixed(array: NDArray[Kind]) -> NDArray[Kind]:
    fixed = np.array(array)
    fixed.setflags(write=False)
    return fixed
