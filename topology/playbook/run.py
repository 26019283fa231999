"""Going through a playbook: which step is next, what its command is, what it may do, and what each step did.

Pure: the caller says what was carried out. A step is previewed and confirmed like any other command, and held to what it
expects at both; nothing here acts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from topology.command.grammar.reading import CommandError, Reading
from topology.command.grammar.suggestions import closest
from topology.command.grammar.syntax import Command, Count, Planned, Remove, Run, Undo
from topology.command.grammar.vocabulary import ParameterWords as Words
from topology.command.grammar.vocabulary import Vocabulary, standing
from topology.fleet.state import State
from topology.planning.guards.guard import Guard
from topology.planning.guards.not_evaluated import SlipsOfRun
from topology.planning.plan import Confirmation, Finding, LargestSafe, Plan
from topology.planning.preview import Planner, check_confirmation, judge
from topology.playbook.binding import bind, bounds_of, names_in
from topology.playbook.expects import held_step, together, unmet, unmet_after, unmet_before, with_findings
from topology.playbook.model import Expects, Parameter, Playbook, Reference, Step
from topology.playbook.templates import fill
from topology.playbook.values import NAMES, Type, Value
from topology.region.server_states import ServerState

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
class PlaybookRun:
    """A run of a playbook with all its values; *done* are the steps that are behind it, in order.

    *attempts* are what executions that were stopped or halted took, each with the number of its step: a step begun again
    is all of it together.
    """

    run: Run
    playbook: Playbook
    values: dict[str, Value]
    done: tuple[Done, ...] = ()
    attempts: tuple[tuple[int, Plan], ...] = ()

    @property
    def step(self) -> Step | None:
        """The step that is next; None at the end."""
        place = len(self.done)
        if self.run.undo:
            return None if place else self.playbook.undo
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

    def advanced(self, done: Done) -> "PlaybookRun":
        """Give the run behind its next step."""
        return replace(self, done=(*self.done, done))

    def preview(self, planner: Planner, state: State, command: Planned, *, soon: bool = False) -> Plan:
        """Plan the next step, held to what it expects, and before the first one to what must hold before.

        With *soon* the largest safe command is left out where it takes long to count.
        """
        return self._held(planner, state, planner.preview(state, command, soon=soon), command)

    def replan(self, planner: Planner, state: State, plan: Plan, command: Planned, *, soon: bool = False) -> Plan:
        """Give the plan to show for the same step after the region changed: the servers on show are judged again."""
        return self._held(planner, state, planner.replan(state, plan, command, soon=soon), command)

    def objections(
        self,
        state: State,
        plan: Plan,
        command: Planned | Undo,
        confirmation: Confirmation,
        extra: tuple[Guard, ...] = (),
    ) -> tuple[Finding, ...]:
        """Say what keeps the plan of the next step from being carried out now; what it expects is judged once more."""
        found = check_confirmation(state, plan, command, confirmation, extra)
        if found or isinstance(command, Undo):
            return found
        expects = self.expects()
        judged = judge(state, command, plan.servers, extra)
        late = unmet(expects, together(self.taken(state), judged)) if expects is not None else ()
        return (*late, *self._unmet_before(state))

    def stopped(self, plan: Plan, left: tuple[str, ...]) -> "PlaybookRun":
        """Give the run after an execution of its next step came to an early end, having taken only the servers *left*."""
        if not left or self.step is None:
            return self
        supports = dict(zip(plan.servers, plan.supports, strict=True))
        cut = replace(plan, servers=left, supports=tuple(supports[name] for name in left))
        return replace(self, attempts=(*self.attempts, (self.step.number, cut)))

    def taken(self, state: State) -> Plan | None:
        """Give what earlier attempts at the next step took and what was not given back since; None where nothing."""
        own = [plan for number, plan in self.attempts if self.step is not None and number == self.step.number]
        if not own:
            return None
        served = {
            name for name in (one for plan in own for one in plan.servers) if _is_back(state, name, own[0].action)
        }
        pairs = {
            name: supports
            for plan in own
            for name, supports in zip(plan.servers, plan.supports, strict=True)
            if name not in served
        }
        return replace(own[0], servers=tuple(pairs), supports=tuple(pairs.values())) if pairs else None

    def unmet_after(self, state: State) -> tuple[Finding, ...]:
        """Say in what a finished run ended otherwise than the playbook declares."""
        if self.step is not None or self.run.undo or self.playbook.after is None:
            return ()
        plans = [one.plan for one in self.done if one.plan is not None] + [plan for _, plan in self.attempts]
        return unmet_after(self.playbook.after.resolved(self.values), plans, state)

    def _held(self, planner: Planner, state: State, plan: Plan, command: Planned) -> Plan:
        held = held_step(planner, state, command, plan, self.expects(), self.taken(state))
        left_out = (*held.not_evaluated, SlipsOfRun())
        whole = replace(held, largest_safe=self._largest(held, command), not_evaluated=left_out)
        found = self._unmet_before(state)
        return replace(with_findings(whole, found), largest_safe=None) if found else whole

    def _largest(self, plan: Plan, command: Planned) -> LargestSafe | None:
        """Give the largest safe command as a run of the same playbook: one outside of it would leave what it expects."""
        largest, step = plan.largest_safe, self.step
        if largest is None or step is None or not isinstance(command, Remove):
            return None
        count = largest.count
        for _ in range(2):  # the second time with the most that the playbook accepts
            found = step.command.taken_from(replace(command, quantity=Count(count)))
            if found is None:
                return None
            values = {**self.values, **found}
            changed = [name for name in found if found[name] != self.values.get(name)]
            bounds = [bounds_of(self.playbook.parameter(name), values) for name in changed]
            if all((least or 1) <= count <= (most or count) for least, most in bounds):
                arguments = {**dict(self.run.arguments), **{name: str(found[name]) for name in changed}}
                return LargestSafe(count, str(Run(self.run.name, tuple(arguments.items()), self.run.undo)))
            count = min((most for _, most in bounds if most is not None), default=0)
            if not 0 < count < largest.count:
                return None
        return None

    def _unmet_before(self, state: State) -> tuple[Finding, ...]:
        before = self.playbook.before
        if before is None or self.run.undo or self.attempts or any(one.plan is not None for one in self.done):
            return ()
        return unmet_before(before.resolved(self.values), state)


def _is_back(state: State, name: str, action: str) -> bool:
    """Whether what an attempt did to a server was undone since: it serves again, or it was taken again."""
    position = state.fleet.position.get(name)
    serves = position is not None and state.fleet.state[position] == ServerState.IN_SERVICE
    return bool(serves) if action == "remove" else not serves


def begin(run: Run, playbooks: Iterable[Playbook], vocabulary: Vocabulary) -> PlaybookRun | str:
    """Begin a run, or say why that is not possible."""
    playbook = next((one for one in playbooks if one.name == run.name), None)
    if playbook is None:
        return f"no playbook is called {run.name}"
    bound = bind(playbook, run.arguments, vocabulary)
    if bound.refusals:
        return bound.refusals[0].message
    if run.undo and playbook.undo is None:
        return f"{playbook.name} has no undo step"
    return PlaybookRun(run, playbook, bound.values)


def checked(reading: Reading, playbooks: Sequence[Playbook], vocabulary: Vocabulary) -> Reading:
    """Give the *reading* of a run with what its playbook says of the arguments: an error under the value that is wrong."""
    run = reading.command
    if not isinstance(run, Run):
        return reading
    playbook = next((one for one in playbooks if one.name == run.name), None)
    if playbook is None:
        return reading
    if run.undo and playbook.undo is None:
        start = reading.text.rindex("undo")
        message = f"{playbook.name} has no undo step"
        return replace(reading, command=None, error=CommandError(message, start, start + 4, ("a parameter",)))
    bound = bind(playbook, run.arguments, vocabulary)
    if not bound.refusals:
        return reading
    given = dict(run.arguments)
    wrong = [one for one in bound.refusals if one.parameter in given]
    broken = [one for one in bound.refusals if one.parameter not in given and one.parameter in bound.values]
    if not wrong and not broken:  # something is missing: the text is only unfinished
        return replace(reading, command=None, notes=(*reading.notes, bound.refusals[0].message))
    if len(wrong) == 1 and _is_being_typed(reading, playbook, wrong[0].parameter, given, vocabulary):
        return replace(reading, command=None)
    message = "; ".join(one.message for one in (*wrong, *broken))
    start, end = _span(reading, wrong[0].parameter) if wrong else (0, len(reading.text))
    better = _better(reading, playbook, wrong[0].parameter) if wrong else None
    return replace(reading, command=None, error=CommandError(message, start, end, ("a value",), better))


def words_of(playbooks: Iterable[Playbook], vocabulary: Vocabulary) -> dict[str, tuple[Words, ...]]:
    """Give what the completion offers for *playbooks*: their parameters, each with what it is for and some values."""
    found = {}
    for playbook in playbooks:
        words = []
        for one in playbook.parameters:
            default = () if one.default is None or isinstance(one.default, Reference) else (one.default,)
            values = dict.fromkeys((*default, *one.usual, *(one.among or _some_names(one.type, vocabulary))))
            plain = tuple(text for text in map(str, values) if " " not in text)
            words.append(Words(one.name, _reason(one), plain[:MOST_VALUES]))
        found[playbook.name] = tuple(words)
    return found


def _some_names(kind: Type, vocabulary: Vocabulary) -> Sequence[Value]:
    """Give some names of a type: of racks, of which there may be very many, those that come first by their own names."""
    if kind != "rack":
        return names_in(kind, vocabulary)
    racks = (place for places in vocabulary.racks.values() for place in places)
    return tuple(islice(racks, MOST_VALUES))


def _reason(parameter: Parameter) -> str:
    """Say what a parameter takes, and what for."""
    sign = "%" if parameter.type == "percent" else ""
    bounds = [one for one in (parameter.least, parameter.most) if one is not None]
    takes = f"a {parameter.type}"
    if parameter.most is not None:
        takes += f" up to {parameter.most}{sign}"
    elif bounds:
        takes += f" from {parameter.least}{sign} on"
    return f"{takes}: {parameter.help}" if parameter.help else takes


def _is_being_typed(
    reading: Reading, playbook: Playbook, name: str, given: dict[str, str], vocabulary: Vocabulary
) -> bool:
    """Whether the value of *name* is the last of the text and may still become one that is accepted."""
    known = {one.name: one for one in playbook.parameters}
    if name not in known or _span(reading, name)[1] != len(reading.text):
        return False
    parameter, text = known[name], given[name]
    if parameter.type == "percent":
        return text.isdigit() and int(text) <= 100
    if parameter.type == "server":
        return standing(text, vocabulary.server_names) == "beginning"
    if parameter.type not in NAMES:
        return False
    names = parameter.among or names_in(parameter.type, vocabulary)
    return any(str(one).startswith(text) and str(one) != text for one in names)


def _better(reading: Reading, playbook: Playbook, name: str) -> str | None:
    """Give the text with the parameter that was probably meant; None where the name is right, or several are near."""
    names = tuple(one.name for one in playbook.parameters)
    near = () if name in names else closest(name, names)
    token = next(
        (one for one in reading.tokens if one.meaning == "field" and reading.text[one.start : one.end] == name), None
    )
    if len(near) != 1 or token is None:
        return None
    return reading.text[: token.start] + near[0] + reading.text[token.end :]


def _span(reading: Reading, parameter: str) -> tuple[int, int]:
    """Give where the value of *parameter* stands in the text, or the parameter itself where it has none."""
    tokens = [token for token in reading.tokens if token.meaning in ("field", "value", "text")]
    for place, token in enumerate(tokens):
        if token.meaning == "field" and reading.text[token.start : token.end] == parameter:
            value = tokens[place + 1] if place + 1 < len(tokens) else token
            return (value.start, value.end) if value.meaning != "field" else (token.start, token.end)
    return 0, len(reading.text)
