"""What other consoles are carrying out right now, as far as the shared journal and their locks tell."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from console.operating.live.past_executions import PastExecution, PastExecutions
from console.operating.notice import Notice
from console.words import writing as words
from topology.execution.journal_entries import Entry
from topology.fleet.state import State
from topology.records.locks import is_free

KEY = "elsewhere"


class Elsewhere:
    """Follows the executions of others. Their servers still to leave count as leaving in every preview here too."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._past = PastExecutions()
        self._running: tuple[PastExecution, ...] = ()

    def fold(self, entries: Iterable[Entry]) -> None:
        """Take in the next entries of the journal."""
        self._past.fold(entries)

    def look(self, own: str | None) -> None:
        """See which executions but *own* are under way: those without an end whose lock somebody holds."""
        self._running = tuple(
            past for past in self._past.open() if past.execution != own and not is_free(self._folder, past.execution)
        )

    def pending(self, state: State) -> NDArray[np.int32]:
        """Give the positions of servers that they will still take."""
        if not self._running:
            return np.zeros(0, np.int32)  # places by name are not made before somebody asks for one: it takes its time
        position = state.fleet.position
        names = (name for past in self._running if past.action == "remove" for name in _left(past))
        return np.array([position[name] for name in names if name in position], np.int32)

    def notice(self) -> Notice:
        """Say what is under way elsewhere; an empty text when nothing is."""
        if not self._running:
            return Notice(KEY, "")
        first = self._running[0]
        left = words.number(len(_left(first)))
        more = f", and {len(self._running) - 1} more" if len(self._running) > 1 else ""
        what = "to come back" if first.action == "restore" else "still to leave"
        text = f"{first.operator} is carrying out entry {first.entry:,} at another console: {first.command}, {left} {what}{more}."
        return Notice(KEY, text, "caution", (("Stop it", "stop"),), lasting=True)


def _left(past: PastExecution) -> tuple[str, ...]:
    sent = {name for servers in past.waves.values() for name in servers}
    return tuple(name for name in past.servers if name not in sent)
