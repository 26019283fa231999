"""What a window acts through: one desk, of a live region or of a training. Both carry out by the same `Execution`.

A window sees no link. Of a region it gets the feed, which has no acts; everything else goes by the desk.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from console.operating.colleagues.colleagues import Colleagues
from console.operating.notice import Notice
from console.operating.status_page.desk_page import DeskPage
from topology.alarms.values import AlarmStep
from topology.command.grammar.syntax import Planned, Undo
from topology.execution.execution import Execution
from topology.execution.journal_entries import Entry
from topology.execution.progress import Progress
from topology.execution.unfinished import Unfinished
from topology.fleet.batches import EventBatch, Revision
from topology.fleet.reasons.looking import WhyLooks
from topology.fleet.state import Freshness, State
from topology.fleet.usual import UsualCounts
from topology.planning.guards.guard import Guard
from topology.planning.plan import Confirmation, Plan
from topology.playbook.run import PlaybookRun


class RewoundError(Exception):
    """The clock of a replay was set back, or another run begins: load again; there is nothing to say."""


class FeedAbilities(Protocol):
    """What a window has to know of where its facts come from."""

    @property
    def simulated(self) -> bool:
        """Whether nothing real is behind it."""

    @property
    def rewinds(self) -> bool:
        """Whether its clock may be set back."""


class Feed(Protocol):
    """Where facts come from. Every method may be slow, or fail with `LinkError`; none may block the event loop."""

    @property
    def name(self) -> str:
        """How it was addressed, such as `sim:s3-us-east-1`."""

    @property
    def abilities(self) -> FeedAbilities:
        """What it can do."""

    @property
    def freshness(self) -> Freshness:
        """How old the newest fact is."""

    def now(self) -> float:
        """Its time, seconds since 1970 UTC; never runs backwards, unless it *rewinds*."""

    async def load(self) -> State:
        """Read everything: a state of its own, for the caller to keep and to fold events into."""

    def events(self, after: Revision) -> AsyncIterator[EventBatch]:
        """Give every batch after a revision, then wait for more.

        Raises:
            RewoundError: load again.
        """


class History(Protocol):
    """What was done at a region, here and by others, as far as it was read."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The journal's last entries, oldest first, as far as they were read."""

    @property
    def usual(self) -> UsualCounts:
        """What earlier removals make usual for this operator."""

    def read_new(self) -> tuple[Entry, ...]:
        """Take in what is new in the journal, of this console and of others, and give it.

        Raises:
            JournalError: it cannot be read.
        """

    def heard_elsewhere(self) -> tuple[Entry, ...]:
        """Give what consoles at other machines said to alarms and on the status page since this was asked last.

        They are entries that the journal here has not, with the number 0.
        """

    def others(self) -> Notice:
        """Say what other sessions carry out; an empty text when nothing."""

    async def keep_alarms(self, steps: Sequence[AlarmStep], command: str) -> None:
        """Write down what happened to alarms; *command* is what an operator said to them, empty where the region did it."""


class Desk(Protocol):
    """One operator at one region, or in one training."""

    name: str
    """The operator."""
    colleagues: Colleagues
    """The others at the region."""
    on_change: Callable[[Progress], None]
    """Hears how far the execution is, whenever that changed."""
    guards: tuple[Guard, ...]
    """An organisation's own, which judge here besides ours."""

    @property
    def page(self) -> DeskPage:
        """What those outside are told."""

    @property
    def history(self) -> History:
        """What was done, here and by others."""

    @property
    def feed(self) -> Feed:
        """Where the facts come from."""

    @property
    def trouble(self) -> str:
        """Why nothing can be carried out at all; empty while it can."""

    @property
    def only_looks(self) -> WhyLooks | None:
        """Why nothing can be done here by anyone; None where acts are possible."""

    def follow(self, state: State) -> None:
        """Take *state*, which its owner keeps current, as the region's from now on."""

    def heard(self, batch: EventBatch) -> None:
        """Take in that *batch* was folded into the state."""

    # ---- acting -------------------------------------------------------------------------------------------------------

    @property
    def is_running(self) -> bool:
        """Whether an execution is under way, or about to begin, that closing would stop."""

    @property
    def running(self) -> Execution | None:
        """The execution that stands in the way of another one, if any."""

    @property
    def progress(self) -> Progress | None:
        """How far the running execution is, or how the last one ended."""

    def moved(self) -> tuple[str, ...]:
        """Give the servers that the running or last execution has moved, and that did not go back."""

    def pending(self, state: State) -> NDArray[np.int32]:
        """Give the positions of servers that count as leaving: still to be taken, here or by others, or perhaps taken unheard."""

    def undo_plan(self, state: State, entry: int | None = None) -> Plan:
        """Plan the undo of the last execution that is not undone yet, or of that of journal *entry*.

        Raises:
            NothingToUndoError: there is none, or nothing of it to give back.
        """

    async def confirm(
        self, plan: Plan, command: Planned | Undo, confirmation: Confirmation, step: PlaybookRun | None = None
    ) -> None:
        """Check *plan* once more and begin it; `run` then carries it out. *step* is the run whose next step it is.

        Raises:
            RefusedError: it does not hold (any more); nothing is begun.
            LinkError: the region could not be told to stop what the plan undoes; nothing is begun.
        """

    async def run(self) -> None:
        """Carry out what was confirmed, to its end."""

    def stop_now(self) -> None:
        """Let no further server leave, from this moment on; `control("stop")` says so to everybody whom it concerns."""

    async def control(self, verb: str) -> str:
        """Stop, pause, resume or acknowledge; gives a sentence about what was done.

        Raises:
            RefusedError: it was not done.
            LinkError: the region could not be told.
        """

    # ---- its life -----------------------------------------------------------------------------------------------------

    async def recover(self) -> tuple[str, tuple[Unfinished, ...]]:
        """At the start: what is wrong with the journal (or nothing), and the executions that were cut off, settled."""

    async def retry_soon(self) -> None:
        """Wait as long as it is polite before a feed that failed is asked again."""

    async def aclose(self) -> None:
        """Stop what is running, and let go of everything."""
