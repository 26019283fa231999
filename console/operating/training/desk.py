"""The desk of a training: the same intents as at a live region, carried out in the run and nowhere else.

No journal is opened and no lock is taken: what is done is kept by the training itself, and gone when it ends. It holds a
training, which holds no link, so that nothing done here can reach a live region.
"""

import asyncio
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from console.operating.colleagues.colleagues import Colleagues, Nobody
from console.operating.desk import Feed
from console.operating.notice import Notice
from console.operating.refusal import NothingToUndoError, RefusedError, refused
from console.operating.training.page import TrainingPage
from console.operating.training.training import Training
from topology.alarms.values import AlarmStep
from topology.command.grammar.syntax import Planned, ToolCommand, Undo
from topology.execution.execution import Execution
from topology.execution.journal_entries import Entry
from topology.execution.progress import Progress, ServerOutcome
from topology.execution.unfinished import Unfinished
from topology.fleet.batches import EventBatch
from topology.fleet.reasons.looking import WhyLooks
from topology.fleet.state import State
from topology.fleet.usual import UsualCounts
from topology.incident.orders.orders import makes_order_plan
from topology.incident.session.session import ActAnswer, TrainingSession
from topology.incident.session.tools import planned_in, shown_in
from topology.planning.guards.guard import Guard
from topology.planning.plan import Confirmation, Effort, Plan, Severity, Verdict
from topology.planning.preview import undo_plan
from topology.playbook.run import PlaybookRun

RETRY_S = 1.0
_CONTROLS = {"stop": "Stopped", "pause": "Paused", "resume": "Resumed"}


class NoHistory:
    """A training keeps no journal, and nobody else acts in it."""

    entries: tuple[Entry, ...] = ()
    usual = UsualCounts()

    def read_new(self) -> tuple[Entry, ...]:
        """Nobody writes a journal here."""
        return ()

    def heard_elsewhere(self) -> tuple[Entry, ...]:
        """Nobody else says anything."""
        return ()

    def others(self) -> Notice:
        """Nobody else acts in a training."""
        return Notice("other-sessions", "")

    async def keep_alarms(self, steps: Sequence[AlarmStep], command: str) -> None:
        """Its alarms are worked out anew from what happened."""


class TrainingDesk:
    """Acts on the run of a training; time passes only when the training's clock does."""

    only_looks: WhyLooks | None = None
    trouble = ""
    """Nothing stands in the way of an act in a training."""
    history = NoHistory()
    is_running = False
    """Closing a training needs no question."""
    running: Execution | None = None
    """Nothing stands in the way of another act: the tools of the day let several go on beside each other."""

    def __init__(self, training: Training, name: str) -> None:
        if not isinstance(training, Training):
            raise TypeError(f"a trainee acts in a training alone, not on {type(training).__name__}")
        self.guards: tuple[Guard, ...] = training.guards
        self.name = name
        self.colleagues: Colleagues = Nobody()
        self.on_change: Callable[[Progress], None] = lambda progress: None
        self._training = training
        self.page = TrainingPage(training)
        self._ended = asyncio.Event()
        self._shown: Progress | None = None
        self._counted: tuple[object, Progress | None] = (None, None)
        """The progress that was counted last, and of what."""

    @property
    def feed(self) -> Feed:
        """The incident, at its clock."""
        return self._training.replay

    def follow(self, state: State) -> None:
        """The run knows its own state."""

    def heard(self, batch: EventBatch) -> None:
        """The run knows its own facts."""

    @property
    def progress(self) -> Progress | None:
        """How far the last execution of the run is."""
        session = self._training.session
        if session is None or not session.executions:
            return None
        # It is asked for at every frame, and counts servers one by one.
        last = session.executions[-1]
        key = (id(session), len(session.executions), session.branch.revision, last.phase, last.waves.sent)
        if key != self._counted[0]:
            self._counted = key, last.progress()
        return self._counted[1]

    def moved(self) -> tuple[str, ...]:
        """Give the servers that the last execution has moved and that did not go back."""
        executions = self._executions()
        return executions[-1].servers(ServerOutcome.DONE) if executions else ()

    def pending(self, state: State) -> NDArray[np.int32]:
        """Give the positions of servers still to leave."""
        session = self._training.session
        return np.zeros(0, np.int32) if session is None else session.state().pending

    def undo_plan(self, state: State, entry: int | None = None) -> Plan:
        """Plan the undo of the last removal that is not undone.

        Raises:
            NothingToUndoError: there is none.
        """
        session = self._training.session
        found = None if session is None else session.last_taken()
        if found is None:
            raise NothingToUndoError("Nothing was removed in this run, so there is nothing to undo.")
        number, execution = found
        return undo_plan(state, execution.servers(ServerOutcome.DONE), number, str(Undo(None)), extra=self.guards)

    async def confirm(
        self, plan: Plan, command: Planned | Undo, confirmation: Confirmation, step: PlaybookRun | None = None
    ) -> None:
        """Do in the run what the plan on show says; the first act takes over from the record.

        Raises:
            RefusedError: it does not hold (any more); nothing is done.
        """
        _check(plan, confirmation)
        session = self._training.session or self._training.take_over()
        if not isinstance(command, Undo):
            now = planned_in(session.branch.era, session.state(), command, self.guards)
            if now.digest != plan.digest:
                raise refused("the servers that would go are others by now: look at the plan again", "stale")
        answer = self._training.act(str(command))
        if answer.kind != "done":
            raise refused("; ".join(answer.sentences))
        self._ended.clear()
        self.look()

    def confirm_order(self, plan: Plan, command: ToolCommand, confirmation: Confirmation) -> ActAnswer:
        """Do in the run what the plan of an order says; the first act takes over from the record.

        Raises:
            RefusedError: it does not hold (any more); nothing is done.
        """
        _check(plan, confirmation)
        watched = self._training.session is None
        session = self._training.session or self._training.take_over()
        now = _order_plan(session, command)
        if now is None or now.digest != plan.digest:
            if watched:
                self._training.watch()
            raise refused("the servers that it means are others by now: look at the plan again", "stale")
        answer = self._training.act(str(command))
        self._ended.clear()
        self.look()
        return answer

    def attempt(self, plan: Plan, command: Planned | ToolCommand) -> ActAnswer | None:
        """Confirm a plan that is blocked: the run refuses it and keeps that it was tried, as without a window.

        Gives None, and does nothing, where the run would not refuse it (any more).
        """
        watched = self._training.session is None
        session = self._training.session or self._training.take_over()
        era = session.branch.era
        planned = _planned(session, command, self.guards)
        now = None if planned is None else shown_in(era, planned)
        if now is None or now.digest != plan.digest or not now.blocked:
            if watched:
                self._training.watch()
            return None
        return self._training.act(str(command))

    async def run(self) -> None:
        """Wait until the last execution has come to its end; the clock of the training decides when."""
        progress = self.progress
        if progress is not None and not progress.phase.is_end:
            await self._ended.wait()

    def look(self) -> None:
        """The run went on: say how far the last execution is, if that changed."""
        progress = self.progress
        if progress is None or progress.phase.is_end:
            self._ended.set()
        if progress is not None and progress != self._shown:
            self._shown = progress
            self.on_change(progress)

    def begin_anew(self) -> None:
        """The run was left or wound back."""
        self._shown = None
        self._counted = (None, None)
        self._ended.set()

    def stop_now(self) -> None:
        """A stop takes effect with `control`, which waits for nothing here."""

    async def control(self, verb: str) -> str:
        """Stop, hold or let go on what leaves in the run, and stop what goes on by itself; an act like any other.

        Raises:
            RefusedError: nothing was there to do it to.
        """
        if verb not in _CONTROLS:
            raise refused(f"in a training there is nothing to {verb}")
        answer = self._training.act(verb)
        self._counted = (None, None)
        self.look()
        sentences = "; ".join(answer.sentences)
        if answer.kind != "done":
            raise refused(sentences)
        return f"{_CONTROLS[verb]}: {sentences}."

    async def recover(self) -> tuple[str, tuple[Unfinished, ...]]:
        """A training leaves nothing behind."""
        return "", ()

    async def retry_soon(self) -> None:
        """Wait as long as it is polite before a feed that failed is asked again."""
        await asyncio.sleep(RETRY_S)

    async def aclose(self) -> None:
        """Let whoever waits go on."""
        self._ended.set()

    def _executions(self) -> tuple[Execution, ...]:
        session = self._training.session
        return () if session is None else session.executions


def _check(plan: Plan, confirmation: Confirmation) -> None:
    """Hold a confirmation against the plan on show.

    Raises:
        RefusedError: it is of another plan, the plan is blocked, or the effort is too small for its cautions.
    """
    if confirmation.digest != plan.digest:
        raise refused("what was confirmed is not the plan on show: look at it again", "stale")
    if plan.blocked:
        blocks = tuple(one for one in plan.findings if one.severity is Severity.BLOCK)
        raise RefusedError(*blocks) if blocks else refused("it matches no server")
    if plan.verdict is Verdict.CAUTION and confirmation.effort is not Effort.COUNT:
        raise refused(f"the plan has cautions: type the number of its servers, {plan.count:,}", "effort")


def _planned(session: TrainingSession, command: Planned | ToolCommand, own: tuple[Guard, ...]) -> Plan | None:
    """Plan what was typed as the era understood it; None where it means nothing any more."""
    if isinstance(command, ToolCommand):
        return _order_plan(session, command)
    return planned_in(session.branch.era, session.state(), command, own)


def _order_plan(session: TrainingSession, command: ToolCommand) -> Plan | None:
    """Plan an order at the moment of the run; None where it means nothing any more."""
    if not makes_order_plan(command):
        return None
    try:
        return session.plan_of(command)
    except ValueError:
        return None
