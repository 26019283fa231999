"""Paints what is in a part of the topology's scene, from the ground up. What is kept of it is the canvas's matter."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QRegion, QTransform

from console.kit.theme import Theme
from console.operating.layouts.placed import READABLE, SPACING
from console.panels.topology.cards.readings import NodeReading, Readings
from console.panels.topology.drawing.close_card import letters, name_width, paint_close_card, told_apart
from console.panels.topology.drawing.overview import OverviewTransform, is_overview, paint_links, paint_nodes
from console.panels.topology.drawing.paint import (
    advance,
    paint_card,
    paint_edge_label,
    paint_edges,
    paint_frame,
    stroke_of,
)
from console.panels.topology.geometry.camera import Camera
from console.panels.topology.geometry.lines import Key
from console.panels.topology.geometry.scene import TopologyScene
from console.panels.topology.geometry.shape import Numbers
from console.words.writing import literal

LABELS_FROM = 34.0
"""The height of a card in pixels from which the words of edges are shown."""
NO_TANK = 6.0
"""Pixels of a close card that a name without a tank beside it has not."""
ROUND = 4.0
"""Pixels of a card's border that its round corners take."""
STRAIGHT_FROM = 600
"""So many links in view are drawn with curves; more are drawn straight, which is much quicker."""


@dataclass(frozen=True, slots=True)
class PictureFrame:
    """What a picture shows, and how: *area* in view coordinates as *camera* sees it, with *ratio* pixels to each of the view's."""

    camera: Camera
    area: QRectF
    ratio: float

    @property
    def corner(self) -> QPointF:
        """Where the scene's origin is in the picture."""
        return self.camera.offset - self.area.topLeft()

    @property
    def from_afar(self) -> OverviewTransform:
        """How what is painted from afar comes onto the picture's pixels."""
        return OverviewTransform(self.camera.zoom, self.corner, self.ratio)


class ScenePainter:
    """Paints frames, edges, words and cards with the readings that it was given last."""

    def __init__(self, scene: TopologyScene, theme: Theme) -> None:
        self.theme = theme
        self.readings = Readings.of({})
        self.impact: frozenset[Key] = frozenset()
        self._scene = scene
        self._close_size: tuple[int, int] | None = None
        self._close_names: dict[str, str] = {}

    def paint(self, painter: QPainter, frame: PictureFrame, seen: QRectF, clip: QRectF | None) -> None:
        """Paint what meets *seen*, from the ground up: frames, edges, words, cards."""
        area = clip if clip is not None else QRectF(QPointF(0, 0), frame.area.size())
        painter.setTransform(QTransform())
        # Qt's raster engine is several times quicker at long lines with an explicit clip, also when it cuts nothing.
        painter.setClipRect(area.toAlignedRect())
        painter.fillRect(area.adjusted(-2, -2, 2, 2), self.theme.ground)
        zoom, corner, scene = frame.camera.zoom, frame.corner, self._scene
        overview = is_overview(scene.card[1] * zoom, len(scene.names))
        links = scene.links_in(seen)
        straight = overview or scene.lines.links_at(zoom) > STRAIGHT_FROM
        if straight:
            paint_links(painter, scene, links, seen, frame.from_afar, self.theme)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setTransform(QTransform(zoom, 0, 0, zoom, corner.x(), corner.y()))
        if not straight:
            self._paint_edges(painter, seen, links, arrows=zoom > 0.25)
        for group, rect in scene.shape.frames.items():
            if rect.intersects(seen):
                self._paint_frame(painter, group, rect, named=not overview)
        if zoom * scene.card[1] > LABELS_FROM and not straight:
            self._paint_words(painter, seen, links)
        if overview:
            painter.setTransform(QTransform())
            self.paint_from_afar(painter, frame, scene.cards_in(seen))
        else:
            for number in scene.cards_in(seen).tolist():
                self.paint_card(painter, frame, scene.names[number])
        painter.setTransform(QTransform())
        painter.setClipping(False)

    def _paint_frame(self, painter: QPainter, group: str, rect: QRectF, *, named: bool) -> None:
        """Paint the box of a service; from afar names are written on top of everything, where they lie over no other."""
        room_above = self._scene.places.spacing.frame_top
        border = QRectF(rect.left(), rect.top() - room_above, rect.width(), 3 * room_above)
        near = self._scene.cards_in(border).tolist() if named else ()
        cards = [self._scene.shape.cards[self._scene.names[number]] for number in near]
        paint_frame(painter, rect, literal(group) if named else "", self.theme, room_above, cards)

    def paint_from_afar(self, painter: QPainter, frame: PictureFrame, numbers: Numbers) -> None:
        """Paint cards as they are seen from afar, all in a few calls."""
        if len(numbers) and len(self.readings) == len(self._scene.names):
            boxes = frame.from_afar.boxes(self._scene.shape.rects[numbers])
            columns = self.readings.columns.taken(numbers)
            paint_nodes(painter, boxes, columns, self.theme, stale=self.readings.stale, rim=self.theme.border_strong)

    def paint_card(self, painter: QPainter, frame: PictureFrame, name: str) -> None:
        """Paint one card on whole pixels of the screen, so that borders and tanks are sharp."""
        zoom, box = frame.camera.zoom, self._box(frame, name)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        reading = self.readings.get(name) or NodeReading(name, name)
        pinned = name in self._scene.pins
        if self._has_three_lines(zoom):
            painter.setTransform(QTransform(zoom, 0, 0, zoom, box.x(), box.y()))
            paint_card(painter, reading, self._scene.short_names[name], self.theme, pinned)
            return
        painter.setTransform(QTransform.fromTranslate(box.x(), box.y()))
        short, whole = self.close_name(name, box.width(), box.height()), self._scene.short_names[name]
        if not reading.declared and advance(whole, letters(box.height()), bold=True) <= box.width() - NO_TANK:
            short = whole
        paint_close_card(painter, box.width(), box.height(), reading, short, self.theme, pinned=pinned)

    def inside(self, frame: PictureFrame, name: str) -> QRegion:
        """Give the part of a card that is opaque, in which it can be painted again: its words reach as far, its border does not."""
        box = self._box(frame, name)
        if self._has_three_lines(frame.camera.zoom):
            edge = 3 * frame.camera.zoom
            return QRegion(box.adjusted(edge, edge, -edge, -edge).toAlignedRect())
        # Only the corners, drawn twice, would grow darker.
        upright = box.adjusted(ROUND, 1, -ROUND, -1).toAlignedRect()
        return QRegion(upright).united(QRegion(box.adjusted(1, ROUND, -1, -ROUND).toAlignedRect()))

    def _box(self, frame: PictureFrame, name: str) -> QRectF:
        """Give where a card is painted in the picture."""
        zoom, ratio, corner, card = frame.camera.zoom, frame.ratio, frame.corner, self._scene.shape.cards[name]
        wide, high = self._scene.card
        x = round((card.x() * zoom + corner.x()) * ratio) / ratio
        y = round((card.y() * zoom + corner.y()) * ratio) / ratio
        return QRectF(x, y, round(wide * zoom), round(high * zoom))

    def _has_three_lines(self, zoom: float) -> bool:
        return self._scene.card[1] == SPACING.height and zoom >= READABLE

    def close_name(self, name: str, wide: float, high: float) -> str:
        """Give the name on a close card of so many pixels, shortened so that it is told apart from all others."""
        size = int(name_width(wide)), letters(high)
        if size != self._close_size:
            short = self._scene.short_names
            self._close_size = size
            self._close_names = dict(zip(short, told_apart(tuple(short.values()), size[1], size[0]), strict=True))
        return self._close_names[name]

    def _paint_words(self, painter: QPainter, seen: QRectF, links: Numbers) -> None:
        wide = seen.adjusted(-70, -20, 70, 20)
        for number in links.tolist():
            link = self._scene.links[self._scene.keys[number]]
            if link.operations and wide.contains(spot := self._scene.lines.label_spot(link.key)):
                paint_edge_label(painter, spot, literal(link.label), link.key in self.impact, self.theme)

    def _paint_edges(self, painter: QPainter, seen: QRectF, links: Numbers, *, arrows: bool) -> None:
        scene = self._scene
        kinds: dict[tuple[bool, bool, bool], list[Key]] = {}
        for number in links.tolist():
            key = scene.keys[number]
            kind = (key in self.impact, bool(scene.hard[number]), not scene.links[key].observed)
            kinds.setdefault(kind, []).append(key)
        for kind in sorted(kinds):
            keys = kinds[kind]
            stroke = stroke_of(scene.links[keys[0]], kind[0], self.theme)
            paint_edges(painter, [scene.lines.curve(key) for key in keys], stroke, seen, arrows=arrows)
