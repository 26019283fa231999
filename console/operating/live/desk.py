"""The desk of a live region: confirm, stop, pause, resume, undo. Everything is in the journal before it is done.

It stands between the window and the core and knows no window: the state comes in as a value, progress goes out to
`on_change`, and failures are raised as sentences.
"""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from console.operating.alarms.log import AlarmLog
from console.operating.colleagues.colleagues import Colleagues
from console.operating.colleagues.sharing import Sharing
from console.operating.desk import Feed
from console.operating.jobs import Jobs
from console.operating.live.confirming import Confirmed, Confirming
from console.operating.live.controls import Controls
from console.operating.live.executing.executions import LiveExecutions
from console.operating.live.executing.executor import RETRY_S, Executor
from console.operating.live.history import JournalFollower
from console.operating.live.holding import Holding
from console.operating.live.other_sessions import OtherSessions
from console.operating.live.people import People
from console.operating.live.record import Record
from console.operating.live.recovery import recover
from console.operating.live.shared_history import SharedHistory
from console.operating.live.undoing import Undoing
from console.operating.refusal import refused
from console.operating.status_page.live_page import LivePage
from console.operating.status_page.log import PageLog
from console.operating.status_page.publishers import Publishers
from console.operating.trusting.target_trust import TargetTrust
from console.words.anew.looking import looks_sentence
from topology.command.grammar.syntax import Planned, Undo
from topology.execution.execution import Execution
from topology.execution.progress import Progress, ServerOutcome
from topology.execution.unfinished import Unfinished
from topology.fleet.batches import EventBatch
from topology.fleet.reasons.looking import WhyLooks
from topology.fleet.state import State
from topology.links.protocol import RegionLink
from topology.planning.guards.guard import Guard
from topology.planning.plan import Confirmation, Plan
from topology.playbook.run import PlaybookRun
from topology.records.journal import Journal

log = logging.getLogger(__name__)

CLOSING_S = 5.0
"""How long a closing console waits for the region to hear of the stop."""


class LiveDesk:
    """One operator at one console: one execution at a time.

    *journal* is None when it cannot be written (*no_journal* says why): then everything can be looked at, and nothing
    done. *folder* holds the locks of running executions. *guards* are an organisation's own.
    """

    def __init__(
        self,
        link: RegionLink,
        journal: Journal | None,
        name: str,
        folder: Path,
        *,
        no_journal: str = "",
        guards: tuple[Guard, ...] = (),
    ) -> None:
        self.name = name
        self.guards = guards
        self.on_change: Callable[[Progress], None] = lambda progress: None
        self.record = Record(journal, no_journal, link, name)
        self._link = link
        self._holding = holding = Holding(link, folder)
        self._journal = JournalFollower(self.record, name)
        others = OtherSessions(self._journal, holding)
        self._executions = LiveExecutions(link, others, holding)
        sharing = Sharing(lambda: link.meeting, name)
        alarms = AlarmLog(self.record, sharing.tell)
        self.history = SharedHistory(self._journal, others, lambda: self.running, alarms, sharing.heard)
        publishers = Publishers(sharing.session)
        page_log, is_simulated = PageLog(self.record, sharing.tell), link.abilities.simulated
        self.page = LivePage(page_log, simulated=is_simulated, publishers=publishers, trust=TargetTrust())
        self._undoing = Undoing(self._journal, name)
        self._controls = Controls(link, self.record, self._journal, name, holding)
        state, running = self._executions.now, lambda: self._executions.running_id
        stop_all = self._controls.stop_all
        people = People(link, self.record, self._journal, others, name, holding, state, running, stop_all, sharing)
        people.publishers = publishers
        people.on_approvals = lambda: self._executions.see_approvals(people.withdrawn)
        self._executions.approvals = people.approvals
        self.colleagues: Colleagues = people
        self._void = people.void
        self._confirming = Confirming(
            link, self.record, self._executions, self._controls, self._undoing, people, name, holding
        )
        self._jobs = Jobs(log.error)
        self._is_confirming = False
        self._stop_wanted = False

    def follow(self, state: State) -> None:
        """Take *state*, which its owner keeps current, as the region's from now on."""
        self._executions.follow(state)

    def facts_changed(self) -> None:
        """There are new facts in the state."""
        self._executions.facts_changed()

    def heard(self, batch: EventBatch) -> None:
        """Take in that *batch* was folded into the state; one that tells of a stop by somebody else stops here too."""
        self._executions.heard(batch)

    @property
    def feed(self) -> Feed:
        """The link, as far as it tells."""
        return self._link

    @property
    def trouble(self) -> str:
        """Why nothing can be carried out; empty while it can."""
        return self.record.trouble

    @property
    def only_looks(self) -> WhyLooks | None:
        """Why nothing can be done at this region by anyone; None where acts are possible."""
        return self._link.only_looks

    @property
    def is_running(self) -> bool:
        """Whether an execution is under way, or about to begin."""
        return self._is_confirming or self.running is not None

    @property
    def running(self) -> Execution | None:
        """The execution that is under way, if any."""
        return self._executions.running

    def moved(self) -> tuple[str, ...]:
        """Give the servers that the running or last execution has moved, and that did not go back."""
        latest = self._executions.latest
        return () if latest is None else latest.execution.servers(ServerOutcome.DONE, ServerOutcome.UNKNOWN)

    @property
    def progress(self) -> Progress | None:
        """How far the running execution is, or how the last one ended."""
        latest = self._executions.latest
        return None if latest is None else latest.execution.progress()

    def pending(self, state: State) -> NDArray[np.int32]:
        """Give the positions of servers that any execution will still take, or may have taken unheard."""
        return self._executions.pending(state)

    def undo_plan(self, state: State, entry: int | None = None) -> Plan:
        """Plan the undo of this operator's last execution that is not undone yet, or of that of journal *entry*.

        Raises:
            NothingToUndoError: there is none, or nothing of it to give back.
        """
        return self._undoing.plan(state, entry, self.running, self.guards)

    async def confirm(
        self, plan: Plan, command: Planned | Undo, confirmation: Confirmation, step: PlaybookRun | None = None
    ) -> None:
        """Check *plan* once more and write the intent down; `run` then carries it out.

        The undo of something that is still under way stops that first. *step* is the run whose next step it is.

        Raises:
            RefusedError: it does not hold (any more), or cannot be written down; nothing is begun.
            LinkError: the region could not be told to stop what the plan undoes; nothing is begun.
        """
        if self._is_confirming:
            raise refused("another plan is being confirmed")
        self._is_confirming, self._stop_wanted = True, False
        try:
            if (looks := self._link.only_looks) is not None:
                raise refused(looks_sentence(looks))
            if self.trouble:
                raise refused(f"no act without a journal: {self.trouble}")
            await self._confirming.make_way_for(plan)
            execution, approvals = await self._confirming.begin(
                Confirmed(plan, command, confirmation, step), self.guards
            )
            executor = Executor(
                execution,
                self._link,
                self.record,
                self._executions.now,
                lambda told: self.on_change(told),
                self._jobs,
                approvals,
            )
            executor.on_not_approved = lambda why: self._void(approvals, why)
            self._executions.begin(executor)
            if self._stop_wanted:
                executor.stop(self.name)
            await self.record.keep_head()
            executor.show()
        finally:
            self._is_confirming = False

    async def run(self) -> None:
        """Carry out what was confirmed, to its end."""
        await self._executions.run()

    def stop_now(self) -> None:
        """Let no further server leave, from this moment on; `control("stop")` tells the region and the journal."""
        self._stop_wanted = True
        self._executions.stop(self.name)

    async def control(self, verb: str) -> str:
        """Stop, pause, resume or acknowledge; gives a sentence about what was done.

        Raises:
            RefusedError: it was not done.
            LinkError: the region could not be told.
        """
        if verb == "acknowledge":
            return await self._controls.acknowledge(self._executions.now())
        if verb == "stop":
            self.stop_now()
        executor = self._executions.carrying_out
        if executor is None:
            if verb != "stop":
                raise refused(f"nothing is running, so there is nothing to {verb}")
            if self._is_confirming:
                return "Stopped before the first server."
            return await self._controls.stop_others()
        act = {"stop": self._controls.stop, "pause": self._controls.pause, "resume": self._controls.resume}[verb]
        return await act(executor)

    async def recover(self) -> tuple[str, tuple[Unfinished, ...]]:
        """At the start: what is wrong with the journal (or nothing), and the executions that were cut off, settled.

        Each of these is said until something else was begun, and can be undone ever after.

        Raises:
            JournalError: the journal cannot be read.
        """
        return await recover(self._journal, self._link, self.record, self._holding)

    async def retry_soon(self) -> None:
        """Wait as long as it is polite before a link that failed is asked again."""
        await asyncio.sleep(RETRY_S)

    async def aclose(self) -> None:
        """Stop what is running and wait for its end, but not for ever: what a dead link leaves open, the next start says."""
        self.stop_now()
        await self._executions.ended(CLOSING_S)
        await self._jobs.aclose()
