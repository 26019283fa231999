"""How the topology looks: ground, frames, edges and cards, each painted from values; where they are is the scene's business."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from console.kit.tank import Tank, paint_tank
from console.kit.theme import Theme, ui_font
from console.operating.layouts.placed import SPACING
from console.panels.topology.cards.readings import NodeReading
from console.panels.topology.cards.words import CardText, Tone, card_text
from console.panels.topology.geometry.curves import Curve
from console.panels.topology.geometry.lines import SceneLink

NAME_PX, NUMBERS_PX, STATE_PX, LABEL_PX = 14, 13, 12, 11
SMALLEST_TEXT_PX = 6.5
"""Text that would be smaller on the screen is left out."""
MANY = 60
"""So many edges of a kind in view are drawn thin."""
CORNER = 5.0
MARGIN = 11.0
TANK = QRectF(MARGIN, 9, 23, SPACING.height - 18)
TEXT_LEFT = 47.0
SMALLEST_LABELLED = 40.0
"""A frame narrower than so many pixels has no room for a name."""
SMALLEST_RING = 12.0
"""Pixels across and down that a ring has room for at least."""
STACKED = 4.0
"""How far the second card of a box looks out behind the first."""
ROOMY = 40.0
"""A card so many pixels high has room for both lower edges above each other; a lower one has two right edges alone."""
MARK = 11.0
"""The room that a mark takes before its words."""


@lru_cache(maxsize=64)
def font(pixels: int, bold: bool = False) -> QFont:
    """Give a font by its size in pixels at a zoom of 1, since it has to fit a card, whatever the desktop's dots per inch."""
    found = ui_font(10, bold)
    found.setPixelSize(pixels)
    found.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return found


@lru_cache(maxsize=64)
def _metrics(pixels: int, bold: bool) -> QFontMetricsF:
    return QFontMetricsF(font(pixels, bold))


@lru_cache(maxsize=8192)
def fitted(texts: tuple[str, ...], pixels: int, bold: bool, width: float) -> str:
    """Give the first text that fits into *width*, or the last one, cut with an ellipsis: a name in its middle."""
    metrics = _metrics(pixels, bold)
    for text in texts:
        if metrics.horizontalAdvance(text) <= width:
            return text
    # Names that begin alike are told apart by their ends, and a number behind one is what it is there for.
    is_name = texts[-1].count(" ") <= 1
    mode = Qt.TextElideMode.ElideMiddle if is_name else Qt.TextElideMode.ElideRight
    return metrics.elidedText(texts[-1], mode, width)


def advance(text: str, pixels: int, *, bold: bool) -> float:
    """Give how wide a text is."""
    return _metrics(pixels, bold).horizontalAdvance(text)


def paint_frame(
    painter: QPainter, frame: QRectF, label: str, theme: Theme, room_above: float, cards: Sequence[QRectF] = ()
) -> None:
    """Paint the dashed frame of a group, and its label, if any, with a ground of its own, where none of *cards* would cover it.

    *room_above* is that above the cards in the frame.
    """
    pen = QPen(theme.border_strong, 1.0)
    pen.setCosmetic(True)
    pen.setDashPattern([3.0, 4.0])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(frame, 8, 8)
    # The label is written in pixels of the view, so that it can be read however far away the frame is.
    transform = painter.transform()
    seen = transform.mapRect(frame)
    zoom = transform.m11()
    pixels = max(LABEL_PX, min(STATE_PX, int(STATE_PX * zoom)))
    if not label or seen.width() < SMALLEST_LABELLED:
        return
    text = fitted((label,), pixels, True, float(int(seen.width() - 14)))
    metrics = _metrics(pixels, True)
    wide, high = metrics.horizontalAdvance(text) + 4, metrics.height()
    # Inside, where there is room above the cards; else on the border.
    tops = (seen.top() + 2,) if room_above * zoom >= high else (seen.top() - high / 2, seen.top())
    lefts = (seen.left() + 7, seen.center().x() - wide / 2, seen.right() - 7 - wide)
    spots = [QRectF(left, top, wide, high) for left in lefts for top in tops]
    over = [transform.mapRect(card) for card in cards]
    free = (spot for spot in spots if not any(card.intersects(spot.adjusted(0, 2, 0, -2)) for card in over))
    box = next(free, spots[0])
    painter.save()
    painter.setTransform(QTransform())
    painter.fillRect(box, theme.ground)
    painter.setPen(theme.text_soft)
    painter.setFont(font(pixels, True))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


@dataclass(frozen=True, slots=True)
class Stroke:
    """How a kind of edge is drawn: a shape besides the colour tells them apart."""

    colour: QColor
    width: float
    dashed: bool = False
    dotted: bool = False

    @property
    def pattern(self) -> list[float]:
        """Strokes and gaps, in widths of the line; none for a line without gaps."""
        return [1.0, 2.5] if self.dotted else [4.0, 3.0] if self.dashed else []


def stroke_of(link: SceneLink, impact: bool, theme: Theme) -> Stroke:
    """Choose how to draw a link: impact is thick, a soft need dashed, a call that was only seen dotted."""
    if impact:
        return Stroke(theme.edge_impact, 2.4, not link.hard)
    return Stroke(theme.edge if link.hard else theme.edge_soft, 1.3, not link.hard, link.observed)


def paint_edges(
    painter: QPainter, curves: Sequence[Curve], stroke: Stroke, seen: QRectF | None = None, arrows: bool = True
) -> None:
    """Paint edges of one kind: thin ones as one path, thick ones piece by piece, where Qt's raster engine is quickest.

    Only what meets *seen* of the scene is painted, where that is given.
    """
    pen = QPen(stroke.colour, stroke.width)
    zoom = painter.transform().m11()
    if zoom < 0.6 or len(curves) > MANY:
        pen.setCosmetic(True)  # thinner than a pixel would fade away, and a pixel is the quickest
        pen.setWidthF(max(1.0, stroke.width * 0.7))
    if stroke.pattern and zoom > 0.2:
        pen.setDashPattern(stroke.pattern)
    lines, heads = QPainterPath(), QPainterPath()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    thin = pen.widthF() * (1.0 if pen.isCosmetic() else zoom) <= 1.0
    whole = thin and zoom < 0.3
    for curve in curves:
        for bounds, piece in ((curve.bounds, curve.path),) if whole else curve.pieces:
            if seen is not None and not bounds.intersects(seen):
                continue
            if thin:
                lines.addPath(piece)
            else:
                painter.drawPath(piece)
        if arrows:
            heads.addPolygon(curve.arrow)
            heads.closeSubpath()
    painter.drawPath(lines)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(stroke.colour)
    heads.setFillRule(Qt.FillRule.WindingFill)
    painter.drawPath(heads)


def paint_edge_label(painter: QPainter, spot: QPointF, label: str, impact: bool, theme: Theme) -> None:
    """Paint the operations of an edge on it, with a ground of its own."""
    spot = painter.transform().map(spot)
    painter.save()
    painter.setTransform(QTransform())
    text = fitted((label,), LABEL_PX, False, 120)
    metrics = _metrics(LABEL_PX, False)
    width, height = metrics.horizontalAdvance(text) + 6, metrics.height()
    box = QRectF(spot.x() - width / 2, spot.y() - height / 2, width, height)
    painter.fillRect(box, theme.ground)
    painter.setPen(theme.alarm if impact else theme.text_soft)
    painter.setFont(font(LABEL_PX))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def tank_of(reading: NodeReading) -> Tank:
    """Give the tank of a reading."""
    after = reading.in_service if reading.after is None else reading.after
    return Tank(reading.declared, reading.in_service, after, reading.floor, reading.pending, reading.stale)


def paint_card(painter: QPainter, reading: NodeReading, name: str, theme: Theme, pinned: bool = False) -> None:
    """Paint a card with three lines, its corner at the painter's origin."""
    paint_body(painter, reading, theme, SPACING.width, SPACING.height)
    left = MARGIN
    if reading.declared:
        paint_tank(painter, TANK, tank_of(reading), theme)
        left = TEXT_LEFT
    _lines(painter, reading, name, card_text(reading), theme, left)
    if pinned:
        paint_pin(painter, theme, SPACING.width)


def paint_body(painter: QPainter, reading: NodeReading, theme: Theme, wide: float, high: float) -> None:
    """Paint the ground and the border of a card of this size: what breaks has a thick one, what is impacted a dashed one."""
    painter.setBrush(theme.panel if reading.recedes or reading.stale else theme.raised)
    alarm = theme.stale if reading.stale else theme.alarm
    pen = QPen(theme.border_strong if not reading.recedes else theme.border, 1.0)
    if reading.is_below:
        pen = QPen(alarm, 2.4)
    elif reading.impacted:
        pen = QPen(alarm, 1.6)
        pen.setDashPattern([4.0, 2.5])
    if painter.transform().m11() < 0.6 and (reading.is_below or reading.impacted):
        pen.setCosmetic(True)
    inset = pen.widthF() / 2
    painter.setPen(pen)
    body = QRectF(inset, inset, wide - 2 * inset, high - 2 * inset)
    if reading.inside:
        # A second card behind it: there is more than one in here.
        down = STACKED if high >= ROOMY else 0.0
        body.adjust(0, 0, -STACKED, -down)
        painter.drawRoundedRect(body.translated(STACKED, down), CORNER, CORNER)
    painter.drawRoundedRect(body, CORNER, CORNER)


def _lines(painter: QPainter, reading: NodeReading, name: str, text: CardText, theme: Theme, left: float) -> None:
    """Write name, numbers and state; a card without numbers has two lines, in its middle."""
    width = SPACING.width - left - 6
    quiet = reading.recedes or reading.stale
    name_colour = theme.stale if reading.stale else theme.text_soft if quiet else theme.text
    tops = (8.0, 25.0, 41.0) if text.numbers else (14.0, 0.0, 33.0)
    name_width = width - (12 if not text.numbers else 4)
    write(painter, left, tops[0], (name,), NAME_PX, bold=True, colour=name_colour, width=name_width)
    if text.numbers:
        write(painter, left, tops[1], (text.numbers,), NUMBERS_PX, bold=False, colour=name_colour, width=width)
    colour = tone_colour(reading, text.tone, theme)
    bold = (text.tone is Tone.ALARM and reading.is_below) or text.tone is Tone.CAUTION
    at = left
    if text.tone in (Tone.CAUTION, Tone.UNKNOWN) or reading.is_below:
        paint_mark(painter, text.tone, QPointF(left + 3.5, tops[2] + 7.5), 7.0, colour)
        at += MARK
    said = (text.state, text.short)
    write(painter, at, tops[2], said, STATE_PX, bold=bold, colour=colour, width=width - (at - left))


def tone_colour(reading: NodeReading, tone: Tone, theme: Theme) -> QColor:
    """Give the colour of a line that means *tone*."""
    if reading.stale:
        return theme.stale
    if tone is Tone.ALARM:
        return theme.alarm
    if tone in (Tone.CAUTION, Tone.UNKNOWN):
        return theme.caution
    return theme.text_faint if reading.recedes else theme.text_soft


def write(
    painter: QPainter,
    x: float,
    top: float,
    texts: tuple[str, ...],
    pixels: int,
    *,
    bold: bool,
    colour: QColor,
    width: float,
) -> None:
    """Write the first of *texts* that has room in *width*."""
    metrics = _metrics(pixels, bold)
    painter.setFont(font(pixels, bold))
    painter.setPen(colour)
    painter.drawText(
        QPointF(x, top + metrics.ascent() - (metrics.height() - pixels * 1.25) / 2), fitted(texts, pixels, bold, width)
    )


def paint_mark(painter: QPainter, tone: Tone, at: QPointF, size: float, colour: QColor) -> None:
    """Draw the sign of a tone: a triangle that points down, a diamond, or a question mark."""
    half = size / 2
    if tone is Tone.UNKNOWN:
        painter.setPen(colour)
        painter.setFont(font(STATE_PX if size < 10 else 20, bold=True))
        painter.drawText(QRectF(at.x() - 12, at.y() - 14, 24, 28), Qt.AlignmentFlag.AlignCenter, "?")
        return
    corners = [(0, -half), (half, 0), (0, half), (-half, 0)]
    if tone is Tone.ALARM:
        corners = [(-half, -half * 0.8), (half, -half * 0.8), (0, half * 0.9)]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([at + QPointF(x, y) for x, y in corners]))


def paint_pin(painter: QPainter, theme: Theme, wide: float) -> None:
    """Paint the sign of a card that was put where it is by hand."""
    at = QPointF(wide - 9, 8)
    painter.setPen(QPen(theme.text_faint, 1.2))
    painter.drawLine(at + QPointF(0, 2), at + QPointF(0, 8))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.text_faint)
    painter.drawEllipse(at, 3.0, 3.0)


def paint_ring(painter: QPainter, rect: QRectF, colour: QColor, width: float) -> None:
    """Paint the ring round a card that is selected or found; large enough to be seen, however small the card is."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, width))
    out = 2.5 + width / 2
    wide, high = max(rect.width(), SMALLEST_RING), max(rect.height(), SMALLEST_RING)
    rect = QRectF(rect.center().x() - wide / 2, rect.center().y() - high / 2, wide, high)
    painter.drawRoundedRect(rect.adjusted(-out, -out, out, out), CORNER + out, CORNER + out)
