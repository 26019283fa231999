"""The field of the command line: a plain line edit, coloured by what its words mean."""

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QInputMethodEvent,
    QKeyEvent,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
)
from PySide6.QtWidgets import QLineEdit, QWidget

from console.kit.overrides import reported, reported_or
from console.kit.painting import font_of
from console.kit.theme import MONO, Theme
from console.panels.command_line.one_line import OneLine

SIZE = 16.0
INVITATIONS = (
    "type a command: remove, restore, headroom, explain …",
    "type a command: remove, restore …",
    "type a command",
)
"""What stands in an empty field, from the longest to the shortest."""
BESIDE = 8
"""Pixels that the field keeps beside its text, with the cursor."""
_PLAIN_KEYS = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
_FAR_MORE_THAN_ANY_PASTE = 1_000_000_000


class Editor(QLineEdit):
    """One line. Keys with a meaning of their own go out as signals; the rest edits."""

    entered = Signal()
    up = Signal()
    down = Signal()
    tab = Signal()
    escaped = Signal()
    """Escape, while something is open that it closes; otherwise the key goes on to the window."""
    scrolled = Signal()
    """The text moved sideways under the field."""
    came = Signal()
    """The keys go here now."""
    left = Signal()
    """The keys go somewhere else now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.closes_on_escape = False
        self._composing = False
        self._formats: list[tuple[int, int, QTextCharFormat]] = []
        self._offset = 0
        self.guard = OneLine(self)
        self.setValidator(self.guard)
        # A shorter limit would cut a paste before the validator can refuse it and say how long it was.
        self.setMaxLength(_FAR_MORE_THAN_ANY_PASTE)
        self.setFrame(False)
        self.setAccessibleName("Command")
        self.setPlaceholderText(INVITATIONS[0])

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self.setStyleSheet(
            f'QLineEdit, QLineEdit:focus {{ font-family: "{MONO}"; font-size: {SIZE}pt; color: {theme.text.name()};'
            f" background: {theme.raised.name()}; border: 0; padding: 0; selection-background-color:"
            f" {theme.selection.name()}; selection-color: {theme.text.name()};"
            f" placeholder-text-color: {theme.text_faint.name()}; }}"
        )
        self.setMinimumHeight(QFontMetrics(font_of(SIZE, mono=True)).height() + 8)

    def show_formats(self, formats: list[tuple[int, int, QTextCharFormat]]) -> None:
        """Colour stretches of the text: (start, length, format)."""
        self._formats = formats
        if not self._composing:
            self._apply()

    def replace(self, text: str, start: int = 0, end: int | None = None) -> None:
        """Put *text* in place of a stretch, as one step that can be taken back."""
        self.setSelection(start, (len(self.text()) if end is None else end) - start)
        self.insert(text)
        self.deselect()

    def x_of(self, position: int) -> int:
        """Give where the character at *position* starts, in the field's own pixels."""
        advance = QFontMetrics(font_of(SIZE, mono=True)).horizontalAdvance
        text = self.text()
        return self._text_left() + advance(text[:position])

    @reported_or(False)
    def event(self, event: QEvent) -> bool:
        # Qt would move the focus with Tab before `keyPressEvent` hears of it. Shift+Tab still leaves the field.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and _is_tab(event):
            self.tab.emit()
            return True
        return super().event(event)

    @reported
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, plain = event.key(), event.modifiers() in _PLAIN_KEYS
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # With Ctrl it confirms a plan, which is the window's business and never that of this key.
            if plain:
                self.entered.emit()
            event.setAccepted(plain)
        elif key == Qt.Key.Key_Up and plain:
            self.up.emit()
        elif key == Qt.Key.Key_Down and plain:
            self.down.emit()
        elif key == Qt.Key.Key_Escape:
            event.setAccepted(self.closes_on_escape)
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    @reported
    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        was, self._composing = self._composing, bool(event.preeditString())
        if was and not self._composing:
            self._apply()

    @reported
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.came.emit()

    @reported
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    @reported
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        # Qt decides only while painting how far the text is scrolled.
        if self._text_left() != self._offset:
            self._offset = self._text_left()
            self.scrolled.emit()

    @reported
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Invite to type in as many words as there is room for."""
        super().resizeEvent(event)
        advance = QFontMetrics(font_of(SIZE, mono=True)).horizontalAdvance
        fitting = (one for one in INVITATIONS if advance(one) <= self.width() - BESIDE)
        self.setPlaceholderText(next(fitting, INVITATIONS[-1]))

    def _text_left(self) -> int:
        advance = QFontMetrics(font_of(SIZE, mono=True)).horizontalAdvance
        cursor = self.cursorRect()
        return cursor.center().x() - advance(self.text()[: self.cursorPosition()])

    def _apply(self) -> None:
        """Hand the formats to the line's own text layout, the way input methods do; the text itself is not touched."""
        cursor = self.cursorPosition()
        kind = QInputMethodEvent.AttributeType.TextFormat
        attributes = [
            QInputMethodEvent.Attribute(kind, start - cursor, length, style) for start, length, style in self._formats
        ]
        QCoreApplication.sendEvent(self, QInputMethodEvent("", attributes))


def _is_tab(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Tab and event.modifiers() in _PLAIN_KEYS
