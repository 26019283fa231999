"""The workspace of a training: the console's own, with the tool of an era, and with orders that only a training knows."""

from collections.abc import Callable

from PySide6.QtCore import Signal

from console.operating.jobs import Jobs
from console.operating.procedures.playbook_runs import PlaybookRuns
from console.operating.procedures.playbooks import Runnable, runnable_playbooks
from console.operating.training.desk import TrainingDesk
from console.operating.training.era_tool import EraTool
from console.operating.training.training import Training
from console.window.workspace import Workspace
from topology.command.grammar.syntax import Planned
from topology.incident.session.orders import is_order


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
        super().__init__(desk, jobs, runs=PlaybookRuns(playbooks), tool=EraTool(training))
        self.training = training
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

    def submit(self, text: str) -> None:
        """Do what Enter means; orders such as `restart index` act at once, in the run alone."""
        if not is_order(text):
            super().submit(text)
            return
        self.type(text)
        answer = self.training.act(text)
        sentence = "; ".join(answer.sentences)
        if self.follower.recorder is not None:
            self.follower.recorder.tell(self.training.now(), f"{text}: {sentence}")
        if answer.kind == "done":
            self.suggested.emit("")
            self.tell(sentence[:1].upper() + sentence[1:])
        else:
            self.tell_failure(f"Not done: {sentence}.")
        self.refresh()
        self.acted.emit()

    def attempt(self) -> None:
        """A blocked plan was confirmed. In a training that is an act: it is refused, and counts as it does without a window."""
        work, text = self.bench.work, self.bench.text
        plan, command = work.plan, work.command
        if plan is None or not plan.blocked or work.step is not None or not isinstance(command, Planned):
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
        super().type(text)
