"""What is where in the topology: cards, frames and the curves between them, in pixels at a zoom of 1.

Places come from `topology.layout`; what the operator moved by hand stays where it was put. Kept in arrays, since ten thousand cards
and fifty thousand links have to be looked through for every frame; what a painter needs of one of them is made when it is in view.
Nothing here paints or listens.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from console.operating.layouts.placed import SPACING, PlacedGraph, placed
from console.panels.topology.geometry.curves import Curve, bend, direct
from topology.graph.outline import Outline, boxes_of, outline_of
from topology.graph.ways import Ways
from topology.layout.rows.layout import Point
from topology.region.region import Region

SIDEWAYS = 0.28
"""How far from the middle an edge that leads up meets a card, as a part of its width: so it never lies on one that leads down."""
BUNDLE_CELL = (3, 4)
"""Cards, across and down, that are taken together where they are in no group."""
VIEW = (1800.0, 1300.0)
"""Pixels across and down of a usual picture, for which links are counted."""
FEW_LABELS = 400
"""So many words of edges are kept apart from each other; more are only kept off the cards."""
Key = tuple[str, str]
Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SceneLink:
    """An edge as it is drawn: from the dependent to what it needs; *count* are the edges that it stands for."""

    key: Key
    hard: bool
    operations: tuple[str, ...] = ()
    """Those it is for, empty for all."""
    count: int = 1

    @property
    def label(self) -> str:
        """The words beside it."""
        return ", ".join(self.operations)


class _Cards(Mapping[str, QRectF]):
    """The rectangle of each card, made when asked for."""

    def __init__(self, index: Mapping[str, int], rects: Floats) -> None:
        self._index, self._rects = index, rects

    def __getitem__(self, name: str) -> QRectF:
        left, top, right, bottom = self._rects[self._index[name]].tolist()
        return QRectF(left, top, right - left, bottom - top)

    def __iter__(self) -> Iterator[str]:
        return iter(self._index)

    def __len__(self) -> int:
        return len(self._index)


class TopologyScene:
    """An outline of one region, laid out once; `stretch` sets it apart to fill a view, `pin` moves one card."""

    def __init__(self, region: Region, outline: Outline | None = None, places: PlacedGraph | None = None) -> None:
        self.outline = outline or outline_of(region, boxes_of(region), ())
        self.names = self.outline.names
        self.index = self.outline.index
        self.group_of = {node.name: node.group for node in self.outline.nodes if node.group is not None}
        self.links = {
            (link.dependent, link.needs): SceneLink(
                (link.dependent, link.needs), link.hard, link.operations, link.count
            )
            for link in sorted(self.outline.links, key=lambda link: not link.hard)
        }
        self.ways = Ways(self.names, self.links)
        ends = [(self.index[one], self.index[other]) for one, other in self.links]
        self.ends: Numbers = np.array(ends, np.int64).reshape(-1, 2)
        """For each link the positions of its dependent and of what that needs."""
        self.hard = np.array([link.hard for link in self.links.values()], bool)
        self.keys = tuple(self.links)
        self._number = {key: number for number, key in enumerate(self.keys)}
        self.places = places or placed(self.outline)
        """Where the layout has everything, before stretching and pins."""
        self._stretch: Point = (1.0, 1.0)
        self.hidden: frozenset[str] = frozenset()
        """Nodes that are not drawn, because the operator looks at others."""
        self.pins: dict[str, Point] = {}
        """Cards that were put somewhere by hand: their middles, before stretching."""
        self.version = 0
        """Rises whenever something is elsewhere, or is hidden or shown."""

    @property
    def size(self) -> Point:
        """Width and height before stretching."""
        return self.places.width, self.places.height

    def stretch(self, wide: float, high: float) -> None:
        """Set everything apart by factors of at least 1; cards keep their size."""
        if (wide, high) != self._stretch:
            self._stretch = wide, high
            self._forget()

    def hide(self, names: Collection[str]) -> None:
        """Leave nodes out, and what hangs on them; the others stay where they are."""
        self.hidden = frozenset(names)
        self._forget()

    def pin(self, name: str, centre: QPointF) -> None:
        """Put a card at *centre*, where it stays."""
        half_x, half_y = SPACING.width / 2, SPACING.height / 2
        wide, high = self._stretch
        self.pins[name] = (half_x + (centre.x() - half_x) / wide, half_y + (centre.y() - half_y) / high)
        self._forget()

    def unpin(self, names: Iterable[str]) -> None:
        """Let cards go back to where the layout has them."""
        for name in names:
            self.pins.pop(name, None)
        self._forget()

    def restore(self, pins: Mapping[str, Point]) -> None:
        """Pin what was remembered; names that are not drawn are left out."""
        self.pins = {name: pins[name] for name in self.names if name in pins}
        self._forget()

    # ---- where things are

    @cached_property
    def shown(self) -> NDArray[np.bool_]:
        """Which nodes are drawn."""
        shown = np.ones(len(self.names), bool)
        shown[[self.index[name] for name in self.hidden if name in self.index]] = False
        return shown

    @cached_property
    def linked(self) -> NDArray[np.bool_]:
        """Which links are drawn: both ends are."""
        linked: NDArray[np.bool_] = np.all(self.shown[self.ends], axis=1)
        return linked

    @cached_property
    def centres(self) -> Floats:
        """The middle of each card."""
        wide, high = self._stretch
        half = np.array([SPACING.width / 2, SPACING.height / 2])
        plain = self.places.centres
        if self.pins:
            plain = plain.copy()
            for name, place in self.pins.items():
                plain[self.index[name]] = place
        moved: Floats = half + (plain - half) * (wide, high)
        return moved

    @cached_property
    def rects(self) -> Floats:
        """The rectangle of each card: left, top, right, bottom."""
        half = np.array([SPACING.width / 2, SPACING.height / 2])
        return np.hstack([self.centres - half, self.centres + half])

    @cached_property
    def cards(self) -> Mapping[str, QRectF]:
        """The rectangle of each card by its name."""
        return _Cards(self.index, self.rects)

    @cached_property
    def frames(self) -> dict[str, QRectF]:
        """The rectangle round each group of two or more that is drawn; it grows with a member that was moved."""
        frames = {
            group: QRectF(f.left, f.top, f.right - f.left, f.bottom - f.top)
            for group, f in self.places.stretched_frames(*self._stretch).items()
        }
        for name in self.pins:
            frame = frames.get(self.group_of.get(name, ""))
            if frame is not None:
                around = self.cards[name].adjusted(
                    -SPACING.frame_x, -SPACING.frame_top, SPACING.frame_x, SPACING.frame_bottom
                )
                frames[self.group_of[name]] = frame.united(around)
        if self.hidden:
            drawn = {self.group_of.get(name) for name in self.names if name not in self.hidden}
            frames = {group: frame for group, frame in frames.items() if group in drawn}
        return frames

    @cached_property
    def bounds(self) -> QRectF:
        """The rectangle round everything that is drawn."""
        if self.hidden and self.shown.any():
            rects = self.rects[self.shown]
            left, top = rects[:, :2].min(axis=0).tolist()
            right, bottom = rects[:, 2:].max(axis=0).tolist()
            return QRectF(left, top, right - left, bottom - top).adjusted(-20, -20, 20, 20)
        width, height = self.places.stretched_size(*self._stretch)
        bounds = QRectF(0, 0, width, height)
        for name in self.pins:
            bounds = bounds.united(self.cards[name])
        for frame in self.frames.values():
            bounds = bounds.united(frame)
        return bounds

    @cached_property
    def joints(self) -> tuple[Floats, Numbers]:
        """The points that each link passes, from middle to middle, all in one column, and where those of each link begin."""
        half = np.array([SPACING.width / 2, SPACING.height / 2])
        points, starts = self.places.points, self.places.starts
        points = half + (points - half) * self._stretch
        if not self.pins or not len(self.ends):
            return points, starts
        # A link of a card that was moved by hand goes straight.
        moved = np.zeros(len(self.names), bool)
        moved[[self.index[name] for name in self.pins]] = True
        straight = moved[self.ends].any(axis=1)
        lengths = np.where(straight, 2, np.diff(starts))
        kept = np.repeat(~straight, np.diff(starts))
        fresh = np.r_[0, np.cumsum(lengths)]
        joined = np.empty((int(fresh[-1]), 2))
        is_new = np.repeat(straight, lengths)
        joined[~is_new] = points[kept]
        joined[is_new] = self.centres[self.ends[straight]].reshape(-1, 2)
        return joined, fresh

    @cached_property
    def segments(self) -> tuple[Floats, Numbers]:
        """The straight pieces of all links, each as x, y, x, y, and the link that each is of."""
        points, starts = self.joints
        if not len(self.ends):
            return np.empty((0, 4)), np.empty(0, np.int64)
        owner = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        inner = owner[1:] == owner[:-1]
        pieces = np.hstack([points[:-1][inner], points[1:][inner]])
        return pieces, owner[1:][inner]

    @cached_property
    def link_rects(self) -> Floats:
        """A rectangle round each link, arrow head and bends included."""
        points, starts = self.joints
        if not len(self.ends):
            return np.empty((0, 4))
        room = (SPACING.width / 2, SPACING.height / 2 + SPACING.gap_y)
        lowest, highest = (edge.reduceat(points, starts[:-1]) for edge in (np.minimum, np.maximum))
        return np.hstack([lowest - room, highest + room])

    def clusters(self, level: int) -> tuple[Numbers, Floats]:
        """Gather cards: those of a group, and others by their place; at a level above 0 all by place, twice as coarse each time.

        Gives each card's cluster, and the middle of each cluster.
        """
        found = self._clusters.get(level)
        if found is None:
            found = self._clusters[level] = self._gathered(level)
        return found

    def cluster_width(self, level: int) -> float:
        """Give how far apart clusters of a level are at least; those of groups are as far as it happens."""
        return 2.0 ** max(level - 1, 0) * BUNDLE_CELL[0] * (SPACING.width + SPACING.gap_x)

    @cached_property
    def bundles(self) -> dict[int, tuple[Floats, NDArray[np.bool_]]]:
        """The bundles of links by the level of their clusters, as they were made for painting."""
        return {}

    def links_at(self, zoom: float) -> float:
        """Estimate how many links a view of this zoom holds; the same wherever it is, so that a pan changes nothing."""
        bounds = self.bounds
        across, down = (
            min(1.0, room / max(length * zoom, 1.0))
            for room, length in ((VIEW[0], bounds.width()), (VIEW[1], bounds.height()))
        )
        return len(self.ends) * across * down

    # ---- what is in view

    def cards_in(self, seen: QRectF) -> Numbers:
        """Give the positions of the cards that meet *seen*."""
        return np.flatnonzero(self.shown & _meet(self.rects, seen))

    def links_in(self, seen: QRectF) -> Numbers:
        """Give the positions of the links that may meet *seen*, soft ones first, so that hard ones lie on top."""
        found = np.flatnonzero(self.linked & _meet(self.link_rects, seen))
        return found[np.argsort(self.hard[found], kind="stable")]

    def number_of(self, key: Key) -> int | None:
        """Give the position of a link, or None where there is none."""
        return self._number.get(key)

    @cached_property
    def degree(self) -> Numbers:
        """How many links each node has."""
        return np.bincount(self.ends.ravel(), minlength=len(self.names))

    def curve(self, key: Key) -> Curve:
        """Give the line of a link."""
        found = self._curves.get(key)
        if found is None:
            found = self._curves[key] = self._curve(key)
        return found

    @cached_property
    def rows(self) -> list[list[str]]:
        """The cards that are drawn from top to bottom, each row from left to right."""
        rows: dict[float, list[int]] = {}
        for number in np.flatnonzero(self.shown).tolist():
            rows.setdefault(round(float(self.centres[number, 1])), []).append(number)
        x = self.centres[:, 0].tolist()
        return [[self.names[number] for number in sorted(rows[y], key=x.__getitem__)] for y in sorted(rows)]

    def needs(self, name: str) -> list[str]:
        """Give what a node needs, from left to right."""
        return sorted(self.ways.needs[name], key=self._x)

    def needed_by(self, name: str) -> list[str]:
        """Give what needs a node, from left to right."""
        return sorted(self.ways.needed_by[name], key=self._x)

    def label_spot(self, key: Key) -> QPointF:
        """Give where the words of a link go: on its line near the dependent, away from cards and other words."""
        return self._label_spots.get(key) or self._label_place(key, ())

    @cached_property
    def _label_spots(self) -> dict[Key, QPointF]:
        spots: dict[Key, QPointF] = {}
        labelled = [key for key, link in self.links.items() if link.operations]
        if len(labelled) <= FEW_LABELS:
            for key in labelled:
                spots[key] = self._label_place(key, spots.values())
        return spots

    def at(self, point: QPointF) -> str | None:
        """Give the card at a point; of two that overlap, the later one, which is painted on top."""
        found = self.cards_in(QRectF(point, point))
        return self.names[int(found[-1])] if len(found) else None

    def next(self, name: str, step: tuple[int, int]) -> str | None:
        """Give the card that a *step* to the right or down leads to: along an edge into the nearest row, or the neighbour."""
        if step[0]:
            row = next((row for row in self.rows if name in row), [name])
            at = row.index(name) + step[0]
            return row[at] if 0 <= at < len(row) else None
        middle = self.cards[name].center()
        others = [other for other in self.needs(name) + self.needed_by(name) if other not in self.hidden]
        away = {other: self.cards[other].center() - middle for other in others}
        there = [other for other, by in away.items() if by.y() * step[1] > 0]
        return min(there, key=lambda other: (abs(away[other].y()), abs(away[other].x()), away[other].x()), default=None)

    @cached_property
    def _curves(self) -> dict[Key, Curve]:
        return {}

    @cached_property
    def _clusters(self) -> dict[int, tuple[Numbers, Floats]]:
        return {}

    def _gathered(self, level: int) -> tuple[Numbers, Floats]:
        groups = {group: number for number, group in enumerate(self.frames)} if level == 0 else {}
        across, down = BUNDLE_CELL
        scale = 2 ** max(level - 1, 0)
        cell = scale * across * (SPACING.width + SPACING.gap_x), scale * down * (SPACING.height + SPACING.gap_y)
        column, row = np.floor(self.centres / cell).astype(np.int64).T
        by_place = len(groups) + (column - column.min()) * 1_000_000 + (row - row.min())
        of_group = [groups.get(node.group or "", -1) for node in self.outline.nodes]
        wanted = np.where(np.array(of_group) >= 0, of_group, by_place)
        _, cluster = np.unique(wanted, return_inverse=True)
        counts = np.bincount(cluster)
        middles = np.stack([np.bincount(cluster, self.centres[:, axis]) / counts for axis in (0, 1)], axis=1)
        return cluster, middles

    def _x(self, name: str) -> float:
        return float(self.centres[self.index[name], 0])

    def _label_place(self, key: Key, others: Iterable[QPointF]) -> QPointF:
        path = self.curve(key).path
        length = path.length()
        tries = [path.pointAtPercent(path.percentAtLength(min(length * 0.5, at))) for at in _LABEL_TRIES]
        return next((spot for spot in tries if self._is_free(spot, others)), tries[0])

    def _is_free(self, spot: QPointF, others: Iterable[QPointF]) -> bool:
        box = QRectF(spot.x() - 24, spot.y() - 9, 48, 18)
        return not len(self.cards_in(box)) and not any(box.contains(other) for other in others)

    def _curve(self, key: Key) -> Curve:
        if key[0] in self.pins or key[1] in self.pins:
            return direct(self.cards[key[0]], self.cards[key[1]])
        joints, starts = self.joints
        number = self._number[key]
        points = [QPointF(x, y) for x, y in joints[int(starts[number]) : int(starts[number + 1])].tolist()]
        down = points[0].y() < points[-1].y()
        if not down:
            aside = QPointF(SPACING.width * SIDEWAYS, 0)
            points[0], points[-1] = points[0] + aside, points[-1] + aside
        half = QPointF(0, SPACING.height / 2 if down else -SPACING.height / 2)
        path = QPainterPath(points[0] + half)
        for point in points[1:-1]:
            bend(path, point - half)
            path.lineTo(point + half)
        tip = points[-1] - half
        bend(path, tip)
        return Curve(path, tip, QPointF(0, 1 if down else -1))

    def _forget(self) -> None:
        self.version += 1
        for name in _DERIVED:
            self.__dict__.pop(name, None)


_DERIVED = tuple(name for name, kind in vars(TopologyScene).items() if isinstance(kind, cached_property))
_LABEL_TRIES = (46.0, 60.0, 34.0, 80.0, 110.0, 150.0)


def _meet(rects: Floats, seen: QRectF) -> NDArray[np.bool_]:
    """Mark the rectangles that touch or overlap *seen*."""
    found: NDArray[np.bool_] = (
        (rects[:, 0] <= seen.right())
        & (rects[:, 2] >= seen.left())
        & (rects[:, 1] <= seen.bottom())
        & (rects[:, 3] >= seen.top())
    )
    return found
