"""What the journal says of executions, read and folded once for everybody at this console who asks."""

import asyncio
from collections import deque
from collections.abc import Iterable

from console.operating.live.record import Record
from topology.execution.journal_entries import Entry
from topology.execution.past_executions import PastExecutions
from topology.execution.usual_counts import usual_counts
from topology.fleet.usual import UsualCounts

MOST_ENTRIES = 1000
"""Entries kept to be shown; older ones count, and are not shown."""


class JournalFollower:
    """Follows one journal, which other consoles write too. Everything is as of what was read last."""

    def __init__(self, record: Record, operator: str) -> None:
        self.past = PastExecutions()
        self.usual = UsualCounts()
        """What earlier removals make usual for the operator."""
        self._record = record
        self._operator = operator
        self._entries: deque[Entry] = deque(maxlen=MOST_ENTRIES)
        self._is_loading = False
        self._told = 0
        """The last entry that `read_new` has given."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The last entries, oldest first."""
        return tuple(self._entries)

    @property
    def trouble(self) -> str:
        """Why there is no journal; empty where there is one."""
        return self._record.trouble

    async def load(self) -> PastExecutions:
        """Take in what is new, in a thread: at the first time it may be long.

        Raises:
            JournalError: it cannot be read.
        """
        journal = self._record.journal
        if journal is not None:
            self._is_loading = True
            try:
                self._take(await asyncio.to_thread(journal.entries, after=self.past.last))
            finally:
                self._is_loading = False
        return self.past

    def read_new(self) -> tuple[Entry, ...]:
        """Take in what is new, at once, and give what this has not given before; nothing while a thread is loading it.

        Raises:
            JournalError: it cannot be read.
        """
        self._read()
        told, self._told = self._told, self.past.last
        return tuple(entry for entry in self._entries if entry.number > told) if self._told > told else ()

    def read_when_idle(self) -> PastExecutions:
        """Take in what is new; not while the disk is busy with an entry of this console, which nobody waits for.

        Raises:
            JournalError: it cannot be read.
        """
        if not self._record.is_busy:
            self._read()
        return self.past

    def _read(self) -> None:
        journal = self._record.journal
        if journal is not None and not self._is_loading:
            self._take(journal.entries(after=self.past.last))

    def _take(self, entries: Iterable[Entry]) -> None:
        # What was read in a thread may have been read here meanwhile.
        new = tuple(entry for entry in entries if entry.number > self.past.last)
        if new:
            self.past.fold(new)
            self._entries.extend(new)
            self.usual = usual_counts(self.past.by_entry.values(), self._operator)
