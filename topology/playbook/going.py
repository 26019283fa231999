"""Going through a playbook: which step is next, what its command is, what it may do, and what each step did.

Pure: the caller says what was carried out. A step is previewed and confirmed like any other command, and held to what it
expects at both; nothing here acts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from topology.command.reading import CommandError, Reading
from topology.command.syntax import Command, Count, Planned, Remove, Run, Undo
from topology.command.vocabulary import Parameter as Words
from topology.command.vocabulary import Vocabulary
from topology.planning.guards import verdict_of
from topology.planning.plan import Confirmation, Finding, LargestSafe, Plan
from topology.planning.preview import Planner, check_confirmation, judge
from topology.playbook.binding import bind, names_in
from topology.playbook.expects import held_to, preview_step, unmet, unmet_after, unmet_before
from topology.playbook.model import Expects, Playbook, Reference, Step
from topology.playbook.templates import fill
from topology.playbook.values import Value
from topology.state import State

NO_SLIPS = "Slips in the arguments of the run: the audit of the playbook looks at those."
MOST_VALUES = 50
"""Names of the region that are offered for one parameter."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a step did: its *command*, and a sentence. *plan* is what was carried out, None where the step has none."""

    number: int
    command: str
    sentence: str
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class Going:
    """A run of a playbook with all its values; *done* are the steps that are behind it, in order."""

    run: Run
    playbook: Playbook
    values: dict[str, Value]
    done: tuple[Done, ...] = ()

    @property
    def step(self) -> Step | None:
        """The step that is next; None at the end."""
        place = len(self.done)
        return self.playbook.steps[place] if place < len(self.playbook.steps) else None

    def command(self, vocabulary: Vocabulary) -> Command | str:
        """Give the command of the next step, or a sentence that says why there is none."""
        step = self.step
        if step is None:
            return f"{self.playbook.name} is at its end"
        filled = fill(step.command, self.values, vocabulary)
        return filled.error if filled.command is None else filled.command

    def expects(self) -> Expects | None:
        """Give what is expected of the next step, with values for references."""
        step = self.step
        return None if step is None or step.expects is None else step.expects.resolved(self.values)

    def advanced(self, done: Done) -> "Going":
        """Give the run behind its next step."""
        return replace(self, done=(*self.done, done))

    def preview(self, planner: Planner, state: State, command: Planned) -> Plan:
        """Plan the next step, held to what it expects, and before the first one to what must hold before."""
        plan = preview_step(planner, state, command, self.expects())
        left_out = (*plan.not_evaluated, NO_SLIPS)
        whole = replace(plan, largest_safe=self._largest(plan, command), not_evaluated=left_out)
        return self._held_before(whole, state)

    def replan(self, planner: Planner, state: State, plan: Plan, command: Planned) -> Plan:
        """Give the plan to show for the same step after the region changed."""
        if plan.command != str(command):
            return self.preview(planner, state, command)
        expects = self.expects()
        again = planner.replan(state, plan, command)
        if again.servers != plan.servers or expects is None:
            return self.preview(planner, state, command)
        left_out = (*again.not_evaluated, NO_SLIPS)
        held = replace(held_to(expects, again), largest_safe=plan.largest_safe, not_evaluated=left_out)
        return self._held_before(held, state)

    def objections(
        self, state: State, plan: Plan, command: Planned | Undo, confirmation: Confirmation
    ) -> tuple[Finding, ...]:
        """Say what keeps the plan of the next step from being carried out now; what it expects is judged once more."""
        found = check_confirmation(state, plan, command, confirmation)
        if found or isinstance(command, Undo):
            return found
        expects = self.expects()
        judged = judge(state, command, plan.servers)
        late = unmet(expects, judged) if expects is not None else ()
        return (*late, *self._unmet_before(state))

    def unmet_after(self, state: State) -> tuple[Finding, ...]:
        """Say in what a finished run ended otherwise than the playbook declares."""
        if self.step is not None or self.playbook.after is None:
            return ()
        plans = [one.plan for one in self.done if one.plan is not None]
        return unmet_after(self.playbook.after.resolved(self.values), plans, state)

    def _largest(self, plan: Plan, command: Planned) -> LargestSafe | None:
        """Give the largest safe command as a run of the same playbook: one outside of it would leave what it expects."""
        largest, step = plan.largest_safe, self.step
        if largest is None or step is None or not isinstance(command, Remove):
            return None
        found = step.command.taken_from(replace(command, quantity=Count(largest.count)))
        if found is None:
            return None
        changed = {name: str(value) for name, value in found.items() if value != self.values.get(name)}
        arguments = {**dict(self.run.arguments), **changed}
        return LargestSafe(largest.count, str(Run(self.run.name, tuple(arguments.items()))))

    def _unmet_before(self, state: State) -> tuple[Finding, ...]:
        before = self.playbook.before
        if before is None or any(one.plan is not None for one in self.done):
            return ()
        return unmet_before(before.resolved(self.values), state)

    def _held_before(self, plan: Plan, state: State) -> Plan:
        found = self._unmet_before(state)
        if not found:
            return plan
        findings = (*found, *plan.findings)
        return replace(plan, findings=findings, verdict=verdict_of(len(plan.servers), findings), largest_safe=None)


def begin(run: Run, playbooks: Iterable[Playbook], vocabulary: Vocabulary) -> Going | str:
    """Begin a run, or say why that is not possible."""
    playbook = next((one for one in playbooks if one.name == run.name), None)
    if playbook is None:
        return f"no playbook is called {run.name}"
    bound = bind(playbook, run.arguments, vocabulary)
    if bound.refusals:
        return bound.refusals[0].message
    return Going(run, playbook, bound.values)


def checked(reading: Reading, playbooks: Sequence[Playbook], vocabulary: Vocabulary) -> Reading:
    """Give the *reading* of a run with what its playbook says of the arguments: an error under the value that is wrong."""
    run = reading.command
    if not isinstance(run, Run):
        return reading
    playbook = next((one for one in playbooks if one.name == run.name), None)
    if playbook is None:
        return reading
    refusals = bind(playbook, run.arguments, vocabulary).refusals
    if not refusals:
        return reading
    given = dict(run.arguments)
    wrong = next((one for one in refusals if one.parameter in given), None)
    if wrong is None:  # something is missing: the text is only unfinished
        return replace(reading, command=None, notes=(*reading.notes, refusals[0].message))
    start, end = _span(reading, wrong.parameter)
    return replace(reading, command=None, error=CommandError(wrong.message, start, end, ("a value",)))


def words_of(playbooks: Iterable[Playbook], vocabulary: Vocabulary) -> dict[str, tuple[Words, ...]]:
    """Give what the completion offers for *playbooks*: their parameters, each with what it is for and some values."""
    found = {}
    for playbook in playbooks:
        words = []
        for one in playbook.parameters:
            default = () if one.default is None or isinstance(one.default, Reference) else (one.default,)
            values = dict.fromkeys((*default, *one.usual, *(one.among or names_in(one.type, vocabulary))))
            plain = tuple(text for text in map(str, values) if " " not in text)
            words.append(Words(one.name, one.help or f"a {one.type}", plain[:MOST_VALUES]))
        found[playbook.name] = tuple(words)
    return found


def _span(reading: Reading, parameter: str) -> tuple[int, int]:
    """Give where the value of *parameter* stands in the text, or the parameter itself where it has none."""
    tokens = [token for token in reading.tokens if token.meaning in ("field", "value", "text")]
    for place, token in enumerate(tokens):
        if token.meaning == "field" and reading.text[token.start : token.end] == parameter:
            value = tokens[place + 1] if place + 1 < len(tokens) else token
            return (value.start, value.end) if value.meaning != "field" else (token.start, token.end)
    return 0, len(reading.text)
