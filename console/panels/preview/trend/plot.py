"""The plot of one subsystem's trend: capacity and floor over labelled time; where nobody knew it is left out, and says so."""

from datetime import tzinfo

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QGraphicsRectItem, QWidget

from console.kit.overrides import reported_or
from console.kit.painting import font_of
from console.kit.theme import Theme
from console.panels.preview.trend.still import still_plot
from console.words import writing as words
from console.words.trend.sentences import heading, trend_sentence
from topology.fleet.trend.curve import Trend
from topology.region.sentences.clock import moment_at, zone_of

HEIGHT = 170
COLUMNS = 720
"""Pieces of time that are drawn: five seconds each in an hour."""
_STEPS_S = (600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800)
MOST_TICKS = 7
MIDDLE = (0.5, 0.5)


class TrendPlot(QWidget):
    """Capacity as a line, the floor as a dashed one, both with their numbers; a day's clock below."""

    def __init__(self, theme: Theme, trend: Trend) -> None:
        super().__init__()
        import pyqtgraph  # it takes its time to load, and only who asks for a plot should wait for it

        self._pyqtgraph, self._trend, self._zone = pyqtgraph, trend, zone_of(trend.time_zone)
        self._cut = trend.in_columns(COLUMNS)
        self._plot = still_plot(self, HEIGHT)
        self.setAccessibleName(heading(trend))
        self.setAccessibleDescription(trend_sentence(trend))
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of *theme*."""
        pyqtgraph, plot, cut = self._pyqtgraph, self._plot.getPlotItem(), self._cut
        plot.clear()
        self._plot.setBackground(theme.panel)
        low, high = _range(np.concatenate((cut.lowest, cut.capacity, cut.floor)))
        self._draw_gaps(theme, low, high)
        edges, floor = _steps(cut.edges, cut.floor)
        dashed = pyqtgraph.mkPen(theme.text, width=1.5, style=Qt.PenStyle.DashLine)
        plot.plot(edges, floor, pen=dashed, connect="finite")
        edges, lowest = _steps(cut.edges, cut.lowest)
        plot.plot(edges, lowest, pen=pyqtgraph.mkPen(theme.text_faint, width=1), connect="finite")
        edges, capacity = _steps(cut.edges, cut.capacity)
        plot.plot(edges, capacity, pen=pyqtgraph.mkPen(theme.water, width=2), connect="finite")
        now = cut.headroom[~np.isnan(cut.headroom)][-1:]
        below = bool(len(now) and now[0] < 0)
        self._label(theme, "in service", cut.capacity, above=not below)
        self._label(theme, "floor", cut.floor, above=below)
        self._draw_axes(theme, low, high)

    def _draw_gaps(self, theme: Theme, low: float, high: float) -> None:
        """Hatch when it was not known, and say so where there is room."""
        trend, plot = self._trend, self._plot.getPlotItem()
        for start, end in trend.gaps():
            start, end = max(start, trend.starts), min(end, trend.ends)
            if end <= start:
                continue
            hatched = QGraphicsRectItem(QRectF(start - trend.starts, low, end - start, high - low))
            brush = QBrush(QColor(theme.text_faint), Qt.BrushStyle.BDiagPattern)
            brush.setTransform(self._plot.transform())
            hatched.setBrush(brush)
            hatched.setPen(self._pyqtgraph.mkPen(None))
            plot.addItem(hatched, ignoreBounds=True)
            if end - start > (trend.ends - trend.starts) / 6:
                self._say(theme, "not known", (start + end) / 2 - trend.starts, (low + high) / 2, MIDDLE)

    def _label(self, theme: Theme, what: str, values: NDArray[np.float64], *, above: bool) -> None:
        """Write what a line is, and its number now, at its end and clear of it."""
        known = np.flatnonzero(~np.isnan(values))
        if not len(known):
            return
        at = int(known[-1])
        is_right = at > COLUMNS // 3
        near = values[max(0, at - COLUMNS // 3) : at + 1] if is_right else values[: at + COLUMNS // 3]
        height = float(np.nanmax(near) if above else np.nanmin(near))
        end = float(self._cut.edges[at + 1]) - self._trend.starts
        text = f"{what} {words.number(int(values[at]))}"
        self._say(theme, text, end, height, (1.0 if is_right else 0.0, 1.0 if above else 0.0))

    def _say(self, theme: Theme, text: str, across: float, height: float, anchor: tuple[float, float]) -> None:
        label = self._pyqtgraph.TextItem(
            text, color=theme.text, anchor=anchor, fill=theme.panel if anchor == MIDDLE else None
        )
        label.setFont(font_of(9))
        label.setPos(across, height)
        self._plot.getPlotItem().addItem(label, ignoreBounds=True)

    def _draw_axes(self, theme: Theme, low: float, high: float) -> None:
        plot, trend = self._plot.getPlotItem(), self._trend
        bottom, left = plot.getAxis("bottom"), plot.getAxis("left")
        bottom.setTicks([[(at - trend.starts, text) for at, text in time_ticks(trend.starts, trend.ends, self._zone)]])
        left.setTicks([[(float(value), words.number(value)) for value in value_ticks(low, high)]])
        for axis in (bottom, left):
            axis.setTextPen(theme.text_soft)
            axis.setPen(theme.border_strong)
            axis.setStyle(tickFont=font_of(9))
        room = high - low
        plot.setYRange(low - 0.16 * room, high + 0.16 * room, padding=0)
        plot.setXRange(0, trend.ends - trend.starts, padding=0.02)

    @reported_or(QSize())
    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)


def time_ticks(starts: float, ends: float, zone: tzinfo) -> list[tuple[float, str]]:
    """Give moments at round times of a clock, and how they are written: with the day where it is more than one."""
    step = next((step for step in _STEPS_S if (ends - starts) / step <= MOST_TICKS), _STEPS_S[-1])
    offset = (moment_at(starts, zone).utcoffset() or moment_at(0, zone) - moment_at(0, zone)).total_seconds()
    first = -(-(starts + offset) // step) * step - offset
    shape = "%d %b %H:%M" if ends - starts > 86_400 else "%H:%M"
    return [(at, moment_at(at, zone).strftime(shape)) for at in np.arange(first, ends + 1, step).tolist()]


def value_ticks(low: float, high: float) -> list[int]:
    """Give two to five round whole numbers between two."""
    rough = max(1.0, (high - low) / 4)
    scale = 10 ** int(np.floor(np.log10(rough)))
    step = max(1, int(next(part * scale for part in (1, 2, 5, 10) if part * scale >= rough)))
    return list(range(int(-(-low // step) * step), int(high) + 1, step))


def _range(values: NDArray[np.float64]) -> tuple[float, float]:
    """Give least and most, with some room where they are close."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    spare = max(0.0, max(2.0, 0.02 * high) - (high - low)) / 2
    return max(0.0, low - spare), high + spare


def _steps(edges: NDArray[np.float64], values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the corners of a line of steps, seconds after its start."""
    inner = np.repeat(edges, 2)[1:-1] - edges[0]
    return inner, np.repeat(values, 2)
