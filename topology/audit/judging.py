"""One step of a playbook against a region: every input planned, and what breaks although the playbook accepts it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from topology.audit.facts import NoInputReads, NothingForParameter
from topology.audit.inputs import Candidate, candidates, ranges_of, run_text, slips
from topology.audit.report import Input, StepAudit
from topology.command.grammar.syntax import Command, Planned
from topology.command.grammar.vocabulary import Vocabulary
from topology.command.slips import KeyboardLayout
from topology.fleet.state import State
from topology.planning.facts import FindingFacts
from topology.planning.plan import Effect, Plan, ScopeVerdict
from topology.planning.preview import Planner
from topology.playbook.expects import unmet
from topology.playbook.model import Expects, Playbook, Step
from topology.playbook.templates import fill
from topology.playbook.values import Value


@dataclass(frozen=True, slots=True)
class AuditGround:
    """What everything is judged against. Nothing in it changes while an audit runs."""

    state: State
    vocabulary: Vocabulary
    layout: KeyboardLayout
    planner: Planner


@dataclass(slots=True)
class Judged:
    """What came of the inputs of one step."""

    playbook: Playbook
    step: Step
    evaluated: int = 0
    slips: int = 0
    refused: int = 0
    unusable: int = 0
    left_out: int = 0
    breaking: list[tuple[Input, Candidate]] = field(default_factory=list)
    """Every input that breaks a floor, stopped or not."""
    sizes: dict[str, int] = field(default_factory=dict)
    """Servers that each accepted run takes."""
    minutes: float = 0.0
    touched: set[str] = field(default_factory=set)
    unknown: dict[FindingFacts, None] = field(default_factory=dict)
    objections: set[str] = field(default_factory=set)
    """The terms of the expectations that refused something: `servers`, `subsystems`, `headroom`, `minutes`."""
    names: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    """What each parameter ranged over."""
    unfit: FindingFacts | None = None
    """Why no input makes a command."""

    @property
    def open(self) -> list[tuple[Input, Candidate]]:
        """The inputs that break a floor and that nothing of the playbook stops, the worst first."""
        return sorted((one for one in self.breaking if one[0].stopped_by is None), key=lambda one: one[0].weight)

    @property
    def worst(self) -> Input | None:
        """The worst input, stopped or not."""
        return min((one for one, _ in self.breaking), key=lambda one: one.weight, default=None)

    def summary(self) -> StepAudit:
        """Give the counts."""
        step = self.step
        return StepAudit(
            step.number,
            step.command.text,
            step.command.makes_plan,
            step.expects is not None and not step.expects.says_nothing,
            self.evaluated,
            self.slips,
            len(self.breaking),
            sum(one.stopped_by is not None for one, _ in self.breaking),
            self.refused,
            self.unusable,
            self.left_out,
            max(self.sizes.values(), default=0),
            self.worst,
        )


def judge_step(ground: AuditGround, playbook: Playbook, step: Step) -> Judged:
    """Plan every input of *step* and keep what breaks; a step that gives capacity back, or makes no plan, has none."""
    judged = Judged(playbook, step)
    if step.command.verb != "remove":
        return judged
    ranges = ranges_of(playbook, step, ground.state, ground.vocabulary)
    judged.names = {name: tuple(value for value, _ in column) for name, column in ranges.values.items()}
    if ranges.lacking:
        judged.unfit = NothingForParameter(ground.state.region.name, ranges.lacking)
        return judged
    done: set[Command] = set()
    looked_at = 0
    for candidate in candidates(ranges, ground.vocabulary):
        looked_at += 1
        _judge(ground, judged, candidate, done)
    judged.left_out = max(0, ranges.size - looked_at) if looked_at else 0
    for candidate, accepted in slips(ranges, step, ground.vocabulary, ground.layout):
        if not accepted:
            judged.refused += 1
            continue
        judged.slips += 1
        _judge(ground, judged, candidate, done)
    if judged.evaluated:
        judged.unfit = None
    return judged


def broken(plan: Plan) -> list[Effect]:
    """Give the scopes that a plan takes below their floors, the worst first."""
    return [effect for effect in plan.effects if effect.verdict is ScopeVerdict.BREAKS]


def input_of(
    playbook: Playbook, candidate: Candidate, plan: Plan, effects: list[Effect], stopped_by: FindingFacts | None = None
) -> Input:
    """Describe an input that breaks floors."""
    worst = min(effects, key=lambda effect: (effect.headroom or 0) / max(effect.floor or 0, 1))
    return Input(
        run_text(playbook, candidate.values),
        plan.command,
        candidate.origin,
        candidate.is_slip,
        plan.count,
        worst,
        len(effects),
        tuple(impact.subsystem for impact in plan.impacted if not impact.already),
        stopped_by,
    )


def expected(step: Step, values: Mapping[str, Value]) -> Expects | None:
    """Give what a step expects with these values."""
    return None if step.expects is None else step.expects.resolved(dict(values))


def _judge(ground: AuditGround, judged: Judged, candidate: Candidate, done: set[Command]) -> None:
    step = judged.step
    filled = fill(step.command, candidate.values, ground.vocabulary)
    if not isinstance(filled.command, Planned):
        judged.unusable += 1
        judged.unfit = judged.unfit or NoInputReads(filled.error)
        return
    if filled.command in done and not (step.expects and step.expects.references()) and not candidate.is_slip:
        return
    again = filled.command in done
    done.add(filled.command)
    plan = ground.planner.preview(ground.state, filled.command)
    expects = expected(step, candidate.values)
    objections = unmet(expects, plan) if expects is not None else ()
    if not again:
        judged.evaluated += 1
    run = run_text(judged.playbook, candidate.values)
    judged.sizes[run] = plan.count
    judged.minutes = max(judged.minutes, plan.minutes)
    judged.touched.update(effect.subsystem for effect in plan.effects if effect.leaving)
    judged.unknown.update((one.facts, None) for one in plan.findings if one.code == "unknown")
    if expects is not None:
        judged.objections.update(_terms(expects, plan))
    effects = broken(plan)
    if effects:
        stopped_by = objections[0].facts if objections else None
        found = input_of(judged.playbook, candidate, plan, effects, stopped_by), candidate
        # The same input may be an edge of the bounds and a slip of a usual value: the slip says more.
        if candidate.is_slip or run not in {one.run for one, _ in judged.breaking}:
            judged.breaking = [one for one in judged.breaking if one[0].run != run]
            judged.breaking.append(found)


def _terms(expects: Expects, plan: Plan) -> Iterator[str]:
    parts = {
        "servers": Expects(servers=expects.servers),
        "subsystems": Expects(subsystems=expects.subsystems),
        "headroom": Expects(headroom=expects.headroom, headroom_of=expects.headroom_of),
        "minutes": Expects(minutes=expects.minutes),
    }
    return (name for name, part in parts.items() if unmet(part, plan))
