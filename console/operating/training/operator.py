"""The operator's hands in a training: the same intents as at a live region, carried out in the run and nowhere else.

No journal is opened and no lock is taken: what is done is kept by the training itself, and gone when it ends.
"""

import asyncio
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from console.operating.live.operator import Operator, Unfinished
from console.operating.live.record import Record
from console.operating.live.refusal import NothingToUndoError, RefusedError, refused
from console.operating.training.training import Training
from topology.command.grammar.syntax import Planned, Undo
from topology.execution.progress import Phase, Progress, WaveProgress
from topology.fleet.state import State
from topology.incident.session.session import Answer as SessionAnswer
from topology.incident.session.session import Leaving
from topology.incident.session.tools import planned_in, shown_in
from topology.planning.plan import Confirmation, Effort, Plan, Severity, Verdict
from topology.planning.preview import undo_plan
from topology.playbook.going import Going
from topology.region.server_states import ServerState

_CONTROLS = {"stop": "Stopped", "pause": "Paused", "resume": "Resumed"}


_SENTENCES = {Phase.FINISHED: "", Phase.PAUSED: "held until resume"}


class NoRecord(Record):
    """Stands where a journal is at a live region; nothing is ever written."""

    @property
    def trouble(self) -> str:
        """Nothing stands in the way of an act in a training."""
        return ""


class TrainingOperator(Operator):
    """Acts on the run of a training; time passes only when the training's clock does."""

    def __init__(self, training: Training, name: str) -> None:
        if not isinstance(training, Training):
            raise TypeError(f"a trainee acts in a training alone, not on {type(training).__name__}")
        super().__init__(training.link, None, name, Path(os.devnull))
        self.record = NoRecord(None, "", training.link, name)
        self._training = training
        self._ended = asyncio.Event()
        self._shown: Progress | None = None
        self._counted: tuple[object, Progress | None] = (None, None)
        """The progress that was counted last, and of what."""

    @property
    def is_running(self) -> bool:
        """Closing a training needs no question."""
        return False

    @property
    def progress(self) -> Progress | None:
        """How far the last removal of the run is."""
        executions, session = self._executions(), self._training.session
        if not executions or session is None:
            return None
        # It is asked for at every frame, and counts servers one by one.
        last, number = executions[-1], len(executions)
        key = (
            id(session),
            number,
            session.branch.revision,
            len(last.waves),
            len(last.taken),
            last.ended,
            last.paused_at,
        )
        if key != self._counted[0]:
            self._counted = key, self._progress_of(last, number)
        return self._counted[1]

    def moved(self) -> tuple[str, ...]:
        """Give the servers that the last removal has taken and that did not go back."""
        executions = self._executions()
        return self._names(executions[-1].taken) if executions else ()

    def pending(self, state: State) -> NDArray[np.int32]:
        """Give the positions of servers still to leave."""
        return np.array([one for leaving in self._executions() for _, wave in leaving.waves for one in wave], np.int32)

    def undo_plan(self, state: State, entry: int | None = None) -> Plan:
        """Plan the undo of the last removal that is not undone.

        Raises:
            NothingToUndoError: there is none.
        """
        found = next(((number, one) for number, one in self._numbered() if one.taken), None)
        if found is None:
            raise NothingToUndoError("Nothing was removed in this run, so there is nothing to undo.")
        number, leaving = found
        return undo_plan(state, self._names(leaving.taken), number, str(Undo(None)))

    async def confirm(
        self, plan: Plan, command: Planned | Undo, confirmation: Confirmation, step: Going | None = None
    ) -> None:
        """Do in the run what the plan on show says; the first act takes over from the record.

        Raises:
            RefusedError: it does not hold (any more); nothing is done.
        """
        if confirmation.digest != plan.digest:
            raise refused("what was confirmed is not the plan on show: look at it again", "stale")
        if plan.blocked:
            blocks = tuple(one for one in plan.findings if one.severity is Severity.BLOCK)
            raise RefusedError(*blocks) if blocks else refused("it matches no server")
        if plan.verdict is Verdict.CAUTION and confirmation.effort is not Effort.COUNT:
            raise refused(f"the plan has cautions: type the number of its servers, {len(plan.servers):,}", "effort")
        session = self._training.session or self._training.take_over()
        if not isinstance(command, Undo):
            now = planned_in(session.branch.era, session.state(), command)
            if now.digest != plan.digest:
                raise refused("the servers that would go are others by now: look at the plan again", "stale")
        answer = self._training.act(str(command))
        if answer.kind != "done":
            raise refused("; ".join(answer.sentences))
        self._ended.clear()
        self.look()

    def attempt(self, plan: Plan, command: Planned) -> SessionAnswer | None:
        """Confirm a plan that is blocked: the run refuses it and keeps that it was tried, as without a window.

        Gives None, and does nothing, where the run would not refuse it (any more).
        """
        watched = self._training.session is None
        session = self._training.session or self._training.take_over()
        era = session.branch.era
        now = shown_in(era, planned_in(era, session.state(), command))
        if now.digest != plan.digest or not now.blocked:
            if watched:
                self._training.watch()
            return None
        return self._training.act(str(command))

    async def run(self) -> None:
        """Wait until the last removal has come to its end; the clock of the training decides when."""
        progress = self.progress
        if progress is not None and not progress.phase.is_end:
            await self._ended.wait()

    def look(self) -> None:
        """The run went on: say how far the last removal is, if that changed."""
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
        self.look()
        sentences = "; ".join(answer.sentences)
        if answer.kind != "done":
            raise refused(sentences)
        return f"{_CONTROLS[verb]}: {sentences}."

    async def recover(self) -> tuple[str, tuple[Unfinished, ...]]:
        """A training leaves nothing behind."""
        return "", ()

    async def aclose(self) -> None:
        """Let whoever waits go on."""
        self._ended.set()

    def _executions(self) -> tuple[Leaving, ...]:
        session = self._training.session
        return () if session is None else session.executions

    def _numbered(self) -> list[tuple[int, Leaving]]:
        return list(enumerate(self._executions(), 1))[::-1]

    def _names(self, servers: list[int]) -> tuple[str, ...]:
        names = self._training.incident.region.roster.names
        return tuple(names[server] for server in servers)

    def _progress_of(self, leaving: Leaving, number: int) -> Progress:
        session = self._training.session
        assert session is not None
        states, taken = session.branch.fleet.state, set(leaving.taken)
        waves, sent = [], len(leaving.planned) - len(leaving.waves)
        for place, (_, servers) in enumerate(leaving.planned, 1):
            moving = sum(one in taken and states[one] == ServerState.DRAINING for one in servers)
            out = sum(one in taken and states[one] != ServerState.DRAINING for one in servers)
            state = "planned" if not any(one in taken for one in servers) else "moving" if moving else "done"
            waves.append(WaveProgress(place, len(servers), out, moving, state))  # type: ignore[arg-type]
        total = sum(len(servers) for _, servers in leaving.planned)
        moving, done = sum(one.moving for one in waves), sum(one.done for one in waves)
        phase = Phase.FINISHED if not leaving.waves and not moving else Phase.RUNNING
        if leaving.ended and not moving:
            phase = Phase.HALTED if leaving.ended.startswith("halted") else Phase.STOPPED
        elif leaving.paused_at is not None:
            phase = Phase.PAUSED
        elif leaving.waves and not moving:
            phase = Phase.WAITING
        next_at = leaving.waves[0][0] if leaving.waves and leaving.paused_at is None else None
        left = total - len(taken)
        sentence = leaving.ended or (_SENTENCES.get(phase, "next wave at the allowed pace"))
        return Progress(
            leaving.name,
            None,
            leaving.command,
            self.name,
            "remove",
            False,
            phase,
            sent,
            tuple(waves),
            total,
            done,
            moving,
            left,
            0,
            0,
            0,
            sentence,
            leaving.planned[0][0] if leaving.planned else self._training.now(),
            next_at,
        )
