"""What can complete the text: asked for by Tab, or by a pause in typing; shown above the line, and taken from there."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from console.panels.command_line.editor import Editor
from console.panels.command_line.popup import CompletionList
from topology.command.complete import Completion

_SPACED = ("verb", "keyword", "quantity")
"""Kinds of completions that something always follows."""


class CommandCompleting(QObject):
    """Opens and closes the list of completions of an editor."""

    wanted = Signal(int)
    """Completions for this place in the text are wanted: answer with `show_offers`."""
    due = Signal()
    """The key that was typed is painted: it is time to look whether its word can be completed."""
    nothing = Signal()
    """They were asked for, and there are none."""

    def __init__(self, line: QWidget, editor: Editor, offers: CompletionList) -> None:
        super().__init__(line)
        self._line, self._editor, self.list = line, editor, offers
        self.keeps_clear: Callable[[], int] = lambda: 0
        """How many pixels above the line the list leaves free, for what has to be read while one types."""
        self._asked_by_key = False
        self._dismissed = False
        """Whether the list was closed with Escape; it then opens only when asked for."""
        # The echo of the key comes first; completions are looked for when it is painted.
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self.due)
        self.list.taken.connect(self.take)

    @property
    def is_open(self) -> bool:
        """Whether the list is on the screen."""
        return self.list.isVisible()

    def ask(self) -> None:
        """Ask for completions, as a key wants them."""
        self._asked_by_key, self._dismissed = True, False
        self.wanted.emit(self._editor.cursorPosition())

    def ask_unasked(self) -> None:
        """Ask for completions of a word that is being typed."""
        self._asked_by_key = False
        self.wanted.emit(self._editor.cursorPosition())

    def wait(self) -> None:
        """Another key was typed: what was offered is over, and `due` comes when the key is painted."""
        self.close()
        self._soon.start(0)

    def show_offers(self, completions: tuple[Completion, ...]) -> None:
        """Offer completions for the cursor; none closes the list."""
        by_key, self._asked_by_key = self._asked_by_key, False
        if by_key and len(completions) == 1:
            self.take(completions[0])
        elif not completions:
            self.close()
            if by_key:
                self.nothing.emit()
        elif by_key or (not self._dismissed and self._editor.hasFocus()):
            self.list.show_offers(completions, 0 if by_key else -1)
            self.place()

    def has_choice(self) -> bool:
        """Say whether the operator is in the list."""
        return self.is_open and self.list.chosen() >= 0

    def take_chosen(self) -> None:
        """Take what the operator is at, else the first."""
        self.take(self.list.offer(max(0, self.list.chosen())))

    def take(self, offer: Completion) -> None:
        """Put a completion into the text."""
        text = self._editor.text()
        space = " " if offer.end >= len(text) and offer.kind in _SPACED and offer.insert[-1:].isalnum() else ""
        self.close()
        self._editor.replace(offer.insert + space, offer.start, offer.end)
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def dismiss(self) -> bool:
        """Close the list for as long as this text is typed at; gives whether it was open."""
        if not self.is_open:
            return False
        self._dismissed = True
        self.close()
        return True

    def begin_anew(self) -> None:
        """The line is empty: the next word may be offered completions again."""
        self._dismissed = False

    def close(self) -> None:
        """Take the completions away."""
        self._soon.stop()
        self.list.hide()
        self._editor.closes_on_escape = False

    def place(self) -> None:
        """Put the list above its word."""
        window = self._line.window()
        if self.list.parentWidget() is not window:
            self.list.setParent(window)
        start = self.list.offer(0).start
        spot = QPoint(max(0, self._editor.x_of(start)) - 12, -4 - self.keeps_clear())
        self.list.place_above(self._editor.mapTo(window, spot))
        self.list.show()
        self.list.raise_()
        self._editor.closes_on_escape = True
