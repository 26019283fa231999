"""A plot that is only looked at: it takes neither keys nor the pointer, and has no menu."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget


def still_plot(holder: QWidget, height: int) -> Any:
    """Fill *holder* with a plot, *height* pixels high; gives pyqtgraph's `PlotWidget`."""
    import pyqtgraph  # it takes its time to load, and only who asks for a plot should wait for it

    plot = pyqtgraph.PlotWidget()
    plot.setMouseEnabled(x=False, y=False)
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    plot.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(plot)
    holder.setFixedHeight(height)
    return plot
