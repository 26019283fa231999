"""Writes what those outside are told into the journal, and reads it again at the start."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from console.operating.status_page.entries import details_of
from topology.execution.journal_entries import Entry, JournalError, Kind
from topology.records.journal import Journal
from topology.status_page.values import AnyPageStep, Shown, Watched


class PageRecord(Protocol):
    """Where entries are written."""

    @property
    def journal(self) -> Journal | None:
        """The journal; None where there is none."""

    @property
    def trouble(self) -> str:
        """Why nothing can be written; empty while it can."""

    async def write(self, kind: Kind, *, command: str = "", details: Mapping[str, object] | None = None) -> Entry:
        """Write an entry.

        Raises:
            JournalError: it is not written.
        """


class PageLog:
    """One console's. What an operator says is not said before it is written; what is measured shows in any case."""

    def __init__(self, record: PageRecord, tell: Callable[[Kind, Mapping[str, object]], None]) -> None:
        self._record = record
        self._tell = tell

    async def load_page(self) -> tuple[Entry, ...]:
        """Give every entry about the page, oldest first.

        Raises:
            JournalError: they cannot be read.
        """
        journal = self._record.journal
        return () if journal is None else await asyncio.to_thread(journal.entries, kinds=(Kind.PAGE,))

    async def keep_page(self, steps: Sequence[AnyPageStep], command: str) -> None:
        """Write steps down, in one entry.

        Raises:
            JournalError: they are not written.
        """
        if self._record.trouble:
            raise JournalError(self._record.trouble)
        await self._record.write(Kind.PAGE, command=command, details=details_of(steps))
        if said := [step for step in steps if not isinstance(step, Shown | Watched)]:
            self._tell(Kind.PAGE, details_of(said))

    async def keep_heard(self, steps: Sequence[AnyPageStep], operator: str) -> None:
        """Write down what *operator* said at another machine, so that it is known here after a restart.

        Raises:
            JournalError: they are not written.
        """
        if self._record.trouble:
            raise JournalError(self._record.trouble)
        await self._record.write(Kind.PAGE, details={**details_of(steps), "from": operator})
