"""The model of a table of lines: rows in columns with heads. What a row says, and in which colour, its panel adds."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QColor

from console.kit.overrides import reported_or
from console.kit.painting import plain_tip
from console.kit.roles import DISPLAY, FOREGROUND, SPOKEN, TOOLTIP, Index
from console.kit.theme import Theme

_Row = TypeVar("_Row")


class LineModel(QAbstractTableModel, Generic[_Row]):
    """Rows under *heads*. A panel's own model says what a row `says` in a column, in which `colour`, and when rows `stay`."""

    def __init__(self, theme: Theme, heads: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._heads = tuple(heads)
        self._rows: Sequence[_Row] = ()

    def says(self, row: _Row, column: int) -> str:
        """Give the text of a cell, which must be plain."""
        raise NotImplementedError

    def colour(self, theme: Theme, row: _Row, column: int) -> QColor:
        """Give the colour of a cell."""
        raise NotImplementedError

    def stay(self, rows: Sequence[_Row]) -> bool:
        """Whether these take the places of those on show: then what is selected stays selected."""
        return False

    @property
    def rows(self) -> Sequence[_Row]:
        """What is on show."""
        return self._rows

    def show_rows(self, rows: Sequence[_Row]) -> None:
        """Show rows."""
        if self.stay(rows):
            self._rows = rows
            self.repaint_all()
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row_at(self, row: int) -> _Row:
        """Give what a row shows."""
        return self._rows[row]

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        self.repaint_all()

    def repaint_all(self) -> None:
        """Say that every cell may be another one."""
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self._heads) - 1))

    @reported_or(0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    @reported_or(0)
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._heads)

    @reported_or(None)
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        known = role == DISPLAY and orientation == Qt.Orientation.Horizontal and 0 <= section < len(self._heads)
        return self._heads[section] if known else None

    @reported_or(None)
    def data(self, index: Index, role: int = DISPLAY) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role == DISPLAY:
            return self.says(row, column)
        if role == FOREGROUND:
            return self.colour(self._theme, row, column)
        if role == TOOLTIP:
            return plain_tip(self.says(row, column).strip())
        if role == SPOKEN:
            return f"{self._heads[column]}: {self.says(row, column).strip()}"
        return None
