"""The playbooks of the session, and the run that is under way: what `run` means for the workspace."""

import logging
from collections.abc import Callable
from dataclasses import replace

from console import words
from topology.command.reading import Reading
from topology.command.syntax import Command, Planned, Run
from topology.command.vocabulary import Vocabulary
from topology.planning.plan import Plan
from topology.planning.preview import Planner
from topology.playbook.going import Done, Going, begin, checked, words_of
from topology.playbook.model import Playbook
from topology.playbook.reading import PlaybookError
from topology.progress import Phase, Progress
from topology.state import State

log = logging.getLogger(__name__)


class PlaybookRuns:
    """Reads the playbooks when they are first needed, and keeps where one is in the run that was begun last."""

    def __init__(self, load: Callable[[], tuple[Playbook, ...]]) -> None:
        self._load = load
        self._playbooks: tuple[Playbook, ...] | None = None
        self.going: Going | None = None
        """The run under way, or at its end; None before the first."""
        self.trouble = ""
        """Why the playbooks could not be read; empty when they could."""

    def playbooks(self) -> tuple[Playbook, ...]:
        """Give every playbook that can be run."""
        if self._playbooks is None:
            try:
                self._playbooks = self._load()
            except PlaybookError as error:
                self.trouble = "; ".join(error.problems)
                log.warning("The playbooks could not be read: %s", self.trouble)
                self._playbooks = ()
        return self._playbooks

    def known_to(self, vocabulary: Vocabulary) -> Vocabulary:
        """Give *vocabulary* with the playbooks."""
        return vocabulary.with_playbooks(words_of(self.playbooks(), vocabulary))

    def read(self, reading: Reading, vocabulary: Vocabulary) -> Reading:
        """Give *reading* with what a playbook says of its arguments."""
        run = reading.command
        if not isinstance(run, Run):
            return reading
        going = self.of(run, vocabulary)
        if isinstance(going, str) or going.step is None:
            return checked(reading, self.playbooks(), vocabulary)
        command = going.command(vocabulary)
        note = f"step {going.step.number} of {len(going.playbook.steps)}: {command}"
        return replace(reading, notes=(*reading.notes, note))

    def of(self, run: Run, vocabulary: Vocabulary) -> Going | str:
        """Give where one is in *run*: in the one under way, else at its beginning; or why it cannot be begun."""
        if self.going is not None and self.going.run == run and self.going.step is not None:
            return self.going
        return begin(run, self.playbooks(), vocabulary)

    def plan(
        self, going: Going, planner: Planner, state: State, before: Plan | None, vocabulary: Vocabulary
    ) -> tuple[Plan, Planned] | None:
        """Plan the next step; None where it makes no plan."""
        command = going.command(vocabulary)
        if not isinstance(command, Planned):
            return None
        if before is not None:
            return going.replan(planner, state, before, command), command
        return going.preview(planner, state, command), command

    def answered(self, going: Going, command: Command) -> None:
        """A step without a plan was done."""
        step = going.step
        assert step is not None
        self.going = going.advanced(Done(step.number, str(command), "done"))

    def begun(self, going: Going) -> None:
        """The next step of *going* is being carried out."""
        self.going = going

    def ended(self, progress: Progress, entry: int | None, plan: Plan) -> bool:
        """The step under way came to an end; gives whether the run goes on."""
        going = self.going
        if going is None or going.step is None:
            return False
        if progress.phase is not Phase.FINISHED:
            return False
        sentence = f"entry {words.number(entry or 0)}: {progress.sentence}"
        self.going = going.advanced(Done(going.step.number, plan.command, sentence, plan))
        return self.going.step is not None
