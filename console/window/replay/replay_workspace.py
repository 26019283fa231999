"""The workspace of a training: the console's own, with the tool of an era, and with orders that only a training knows."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal

from console.operating.jobs import Jobs
from console.operating.procedures.playbook_runs import PlaybookRuns
from console.operating.procedures.playbooks import Runnable, runnable_playbooks
from console.operating.refusal import RefusedError
from console.operating.training.accounts import TrainingAccounts
from console.operating.training.desk import TrainingDesk
from console.operating.training.era_tool import EraTool
from console.operating.training.training import Training
from console.window.workspace import Workspace
from topology.command.grammar.syntax import Planned, ToolCommand
from topology.fleet.state import State
from topology.incident.orders.orders import is_order
from topology.incident.session.session import ActAnswer
from topology.planning.plan import Confirmation, Plan


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
        self._tool = EraTool(training)
        self._accounts = TrainingAccounts(training)
        super().__init__(desk, jobs, runs=PlaybookRuns(playbooks), tool=self._tool)
        self.training = training
        self.acts.to_tool = self._confirmed
        self.begun.connect(self._acted)
        self.acts.changed = self._changed
        self._trainee = desk
        self._counted = 0
        self._attempted = ("", "")
        """The text and the plan whose confirmation was refused last: pressing again at the same plan is no further act."""

    def _acted(self, _text: str) -> None:
        self.acted.emit()

    def _changed(self) -> None:
        """What was refused only when it was done is an act too."""
        if len(self.training.acts) != self._counted:
            self._counted = len(self.training.acts)
            self.acted.emit()

    def see(self) -> State | None:
        """Give the state of this moment to the bench, with what is said of nodes besides their counters."""
        state = super().see()
        if state is None:
            return None
        state = replace(state, accounts=self._accounts.now())
        self.bench.see(state)
        return state

    def submit(self, text: str) -> None:
        """Do what Enter means: orders such as `notice` act at once, in the run alone; one with a plan is shown, not done."""
        self.type(text)
        if not is_order(text) or self.bench.work.reading.command is not None:
            super().submit(text)
            return
        self._say(text, self.training.act(text))

    def _confirmed(self, plan: Plan, command: ToolCommand, confirmation: Confirmation) -> None:
        """Carry out in the run what an order's plan on show says, if it still holds."""
        try:
            answer = self._trainee.confirm_order(plan, command, confirmation)
        except RefusedError as error:
            self.tell_failure(f"Not done: {error}")
            return
        self._say(str(command), answer)

    def _say(self, text: str, answer: ActAnswer) -> None:
        """Tell what became of an order; one that was not done says why, beneath its text too."""
        sentence = "; ".join(answer.sentences)
        if self.follower.recorder is not None:
            self.follower.recorder.tell(self.training.now(), f"{text}: {sentence}")
        if answer.kind == "done":
            self.suggested.emit("")
            self.tell(sentence[:1].upper() + sentence[1:])
        else:
            self._tool.refuse(self.bench.text, f"not done: {sentence}")
            self.tell_failure(f"Not done: {sentence}.")
            self.read_anew()
        self.refresh()
        self.acted.emit()

    def attempt(self) -> None:
        """A blocked plan was confirmed. In a training that is an act: it is refused, and counts as it does without a window."""
        work, text = self.bench.work, self.bench.text
        plan, command = work.plan, work.command
        if plan is None or not plan.blocked or work.step is not None or not isinstance(command, Planned | ToolCommand):
            return
        if work.reading.command != command or self._attempted == (text, plan.digest):
            return
        self._attempted = text, plan.digest
        answer = self._trainee.attempt(plan, command)
        if answer is not None:
            self.tell_failure(f"Refused, and counted in the debrief: {'; '.join(answer.sentences)}.")
            self.acted.emit()

    def type(self, text: str) -> None:
        """Take the text in the command line; another text is another attempt."""
        if text != self.bench.text:
            self._attempted = ("", "")
            self._tool.refuse("", "")
        super().type(text)
