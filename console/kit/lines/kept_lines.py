"""Keeps pictures of lines that were painted: a line that looks the same again is copied, and not drawn anew."""

from collections.abc import Callable, Hashable

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPixmap

MOST_PIXELS = 1_000_000
"""Pixels that are kept at most, four bytes each: some seventy lines of a side panel, fewer where a pixel of ours is several."""


class KeptLines:
    """Pictures of lines by what is in them, which is all that they may depend on; the oldest go first."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, QPixmap] = {}
        self._pixels = 0

    def clear(self) -> None:
        """Forget all of them: everything looks different from now on."""
        self._kept.clear()
        self._pixels = 0

    def paint(self, painter: QPainter, rect: QRect, what: Hashable, draw: Callable[[QPainter, QRect], None]) -> None:
        """Paint a line that fills all of *rect*: from what is kept, else by *draw*, which draws it in the rectangle it is given.

        Between the pixels of a display, as at 125 %, a picture would be blurred: there every line is drawn.
        """
        ratio = painter.device().devicePixelRatioF()
        if ratio != round(ratio):
            draw(painter, rect)
            return
        key = (what, rect.width(), rect.height(), ratio)
        picture = self._kept.get(key)
        if picture is None:
            picture = self._kept[key] = _drawn(rect, ratio, draw)
            self._pixels += picture.width() * picture.height()
            while self._pixels > MOST_PIXELS and len(self._kept) > 1:
                gone = self._kept.pop(next(iter(self._kept)))
                self._pixels -= gone.width() * gone.height()
        painter.drawPixmap(rect.topLeft(), picture)


def _drawn(rect: QRect, ratio: float, draw: Callable[[QPainter, QRect], None]) -> QPixmap:
    picture = QPixmap(rect.size() * round(ratio))
    picture.setDevicePixelRatio(ratio)
    painter = QPainter(picture)
    try:
        draw(painter, QRect(0, 0, rect.width(), rect.height()))
    finally:
        painter.end()
    return picture
