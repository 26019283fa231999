"""The command line: prompt, field, completion list, history and the line beneath. It knows no region."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.kit.overrides import reported
from console.kit.theme import Theme
from console.panels.command_line.below import CompletionFooter
from console.panels.command_line.completing import CommandCompleting
from console.panels.command_line.editor import Editor
from console.panels.command_line.history import CommandHistory
from console.panels.command_line.one_line import why_not
from console.panels.command_line.popup import CompletionList
from console.panels.command_line.remarks import unfinished
from console.panels.command_line.saying import LineSaying

PROMPT = 26
MARGIN = 20


class CommandLine(QWidget):
    """Where commands are typed. It says what was typed and what is wanted; others answer with what to show."""

    typed = Signal(str)
    """The text changed."""
    submitted = Signal(str)
    """Enter was pressed. It never confirms anything."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        # It fills all of itself: the grounds of what it stands in are not painted beneath for every key.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.largest: str | None = None
        """The largest safe command of a blocked plan, which Tab takes."""
        self.past = CommandHistory()
        self._walking = False
        self.editor = Editor()
        self.below = CompletionFooter(theme)
        self.completing = CommandCompleting(self, self.editor, CompletionList(theme, self))
        self.saying = LineSaying(self.editor, self.below, theme)
        self._put_together()
        self._connect()
        self.set_theme(theme)
        self.saying.say()

    def _put_together(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, 10, MARGIN, 8)
        layout.setSpacing(2)
        # A line edit keeps two pixels free at its left.
        for part, left in ((self.editor, PROMPT - 2), (self.below, PROMPT)):
            row = QHBoxLayout()
            row.setContentsMargins(left, 0, 0, 0)
            row.addWidget(part)
            layout.addLayout(row)
        self.setFocusProxy(self.editor)

    def _connect(self) -> None:
        editor, completing = self.editor, self.completing
        editor.textChanged.connect(self._changed)
        editor.textEdited.connect(completing.wait)
        editor.entered.connect(self._enter)
        editor.up.connect(self._up)
        editor.down.connect(self._down)
        editor.tab.connect(self._tab)
        editor.escaped.connect(self._escape)
        editor.came.connect(self.update)
        editor.left.connect(completing.close)
        editor.left.connect(self.update)
        editor.scrolled.connect(self.saying.say)
        editor.guard.refused.connect(lambda sentence: self.saying.reply(sentence, "caution"))
        completing.due.connect(self._complete_unasked)
        completing.nothing.connect(lambda: self.saying.reply("There is nothing to complete here."))
        self.below.taken.connect(self._take_text)

    def text(self) -> str:
        """Give the text as it stands."""
        return self.editor.text()

    def take_keys(self) -> None:
        """Take the focus, with the text selected: the next key replaces it."""
        self.setFocus()
        self.editor.selectAll()

    def begin_with(self, letters: str) -> None:
        """Go on typing here what was begun elsewhere."""
        self.setFocus()
        self.editor.end(False)
        self.editor.insert(letters)

    def set_text(self, text: str) -> None:
        """Put another text in place of what is there; it can be taken back like typing. What is no line is refused."""
        why = why_not("", text)
        if why:
            self.saying.reply(why, "caution")
            return
        self.completing.close()
        self.past.leave()
        if text != self.text():
            self.editor.replace(text)
        self.editor.setCursorPosition(len(text))
        self.completing.close()

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        self.editor.set_theme(theme)
        self.below.set_theme(theme)
        self.completing.list.set_theme(theme)
        self.saying.set_theme(theme)
        self.update()

    @reported
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.saying.say()
        if self.completing.is_open:
            self.completing.place()

    @reported
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self.completing.close()

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self._theme.raised)
        painter.fillRect(0, 0, self.width(), 1, self._theme.border)
        middle = self.editor.geometry().center().y() + 1
        focused = self.editor.hasFocus()
        if focused:  # a cursor alone is easily overlooked
            painter.fillRect(8, self.editor.y() + 2, 3, self.editor.height() - 4, self._theme.focus)
        painter.setPen(QPen(self._theme.plan if focused else self._theme.text_faint, 2.2))
        for end in (-5, 5):
            painter.drawLine(MARGIN + 2, middle + end, MARGIN + 7, middle)

    def _changed(self, text: str) -> None:
        if not self._walking:
            self.past.leave()
        self.saying.forget_answer(text)
        if not text:
            self.completing.begin_anew()
        self.typed.emit(text)

    def _complete_unasked(self) -> None:
        """Look for completions of a word that is being typed, at the end of an unfinished text."""
        reading, text = self.saying.reading, self.text()
        at_end = self.editor.cursorPosition() == len(text)
        if text and at_end and reading is not None and reading.text == text and reading.incomplete:
            self.completing.ask_unasked()

    def _enter(self) -> None:
        if self.completing.has_choice():
            self.completing.take_chosen()
            return
        self.completing.close()
        text = self.text()
        if not text.strip():
            return
        self.submitted.emit(text)
        reading = self.saying.reading
        if reading is not None and reading.incomplete and reading.text == text:
            self.saying.reply(unfinished(reading), "caution")

    def _tab(self) -> None:
        """Take what was chosen, else the largest safe command, else the correction, else complete the word."""
        if self.completing.has_choice():
            self.completing.take_chosen()
        elif self.largest:
            self._take_text(self.largest)
        elif self.below.remark().offer:
            self._take_text(self.below.remark().offer)
        elif self.completing.is_open:
            self.completing.take_chosen()
        else:
            self.completing.ask()

    def _up(self) -> None:
        """Move in the list once the operator is in it; from the line itself, Up is the history."""
        if self.completing.has_choice():
            self.completing.list.move_choice(-1)
        else:
            self._walk(self.past.older(self.text()))

    def _down(self) -> None:
        if self.completing.is_open:
            self.completing.list.move_choice(1)
        else:
            self._walk(self.past.newer(self.text()))

    def _escape(self) -> None:
        """Close the list, else empty the line; what stood there can be taken back, and Up brings it."""
        if not self.completing.dismiss() and self.text():
            self.past.remember(self.text())
            self.editor.replace("")

    def _walk(self, text: str | None) -> None:
        if text is None:
            return
        self._walking = True
        self.editor.replace(text)
        self.editor.setCursorPosition(len(text))
        self._walking = False
        self.completing.close()

    def _take_text(self, text: str) -> None:
        self.set_text(text)
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
