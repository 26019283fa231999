"""Where two lines stand on a card with hardly room for them: letters that hang below the first lie in no figure of the second."""

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtGui import QFont, QFontMetricsF, QPainterPath

RIM = 0.75
"""How far the ink of letters stays from the upper and the lower rim of a card, in pixels."""
CLEAR = 0.8
"""How far the ink of one line stays from that of the other, in pixels."""
LEAST_BETWEEN = 0.55
"""The room between two lines where there is enough, as a part of the height of letters."""
SMOOTHED = 0.6
"""Round letters reach below their line by no more than this, in pixels."""
HALF = 0.55
"""A letter that reaches above its line by no more than this part of the height of letters, as a point does, is low."""
STEP = 0.5
"""Places for a number are tried so many pixels apart."""
FIGURES, HANGING = "0123456789", "gjpqy"


Spans = tuple[tuple[float, float], ...]
"""Where letters begin and end, in pixels from the beginning of their line."""


@dataclass(frozen=True, slots=True)
class TwoLines:
    """The base lines of both, and where the second begins, in pixels from the corner of the card."""

    first: float
    second: float
    start: float


def two_lines(name: str, upper: QFont, number: str, lower: QFont, high: float, left: float, room: float) -> TwoLines:
    """Give where *name*, which begins at *left*, and *number* under it stand on a card of *high* pixels.

    The number has *room* from *left* on. It begins under the name where letters like g and y cannot reach it; else it
    stands as far to the right as none is over it. Where one is over it everywhere, the lines go apart as far as they can.
    """
    tall = _ink(FIGURES, lower)[0]
    between = min((high - 2 * tall) / 3, LEAST_BETWEEN * upper.pixelSize())
    first = (high - 2 * tall - between) / 2 + tall
    second = first + between + tall
    if between >= _ink(HANGING, upper)[1] + CLEAR:
        return TwoLines(first, second, left)
    rightmost = left + max(0.0, room - QFontMetricsF(lower).horizontalAdvance(number))
    hanging, high_ones = _spans(name, upper, hanging=True), _spans(number, lower, hanging=False)
    for step in range(int((rightmost - left) / STEP) + 1):
        if not _meet(hanging, high_ones, rightmost - step * STEP - left):
            return TwoLines(first, second, rightmost - step * STEP)
    return TwoLines(min(first, RIM + _ink(name, upper)[0]), max(second, high - RIM), rightmost)


def _meet(hanging: Spans, high: Spans, shift: float) -> bool:
    return any(begin + shift < end + CLEAR and last + shift > at - CLEAR for at, end in hanging for begin, last in high)


@lru_cache(maxsize=4096)
def _spans(text: str, font: QFont, *, hanging: bool) -> Spans:
    """Give from where to where the ink is of each letter that reaches below its line, or (not *hanging*) is as high as figures."""
    metrics, found = QFontMetricsF(font), []
    for number, letter in enumerate(text):
        path = QPainterPath()
        path.addText(metrics.horizontalAdvance(text[:number]), 0, font, letter)
        box = path.boundingRect()
        if box.bottom() > SMOOTHED if hanging else -box.top() > HALF * font.pixelSize():
            found.append((box.left(), box.right()))
    return tuple(found)


@lru_cache(maxsize=4096)
def _ink(text: str, font: QFont) -> tuple[float, float]:
    """Give how far the ink of a text reaches above and below its line."""
    path = QPainterPath()
    path.addText(0, 0, font, text)
    box = path.boundingRect()
    return -box.top(), box.bottom()
