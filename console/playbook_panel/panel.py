"""The playbook panel: choose a playbook, fill in its form, and its command stands in the command line; nothing more."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QScrollArea, QSplitter, QVBoxLayout, QWidget

from console import words
from console.line_table import Reader
from console.overrides import reported
from console.painting import font_of
from console.parts import Button, Text
from console.playbook_panel.form import Form
from console.playbook_panel.steps import steps_text
from console.theme import FAMILY, Theme, reader_style
from topology.command.syntax import Run
from topology.command.vocabulary import Vocabulary
from topology.playbook.model import Playbook
from topology.playbook.reading import PlaybookError

Load = Callable[[], tuple[Playbook, ...]]


class PlaybookPanel(QWidget):
    """A list of playbooks, a form for the chosen one, and its steps with where one is in them."""

    take_command = Signal(str)
    """The text of a run to put into the command line; it is not submitted."""

    def __init__(self, theme: Theme, load: Load, vocabulary: Callable[[], Vocabulary]) -> None:
        super().__init__()
        self._theme = theme
        self._load = load
        self._vocabulary = vocabulary
        self._playbooks: tuple[Playbook, ...] = ()
        self._was_read = False
        self._running: tuple[Run, int | None, Mapping[int, str]] | None = None
        self.trouble = Text(theme, 9.5, "alarm", wrap=True)
        self.list = QListWidget()
        self.purpose = Text(theme, 9, "text_soft", wrap=True)
        self.form = Form(theme, vocabulary)
        self.type_button = Button(theme, size=9)
        self.type_button.say("Type the command", "Put the command of this run into the command line")
        self.steps = Reader()
        self._put_together()
        self.list.currentRowChanged.connect(self._choose)
        self.form.changed.connect(self._refresh)
        self.form.entered.connect(self._take)
        self.type_button.clicked.connect(self._take)
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
            self.form.fill(run.arguments)
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        for part in (self.trouble, self.purpose, self.form, self.type_button):
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
        inside = QWidget()
        inside_column = QVBoxLayout(inside)
        inside_column.setContentsMargins(0, 0, 0, 0)
        inside_column.setSpacing(4)
        inside_column.addWidget(self.form)
        inside_column.addWidget(self.purpose)
        inside_column.addStretch(1)
        inside.setObjectName("filled")
        filled.setWidget(inside)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(8, 0, 8, 0)
        column.setSpacing(4)
        column.addWidget(filled, 1)
        column.addWidget(self.type_button)
        columns = QSplitter(Qt.Orientation.Horizontal)
        for part, stretch in ((self.list, 2), (middle, 4), (self.steps, 4)):
            columns.addWidget(part)
            columns.setStretchFactor(columns.count() - 1, stretch)
        columns.setChildrenCollapsible(False)
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
        try:
            self._playbooks = self._load()
        except PlaybookError as error:
            self.trouble.say(f"The playbooks could not be read: {'; '.join(error.problems)}.", "alarm", "alarm")
            self.trouble.show()
            return
        self.list.addItems([words.literal(playbook.name) for playbook in self._playbooks])
        for number, playbook in enumerate(self._playbooks):
            self.list.item(number).setToolTip(words.literal(playbook.title))
        self.list.setCurrentRow(0)

    def _chosen(self) -> Playbook | None:
        row = self.list.currentRow()
        return self._playbooks[row] if 0 <= row < len(self._playbooks) else None

    def _choose(self, _row: int) -> None:
        playbook = self._chosen()
        if playbook is None:
            return
        model = " (model values)" if playbook.illustrative else ""
        self.purpose.say(f"{playbook.title}{model}. {playbook.purpose}")
        self.form.show_playbook(playbook)
        self._refresh()

    def _refresh(self) -> None:
        playbook = self._chosen()
        if playbook is None:
            return
        run = self.form.run()
        self.type_button.setEnabled(run is not None)
        current, done = None, dict[int, str]()
        if self._running is not None and self._running[0].name == playbook.name:
            run, current, done = self._running[0], self._running[1], dict(self._running[2])
        text = steps_text(playbook, run, self._vocabulary(), current, done)
        if text != self.steps.toPlainText():
            self.steps.setPlainText(text)

    def _take(self) -> None:
        run = self.form.run()
        if run is not None:
            self.take_command.emit(str(run))
