"""The drawn topology, kept as a picture larger than the view: panning copies pixels, and a change repaints its cards only."""

from collections.abc import Collection, Mapping
from time import perf_counter

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPixmap, QTransform

from console.theme import Theme
from console.topology_view.camera import Camera
from console.topology_view.paint import Stroke, paint_card, paint_edge_label, paint_edges, paint_frame, stroke_of
from console.topology_view.readings import NodeReading
from console.topology_view.scene import Key, Scene
from console.words import literal

BEYOND = 256
"""Pixels kept on each side of the view."""
SLOW_S = 0.014
"""A picture that takes longer is not drawn anew for every step of a zoom, but once the zoom rests."""
NEAR = 0.3
"""The zoom below which a card is too few pixels to be repainted alone."""
LABELS_FROM = 0.55
"""The zoom from which the words of edges are shown."""
WORTHWHILE = 0.4
"""Above this part of all cards, repainting everything is quicker than repainting the changed."""


def impact_keys(scene: Scene, readings: Mapping[str, NodeReading]) -> frozenset[Key]:
    """Find the edges along which something is lost: hard, from an impacted node to one that is down or impacted itself."""
    found = set()
    for key, link in scene.links.items():
        dependent, need = readings.get(key[0]), readings.get(key[1])
        if dependent is None or need is None or not link.hard or not dependent.impacted:
            continue
        meets = not link.operations or not dependent.operations or set(link.operations) & set(dependent.operations)
        if meets and (need.is_down or need.impacted):
            found.add(key)
    return frozenset(found)


class Canvas:
    """Draws a scene with its readings, and keeps the picture until something in it changes."""

    def __init__(self, scene: Scene, theme: Theme) -> None:
        self.scene, self.theme = scene, theme
        self.readings: dict[str, NodeReading] = {}
        self.impact: frozenset[Key] = frozenset()
        self.camera = Camera()
        self.area = QRectF()
        """What the picture shows, in view coordinates at the time of drawing."""
        self.picture: QPixmap | None = None
        self.ratio = 1.0
        self.cost_s = 0.0
        """How long the last full drawing took."""
        self.drawings = 0
        """Full drawings so far; cards that were drawn alone are in `patches`."""
        self.patches = 0

    def forget(self) -> None:
        """Draw everything anew next time."""
        self.picture = None

    def set_readings(self, readings: Mapping[str, NodeReading]) -> Collection[str]:
        """Take new readings, and repaint what they change; gives the changed cards."""
        before, self.readings = self.readings, dict(readings)
        changed = [name for name, reading in readings.items() if before.get(name) != reading]
        impact = impact_keys(self.scene, readings)
        if impact != self.impact or readings.keys() != before.keys():
            self.picture = None
        self.impact = impact
        if self.picture is None or not changed:
            return changed
        inside = [name for name in changed if _same_outside(before[name], readings[name])]
        if self.camera.zoom < NEAR or len(changed) - len(inside) > max(4, WORTHWHILE * len(readings)):
            self.picture = None
        else:
            self._patch(self.picture, changed, set(inside))
        return changed

    def fits(self, camera: Camera, view: QRectF, ratio: float) -> bool:
        """Say whether the picture shows all of *view* as *camera* sees it."""
        if self.picture is None or self.camera.zoom != camera.zoom or self.ratio != ratio:
            return False
        return self.area.translated(camera.offset - self.camera.offset).contains(view)

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

    def _patch(self, picture: QPixmap, names: Collection[str], inside: Collection[str]) -> None:
        """Repaint cards, those in *inside* without what is round and under them."""
        painter = QPainter(picture)
        for name in names:
            card = self.scene.cards[name]
            around = self.camera.view_rect(card.adjusted(-3, -3, 3, 3))
            if not around.intersects(self.area):
                continue
            painter.setTransform(QTransform())
            if name in inside:
                # All of it is opaque; its border, drawn twice, would grow darker at the corners.
                within = self.camera.view_rect(card.adjusted(3, 3, -3, -3)).translated(-self.area.topLeft())
                painter.setClipRect(within.toAlignedRect())
                self._paint_card(painter, name, card, self.camera.offset - self.area.topLeft())
            else:
                self._paint(painter, card.adjusted(-3, -3, 3, 3), around.translated(-self.area.topLeft()))
            self.patches += 1
        painter.end()

    def _paint(self, painter: QPainter, seen: QRectF, clip: QRectF | None) -> None:
        """Paint what meets *seen*, from the ground up: frames, edges, words, cards."""
        area = clip if clip is not None else QRectF(QPointF(0, 0), self.area.size())
        # Qt's raster engine is several times quicker at long lines with an explicit clip, also when it cuts nothing.
        painter.setClipRect(area.toAlignedRect())
        painter.fillRect(area.adjusted(-2, -2, 2, 2), self.theme.ground)
        zoom, corner = self.camera.zoom, self.camera.offset - self.area.topLeft()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setTransform(QTransform(zoom, 0, 0, zoom, corner.x(), corner.y()))
        self._paint_edges(painter, seen)
        for group, frame in self.scene.frames.items():
            if frame.intersects(seen):
                paint_frame(painter, frame, literal(group), self.theme)
        if zoom > LABELS_FROM:
            for key, spot in self.scene.label_spots.items():
                if seen.adjusted(-70, -20, 70, 20).contains(spot):
                    label = literal(self.scene.links[key].label)
                    paint_edge_label(painter, spot, label, key in self.impact, self.theme)
        self._paint_cards(painter, seen, corner)

    def _paint_edges(self, painter: QPainter, seen: QRectF) -> None:
        kinds: dict[tuple[bool, bool], list[Key]] = {}
        for key, curve in self.scene.curves.items():
            if curve.bounds.intersects(seen):
                kinds.setdefault((key in self.impact, self.scene.links[key].hard), []).append(key)
        for impact, hard in sorted(kinds):
            keys = kinds[impact, hard]
            stroke: Stroke = stroke_of(self.scene.links[keys[0]], impact, self.theme)
            paint_edges(painter, [self.scene.curves[key] for key in keys], stroke, seen, arrows=self.camera.zoom > 0.25)

    def _paint_cards(self, painter: QPainter, seen: QRectF, corner: QPointF) -> None:
        for name, card in self.scene.cards.items():
            if card.intersects(seen):
                self._paint_card(painter, name, card, corner)
        painter.setTransform(QTransform())
        painter.setClipping(False)

    def _paint_card(self, painter: QPainter, name: str, card: QRectF, corner: QPointF) -> None:
        """Paint one card on whole pixels of the screen, so that borders and tanks are sharp."""
        zoom, ratio = self.camera.zoom, self.ratio
        x = round((card.x() * zoom + corner.x()) * ratio) / ratio
        y = round((card.y() * zoom + corner.y()) * ratio) / ratio
        painter.setTransform(QTransform(zoom, 0, 0, zoom, x, y))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_card(painter, self.readings.get(name) or NodeReading(name, name), self.theme, name in self.scene.pins)


def _same_outside(one: NodeReading, other: NodeReading) -> bool:
    """Say whether a card keeps its border and ground."""
    return _outside(one) == _outside(other)


def _outside(reading: NodeReading) -> tuple[bool, bool, bool, bool]:
    return reading.is_below, bool(reading.impacted), reading.recedes, reading.stale
