"""The layout of an outline, in arrays that belong to it: what the scene is built from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topology.graph.outline import Outline, OutlineLink
from topology.layout import Arrangement, Point, Request, Spacing, arrange

SPACING = Spacing(width=184.0, height=62.0, gap_x=18.0, gap_y=28.0, frame_x=14.0, frame_top=23.0, frame_bottom=12.0)
ALIKE = 0.6
"""The part of the nodes that two pictures share at least for one to be made like the other."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The rectangle round a service."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PlacedGraph:
    """Where everything is, from (0, 0) to (*width*, *height*): *centres* in the order of the outline's nodes.

    *points* are those that links pass, from middle to middle; those of link k are from *starts*[k] to *starts*[k + 1]. Links
    are ordered as the scene has them: hard ones first, then as in the outline.
    """

    centres: NDArray[np.float64]
    points: NDArray[np.float64]
    starts: NDArray[np.int64]
    frames: Mapping[str, Frame]
    width: float
    height: float
    arrangement: Arrangement | None = None
    """What a later picture of about the same graph is made like."""

    def stretched_size(self, wide: float, high: float) -> Point:
        """Give width and height when everything is set apart by these factors; the cards at the borders keep their size."""
        return (self.width - SPACING.width) * wide + SPACING.width, (
            self.height - SPACING.height
        ) * high + SPACING.height

    def stretched_frames(self, wide: float, high: float) -> dict[str, Frame]:
        """Give the frames when everything is set apart; their borders stay as far from the cards as they are."""
        half_x, half_y = SPACING.width / 2, SPACING.height / 2
        left, top, bottom = half_x + SPACING.frame_x, half_y + SPACING.frame_top, half_y + SPACING.frame_bottom
        frames = {}
        for group, frame in self.frames.items():
            first_x, last_x = (half_x + (x - half_x) * wide for x in (frame.left + left, frame.right - left))
            first_y, last_y = (half_y + (y - half_y) * high for y in (frame.top + top, frame.bottom - bottom))
            frames[group] = Frame(first_x - left, first_y - top, last_x + left, last_y + bottom)
        return frames


@dataclass(frozen=True, slots=True)
class Before:
    """A picture that another one should look like: its outline and its places."""

    outline: Outline
    places: PlacedGraph

    def is_like(self, outline: Outline) -> bool:
        """Say whether most of what is drawn was drawn before: else a picture like it would be full of gaps."""
        drawn, was = outline.index.keys(), self.outline.index.keys()
        return len(drawn & was) >= ALIKE * max(len(drawn), len(was))


def placed(outline: Outline, before: Before | None = None, go_on: Callable[[], bool] = lambda: True) -> PlacedGraph:
    """Lay out an outline, like the picture *before* where there is one: milliseconds for a hundred nodes, half a second for many.

    Raises:
        LayoutCancelledError: *go_on* said no.
    """
    previous = before.places.arrangement if before is not None and before.is_like(outline) else None
    return from_arrangement(arrange(request_of(outline), previous, cancelled=lambda: not go_on()))


def request_of(outline: Outline) -> Request:
    """Give what is asked of the layout for an outline of many nodes."""
    index = outline.index
    edges = [(index[link.dependent], index[link.needs]) for link in _in_order(outline)]
    return Request(
        outline.names,
        np.array(edges, np.int32).reshape(-1, 2),
        tuple(node.group for node in outline.nodes),
        frozenset(number for number, node in enumerate(outline.nodes) if node.external),
        SPACING,
    )


def from_arrangement(made: Arrangement) -> PlacedGraph:
    """Take over an arrangement, with routes from middle to middle in the order in which links were asked for."""
    points, starts = made.points.astype(float), made.starts
    if len(made.edges):
        points[starts[:-1]], points[starts[1:] - 1] = made.centres[made.edges[:, 0]], made.centres[made.edges[:, 1]]
    lengths = np.diff(starts)[made.edge_of]
    fresh = np.concatenate(([0], np.cumsum(lengths)))
    at = np.arange(int(fresh[-1])) - np.repeat(fresh[:-1] - starts[:-1][made.edge_of], lengths)
    frames = {
        box.label: Frame(*box.rect) for box in made.boxes if box.kind == "service" and box.is_open and box.exclusive
    }
    return PlacedGraph(made.centres, points[at], fresh, frames, made.width, made.height, made)


def _in_order(outline: Outline) -> list[OutlineLink]:
    """Give the links as they are laid out and drawn: hard ones first, which lead down where a cycle lets only some."""
    return sorted(outline.links, key=lambda link: not link.hard)
