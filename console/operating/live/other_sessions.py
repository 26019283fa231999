"""What other sessions are carrying out right now, as far as the shared journal and what they hold tell."""

import numpy as np
from numpy.typing import NDArray

from console.operating.colleagues.elsewhere import Elsewhere
from console.operating.colleagues.gathering import OtherExecution
from console.operating.live.history import JournalFollower
from console.operating.live.holding import Holding
from console.operating.notice import Notice
from console.words import writing as words
from topology.command.grammar.syntax import TakeOver
from topology.execution.past_executions import PastExecution
from topology.fleet.state import State
from topology.region.server_states import ServerState

KEY = "other-sessions"
CUT_OFF = "other-session-cut-off"


class OtherSessions:
    """Follows the executions of others. Their servers still to leave count as leaving in every preview here too.

    So do servers of any ended execution of which the region has not said what became of them.
    """

    def __init__(self, history: JournalFollower, holding: Holding) -> None:
        self._history = history
        self._holding = holding
        self._running: tuple[PastExecution, ...] = ()
        self._unsettled: tuple[PastExecution, ...] = ()
        self._cut_off: tuple[PastExecution, ...] = ()
        self.elsewhere: Elsewhere | None = None
        """What consoles on other machines carry out, once it is followed."""

    def look(self, own: str | None) -> None:
        """See which executions but *own* are under way: those without an end that somebody holds."""
        running = self._running
        past = self._history.past
        others = tuple(one for one in past.open() if one.execution != own)
        self._running = tuple(one for one in others if not self._holding.is_free(one.execution))
        seen = {one.execution for one in (*running, *self._cut_off)}
        self._cut_off = tuple(one for one in others if one.execution in seen and one not in self._running)
        self._unsettled = past.unsettled()

    def pending(self, state: State) -> NDArray[np.int32]:
        """Give the positions of servers that they will still take, or may have taken."""
        there = () if self.elsewhere is None else self.elsewhere.to_leave
        if not self._running and not self._unsettled and not there:
            return np.zeros(0, np.int32)  # places by name are not made before somebody asks for one: it takes its time
        position, states = state.fleet.position, state.fleet.state
        names = [name for past in self._running if past.action == "remove" for name in _left(past)]
        names += [name for past in self._unsettled if past.action == "remove" for name in sorted(past.unknown)]
        names += there
        places = [position[name] for name in dict.fromkeys(names) if name in position]
        return np.array([place for place in places if states[place] == ServerState.IN_SERVICE], np.int32)

    def executions(self) -> tuple[OtherExecution, ...]:
        """Give what they carry out, and what they left, for the screen."""
        return tuple(
            _execution(one, carried_out=kept)
            for kept, found in ((True, self._running), (False, self._cut_off))
            for one in found
        )

    def cut_off(self) -> Notice:
        """Say what somebody left unfinished, whose console is gone; an empty text when nothing."""
        if not self._cut_off:
            return self._left_elsewhere()
        first = self._cut_off[0]
        left = words.number(len(_left(first)))
        text = f"{first.operator}'s console is gone in the middle of entry {first.entry:,}: {first.command}, {left} not sent."
        return Notice(CUT_OFF, text, "alarm", (("Take it over …", f"take-over {first.entry}"),), lasting=True)

    def _left_elsewhere(self) -> Notice:
        left = () if self.elsewhere is None else self.elsewhere.left
        if not left:
            return Notice(CUT_OFF, "")
        first, more = left[0], f", and {len(left) - 1:,} more" if len(left) > 1 else ""
        text = f"{first.owner}'s console at another machine is gone in the middle of {first.command}{more}."
        take_over = str(TakeOver(None, first.owner))
        return Notice(CUT_OFF, text, "alarm", (("Take it over …", take_over),), lasting=True)

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


def _execution(past: PastExecution, *, carried_out: bool) -> OtherExecution:
    sent = len(past.servers) - len(_left(past))
    return OtherExecution(
        past.execution,
        past.operator,
        past.command,
        len(past.servers),
        sent,
        len(past.waves),
        past.entry,
        past.action == "restore",
        carried_out,
    )


def _left(past: PastExecution) -> tuple[str, ...]:
    sent = {name for servers in past.waves.values() for name in servers}
    return tuple(name for name in past.servers if name not in sent)
