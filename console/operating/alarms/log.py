"""Writes the steps of alarms into the journal, and tells other machines what operators said to them."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from console.operating.alarms.entries import details_of, steps_in
from topology.alarms.values import AlarmKey, AlarmStep, StepKind
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

    def __init__(self, record: AlarmRecord, tell: Callable[[Kind, Mapping[str, object]], None]) -> None:
        self._record = record
        self._tell = tell
        self._spoken_of: set[AlarmKey] = set()
        """Alarms to which somebody said something that others heard: they hear when it is over, too."""

    def hear(self, entries: Iterable[Entry]) -> None:
        """Take in what consoles at other machines said."""
        for step in steps_in(entries):
            self._is_to_tell(step)

    async def keep(self, steps: Sequence[AlarmStep], command: str) -> None:
        """Write steps down, in one entry or, a great many, in several; other machines hear what operators said."""
        if command or self._spoken_of:  # else, and be it a burst, it is the region's alone
            for details in details_of(tuple(filter(self._is_to_tell, steps))):
                self._tell(Kind.ALARM, details)
        if self._record.trouble:
            return
        try:
            for details in details_of(steps):
                await self._record.write(Kind.ALARM, command=command, details=details)
        except JournalError as error:
            log.warning("Steps of alarms were not written into the journal: %s", error)

    def _is_to_tell(self, step: AlarmStep) -> bool:
        if step.kind in (StepKind.NORMAL, StepKind.RETURNED):
            is_known = step.key in self._spoken_of
            self._spoken_of.discard(step.key)
            return bool(step.operator) or is_known
        if step.operator:
            self._spoken_of.add(step.key)
        return bool(step.operator)
