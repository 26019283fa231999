"""The drawn topology, kept as a picture larger than the view: panning copies pixels, and a change repaints its cards only.

From near, a card is painted with everything it says. From afar all cards are painted in a few calls, and what has to be seen is not
in the picture at all: `console.panels.topology.drawing.emphasis` paints it on top.
"""

from collections.abc import Collection, Iterable, Mapping
from time import perf_counter

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPixmap, QTransform

from console.kit.theme import Theme
from console.panels.topology.cards.readings import NodeReading, Readings
from console.panels.topology.drawing.far import FarTransform, is_far, paint_links, paint_nodes
from console.panels.topology.drawing.paint import (
    Stroke,
    paint_card,
    paint_edge_label,
    paint_edges,
    paint_frame,
    stroke_of,
)
from console.panels.topology.geometry.camera import Camera
from console.panels.topology.geometry.scene import Key, Numbers, TopologyScene
from console.words.writing import literal

BEYOND = 256
"""Pixels kept on each side of the view."""
AHEAD = 96
"""Pixels on a side below which the picture grows there: a little at a time, so that no frame of a long pan is late."""
SLOW_S = 0.014
"""A picture that takes longer is not drawn anew for every step of a zoom, but once the zoom rests."""
LABELS_FROM = 0.55
"""The zoom from which the words of edges are shown."""
WORTHWHILE = 0.4
"""Above this part of all cards, repainting everything is quicker than repainting the changed."""
STRAIGHT_FROM = 600
"""So many links in view are drawn with curves; more are drawn straight, which is much quicker."""


def impact_keys(scene: TopologyScene, readings: Mapping[str, NodeReading]) -> frozenset[Key]:
    """Find the edges along which something is lost: hard, from an impacted node to one that is down or impacted itself."""
    rows = Readings.of(readings)
    if not rows.columns.impacted.any() or len(rows) != len(scene.names):
        return frozenset()
    lost = rows.columns.down | rows.columns.impacted
    along = scene.hard & rows.columns.impacted[scene.ends[:, 0]] & lost[scene.ends[:, 1]]
    found = set()
    for number in np.flatnonzero(along).tolist():
        key = scene.keys[number]
        link, operations = scene.links[key], rows[key[0]].operations
        if not link.operations or not operations or set(link.operations) & set(operations):
            found.add(key)
    return frozenset(found)


class Canvas:
    """Draws a scene with its readings, and keeps the picture until something in it changes."""

    def __init__(self, scene: TopologyScene, theme: Theme) -> None:
        self.scene, self.theme = scene, theme
        self.readings = Readings.of({})
        self.impact: frozenset[Key] = frozenset()
        self.camera = Camera()
        self.area = QRectF()
        """What the picture shows, in view coordinates at the time of drawing."""
        self.picture: QPixmap | None = None
        self.ratio = 1.0
        self.cost_s = 0.0
        """How long the last full drawing took."""
        self.drawings = 0
        """Full drawings so far; cards that were drawn alone are in `patches`, pans that drew a strip in `advances`."""
        self.patches = 0
        self.advances = 0

    @property
    def is_far(self) -> bool:
        """Whether cards are painted from afar in the picture."""
        return self.is_far_at(self.camera.zoom)

    def is_far_at(self, zoom: float) -> bool:
        """Whether cards are painted from afar at a zoom."""
        return is_far(zoom, len(self.scene.names))

    def forget(self) -> None:
        """Draw everything anew next time."""
        self.picture = None

    def set_readings(self, readings: Mapping[str, NodeReading]) -> Collection[str]:
        """Take new readings, and repaint what they change; gives the changed cards."""
        before, self.readings = self.readings, Readings.of(readings)
        changed = self.readings.changed_from(before)
        impact = impact_keys(self.scene, self.readings)
        if len(before) != len(self.readings) or (impact != self.impact and not self.is_far):
            self.picture = None
        self.impact = impact
        names = self.readings.names
        if self.picture is None or not len(changed):
            return [names[number] for number in changed.tolist()]
        if self.is_far:
            self._patch_far(self.picture, before, changed)
        else:
            self._patch_near(before, changed)
        return [names[number] for number in changed.tolist()]

    def fits(self, camera: Camera, view: QRectF, ratio: float) -> bool:
        """Say whether the picture shows all of *view* as *camera* sees it."""
        if self.picture is None or self.camera.zoom != camera.zoom or self.ratio != ratio:
            return False
        return self._seen_from(camera).contains(view)

    def draw(self, camera: Camera, view: QRectF, ratio: float) -> None:
        """Draw everything in and around *view*."""
        start = perf_counter()
        self.ratio = ratio
        self.camera, self.area = camera, view.adjusted(-BEYOND, -BEYOND, BEYOND, BEYOND)
        size = self.area.size() * ratio
        self.picture = QPixmap(round(size.width()), round(size.height()))
        self.picture.setDevicePixelRatio(ratio)
        painter = QPainter(self.picture)
        self._paint(painter, camera.scene_rect(self.area), None)
        painter.end()
        self.drawings += 1
        self.cost_s = perf_counter() - start

    def paint_into(self, painter: QPainter, camera: Camera, view: QRectF) -> None:
        """Draw *view* with another painter: for a file, in which nothing is kept."""
        self.camera, self.area, self.ratio = camera, view, painter.device().devicePixelRatioF()
        self._paint(painter, camera.scene_rect(view), None)

    def keep_ahead(self, camera: Camera, view: QRectF) -> None:
        """Move the picture along with a pan before it ends at a border of the view; only what is new is drawn."""
        seen = self._seen_from(camera)
        ahead = QRectF(view).adjusted(-AHEAD, -AHEAD, AHEAD, AHEAD)
        if self.picture is None or camera.zoom != self.camera.zoom or seen.contains(ahead) or not seen.intersects(view):
            return
        old, ratio = self.picture, self.ratio
        # On whole pixels of the screen, or what is copied would be blurred.
        wanted = view.adjusted(-BEYOND, -BEYOND, BEYOND, BEYOND)
        shift = seen.topLeft() - wanted.topLeft()
        whole = QPointF(round(shift.x() * ratio) / ratio, round(shift.y() * ratio) / ratio)
        area = wanted.translated(shift - whole)
        self.camera, self.area = camera, area
        self.picture = QPixmap(old.size())
        self.picture.setDevicePixelRatio(ratio)
        painter = QPainter(self.picture)
        painter.drawPixmap(whole, old)
        kept = QRectF(whole, area.size()).intersected(QRectF(QPointF(0, 0), area.size()))
        for strip in _round(kept, area):
            self._paint(painter, camera.scene_rect(strip.translated(area.topLeft())), strip)
        painter.end()
        self.advances += 1

    def show(self, painter: QPainter, camera: Camera, ratio: float) -> None:
        """Copy the picture to where it belongs now; at another zoom it is scaled, until it is drawn anew."""
        if self.picture is None:
            return
        target = camera.view_rect(self.camera.scene_rect(self.area))
        if camera.zoom == self.camera.zoom:
            corner = QPointF(round(target.x() * ratio) / ratio, round(target.y() * ratio) / ratio)
            painter.drawPixmap(corner, self.picture)
        else:
            painter.drawPixmap(target, self.picture, QRectF(self.picture.rect()))

    def _seen_from(self, camera: Camera) -> QRectF:
        return self.area.translated(camera.offset - self.camera.offset)

    def _patch_near(self, before: Readings, changed: Numbers) -> None:
        names = [self.readings.names[number] for number in changed.tolist()]
        seen = self.camera.scene_rect(self.area)
        visible = [name for name in names if self.scene.cards[name].adjusted(-3, -3, 3, 3).intersects(seen)]
        inside = [name for name in visible if _same_outside(before[name], self.readings[name])]
        cards = int(np.count_nonzero(self.scene.shown))
        if self.picture is None or len(visible) - len(inside) > max(4, WORTHWHILE * cards):
            self.picture = None
        else:
            self._patch(self.picture, visible, set(inside))

    def _patch_far(self, picture: QPixmap, before: Readings, changed: Numbers) -> None:
        """Repaint the cards whose tanks changed; the rest of what changed is painted on top of the picture."""
        if before.stale != self.readings.stale:
            self.picture = None
            return
        one, other = before.columns, self.readings.columns
        moved = np.zeros(len(changed), bool)
        for was, now in ((one.after, other.after), (one.pending, other.pending), (one.in_service, other.in_service)):
            moved |= was[changed] != now[changed]
        chosen = changed[moved]
        chosen = chosen[np.isin(chosen, self.scene.cards_in(self.camera.scene_rect(self.area)), assume_unique=True)]
        if not len(chosen):
            return
        painter = QPainter(picture)
        painter.setClipRect(QRectF(QPointF(0, 0), self.area.size()).toAlignedRect())
        self._paint_from_afar(painter, chosen)
        painter.end()
        self.patches += len(chosen)

    def _patch(self, picture: QPixmap, names: Iterable[str], inside: Collection[str]) -> None:
        """Repaint cards, those in *inside* without what is round and under them."""
        painter = QPainter(picture)
        for name in names:
            card = self.scene.cards[name]
            around = self.camera.view_rect(card.adjusted(-3, -3, 3, 3))
            painter.setTransform(QTransform())
            if name in inside:
                # All of it is opaque; its border, drawn twice, would grow darker at the corners.
                within = self.camera.view_rect(card.adjusted(3, 3, -3, -3)).translated(-self.area.topLeft())
                painter.setClipRect(within.toAlignedRect())
                self._paint_card(painter, name, card, self._corner)
            else:
                self._paint(painter, card.adjusted(-3, -3, 3, 3), around.translated(-self.area.topLeft()))
            self.patches += 1
        painter.end()

    @property
    def _corner(self) -> QPointF:
        """Where the scene's origin is in the picture."""
        return self.camera.offset - self.area.topLeft()

    def _paint(self, painter: QPainter, seen: QRectF, clip: QRectF | None) -> None:
        """Paint what meets *seen*, from the ground up: frames, edges, words, cards."""
        area = clip if clip is not None else QRectF(QPointF(0, 0), self.area.size())
        painter.setTransform(QTransform())
        # Qt's raster engine is several times quicker at long lines with an explicit clip, also when it cuts nothing.
        painter.setClipRect(area.toAlignedRect())
        painter.fillRect(area.adjusted(-2, -2, 2, 2), self.theme.ground)
        zoom, corner, scene = self.camera.zoom, self._corner, self.scene
        scaled = QTransform(zoom, 0, 0, zoom, corner.x(), corner.y())
        links = scene.links_in(seen)
        straight = self.is_far or scene.links_at(zoom) > STRAIGHT_FROM
        if straight:
            paint_links(painter, scene, links, seen, self._window, self.theme)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setTransform(scaled)
        if not straight:
            self._paint_edges(painter, seen, links)
        for group, frame in scene.frames.items():
            if frame.intersects(seen):
                paint_frame(painter, frame, literal(group), self.theme)
        if zoom > LABELS_FROM and not straight:
            self._paint_words(painter, seen, links)
        if self.is_far:
            painter.setTransform(QTransform())
            self._paint_from_afar(painter, scene.cards_in(seen))
        else:
            self._paint_cards(painter, seen, corner)
        painter.setTransform(QTransform())
        painter.setClipping(False)

    @property
    def _window(self) -> FarTransform:
        return FarTransform(self.camera.zoom, self._corner, self.ratio)

    def _paint_from_afar(self, painter: QPainter, numbers: Numbers) -> None:
        if len(numbers) and len(self.readings) == len(self.scene.names):
            boxes = self._window.boxes(self.scene.rects[numbers])
            columns = self.readings.columns.taken(numbers)
            paint_nodes(painter, boxes, columns, self.theme, stale=self.readings.stale, rim=self.theme.border_strong)

    def _paint_words(self, painter: QPainter, seen: QRectF, links: Numbers) -> None:
        wide = seen.adjusted(-70, -20, 70, 20)
        for number in links.tolist():
            link = self.scene.links[self.scene.keys[number]]
            if link.operations and wide.contains(spot := self.scene.label_spot(link.key)):
                paint_edge_label(painter, spot, literal(link.label), link.key in self.impact, self.theme)

    def _paint_edges(self, painter: QPainter, seen: QRectF, links: Numbers) -> None:
        kinds: dict[tuple[bool, bool], list[Key]] = {}
        for number in links.tolist():
            key = self.scene.keys[number]
            kinds.setdefault((key in self.impact, bool(self.scene.hard[number])), []).append(key)
        for impact, hard in sorted(kinds):
            keys = kinds[impact, hard]
            stroke: Stroke = stroke_of(self.scene.links[keys[0]], impact, self.theme)
            paint_edges(painter, [self.scene.curve(key) for key in keys], stroke, seen, arrows=self.camera.zoom > 0.25)

    def _paint_cards(self, painter: QPainter, seen: QRectF, corner: QPointF) -> None:
        for number in self.scene.cards_in(seen).tolist():
            name = self.scene.names[number]
            self._paint_card(painter, name, self.scene.cards[name], corner)

    def _paint_card(self, painter: QPainter, name: str, card: QRectF, corner: QPointF) -> None:
        """Paint one card on whole pixels of the screen, so that borders and tanks are sharp."""
        zoom, ratio = self.camera.zoom, self.ratio
        x = round((card.x() * zoom + corner.x()) * ratio) / ratio
        y = round((card.y() * zoom + corner.y()) * ratio) / ratio
        painter.setTransform(QTransform(zoom, 0, 0, zoom, x, y))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_card(painter, self.readings.get(name) or NodeReading(name, name), self.theme, name in self.scene.pins)


def _round(kept: QRectF, area: QRectF) -> list[QRectF]:
    """Give the strips of a picture of the size of *area* that are not *kept*."""
    wide, high = area.width(), area.height()
    strips = [
        QRectF(0, 0, wide, kept.top()),
        QRectF(0, kept.bottom(), wide, high - kept.bottom()),
        QRectF(0, kept.top(), kept.left(), kept.height()),
        QRectF(kept.right(), kept.top(), wide - kept.right(), kept.height()),
    ]
    return [strip for strip in strips if strip.width() > 0 and strip.height() > 0]


def _same_outside(one: NodeReading, other: NodeReading) -> bool:
    """Say whether a card keeps its border and ground."""
    return _outside(one) == _outside(other)


def _outside(reading: NodeReading) -> tuple[bool, bool, bool, bool]:
    return reading.is_below, bool(reading.impacted), reading.recedes, reading.stale
