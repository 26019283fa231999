"""The journal as a table model: newest first, filtered and sorted here, since a proxy would be many times slower."""

from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from console.kit.overrides import reported, reported_or
from console.kit.painting import plain_tip
from console.kit.roles import ALIGNMENT, DISPLAY, FOREGROUND, TOOLTIP, Index
from console.kit.theme import Theme
from console.words import writing as words
from console.words.journal import BAD, CARE, moment, moment_utc, outcome, searched, short_moment
from console.words.journal_context import Context
from topology.execution.journal_entries import Entry, Kind

RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

HEADS = ("entry", "time", "operator", "kind", "command", "servers", "outcome")
ENTRY, TIME, OPERATOR, KIND, COMMAND, SERVERS, OUTCOME = range(len(HEADS))

_ARROWS = {Qt.SortOrder.AscendingOrder: " ▴", Qt.SortOrder.DescendingOrder: " ▾"}
"""Part of the title: the style's own arrow would cover that of a narrow column."""
_TOLD = {DISPLAY, FOREGROUND, ALIGNMENT, TOOLTIP}
"""Qt asks for twice as many roles of each cell: the others are answered first."""
Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


class JournalModel(QAbstractTableModel):
    """Entries of a journal. Those that come later are put on top without a reset."""

    def __init__(self, theme: Theme, parent: QObject | None = None, clock: Clock = _now) -> None:
        super().__init__(parent)
        self._clock = clock
        self._context = Context()
        self._theme = theme
        self._entries: tuple[Entry, ...] = ()
        self._shown: list[Entry] = []
        self._zone: tzinfo = UTC
        self._wanted: tuple[str, ...] = ()
        self._searched: dict[int, str] = {}
        self._order = (ENTRY, Qt.SortOrder.DescendingOrder)

    def show_entries(self, entries: tuple[Entry, ...], zone: tzinfo) -> None:
        """Take the journal's entries, oldest first."""
        before = self._entries
        if zone == self._zone and entries[: len(before)] == before:
            self._entries = entries
            self._take_newest(entries[len(before) :])
            return
        self.beginResetModel()
        self._entries, self._zone, self._searched = entries, zone, {}
        self._context.clear()
        self._context.fold(entries)
        self._shown = self._chosen()
        self.endResetModel()

    def filter(self, text: str) -> None:
        """Show only entries that hold every word of *text*, in any place, names of servers included."""
        wanted = tuple(text.lower().split())
        if wanted != self._wanted:
            self._wanted = wanted
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
        return outcome(entry, self._context.accepted(entry))

    def has_older(self) -> bool:
        """Whether an entry on show is not of today, by the region's clock, so that its time needs its date."""
        today = self._today()
        return any(entry.time.astimezone(self._zone).date() != today for entry in self._shown)

    def zone(self) -> tzinfo:
        """Give the time zone in which times are shown."""
        return self._zone

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
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
            return words.literal(self._text(self._shown[index.row()], column))
        if role == FOREGROUND:
            return self._colour(self._shown[index.row()], column)
        if role == ALIGNMENT:
            return RIGHT if column in (ENTRY, SERVERS) else LEFT
        if role == TOOLTIP:
            entry = self._shown[index.row()]
            times = f"{moment_utc(entry.time)}\n{moment(entry.time, self._zone)}"
            whole = times if column == TIME else words.literal(self._text(entry, column).strip())
            return plain_tip(whole)
        return None

    @reported
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 <= column < len(HEADS) and (column, order) != self._order:
            self._order = (column, order)
            self._choose_anew()
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(HEADS) - 1)

    def _text(self, entry: Entry, column: int) -> str:
        if column == ENTRY:
            return words.number(entry.number)
        if column == TIME:
            return short_moment(entry.time, self._zone, self._today())
        if column == SERVERS:
            return words.number(len(entry.servers)) if entry.servers else ""
        if column == KIND:
            return f"{self._sign(entry)} {entry.kind.value}".strip()
        if column == COMMAND:
            return self._context.command(entry)
        return entry.operator if column == OPERATOR else self.said(entry)

    def _today(self) -> date:
        return self._clock().astimezone(self._zone).date()

    def _sign(self, entry: Entry) -> str:
        return words.mark("alarm") if entry.kind in BAD else words.mark("caution") if entry.kind in CARE else ""

    def _colour(self, entry: Entry, column: int) -> object:
        if entry.kind in BAD and column in (KIND, OUTCOME):
            return self._theme.alarm
        if entry.kind in CARE and column == KIND:
            return self._theme.caution
        if column == COMMAND and entry.execution and entry.kind is not Kind.INTENT:
            return self._theme.text_soft
        return self._theme.text if column in (COMMAND, OUTCOME) else self._theme.text_soft

    def _is_newest_first(self) -> bool:
        return self._order == (ENTRY, Qt.SortOrder.DescendingOrder)

    def _take_newest(self, fresh: tuple[Entry, ...]) -> None:
        ended = self._context.fold(fresh)
        if self._is_newest_first():
            self._put_on_top(fresh)
        elif ended:
            self._choose_anew()
        else:
            self._put_in_order(fresh)
        if ended:
            # What was accepted is done now.
            self._searched.clear()
            self.dataChanged.emit(self.index(0, OUTCOME), self.index(len(self._shown) - 1, OUTCOME), [DISPLAY])

    def _put_on_top(self, fresh: tuple[Entry, ...]) -> None:
        found = [entry for entry in reversed(fresh) if self._fits(entry)]
        if found:
            self.beginInsertRows(QModelIndex(), 0, len(found) - 1)
            self._shown = found + self._shown
            self.endInsertRows()

    def _put_in_order(self, fresh: tuple[Entry, ...]) -> None:
        for entry in filter(self._fits, fresh):
            row = self._row_for(entry)
            self.beginInsertRows(QModelIndex(), row, row)
            self._shown.insert(row, entry)
            self.endInsertRows()

    def _row_for(self, entry: Entry) -> int:
        """Give the row where the newest entry belongs: of several alike it is the last, or the first where the order is down."""
        column, order = self._order
        key, is_down = self._key_of(column), order == Qt.SortOrder.DescendingOrder
        own, low, high = key(entry), 0, len(self._shown)
        while low < high:
            middle = (low + high) // 2
            other = key(self._shown[middle])
            if other > own if is_down else other <= own:
                low = middle + 1
            else:
                high = middle
        return low

    def _choose_anew(self) -> None:
        self.beginResetModel()
        self._shown = self._chosen()
        self.endResetModel()

    def _chosen(self) -> list[Entry]:
        column, order = self._order
        is_down = order == Qt.SortOrder.DescendingOrder
        found = [entry for entry in self._entries if self._fits(entry)]
        if is_down:
            found.reverse()
        if column != ENTRY:
            found.sort(key=self._key_of(column), reverse=is_down)  # those alike stay in the order of their numbers
        return found

    def _key_of(self, column: int) -> Callable[[Entry], Any]:
        """Give what entries are sorted by; one call an entry, and nothing decided in it, since there may be ten thousand."""
        if column == SERVERS:
            return lambda entry: len(entry.servers)
        if column in (COMMAND, OUTCOME):
            return self._command_of if column == COMMAND else self.said
        return attrgetter({ENTRY: "number", TIME: "time", OPERATOR: "operator", KIND: "kind"}[column])

    def _command_of(self, entry: Entry) -> str:
        intent = self._context.intent(entry)
        return entry.command if intent is None else intent.command

    def _fits(self, entry: Entry) -> bool:
        if not self._wanted:
            return True
        if entry.number not in self._searched:
            self._searched[entry.number] = searched(entry, self._zone, self._text(entry, COMMAND), self.said(entry))
        text = self._searched[entry.number]
        return all(word in text for word in self._wanted)
