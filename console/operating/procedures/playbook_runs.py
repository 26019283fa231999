"""The playbooks of the session, and the run that is under way: what `run` means for the workspace."""

from collections.abc import Callable
from dataclasses import replace

from console.operating.procedures.playbooks import Runnable
from console.words import writing as words
from topology.command.grammar.reading import Reading
from topology.command.grammar.syntax import Command, Run
from topology.command.grammar.vocabulary import Vocabulary
from topology.execution.progress import Phase, Progress
from topology.planning.plan import Plan
from topology.playbook.model import Playbook
from topology.playbook.run import Done, PlaybookRun, begin, checked, words_of


class PlaybookRuns:
    """Reads the playbooks when they are first needed, and keeps where one is in the run that was begun last."""

    def __init__(self, load: Callable[[], Runnable]) -> None:
        self._load = load
        self._playbooks: tuple[Playbook, ...] | None = None
        self._places: dict[tuple[str, tuple[tuple[str, str], ...]], PlaybookRun] = {}
        """Where one is in every run of this session."""
        self.problems: tuple[str, ...] = ()
        """What is wrong with playbooks that could not be read."""

    def playbooks(self) -> tuple[Playbook, ...]:
        """Give every playbook that can be run."""
        if self._playbooks is None:
            self._playbooks, self.problems = self._load()
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
        number = going.step.number
        place = f"step {number} of {len(going.playbook.steps)}" if number else "undo step"
        note = f"{place}: {command}"
        tried = sum(plan.count for number, plan in going.attempts if number == going.step.number)
        if tried:
            note += f" ({words.plural(tried, 'server')} moved in an attempt that did not finish)"
        return replace(reading, notes=(*reading.notes, note))

    def of(self, run: Run, vocabulary: Vocabulary) -> PlaybookRun | str:
        """Give where one is in *run*, as far as it was gone through in this session; or why it cannot be begun."""
        fresh = begin(run, self.playbooks(), vocabulary)
        if isinstance(fresh, str):
            return fresh
        known = self._places.get(_key(fresh))
        return fresh if known is None or known.step is None else replace(known, run=run)

    def answered(self, going: PlaybookRun, command: Command) -> PlaybookRun:
        """A step without a plan was done; gives the run behind it."""
        step = going.step
        if step is None:
            raise RuntimeError("there is no step here, as there has to be")
        return self._keep(going.advanced(Done(step.number, str(command), "done")))

    def ended(self, going: PlaybookRun, progress: Progress, plan: Plan, left: tuple[str, ...]) -> PlaybookRun:
        """The execution of the next step of *going* came to an end, with the servers *left* taken; gives the run behind it."""
        step = going.step
        if step is None:
            raise RuntimeError("there is no step here, as there has to be")
        if progress.phase is not Phase.FINISHED:
            return self._keep(going.stopped(plan, left))
        sentence = f"entry {words.number(progress.entry or 0)}: {progress.sentence}"
        return self._keep(going.advanced(Done(step.number, plan.command, sentence, plan)))

    def _keep(self, going: PlaybookRun) -> PlaybookRun:
        self._places[_key(going)] = going
        return going


def _key(going: PlaybookRun) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Name a run by its values, in whatever order and with whatever defaults left out it was typed."""
    values = tuple(sorted((name, str(value)) for name, value in going.values.items()))
    return f"{going.run.name} undo" if going.run.undo else going.run.name, values
