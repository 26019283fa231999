"""Writes the journal without holding up the window, in the order it was asked to, and keeps its head at the link."""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from topology.execution.journal_entries import Entry, JournalError, JournalHead, Kind
from topology.links.protocol import RegionLink
from topology.records.journal import Journal
from topology.region.errors import LinkError

log = logging.getLogger(__name__)

KEEPING_S = 2.0
"""A link that does not keep the journal's head in this time is waited for no longer."""


class Record:
    """The journal of one console; without one (*trouble* says why) nothing can be written, and so nothing be done."""

    def __init__(self, journal: Journal | None, trouble: str, link: RegionLink, operator: str) -> None:
        self.journal = journal
        self._trouble = trouble or "there is no journal"
        self._link = link
        self.operator = operator
        self._lock = asyncio.Lock()

    @property
    def trouble(self) -> str:
        """Why nothing can be written; empty while it can."""
        return "" if self.journal is not None else self._trouble

    async def write(
        self,
        kind: Kind,
        *,
        command: str = "",
        plan: str = "",
        execution: str = "",
        servers: Sequence[str] = (),
        details: Mapping[str, object] | None = None,
    ) -> Entry:
        """Write an entry; it is on disk when this returns.

        Raises:
            JournalError: it is not.
        """
        if self.journal is None:
            raise JournalError(self._trouble)
        async with self._lock:
            return await asyncio.to_thread(
                self.journal.append,
                kind,
                self.operator,
                command=command,
                plan=plan,
                execution=execution,
                servers=servers,
                details=details,
            )

    @property
    def is_busy(self) -> bool:
        """Whether an entry is being written right now."""
        return self._lock.locked()

    async def head(self) -> JournalHead:
        """Give the journal's last entry.

        Raises:
            JournalError: it cannot be read.
        """
        if self.journal is None:
            raise JournalError(self._trouble)
        return await asyncio.to_thread(lambda journal: journal.head, self.journal)

    async def keep_head(self) -> None:
        """Let the link keep the journal's head, so that a cut or rewritten file shows; if it does not, that is logged."""
        if self.journal is None:
            return
        try:
            async with asyncio.timeout(KEEPING_S):
                await self._link.keep_head(await self.head())
        except (LinkError, JournalError, TimeoutError) as error:
            log.warning("The journal's head could not be kept: %s", str(error) or f"no answer within {KEEPING_S:g} s")
