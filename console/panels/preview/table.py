"""The side panel's table: subsystems, and under each its zones and cells; what is painted is of `table_rows`."""

from collections.abc import Hashable
from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QSizePolicy, QStyleOptionViewItem, QTreeView, QWidget

from console.kit.lines.kept_lines import KeptLines
from console.kit.overrides import reported, reported_or
from console.kit.painting import draw_focus
from console.kit.theme import Theme
from console.panels.preview.table_columns import ColumnMeasures, TableColumns
from console.panels.preview.table_model import TableModel
from console.panels.preview.table_rows import RowPainter, line_heights
from console.panels.preview.trend.spark import Sparklines
from console.words.plan_rows import Row
from topology.fleet.trend.curve import Trends
from topology.planning.plan import ScopeVerdict

MOST_OPENED = 6
"""Broken scopes that are shown without being asked for; the line says how many there are."""


class EffectTable(QTreeView):
    """Subsystems worst first; broken zones and cells are shown under theirs, the others when the row is opened."""

    chosen = Signal(str)
    """A subsystem was clicked, or Space pressed on it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        name, small = line_heights()
        self._model = TableModel(name + small + 7, name + 5, name + 8, self)
        self._opened: set[str] = set()
        self._columns = TableColumns(0, 0, 0, 0, 0, 0)
        self._height = 2
        self._measures = ColumnMeasures()
        self.sparks = Sparklines()
        """How headroom came to be what it is, as it is drawn."""
        self._seen_mark: Hashable = None
        self._lines = KeptLines()
        self.setModel(self._model)
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setExpandsOnDoubleClick(False)
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Subsystems, worst first")

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Show new rows; what the operator opened stays open."""
        reset = self._model.show_rows(rows)
        self._measure()
        self._open_rows(rows, reset)
        self._tell_height()
        self.viewport().update()

    def show_trends(self, trends: Trends | None) -> bool:
        """Show how headroom came to be what it is, from now on; gives whether there is a column more or less for it."""
        changed, mark = self.sparks.show_trends(trends), None if trends is None else trends.mark()
        if changed:
            self._model.trends = trends
            self._measure()
        if changed or mark != self._seen_mark:
            self._seen_mark = mark
            self.viewport().update()
        return changed

    def rows(self) -> tuple[Row, ...]:
        """Give the rows on show."""
        return self._model.rows

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        self._lines.clear()
        self.viewport().update()

    def open_row(self, name: str, wanted: bool) -> None:
        """Show every zone and cell of a subsystem, or only the broken ones again."""
        if wanted:
            self._opened.add(name)
        else:
            self._opened.discard(name)
        self._open_rows(self.rows(), True)
        self._tell_height()
        self.viewport().update()

    def head_columns(self) -> TableColumns:
        """Give the columns, for the heads above them."""
        return self._columns

    @reported_or(QSize())
    def sizeHint(self) -> QSize:
        return QSize(360, self._height)

    @reported_or(QSize())
    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._height)

    @reported
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._measure()

    @reported
    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        row = self._model.row_at(index) if index.isValid() else None
        key = event.key()
        if row is not None and key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            self.open_row(row.name, key == Qt.Key.Key_Right)
        elif row is not None and key == Qt.Key.Key_Space:
            self.chosen.emit(row.name)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End):
            super().keyPressEvent(event)
        else:
            # Not for the list's own search by typing: the window may have a use for it.
            event.ignore()

    @reported
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            row = self._model.row_at(index)
            self.chosen.emit(row.name)
            if row.children:
                self.open_row(row.name, row.name not in self._opened)

    @reported
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self.viewport()).fillRect(event.rect(), self._theme.panel)
        super().paintEvent(event)

    @reported
    def drawRow(
        self, painter: QPainter, options: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = self._model.row_at(index)
        rect: QRect = options.rect
        rect = QRect(0, rect.y(), self.viewport().width(), rect.height())
        painter.setClipRect(rect)
        line = RowPainter(self._columns, self._theme, self.sparks)
        is_scope = index.internalId() != 0
        is_open = not is_scope and row.name in self._opened
        what = (row, self._columns, is_scope, is_open)
        # Most rows are the same in one plan and the next: they are what costs most of a key.
        draw = partial(line.scope, row=row) if is_scope else partial(line.subsystem, row=row, is_open=is_open)
        self._lines.paint(painter, rect, what, draw)
        if not is_scope:
            line.trend(painter, rect, row)
        if self.hasFocus() and self.currentIndex() == index:
            draw_focus(painter, rect, self._theme.focus)

    def drawBranches(self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex) -> None:
        """Rows draw their own sign."""

    def _measure(self) -> None:
        trends = self.sparks.trends is not None
        self._columns = self._measures.columns_for(self.rows(), self.viewport().width(), trends=trends)

    def _open_rows(self, rows: tuple[Row, ...], anew: bool) -> None:
        for number, row in enumerate(rows):
            if not row.children:
                continue
            top = self._model.index(number, 0)
            every = row.name in self._opened
            broken = [child.verdict is ScopeVerdict.BREAKS for child in row.children]
            self.setExpanded(top, every or any(broken))
            shown = 0
            for place, bad in enumerate(broken):
                visible = every or (bad and shown < MOST_OPENED)
                shown += visible
                if anew or self.isRowHidden(place, top) == visible:
                    self.setRowHidden(place, top, not visible)

    def _tell_height(self) -> None:
        height = 2
        for number, row in enumerate(self.rows()):
            seen = len(self._seen(number, row))
            height += self._model.size_of(row, False).height() + seen * self._model.size_of(row, True).height()
        if height != self._height:
            self._height = height
            self.updateGeometry()

    def _seen(self, number: int, row: Row) -> list[int]:
        if not row.children:
            return []
        top = self._model.index(number, 0)
        if not self.isExpanded(top):
            return []
        return [place for place in range(len(row.children)) if not self.isRowHidden(place, top)]
