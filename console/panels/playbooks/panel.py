"""The playbook panel: choose a playbook, fill in its form, and its command stands in the command line; nothing more."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QScrollArea, QVBoxLayout, QWidget

from console.kit.lines.line_table import LineReader
from console.kit.overrides import reported
from console.kit.painting import font_of, plain_tip
from console.kit.parts import Button, Text
from console.kit.splitter import GripSplitter
from console.kit.theme import FAMILY, Theme, reader_style
from console.operating.procedures.playbooks import Runnable
from console.panels.playbooks.form import Form
from console.panels.playbooks.steps import steps_text
from console.words import writing as words
from topology.command.grammar.syntax import Run
from topology.command.grammar.vocabulary import Vocabulary
from topology.playbook.binding import bind
from topology.playbook.model import Playbook

NAMES_WIDTH = 130
"""Pixels that the list of names keeps in a narrow window."""


class PlaybookPanel(QWidget):
    """A list of playbooks, a form for the chosen one, and its steps with where one is in them."""

    take_command = Signal(str)
    """The text of a run to put into the command line; it is not submitted."""

    def __init__(self, theme: Theme, load: Callable[[], Runnable], vocabulary: Callable[[], Vocabulary]) -> None:
        super().__init__()
        self._theme = theme
        self._load = load
        self._vocabulary = vocabulary
        self._playbooks: tuple[Playbook, ...] = ()
        self._was_read = False
        self._running: tuple[Run, int | None, Mapping[int, str]] | None = None
        self.trouble = Text(theme, 9.5, "alarm", wrap=True)
        self.list = QListWidget()
        self.form = Form(theme, vocabulary)
        self.type_button = Button(theme, size=9)
        self.type_button.say("Type it", "Put the command of this run into the command line")
        self.undo_button = Button(theme, size=9)
        self.undo_button.say("Its undo", "Put the undo step of this run into the command line")
        self.steps = LineReader()
        self._put_together()
        self.list.currentRowChanged.connect(self._choose)
        self.form.changed.connect(self._refresh)
        self.form.entered.connect(self._take)
        self.type_button.clicked.connect(self._take)
        self.undo_button.clicked.connect(self._take_undo)
        self.steps.closed.connect(self.list.setFocus)
        self.setAccessibleName("Playbooks")
        self.set_theme(theme)
        self.trouble.hide()

    def show_run(self, run: Run, current: int | None, done: Mapping[int, str]) -> None:
        """Show where one is in *run*: the step that is next, None at the end, and what each step so far did."""
        self._read()
        names = [playbook.name for playbook in self._playbooks]
        if run.name not in names:
            return
        another = self._running is None or self._running[0] != run
        self._running = run, current, done
        if another:
            self.list.setCurrentRow(names.index(run.name))
            self.form.show_playbook(self._playbooks[names.index(run.name)])
            self.form.fill(run.arguments)
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        self._columns.set_theme(theme)
        for part in (self.trouble, self.form, self.type_button, self.undo_button):
            part.set_theme(theme)
        self.steps.setStyleSheet(reader_style(theme, FAMILY))
        self.update()

    @reported
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._read()

    @reported
    def focusInEvent(self, event: QFocusEvent) -> None:
        self.list.setFocus(event.reason())

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.panel)

    def _put_together(self) -> None:
        self.list.setAccessibleName("Playbooks by name")
        self.list.setFont(font_of(9.5))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.itemActivated.connect(self.form.focus_first)
        self.steps.setReadOnly(True)
        self.steps.setTabChangesFocus(True)
        self.steps.setAccessibleName("The steps of the playbook")
        filled = QScrollArea()
        filled.setFrameShape(QFrame.Shape.NoFrame)
        filled.setWidgetResizable(True)
        filled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.form.setObjectName("filled")
        self.form.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        filled.setWidget(self.form)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(8, 0, 8, 0)
        column.setSpacing(4)
        column.addWidget(filled, 1)
        buttons = QHBoxLayout()
        for button in (self.type_button, self.undo_button):
            button.setMinimumWidth(button.sizeHint().width())  # what it does is readable, however narrow the form
        buttons.addWidget(self.type_button, 2)
        buttons.addWidget(self.undo_button, 1)
        column.addLayout(buttons)
        self._columns = columns = GripSplitter(Qt.Orientation.Horizontal, self._theme)
        for part, stretch in ((self.list, 2), (middle, 4), (self.steps, 4)):
            columns.addWidget(part)
            columns.setStretchFactor(columns.count() - 1, stretch)
        columns.setChildrenCollapsible(False)
        # Names are told apart by their ends.
        self.list.setMinimumWidth(NAMES_WIDTH)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        columns.setSizes([170, 330, 340])
        row = QHBoxLayout()
        row.addWidget(columns)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 4, 10, 4)
        layout.setSpacing(4)
        layout.addWidget(self.trouble)
        layout.addLayout(row, 1)

    def _read(self) -> None:
        """Read the playbooks when they are first looked at."""
        if self._was_read:
            return
        self._was_read = True
        self._playbooks, problems = self._load()
        if problems:
            more = f"; and {len(problems) - 1:,} more problems" if len(problems) > 1 else ""
            self.trouble.say(f"Some playbooks cannot be run: {problems[0]}{more}.", "alarm", "alarm")
            self.trouble.show()
        self.list.addItems([words.literal(playbook.name) for playbook in self._playbooks])
        for number, playbook in enumerate(self._playbooks):
            self.list.item(number).setToolTip(plain_tip(words.literal(playbook.title)))
        self.list.setCurrentRow(0)

    def _chosen(self) -> Playbook | None:
        row = self.list.currentRow()
        return self._playbooks[row] if 0 <= row < len(self._playbooks) else None

    def _choose(self, _row: int) -> None:
        playbook = self._chosen()
        if playbook is None:
            return
        self.undo_button.setVisible(playbook.undo is not None)
        self.form.show_playbook(playbook)
        self._refresh()

    def _refresh(self) -> None:
        playbook = self._chosen()
        if playbook is None:
            return
        run = self.form.run()
        for button in (self.type_button, self.undo_button):
            button.setEnabled(run is not None)
        current, done = None, dict[int, str]()
        if self._running is not None and run is not None and self._is_same(playbook, run, self._running[0]):
            current, done = self._running[1], dict(self._running[2])
        text = steps_text(playbook, run, self._vocabulary(), current, done)
        if text != self.steps.toPlainText():
            self.steps.setPlainText(text)

    def _is_same(self, playbook: Playbook, run: Run, other: Run) -> bool:
        """Whether two runs have the same values, whatever defaults they leave out."""
        vocabulary = self._vocabulary()
        values = bind(playbook, run.arguments, vocabulary).values
        return run.name == other.name and values == bind(playbook, other.arguments, vocabulary).values

    def _take_undo(self) -> None:
        run = self.form.run()
        if run is not None:
            self.take_command.emit(str(replace(run, undo=True)))

    def _take(self) -> None:
        run = self.form.run()
        if run is not None:
            self.take_command.emit(str(run))
