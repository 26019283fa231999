"""What stays readable of the topology from however far away: what is abnormal, what the plan touches, a way that was asked for.

Painted over the kept picture at every frame, in arrays: a thousand alarms cost a millisecond, and none makes it be drawn anew.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from console.kit.batches import Floats, draw_lines, draw_sprites, sprite_of
from console.kit.theme import Theme
from console.operating.layouts.placed import short_name
from console.panels.topology.cards.readings import BELOW, TIGHT, Readings
from console.panels.topology.drawing import labels
from console.panels.topology.drawing.labels import Label, Wanted
from console.panels.topology.drawing.overview import PLATE, OverviewTransform, paint_nodes
from console.panels.topology.geometry.camera import Camera
from console.panels.topology.geometry.lines import Key
from console.panels.topology.geometry.scene import TopologyScene
from console.panels.topology.geometry.shape import Numbers
from console.words.writing import literal
from topology.fleet.fleet import NO_FLOOR

SMALLEST = (15.0, 10.0)
"""Pixels across and down that a card to look at has at least."""
VEIL = 140
"""How much the rest recedes while a plan or a way is on show: the opacity of the ground over it."""
TRIANGLE = [(-4.5, -3.6), (4.5, -3.6), (0.0, 4.2)]
DIAMOND = [(0.0, -4.5), (4.5, 0.0), (0.0, 4.5), (-4.5, 0.0)]
NAMED_FROM = 4.0
"""A card at least so many pixels high is named where there is room, if nothing is wrong with it."""
AROUND = 160
"""Pixels round the view that are named too, so that a pan that is shorter only moves the names."""
MOST_QUIET = 250
"""So many names of cards that need no look are tried: those with the most links."""
MOST_NAMES = 1500
"""So many names are tried at most at one placing."""


@dataclass(frozen=True, slots=True)
class Highlight:
    """A way from one node to another that the operator asked to see: nodes in order, and the links between them."""

    nodes: tuple[str, ...] = ()

    @property
    def keys(self) -> frozenset[Key]:
        """The links of the way."""
        return frozenset(zip(self.nodes, self.nodes[1:], strict=False))


class Emphasis:
    """Paints what has to be seen, and chooses which names are written."""

    def __init__(self, scene: TopologyScene, theme: Theme) -> None:
        self.scene, self.theme = scene, theme
        self.labels: list[Label] = []
        self._labelled: tuple[object, ...] = ()
        self._camera = Camera()

    def numbers(self, readings: Readings) -> Numbers:
        """Give the positions of the nodes to look at, the most urgent last."""
        weight = self.weights(readings)
        found = np.flatnonzero(weight)
        return found[np.argsort(weight[found], kind="stable")]

    def weights(self, readings: Readings) -> Numbers:
        """Give how urgent a look at each node is: 0 for none, most where a floor is, or would be, broken."""
        columns, shown = readings.columns, self.scene.shape.shown
        weight = np.zeros(len(shown), np.int64)
        weight[columns.rank == TIGHT] = 1
        weight[columns.impacted] = 2
        weight[columns.touched] = 3
        weight[columns.rank >= BELOW] = 4
        weight[~shown] = 0
        return weight

    def paint(
        self,
        painter: QPainter,
        readings: Readings,
        impact: Iterable[Key],
        way: Highlight,
        camera: Camera,
        view: QRectF,
        clear: QRectF | None = None,
    ) -> None:
        """Paint it all over a picture that shows *view* as *camera* sees it; names only where nothing lies over it, in *clear*."""
        scene, theme = self.scene, self.theme
        window = OverviewTransform(camera.zoom, camera.offset, painter.device().devicePixelRatioF())
        if readings.planned or way.nodes:
            veil = QColor(theme.ground)
            veil.setAlpha(VEIL)
            painter.fillRect(view, veil)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for keys, colour, width in ((impact, theme.edge_impact, 1.8), (way.keys, theme.focus, 2.4)):
            lines = self._lines(keys)
            draw_lines(painter, window.lines(lines), QPen(colour, width))
        chosen = self.numbers(readings)
        inside = self._within(chosen, camera, view)
        self._paint_nodes(painter, readings, inside, window)
        on_way = np.array([scene.index[name] for name in way.nodes if name in scene.index], np.int64)
        self._paint_nodes(painter, readings, on_way, window, theme.focus)
        self._place_labels(readings, np.r_[chosen, on_way], camera, clear or view)
        painter.save()
        painter.translate(camera.offset - self._camera.offset)
        labels.paint(painter, self.labels, theme.ground)
        painter.restore()

    def boxes(self, numbers: Numbers, window: OverviewTransform) -> Floats:
        """Give where nodes to look at are, grown to a size that can be seen."""
        boxes = window.boxes(self.scene.shape.rects[numbers])
        middle = (boxes[:, :2] + boxes[:, 2:]) / 2
        half = np.maximum((boxes[:, 2:] - boxes[:, :2]) / 2, np.array(SMALLEST) / 2)
        return np.hstack([np.round(middle - half), np.round(middle + half)])

    def _lines(self, keys: Iterable[Key]) -> Floats:
        chosen = np.zeros(len(self.scene.keys), bool)
        numbers = [number for key in keys if (number := self.scene.number_of(key)) is not None]
        if not numbers:
            return np.empty((0, 4))
        chosen[numbers] = True
        pieces, owner = self.scene.lines.segments
        return pieces[chosen[owner] & self.scene.shape.linked[owner]]

    def _within(self, numbers: Numbers, camera: Camera, view: QRectF) -> Numbers:
        seen = camera.scene_rect(view.adjusted(-30, -30, 30, 30))
        rects = self.scene.shape.rects[numbers]
        return numbers[
            (rects[:, 0] <= seen.right())
            & (rects[:, 2] >= seen.left())
            & (rects[:, 1] <= seen.bottom())
            & (rects[:, 3] >= seen.top())
        ]

    def _paint_nodes(
        self,
        painter: QPainter,
        readings: Readings,
        numbers: Numbers,
        window: OverviewTransform,
        rim: QColor | None = None,
    ) -> None:
        theme, columns = self.theme, readings.columns
        alarm = theme.stale if readings.stale else theme.alarm
        below, impacted = columns.rank[numbers] >= BELOW, columns.impacted[numbers]
        kinds = [
            (~below & ~impacted, rim or theme.border_strong, DIAMOND, theme.caution),
            (impacted & ~below, rim or alarm, None, alarm),
            (below, rim or alarm, TRIANGLE, alarm),
        ]
        for chosen, colour, sign, sign_colour in kinds:
            mine = numbers[chosen]
            if not len(mine):
                continue
            boxes = self.boxes(mine, window)
            tight = columns.rank[mine] == TIGHT
            if sign is TRIANGLE or rim is not None:
                paint_nodes(
                    painter,
                    boxes + np.array((-1, -1, 1, 1)),
                    columns.taken(mine),
                    theme,
                    stale=readings.stale,
                    rim=colour,
                )
            paint_nodes(painter, boxes, columns.taken(mine), theme, stale=readings.stale, rim=colour, planned=True)
            if sign is not None:
                marked = boxes[tight] if sign is DIAMOND else boxes
                sprite = _sprite(
                    tuple(sign), sign_colour.name(), theme.ground.name(), painter.device().devicePixelRatioF()
                )
                draw_sprites(painter, marked[:, (2, 1)], sprite)

    def _place_labels(self, readings: Readings, first: Numbers, camera: Camera, view: QRectF) -> None:
        """Choose names anew when something that they depend on changed; while panning they only move along."""
        shift, columns = camera.offset - self._camera.offset, readings.columns
        key = (
            camera.zoom, view, readings.planned, readings.stale, self.theme.name, self.scene.version,
            first.tobytes(), *(column[first].tobytes() for column in (columns.rank, columns.headroom, columns.impacted)),
        )  # fmt: skip
        if key == self._labelled and abs(shift.x()) < AROUND and abs(shift.y()) < AROUND:
            return
        self._labelled, self._camera = key, camera
        room = view.adjusted(-AROUND - 10, -AROUND - 10, AROUND + 10, AROUND + 10)
        window = OverviewTransform(camera.zoom, camera.offset)
        cards = self.scene.cards_in(camera.scene_rect(room))
        plain = window.boxes(self.scene.shape.rects[cards]) if len(cards) <= MOST_NAMES else np.empty((0, 4))
        wanted = self._wanted(readings, first, camera, room)
        broken = columns.rank[first] >= BELOW
        never, rather_not = (_rects(self.boxes(some, window)) for some in (first[broken], first[~broken]))
        self.labels = labels.place(wanted, room, never, _rects(plain), view, rather_not)

    def _wanted(self, readings: Readings, first: Numbers, camera: Camera, view: QRectF) -> Iterator[Wanted]:
        """Name what has to be seen, the most urgent first; then groups; then the cards with the most links."""
        scene, theme, columns = self.scene, self.theme, readings.columns
        urgent = self._within(first, camera, view)[::-1][:MOST_NAMES]
        window = OverviewTransform(camera.zoom, camera.offset)
        plate = self.scene.card[1] * camera.zoom >= PLATE
        for number, (left, top, right, bottom) in zip(
            urgent.tolist(), self.boxes(urgent, window).tolist(), strict=True
        ):
            is_alarm = (columns.rank[number] >= BELOW or columns.impacted[number]) and not readings.stale
            colour = theme.alarm if is_alarm else theme.text
            text = f"{literal(scene.outline.nodes[number].label)} {_shortfall(readings, number)}".strip()
            below = QPointF((left + right) / 2, bottom + 1)
            yield Wanted(text, below, colour, bold=True, urgent=True, of=number)
            above = QPointF(below.x(), top - labels.height() - 1)
            yield Wanted(text, above, colour, bold=True, urgent=True, of=number)
            beside = QPointF(right + 7, (top + bottom - labels.height()) / 2)
            yield Wanted(text, beside, colour, bold=True, centred=False, urgent=True, of=number)
            if columns.rank[number] >= BELOW:
                # What breaks has its name, whatever else would be under it.
                yield Wanted(text, below, colour, bold=True, urgent=True, broken=True, of=number)
                yield Wanted(text, above, colour, bold=True, urgent=True, broken=True, of=number)
        quiet = theme.text_faint if readings.planned else theme.text_soft
        frames = sorted(scene.shape.frames.items(), key=lambda item: -item[1].width())
        for number, (group, frame) in enumerate(frames[:MOST_NAMES], 1):
            seen = camera.view_rect(frame)
            if seen.intersects(view) and seen.width() > 40:
                yield from _of_box(literal(group), seen, -number, theme.text_soft)
        if self.scene.card[1] * camera.zoom < NAMED_FROM:
            return
        rest = self._within(np.setdiff1d(np.flatnonzero(scene.shape.shown), first), camera, view)
        rest = rest[np.argsort(-scene.degree[rest], kind="stable")][:MOST_QUIET]
        for number, (left, top, right, bottom) in zip(
            rest.tolist(), window.boxes(scene.shape.rects[rest]).tolist(), strict=True
        ):
            node = scene.outline.nodes[number]
            label = literal(short_name(node.label, node.group))
            start = left + (44.0 if columns.rank[number] >= 0 else 10.0) * camera.zoom + 2
            middle = (top + bottom - labels.height()) / 2
            if plate and labels.fits(label, right - start - 2):
                yield Wanted(label, QPointF(start, middle), quiet, centred=False, of=number, inside=True)
            else:
                yield Wanted(label, QPointF(right + 3, middle), quiet, centred=False, of=number)
                yield Wanted(label, QPointF((left + right) / 2, bottom + 1), quiet, of=number)


def _of_box(name: str, box: QRectF, number: int, colour: QColor) -> Iterator[Wanted]:
    """Name a service on the upper border of its box, else on the lower one; if need be over cards that need no look, or do."""
    wide, half = max(box.width(), 60.0), labels.height() / 2
    tops = (box.top() - 2 * half + 2, box.top() - half, box.bottom() - half)
    for urgent, broken in ((False, False), (True, False), (True, True)):
        for top in tops:
            for x, centred in ((box.left() + 9, False), (box.center().x(), True), (box.center().x() + wide / 4, True)):
                yield Wanted(name, QPointF(x, top), colour, True, centred, wide, urgent, broken, of=number)


def _rects(boxes: Floats) -> Iterator[QRectF]:
    for left, top, right, bottom in boxes.tolist():
        yield QRectF(left, top + 1, right - left, bottom - top - 2)


def _shortfall(readings: Readings, number: int) -> str:
    """Say how far below its floor a node is, in signs that need little room."""
    columns = readings.columns
    if columns.rank[number] >= BELOW and columns.floor[number] != NO_FLOOR:
        return f"{int(columns.headroom[number]):,}".replace("-", "−")
    return ""


@lru_cache(maxsize=32)
def _sprite(polygon: tuple[tuple[float, float], ...], colour: str, rim: str, ratio: float) -> QPixmap:
    return sprite_of(list(polygon), QColor(colour), QColor(rim), ratio)
