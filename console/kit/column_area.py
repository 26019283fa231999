"""A column that scrolls and never changes its width: what is in it is not measured once with a bar and once without.

It knows Qt alone; panels put what they say one below the other into it.
"""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QScrollBar, QWidget

from console.kit.overrides import reported, reported_or

_HINT = QSize(240, 160)
"""What is asked for in pixels: what a column takes is what its place leaves it, and to ask its lines would lay them out."""


class QuietBar(QScrollBar):
    """A scroll bar whose place is kept free where there is nothing to scroll."""

    @reported
    def paintEvent(self, event: QPaintEvent) -> None:
        if self.maximum() > self.minimum():
            super().paintEvent(event)


class _Inside(QWidget):
    """Draws its own ground, all of it: nothing of what it hides is painted beneath."""

    def __init__(self) -> None:
        super().__init__()
        self.ground = QColor(0, 0, 0)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @reported
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(event.rect(), self.ground)

    @reported_or(_HINT)
    def sizeHint(self) -> QSize:
        return _HINT


class ColumnArea(QScrollArea):
    """Scrolls `inside` up and down; give that a layout."""

    shown = Signal()
    """It came on screen: how wide its bar is drawn is known from now on."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = _Inside()
        self.setVerticalScrollBar(QuietBar())
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self.inside)
        self.setWidgetResizable(True)

    def set_ground(self, colour: QColor) -> None:
        """Draw what is behind the column in this colour."""
        self.inside.ground = colour
        # The style sheet of the window would paint the area's own ground over ours.
        self.setStyleSheet(f"QScrollArea {{ background: {colour.name()}; border: 0; }}")
        self.inside.update()

    @reported
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    @reported_or(_HINT)
    def sizeHint(self) -> QSize:
        return _HINT
