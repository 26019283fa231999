"""Chooses an incident: what it is, how long, what it teaches, how hard it is, and the trainee's best run of it so far."""

from dataclasses import dataclass

from PySide6.QtCore import QProcess, Qt, Signal
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

from console.kit.host.own_program import own_words
from console.kit.painting import font_of, plain_tip
from console.kit.parts import Button, Text
from console.kit.theme import Theme
from console.operating.access import data_folder
from console.operating.incidents.incidents import bundled_incidents, read_incident_named
from console.operating.incidents.scores import Best, Scores, ScoresError
from topology.incident.model import Incident
from topology.incident.reading import IncidentError

DIFFICULTIES = ("introductory", "intermediate", "hard")
LESSONS = {
    "BLAST": "how far it reaches",
    "CEILING": "a ceiling",
    "CELLS": "cells",
    "CIRCULAR": "needs in a circle",
    "EMPTY": "an empty list",
    "FLOOR": "a floor",
    "FLOOR-MISSING": "no floor stated",
    "GUARD-BUG": "a guard that fails",
    "PACE": "pace",
    "REDUNDANCY": "what is left to fall back on",
    "RESTART": "a long restart",
    "SHARED": "shared servers",
    "STOP": "to stop in time",
    "TARGET": "the wrong target",
    "TYPO": "a slip",
}
"""What an incident teaches, in words; a code that is not here is shown as it is."""
TITLES = ("Incident", "Date", "Length", "Difficulty", "Lessons", "Your best run")


@dataclass(frozen=True, slots=True)
class IncidentChoice:
    """An incident to choose, or why it cannot be."""

    name: str
    incident: Incident | None
    trouble: str = ""


def choices() -> tuple[IncidentChoice, ...]:
    """Read every bundled incident; one that cannot be read says why."""
    found: list[IncidentChoice] = []
    for name in bundled_incidents():
        try:
            found.append(IncidentChoice(name, read_incident_named(name)))
        except IncidentError as error:
            found.append(IncidentChoice(name, None, error.problems[0]))
    return tuple(sorted(found, key=_easiest_first))


def _easiest_first(choice: IncidentChoice) -> tuple[int, str]:
    """Put the easy ones first, and of them the earliest; those that cannot be read come last."""
    if choice.incident is None:
        return len(DIFFICULTIES), choice.name
    known = choice.incident.difficulty in DIFFICULTIES
    place = DIFFICULTIES.index(choice.incident.difficulty) if known else len(DIFFICULTIES) - 1
    return place, choice.incident.date


class IncidentPicker(QDialog):
    """A table of incidents; Enter or a double click chooses one."""

    chosen = Signal(str)
    """The name of an incident."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, scores: Scores | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Incidents · Underkeel")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(1080, 520)
        self.name = ""
        """The one that was chosen."""
        self._choices = choices()
        self.table = QTableWidget(len(self._choices), len(TITLES))
        self.about = Text(theme, 10, wrap=True)
        self.trouble = Text(theme, 9.5, "caution", wrap=True)
        self.replay = Button(theme, "accent", 10)
        self.cancel = Button(theme, size=10)
        self._fill(scores or Scores(data_folder()))
        self._put_together()
        self.replay.clicked.connect(self._choose)
        self.cancel.clicked.connect(self.reject)
        self.table.currentCellChanged.connect(self._show_about)
        self.table.cellActivated.connect(self._choose)
        self.table.setCurrentCell(0, 0)
        self.table.setFocus()

    def _fill(self, scores: Scores) -> None:
        best: dict[str, Best] = {}
        try:
            best = scores.read()
        except ScoresError as error:
            self.trouble.say(str(error), "caution", "caution")
        self.trouble.setVisible(bool(self.trouble.text()))
        self.table.setHorizontalHeaderLabels(list(TITLES))
        for row, choice in enumerate(self._choices):
            for column, text in enumerate(_cells(choice, best.get(choice.name))):
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
        head.setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        self.replay.say("Replay")
        self.cancel.say("Close")
        row = QHBoxLayout()
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
            self.about.say(choice.trouble if choice.incident is None else choice.incident.summary)

    def _choose(self, *_cell: object) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self._choices) and self._choices[row].incident is not None:
            self.name = self._choices[row].name
            self.chosen.emit(self.name)
            self.accept()


def _cells(choice: IncidentChoice, best: Best | None) -> tuple[str, ...]:
    incident = choice.incident
    if incident is None:
        return choice.name, "", "", "", choice.trouble, ""
    hours, minutes = divmod(round(incident.length_s / 60), 60)
    run = "" if best is None else best.words() if best.digest == incident.digest else "of another version"
    return (
        incident.title,
        incident.date,
        f"{hours} h {minutes:02d} min",
        incident.difficulty,
        ", ".join(LESSONS.get(code, code.lower()) for code in incident.lessons),
        run or "not played yet",
    )


def open_apart(name: str) -> bool:
    """Replay an incident in a program of its own; gives whether it could be started."""
    program, *words = own_words("replay", name)
    started = QProcess.startDetached(program, words)
    return started[0] if isinstance(started, tuple) else bool(started)
