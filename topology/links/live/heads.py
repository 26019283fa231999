"""Keeps the heads of journals in a region's ledger, each console's apart from those of others."""

from dataclasses import replace

from topology.execution.journal_entries import JournalHead
from topology.links.live.calls import TimedCalls
from topology.records.ledger.protocol import Ledger


class KeepsHeads:
    """*journal_mark* tells this console's journal from those of others whose heads lie in the same ledger."""

    def __init__(self, ledger: Ledger, in_time: TimedCalls, journal_mark: str) -> None:
        self._ledger = ledger
        self._in_time = in_time
        self._journal_mark = journal_mark

    async def keep_head(self, head: JournalHead) -> None:
        """Keep the journal's head in the ledger, where we may write it."""
        if self._ledger.only_looks:
            return
        await self._in_time(self._ledger.keep_head(replace(head, journal=head.journal + self._journal_mark)))

    async def kept_head(self, journal: str) -> JournalHead | None:
        """Give the head kept for a journal."""
        kept = await self._in_time(self._ledger.kept_head(journal + self._journal_mark))
        return None if kept is None else replace(kept, journal=journal)
