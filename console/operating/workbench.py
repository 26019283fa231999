"""From a text to a reading to a plan, without a window: what is typed, what it would do now, and whose step it is.

Live and replay share it; the tool of an era, in a training, says what it reads and shows otherwise. It acts on nothing, and
every plan that it gives is of exactly the state that it was last given.
"""

from dataclasses import dataclass, replace
from typing import Protocol

from console.operating.colleagues.bench import Asking, Considering
from console.operating.colleagues.colleagues import Colleagues
from console.operating.counting.counter import Counter
from console.operating.procedures.playbook_runs import PlaybookRuns
from console.operating.refusal import NothingToUndoError
from console.words.plan import counting_line
from topology.command.complete import Completion, complete
from topology.command.grammar.reading import Reading
from topology.command.grammar.syntax import Command, Planned, Remove, Run, ToolCommand, Undo
from topology.command.grammar.vocabulary import Vocabulary, vocabulary_of
from topology.command.parse import parse
from topology.command.slips import Slip
from topology.execution.execution import Execution
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.planning.guards.guard import Guard
from topology.planning.neighbours import with_slip
from topology.planning.plan import Plan
from topology.planning.preview import Planner
from topology.planning.selection.choice import Counting
from topology.playbook.run import PlaybookRun


class Undoes(Protocol):
    """Who acts, as far as an undo is concerned."""

    @property
    def colleagues(self) -> Colleagues:
        """The others at the region."""

    @property
    def running(self) -> Execution | None:
        """What is being carried out here."""

    def undo_plan(self, state: State, entry: int | None = None) -> Plan:
        """Give the plan of an undo.

        Raises:
            NothingToUndoError: there is none.
        """


def undoes_running(acting: Undoes, command: Undo) -> bool:
    """Say whether an undo would give back what is being taken right now."""
    running = acting.running
    return running is not None and running.plan.undoes is None and command.entry in (None, running.entry)


class Tool(Protocol):
    """What a tool reads, completes and shows besides what ours does, or otherwise."""

    @property
    def sees_slips(self) -> bool:
        """Whether it says what is a slip away."""

    @property
    def keeps_servers(self) -> bool:
        """Whether the servers on show stay those of the plan while they may: where it acts by the text, they are chosen anew."""

    def reads(self, text: str) -> Reading | None:
        """Give the reading of a text that is no command of the language; None for all others."""

    def completes(self, text: str, cursor: int) -> tuple[Completion, ...]:
        """Say what may stand at *cursor* besides what the language has."""

    def plans(self, command: Command | None) -> tuple[Plan | None, str]:
        """Give the plan of a command that only the tool knows, or say why it has none; nothing for all others."""

    def shows(self, state: State, plan: Plan | None, command: Command | None) -> Plan | None:
        """Give the plan as the tool shows it."""


class OurTool:
    """The console's own: nothing besides the language, and every plan as it is."""

    sees_slips = True
    """It says what is a slip away."""
    keeps_servers = True
    """What was looked at is what leaves."""

    def reads(self, text: str) -> Reading | None:
        """Read nothing besides."""

    def completes(self, text: str, cursor: int) -> tuple[Completion, ...]:
        """Complete nothing besides."""
        return ()

    def plans(self, command: Command | None) -> tuple[Plan | None, str]:
        """Plan nothing besides."""
        return None, ""

    def shows(self, state: State, plan: Plan | None, command: Command | None) -> Plan | None:
        """Show it as it is."""
        return plan


@dataclass(frozen=True, slots=True)
class Work:
    """What is on the bench. *step* is the run whose next step the plan is; *remark* says why an undo has no plan."""

    reading: Reading
    command: Command | None = None
    plan: Plan | None = None
    step: PlaybookRun | None = None
    run: PlaybookRun | None = None
    """Where one is in the run that is typed, whether its next step makes a plan or not."""
    remark: str = ""
    asking: Planned | Undo | None = None
    """What the plan is of, where the command asks for an approval of it, or gives one."""
    counting: Counting | None = None
    """How far it is counted which servers leave, where that is not done."""

    @property
    def is_of_its_text(self) -> bool:
        """Whether what was worked out is of the text as it reads by now: of its command, or of the next step of its run."""
        typed = self.reading.command
        return typed == (self.command if self.run is None else self.run.run)


NOT_KNOWN_YET = "the names of the region are not known yet"


class Workbench:
    """Holds the text and the state, and works out what follows from both."""

    def __init__(
        self, acting: Undoes, runs: PlaybookRuns, tool: Tool | None = None, guards: tuple[Guard, ...] = ()
    ) -> None:
        self.runs = runs
        self.tool: Tool = tool or OurTool()
        self.vocabulary = Vocabulary()
        self.text = ""
        self._acting = acting
        self._considering = Considering(acting.colleagues, guards)
        self.guards = guards
        self._counter = Counter()
        self.state: State | None = None
        """The state that is planned at: the one that was seen last; None until one is known."""
        self._planner: Planner | None = None
        self._counted: tuple[Fleet, int] | None = None
        """The fleet of which the vocabulary knows the capacities, and its version then."""
        self._reading = parse("", self.vocabulary)
        """The reading of the text, without what is only said while a plan of it is counted."""
        self._work = Work(self._reading)
        self._answered: Run | None = None
        """A run whose last step was a question: its answer stays on show until Enter, or another text."""
        self._alike: tuple[Plan | None, Slip | None] = (None, None)
        """The far smaller command that a plan is probably a slip of."""

    @property
    def work(self) -> Work:
        """What is on the bench, as it was worked out last."""
        return self._work

    @property
    def planner(self) -> Planner | None:
        """The planner of the region; None until one is known."""
        return self._planner

    def follow(self, state: State) -> None:
        """Begin with a region, or with another roster of it."""
        self.state = state
        self._planner = Planner(state.region, self.guards)
        self.vocabulary = vocabulary_of(state)
        self._read()

    def prepare(self) -> None:
        """Make ready what the first plan and the playbooks need, which takes its time."""
        if self._planner is not None:
            self._planner.prepare()
            self.vocabulary = self.runs.known_to(self.vocabulary)
            self._read()

    def see(self, state: State) -> None:
        """Take in the state of a new moment."""
        self.state = state
        counted = state.fleet, state.fleet.version
        if self._counted != counted:
            self._counted = counted
            self.vocabulary = vocabulary_of(state, self.vocabulary)

    def type(self, text: str) -> Reading:
        """Take a text, and read it; what it would do is worked out by `plan`."""
        if text != self.text:
            self._answered = None
        self.text = text
        return self._read()

    def read_anew(self) -> Reading:
        """Read the same text again: what it means may have changed."""
        return self._read()

    def plan(self) -> Work:
        """Work out what the text would do in the state that was seen last."""
        reading, state, planner = self._reading, self.state, self._planner
        command = reading.command
        if state is None or planner is None:
            self._work = Work(reading)
        elif isinstance(command, Asking):
            found = self._considering.consider(command, state, planner, self.vocabulary)
            self._work = Work(reading, command, found.plan, remark=found.remark, asking=found.command)
            return self._work
        elif isinstance(command, Run):
            self._work = self._step(state, planner, reading, command)
        elif isinstance(command, Undo):
            self._work = self._undo(state, reading, command)
        elif isinstance(command, Planned):
            self._work = self._command(state, planner, reading, command)
        elif isinstance(command, ToolCommand):
            plan, remark = self.tool.plans(command)
            self._work = self._shown(state, Work(reading, command, plan, remark=remark))
        else:
            self._work = Work(reading, command)
        self._considering.see(self._work.plan, self._work.command)
        return self._work

    def counts_on(self) -> bool:
        """Count on for a moment where the plan waits for that; False once there is something new to show."""
        work, planner, state = self._work, self._planner, self.state
        if work.counting is None or not work.is_of_its_text or planner is None or state is None:
            return False
        found = self._counter.count_on(planner, state, work.command) if isinstance(work.command, Planned) else None
        return found is not None and found.is_enough == work.counting.is_enough and not self._counter.is_due

    def answered(self, run: Run | None) -> None:
        """Leave the answer of a run's question on show, in place of its next step."""
        self._answered = run

    def looks_like(self, slip: Slip | None) -> Work:
        """Tell of the plan on show, now and while it is judged again, what it is probably a slip of."""
        plan = self._work.plan
        self._alike = plan, slip
        if plan is not None:
            self._work = replace(self._work, plan=with_slip(plan, slip))
        return self._work

    def completions(self, cursor: int) -> tuple[Completion, ...]:
        """Say what may stand at *cursor*."""
        found = complete(self._work.reading, cursor, self.vocabulary, self._largest_safe)
        return (*found, *self.tool.completes(self.text, cursor))

    def _largest_safe(self, command: Command) -> int | None:
        if self.state is None or self._planner is None or not isinstance(command, Remove):
            return None
        found = self._planner.preview(self.state, command, soon=True).largest_safe
        return found.count if found else None

    def _read(self) -> Reading:
        special = self.tool.reads(self.text)
        reading = special or self.runs.read(parse(self.text, self.vocabulary), self.vocabulary)
        if self.state is None and reading.error is not None:
            # No name is wrong before the names are known.
            reading = replace(reading, error=None, notes=(NOT_KNOWN_YET,))
        # What stays on the bench until the next plan is the plan of another text, and is not shown as if it were of this one.
        self._reading, self._work = reading, replace(self._work, reading=reading)
        return reading

    def _command(self, state: State, planner: Planner, reading: Reading, command: Planned) -> Work:
        """Judge the plan on show again while the command is the same; else make one, once it is counted which servers leave."""
        counting = self._count(planner, state, command)
        if counting is not None and not counting.is_enough:
            return Work(_told(reading, counting), command, counting=counting)
        again = _to_keep(self._work, self.tool, command)
        soon = counting is not None
        plan = (
            planner.preview(state, command, soon=soon)
            if again is None
            else planner.replan(state, again, command, soon=soon)
        )
        return replace(self._shown(state, Work(reading, command, plan)), counting=counting)

    def _step(self, state: State, planner: Planner, reading: Reading, run: Run) -> Work:
        going = self.runs.of(run, self.vocabulary)
        if isinstance(going, str):
            return Work(reading, run)
        command = going.command(self.vocabulary)
        if isinstance(command, Undo):
            work = self._undo(state, reading, command)
            return replace(work, step=going if work.plan is not None else None, run=going)
        if not isinstance(command, Planned) or self._answered == run:
            return Work(reading, run, run=going)
        counting = self._count(planner, state, command)
        if counting is not None and not counting.is_enough:
            return Work(_told(reading, counting), command, run=going, counting=counting)
        again = _to_keep(self._work, self.tool, command)
        soon = counting is not None
        plan = (
            going.preview(planner, state, command, soon=soon)
            if again is None
            else going.replan(planner, state, again, command, soon=soon)
        )
        return replace(self._shown(state, Work(reading, command, plan, going, going)), counting=counting)

    def _count(self, planner: Planner, state: State, command: Planned) -> Counting | None:
        counting = self._counter.count_on(planner, state, command)
        self._counter.show()
        return counting

    def _undo(self, state: State, reading: Reading, command: Undo) -> Work:
        if undoes_running(self._acting, command):
            return Work(reading, command, remark="Enter stops what is running, and then shows what undo gives back.")
        try:
            plan = self._acting.undo_plan(state, command.entry)
        except NothingToUndoError as error:
            return Work(reading, command, remark=str(error))
        return self._shown(state, Work(reading, command, plan))

    def _shown(self, state: State, work: Work) -> Work:
        plan = work.plan
        if plan is not None and plan.is_like(self._alike[0]):
            plan = with_slip(plan, self._alike[1])
        return replace(work, plan=self.tool.shows(state, plan, work.command))


def _to_keep(work: Work, tool: Tool, command: Planned) -> Plan | None:
    """Give the plan whose servers are to stay: the one on show, while it is of the same command."""
    return work.plan if command == work.command and tool.keeps_servers else None


def _told(reading: Reading, counting: Counting) -> Reading:
    """Give a reading that says how far it is counted which servers leave."""
    return replace(reading, notes=(*reading.notes, counting_line(counting)))
