"""Asks questions one after another: a choice by its number or a click, or a line of text where there are no choices."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from console.kit.overrides import reported
from console.kit.parts import Button, Text, set_theme_of
from console.kit.theme import Theme

MOST_CHOICES = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is put: without choices a line of text is wanted."""

    asks: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What was answered: the number of a choice from 0, or a text; both empty where it was left out."""

    choice: int | None = None
    text: str = ""


class QuestionForm(QWidget):
    """Puts questions, and gives all answers when the last one was given or left out."""

    answered = Signal(tuple)
    """A `GivenAnswer` for each question, in their order."""
    given = Signal(int, object)
    """One answer, as it is given: the number of its question from 0, and the `GivenAnswer`."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._questions: tuple[Asked, ...] = ()
        self._answers: list[GivenAnswer] = []
        self.place = Text(theme, 9, "text_faint")
        self.asks = Text(theme, 11, wrap=True)
        self.choices = [Button(theme, size=10) for _ in range(MOST_CHOICES)]
        self.line = QLineEdit()
        self.line.setAccessibleName("Your answer")
        self.done = Button(theme, "accent", 10)
        self.skip = Button(theme, "link", 9.5)
        self.done.say("Answer")
        self.skip.say("Leave it out")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._put_together()
        for number, button in enumerate(self.choices):
            button.clicked.connect(_Takes(number, self))
        self.line.returnPressed.connect(self._take_line)
        self.done.clicked.connect(self._take_line)
        self.skip.clicked.connect(self._leave_out)
        self.setAccessibleName("Questions")

    def ask(self, questions: tuple[Asked, ...]) -> None:
        """Put these, the first one first."""
        self._questions, self._answers = questions, []
        self._show()

    def take(self, answer: GivenAnswer) -> None:
        """Take the answer to the question on show, and go on."""
        number = len(self._answers)
        if number >= len(self._questions):
            return
        self._answers.append(answer)
        self.given.emit(number, answer)
        if len(self._answers) == len(self._questions):
            self.answered.emit(tuple(self._answers))
        else:
            self._show()

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        set_theme_of((self.place, self.asks, self.done, self.skip, *self.choices), theme)
        self._ground()
        self.update()

    @reported
    def keyPressEvent(self, event: QKeyEvent) -> None:
        number = event.key() - int(Qt.Key.Key_1)
        if 0 <= number < len(self._choices()):
            self.take(GivenAnswer(number))
        else:
            super().keyPressEvent(event)

    @reported
    def focusInEvent(self, event: QFocusEvent) -> None:
        if not self._choices():
            self.line.setFocus(event.reason())

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.panel)

    def _choices(self) -> tuple[str, ...]:
        number = len(self._answers)
        return self._questions[number].choices if number < len(self._questions) else ()

    def _show(self) -> None:
        number, choices = len(self._answers), self._choices()
        self.place.say(f"Question {number + 1} of {len(self._questions)}")
        self.asks.say(self._questions[number].asks)
        self.setAccessibleDescription(self._questions[number].asks)
        for place, button in enumerate(self.choices):
            button.setVisible(place < len(choices))
            if place < len(choices):
                button.say(f"{place + 1}   {choices[place]}", f"{place + 1}: {choices[place]}")
        for part in (self.line, self.done):
            part.setVisible(not choices)
        self.line.clear()
        (self if choices else self.line).setFocus()

    def _take_line(self) -> None:
        self.take(GivenAnswer(text=self.line.text().strip()))

    def _leave_out(self) -> None:
        self.take(GivenAnswer())

    def _put_together(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 6, 16, 6)
        column.setSpacing(6)
        column.addWidget(self.place)
        column.addWidget(self.asks)
        for button in self.choices:
            row = QHBoxLayout()
            row.addWidget(button)
            row.addStretch(1)
            column.addLayout(row)
        column.addWidget(self.line)
        row = QHBoxLayout()
        row.addWidget(self.done)
        row.addWidget(self.skip)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)
        # Where there is little height it is scrolled: what is squeezed cannot be read.
        self._scroll = QScrollArea()
        self._scroll.setWidget(inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._scroll)
        self._ground()

    def _ground(self) -> None:
        self._scroll.setStyleSheet(
            f"QScrollArea, QScrollArea > QWidget > QWidget {{ background: {self._theme.panel.name()}; border: 0; }}"
        )


class _Takes:
    """Takes one choice, whatever Qt adds to the call."""

    def __init__(self, number: int, form: QuestionForm) -> None:
        self._number = number
        self._form = form

    def __call__(self, _checked: bool = False) -> None:
        self._form.take(GivenAnswer(self._number))
