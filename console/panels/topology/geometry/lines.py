"""The links of the topology as they are drawn: their joints, curves and words, for one shape of the scene."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from console.panels.topology.geometry.curves import ARROW, Curve, bend, direct
from console.panels.topology.geometry.shape import Floats, Numbers, SceneBase, SceneShape

SIDEWAYS = 0.28
"""How far from the middle an edge that leads up meets a card, as a part of its width: so it never lies on one that leads down."""
HEAD = 0.3
"""Half the width of an arrow head, as a part of the room between two rows."""
VIEW = (1800.0, 1300.0)
"""Pixels across and down of a usual picture, for which links are counted."""
FEW_LABELS = 400
"""So many words of edges are kept apart from each other; more are only kept off the cards."""
Key = tuple[str, str]
_LABEL_TRIES = (46.0, 60.0, 34.0, 80.0, 110.0, 150.0)


@dataclass(frozen=True, slots=True)
class SceneLink:
    """An edge as it is drawn: from the dependent to what it needs; *count* are the edges that it stands for."""

    key: Key
    hard: bool
    operations: tuple[str, ...] = ()
    """Those it is for, empty for all."""
    count: int = 1
    observed: bool = False
    """Whether it was only seen, and nobody stated it."""

    @property
    def label(self) -> str:
        """The words beside it."""
        return ", ".join(self.operations)


class SceneLines:
    """Where the links of a base are in a shape of it."""

    def __init__(
        self, base: SceneBase, shape: SceneShape, links: Mapping[Key, SceneLink], number: Mapping[Key, int]
    ) -> None:
        self._base, self._shape, self._links, self._number = base, shape, links, number

    @cached_property
    def joints(self) -> tuple[Floats, Numbers]:
        """The points that each link passes, from middle to middle, all in one column, and where those of each link begin."""
        points, starts = self._base.places.points, self._base.places.starts
        points = points * self._shape.stretch
        if not self._shape.pins or not len(self._base.ends):
            return points, starts
        # A link of a card that was moved by hand goes straight.
        moved = np.zeros(len(self._base.names), bool)
        moved[[self._base.index[name] for name in self._shape.pins]] = True
        straight = moved[self._base.ends].any(axis=1)
        lengths = np.where(straight, 2, np.diff(starts))
        kept = np.repeat(~straight, np.diff(starts))
        fresh = np.r_[0, np.cumsum(lengths)]
        joined = np.empty((int(fresh[-1]), 2))
        is_new = np.repeat(straight, lengths)
        joined[~is_new] = points[kept]
        joined[is_new] = self._shape.centres[self._base.ends[straight]].reshape(-1, 2)
        return joined, fresh

    @cached_property
    def segments(self) -> tuple[Floats, Numbers]:
        """The straight pieces of all links, each as x, y, x, y, and the link that each is of."""
        points, starts = self.joints
        if not len(self._base.ends):
            return np.empty((0, 4)), np.empty(0, np.int64)
        owner = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        inner = owner[1:] == owner[:-1]
        pieces = np.hstack([points[:-1][inner], points[1:][inner]])
        return pieces, owner[1:][inner]

    @cached_property
    def link_rects(self) -> Floats:
        """A rectangle round each link, arrow head and bends included."""
        points, starts = self.joints
        if not len(self._base.ends):
            return np.empty((0, 4))
        room = (self._base.card[0] / 2, self._base.card[1] / 2 + self._base.places.spacing.gap_y)
        lowest, highest = (edge.reduceat(points, starts[:-1]) for edge in (np.minimum, np.maximum))
        return np.hstack([lowest - room, highest + room])

    def links_at(self, zoom: float) -> float:
        """Estimate how many links a view of this zoom holds; the same wherever it is, so that a pan changes nothing."""
        bounds = self._shape.bounds
        across, down = (
            min(1.0, room / max(length * zoom, 1.0))
            for room, length in ((VIEW[0], bounds.width()), (VIEW[1], bounds.height()))
        )
        return len(self._base.ends) * across * down

    def curve(self, key: Key) -> Curve:
        """Give the line of a link."""
        found = self._curves.get(key)
        if found is None:
            found = self._curves[key] = self._curve(key)
        return found

    def label_spot(self, key: Key) -> QPointF:
        """Give where the words of a link go: on its line near the dependent, away from cards and other words."""
        return self._label_spots.get(key) or self._label_place(key, ())

    @cached_property
    def _label_spots(self) -> dict[Key, QPointF]:
        spots: dict[Key, QPointF] = {}
        labelled = [key for key, link in self._links.items() if link.operations]
        if len(labelled) <= FEW_LABELS:
            for key in labelled:
                spots[key] = self._label_place(key, spots.values())
        return spots

    @cached_property
    def _curves(self) -> dict[Key, Curve]:
        return {}

    def _label_place(self, key: Key, others: Iterable[QPointF]) -> QPointF:
        path = self.curve(key).path
        length = path.length()
        tries = [path.pointAtPercent(path.percentAtLength(min(length * 0.5, at))) for at in _LABEL_TRIES]
        return next((spot for spot in tries if self._is_free(spot, others)), tries[0])

    def _is_free(self, spot: QPointF, others: Iterable[QPointF]) -> bool:
        box = QRectF(spot.x() - 24, spot.y() - 9, 48, 18)
        return not len(self._shape.cards_in(box)) and not any(box.contains(other) for other in others)

    def _curve(self, key: Key) -> Curve:
        size = min(ARROW, HEAD * self._base.places.spacing.gap_y)
        if key[0] in self._shape.pins or key[1] in self._shape.pins:
            return direct(self._shape.cards[key[0]], self._shape.cards[key[1]], size)
        joints, starts = self.joints
        number = self._number[key]
        points = [QPointF(x, y) for x, y in joints[int(starts[number]) : int(starts[number + 1])].tolist()]
        # A line of a graph that is cut into strips may leave downwards and arrive from above, and yet lead up.
        leaves, arrives = points[0].y() < points[1].y(), points[-2].y() < points[-1].y()
        if not leaves and not arrives:
            aside = QPointF(self._base.card[0] * SIDEWAYS, 0)
            points[0], points[-1] = points[0] + aside, points[-1] + aside
        half = QPointF(0, self._base.card[1] / 2)
        path = QPainterPath(points[0] + (half if leaves else -half))
        for point in points[1:-1]:
            bend(path, point)
        tip = points[-1] - (half if arrives else -half)
        bend(path, tip)
        return Curve(path, tip, QPointF(0, 1 if arrives else -1), size)
