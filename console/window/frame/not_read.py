"""What stands in the middle of the window while its region cannot be read: the reasons, and what can be done."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.kit.overrides import reported
from console.kit.parts import Button, Text
from console.kit.theme import Theme

WIDEST = 760
"""Pixels that a line of reasons has at most."""
TRIED = "It is tried again every second."


class NotReadView(QWidget):
    """Covers the topology, and is announced by its name; hidden while the region is read or known."""

    again = Signal()
    """Read it now."""
    other = Signal()
    """Open another region."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.title = Text(theme, 15, "alarm", bold=True)
        self.title.say("The region cannot be read", "alarm", "alarm")
        self.reasons = Text(theme, 10.5, wrap=True)
        self.below = Text(theme, 9.5, "text_soft", wrap=True)
        self.below.say(TRIED)
        self.again_button = Button(theme)
        self.again_button.say("Retry")
        self.other_button = Button(theme)
        self.other_button.say("Open another …", "Open another region")
        self.again_button.clicked.connect(self.again)
        self.other_button.clicked.connect(self.other)
        self._put_together()
        self.hide()

    def show_reason(self, sentence: str) -> None:
        """Show why, each problem on a line of its own."""
        self.reasons.say(sentence)
        self.setAccessibleName(f"The region cannot be read. {sentence}")
        self.show()
        self.raise_()

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        for part in (self.title, self.reasons, self.below, self.again_button, self.other_button):
            part.set_theme(theme)
        self.update()

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.ground)

    def _put_together(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addWidget(self.again_button)
        buttons.addWidget(self.other_button)
        buttons.addStretch(1)
        inside = QWidget(self)
        inside.setMaximumWidth(WIDEST)
        lines = QVBoxLayout(inside)
        lines.setSpacing(10)
        for part in (self.title, self.reasons, self.below):
            lines.addWidget(part)
        lines.addLayout(buttons)
        around = QHBoxLayout()
        around.addStretch(1)
        around.addWidget(inside, 6)
        around.addStretch(1)
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        whole.addLayout(around)
        whole.addStretch(3)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
