"""What a journal entry belongs to: the intent of its execution, and how that execution ended.

Worked out from the entries at hand, of which the oldest may have been left away.
"""

from collections.abc import Iterable

from topology.command.grammar.parts import parts_of
from topology.execution.journal_entries import Entry, Kind

_ENDS = (Kind.FINISHED, Kind.HALT, Kind.RECOVERED, Kind.STOP)


class Context:
    """The beginning and the end of every execution, as far as entries tell."""

    def __init__(self) -> None:
        self._intents: dict[str, Entry] = {}
        self._ends: dict[str, Entry] = {}

    def fold(self, entries: Iterable[Entry]) -> bool:
        """Take entries in order; gives whether an execution ended, so that earlier entries read differently."""
        ended = False
        for entry in entries:
            if not entry.execution:
                continue
            if entry.kind is Kind.INTENT:
                self._intents.setdefault(entry.execution, entry)
            elif entry.kind in _ENDS:
                self._ends[entry.execution] = entry
                ended = True
            elif entry.kind is Kind.WAVE:
                self._ends.pop(entry.execution, None)  # it was taken up again
        return ended

    def clear(self) -> None:
        """Forget every entry."""
        self._intents.clear()
        self._ends.clear()

    def intent(self, entry: Entry) -> Entry | None:
        """Give the intent that an entry belongs to; None where it is not at hand."""
        return self._intents.get(entry.execution)

    def is_restore(self, entry: Entry) -> bool:
        """Whether servers come back in the execution of an entry."""
        intent = self.intent(entry)
        return intent is not None and intent.details.get("action") == "restore"

    def accepted(self, entry: Entry) -> str:
        """Say what has become of the servers that the region accepted in a wave."""
        end = self._ends.get(entry.execution)
        if end is None:
            return "accepted, joining" if self.is_restore(entry) else "accepted, draining"
        finished = end.kind is Kind.FINISHED and end.details.get("phase", "finished") == "finished"
        # After a halt or a stop some went on and some went back; the entry of the end counts them.
        return "done" if finished else "accepted"

    def command(self, entry: Entry) -> str:
        """Give the command of an entry; one that follows from another says which, so that they are seen together."""
        intent = self.intent(entry)
        if entry.kind is Kind.INTENT or not entry.execution:
            return entry.command
        wave = entry.details.get("wave")
        parts = [f"entry {intent.number:,}"] if intent is not None else []
        if isinstance(wave, int):
            parts.insert(0, f"wave {wave:,}")
        where = " of ".join(parts)
        what = short_command(entry.command if intent is None else intent.command)
        return f"   ↳ {' · '.join(part for part in (where, what) if part)}"


def short_command(command: str) -> str:
    """Give a command without its pace and its reason, and without the word that goes without saying."""
    return parts_of(command).short
