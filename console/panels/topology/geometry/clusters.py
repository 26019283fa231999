"""Cards gathered, so that the links between two gatherings can be drawn as one."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from console.panels.topology.geometry.shape import Floats, Numbers, SceneShape
from topology.graph.outline import Outline
from topology.layout import Spacing

BUNDLE_CELL = (3, 4)
"""Cards, across and down, that are taken together where they are in no group."""


class SceneClusters:
    """The clusters of an outline's nodes in one shape, by their level."""

    def __init__(self, outline: Outline, shape: SceneShape, spacing: Spacing) -> None:
        self._outline, self._shape, self._spacing = outline, shape, spacing

    def at_level(self, level: int) -> tuple[Numbers, Floats]:
        """Gather cards: those of a group, and others by their place; at a level above 0 all by place, twice as coarse each time.

        Gives each card's cluster, and the middle of each cluster.
        """
        found = self._clusters.get(level)
        if found is None:
            found = self._clusters[level] = self._gathered(level)
        return found

    def width(self, level: int) -> float:
        """Give how far apart clusters of a level are at least; those of groups are as far as it happens."""
        return 2.0 ** max(level - 1, 0) * BUNDLE_CELL[0] * (self._spacing.width + self._spacing.gap_x)

    @cached_property
    def bundles(self) -> dict[int, tuple[Floats, NDArray[np.bool_]]]:
        """The bundles of links by the level of their clusters, as they were made for painting."""
        return {}

    @cached_property
    def _clusters(self) -> dict[int, tuple[Numbers, Floats]]:
        return {}

    def _gathered(self, level: int) -> tuple[Numbers, Floats]:
        groups = {group: number for number, group in enumerate(self._shape.frames)} if level == 0 else {}
        across, down = BUNDLE_CELL
        scale = 2 ** max(level - 1, 0)
        space = self._spacing
        cell = scale * across * (space.width + space.gap_x), scale * down * (space.height + space.gap_y)
        column, row = np.floor(self._shape.centres / cell).astype(np.int64).T
        by_place = len(groups) + (column - column.min()) * 1_000_000 + (row - row.min())
        of_group = [groups.get(node.group or "", -1) for node in self._outline.nodes]
        wanted = np.where(np.array(of_group) >= 0, of_group, by_place)
        _, cluster = np.unique(wanted, return_inverse=True)
        counts = np.bincount(cluster)
        middles = np.stack([np.bincount(cluster, self._shape.centres[:, axis]) / counts for axis in (0, 1)], axis=1)
        return cluster, middles
