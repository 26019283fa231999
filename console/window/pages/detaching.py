"""Panels in windows of their own, for a second screen; closing such a window brings its panel back."""

from typing import cast

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from console.window.pages.detached_panel import DetachedPanel
from console.window.pages.lower_tabs import LowerTabs


class ElsewhereView(QWidget):
    """Stands where a panel was that is in a window of its own."""

    back_wanted = Signal()

    def __init__(self, what: str) -> None:
        super().__init__()
        self.text = QLabel(f"{what} is in a window of its own.")
        self.back = QPushButton("Bring it back")
        self.back.clicked.connect(self.back_wanted)
        column = QVBoxLayout(self)
        column.addStretch(1)
        for part in (self.text, self.back):
            column.addWidget(part, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)


class Detaching(QObject):
    """Takes the lower page or the topology out of its parent, the window, and puts them back."""

    lettered = Signal(str)
    """A letter or digit was typed in a window of its own that nothing there has a use for."""

    def __init__(self, window: QWidget, tabs: LowerTabs, upper: QWidget) -> None:
        super().__init__(window)
        self.topology: QWidget | None = None
        """What stands above, once it is there."""
        self._tabs, self._upper = tabs, upper
        self._apart: DetachedPanel | None = None

    def page(self) -> None:
        """Let the lower page have a window of its own."""
        made = self._tabs.detach(self._window())
        if made is not None:
            made.lettered.connect(self.lettered)

    def upper(self) -> None:
        """Let the topology have a window of its own, or bring it back."""
        layout, topology = self._upper.layout(), self.topology
        if self._apart is not None:
            self._apart.close()
        elif layout is not None and topology is not None:
            there = ElsewhereView("The topology")
            layout.removeWidget(topology)
            self._apart = made = DetachedPanel("Topology", topology, self._window())
            layout.addWidget(there)
            there.back_wanted.connect(made.close)
            made.lettered.connect(self.lettered)
            made.closed.connect(lambda panel: self._take_back(there, panel))

    def _window(self) -> QWidget:
        # Not kept: two that hold each other are taken apart by the collector in any order, under Qt's hands.
        return cast("QWidget", self.parent())

    def _take_back(self, there: ElsewhereView, topology: QWidget) -> None:
        layout, self._apart = self._upper.layout(), None
        if layout is not None:
            layout.removeWidget(there)
            there.deleteLater()
            layout.addWidget(topology)
            topology.show()
