"""Paints a card that has room for two lines of the smallest letters that can be read, or for one: many are in view at once.

In pixels of the view, so that letters never get smaller than that, however far away the card is.
"""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from console.kit.tank import paint_tank
from console.kit.theme import Theme
from console.panels.topology.cards.lines import two_lines
from console.panels.topology.cards.readings import NodeReading
from console.panels.topology.cards.words import Tone, card_text, close_texts, one_line
from console.panels.topology.drawing.paint import (
    STACKED,
    advance,
    fitted,
    font,
    paint_body,
    paint_mark,
    paint_pin,
    tank_of,
    tone_colour,
)

SMALLEST_PX, LARGEST_PX = 11, 15
"""Letters are at least so many pixels high, and at most."""
TWO_LINES_PX = 19.2
"""A card so many pixels high has room for two lines."""
SNUG_PX = 28.0
"""On a card of two lines that is lower, the frame of what breaks would run through its words: it is filled."""
LETTERS = 0.34
"""The height of letters as a part of that of the card."""
CAPITAL = 0.73
"""The height of a capital as a part of that of letters."""
EDGE = 3.0
MOST_NUMBER = 0.5
"""The part of one line that a number takes at most."""
LEAST_NAME = 0.75
"""The part of its name that what breaks keeps beside its number, or the name has the line."""
TANK_PX = (4.0, 9.0)
"""The width of the tank at least and at most."""
MARK_PX = 7.0


def paint_close_card(
    painter: QPainter, wide: float, high: float, reading: NodeReading, name: str, theme: Theme, *, pinned: bool = False
) -> None:
    """Paint a card of so many pixels, its corner at the painter's origin: tank, *name*, capacity and headroom."""
    two, pixels = high >= TWO_LINES_PX, letters(high)
    filled = reading.is_below and not reading.stale and high < SNUG_PX
    if filled and not two:
        _paint_broken(painter, wide, high, reading, name, theme, pixels)
        return
    if filled:
        _fill(painter, wide, high, theme)
    else:
        paint_body(painter, reading, theme, wide, high)
    tone = card_text(reading).tone
    if pinned:
        paint_pin(painter, theme, wide)
    left = EDGE + 1
    if reading.declared and not filled:
        tank = QRectF(EDGE, EDGE, tank_width(wide), high - 2 * EDGE)
        painter.save()
        # The floor's marker may stick out of a card's tank, but not into letters that are this near.
        painter.setClipRect(tank.adjusted(-2, -2, 1, 2), Qt.ClipOperation.IntersectClip)
        paint_tank(painter, tank, tank_of(reading), theme)
        painter.restore()
        left = tank.right() + 4
    quiet = reading.recedes or reading.stale
    colour = theme.on_alarm if filled else theme.stale if reading.stale else theme.text_soft if quiet else theme.text
    inner = wide - STACKED if reading.inside else wide
    room = wide - left - 2
    marked = tone in (Tone.CAUTION, Tone.UNKNOWN) or (reading.is_below and not filled)
    if marked:
        room -= MARK_PX + 2
        at = QPointF(inner - MARK_PX / 2 - 3, EDGE + MARK_PX / 2)
        paint_mark(painter, tone, at, MARK_PX, tone_colour(reading, tone, theme))
    tall = CAPITAL * pixels
    tint = theme.on_alarm if filled else tone_colour(reading, tone, theme)
    if not two:
        said = one_line(reading)
        base = (high + tall) / 2
        room -= wide - inner if said else 0.0
        taken = advance(said, pixels, bold=True)
        # The name goes before the number, and no part of a word stands for it.
        if said and (taken > room * MOST_NUMBER or taken + 4 + advance(name, pixels, bold=True) > room):
            said = ""
        if said:
            _write(painter, left + room - taken, base, (said,), pixels, bold=True, colour=tint, width=taken + 1)
            room -= taken + 4
        if reading.impacted:
            # Its dashes would run through letters as high as the card.
            plate = QRectF(left - 2, 0, min(room, advance(name, pixels, bold=bool(said))) + 4, high)
            painter.fillRect(plate, _ground(reading, theme))
        _write(painter, left, base, (name,), pixels, bold=bool(said), colour=colour, width=room)
        return
    bold = tone is Tone.ALARM or tone is Tone.CAUTION
    below = inner - left - 2
    shown = fitted((name,), pixels, True, float(int(room)))
    number = fitted(close_texts(reading), pixels, bold, float(int(below)))
    stands = two_lines(shown, font(pixels, True), number, font(pixels, bold), high, left, below - 2)
    _write(painter, left, stands.first, (shown,), pixels, bold=True, colour=colour, width=room)
    taken = advance(number, pixels, bold=bold) + 1  # it fits, whatever part of a pixel is rounded off
    if reading.impacted and not reading.is_below and high < SNUG_PX:
        # Its dashes would underline the word.
        painter.fillRect(QRectF(stands.start - 1, stands.second, taken, high - stands.second), _ground(reading, theme))
    _write(painter, stands.start, stands.second, (number,), pixels, bold=bold, colour=tint, width=taken)


def _paint_broken(
    painter: QPainter, wide: float, high: float, reading: NodeReading, name: str, theme: Theme, pixels: int
) -> None:
    """Fill a card of one line that is below its floor, and write on it: a frame would run through letters as high as the card."""
    _fill(painter, wide, high, theme)
    left, room, said = EDGE + 1, wide - 2 * EDGE - 2, one_line(reading)
    base, taken = (high + CAPITAL * pixels) / 2, advance(said, pixels, bold=True)
    if said and taken + 4 + advance(name, pixels, bold=True) * LEAST_NAME <= room:
        _write(painter, left + room - taken, base, (said,), pixels, bold=True, colour=theme.on_alarm, width=taken + 1)
        room -= taken + 4
    bold = advance(name, pixels, bold=True) <= room
    _write(painter, left, base, (name,), pixels, bold=bold, colour=theme.on_alarm, width=room)


def _ground(reading: NodeReading, theme: Theme) -> QColor:
    return theme.panel if reading.recedes or reading.stale else theme.raised


def _fill(painter: QPainter, wide: float, high: float, theme: Theme) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.alarm)
    painter.drawRoundedRect(QRectF(0, -1, wide, high + 2), EDGE, EDGE)


def _write(
    painter: QPainter,
    x: float,
    base: float,
    texts: tuple[str, ...],
    pixels: int,
    *,
    bold: bool,
    colour: QColor,
    width: float,
) -> None:
    """Write the first of *texts* that has room in *width*, standing on *base*."""
    painter.setFont(font(pixels, bold))
    painter.setPen(colour)
    painter.drawText(QPointF(x, base), fitted(texts, pixels, bold, float(int(width))))


def letters(high: float) -> int:
    """Give the height of the letters on a card of so many pixels."""
    return min(max(int(high * LETTERS), SMALLEST_PX), LARGEST_PX) if high >= TWO_LINES_PX else SMALLEST_PX


def name_width(wide: float) -> float:
    """Give the room for the name on a card of so many pixels, beside its tank."""
    return wide - tank_width(wide) - 2 * EDGE - 2


def tank_width(wide: float) -> float:
    """Give the width of the tank on a card of so many pixels."""
    return float(min(max(int(wide * 0.06), TANK_PX[0]), TANK_PX[1]))


def told_apart(names: tuple[str, ...], pixels: int, width: float) -> tuple[str, ...]:
    """Shorten names so that each fits and no two look the same: where their middles are what differs, from there on."""
    shown = [fitted((name,), pixels, True, width) for name in names]
    for text in {text for text in shown if shown.count(text) > 1}:
        alike = [number for number, one in enumerate(shown) if one == text]
        if len({names[number] for number in alike}) < 2:
            continue
        first = min(names[number] for number in alike)
        last = max(names[number] for number in alike)
        start = next(
            (n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last))
        )
        for number in alike:
            shown[number] = fitted((f"…{names[number][max(start - 1, 0) :]}",), pixels, True, width)
    return tuple(shown)
