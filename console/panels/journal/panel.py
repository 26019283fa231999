"""The journal panel: a table with a filter, and everything of the entry that is selected."""

from datetime import tzinfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from console.kit.lines.line_table import LineReader, LineTable
from console.kit.overrides import reported
from console.kit.parts import Button, Text
from console.kit.splitter import LEAST_BESIDE, GripSplitter
from console.kit.theme import FAMILY, Theme, reader_style
from console.panels.journal.columns import JournalColumns
from console.panels.journal.model import JournalModel
from console.words import writing as words
from console.words.journal import undo_target, whole
from topology.execution.journal_entries import Entry
from topology.region.sentences.clock import zone_of


class JournalPanel(QWidget):
    """What operators did, newest first."""

    command = Signal(str)
    """Command text: undo with the number of an entry."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._number: int | None = None
        self._is_open = False
        """Whether the operator wants to see all of the selected entry."""
        self._follows = False
        """Whether it is the panel that selects, not the operator."""
        self.trouble = Text(theme, 9.5, "alarm", bold=True, wrap=True)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("filter: words, an operator, a server's name …")
        self.filter.setAccessibleName("Filter the journal")
        self.filter.setClearButtonEnabled(True)
        self.counted = Text(theme, 9, "text_faint")
        self.model = JournalModel(theme, self)
        self.table = LineTable()
        self.detail = LineReader()
        self.undo_button = Button(theme, size=9)
        self.close_button = Button(theme, "link", 9)
        self.close_button.say("Close", "Close the entry")
        self._right = QWidget()
        self._splitter = GripSplitter(Qt.Orientation.Horizontal, theme)
        self.table.setModel(self.model)
        self._columns = JournalColumns(self, self.table)
        self._put_together()
        self.filter.textChanged.connect(self._filter)
        # The current row alone is not chosen by anybody: it is set as soon as the table gets the focus.
        self.table.selectionModel().selectionChanged.connect(self._select)
        self.table.clicked.connect(self._open)
        self.table.opened.connect(self._open)
        for part in (self.table, self.detail):
            part.closed.connect(self._close)
        self.close_button.clicked.connect(self._close)
        self.undo_button.clicked.connect(self._undo)
        self.setAccessibleName("Journal")
        self.set_theme(theme)
        self.trouble.hide()
        self._show_entry(None)
        self._count()

    def show_entries(self, entries: tuple[Entry, ...], time_zone: str = "UTC") -> None:
        """Show the journal, oldest entry first as it comes; times are shown in *time_zone*."""
        self._take(entries, zone_of(time_zone))

    def append(self, entry: Entry) -> None:
        """Add the newest entry."""
        self._take((*self.model.entries(), entry), self.model.zone())

    def show_trouble(self, sentence: str) -> None:
        """Say what is wrong with the journal: damaged, or it cannot be written, so that nothing can be done; empty when well."""
        self.trouble.say(sentence, "alarm", "alarm")
        self.trouble.setVisible(bool(sentence))

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        self._splitter.set_theme(theme)
        for part in (self.trouble, self.counted, self.undo_button, self.close_button, self.model):
            part.set_theme(theme)
        self.detail.setStyleSheet(reader_style(theme, FAMILY))
        self.update()

    @reported
    def focusInEvent(self, event: QFocusEvent) -> None:
        self.table.setFocus(event.reason())

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.panel)

    def _put_together(self) -> None:
        self.detail.setReadOnly(True)
        self.detail.setTabChangesFocus(True)
        self.detail.setAccessibleName("The selected entry")
        self.detail.setPlaceholderText("Select an entry to see all of it")
        self.detail.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        above = QHBoxLayout()
        above.setSpacing(10)
        above.addWidget(self.filter, 2)
        above.addWidget(self.counted, 3)
        above.addWidget(self.undo_button)
        self.undo_button.setFixedHeight(self.filter.sizeHint().height())
        column = QVBoxLayout(self._right)
        column.setContentsMargins(8, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignRight)
        column.addWidget(self.detail)
        self._splitter.addWidget(self.table)
        self._splitter.addWidget(self._right)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 2)
        self._splitter.setSizes([600, 300])
        self._splitter.setMinimumHeight(LEAST_BESIDE)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 4, 10, 4)
        layout.setSpacing(4)
        layout.addWidget(self.trouble)
        layout.addLayout(above)
        layout.addWidget(self._splitter, 1)

    def _take(self, entries: tuple[Entry, ...], zone: tzinfo) -> None:
        was_seen = self._is_seen()
        # Rows that come in above the selected one select it anew.
        self._follows = True
        self.model.show_entries(entries, zone)
        self._follows = False
        self._find_again()
        self._columns.date(older=self.model.has_older())
        if was_seen and self.table.currentIndex().isValid():
            self.table.scrollTo(self.table.currentIndex())

    def _is_seen(self) -> bool:
        """Whether the selected entry is in view."""
        chosen = self.table.selectionModel().hasSelection()
        return chosen and self.table.viewport().rect().intersects(self.table.visualRect(self.table.currentIndex()))

    def _filter(self, text: str) -> None:
        self.model.filter(text)
        self._find_again()

    def _count(self) -> None:
        shown, every = self.model.rowCount(), len(self.model.entries())
        text = words.plural(every, "entry", "entries")
        self.counted.say(text if shown == every else f"{words.number(shown)} of {text}")

    def _find_again(self) -> None:
        """Keep the selected entry selected, wherever it is now; one that the filter hides comes back with it."""
        self._count()
        row = self.model.row_of(self._number) if self._number is not None else None
        if row is None:
            self._show_entry(None)
            return
        if self.table.currentIndex().row() != row or not self.table.selectionModel().hasSelection():
            self._follows = True
            self.table.selectRow(row)
            self._follows = False
        self._show_entry(self.model.entry_at(row))

    def _select(self) -> None:
        rows = self.table.selectionModel().selectedRows()
        if rows and not self._follows:
            entry = self.model.entry_at(rows[0].row())
            self._number, self._is_open = entry.number, True
            self._show_entry(entry)

    def _open(self) -> None:
        """Show all of the selected entry (again)."""
        if self.table.selectionModel().hasSelection():
            self._is_open = True
            self._find_again()

    def _close(self) -> None:
        """Give the table the whole width; the entry stays selected."""
        self._is_open = False
        if self.detail.hasFocus() or self.close_button.hasFocus():
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._find_again()

    def _show_entry(self, entry: Entry | None) -> None:
        text = "" if entry is None else whole(entry, self.model.zone(), self.model.said(entry))
        if text != self.detail.toPlainText():
            self.detail.setPlainText(text)
        self.table.has_open = self._is_open and entry is not None
        self._right.setVisible(self.table.has_open)
        self._columns.make_room()
        target = None if entry is None else undo_target(entry, self.model.entries())
        self.undo_button.setEnabled(target is not None)
        self.undo_button.say("Undo …" if target is None else f"Undo entry {words.number(target)} …")

    def _undo(self) -> None:
        entry = next((entry for entry in self.model.entries() if entry.number == self._number), None)
        target = None if entry is None else undo_target(entry, self.model.entries())
        if target is not None:
            self.command.emit(f"undo {target}")
