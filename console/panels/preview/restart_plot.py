"""A small plot of what more cells would change: minutes until one cell of a subsystem is back, over the number of cells."""

import math

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from console.kit.overrides import reported_or
from console.kit.painting import font_of
from console.kit.theme import Theme
from console.panels.preview.trend.still import still_plot
from console.words.restarts import duration
from topology.planning.restart import CELLS, RestartCost

HEIGHT = 130


class RestartPlot(QWidget):
    """Four points on a line, each with its time in words; both axes are logarithmic."""

    def __init__(self, theme: Theme, cost: RestartCost) -> None:
        super().__init__()
        import pyqtgraph  # it takes its time to load, and only who asks for a plot should wait for it

        self._pyqtgraph = pyqtgraph
        self._points = [(cells, minutes) for cells in CELLS if (minutes := cost.with_cells(cells)) is not None]
        self._plot = still_plot(self, HEIGHT)
        spoken = ", ".join(f"{cells} cells: {duration(minutes)}" for cells, minutes in self._points)
        self.setAccessibleName(f"Minutes until one cell of {cost.subsystem} is back, by the number of cells")
        self.setAccessibleDescription(spoken)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of *theme*."""
        pyqtgraph, plot = self._pyqtgraph, self._plot.getPlotItem()
        plot.clear()
        self._plot.setBackground(theme.panel)
        places = [math.log2(cells) for cells, _ in self._points]
        heights = [math.log10(max(minutes, 0.1)) for _, minutes in self._points]
        plot.plot(
            places,
            heights,
            pen=pyqtgraph.mkPen(theme.water, width=2),
            symbol="o",
            symbolSize=8,
            symbolBrush=theme.text,
            symbolPen=None,
        )
        for place, height, (_, minutes) in zip(places, heights, self._points, strict=True):
            label = pyqtgraph.TextItem(duration(minutes), color=theme.text, anchor=(0.5, 1.15))
            label.setFont(font_of(9))
            label.setPos(place, height)
            plot.addItem(label)
        bottom = plot.getAxis("bottom")
        bottom.setTicks(
            [[(math.log2(cells), "1 cell" if cells == 1 else f"{cells} cells") for cells, _ in self._points]]
        )
        bottom.setTextPen(theme.text_soft)
        bottom.setPen(theme.border_strong)
        bottom.setStyle(tickFont=font_of(9))
        plot.hideAxis("left")
        low, high = min(heights), max(heights)
        plot.setYRange(low - 0.15 * (high - low + 0.1), high + 0.45 * (high - low + 0.1), padding=0)
        plot.setXRange(places[0] - 0.8, places[-1] + 0.8, padding=0)

    @reported_or(QSize())
    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)
