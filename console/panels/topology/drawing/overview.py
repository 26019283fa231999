"""The topology from afar: cards of a few pixels, each still a tank, and links as thin lines or, where there are too many, bundles.

Painted in arrays; what an operator should look at is painted on top of it, larger, by `console.panels.topology.drawing.emphasis`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from console.kit.batches import Floats, draw_lines, draw_rects
from console.kit.theme import Theme
from console.operating.layouts.placed import SPACING
from console.panels.topology.cards.readings import NO_VERDICT, ReadingColumns
from console.panels.topology.drawing.paint import TANK
from console.panels.topology.geometry.scene import TopologyScene
from console.panels.topology.geometry.shape import Numbers
from topology.fleet.fleet import NO_FLOOR

FAR, FAR_OF_MANY, MANY = 11.5, 28.0, 400
"""The height of a card in pixels below which cards are painted from afar, and that for a scene of more than so many cards."""
PLATE = 16.0
"""A card at least so many pixels high has its tank upright beside the name, as from near; a lower one is a tank that lies."""
BUNDLED_FROM = 2000
"""So many links in view are drawn one by one; more become bundles."""
SMOOTH_UP_TO = 3000
"""So many lines are drawn smooth; more would take longer than a frame."""
COARSEST = 12
MOST_BUNDLES = 700
"""So many bundles are in view at most, about: where there are more, coarser ones are drawn."""
BUNDLE_PX = 44.0
"""Pixels that the places between which bundles run are apart at least."""
FAINT = 110
"""Opacity of bundles, which are there to show where things hang together, and not to cover the cards."""


@dataclass(frozen=True, slots=True)
class OverviewTransform:
    """How scene coordinates come to the painter's: place = scene * zoom + corner, rounded to pixels of a screen with *ratio*."""

    zoom: float
    corner: QPointF
    ratio: float = 1.0

    def boxes(self, rects: Floats) -> Floats:
        """Give left, top, right, bottom in the painter's coordinates, on whole pixels and at least 2 of them wide and high."""
        offset = np.array([self.corner.x(), self.corner.y()] * 2)
        boxes: Floats = np.round((rects * self.zoom + offset) * self.ratio)
        boxes[:, 2:] = np.maximum(boxes[:, 2:], boxes[:, :2] + 2)
        boxes /= self.ratio
        return boxes

    def lines(self, lines: Floats) -> Floats:
        """Give lines in the painter's coordinates."""
        placed: Floats = lines * self.zoom + np.array([self.corner.x(), self.corner.y()] * 2)
        return placed


def is_overview(high: float, cards: int) -> bool:
    """Say whether cards that are so many pixels high are painted from afar."""
    return high < (FAR_OF_MANY if cards > MANY else FAR)


def paint_nodes(
    painter: QPainter,
    boxes: Floats,
    columns: ReadingColumns,
    theme: Theme,
    *,
    stale: bool,
    rim: QColor,
    planned: bool = False,
) -> None:
    """Paint nodes into *boxes*: ground, rim, and the tank of those with servers; *planned* also what the plan takes."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    sized = _sized(boxes)
    draw_rects(painter, sized, rim)
    inner = boxes + np.array((1.0, 1.0, -1.0, -1.0))
    draw_rects(painter, _sized(inner), theme.raised)
    with_tank = columns.rank != NO_VERDICT
    if not with_tank.any():
        return
    upright = bool(boxes[0, 3] - boxes[0, 1] >= PLATE)
    tanks = _tank_boxes(boxes if upright else inner, upright)[with_tank]
    some = columns if with_tank.all() else columns.taken(np.flatnonzero(with_tank))
    draw_rects(painter, _sized(tanks), theme.track)
    scale = np.maximum.reduce([some.declared, some.in_service, some.after, some.floor, np.ones_like(some.after)])
    now = some.in_service - some.pending
    water = np.minimum(some.after, now) / scale
    below = (some.floor != NO_FLOOR) & (some.after < some.floor)
    quiet = np.full(len(water), stale) | (some.floor == NO_FLOOR)
    for colour, chosen in (
        (theme.stale, quiet),
        (theme.alarm, below & ~quiet),
        (theme.water, ~below & ~quiet),
    ):
        draw_rects(painter, _part(tanks[chosen], np.zeros(int(chosen.sum())), water[chosen], upright), colour)
    leaving = some.after < some.in_service
    if planned and leaving.any():
        span = some.after[leaving] / scale[leaving], some.in_service[leaving] / scale[leaving]
        draw_rects(painter, _part(tanks[leaving], *span, upright, least=1.0), theme.plan)
    stated = some.floor != NO_FLOOR
    lines = _floors(tanks[stated], some.floor[stated] / scale[stated], upright)
    draw_rects(painter, lines, theme.floor)


def paint_links(
    painter: QPainter, scene: TopologyScene, seen: Numbers, part: QRectF, window: OverviewTransform, theme: Theme
) -> None:
    """Paint the links at the positions *seen* in a part of the scene: as they run, or in bundles where a view would hold many."""
    if not len(seen):
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if scene.lines.links_at(window.zoom) <= BUNDLED_FROM:
        pieces, owner = scene.lines.segments
        chosen = np.zeros(len(scene.keys), bool)
        chosen[seen] = True
        mine = chosen[owner]
        smooth = int(mine.sum()) <= SMOOTH_UP_TO
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
        hard = scene.hard[owner]
        for is_hard, colour in ((False, theme.edge_soft), (True, theme.edge)):
            draw_lines(painter, window.lines(pieces[mine & (hard == is_hard)]), _pen(colour, 1.0))
        return
    lines, heavy = bundles(scene, window.zoom)
    meets = (
        (np.minimum(lines[:, 0], lines[:, 2]) <= part.right())
        & (np.maximum(lines[:, 0], lines[:, 2]) >= part.left())
        & (np.minimum(lines[:, 1], lines[:, 3]) <= part.bottom())
        & (np.maximum(lines[:, 1], lines[:, 3]) >= part.top())
    )
    lines, heavy = lines[meets], heavy[meets]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    faint = QColor(theme.edge)
    faint.setAlpha(FAINT)
    draw_lines(painter, window.lines(lines[~heavy]), _pen(faint, 1.0))
    draw_lines(painter, window.lines(lines[heavy]), _pen(faint, 2.0))


def bundles(scene: TopologyScene, zoom: float) -> tuple[Floats, NDArray[np.bool_]]:
    """Draw links together: one line between two groups, or between places of many cards; and which lines stand for many links.

    How coarse they are depends on the zoom alone, so that a pan does not change them.
    """
    share = scene.lines.links_at(zoom) / max(len(scene.ends), 1)
    for level in range(COARSEST):
        if scene.clusters.width(level) * zoom < BUNDLE_PX:
            continue
        lines, heavy = _bundled(scene, level)
        if len(lines) * share <= MOST_BUNDLES:
            return lines, heavy
    return _bundled(scene, COARSEST)


def _bundled(scene: TopologyScene, level: int) -> tuple[Floats, NDArray[np.bool_]]:
    found = scene.clusters.bundles.get(level)
    if found is None:
        cluster, middles = scene.clusters.at_level(level)
        ends = cluster[scene.ends[scene.shape.linked]]
        ends = ends[ends[:, 0] != ends[:, 1]]
        pairs, weight = np.unique(ends[:, 0] * len(middles) + ends[:, 1], return_counts=True)
        lines = np.hstack([middles[pairs // len(middles)], middles[pairs % len(middles)]])
        many = max(2.0, float(np.quantile(weight, 0.9))) if len(weight) else 2.0
        found = scene.clusters.bundles[level] = lines, weight >= many
    return found


def _pen(colour: QColor, width: float) -> QPen:
    pen = QPen(colour, width)
    pen.setCosmetic(True)
    return pen


def _sized(boxes: Floats) -> Floats:
    return np.hstack([boxes[:, :2], np.maximum(boxes[:, 2:] - boxes[:, :2], 0.0)])


def _tank_boxes(boxes: Floats, upright: bool) -> Floats:
    """Give where the tanks are: beside the name as on a card, or all of a box too low for that."""
    if not upright:
        return boxes
    left, top = boxes[:, 0], boxes[:, 1]
    wide, high = (boxes[:, 2] - left) / SPACING.width, (boxes[:, 3] - top) / SPACING.height
    tanks = np.stack(
        [left + TANK.left() * wide, top + TANK.top() * high, left + TANK.right() * wide, top + TANK.bottom() * high],
        axis=1,
    )
    rounded: Floats = np.round(tanks)
    return rounded


def _part(tanks: Floats, start: Floats, end: Floats, upright: bool, least: float = 0.0) -> Floats:
    """Give the part of each tank from one share of it to another, as x, y, width, height."""
    left, top, right, bottom = tanks.T
    if upright:
        length = bottom - top
        first = np.round(bottom - end * length)
        return np.stack(
            [left, first, right - left, np.maximum(np.round(bottom - start * length) - first, least)], axis=1
        )
    length = right - left
    first = np.round(left + start * length)
    return np.stack([first, top, np.maximum(np.round(left + end * length) - first, least), bottom - top], axis=1)


def _floors(tanks: Floats, share: Floats, upright: bool) -> Floats:
    left, top, right, bottom = tanks.T
    one = np.ones(len(tanks))
    if upright:
        return np.stack([left - 1, np.round(bottom - share * (bottom - top)), right - left + 2, one], axis=1)
    return np.stack([np.minimum(np.round(left + share * (right - left)), right - 1), top, one, bottom - top], axis=1)
