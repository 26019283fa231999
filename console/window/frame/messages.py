"""Every message of this session, oldest first: what went by on the message line can be read again."""

from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from console.kit.theme import Theme, ui_font

MOST_LINES = 1000
MARKS = {"alarm": "▼", "caution": "◆", "note": "›"}


class MessagesPanel(QPlainTextEdit):
    """A list of sentences with their time; text can be selected and copied."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines: list[tuple[str, str, str]] = []
        self.setReadOnly(True)
        self.setMaximumBlockCount(MOST_LINES)
        self.setFont(ui_font(10))
        self.setPlaceholderText("No messages yet")
        self.setAccessibleName("Messages of this session")
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)

    def append(self, clock: str, kind: str, sentence: str) -> None:
        """Add a sentence; *kind* is `alarm`, `caution` or `note`."""
        self._lines = [*self._lines[-MOST_LINES + 1 :], (clock, kind, sentence)]
        self._write(clock, kind, sentence)

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        self.clear()
        for line in self._lines:
            self._write(*line)

    def _write(self, clock: str, kind: str, sentence: str) -> None:
        colour: QColor = {"alarm": self._theme.alarm, "caution": self._theme.caution}.get(kind, self._theme.text)
        style = QTextCharFormat()
        style.setForeground(colour)
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if not self.document().isEmpty():
            cursor.insertBlock()
        cursor.insertText(f"{clock}  {MARKS.get(kind, '›')}  {sentence}", style)
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
