"""The table of the side panel as an item model: subsystems, and under each its zones and cells."""

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QSize, Qt

from console.kit.overrides import reported_or
from console.kit.painting import plain_tip
from console.kit.roles import COPIED, DESCRIBED, DISPLAY, SIZE, SPOKEN, TOOLTIP, Index
from console.words import writing as words
from console.words.plan import row_sentence
from console.words.plan_rows import Row
from console.words.trend.sentences import trend_sentence
from topology.fleet.trend.curve import Trends

ROW = int(Qt.ItemDataRole.UserRole)

_TOP = 0
"""Internal id of a subsystem; a scope below it has the subsystem's position plus one."""


class TableModel(QAbstractItemModel):
    """Holds frozen rows. Rows with the same names are only changed, so that focus and opened rows stay."""

    def __init__(self, row: int, child: int, around: int, parent: QObject | None = None) -> None:
        """Make an empty table; *row*, *child* and *around* are the heights of the three kinds of lines."""
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()
        self.trends: Trends | None = None
        """How every subsystem came to stand as it does, for who asks after a row."""
        self._heights = (QSize(100, row), QSize(100, child), QSize(100, around))

    def show_rows(self, rows: tuple[Row, ...]) -> bool:
        """Take new rows; gives whether the structure changed."""
        if rows == self._rows:
            return False
        if _shape(rows) != _shape(self._rows):
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return True
        before, self._rows = self._rows, rows
        for number, (old, new) in enumerate(zip(before, rows, strict=True)):
            if old != new:
                self._changed(number, len(new.children))
        return False

    @property
    def rows(self) -> tuple[Row, ...]:
        """The subsystems' rows, from the top."""
        return self._rows

    def row_at(self, index: Index) -> Row:
        """Give the row behind a valid index."""
        if index.internalId() == _TOP:
            return self._rows[index.row()]
        return self._rows[index.internalId() - 1].children[index.row()]

    def size_of(self, row: Row, is_child: bool) -> QSize:
        """Give how high a line is."""
        return self._heights[1 if is_child else 2 if row.around else 0]

    @reported_or(QModelIndex())
    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:
        if column != 0 or row < 0 or row >= self.rowCount(parent):
            return QModelIndex()
        return self.createIndex(row, 0, parent.row() + 1 if parent.isValid() else _TOP)

    @reported_or(QModelIndex())
    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]
        if not index.isValid() or index.internalId() == _TOP:
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, _TOP)

    @reported_or(0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        if not parent.isValid():
            return len(self._rows)
        return len(self._rows[parent.row()].children) if parent.internalId() == _TOP else 0

    def columnCount(self, _parent: Index = QModelIndex()) -> int:
        return 1

    @reported_or(None)
    def data(self, index: Index, role: int = DISPLAY) -> object:
        if not index.isValid():
            return None
        row = self.row_at(index)
        if role == DISPLAY:
            return words.literal(row.name if index.internalId() == _TOP else words.scope(row.scope))
        if role == ROW:
            return row
        if role == COPIED:
            return "\t".join(_cells(row))
        if role == SIZE:
            return self.size_of(row, index.internalId() != _TOP)
        if role == SPOKEN:
            return words.literal(row_sentence(row))
        if role == TOOLTIP:
            return plain_tip(words.literal(f"{row_sentence(row)}\n{self._trend(index)}".rstrip()))
        if role == DESCRIBED:
            return self._trend(index)
        return None

    def _trend(self, index: Index) -> str:
        """Say how a subsystem came to stand as it does; nothing of its scopes."""
        row = self.row_at(index)
        if self.trends is None or index.internalId() != _TOP or row.scope != "region":
            return ""
        trend = self.trends.of(row.name)
        return "" if trend is None else trend_sentence(trend)

    def _changed(self, number: int, children: int) -> None:
        top = self.index(number, 0)
        self.dataChanged.emit(top, top)
        if children:
            self.dataChanged.emit(self.index(0, 0, top), self.index(children - 1, 0, top))


def _cells(row: Row) -> tuple[str, ...]:
    """Give what stands in a row: the name with its zone or cell, how many are in service, the floor, the headroom."""
    name = words.literal(row.name if row.scope == "region" else f"{row.name} {words.scope(row.scope)}")
    servers = words.change(row.in_service, row.after) if row.touched else words.number(row.in_service)
    if row.floor is None or row.headroom is None:
        return name, servers, "no floor stated"
    return name, servers, words.number(row.floor), words.signed(row.headroom)


def _shape(rows: tuple[Row, ...]) -> list[tuple[str, str, bool, tuple[str, ...]]]:
    return [(row.name, row.scope, row.around, tuple(child.scope for child in row.children)) for row in rows]
