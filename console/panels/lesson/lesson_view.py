"""The lesson: hidden until a run was debriefed or somebody asks for it; then what happened, why, what came of it, questions."""

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from console.kit.asking.questions import Asked, GivenAnswer, QuestionForm
from console.kit.overrides import reported
from console.kit.parts import Button, Text, set_theme_of
from console.kit.splitter import GripSplitter
from console.kit.theme import Theme
from console.words import writing as words
from topology.incident.lesson.model import LessonQuestion

HIDDEN = (
    "The lesson tells how it went on, and why. It is shown after the debrief of your run: "
    "whoever reads it before plays with hindsight."
)


class LessonView(QWidget):
    """Shows one lesson; it only says what was answered."""

    page_wanted = Signal(str)
    """A page of the manual, by its name."""
    answered = Signal(str, bool)
    """A question, by its name, and whether the answer was right."""

    def __init__(self, theme: Theme, html: str, questions: tuple[LessonQuestion, ...]) -> None:
        super().__init__()
        self._theme = theme
        self._html, self._questions = html, questions
        self.lead = Text(theme, 9.5, "text_soft", wrap=True)
        self.open = Button(theme, size=9)
        self.ask = Button(theme, size=9)
        self.text = QTextBrowser()
        self.text.setAccessibleName("The lesson")
        self.text.setOpenLinks(False)
        self.form = QuestionForm(theme)
        self.told = Text(theme, 9.5, wrap=True)
        self._halves = GripSplitter(Qt.Orientation.Horizontal, theme)
        self.open.say("Show the lesson now")
        self.ask.say(f"Ask me {words.plural(len(questions), 'question')}")
        self.lead.say(HIDDEN)
        self._put_together()
        self.open.clicked.connect(self.reveal)
        self.ask.clicked.connect(self._ask)
        self.form.given.connect(self._given)
        self.form.answered.connect(self._done)
        self.text.anchorClicked.connect(self._follow)
        self.setAccessibleName("Lesson")
        self.is_shown = False
        self._asking = False
        self._show()

    def reveal(self, *_clicked: object) -> None:
        """Show the lesson."""
        self.is_shown = True
        self.text.setHtml(self._html)
        self.lead.say(
            "What happened, why, and what came of it. The questions come back in some days, in “Where you stand”."
        )
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        set_theme_of((self.lead, self.open, self.ask, self.told), theme)
        self.form.set_theme(theme)
        self._halves.set_theme(theme)
        if self.is_shown:
            self.text.setHtml(self._html)
        self.update()

    @reported
    def focusInEvent(self, event: QFocusEvent) -> None:
        (self.text if self.is_shown else self.open).setFocus(event.reason())

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.panel)

    def _show(self) -> None:
        self.open.setVisible(not self.is_shown)
        self._halves.setVisible(self.is_shown)
        self._right.setVisible(self._asking or bool(self.told.text()))
        self.form.setVisible(self._asking)
        self.ask.setVisible(self.is_shown and bool(self._questions) and not self._asking)

    def _ask(self, *_clicked: object) -> None:
        self._asking = True
        self.told.say("")
        self._show()
        self.form.ask(tuple(Asked(question.asks, question.choices) for question in self._questions))

    def _given(self, number: int, answer: GivenAnswer) -> None:
        question = self._questions[number]
        right = question.is_right(answer.choice)
        said = "Right" if right else f"Not right: {question.truth}"
        self.told.say(f"{question.asks}\n{said}. {question.because}", "text" if right else "caution")
        self.answered.emit(question.name, right)
        self._show()

    def _done(self, _answers: object) -> None:
        self._asking = False
        self._show()

    def _follow(self, link: QUrl) -> None:
        if link.scheme() in ("http", "https"):
            QDesktopServices.openUrl(link)
        else:
            self.page_wanted.emit(link.path())

    def _put_together(self) -> None:
        above = QHBoxLayout()
        above.addWidget(self.lead, 1)
        above.addWidget(self.ask)
        above.addWidget(self.open)
        self._right = QWidget()
        column = QVBoxLayout(self._right)
        column.setContentsMargins(6, 0, 0, 0)
        column.addWidget(self.told)
        column.addWidget(self.form, 1)
        column.addStretch(0)
        self._halves.addWidget(self.text)
        self._halves.addWidget(self._right)
        self._halves.setSizes([600, 400])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.setSpacing(6)
        layout.addLayout(above)
        layout.addWidget(self._halves, 1)
        layout.addStretch(0)
