"""Writes the steps of alarms into the journal."""

import logging
from collections.abc import Mapping, Sequence
from typing import Protocol

from console.operating.alarms.entries import details_of
from topology.alarms.values import AlarmStep
from topology.execution.journal_entries import Entry, JournalError, Kind

log = logging.getLogger(__name__)


class AlarmRecord(Protocol):
    """Where entries are written."""

    @property
    def trouble(self) -> str:
        """Why nothing can be written; empty while it can."""

    async def write(self, kind: Kind, *, command: str = "", details: Mapping[str, object] | None = None) -> Entry:
        """Write an entry.

        Raises:
            JournalError: it is not written.
        """


class AlarmLog:
    """One console's; where there is no journal, alarms still stand on the screen, and the log says what was not written."""

    def __init__(self, record: AlarmRecord) -> None:
        self._record = record

    async def keep(self, steps: Sequence[AlarmStep], command: str) -> None:
        """Write steps down, in one entry or, a great many, in several."""
        if self._record.trouble:
            return
        try:
            for details in details_of(steps):
                await self._record.write(Kind.ALARM, command=command, details=details)
        except JournalError as error:
            log.warning("Steps of alarms were not written into the journal: %s", error)
