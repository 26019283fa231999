"""What is where in the topology: what was laid out, and what the operator moved or hid of it, in pixels at a zoom of 1.

Places come from `topology.layout`; what the operator moved by hand stays where it was put. Kept in arrays, since ten thousand cards
and fifty thousand links have to be looked through for every frame; what a painter needs of one of them is made when it is in view.
Nothing here paints or listens.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from console.operating.layouts.placed import PlacedGraph, placed, short_name
from console.panels.topology.geometry.clusters import SceneClusters
from console.panels.topology.geometry.lines import Key, SceneLines, SceneLink
from console.panels.topology.geometry.shape import Numbers, SceneBase, SceneShape, meet
from console.words.writing import literal
from topology.graph.outline import Outline, boxes_of, outline_of
from topology.graph.ways import Ways
from topology.layout.levels.values import Point
from topology.region.region import Region


class TopologyScene:
    """An outline of one region, laid out once; `stretch` sets it apart to fill a view, `pin` moves one card."""

    def __init__(self, region: Region, outline: Outline | None = None, places: PlacedGraph | None = None) -> None:
        self.outline = outline or outline_of(region, boxes_of(region), ())
        self.names = self.outline.names
        self.index = self.outline.index
        group_of = {node.name: node.group for node in self.outline.nodes if node.group is not None}
        self.links = {
            (link.dependent, link.needs): SceneLink(
                (link.dependent, link.needs), link.hard, link.operations, link.count, link.observed
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
        self.whole = places or placed(self.outline)
        """Where the layout has everything, before stretching and pins."""
        self.places = self.whole
        """The same, or where everything is while only some of it is looked at."""
        self._stretch: Point = (1.0, 1.0)
        self.hidden: frozenset[str] = frozenset()
        """Nodes that are not drawn, because the operator looks at others."""
        self.pins: dict[str, Point] = {}
        """Cards that were put somewhere by hand: their middles, before stretching."""
        self._put: dict[str, Point] = {}
        """Cards that were moved while only some are looked at; forgotten with that look."""
        self.version = 0
        """Rises whenever something is elsewhere, or is hidden or shown."""
        self._base = SceneBase(self.names, self.index, self.ends, group_of, self.places)
        self._change()

    @property
    def size(self) -> Point:
        """Width and height before stretching."""
        return self.places.width, self.places.height

    @property
    def card(self) -> Point:
        """The size of a card at a zoom of 1."""
        return self.places.spacing.width, self.places.spacing.height

    def stretch(self, wide: float, high: float) -> None:
        """Set everything apart by factors of at least 1; cards keep their size."""
        if (wide, high) != self._stretch:
            self._stretch = wide, high
            self._change()

    def hide(self, names: Collection[str], places: PlacedGraph | None = None) -> None:
        """Leave nodes out, and what hangs on them; the others are at *places*, or where the layout of all has them."""
        self.hidden = frozenset(names)
        places = places or self.whole
        if places is not self.places:
            self.places, self._put = places, {}
            self._base = replace(self._base, places=places)
            self.__dict__.pop("short_names", None)  # which boxes there are decides what cards are called
        self._change()

    def pin(self, name: str, centre: QPointF) -> None:
        """Put a card at *centre*, where it stays."""
        wide, high = self._stretch
        pins = self.pins if self.places is self.whole else self._put
        pins[name] = (centre.x() / wide, centre.y() / high)
        self._change()

    def unpin(self, names: Iterable[str]) -> None:
        """Let cards go back to where the layout has them."""
        for name in names:
            self.pins.pop(name, None)
            self._put.pop(name, None)
        self._change()

    def restore(self, pins: Mapping[str, Point]) -> None:
        """Pin what was remembered; names that are not drawn are left out."""
        self.pins = {name: pins[name] for name in self.names if name in pins}
        self._change()

    # ---- what is in view

    def cards_in(self, seen: QRectF) -> Numbers:
        """Give the positions of the cards that meet *seen*."""
        return self.shape.cards_in(seen)

    def links_in(self, seen: QRectF) -> Numbers:
        """Give the positions of the links that may meet *seen*, soft ones first, so that hard ones lie on top."""
        found = np.flatnonzero(self.shape.linked & meet(self.lines.link_rects, seen))
        return found[np.argsort(self.hard[found], kind="stable")]

    def number_of(self, key: Key) -> int | None:
        """Give the position of a link, or None where there is none."""
        return self._number.get(key)

    @cached_property
    def short_names(self) -> dict[str, str]:
        """What each card is called: without the service that the box round it says already."""
        frames = self.places.frames
        names = {}
        for node in self.outline.nodes:
            short = literal(short_name(node.label, node.group if node.group in frames else None))
            names[node.name] = short if node.box != "cycle" else f"{short.split(' ⇄ ')[0]} ⇄"
        return names

    @cached_property
    def degree(self) -> Numbers:
        """How many links each node has."""
        return np.bincount(self.ends.ravel(), minlength=len(self.names))

    def needs(self, name: str) -> list[str]:
        """Give what a node needs, from left to right."""
        return sorted(self.ways.needs[name], key=self._x)

    def needed_by(self, name: str) -> list[str]:
        """Give what needs a node, from left to right."""
        return sorted(self.ways.needed_by[name], key=self._x)

    def at(self, point: QPointF) -> str | None:
        """Give the card at a point; of two that overlap, the later one, which is painted on top."""
        found = self.cards_in(QRectF(point, point))
        return self.names[int(found[-1])] if len(found) else None

    def next(self, name: str, step: tuple[int, int]) -> str | None:
        """Give the card that a *step* to the right or down leads to: along an edge into the nearest row, or the neighbour."""
        if step[0]:
            row = next((row for row in self.shape.rows if name in row), [name])
            at = row.index(name) + step[0]
            return row[at] if 0 <= at < len(row) else None
        middle = self.shape.cards[name].center()
        others = [other for other in self.needs(name) + self.needed_by(name) if other not in self.hidden]
        away = {other: self.shape.cards[other].center() - middle for other in others}
        there = [other for other, by in away.items() if by.y() * step[1] > 0]
        return min(there, key=lambda other: (abs(away[other].y()), abs(away[other].x()), away[other].x()), default=None)

    def _x(self, name: str) -> float:
        return float(self.shape.centres[self.index[name], 0])

    def _change(self) -> None:
        """Have everything where it is now."""
        self.version += 1
        pins = self.pins if self.places is self.whole else self._put
        self.shape = SceneShape(self._base, self._stretch, dict(pins), self.hidden)
        self.lines = SceneLines(self._base, self.shape, self.links, self._number)
        self.clusters = SceneClusters(self.outline, self.shape, self.places.spacing)
