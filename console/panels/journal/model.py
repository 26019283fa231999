"""The journal as a table model: newest first, filtered and sorted here, since a proxy would be many times slower."""

from datetime import tzinfo

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from console.kit.overrides import reported, reported_or
from console.kit.painting import plain_tip
from console.kit.roles import ALIGNMENT, DISPLAY, FOREGROUND, TOOLTIP, Index
from console.kit.theme import Theme
from console.panels.journal.cells import ENTRY, HEADS, OUTCOME, SERVERS, TIME, Clock, JournalCells, utc_now
from console.words import writing as words
from console.words.journal import moment, moment_utc
from topology.execution.journal_entries import Entry

RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

_ARROWS = {Qt.SortOrder.AscendingOrder: " ▴", Qt.SortOrder.DescendingOrder: " ▾"}
"""Part of the title: the style's own arrow would cover that of a narrow column."""
_TOLD = {DISPLAY, FOREGROUND, ALIGNMENT, TOOLTIP}
"""Qt asks for twice as many roles of each cell: the others are answered first."""


class JournalModel(QAbstractTableModel):
    """Entries of a journal. Those that come later are put on top without a reset."""

    def __init__(self, theme: Theme, parent: QObject | None = None, clock: Clock = utc_now) -> None:
        super().__init__(parent)
        self._cells = JournalCells(theme, clock)
        self._entries: tuple[Entry, ...] = ()
        self._shown: list[Entry] = []
        self._order = (ENTRY, Qt.SortOrder.DescendingOrder)

    def show_entries(self, entries: tuple[Entry, ...], zone: tzinfo) -> None:
        """Take the journal's entries, oldest first."""
        before = self._entries
        if zone == self._cells.zone and entries[: len(before)] == before:
            self._entries = entries
            self._take_newest(entries[len(before) :])
            return
        self.beginResetModel()
        self._entries, self._cells.zone, self._cells.searched = entries, zone, {}
        self._cells.context.clear()
        self._cells.context.fold(entries)
        self._shown = self._cells.chosen(self._entries, self._order)
        self.endResetModel()

    def filter(self, text: str) -> None:
        """Show only entries that hold every word of *text*, in any place, names of servers included."""
        wanted = tuple(text.lower().split())
        if wanted != self._cells.wanted:
            self._cells.wanted = wanted
            self._choose_anew()

    def entries(self) -> tuple[Entry, ...]:
        """Give every entry, oldest first, whatever the filter."""
        return self._entries

    def entry_at(self, row: int) -> Entry:
        """Give the entry in a row."""
        return self._shown[row]

    def row_of(self, number: int) -> int | None:
        """Give the row of an entry; None where the filter hides it."""
        return next((row for row, entry in enumerate(self._shown) if entry.number == number), None)

    def said(self, entry: Entry) -> str:
        """Say what an entry means, by what is known of its execution."""
        return self._cells.said(entry)

    def has_older(self) -> bool:
        """Whether an entry on show is not of today, by the region's clock, so that its time needs its date."""
        today = self._cells.today()
        return any(entry.time.astimezone(self._cells.zone).date() != today for entry in self._shown)

    def zone(self) -> tzinfo:
        """Give the time zone in which times are shown."""
        return self._cells.zone

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._cells.theme = theme
        if self._shown:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, len(HEADS) - 1), [FOREGROUND])

    @reported_or(0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._shown)

    @reported_or(0)
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(HEADS)

    @reported_or(None)
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> object:
        if role == DISPLAY and orientation == Qt.Orientation.Horizontal and 0 <= section < len(HEADS):
            return HEADS[section] + (_ARROWS[self._order[1]] if section == self._order[0] else "")
        if role == ALIGNMENT and orientation == Qt.Orientation.Horizontal:
            return RIGHT if section in (ENTRY, SERVERS) else LEFT
        return None

    @reported_or(None)
    def data(self, index: Index, role: int = DISPLAY) -> object:
        if role not in _TOLD or not index.isValid():
            return None
        column = index.column()
        if role == DISPLAY:
            return words.literal(self._cells.text(self._shown[index.row()], column))
        if role == FOREGROUND:
            return self._cells.colour(self._shown[index.row()], column)
        if role == ALIGNMENT:
            return RIGHT if column in (ENTRY, SERVERS) else LEFT
        if role == TOOLTIP:
            entry = self._shown[index.row()]
            times = f"{moment_utc(entry.time)}\n{moment(entry.time, self._cells.zone)}"
            whole = times if column == TIME else words.literal(self._cells.text(entry, column).strip())
            return plain_tip(whole)
        return None

    @reported
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 <= column < len(HEADS) and (column, order) != self._order:
            self._order = (column, order)
            self._choose_anew()
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(HEADS) - 1)

    def _is_newest_first(self) -> bool:
        return self._order == (ENTRY, Qt.SortOrder.DescendingOrder)

    def _take_newest(self, fresh: tuple[Entry, ...]) -> None:
        ended = self._cells.context.fold(fresh)
        if self._is_newest_first():
            self._put_on_top(fresh)
        elif ended:
            self._choose_anew()
        else:
            self._put_in_order(fresh)
        if ended:
            # What was accepted is done now.
            self._cells.searched.clear()
            self.dataChanged.emit(self.index(0, OUTCOME), self.index(len(self._shown) - 1, OUTCOME), [DISPLAY])

    def _put_on_top(self, fresh: tuple[Entry, ...]) -> None:
        found = [entry for entry in reversed(fresh) if self._cells.fits(entry)]
        if found:
            self.beginInsertRows(QModelIndex(), 0, len(found) - 1)
            self._shown = found + self._shown
            self.endInsertRows()

    def _put_in_order(self, fresh: tuple[Entry, ...]) -> None:
        for entry in filter(self._cells.fits, fresh):
            row = self._cells.row_for(entry, self._shown, self._order)
            self.beginInsertRows(QModelIndex(), row, row)
            self._shown.insert(row, entry)
            self.endInsertRows()

    def _choose_anew(self) -> None:
        self.beginResetModel()
        self._shown = self._cells.chosen(self._entries, self._order)
        self.endResetModel()
