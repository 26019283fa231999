"""Chooses an incident: when it was, what it teaches, where to begin, and the trainee's best run of it; own folders, too."""

from PySide6.QtCore import QProcess, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.kit.host.own_program import own_words
from console.kit.overrides import reported
from console.kit.painting import font_of, plain_tip
from console.kit.parts import Button, Text
from console.kit.theme import Theme
from console.operating.access import data_folder
from console.operating.incidents.course import course
from console.operating.incidents.scores import Best, Scores, ScoresError
from console.panels.incident_picker.choices import (
    LESSONS,
    LESSONS_COLUMN,
    TITLES,
    IncidentChoice,
    best_words,
    cells,
    choice_of,
    choices,
    first_choice,
)

ROOMY = 1100
"""Pixels from which on the table has room for the lessons."""


class IncidentPicker(QDialog):
    """A table of incidents; Enter or a double click chooses one."""

    chosen = Signal(str)
    """The name of an incident, or the path of its folder."""
    standing_wanted = Signal()
    """Where does the trainee stand?"""

    def __init__(self, theme: Theme, parent: QWidget | None = None, scores: Scores | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Incidents · Underkeel")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        room = self.screen().availableGeometry().size()
        self.resize(min(1180, room.width() - 40), min(520, room.height() - 60))
        self.name = ""
        """The one that was chosen."""
        self._choices = choices()
        self.table = QTableWidget(len(self._choices), len(TITLES))
        self.about = Text(theme, 10, wrap=True)
        self.trouble = Text(theme, 9.5, "caution", wrap=True)
        self.replay = Button(theme, "accent", 10)
        self.folder = Button(theme, size=10)
        self.standing = Button(theme, size=10)
        self.cancel = Button(theme, size=10)
        self._scores = best = self._best(scores or Scores(data_folder()))
        self._fill(best)
        self._put_together()
        self.replay.clicked.connect(self._choose)
        self.folder.clicked.connect(self._ask_folder)
        self.standing.clicked.connect(self.standing_wanted)
        self.cancel.clicked.connect(self.reject)
        self.table.currentCellChanged.connect(self._show_about)
        self.table.cellActivated.connect(self._choose)
        self.table.setCurrentCell(first_choice(self._choices, best), 0)
        self.table.setFocus()

    @reported
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the lessons out of a table that has no room for them: they are told below it."""
        super().resizeEvent(event)
        self.table.setColumnHidden(LESSONS_COLUMN, self.width() < ROOMY)

    def open_folder(self, path: str) -> None:
        """Choose the incident in a folder of one's own; what is wrong with it is said here."""
        choice = choice_of(path)
        if choice.incident is None:
            self._say_trouble(choice.trouble)
            return
        self._chose(path)

    def _best(self, scores: Scores) -> dict[str, Best]:
        try:
            return scores.read()
        except ScoresError as error:
            self._say_trouble(str(error))
            return {}

    def _say_trouble(self, sentence: str) -> None:
        self.trouble.say(sentence, "caution", "caution")
        self.trouble.setVisible(True)

    def _fill(self, best: dict[str, Best]) -> None:
        self.trouble.setVisible(bool(self.trouble.text()))
        self.table.setHorizontalHeaderLabels(list(TITLES))
        for row, choice in enumerate(self._choices):
            for column, text in enumerate(cells(choice, best)):
                item = QTableWidgetItem(text)
                item.setToolTip(plain_tip(text))
                self.table.setItem(row, column, item)

    def _put_together(self) -> None:
        table = self.table
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setFont(font_of(10))
        table.setStyleSheet("QTableView::item { padding: 3px 14px 3px 4px; }")
        table.verticalHeader().hide()
        table.setAccessibleName("Incidents")
        head = table.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        for column in range(len(TITLES)):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(LESSONS_COLUMN, QHeaderView.ResizeMode.Stretch)
        self.replay.say("Replay")
        self.folder.say("Open a folder …", "Open an incident in a folder of your own")
        self.standing.say("Where you stand")
        self.cancel.say("Close")
        row = QHBoxLayout()
        row.addWidget(self.folder)
        row.addWidget(self.standing)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.replay)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(self.trouble)
        layout.addWidget(table, 1)
        layout.addWidget(self.about)
        layout.addLayout(row)

    def _show_about(self, row: int, *_others: int) -> None:
        choice = self._choices[row] if 0 <= row < len(self._choices) else None
        self.replay.setEnabled(choice is not None and choice.incident is not None)
        if choice is not None:
            self.about.say(_about(choice) + best_words(choice, self._scores))

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self, "The folder of an incident: a saved session, or one of your own")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.open_folder)
        dialog.open()

    def _choose(self, *_cell: object) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self._choices) and self._choices[row].incident is not None:
            self._chose(self._choices[row].name)

    def _chose(self, name: str) -> None:
        self.name = name
        self.chosen.emit(name)
        self.accept()


def _about(choice: IncidentChoice) -> str:
    """Say what an incident is about, and what it adds to those before it in the order of lessons."""
    if choice.incident is None:
        return choice.trouble
    taught = ", ".join(LESSONS.get(code, code.lower()) for code in choice.incident.lessons)
    lines = (
        choice.incident.summary,
        f"It teaches: {taught}.",
        f"What it adds: {_adds(choice)}" if _adds(choice) else "",
    )
    return "\n".join(line for line in lines if line)


def _adds(choice: IncidentChoice) -> str:
    return next((step.adds for step in course() if step.incident == choice.name), "")


def open_apart(name: str) -> bool:
    """Replay an incident in a program of its own; gives whether it could be started."""
    program, *words = own_words("replay", name)
    started = QProcess.startDetached(program, words)
    return started[0] if isinstance(started, tuple) else bool(started)
