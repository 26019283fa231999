"""What a journal entry belongs to: the intent of its execution, and how that execution ended.

Worked out from the entries at hand, of which the oldest may have been left away.
"""

from collections.abc import Iterable

from topology.command.grammar.parts import parts_of
from topology.execution.journal_entries import Entry, Kind
from topology.execution.past_executions import BREAKS, PastExecution, PastExecutions


class Context:
    """The beginning and the end of every execution, as far as entries tell."""

    def __init__(self) -> None:
        self._past = PastExecutions()

    def fold(self, entries: Iterable[Entry]) -> bool:
        """Take entries in order; gives whether an execution ended, so that earlier entries read differently."""
        found = tuple(entries)
        self._past.fold(found)
        return any(entry.execution and entry.kind in BREAKS for entry in found)

    def clear(self) -> None:
        """Forget every entry."""
        self._past = PastExecutions()

    def begun(self, entry: Entry) -> PastExecution | None:
        """Give the execution that an entry belongs to; None where its beginning is not at hand, or is the entry itself."""
        past = self._past.by_id.get(entry.execution)
        return None if past is None or past.entry == entry.number else past

    def is_restore(self, entry: Entry) -> bool:
        """Whether servers come back in the execution of an entry."""
        past = self._past.by_id.get(entry.execution)
        return past is not None and past.action == "restore"

    def accepted(self, entry: Entry) -> str:
        """Say what has become of the servers that the region accepted in a wave."""
        end = self._past.rest_of(entry.execution)
        if end is None:
            return "accepted, joining" if self.is_restore(entry) else "accepted, draining"
        # After a halt or a stop some went on and some went back; the entry of the end counts them.
        return "done" if end.is_whole else "accepted"

    def command(self, entry: Entry) -> str:
        """Give the command of an entry; one that follows from another says which, so that they are seen together."""
        if entry.kind is Kind.INTENT or not entry.execution:
            return entry.command
        past = self.begun(entry)
        wave = entry.details.get("wave")
        parts = [f"entry {past.entry:,}"] if past is not None else []
        if isinstance(wave, int):
            parts.insert(0, f"wave {wave:,}")
        where = " of ".join(parts)
        what = short_command(entry.command if past is None else past.command)
        return f"   ↳ {' · '.join(part for part in (where, what) if part)}"


def short_command(command: str) -> str:
    """Give a command without its pace and its reason, and without the word that goes without saying."""
    return parts_of(command).short
