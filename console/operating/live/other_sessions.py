"""What other sessions are carrying out right now, as far as the shared journal and their locks tell."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from console.operating.live.history import JournalFollower
from console.operating.notice import Notice
from console.words import writing as words
from topology.execution.past_executions import PastExecution
from topology.fleet.state import State
from topology.records.locks import is_free
from topology.region.server_states import ServerState

KEY = "other-sessions"


class OtherSessions:
    """Follows the executions of others. Their servers still to leave count as leaving in every preview here too.

    So do servers of any ended execution of which the region has not said what became of them.
    """

    def __init__(self, history: JournalFollower, folder: Path) -> None:
        self._history = history
        self._folder = folder
        self._running: tuple[PastExecution, ...] = ()
        self._unsettled: tuple[PastExecution, ...] = ()

    def look(self, own: str | None) -> None:
        """See which executions but *own* are under way: those without an end whose lock somebody holds."""
        past = self._history.past
        self._running = tuple(
            one for one in past.open() if one.execution != own and not is_free(self._folder, one.execution)
        )
        self._unsettled = past.unsettled()

    def pending(self, state: State) -> NDArray[np.int32]:
        """Give the positions of servers that they will still take, or may have taken."""
        if not self._running and not self._unsettled:
            return np.zeros(0, np.int32)  # places by name are not made before somebody asks for one: it takes its time
        position, states = state.fleet.position, state.fleet.state
        names = [name for past in self._running if past.action == "remove" for name in _left(past)]
        names += [name for past in self._unsettled if past.action == "remove" for name in sorted(past.unknown)]
        places = [position[name] for name in dict.fromkeys(names) if name in position]
        return np.array([place for place in places if states[place] == ServerState.IN_SERVICE], np.int32)

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
