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
from console.panels.topology.drawing.overview import is_overview
from console.panels.topology.drawing.scene_painter import PictureFrame, ScenePainter
from console.panels.topology.geometry.camera import Camera
from console.panels.topology.geometry.lines import Key
from console.panels.topology.geometry.scene import TopologyScene
from console.panels.topology.geometry.shape import Numbers

BEYOND = 256
"""Pixels kept on each side of the view."""
AHEAD = 96
"""Pixels on a side below which the picture grows there: a little at a time, so that no frame of a long pan is late."""
SLOW_S = 0.014
"""A picture that takes longer is not drawn anew for every step of a zoom, but once the zoom rests."""
WORTHWHILE = 0.4
"""Above this part of all cards, repainting everything is quicker than repainting the changed."""


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
        self.scene = scene
        self._brush = ScenePainter(scene, theme)
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
    def is_overview(self) -> bool:
        """Whether cards are painted from afar in the picture."""
        return self.is_overview_at(self.camera.zoom)

    def is_overview_at(self, zoom: float) -> bool:
        """Whether cards are painted from afar at a zoom."""
        return is_overview(self.scene.card[1] * zoom, len(self.scene.names))

    def forget(self) -> None:
        """Draw everything anew next time."""
        self.picture = None

    def set_theme(self, theme: Theme) -> None:
        """Draw everything in another theme next time."""
        self._brush.theme = theme
        self.picture = None

    def set_readings(self, readings: Mapping[str, NodeReading]) -> Collection[str]:
        """Take new readings, and repaint what they change; gives the changed cards."""
        before, self.readings = self.readings, Readings.of(readings)
        changed = self.readings.changed_from(before)
        impact = impact_keys(self.scene, self.readings)
        if len(before) != len(self.readings) or (impact != self.impact and not self.is_overview):
            self.picture = None
        self.impact = impact
        self._brush.readings, self._brush.impact = self.readings, impact
        names = self.readings.names
        if self.picture is None or not len(changed):
            return [names[number] for number in changed.tolist()]
        if self.is_overview:
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
        self._brush.paint(painter, self._frame, camera.scene_rect(self.area), None)
        painter.end()
        self.drawings += 1
        self.cost_s = perf_counter() - start

    def paint_into(self, painter: QPainter, camera: Camera, view: QRectF) -> None:
        """Draw *view* with another painter: for a file, in which nothing is kept."""
        self.camera, self.area, self.ratio = camera, view, painter.device().devicePixelRatioF()
        self._brush.paint(painter, self._frame, camera.scene_rect(view), None)

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
            self._brush.paint(painter, self._frame, camera.scene_rect(strip.translated(area.topLeft())), strip)
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
        visible = [name for name in names if self.scene.shape.cards[name].adjusted(-3, -3, 3, 3).intersects(seen)]
        inside = [name for name in visible if _same_outside(before[name], self.readings[name])]
        cards = int(np.count_nonzero(self.scene.shape.shown))
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
        self._brush.paint_from_afar(painter, self._frame, chosen)
        painter.end()
        self.patches += len(chosen)

    def _patch(self, picture: QPixmap, names: Iterable[str], inside: Collection[str]) -> None:
        """Repaint cards, those in *inside* without what is round and under them."""
        painter = QPainter(picture)
        for name in names:
            card = self.scene.shape.cards[name]
            around = self.camera.view_rect(card.adjusted(-3, -3, 3, 3))
            painter.setTransform(QTransform())
            if name in inside:
                painter.setClipRegion(self._brush.inside(self._frame, name))
                self._brush.paint_card(painter, self._frame, name)
            else:
                clip = around.translated(-self.area.topLeft())
                self._brush.paint(painter, self._frame, card.adjusted(-3, -3, 3, 3), clip)
            self.patches += 1
        painter.end()

    @property
    def _frame(self) -> PictureFrame:
        return PictureFrame(self.camera, self.area, self.ratio)


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
