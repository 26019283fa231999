"""Many rectangles, lines or sprites in one call of Qt, straight from arrays: a hundred times cheaper than one call each."""

from typing import Any

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap

Floats = NDArray[np.float64]
CHUNK = 1000
"""So many lines a call: a longer one would hold everything else up."""
_FRAGMENT = 10
"""Numbers in a `QPainter.PixmapFragment`: place, corner and size of the part, scales, rotation, opacity."""


def draw_rects(painter: QPainter, rects: Floats, colour: QColor) -> None:
    """Fill rectangles given as x, y, width, height, one a row, in the painter's own coordinates."""
    if not len(rects):
        return
    kept = np.ascontiguousarray(rects, np.float64)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(colour))
    painter.drawRects(_pointer(kept, QRectF), len(kept))


def draw_lines(painter: QPainter, lines: Floats, pen: QPen) -> None:
    """Draw lines given as x, y, x, y, one a row."""
    if not len(lines):
        return
    kept = np.ascontiguousarray(lines, np.float64)
    painter.setPen(pen)
    for first in range(0, len(kept), CHUNK):
        part = kept[first : first + CHUNK]
        painter.drawLines(_pointer(part, QLineF), len(part))


def draw_sprites(painter: QPainter, middles: Floats, sprite: QPixmap) -> None:
    """Draw one picture with its middle at each place."""
    if not len(middles):
        return
    fragments = np.zeros((len(middles), _FRAGMENT))
    fragments[:, :2] = middles
    fragments[:, 4], fragments[:, 5] = sprite.width(), sprite.height()
    fragments[:, 6:8] = 1 / sprite.devicePixelRatio()
    fragments[:, 9] = 1.0
    painter.drawPixmapFragments(_pointer(fragments, QPainter.PixmapFragment), len(fragments), sprite)


def sprite_of(polygon: list[tuple[float, float]], colour: QColor, rim: QColor, ratio: float) -> QPixmap:
    """Make a small sign with a rim that sets it off from what is under it; *polygon* is round (0, 0), in pixels."""
    reach = max(max(abs(x), abs(y)) for x, y in polygon) + 2
    size = round(2 * reach * ratio)
    sprite = QPixmap(size, size)
    sprite.setDevicePixelRatio(ratio)
    sprite.fill(Qt.GlobalColor.transparent)
    painter = QPainter(sprite)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(rim, 1.5))
    painter.setBrush(colour)
    painter.drawPolygon([QPointF(x + reach, y + reach) for x, y in polygon])
    painter.end()
    return sprite


def _pointer(array: NDArray[Any], kind: type) -> Any:
    """Let Qt read *array* as values of *kind*; the caller keeps the array as long as Qt reads."""
    return shiboken6.wrapInstance(array.ctypes.data, kind)
