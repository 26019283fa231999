"""What the journal that consoles share says to this one: its entries, what is usual here, and what others carry out."""

from collections.abc import Callable

from console.operating.alarms.log import AlarmLog
from console.operating.live.history import JournalFollower
from console.operating.live.other_sessions import OtherSessions
from console.operating.notice import Notice
from topology.execution.execution import Execution
from topology.execution.journal_entries import Entry
from topology.fleet.usual import UsualCounts


class SharedHistory:
    """As of what was read last; *running* gives the execution of this console, which is not one of others."""

    def __init__(
        self,
        journal: JournalFollower,
        sessions: OtherSessions,
        running: Callable[[], Execution | None],
        alarms: AlarmLog,
        elsewhere: Callable[[], tuple[Entry, ...]],
    ) -> None:
        self.keep_alarms = alarms.keep
        """Writes down what happened to alarms."""
        self._alarms = alarms
        self._elsewhere = elsewhere
        self._journal = journal
        self._sessions = sessions
        self._running = running

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The journal's last entries, oldest first."""
        return self._journal.entries

    @property
    def usual(self) -> UsualCounts:
        """What earlier removals make usual for this operator."""
        return self._journal.usual

    async def load(self) -> None:
        """Read what the journal holds so far, in a thread: it may be long.

        Raises:
            JournalError: it cannot be read.
        """
        await self._journal.load()

    def read_new(self) -> tuple[Entry, ...]:
        """Take in what is new in the journal, and give it.

        Raises:
            JournalError: it cannot be read.
        """
        new, running = self._journal.read_new(), self._running()
        self._sessions.look(None if running is None else running.id)
        return new

    def heard_elsewhere(self) -> tuple[Entry, ...]:
        """Give what consoles at other machines said since this was asked last."""
        heard = self._elsewhere()
        self._alarms.hear(heard)
        return heard

    def others(self) -> Notice:
        """Say what other sessions carry out."""
        return self._sessions.notice()
