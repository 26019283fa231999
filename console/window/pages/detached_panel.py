"""A window with one panel, for a second screen; closing it gives the panel back."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.kit.keys import letter_of
from console.kit.overrides import reported


class DetachedPanel(QWidget):
    """A window with one panel. It closes with the main one, and is drawn in its colours."""

    closed = Signal(QWidget)
    """The panel, which is free again."""
    lettered = Signal(str)
    """A letter or digit that the panel has no use for."""

    def __init__(self, title: str, panel: QWidget, main: QWidget) -> None:
        super().__init__(main, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("filled")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(f"{title} · {main.windowTitle()}")
        self.setWindowIcon(main.windowIcon())
        self.panel: QWidget | None = panel
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(panel)
        self.resize(panel.size().expandedTo(panel.minimumSizeHint()))
        panel.show()
        self.show()

    @reported
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if letter := letter_of(event):
            self.lettered.emit(letter)
        else:
            super().keyPressEvent(event)

    @reported
    def closeEvent(self, event: QCloseEvent) -> None:
        panel, self.panel = self.panel, None
        if panel is not None:
            panel.setParent(None)
            self.closed.emit(panel)
        event.accept()
