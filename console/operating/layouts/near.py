"""Lays out a part of an outline as if there was nothing else, for a look at a few nodes; all others keep a place below it."""

from collections.abc import Collection
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from console.operating.layouts.placed import PlacedGraph, in_order, placed
from topology.graph.outline import Outline, OutlineLink, OutlineNode
from topology.layout import Point


class _Part:
    """Some nodes of an outline, and the links between them."""

    def __init__(self, outline: Outline, shown: Collection[str]) -> None:
        self.nodes: tuple[OutlineNode, ...] = tuple(node for node in outline.nodes if node.name in shown)
        self.links: tuple[OutlineLink, ...] = tuple(
            link for link in outline.links if link.dependent in shown and link.needs in shown
        )

    @cached_property
    def index(self) -> dict[str, int]:
        return {node.name: number for number, node in enumerate(self.nodes)}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.index)


def near(outline: Outline, shown: Collection[str], room: Point) -> PlacedGraph:
    """Give places for all of *outline*, of which those *shown* fill a view of *room*."""
    part = _Part(outline, shown)
    made = placed(part, room=room)
    here = np.array([outline.index[name] for name in part.names], np.int64)
    centres = _below(len(outline.nodes), made)
    centres[here] = made.centres
    pieces: list[NDArray[np.float64]] = []
    number = 0
    for link in in_order(outline):
        if link.dependent in part.index and link.needs in part.index:
            pieces.append(made.points[made.starts[number] : made.starts[number + 1]])
            number += 1
        else:
            pieces.append(centres[[outline.index[link.dependent], outline.index[link.needs]]])
    starts = np.concatenate(([0], np.cumsum([len(piece) for piece in pieces], dtype=np.int64)))
    points = np.concatenate([np.zeros((0, 2)), *pieces])
    size = made.width, made.height, made.spacing
    return PlacedGraph(centres, points, starts, made.frames, *size, made.aspect, made.room, made.enough)


def _below(count: int, made: PlacedGraph) -> NDArray[np.float64]:
    """Give a place below the picture to every node, for when one that is not in it has to be drawn."""
    wide, high = made.spacing.width + made.spacing.gap_x, made.spacing.height + made.spacing.gap_y
    in_row = max(1, int(made.width / wide))
    number = np.arange(count)
    return np.column_stack([(number % in_row + 0.5) * wide, made.height + (number // in_row + 1) * high])
