"""The page of the debrief: it asks first, and shows after; what was answered stands beside what is true."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from console.kit.asking.questions import Asked, QuestionForm
from console.kit.overrides import reported
from console.kit.parts import Button, Text, set_theme_of
from console.kit.theme import Theme
from console.panels.debrief.debrief_view import DebriefView
from topology.incident.lesson.model import LessonQuestion
from topology.incident.lesson.said import MARKS, LessonAnswer, counted

BUTTONS = {"agrees": "as the account", "sensible": "another way, sensible", "doubtful": "not sensible"}
"""The marks on their buttons."""


class DebriefPage(QWidget):
    """Either the questions, or the debrief below what was answered to them."""

    answered = Signal(tuple)
    """A `GivenAnswer` for each question that was asked."""
    marked = Signal(str)
    """How the trainee marks the open answer, one of `MARKS`."""

    def __init__(self, theme: Theme, view: DebriefView) -> None:
        super().__init__()
        self._theme = theme
        self.view = view
        self.intro = Text(theme, 9.5, "text_soft", wrap=True)
        self.intro.say("First from memory: what did you think? Ctrl+D again shows the debrief without answers.")
        self.form = QuestionForm(theme)
        self.said = Text(theme, 9.5, wrap=True)
        self.said.hide()
        self.marking = QWidget()
        self.marks = {mark: Button(theme, size=9) for mark in MARKS}
        self._how = Text(theme, 9, "text_soft")
        self._how.say("Yours is")
        row = QHBoxLayout(self.marking)
        row.setContentsMargins(12, 0, 12, 0)
        row.addWidget(self._how)
        for mark, button in self.marks.items():
            button.say(BUTTONS[mark], f"Mark your answer: {MARKS[mark]}")
            button.clicked.connect(_Marks(mark, self))
            row.addWidget(button)
        row.addStretch(1)
        self.marking.hide()
        asking, shown = QWidget(), QWidget()
        column = QVBoxLayout(asking)
        column.setContentsMargins(12, 8, 12, 6)
        column.addWidget(self.intro)
        column.addWidget(self.form, 1)
        column = QVBoxLayout(shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        said = QVBoxLayout()
        said.setContentsMargins(12, 6, 12, 0)
        said.addWidget(self.said)
        column.addLayout(said)
        column.addWidget(self.marking)
        column.addWidget(view, 1)
        self._stack = QStackedLayout(self)
        # Where there is little height it is scrolled: what is squeezed cannot be read.
        self._scroll = QScrollArea()
        self._scroll.setWidget(shown)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._stack.addWidget(self._scroll)
        self._stack.addWidget(asking)
        self._ground()
        self.form.answered.connect(self.answered)
        self.setAccessibleName("Debrief")

    @property
    def is_asking(self) -> bool:
        """Whether questions are on show."""
        return self._stack.currentIndex() == 1

    def ask(self, questions: tuple[LessonQuestion, ...]) -> None:
        """Ask these first."""
        self._stack.setCurrentIndex(1)
        self.form.ask(tuple(Asked(question.asks, question.choices) for question in questions))

    def show_view(self, said: tuple[LessonAnswer, ...], probes: tuple[LessonAnswer, ...]) -> None:
        """Show the debrief, with what was answered first and at freeze probes."""
        lines = [_line(one) for one in said]
        asked, right = counted(probes)
        if asked:
            lines.append(f"Freeze probes: {right} of {asked} right.")
            lines += [_line(one) for one in probes if not one.is_right]
        self.said.say("\n".join(lines))
        self.said.setVisible(bool(lines))
        self.marking.setVisible(any(one.is_open and one.text for one in said))
        self._stack.setCurrentIndex(0)
        self._scroll.verticalScrollBar().setValue(0)

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        set_theme_of((self.intro, self.said, self._how, *self.marks.values()), theme)
        self.form.set_theme(theme)
        self.view.set_theme(theme)
        self._ground()
        self.update()

    def _ground(self) -> None:
        self._scroll.setStyleSheet(
            f"QScrollArea, QScrollArea > QWidget > QWidget {{ background: {self._theme.panel.name()}; border: 0; }}"
        )

    @reported
    def focusInEvent(self, event: QFocusEvent) -> None:
        (self.form if self.is_asking else self.view).setFocus(event.reason())

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.panel)


class _Marks:
    """Marks one way, whatever Qt adds to the call."""

    def __init__(self, mark: str, page: DebriefPage) -> None:
        self._mark, self._page = mark, page

    def __call__(self, _checked: bool = False) -> None:
        self._page.marked.emit(self._mark)


def _line(one: LessonAnswer) -> str:
    """Say one answer beside what is true."""
    if one.is_open:
        mark = f" Marked by {one.marked_by}: {MARKS[one.mark]}." if one.mark else ""
        return f"{one.question.asks} You: {one.words}. Then: {one.truth}{mark}"
    if one.is_right:
        return f"{one.question.asks} Right: {one.truth}."
    return f"{one.question.asks} You said {one.words}; it was {one.truth}."
