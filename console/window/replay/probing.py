"""Freeze probes: the clock holds, the whole display is blank, and three questions on the region's true state are asked."""

import random

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.kit.asking.questions import Asked, GivenAnswer, QuestionForm
from console.kit.overrides import reported, reported_or
from console.kit.parts import Text
from console.kit.theme import Theme
from console.operating.training.looking_back import moment_now
from console.operating.training.training import Training
from console.panels.timeline.player import Player
from topology.incident.lesson.model import LessonQuestion
from topology.incident.lesson.probes import probe_questions
from topology.incident.lesson.said import LessonAnswer

INSTRUCTOR = "instructor"
"""The property of a window that is not the trainee's, and stays on the screen."""
APART_S = (600, 1800)
"""Between so many seconds of the incident the next probe comes, where they come by themselves."""


class BlankCover(QWidget):
    """Lies over the whole window, so that nothing of it can be read, and has the questions."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._window = window
        self.intro = Text(theme, 11, wrap=True)
        self.intro.say("The display is blank and the clock holds. How does the region stand, from memory?")
        self.form = QuestionForm(theme)
        self.form.setMaximumWidth(820)
        column = QVBoxLayout(self)
        column.setContentsMargins(40, 60, 40, 40)
        column.setSpacing(12)
        column.addWidget(self.intro)
        column.addWidget(self.form, 1)
        self.setAccessibleName("Freeze probe")
        window.installEventFilter(self)
        self.hide()

    def cover(self, theme: Theme) -> None:
        """Lie over the window."""
        self._theme = theme
        self.intro.set_theme(theme)
        self.form.set_theme(theme)
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()

    @reported_or(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
        return super().eventFilter(watched, event)

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.panel)


class Probing(QObject):
    """Asks probes when it is told to, or by itself while a run plays, and keeps what was answered."""

    ended = Signal(str)
    """A sentence on how the probe went."""

    def __init__(self, window: QWidget, theme: Theme, training: Training, player: Player) -> None:
        super().__init__(window)
        self.said: tuple[LessonAnswer, ...] = ()
        self.by_itself = False
        """Whether probes come at moments that nobody chooses."""
        self.theme = theme
        self._training, self._player = training, player
        self._questions: tuple[LessonQuestion, ...] = ()
        self._hidden: list[QWidget] = []
        self._next: float | None = None
        self._chance = random.Random(training.incident.seed)
        self.cover = BlankCover(theme, window)
        self.cover.form.answered.connect(self._take)
        player.moved.connect(self._moved)

    @property
    def is_asking(self) -> bool:
        """Whether the display is blank."""
        return not self.cover.isHidden()

    def probe(self) -> None:
        """Hold the clock, blank the display, and ask."""
        if self.is_asking:
            return
        self._player.pause()
        training = self._training
        moment = moment_now(training)
        self._questions = probe_questions(moment, training.incident.seed)
        self._hide_others()
        self.cover.cover(self.theme)
        self.cover.form.ask(tuple(Asked(question.asks, question.choices) for question in self._questions))

    def forget(self) -> None:
        """Begin anew: a run was given up."""
        self.said, self._next = (), None

    def _moved(self) -> None:
        training = self._training
        if not (self.by_itself and training.is_run and self._player.is_playing):
            return
        if self._next is None or training.now() < self._next - APART_S[1]:
            self._next = training.now() + self._chance.uniform(*APART_S)
        elif training.now() >= self._next:
            self._next = None
            self.probe()

    def _take(self, answers: tuple[GivenAnswer, ...]) -> None:
        now = self._training.now()
        taken = tuple(
            LessonAnswer(question, answer.choice, answer.text, now)
            for question, answer in zip(self._questions, answers, strict=True)
        )
        self.said += taken
        self.cover.hide()
        for window in self._hidden:
            window.show()
        right = sum(one.is_right for one in taken)
        self.ended.emit(
            f"Freeze probe: {right} of {len(taken)} right. The debrief says which; F5 lets the clock go on."
        )

    def _hide_others(self) -> None:
        """Hide what stands in windows of its own, too: a page or the topology."""
        owner = self.cover.window()
        others = owner.findChildren(QWidget, options=Qt.FindChildOption.FindChildrenRecursively)
        self._hidden = [one for one in others if one.isWindow() and one.isVisible() and not one.property(INSTRUCTOR)]
        for window in self._hidden:
            window.hide()
