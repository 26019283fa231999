"""The layout of an outline, in arrays that belong to it: what the scene is built from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topology.layout import Frame, Layout, LayoutNode, Point, Spacing, layout
from topology.outline import Outline

SPACING = Spacing(width=184.0, height=62.0, gap_x=18.0, gap_y=28.0, frame_x=14.0, frame_top=23.0, frame_bottom=12.0)


@dataclass(frozen=True, slots=True)
class Placed:
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
    places: Placed

    def centres_for(self, outline: Outline) -> dict[str, Point]:
        """Give where the nodes of another outline of the region were: in their box where it was closed, or amid its members."""
        x, y = self.places.centres[:, 0].tolist(), self.places.centres[:, 1].tolist()
        names = {subsystem.name: number for number, subsystem in enumerate(self.outline.region.subsystems)}
        subsystems = outline.region.subsystems
        found: dict[str, Point] = {}
        for node in outline.nodes:
            members = [names[subsystems[member].name] for member in node.members if subsystems[member].name in names]
            at = {self.outline.node_of[member] for member in members}
            if at:
                found[node.name] = sum(x[one] for one in at) / len(at), sum(y[one] for one in at) / len(at)
        return found


def placed(outline: Outline, before: Before | None = None, go_on: Callable[[], bool] = lambda: True) -> Placed:
    """Lay out an outline, like the picture *before* where there is one: milliseconds for a hundred nodes, seconds for ten thousand.

    Raises:
        LayoutCancelled: *go_on* said no.
    """
    nodes = [LayoutNode(node.name, node.group, node.external) for node in outline.nodes]
    keys = [(link.dependent, link.needs) for link in sorted(outline.links, key=lambda link: not link.hard)]
    was = before.centres_for(outline) if before is not None else None
    return in_arrays(layout(nodes, keys, SPACING, before=was, go_on=go_on), outline.names, keys)


def in_arrays(made: Layout, names: tuple[str, ...], keys: list[tuple[str, str]]) -> Placed:
    """Put a layout into arrays, in the order of *names* and *keys*."""
    centres = np.array([made.centres[name] for name in names], float).reshape(-1, 2)
    routes = [made.routes[key] for key in keys]
    starts = np.r_[0, np.cumsum([len(route) for route in routes], dtype=np.int64)]
    points = np.array([point for route in routes for point in route], float).reshape(-1, 2)
    return Placed(centres, points, starts, made.frames, made.width, made.height)
