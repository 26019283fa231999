"""Where everything is in the topology at one moment: cards, frames and what is hidden, in arrays. It never changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF

from console.operating.layouts.placed import PlacedGraph
from topology.layout.levels.values import Point

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class SceneBase:
    """What was laid out: nodes by position, the two ends of each link, the group of a node, and their places."""

    names: tuple[str, ...]
    index: Mapping[str, int]
    ends: Numbers
    group_of: Mapping[str, str]
    places: PlacedGraph

    @property
    def card(self) -> Point:
        """The size of a card at a zoom of 1."""
        return self.places.spacing.width, self.places.spacing.height


class CardRects(Mapping[str, QRectF]):
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


class SceneShape:
    """A base, set apart by *stretch*, with cards pinned and nodes hidden by the operator."""

    def __init__(self, base: SceneBase, stretch: Point, pins: Mapping[str, Point], hidden: frozenset[str]) -> None:
        self._base = base
        self.stretch = stretch
        self.pins = pins
        """Cards that were put somewhere by hand: their middles, before stretching."""
        self.hidden = hidden
        """Nodes that are not drawn, because the operator looks at others."""

    @cached_property
    def shown(self) -> NDArray[np.bool_]:
        """Which nodes are drawn."""
        shown = np.ones(len(self._base.names), bool)
        shown[[self._base.index[name] for name in self.hidden if name in self._base.index]] = False
        return shown

    @cached_property
    def linked(self) -> NDArray[np.bool_]:
        """Which links are drawn: both ends are."""
        linked: NDArray[np.bool_] = np.all(self.shown[self._base.ends], axis=1)
        return linked

    @cached_property
    def centres(self) -> Floats:
        """The middle of each card."""
        wide, high = self.stretch
        plain = self._base.places.centres
        if self.pins:
            plain = plain.copy()
            for name, place in self.pins.items():
                plain[self._base.index[name]] = place
        moved: Floats = plain * (wide, high)
        return moved

    @cached_property
    def rects(self) -> Floats:
        """The rectangle of each card: left, top, right, bottom."""
        half = np.array(self._base.card) / 2
        return np.hstack([self.centres - half, self.centres + half])

    @cached_property
    def cards(self) -> Mapping[str, QRectF]:
        """The rectangle of each card by its name."""
        return CardRects(self._base.index, self.rects)

    @cached_property
    def frames(self) -> dict[str, QRectF]:
        """The rectangle round each group of two or more that is drawn; it grows with a member that was moved."""
        frames = {
            group: QRectF(f.left, f.top, f.right - f.left, f.bottom - f.top)
            for group, f in self._base.places.stretched_frames(*self.stretch).items()
        }
        for name in self.pins:
            frame = frames.get(self._base.group_of.get(name, ""))
            if frame is not None:
                space = self._base.places.spacing
                around = self.cards[name].adjusted(-space.frame_x, -space.frame_top, space.frame_x, space.frame_bottom)
                frames[self._base.group_of[name]] = frame.united(around)
        if self.hidden:
            drawn = {self._base.group_of.get(name) for name in self._base.names if name not in self.hidden}
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
        width, height = self._base.places.stretched_size(*self.stretch)
        bounds = QRectF(0, 0, width, height)
        for name in self.pins:
            bounds = bounds.united(self.cards[name])
        for frame in self.frames.values():
            bounds = bounds.united(frame)
        return bounds

    @cached_property
    def rows(self) -> list[list[str]]:
        """The cards that are drawn from top to bottom, each row from left to right."""
        rows: dict[float, list[int]] = {}
        for number in np.flatnonzero(self.shown).tolist():
            rows.setdefault(round(float(self.centres[number, 1])), []).append(number)
        x = self.centres[:, 0].tolist()
        return [[self._base.names[number] for number in sorted(rows[y], key=x.__getitem__)] for y in sorted(rows)]

    def cards_in(self, seen: QRectF) -> Numbers:
        """Give the positions of the cards that meet *seen*."""
        return np.flatnonzero(self.shown & meet(self.rects, seen))


def meet(rects: Floats, seen: QRectF) -> NDArray[np.bool_]:
    """Mark the rectangles that touch or overlap *seen*."""
    found: NDArray[np.bool_] = (
        (rects[:, 0] <= seen.right())
        & (rects[:, 2] >= seen.left())
        & (rects[:, 1] <= seen.bottom())
        & (rects[:, 3] >= seen.top())
    )
    return found
