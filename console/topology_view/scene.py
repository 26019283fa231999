"""What is where in the topology: cards, frames and the curves between them, in pixels at a zoom of 1.

Places come from `topology.layout`; what the operator moved by hand stays where it was put. Nothing here paints or listens.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF

from topology.layout import Layout, LayoutNode, Point, Spacing, layout
from topology.region import Region

SPACING = Spacing(width=184.0, height=62.0, gap_x=18.0, gap_y=28.0, frame_x=14.0, frame_top=23.0, frame_bottom=12.0)
SIDEWAYS = 0.28
"""How far from the middle an edge that leads up meets a card, as a part of its width: so it never lies on one that leads down."""
ARROW = 4.5
"""Half the width of an arrow head."""
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Link:
    """An edge as it is drawn: from the dependent to what it needs."""

    key: Key
    hard: bool
    operations: tuple[str, ...] = ()
    """Those it is for, empty for all."""

    @property
    def label(self) -> str:
        """The words beside it."""
        return ", ".join(self.operations)


@dataclass(frozen=True)
class Curve:
    """The line of a link, and where it ends: *tip* at the card that is needed, *along* the direction it arrives in."""

    path: QPainterPath
    tip: QPointF
    along: QPointF

    @cached_property
    def bounds(self) -> QRectF:
        """The rectangle round it, arrow head included."""
        return self.path.controlPointRect().adjusted(-ARROW - 2, -ARROW - 2, ARROW + 2, ARROW + 2)

    @cached_property
    def pieces(self) -> tuple[tuple[QRectF, QPainterPath], ...]:
        """The line cut where it passes a row, each piece with the rectangle round it: of a long line little is in view."""
        path, pieces = self.path, []
        kinds = QPainterPath.ElementType
        for number in range(1, path.elementCount()):
            kind = path.elementAt(number).type
            if kind is kinds.CurveToDataElement:
                continue
            piece = QPainterPath(QPointF(*_element(path, number - 1)))
            if kind is kinds.LineToElement:
                piece.lineTo(*_element(path, number))
            else:
                piece.cubicTo(*(part for after in range(3) for part in _element(path, number + after)))
            pieces.append((piece.controlPointRect().adjusted(-3, -3, 3, 3), piece))
        return tuple(pieces)

    @property
    def arrow(self) -> QPolygonF:
        """The arrow head."""
        back = self.tip - self.along * (ARROW * 1.7)
        side = QPointF(-self.along.y(), self.along.x()) * ARROW
        return QPolygonF([self.tip, back + side, back - side])


class Scene:
    """The topology of one region, laid out once; `stretch` sets it apart to fill a view, `pin` moves one card."""

    def __init__(self, region: Region) -> None:
        self.names = tuple(subsystem.name for subsystem in region.subsystems)
        self.group_of = {node.name: node.service for node in region.subsystems if node.service is not None}
        by_strength = sorted(region.dependencies, key=lambda edge: edge.kind == "soft")
        self.links = {
            (edge.dependent, edge.needs): Link((edge.dependent, edge.needs), edge.kind == "hard", edge.operations)
            for edge in by_strength
        }
        nodes = [LayoutNode(node.name, node.service, node.external) for node in region.subsystems]
        self._plain = layout(nodes, self.links, SPACING)
        self._placed: Layout = self._plain
        self._stretch: Point = (1.0, 1.0)
        self.pins: dict[str, Point] = {}
        """Cards that were put somewhere by hand: their middles, before stretching."""

    @property
    def size(self) -> Point:
        """Width and height before stretching."""
        return self._plain.width, self._plain.height

    def stretch(self, wide: float, high: float) -> None:
        """Set everything apart by factors of at least 1; cards keep their size."""
        self._stretch = wide, high
        self._placed = self._plain.stretched(wide, high)
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
        """Pin what was remembered; names that the region no longer has are left out."""
        self.pins = {name: pins[name] for name in self.names if name in pins}
        self._forget()

    @cached_property
    def cards(self) -> dict[str, QRectF]:
        """The rectangle of each card."""
        half_x, half_y = SPACING.width / 2, SPACING.height / 2
        wide, high = self._stretch
        cards = {}
        for name, (x, y) in self._placed.centres.items():
            if name in self.pins:
                x, y = half_x + (self.pins[name][0] - half_x) * wide, half_y + (self.pins[name][1] - half_y) * high
            cards[name] = QRectF(x - half_x, y - half_y, SPACING.width, SPACING.height)
        return cards

    @cached_property
    def frames(self) -> dict[str, QRectF]:
        """The rectangle round each group of two or more; it grows with a member that was moved."""
        frames = {
            group: QRectF(f.left, f.top, f.right - f.left, f.bottom - f.top) for group, f in self._placed.frames.items()
        }
        for name in self.pins:
            frame = frames.get(self.group_of.get(name, ""))
            if frame is not None:
                around = self.cards[name].adjusted(
                    -SPACING.frame_x, -SPACING.frame_top, SPACING.frame_x, SPACING.frame_bottom
                )
                frames[self.group_of[name]] = frame.united(around)
        return frames

    @cached_property
    def curves(self) -> dict[Key, Curve]:
        """The line of each link, soft ones first, so that hard ones lie on top."""
        keys = sorted(self.links, key=lambda key: self.links[key].hard)
        return {key: self._curve(key) for key in keys}

    @cached_property
    def bounds(self) -> QRectF:
        """The rectangle round everything."""
        bounds = QRectF(0, 0, self._placed.width, self._placed.height)
        for name in self.pins:
            bounds = bounds.united(self.cards[name])
        for frame in self.frames.values():
            bounds = bounds.united(frame)
        return bounds

    @cached_property
    def rows(self) -> list[list[str]]:
        """The cards from top to bottom, each row from left to right."""
        rows: dict[float, list[str]] = {}
        for name, card in self.cards.items():
            rows.setdefault(round(card.center().y()), []).append(name)
        return [sorted(rows[y], key=lambda name: self.cards[name].x()) for y in sorted(rows)]

    @cached_property
    def needs(self) -> dict[str, list[str]]:
        """What each node needs, from left to right."""
        found: dict[str, list[str]] = {name: [] for name in self.names}
        for dependent, need in self.links:
            found[dependent].append(need)
        return {name: sorted(others, key=lambda other: self.cards[other].x()) for name, others in found.items()}

    @cached_property
    def needed_by(self) -> dict[str, list[str]]:
        """What needs each node, from left to right."""
        found: dict[str, list[str]] = {name: [] for name in self.names}
        for dependent, need in self.links:
            found[need].append(dependent)
        return {name: sorted(others, key=lambda other: self.cards[other].x()) for name, others in found.items()}

    @cached_property
    def label_spots(self) -> dict[Key, QPointF]:
        """Where the words of each link that has some go: on its line near the dependent, away from cards and other words."""
        spots: dict[Key, QPointF] = {}
        for key, link in self.links.items():
            if not link.label:
                continue
            path = self.curves[key].path
            length = path.length()
            tries = [path.pointAtPercent(path.percentAtLength(min(length * part, at))) for part, at in _LABEL_TRIES]
            spots[key] = next((spot for spot in tries if self._is_free(spot, spots.values())), tries[0])
        return spots

    def at(self, point: QPointF) -> str | None:
        """Give the card at a point; of two that overlap, the later one, which is painted on top."""
        return next((name for name in reversed(self.names) if self.cards[name].contains(point)), None)

    def next(self, name: str, step: tuple[int, int]) -> str | None:
        """Give the card that a *step* to the right or down leads to: along an edge into the nearest row, or the neighbour."""
        if step[0]:
            row = next(row for row in self.rows if name in row)
            at = row.index(name) + step[0]
            return row[at] if 0 <= at < len(row) else None
        middle = self.cards[name].center()
        away = {other: self.cards[other].center() - middle for other in self.needs[name] + self.needed_by[name]}
        there = [other for other, by in away.items() if by.y() * step[1] > 0]
        return min(there, key=lambda other: (abs(away[other].y()), abs(away[other].x()), away[other].x()), default=None)

    def _is_free(self, spot: QPointF, others: Iterable[QPointF]) -> bool:
        box = QRectF(spot.x() - 24, spot.y() - 9, 48, 18)
        if any(box.intersects(card) for card in self.cards.values()):
            return False
        return not any(box.contains(other) for other in others)

    def _curve(self, key: Key) -> Curve:
        source, target = (self.cards[name] for name in key)
        if key[0] in self.pins or key[1] in self.pins:
            return _direct(source, target)
        points = [QPointF(*point) for point in self._placed.routes[key]]
        down = points[0].y() < points[-1].y()
        if not down:
            aside = QPointF(SPACING.width * SIDEWAYS, 0)
            points[0], points[-1] = points[0] + aside, points[-1] + aside
        half = QPointF(0, SPACING.height / 2 if down else -SPACING.height / 2)
        path = QPainterPath(points[0] + half)
        for point in points[1:-1]:
            _bend(path, point - half)
            path.lineTo(point + half)
        tip = points[-1] - half
        _bend(path, tip)
        return Curve(path, tip, QPointF(0, 1 if down else -1))

    def _forget(self) -> None:
        for name in ("cards", "frames", "curves", "bounds", "rows", "needs", "needed_by", "label_spots"):
            self.__dict__.pop(name, None)


_LABEL_TRIES = tuple((part, at) for at in (46.0, 60.0, 34.0, 80.0, 110.0, 150.0) for part in (0.5,))


def _element(path: QPainterPath, number: int) -> Point:
    element = path.elementAt(number)
    return element.x, element.y


def _bend(path: QPainterPath, end: QPointF) -> None:
    """Lead *path* to *end*, upright at both ends."""
    start = path.currentPosition()
    if abs(start.x() - end.x()) < 0.5:
        path.lineTo(end)
        return
    middle = (start.y() + end.y()) / 2
    path.cubicTo(start.x(), middle, end.x(), middle, end.x(), end.y())


def _direct(source: QRectF, target: QRectF) -> Curve:
    """Join two cards that lie anywhere: upright where one is above the other, else sideways."""
    if target.top() > source.bottom() or target.bottom() < source.top():
        down = target.top() > source.bottom()
        start = QPointF(source.center().x(), source.bottom() if down else source.top())
        tip = QPointF(target.center().x(), target.top() if down else target.bottom())
        path = QPainterPath(start)
        _bend(path, tip)
        return Curve(path, tip, QPointF(0, 1 if down else -1))
    right = target.center().x() > source.center().x()
    start = QPointF(source.right() if right else source.left(), source.center().y())
    tip = QPointF(target.left() if right else target.right(), target.center().y())
    path = QPainterPath(start)
    middle = (start.x() + tip.x()) / 2
    path.cubicTo(middle, start.y(), middle, tip.y(), tip.x(), tip.y())
    return Curve(path, tip, QPointF(1 if right else -1, 0))
