"""A table of lines to read, and the box beside it that shows all of one: what the journal and the audit are made of."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QPlainTextEdit, QTableView

from console.kit.overrides import reported
from console.kit.painting import font_of

SIZE = 9
NARROW = 640
"""Pixels of a table in which not all columns can be read."""


class LineTable(QTableView):
    """Lines to choose from: Ctrl+C copies the selected one, Enter opens it, Escape closes it where it is open."""

    opened = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.has_open = False
        self._wide: dict[int, str] = {}
        self._narrow: dict[int, str] = {}
        self._folds: tuple[int, ...] = ()

    def fit(self, widest: dict[int, str], stretched: int, narrow: dict[int, str], folds: tuple[int, ...] = ()) -> None:
        """Give columns the room of their *widest* texts, and what is left to the one that is *stretched*.

        In a table of less than `NARROW` the room is that of the *narrow* ones, and the columns that it *folds* are not shown:
        the tip of a row still says them.
        """
        self._wide, self._narrow, self._folds = widest, narrow, folds
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
        self._refit()

    @reported
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._wide:
            self._refit()

    def _refit(self) -> None:
        is_narrow, metrics = self.width() < NARROW, QFontMetrics(font_of(SIZE))
        for column in self._folds:
            self.setColumnHidden(column, is_narrow)
        for column, text in (self._wide | self._narrow if is_narrow else self._wide).items():
            room = metrics.horizontalAdvance(text) + 12
            if room != self.columnWidth(column) and not self.isColumnHidden(column):
                self.setColumnWidth(column, room)

    @reported
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.currentIndex().isValid():
            row, model = self.currentIndex().row(), self.model()
            texts = [str(model.index(row, column).data() or "") for column in range(model.columnCount())]
            QGuiApplication.clipboard().setText("\t".join(texts))
        elif event.key() == Qt.Key.Key_Escape:
            event.setAccepted(self.has_open)
            self.closed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        else:
            super().keyPressEvent(event)


class LineReader(QPlainTextEdit):
    """Everything of one line, to read and copy; Escape closes it."""

    closed = Signal()

    @reported
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


def dress(table: QTableView, name: str, least_rows: int) -> None:
    """Make *table* one of whole lines in the console's own look; *name* is what it is called aloud."""
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setFrameShape(QTableView.Shape.NoFrame)
    table.setAccessibleName(name)
    table.setStyleSheet(f"* {{ font-size: {SIZE}pt; outline: 0; }} QHeaderView::section {{ padding: 1px 4px; }}")
    height = QFontMetrics(font_of(SIZE)).height()
    table.verticalHeader().hide()
    table.verticalHeader().setMinimumSectionSize(1)
    table.verticalHeader().setDefaultSectionSize(height + 2)
    table.setMinimumHeight(height + 6 + least_rows * (height + 2))
