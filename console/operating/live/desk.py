"""The desk of a live region: confirm, stop, pause, resume, undo. Everything is in the journal before it is done.

It stands between the window and the core and knows no window: the state comes in as a value, progress goes out to
`on_change`, and failures are raised as sentences.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from console.operating.colleagues.colleagues import Colleagues
from console.operating.desk import Feed
from console.operating.jobs import Jobs
from console.operating.live.controls import Controls
from console.operating.live.executor import RETRY_S, Executor, current
from console.operating.live.history import JournalFollower
from console.operating.live.holding import Holding
from console.operating.live.other_sessions import OtherSessions
from console.operating.live.people import People
from console.operating.live.record import Record
from console.operating.live.recovery import compare_heads, settle_ended, unfinished, write_recovered
from console.operating.live.rules import SpokenRules
from console.operating.live.undoing import Undoing
from console.operating.notice import Notice
from console.operating.refusal import RefusedError, refused
from topology.command.grammar.syntax import Planned, Remove, Restore, Undo
from topology.execution.execution import Execution
from topology.execution.journal_entries import Entry, JournalError, Kind
from topology.execution.progress import Progress, ServerOutcome
from topology.execution.unfinished import Unfinished, told_before
from topology.fleet.batches import EventBatch
from topology.fleet.state import State
from topology.fleet.usual import UsualCounts
from topology.links.protocol import RegionLink
from topology.planning.guards.guard import Guard
from topology.planning.plan import Confirmation, Plan
from topology.planning.preview import check_confirmation
from topology.planning.selection.left_out import Why
from topology.playbook.run import PlaybookRun
from topology.records.journal import Journal
from topology.records.locks import LockHeldError
from topology.region.errors import LinkError

log = logging.getLogger(__name__)

CLOSING_S = 5.0
"""How long a closing console waits for the region to hear of the stop."""
LOOK_S = 0.1
"""How often a lock of another console is looked at while waiting for it."""


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
        self._state: State | None = None
        self._history = JournalFollower(self.record, name)
        self._holding = Holding(link, folder)
        self._others = OtherSessions(self._history, self._holding)
        self._undoing = Undoing(self._history, name)
        self._controls = Controls(link, self.record, self._history, name, self._holding)
        self.colleagues: Colleagues = (
            people := People(
                link, self.record, self._history, self._others, name, self._holding, self._now, self._running_id
            )
        )
        self._people = people
        people.on_approvals = self._see_approvals
        self._executor: Executor | None = None
        self._unsettled: list[Executor] = []
        """Earlier ones of which the region has still to say something; what they may have taken counts as leaving."""
        self._jobs = Jobs(log.error)
        self._is_confirming = False
        self._stop_wanted = False

    def follow(self, state: State) -> None:
        """Take *state*, which its owner keeps current, as the region's from now on."""
        self._state = state
        self.facts_changed()

    def facts_changed(self) -> None:
        """There are new facts in the state."""
        self._unsettled = [one for one in self._unsettled if one.is_unsettled]
        if self._executor is not None and self._state is not None:
            self._executor.wake()
            self._executor.look_after_end(self._state)

    def heard(self, batch: EventBatch) -> None:
        """Take in that *batch* was folded into the state; one that tells of a stop by somebody else stops here too."""
        executor = self._executor
        if executor is not None and batch.operation == f"{executor.execution.id}.stop" and self.running is not None:
            executor.stop(batch.actor or "another console")
        self.facts_changed()

    @property
    def feed(self) -> Feed:
        """The link, as far as it tells."""
        return self._link

    @property
    def trouble(self) -> str:
        """Why nothing can be carried out; empty while it can."""
        return self.record.trouble

    @property
    def only_looks(self) -> str:
        """Why nothing can be done at this region by anyone; empty where acts are possible."""
        return self._link.only_looks

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The journal's last entries, oldest first."""
        return self._history.entries

    @property
    def usual(self) -> UsualCounts:
        """What earlier removals make usual for this operator."""
        return self._history.usual

    def read_new(self) -> tuple[Entry, ...]:
        """Take in what is new in the journal, and give it.

        Raises:
            JournalError: it cannot be read.
        """
        new = self._history.read_new()
        self._others.look(None if self.running is None else self.running.id)
        return new

    async def load_journal(self) -> None:
        """Read what the journal holds so far, in a thread: it may be long.

        Raises:
            JournalError: it cannot be read.
        """
        await self._history.load()

    def others(self) -> Notice:
        """Say what other sessions carry out."""
        return self._others.notice()

    @property
    def is_running(self) -> bool:
        """Whether an execution is under way, or about to begin."""
        return self._is_confirming or self.running is not None

    @property
    def running(self) -> Execution | None:
        """The execution that is under way, if any."""
        return None if self._executor is None or self._executor.ended.is_set() else self._executor.execution

    def moved(self) -> tuple[str, ...]:
        """Give the servers that the running or last execution has moved, and that did not go back."""
        return (
            ()
            if self._executor is None
            else self._executor.execution.servers(ServerOutcome.DONE, ServerOutcome.UNKNOWN)
        )

    @property
    def progress(self) -> Progress | None:
        """How far the running execution is, or how the last one ended."""
        return None if self._executor is None else self._executor.execution.progress()

    def pending(self, state: State) -> NDArray[np.int32]:
        """Give the positions of servers that any execution will still take, or may have taken unheard."""
        own = [] if self._executor is None else [self._executor.execution.pending(state)]
        return np.unique(np.concatenate((*own, self._pending_of_others(state))))

    def undo_plan(self, state: State, entry: int | None = None) -> Plan:
        """Plan the undo of this operator's last execution that is not undone yet, or of that of journal *entry*.

        Raises:
            NothingToUndoError: there is none, or nothing of it to give back.
        """
        return self._undoing.plan(state, entry, self.running, self.guards)

    async def carry_out(self, plan: Plan, command: Planned | Undo, confirmation: Confirmation) -> None:
        """Confirm a plan and carry it out to its end.

        Raises:
            RefusedError: it was not begun.
            LinkError: the region could not be told to stop what the plan undoes; it was not begun.
        """
        await self.confirm(plan, command, confirmation)
        await self.run()

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
            if self._link.only_looks:
                raise refused(self._link.only_looks)
            if self.record.trouble:
                raise refused(f"no act without a journal: {self.record.trouble}")
            await self._make_way_for(plan)
            if confirmation.approvals:
                await self._people.look()
            self._check(plan, command, confirmation, step)
            await self._begin(plan, command, confirmation, step)
        finally:
            self._is_confirming = False

    async def run(self) -> None:
        """Carry out what was confirmed, to its end."""
        executor = self._executor
        if executor is None or executor.ended.is_set():
            return
        try:
            await executor.run()
        finally:
            self._holding.let_go()

    def stop_now(self) -> None:
        """Let no further server leave, from this moment on; `control("stop")` tells the region and the journal."""
        self._stop_wanted = True
        if self._executor is not None and not self._executor.ended.is_set():
            self._executor.stop(self.name)

    async def control(self, verb: str) -> str:
        """Stop, pause, resume or acknowledge; gives a sentence about what was done.

        Raises:
            RefusedError: it was not done.
            LinkError: the region could not be told.
        """
        if verb == "acknowledge":
            return await self._controls.acknowledge(self._now())
        if verb == "stop":
            self.stop_now()
        executor = self._executor if self.running is not None else None
        if executor is None:
            if verb != "stop":
                raise refused(f"nothing is running, so there is nothing to {verb}")
            return "Stopped before the first server." if self._is_confirming else await self._controls.stop_others()
        act = {"stop": self._controls.stop, "pause": self._controls.pause, "resume": self._controls.resume}[verb]
        return await act(executor)

    async def recover(self) -> tuple[str, tuple[Unfinished, ...]]:
        """At the start: what is wrong with the journal (or nothing), and the executions that were cut off, settled.

        Each of these is said until something else was begun, and can be undone ever after.

        Raises:
            JournalError: the journal cannot be read.
        """
        await self._history.load()
        doubt = await compare_heads(self.record, self._link)
        past = await self._history.load()
        found = await unfinished(past, self._link, self._holding)
        for one in found:
            await write_recovered(one, self.record)
            self._holding.tidy(one.execution)
        await settle_ended(past, self._link, self.record)
        before = None if found else told_before(await self._history.load())
        return doubt, found if before is None else (before,)

    async def retry_soon(self) -> None:
        """Wait as long as it is polite before a link that failed is asked again."""
        await asyncio.sleep(RETRY_S)

    async def aclose(self) -> None:
        """Stop what is running and wait for its end, but not for ever: what a dead link leaves open, the next start says."""
        self.stop_now()
        executor = self._executor
        if executor is not None and executor.is_started:
            with suppress(TimeoutError):
                await asyncio.wait_for(executor.ended.wait(), CLOSING_S)
            if executor.letting_go is not None:
                await asyncio.wait({executor.letting_go}, timeout=CLOSING_S)
        await self._jobs.aclose()

    def _now(self) -> State:
        if self._state is None:
            raise refused("the region is not loaded yet")
        # The running one counts its own servers.
        pending, approvals = self._pending_of_others(self._state), self._people.approvals()
        return replace(current(self._state, self._link), pending=pending, approvals=approvals)

    def _running_id(self) -> str | None:
        return None if self.running is None else self.running.id

    def _see_approvals(self) -> None:
        """Halt what runs by an approval that is over, before its next wave would be refused."""
        executor = self._executor if self.running is not None else None
        if executor is not None and executor.approvals and (why := self._people.withdrawn(executor.approvals)):
            executor.execution.halt(why)
            executor.wake()

    def _pending_of_others(self, state: State) -> NDArray[np.int32]:
        """Give what other sessions will still take, and what ended executions of this one may have taken."""
        ended = [*self._unsettled, *([self._executor] if self._executor is not None and self.running is None else [])]
        found = [one.execution.pending(state) for one in ended]
        return np.unique(np.concatenate((*found, self._others.pending(state))))

    async def _make_way_for(self, plan: Plan) -> None:
        """Stop the execution that *plan* undoes; any other that runs refuses it."""
        running, executor = self.running, self._executor
        if running is not None and running.entry != plan.undoes:
            raise refused(
                f"entry {running.entry or 0:,} is still running ({running.plan.command}): wait for it, or stop it"
            )
        if running is not None and executor is not None:
            await self._controls.stop(executor)
            await executor.ended.wait()
        elif plan.undoes is not None:
            past = self._undoing.target(plan.undoes, None)
            elsewhere = past.ended is None and not self._holding.is_free(past.execution)
            if elsewhere or any(one.why is Why.DRAINING for one in plan.left_out):
                await self._controls.stop_by_id(past.execution, past.command)
            if elsewhere:
                await self._until_free(past.execution)

    async def _until_free(self, execution: str) -> None:
        """Wait until the console that carries an execution out has let go of it; its region was told already."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_S):
                while not self._holding.is_free(execution):  # noqa: ASYNC110 - another process lets go of it
                    await asyncio.sleep(LOOK_S)

    def _check(self, plan: Plan, command: Planned | Undo, confirmation: Confirmation, step: PlaybookRun | None) -> None:
        state = self._now()
        check = check_confirmation if step is None else step.objections
        findings = check(state, plan, command, confirmation, self.guards)
        if findings:
            raise RefusedError(*findings)
        if plan.undoes is not None:
            self._undoing.check(state, plan, self.running)

    async def _begin(
        self, plan: Plan, command: Planned | Undo, confirmation: Confirmation, step: PlaybookRun | None
    ) -> None:
        """Take the right to it and write the intent; after that there is an execution."""
        execution = await self._held(plan, command)
        try:
            approvals = await self._people.approving.use(confirmation.approvals, execution.id)
        except BaseException:
            await self._not_begun(execution)
            raise
        details: dict[str, object] = {
            "action": plan.action,
            "named": command.subsystems if isinstance(command, Remove | Restore) else (),
            "findings": plan.codes(),
            "verdict": plan.verdict.value,
            "effort": confirmation.effort.value,
            "approvals": confirmation.approvals,
            "pace_per_minute": execution.own_pace,
            "undoes": plan.undoes,
            "playbook": None if step is None else step.run.name,
            "step": None if step is None or step.step is None else step.step.number or "undo",
        }
        try:
            entry = await self.record.write(
                Kind.INTENT,
                command=plan.command,
                plan=plan.digest,
                execution=execution.id,
                servers=plan.servers,
                details={key: value for key, value in details.items() if value},
            )
        except JournalError as error:
            await self._not_begun(execution)
            raise refused(f"no act without a journal: {error}") from error
        execution.entry = entry.number
        if self._executor is not None and self._executor.is_unsettled:
            self._unsettled.append(self._executor)
        self._executor = Executor(
            execution, self._link, self.record, self._now, lambda told: self.on_change(told), self._jobs, approvals
        )
        if self._stop_wanted:
            self._executor.stop(self.name)
        await self.record.keep_head()
        self._executor.show()

    async def _not_begun(self, execution: Execution) -> None:
        """Let go of the right to an execution of which nothing was written or done."""
        self._holding.let_go()
        with suppress(LinkError):
            await self._link.finish(execution.id, "not begun")

    async def _held(self, plan: Plan, command: Planned | Undo) -> Execution:
        try:
            # The journal's head makes the name a new one, even for a plan that was carried out before.
            head = await self.record.head()
            name = f"{plan.digest[:12]}-{head.head[:12]}"
            pace = None if isinstance(command, Undo) or command.pace is None else command.pace.per_minute
            execution = Execution.of(plan, name, self.name, self._now(), pace, SpokenRules(self.guards))
            await self._holding.take(execution)
        except (JournalError, LockHeldError) as error:
            raise refused(str(error)) from error
        except LinkError as error:
            raise refused(f"the region could not be told what is begun, so it is not: {error}") from error
        except OSError as error:
            folder = self._holding.folder
            raise refused(f"no lock could be written into {folder}: {error.strerror}; make it writable") from error
        return execution
