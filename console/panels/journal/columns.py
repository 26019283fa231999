"""The columns of the journal's table: as wide as what they hold, and fewer of them where there is little room."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHeaderView, QWidget

from console.kit.lines.line_table import SIZE, LineTable, dress
from console.kit.overrides import reported_or
from console.kit.painting import font_of
from console.panels.journal.cells import COMMAND, ENTRY, KIND, OPERATOR, OUTCOME, SERVERS, TIME

LEAST_ROWS = 4
"""Rows that are in view even in a small window."""
_CROWDED = (OPERATOR, SERVERS)
"""Columns that make room while all of an entry is shown beside the table, and in a narrow window."""
CROWDED_BELOW = 760
"""Pixels in which all columns have room."""
_WIDE, _ROOMY, _NARROW = (
    "stopped: 10 of 48 servers left service, 5 …",
    "to remove, caution (tight)",
    "25 accepted, draining",
)
WIDE_FROM = 1000
"""Pixels from which on there is room for whole outcomes beside whole commands."""
_TODAY, _ANY_DAY = "time ▾ 00:0", "2017-02-28 09:37:02"
_WIDEST = {
    ENTRY: "entry ▾",
    TIME: _TODAY,
    OPERATOR: "operator ▾",
    KIND: "▼ acknowledge",
    SERVERS: "servers ▾",
    OUTCOME: _ROOMY,
}


class JournalColumns(QObject):
    """Shares the width of a table, which has its model, among its columns."""

    def __init__(self, panel: QWidget, table: LineTable) -> None:
        super().__init__(panel)
        self._panel, self._table = panel, table
        dress(table, "Journal entries, newest first", LEAST_ROWS)
        head = table.horizontalHeader()
        head.setSortIndicator(ENTRY, Qt.SortOrder.DescendingOrder)
        table.setSortingEnabled(True)
        head.setSortIndicatorShown(False)
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, widest in _WIDEST.items():
            self._fit(column, widest)
        head.setSectionResizeMode(COMMAND, QHeaderView.ResizeMode.Stretch)
        panel.installEventFilter(self)

    def make_room(self) -> None:
        """Leave out what matters least where the table is narrow, so that the command can be read."""
        is_narrow = self._table.has_open or self._panel.width() < CROWDED_BELOW
        whole = not is_narrow and self._panel.width() >= WIDE_FROM
        self._fit(OUTCOME, _NARROW if is_narrow else _WIDE if whole else _ROOMY)
        for column in _CROWDED:
            self._table.setColumnHidden(column, is_narrow)

    def date(self, *, older: bool) -> None:
        """Give the time room for its date, or not."""
        self._fit(TIME, _ANY_DAY if older else _TODAY)

    @reported_or(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._panel and event.type() == QEvent.Type.Resize:
            self.make_room()
        return False

    def _fit(self, column: int, widest: str) -> None:
        room = QFontMetrics(font_of(SIZE)).horizontalAdvance(widest) + 12
        if room != self._table.columnWidth(column):
            self._table.setColumnWidth(column, room)
