"""The channel: customers, managers and whoever else ask, and the trainee answers in a line. Nothing said here acts."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from console.kit.overrides import reported
from console.kit.painting import font_of
from console.kit.parts import Text
from console.kit.theme import Theme

YOU = "you"


@dataclass(frozen=True, slots=True)
class ChannelRemark:
    """What somebody said at a *clock* of the incident."""

    clock: str
    who: str
    text: str

    def __str__(self) -> str:
        return f"{self.clock}  {self.who}: {self.text}"


class SideChannel(QWidget):
    """Shows all that was said, the last at the end."""

    answered = Signal(str)
    """What the trainee says."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.lead = Text(theme, 9.5, "text_soft", wrap=True)
        self.lead.say("Who else is there asks here. Answer in a line; nothing said here acts on the region.")
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(font_of(10))
        self.text.setAccessibleName("What was said")
        self.line = QLineEdit()
        self.line.setPlaceholderText("Answer, and Enter")
        self.line.setAccessibleName("Your answer")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 8)
        layout.setSpacing(6)
        for part in (self.lead, self.text, self.line):
            layout.addWidget(part)
        self.line.returnPressed.connect(self._answer)
        self.setAccessibleName("Channel")

    def show_remark(self, remark: ChannelRemark) -> None:
        """Show one more."""
        self.text.appendPlainText(str(remark))

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        self.lead.set_theme(theme)
        self.update()

    @reported
    def focusInEvent(self, event: QFocusEvent) -> None:
        self.line.setFocus(event.reason())

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.panel)

    def _answer(self) -> None:
        text = self.line.text().strip()
        if text:
            self.line.clear()
            self.answered.emit(text)
