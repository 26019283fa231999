"""The workspace of a training: the console's own, with the tool of an era, and with orders that only a training knows."""

from collections.abc import Callable

from PySide6.QtCore import Signal

from console.operating.jobs import Jobs
from console.operating.playbook_runs import PlaybookRuns
from console.operating.playbooks import Runnable, runnable_playbooks
from console.operating.training.desk import TrainingDesk
from console.operating.training.order_words import order_completions, order_note
from console.operating.training.training import Training
from console.window.workspace import Workspace
from topology.command.complete import Completion
from topology.command.grammar.reading import Reading
from topology.command.grammar.syntax import Command, Planned, Undo
from topology.incident.session.orders import is_order
from topology.incident.session.tools import planned_in, shown_in
from topology.planning.neighbours import Neighbourhood
from topology.planning.plan import Confirmation, Plan
from topology.playbook.going import Going


class TrainingWorkspace(Workspace):
    """Holds nothing but a training, so that nothing typed here can reach a live region."""

    acted = Signal()
    """Something was done in the run."""

    def __init__(
        self,
        training: Training,
        desk: TrainingDesk,
        jobs: Jobs,
        playbooks: Callable[[], Runnable] = runnable_playbooks,
    ) -> None:
        if not isinstance(training, Training):
            raise TypeError(f"a trainee's workspace holds a training, not {type(training).__name__}")
        super().__init__(desk, jobs)
        self.training = training
        self._runs = PlaybookRuns(playbooks)
        self.begun.connect(self._acted)

        self._training_desk = desk
        self._attempted = ("", "")
        """The text and the plan whose confirmation was refused last: pressing again at the same plan is no further act."""

    def _acted(self, _text: str) -> None:
        self.acted.emit()

    def submit(self, text: str) -> None:
        """Do what Enter means; orders such as `restart index` act at once, in the run alone."""
        if not is_order(text):
            super().submit(text)
            return
        self.type(text)
        answer = self.training.act(text)
        sentence = "; ".join(answer.sentences)
        if self.recorder is not None:
            self.recorder.tell(self.training.now(), f"{text}: {sentence}")
        if answer.kind == "done":
            self.suggested.emit("")
            self.tell(sentence[:1].upper() + sentence[1:])
        else:
            self.tell_failure(f"Not done: {sentence}.")
        self.refresh()
        self.acted.emit()

    def attempt(self) -> None:
        """A blocked plan was confirmed. In a training that is an act: it is refused, and counts as it does without a window."""
        plan, command = self._plan, self._command
        if plan is None or not plan.blocked or self._step is not None or not isinstance(command, Planned):
            return
        if self._reading.command != command or self._attempted == (self._text, plan.digest):
            return
        self._attempted = self._text, plan.digest
        answer = self._training_desk.attempt(plan, command)
        if answer is not None:
            self.tell_failure(f"Refused, and counted in the debrief: {'; '.join(answer.sentences)}.")
            self.acted.emit()

    def type(self, text: str) -> None:
        """Take the text in the command line; another text is another attempt."""
        if text != self._text:
            self._attempted = ("", "")
        super().type(text)

    def completions(self, cursor: int) -> tuple[Completion, ...]:
        """Say what may stand at *cursor*, orders included."""
        return (*super().completions(cursor), *order_completions(self._text, cursor, self.training.incident))

    async def _control(self, verb: str) -> bool:
        done = await super()._control(verb)
        self.acted.emit()
        return done

    async def _carry_out(
        self, plan: Plan, command: Planned | Undo, confirmation: Confirmation, step: Going | None
    ) -> None:
        acts = len(self.training.acts)
        try:
            await super()._carry_out(plan, command, confirmation, step)
        finally:
            # What was refused only when it was done is an act too.
            if len(self.training.acts) != acts:
                self.acted.emit()

    def _read(self, text: str) -> Reading:
        if not is_order(text):
            return super()._read(text)
        # An order is not of the command language, and not wrong for that: Enter reads it.
        return Reading(text, None, None, wants=((),), notes=(order_note(text, self.training.incident),))

    def _show_plan(self, plan: Plan | None, command: Command | None) -> None:
        era = self.training.era_of_run
        if plan is not None and era.guards is not None and self._state is not None:
            if not plan.count and isinstance(command, Planned):
                plan = planned_in(era, self._state, command)
            plan = shown_in(era, plan)
        super()._show_plan(plan, command)

    def _surveyed(self, found: Neighbourhood | None) -> None:
        # The tool of the day knew nothing of slips.
        super()._surveyed(found if self.training.era_of_run.guards is None else None)
