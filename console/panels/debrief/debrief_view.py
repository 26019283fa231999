"""The debrief: a run beside what happened, every figure with its formula, headroom over time, each point a way to its moment."""

from datetime import datetime
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.kit.overrides import reported
from console.kit.painting import font_of, plain_tip
from console.kit.parts import Button, Text
from console.kit.theme import Theme
from console.panels.debrief.headroom_plot import HeadroomPlot
from topology.incident.session.debrief import score_rows
from topology.incident.session.outcome import Plain

LEAST = 300
"""Pixels of height in which figures and plot can be read."""
NONE_YET = "Act, then ask for the debrief: your run is gone through to its end by the model."
_MOMENT = int(Qt.ItemDataRole.UserRole)


class DebriefView(QWidget):
    """Shows one outcome; it computes nothing."""

    wanted = Signal()
    """Score the run as it is now."""
    moment_wanted = Signal(float)
    """Show this moment, seconds since 1970 UTC."""
    save_wanted = Signal(str)
    """Save the debrief: `html`, `json`, or the `acts` that bring it about."""
    compare_wanted = Signal()
    """Put another run beside it, or in its place."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._outcome: dict[str, Any] = {}
        self.lead = Text(theme, 9.5, wrap=True)
        self.model = Text(theme, 8.5, "caution", bold=True)
        self.again = Button(theme, size=9)
        self.compare = Button(theme, size=9)
        self.html = Button(theme, size=9)
        self.json = Button(theme, size=9)
        self.acts = Button(theme, size=9)
        self.subsystem = QComboBox()
        self.subsystem.setAccessibleName("Subsystem of the plot")
        self.plot = HeadroomPlot(theme)
        self.figures = _table(("", "you", "then"), "Figures of the run and of what happened")
        self.moments = _table(("Time", "Whose", "What"), "Moment by moment; Enter shows the moment")
        self.formula = Text(theme, 9, "text_soft", wrap=True)
        self._mine, self._other = "you", "then"
        self.setMinimumHeight(LEAST)
        self._put_together()
        self._name_sides("your run", "what happened")
        for button, kind in ((self.html, "html"), (self.json, "json"), (self.acts, "acts")):
            button.clicked.connect(_Saves(kind, self))
        self.again.clicked.connect(self._ask)
        self.compare.clicked.connect(self._compare)
        self.subsystem.currentTextChanged.connect(self._show_plot)
        self.figures.currentCellChanged.connect(self._show_formula)
        self.moments.cellActivated.connect(self._go)
        self.moments.cellClicked.connect(self._go)
        self.plot.moment_wanted.connect(self.moment_wanted)
        self.setAccessibleName("Debrief")
        self.set_theme(theme)
        self.lead.say(NONE_YET, "text_soft")
        self._show_saving(False)

    def show_busy(self) -> None:
        """Say that the run is being scored."""
        self.lead.say("The run is gone through to the end of the incident …", "text_soft")

    def clear(self) -> None:
        """Show no outcome: the run that it was of is given up."""
        self._outcome = {}
        self._shown.hide()
        self.model.hide()
        for table in (self.figures, self.moments):
            table.setRowCount(0)
        self.lead.say(NONE_YET, "text_soft")
        self._show_saving(False)

    def show_outcome(self, outcome: Plain, best: str, *, called: str = "your run", own: bool = True) -> None:
        """Show an outcome, of the run that is *called* so; *best* says whether it is the best so far, or what else is to say.

        *own* is whether it is the trainee's, whose acts can be saved.
        """
        self._outcome = dict(outcome)
        acts = len(self._outcome["acts"])
        done = "no act" if not acts else f"{acts} act{'s' if acts != 1 else ''}"
        self.lead.say(f"{self._outcome['era_title']}: {done}. {best}".strip())
        self._name_sides(called, str(self._outcome.get("beside", "what happened")))
        self._shown.show()
        self.model.show()
        self.model.say("model values", "caution", "caution")
        self.model.setToolTip(plain_tip(str(self._outcome["model_values"])))
        self.model.setAccessibleDescription(str(self._outcome["model_values"]))
        self._show_figures()
        self._show_moments()
        names = list(self._outcome["yours"]["headroom"])
        chosen = self.subsystem.currentText() or self._worst(names)
        self.subsystem.blockSignals(True)
        self.subsystem.clear()
        self.subsystem.addItems(names)
        self.subsystem.setCurrentText(chosen if chosen in names else names[0])
        self.subsystem.blockSignals(False)
        self._show_plot(self.subsystem.currentText())
        self._show_saving(True)
        self.acts.setEnabled(own)

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        for part in (
            self.lead,
            self.model,
            self._legend,
            self.again,
            self.compare,
            self.html,
            self.json,
            self.acts,
            self.formula,
            self.plot,
        ):
            part.set_theme(theme)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(640, LEAST)

    def hasHeightForWidth(self) -> bool:
        # It takes what there is; the page around it scrolls where that is less than the least.
        return False

    @reported
    def focusInEvent(self, event: QFocusEvent) -> None:
        self.figures.setFocus(event.reason())

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.panel)

    def _worst(self, names: list[str]) -> str:
        below = self._outcome["what_happened"]["score"]["minutes_below"]
        return max(names, key=lambda name: below.get(name, 0), default="")

    def _show_figures(self) -> None:
        rows = score_rows(self._outcome)
        self.figures.setRowCount(len(rows))
        for number, (label, formula, mine, other) in enumerate(rows):
            for column, text in enumerate((label, mine, other)):
                item = QTableWidgetItem(text)
                if column:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                item.setToolTip(plain_tip(formula))
                item.setData(_MOMENT, formula)
                self.figures.setItem(number, column, item)
        self.figures.setCurrentCell(0, 0)

    def _show_moments(self) -> None:
        sides = (("yours", self._mine), ("what_happened", self._other))
        told = sorted(
            ((one["utc"], one["time"], whose, one) for side, whose in sides for one in self._outcome[side]["told"]),
            key=lambda line: line[0],
        )
        self.moments.setRowCount(len(told))
        for number, (utc, local, whose, one) in enumerate(told):
            wrong = " (would leave a subsystem below its floor)" if one.get("wrong") else ""
            for column, text in enumerate((local[11:16], whose, one["text"] + wrong)):
                item = QTableWidgetItem(text)
                item.setData(_MOMENT, datetime.fromisoformat(utc).timestamp())
                item.setToolTip(plain_tip(one["text"]))
                self.moments.setItem(number, column, item)

    def _show_plot(self, name: str) -> None:
        if self._outcome and name:
            self.plot.show_headroom(self._outcome, name)

    def _show_formula(self, row: int, *_others: int) -> None:
        item = self.figures.item(row, 0)
        self.formula.say("" if item is None else f"{item.text()}: {item.data(_MOMENT)}.")

    def _go(self, row: int, _column: int) -> None:
        item = self.moments.item(row, 0)
        if item is not None:
            self.moment_wanted.emit(float(item.data(_MOMENT)))

    def _ask(self) -> None:
        self.wanted.emit()

    def _compare(self) -> None:
        self.compare_wanted.emit()

    def _name_sides(self, called: str, beside: str) -> None:
        """Say whose figures and lines they are; a long name stands in full below the plot and in the hint."""
        usual = called == "your run", beside == "what happened"
        self._mine, self._other = "you" if usual[0] else "A", "then" if usual[1] else "B"
        self.figures.setHorizontalHeaderLabels(("", self._mine, self._other))
        names = (f"A, {called}" if not usual[0] else called), (f"B, {beside}" if not usual[1] else beside)
        self._legend.say(f"solid: {names[0]} · dashed: {names[1]} · 0: the floor")
        for column, name in enumerate(names, 1):
            head = self.figures.horizontalHeaderItem(column)
            if head is not None:
                head.setToolTip(plain_tip(name))

    def _show_saving(self, possible: bool) -> None:
        self.again.say("Score", "Score the run as it is now")
        self.compare.say("Compare …", "Put another run beside this one, or in its place")
        self.html.say("Save as HTML")
        self.json.say("Save as JSON")
        self.acts.say("Save the acts")
        for button in (self.compare, self.html, self.json, self.acts):
            button.setEnabled(possible)

    def _put_together(self) -> None:
        above = QHBoxLayout()
        above.setSpacing(4)
        for button in (self.again, self.compare, self.html, self.json, self.acts):
            above.addWidget(button)
        above.addStretch(1)
        left, right = QWidget(), QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 6, 0)
        column.addWidget(self.figures, 1)
        column.addWidget(self.formula)
        column = QVBoxLayout(right)
        column.setContentsMargins(6, 0, 0, 0)
        chosen = QHBoxLayout()
        self._legend = Text(self._theme, 9, "text_soft")
        self.subsystem.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        chosen.addWidget(self.subsystem)
        chosen.addWidget(self._legend, 1)
        column.addLayout(chosen)
        column.addWidget(self.plot, 1)
        column.addWidget(self.moments, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(left)
        splitter.addWidget(right)
        splitter.setSizes([480, 520])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 6)
        layout.setSpacing(4)
        told = QHBoxLayout()
        told.addWidget(self.lead, 1)
        told.addWidget(self.model, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(told)
        layout.addLayout(above)
        layout.addWidget(splitter, 1)
        layout.addStretch(0)
        self._shown = splitter
        head = self.figures.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setMinimumSectionSize(40)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.moments.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.moments.setColumnWidth(0, 52)
        self.moments.setColumnWidth(1, 46)
        # Clocks, "you" and "then" speak for themselves, and the room is for what happened.
        self.moments.horizontalHeader().hide()


class _Saves:
    """Asks for one kind of file, whatever Qt adds to the call."""

    def __init__(self, kind: str, view: DebriefView) -> None:
        self._kind = kind
        self._view = view

    def __call__(self, _checked: bool = False) -> None:
        self._view.save_wanted.emit(self._kind)


def _table(titles: tuple[str, ...], name: str) -> QTableWidget:
    table = QTableWidget(0, len(titles))
    table.setHorizontalHeaderLabels(titles)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(24)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setFont(font_of(9.5))
    table.setAccessibleName(name)
    table.horizontalHeader().setHighlightSections(False)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
    return table
