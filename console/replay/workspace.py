"""The workspace of a training: the console's own, with the tool of an era, and with orders that only a training knows."""

from PySide6.QtCore import Signal

from console.jobs import Jobs
from console.replay.operator import TrainingOperator
from console.replay.training import Training
from console.workspace import Workspace
from topology.command.reading import Reading
from topology.command.syntax import Command, Planned
from topology.incident.orders import is_order
from topology.incident.session import planned_in, shown_in
from topology.planning.neighbours import Neighbourhood
from topology.planning.plan import Plan


class TrainingWorkspace(Workspace):
    """Holds nothing but a training, so that nothing typed here can reach a live region."""

    acted = Signal()
    """Something was done in the run."""

    def __init__(self, training: Training, operator: TrainingOperator, jobs: Jobs) -> None:
        if not isinstance(training, Training):
            raise TypeError(f"a trainee's workspace holds a training, not {type(training).__name__}")
        super().__init__(training.link, operator, jobs)
        self.training = training
        self.begun.connect(self._acted)

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

    def _read(self, text: str) -> Reading:
        # An order is not of the command language, and not wrong for that: Enter reads it.
        return Reading(text, None, None, wants=((),)) if is_order(text) else super()._read(text)

    def _show_plan(self, plan: Plan | None, command: Command | None) -> None:
        era = self.training.era_of_run
        if plan is not None and era.guards is not None and self._state is not None:
            if not plan.servers and isinstance(command, Planned):
                plan = planned_in(era, self._state, command)
            plan = shown_in(era, plan)
        super()._show_plan(plan, command)

    def _surveyed(self, found: Neighbourhood | None) -> None:
        # The tool of the day knew nothing of slips.
        super()._surveyed(found if self.training.era_of_run.guards is None else None)
