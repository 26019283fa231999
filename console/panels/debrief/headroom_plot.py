"""Headroom of one subsystem over time: a run as a solid line, what happened as a dashed one, the floor at 0."""

from bisect import bisect_right
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.kit.painting import font_of
from console.kit.theme import Theme
from topology.region.sentences.clock import by_clock

HEIGHT = 120


class HeadroomPlot(QWidget):
    """A plot of an outcome; its points are what was told, and a click on one asks for its moment."""

    moment_wanted = Signal(float)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[dict[str, Any], str] | None = None
        self._plot: Any = None
        self.setMinimumHeight(HEIGHT)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.setAccessibleName("Headroom over time")

    def show_headroom(self, outcome: dict[str, Any], name: str) -> None:
        """Show one subsystem of an outcome."""
        self._shown = (outcome, name)
        self._draw()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of *theme*."""
        self._theme = theme
        self._draw()

    def _made(self) -> Any:
        if self._plot is None:
            import pyqtgraph  # it takes its time to load, and only who asks for a plot should wait for it

            self._plot = pyqtgraph.PlotWidget()
            self._plot.setMenuEnabled(False)
            self._plot.setMouseEnabled(x=False, y=False)
            self._plot.hideButtons()
            self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._layout.addWidget(self._plot)
        return self._plot

    def _draw(self) -> None:
        if self._shown is None:
            return
        import pyqtgraph

        outcome, name = self._shown
        theme, widget = self._theme, self._made()
        plot = widget.getPlotItem()
        plot.clear()
        widget.setBackground(theme.panel)
        ends = _seconds(outcome["until"])
        sides = (
            ("what_happened", pyqtgraph.mkPen(theme.caution, width=2, style=Qt.PenStyle.DashLine), "s", theme.caution),
            ("yours", pyqtgraph.mkPen(theme.plan, width=2), "o", theme.plan),
        )
        plot.addItem(pyqtgraph.InfiniteLine(0, angle=0, pen=pyqtgraph.mkPen(theme.alarm, width=1)))
        for side, pen, symbol, colour in sides:
            points = [(_seconds(utc), room) for utc, room in outcome[side]["headroom"].get(name, [])]
            if not points:
                continue
            times, rooms = [time for time, _ in points], [room for _, room in points]
            # Each value holds until the next one: a step, drawn with one more edge than values.
            plot.plot([*times, max(ends, times[-1])], rooms, stepMode="center", pen=pen)
            told = sorted({_seconds(one["utc"]) for one in outcome[side]["told"]})
            heights = [rooms[max(0, bisect_right(times, time) - 1)] for time in told]
            marks = pyqtgraph.ScatterPlotItem(told, heights, symbol=symbol, size=9, brush=colour, pen=None)
            marks.sigClicked.connect(self._clicked)
            plot.addItem(marks)
        self._axes(plot, outcome)
        self.setAccessibleDescription(_spoken(outcome, name))

    def _axes(self, plot: Any, outcome: dict[str, Any]) -> None:
        theme = self._theme
        start, end = _seconds(outcome["branch"]), _seconds(outcome["until"])
        ticks = [start + (end - start) * share / 4 for share in range(5)]
        bottom, left = plot.getAxis("bottom"), plot.getAxis("left")
        bottom.setTicks([[(tick, by_clock(outcome["time_zone"], tick, "%H:%M")) for tick in ticks]])
        for axis in (bottom, left):
            axis.setTextPen(theme.text_soft)
            axis.setPen(theme.border_strong)
            axis.setStyle(tickFont=font_of(8.5))
        plot.setXRange(start, end, padding=0.02)
        plot.enableAutoRange("y")

    def _clicked(self, _item: object, points: Any) -> None:
        if len(points):
            self.moment_wanted.emit(float(points[0].pos().x()))


def _spoken(outcome: dict[str, Any], name: str) -> str:
    said = []
    for side, whose in (("yours", "your run"), ("what_happened", "what happened")):
        rooms = [room for _, room in outcome[side]["headroom"].get(name, [])]
        if rooms:
            said.append(f"{whose}: least {min(rooms):,}, at the end {rooms[-1]:,}")
    return f"Headroom of {name}; {'; '.join(said)}"


def _seconds(utc: str) -> float:
    return datetime.fromisoformat(utc).timestamp()
