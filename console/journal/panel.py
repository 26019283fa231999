"""The journal panel: a table with a filter, and everything of the entry that is selected."""

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from console import words
from console.journal.model import COMMAND, ENTRY, HEADS, KIND, OPERATOR, OUTCOME, SERVERS, TIME, JournalModel
from console.journal.sentences import undo_target, whole
from console.overrides import reported
from console.painting import font_of
from console.parts import Button, Text
from console.theme import FAMILY, Theme
from topology.links.journal_entries import Entry

_WIDEST = {
    ENTRY: "10,000 v",
    TIME: "02-28 09:37:02 GMT",
    OPERATOR: "operator v",
    KIND: "▼ acknowledge",
    SERVERS: "servers v",
}


class EntryTable(QTableView):
    """The entries; Ctrl+C copies the selected line."""

    @reported
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.currentIndex().isValid():
            row, model = self.currentIndex().row(), self.model()
            texts = [str(model.index(row, column).data() or "") for column in range(len(HEADS))]
            QGuiApplication.clipboard().setText("\t".join(texts))
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)


class JournalPanel(QWidget):
    """What operators did, newest first."""

    command = Signal(str)
    """Command text: undo with the number of an entry."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._number: int | None = None
        self.trouble = Text(theme, 9.5, "alarm", bold=True, wrap=True)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("filter: words, an operator, a server's name …")
        self.filter.setAccessibleName("Filter the journal")
        self.filter.setClearButtonEnabled(True)
        self.counted = Text(theme, 9, "text_faint")
        self.model = JournalModel(theme, self)
        self.table = EntryTable()
        self.detail = QPlainTextEdit()
        self.undo_button = Button(theme)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._dress_table()
        self._put_together()
        self.filter.textChanged.connect(self._filter)
        self.table.selectionModel().currentRowChanged.connect(self._select)
        self.undo_button.clicked.connect(self._undo)
        self.setAccessibleName("Journal")
        self.set_theme(theme)
        self.trouble.hide()
        self._show_entry(None)
        self._count()

    def show_entries(self, entries: tuple[Entry, ...], time_zone: str = "UTC") -> None:
        """Show the journal, oldest entry first as it comes; times are shown in *time_zone*."""
        self.model.show_entries(entries, zone_of(time_zone))
        self._find_again()

    def append(self, entry: Entry) -> None:
        """Add the newest entry."""
        self.model.show_entries((*self.model.entries(), entry), self.model.zone())
        self._find_again()

    def show_trouble(self, sentence: str) -> None:
        """Say what is wrong with the journal: damaged, or it cannot be written, so that nothing can be done; empty when well."""
        self.trouble.say(sentence, "alarm", "alarm")
        self.trouble.setVisible(bool(sentence))

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        for part in (self.trouble, self.counted, self.undo_button, self.model):
            part.set_theme(theme)
        self.detail.setStyleSheet(
            f'QPlainTextEdit {{ font-family: "{FAMILY}"; font-size: 9pt; color: {theme.text.name()};'
            f" background: {theme.raised.name()}; border: 1px solid {theme.border.name()}; border-radius: 4px; }}"
            f"QPlainTextEdit:focus {{ border: 2px solid {theme.focus.name()}; }}"
        )
        self.update()

    @reported
    def focusInEvent(self, event: QFocusEvent) -> None:
        self.table.setFocus(event.reason())

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.panel)

    def _dress_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setFrameShape(QTableView.Shape.NoFrame)
        table.setAccessibleName("Journal entries, newest first")
        metrics = QFontMetrics(font_of(10))
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(metrics.height() + 7)
        head = table.horizontalHeader()
        head.setSortIndicator(ENTRY, Qt.SortOrder.DescendingOrder)
        table.setSortingEnabled(True)
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, widest in _WIDEST.items():
            table.setColumnWidth(column, metrics.horizontalAdvance(widest) + 12)
        for column in (COMMAND, OUTCOME):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        head.setMinimumSectionSize(48)

    def _put_together(self) -> None:
        self.detail.setReadOnly(True)
        self.detail.setTabChangesFocus(True)
        self.detail.setAccessibleName("The selected entry")
        self.detail.setPlaceholderText("Select an entry to see all of it")
        self.detail.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        above = QHBoxLayout()
        above.addWidget(self.filter, 2)
        above.addWidget(self.counted, 3)
        above.addWidget(self.undo_button)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(8, 0, 0, 0)
        column.addWidget(self.detail)
        self._splitter.addWidget(self.table)
        self._splitter.addWidget(right)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([720, 200])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 8, 14, 8)
        layout.setSpacing(6)
        layout.addWidget(self.trouble)
        layout.addLayout(above)
        layout.addWidget(self._splitter, 1)

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
        elif self.table.currentIndex().row() != row:
            self.table.selectRow(row)

    def _select(self, current: QModelIndex) -> None:
        if current.isValid():
            entry = self.model.entry_at(current.row())
            self._number = entry.number
            self._show_entry(entry)

    def _show_entry(self, entry: Entry | None) -> None:
        text = "" if entry is None else whole(entry, self.model.zone())
        if text != self.detail.toPlainText():
            self.detail.setPlainText(text)
        target = None if entry is None else undo_target(entry, self.model.entries())
        self.undo_button.setEnabled(target is not None)
        self.undo_button.say("Undo this …" if target is None else f"Undo this … (entry {words.number(target)})")

    def _undo(self) -> None:
        entry = next((entry for entry in self.model.entries() if entry.number == self._number), None)
        target = None if entry is None else undo_target(entry, self.model.entries())
        if target is not None:
            self.command.emit(f"undo {target}")


def zone_of(name: str) -> tzinfo:
    """Give a time zone by name; UTC where this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
