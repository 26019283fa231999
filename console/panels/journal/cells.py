"""What the cells of the journal say, and what its entries are found and sorted by."""

from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from operator import attrgetter
from typing import Any

from PySide6.QtCore import Qt

from console.kit.theme import Theme
from console.words import writing as words
from console.words.journal import BAD, CARE, called, outcome, searched, short_moment
from console.words.journal_context import Context
from topology.execution.journal_entries import Entry, Kind

HEADS = ("entry", "time", "operator", "kind", "command", "servers", "outcome")
ENTRY, TIME, OPERATOR, KIND, COMMAND, SERVERS, OUTCOME = range(len(HEADS))

Clock = Callable[[], datetime]
Order = tuple[int, Qt.SortOrder]
"""A column, and up or down."""


def utc_now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


class JournalCells:
    """Texts, colours and keys of entries, by what is known of their executions."""

    def __init__(self, theme: Theme, clock: Clock) -> None:
        self.theme = theme
        self.zone: tzinfo = UTC
        self.context = Context()
        self.wanted: tuple[str, ...] = ()
        """Words in lower case that an entry must hold to be shown."""
        self.searched: dict[int, str] = {}
        self._clock = clock

    def said(self, entry: Entry) -> str:
        """Say what an entry means, by what is known of its execution."""
        return outcome(entry, self.context.accepted(entry))

    def text(self, entry: Entry, column: int) -> str:
        """Give what a cell says."""
        if column == ENTRY:
            return words.number(entry.number)
        if column == TIME:
            return short_moment(entry.time, self.zone, self.today())
        if column == SERVERS:
            return words.number(len(entry.servers)) if entry.servers else ""
        if column == KIND:
            return f"{self._sign(entry)} {called(entry.kind)}".strip()
        if column == COMMAND:
            return self.context.command(entry)
        return entry.operator if column == OPERATOR else self.said(entry)

    def today(self) -> date:
        """Give the day by the region's clock."""
        return self._clock().astimezone(self.zone).date()

    def _sign(self, entry: Entry) -> str:
        return words.mark("alarm") if entry.kind in BAD else words.mark("caution") if entry.kind in CARE else ""

    def colour(self, entry: Entry, column: int) -> object:
        """Give the colour of a cell's text."""
        if entry.kind in BAD and column in (KIND, OUTCOME):
            return self.theme.alarm
        if entry.kind in CARE and column == KIND:
            return self.theme.caution
        if column == COMMAND and entry.execution and entry.kind is not Kind.INTENT:
            return self.theme.text_soft
        return self.theme.text if column in (COMMAND, OUTCOME) else self.theme.text_soft

    def key_of(self, column: int) -> Callable[[Entry], Any]:
        """Give what entries are sorted by; one call an entry, and nothing decided in it, since there may be ten thousand."""
        if column == SERVERS:
            return lambda entry: len(entry.servers)
        if column in (COMMAND, OUTCOME):
            return self._command_of if column == COMMAND else self.said
        return attrgetter({ENTRY: "number", TIME: "time", OPERATOR: "operator", KIND: "kind"}[column])

    def _command_of(self, entry: Entry) -> str:
        past = self.context.begun(entry)
        return entry.command if past is None else past.command

    def fits(self, entry: Entry) -> bool:
        """Whether an entry holds every word that is wanted."""
        if not self.wanted:
            return True
        if entry.number not in self.searched:
            self.searched[entry.number] = searched(entry, self.zone, self.text(entry, COMMAND), self.said(entry))
        text = self.searched[entry.number]
        return all(word in text for word in self.wanted)

    def row_for(self, entry: Entry, shown: list[Entry], by: Order) -> int:
        """Give the row where the newest entry belongs: of several alike it is the last, or the first where the order is down."""
        column, order = by
        key, is_down = self.key_of(column), order == Qt.SortOrder.DescendingOrder
        own, low, high = key(entry), 0, len(shown)
        while low < high:
            middle = (low + high) // 2
            other = key(shown[middle])
            if other > own if is_down else other <= own:
                low = middle + 1
            else:
                high = middle
        return low

    def chosen(self, entries: tuple[Entry, ...], by: Order) -> list[Entry]:
        """Give the entries that fit, in an order."""
        column, order = by
        is_down = order == Qt.SortOrder.DescendingOrder
        found = [entry for entry in entries if self.fits(entry)]
        if is_down:
            found.reverse()
        if column != ENTRY:
            found.sort(key=self.key_of(column), reverse=is_down)  # those alike stay in the order of their numbers
        return found
