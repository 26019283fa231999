"""Paints a subsystem's headroom over time in a line of the table: the floor is the lower line, and where nobody knew is nothing."""

from collections.abc import Hashable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from console.kit.theme import Theme
from topology.fleet.trend.curve import TrendColumns, Trends

_Drawn = tuple[list[list[QPointF]], list[tuple[float, float]], float]
"""Lines, strokes below the floor (across, down), and where the floor is; in parts of the width and height."""
MOST_KEPT = 4096


class Sparklines:
    """Paints trends, and keeps what they look like until there is more to see."""

    def __init__(self) -> None:
        self.trends: Trends | None = None
        self._kept: dict[str, tuple[Hashable, _Drawn | None]] = {}

    def show_trends(self, trends: Trends | None) -> bool:
        """Take the trends to paint; gives whether they are others than before."""
        changed = trends is not self.trends
        if changed:
            self.trends = trends
            self._kept.clear()
        return changed

    def paint(self, painter: QPainter, box: QRectF, subsystem: str, theme: Theme, colour: QColor) -> None:
        """Draw a subsystem's in a box; nothing where no floor is stated or nothing is known."""
        drawn = self._drawn(subsystem, max(1, int(box.width())))
        if drawn is None:
            return
        lines, below, floor = drawn
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(box.topLeft())
        height = box.height()
        painter.setPen(QPen(theme.border_strong, 1))
        painter.drawLine(QPointF(0, floor * height), QPointF(box.width(), floor * height))
        painter.setPen(QPen(theme.alarm, 1))
        for across, down in below:
            painter.drawLine(QPointF(across, floor * height), QPointF(across, down * height))
        painter.setPen(QPen(colour, 1.2))
        for line in lines:
            painter.drawPolyline([QPointF(point.x(), point.y() * height) for point in line])
        painter.restore()

    def _drawn(self, subsystem: str, width: int) -> _Drawn | None:
        if self.trends is None:
            return None
        mark = (width, self.trends.mark(subsystem))
        kept = self._kept.get(subsystem)
        if kept is None or kept[0] != mark:
            if len(self._kept) > MOST_KEPT:
                self._kept.clear()
            trend = self.trends.of(subsystem)
            kept = mark, None if trend is None else _shape(trend.in_columns(width))
            self._kept[subsystem] = kept
        return kept[1]


def _shape(cut: TrendColumns) -> _Drawn | None:
    """Scale it so that the floor is in it always: a small change of much headroom looks small."""
    headroom, least = cut.headroom, cut.least
    known = ~np.isnan(headroom)
    if not known.any():
        return None
    top, bottom = max(1.0, float(np.nanmax(headroom))), min(0.0, float(np.nanmin(least)))

    def down(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return (top - values) / (top - bottom)

    lines: list[list[QPointF]] = []
    for part in np.split(np.arange(len(headroom)), np.flatnonzero(np.diff(known)) + 1):
        if known[part[0]]:
            heights = down(headroom[part]).tolist()
            points = [QPointF(at + 0.5, height) for at, height in zip(part.tolist(), heights, strict=True)]
            # A single moment is a short line, not a point that cannot be seen.
            lines.append(
                points if len(points) > 1 else [QPointF(part[0], heights[0]), QPointF(part[0] + 1.0, heights[0])]
            )
    short = np.flatnonzero(known & (least < 0))
    below = list(zip((short + 0.5).tolist(), down(least[short]).tolist(), strict=True))
    return lines, below, float(down(np.zeros(1))[0])
