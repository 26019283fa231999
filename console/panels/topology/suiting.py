"""Has everything laid out anew when the window gets another size; a panel that takes room moves nothing."""

from PySide6.QtCore import QEvent, QObject, QSize, QTimer
from PySide6.QtWidgets import QWidget

from console.kit.overrides import reported_or
from console.panels.topology.arrangement import TopologyArrangement
from console.panels.topology.viewport import TopologyViewport

RESTS_MS = 150
"""A window rests in a new size when it had it this long."""


class Suiting(QObject):
    """Watches a view for the moments in which another layout may suit it better."""

    def __init__(self, view: QWidget, arrangement: TopologyArrangement, viewport: TopologyViewport) -> None:
        super().__init__(view)
        self._view, self._arrangement, self._viewport = view, arrangement, viewport
        self.window_size = QSize()
        """The size of the window when everything was laid out for the view; empty before the view is first seen."""
        self.resting = QTimer(self, singleShot=True, interval=RESTS_MS)
        self.resting.timeout.connect(self.suit)
        view.installEventFilter(self)

    def suit(self) -> None:
        """Have everything laid out for the size of the view, unless the operator looks at a part of it."""
        self.window_size = self._view.window().size()
        if self._viewport.fitted:
            self._arrangement.suit()

    @reported_or(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for a window that is drawn larger to rest; what is first seen has its size already."""
        if event.type() == QEvent.Type.Show:
            self.suit()
        elif event.type() == QEvent.Type.Resize and self._viewport.fitted and self._has_other_window():
            self.resting.start()
        return super().eventFilter(watched, event)

    def _has_other_window(self) -> bool:
        return self.window_size != self._view.window().size()
