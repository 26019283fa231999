"""The command line: prompt, field, completion list, history and the line beneath. It knows no region."""

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.kit.overrides import reported
from console.kit.theme import Theme
from console.panels.command_line.below import CompletionFooter
from console.panels.command_line.colours import Severity, Span, formats_of
from console.panels.command_line.editor import Editor
from console.panels.command_line.history import CommandHistory
from console.panels.command_line.one_line import why_not
from console.panels.command_line.popup import CompletionList
from console.panels.command_line.remarks import Sentence, remark_of, unfinished
from topology.command.complete import Completion
from topology.command.grammar.reading import Reading

PROMPT = 26
MARGIN = 20
_SPACED = ("verb", "keyword", "quantity")
"""Kinds of completions that something always follows."""


class CommandLine(QWidget):
    """Where commands are typed. It says what was typed and what is wanted; others answer with what to show."""

    typed = Signal(str)
    """The text changed."""
    submitted = Signal(str)
    """Enter was pressed. It never confirms anything."""
    completion_wanted = Signal(int)
    """Completions for this place in the text are wanted: answer with `show_completions`."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._reading: Reading | None = None
        self._sentence: Sentence = ("", "note", None)
        self._answer: tuple[str, Severity] = ("", "note")
        """What the line itself has to say to the last key; it goes with the next change of the text."""
        self._largest: str | None = None
        self._history = CommandHistory()
        self._walking = False
        self._asked_by_key = False
        self._dismissed = False
        """Whether the list was closed with Escape; it then opens only when asked for."""
        self.editor = Editor()
        self.below = CompletionFooter(theme)
        self.list = CompletionList(theme, self)
        # The echo of the key comes first; completions are looked for when it is painted.
        self._ask_soon = QTimer(self)
        self._ask_soon.setSingleShot(True)
        self._ask_soon.timeout.connect(self._ask_unasked)
        self._put_together()
        self._connect()
        self.set_theme(theme)
        self._say()

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
        editor = self.editor
        editor.textChanged.connect(self._changed)
        editor.textEdited.connect(self._edited)
        editor.entered.connect(self._enter)
        editor.up.connect(self._up)
        editor.down.connect(self._down)
        editor.tab.connect(self._tab)
        editor.escaped.connect(self._escape)
        editor.came.connect(self.update)
        editor.left.connect(self.close_list)
        editor.left.connect(self.update)
        editor.scrolled.connect(self._say)
        editor.guard.refused.connect(self._refuse)
        self.below.taken.connect(self._take_text)
        self.list.taken.connect(self._take)

    def text(self) -> str:
        """Give the text as it stands."""
        return self.editor.text()

    def set_text(self, text: str) -> None:
        """Put another text in place of what is there; it can be taken back like typing. What is no line is refused."""
        why = why_not("", text)
        if why:
            self._refuse(why)
            return
        self.close_list()
        self._history.leave()
        if text != self.text():
            self.editor.replace(text)
        self.editor.setCursorPosition(len(text))
        self.close_list()

    def show_reading(self, reading: Reading) -> None:
        """Show what the text says: colours by meaning, and its error under its word."""
        if reading.text != self.text():
            return
        self._reading = reading
        if reading.command is None:
            self._sentence = ("", "note", None)
        self._colour()
        self._say()

    def show_sentence(self, text: str, severity: Severity = "note", span: Span | None = None) -> None:
        """Say something beneath the line, under the stretch *span*, which is underlined when *severity* is `block`.

        It stays until the text is no command any more, or another sentence (perhaps empty) takes its place.
        """
        if (text, severity, span) == self._sentence:
            return
        self._sentence = (text, severity, span)
        self._colour()
        self._say()

    def show_completions(self, completions: tuple[Completion, ...]) -> None:
        """Offer completions for the cursor; none closes the list."""
        by_key, self._asked_by_key = self._asked_by_key, False
        if by_key and len(completions) == 1:
            self._take(completions[0])
            return
        if not completions:
            self.close_list()
            if by_key:
                self.reply("There is nothing to complete here.", "note")
            return
        if not by_key and (self._dismissed or not self.editor.hasFocus()):
            return
        self.list.show_offers(completions, 0 if by_key else -1)
        self._open_list()

    def offer_largest_safe(self, text: str | None) -> None:
        """Let Tab take *text*: the largest safe command of a blocked plan."""
        self._largest = text

    def set_history(self, texts: list[str]) -> None:
        """Take the commands of earlier sessions, oldest first."""
        self._history.set(texts)

    def remember(self, text: str) -> None:
        """Add a command to the history."""
        self._history.remember(text)

    def history(self) -> list[str]:
        """Give the history, oldest first."""
        return self._history.texts()

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        self.editor.set_theme(theme)
        self.below.set_theme(theme)
        self.list.set_theme(theme)
        self._colour()
        self.update()

    def close_list(self) -> None:
        """Take the completions away."""
        self._ask_soon.stop()
        self.list.hide()
        self.editor.closes_on_escape = False

    @reported
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._say()
        if self.list.isVisible():
            self._open_list()

    @reported
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self.close_list()

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
            self._history.leave()
        self._answer = ("", "note")
        if not text:
            self._dismissed = False
            self._sentence = ("", "note", None)
            self._reading = None
            self._say()
        self.typed.emit(text)

    def _edited(self, _text: str) -> None:
        self.close_list()
        self._ask_soon.start(0)

    def _ask_unasked(self) -> None:
        """Look for completions of a word that is being typed, at the end of an unfinished text."""
        reading, at_end = self._reading, self.editor.cursorPosition() == len(self.text())
        if reading is None or reading.text != self.text() or not reading.incomplete or not at_end or not self.text():
            return
        self._asked_by_key = False
        self.completion_wanted.emit(self.editor.cursorPosition())

    def _enter(self) -> None:
        if self._has_choice():
            self._take(self.list.offer(self.list.chosen()))
            return
        self.close_list()
        text = self.text()
        if not text.strip():
            return
        self.submitted.emit(text)
        reading = self._reading
        if reading is not None and reading.incomplete and reading.text == text:
            self.reply(unfinished(reading), "caution")

    def _tab(self) -> None:
        """Take what was chosen, else the largest safe command, else the correction, else complete the word."""
        if self._has_choice():
            self._take(self.list.offer(self.list.chosen()))
        elif self._largest:
            self._take_text(self._largest)
        elif self.below.remark().offer:
            self._take_text(self.below.remark().offer)
        elif self.list.isVisible():
            self._take(self.list.offer(0))
        else:
            self._asked_by_key = True
            self._dismissed = False
            self.completion_wanted.emit(self.editor.cursorPosition())

    def _up(self) -> None:
        """Move in the list once the operator is in it; from the line itself, Up is the history."""
        if self._has_choice():
            self.list.move_choice(-1)
        else:
            self._walk(self._history.older(self.text()))

    def _down(self) -> None:
        if self.list.isVisible():
            self.list.move_choice(1)
        else:
            self._walk(self._history.newer(self.text()))

    def _walk(self, text: str | None) -> None:
        if text is None:
            return
        self._walking = True
        self.editor.replace(text)
        self.editor.setCursorPosition(len(text))
        self._walking = False
        self.close_list()

    def _escape(self) -> None:
        if self.list.isVisible():
            self._dismissed = True
            self.close_list()

    def _has_choice(self) -> bool:
        return self.list.isVisible() and self.list.chosen() >= 0

    def _take(self, offer: Completion) -> None:
        text = self.text()
        space = " " if offer.end >= len(text) and offer.kind in _SPACED and offer.insert[-1:].isalnum() else ""
        self.close_list()
        self.editor.replace(offer.insert + space, offer.start, offer.end)
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_text(self, text: str) -> None:
        self.set_text(text)
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refuse(self, sentence: str) -> None:
        self.reply(sentence, "caution")

    def reply(self, sentence: str, severity: Severity = "note") -> None:
        """Answer the operator beneath the line, until the text changes; it comes before every other sentence."""
        self._answer = (sentence, severity)
        self._say()

    def _open_list(self) -> None:
        window = self.window()
        if self.list.parentWidget() is not window:
            self.list.setParent(window)
        start = self.list.offer(0).start
        self.list.place_above(self.editor.mapTo(window, QPoint(max(0, self.editor.x_of(start)) - 12, -4)))
        self.list.show()
        self.list.raise_()
        self.editor.closes_on_escape = True

    def _colour(self) -> None:
        reading = self._reading
        if reading is None or reading.text != self.text():
            self.editor.show_formats([])
            return
        _, severity, span = self._sentence
        self.editor.show_formats(formats_of(reading, self._theme, span if severity == "block" else None))

    def _say(self) -> None:
        remark = remark_of(self._reading, self._answer, self._sentence, self.editor.x_of)
        self.below.show_remark(remark)
        if self.editor.accessibleDescription() != remark.text:
            self.editor.setAccessibleDescription(remark.text)
