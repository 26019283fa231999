"""Where you stand: the order of lessons with what was done of it, and the questions that have come back after some days."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.kit.asking.questions import Asked, GivenAnswer, QuestionForm
from console.kit.painting import font_of, plain_tip
from console.kit.parts import Button, Text
from console.kit.theme import Theme
from console.operating.incidents.progress import DueQuestion, due_questions, steps
from console.operating.incidents.standing import StandingError, StandingFile, TraineeStanding, answered
from console.words import writing as words

TITLES = ("", "Incident", "Played", "Questions", "Freeze probes", "")


class StandingDialog(QDialog):
    """Shows the order, asks what has come back, and keeps each answer as it is given."""

    def __init__(self, theme: Theme, file: StandingFile, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Where you stand · Underkeel")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        room = self.screen().availableGeometry().size()
        self.resize(min(940, room.width() - 40), min(620, room.height() - 60))
        self._file, self._today = file, today
        self._due: tuple[DueQuestion, ...] = ()
        self.table = QTableWidget(0, len(TITLES))
        self.lead = Text(theme, 10, wrap=True)
        self.told = Text(theme, 10, wrap=True)
        self.form = QuestionForm(theme)
        self.ask = Button(theme, "accent", 10)
        self.close_ = Button(theme, size=10)
        self._put_together()
        self.form.given.connect(self._given)
        self.form.answered.connect(self._done)
        self.ask.clicked.connect(self.begin)
        self.close_.clicked.connect(self.reject)
        self.form.hide()
        self._show()

    def begin(self, *_clicked: object) -> None:
        """Ask what has come back."""
        if self._due:
            self.ask.hide()
            self.told.say("")
            self.form.show()
            self.form.ask(tuple(Asked(f"{one.title}: {one.question.asks}", one.question.choices) for one in self._due))

    def _read(self) -> TraineeStanding:
        try:
            return self._file.read()
        except StandingError as error:
            self.told.say(str(error), "caution", "caution")
            return TraineeStanding()

    def _show(self) -> None:
        standing = self._read()
        self._due = due_questions(standing, self._today)
        self._fill(standing)
        later = min((one.due for one in standing.questions.values() if one.due > self._today), default=None)
        if self._due:
            self.lead.say(f"{words.plural(len(self._due), 'question')} came back. They come again, later each time.")
        elif later is not None:
            self.lead.say(f"No question has come back today; the next one does on {later}.")
        else:
            self.lead.say("Questions come back here some days after the debrief of a run.")
        self.ask.say(f"Ask me {words.plural(len(self._due), 'question')}")
        self.ask.setVisible(bool(self._due))

    def _fill(self, standing: TraineeStanding) -> None:
        found = steps(standing)
        self.table.setRowCount(len(found))
        for row, step in enumerate(found):
            following = ("begin here" if row == 0 else "next") if step.is_next else ""
            texts = (f"{step.number}", step.title, step.played or "not yet", step.questions, step.probes, following)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(plain_tip(text))
                self.table.setItem(row, column, item)

    def _given(self, number: int, answer: GivenAnswer) -> None:
        one = self._due[number]
        right = one.question.is_right(answer.choice)
        said = "Right." if right else f"Not right: {one.question.truth}."
        self.told.say(f"{one.question.asks} {said} {one.question.because}", "text" if right else "caution")
        try:
            self._file.write(answered(self._file.read(), one.key, right, self._today))
        except StandingError as error:
            self.told.say(str(error), "caution", "caution")

    def _done(self, _answers: object) -> None:
        self.form.hide()
        self._show()

    def _put_together(self) -> None:
        table = self.table
        table.setHorizontalHeaderLabels(list(TITLES))
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setFont(font_of(10))
        table.verticalHeader().hide()
        table.setAccessibleName("The order of lessons")
        head = table.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.close_.say("Close")
        row = QHBoxLayout()
        row.addWidget(self.ask)
        row.addStretch(1)
        row.addWidget(self.close_)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(table, 3)
        layout.addWidget(self.lead)
        layout.addWidget(self.told)
        layout.addWidget(self.form, 4)
        layout.addLayout(row)
