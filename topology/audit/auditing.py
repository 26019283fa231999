"""The audit of playbooks against a region: every step, what it would let through, and what would make it safe."""

from collections.abc import Callable, Iterator, Sequence

from topology.audit.facts import (
    DoesNotFit,
    ExpectsNothing,
    IdleSubsystems,
    InputsBreak,
    LooseHeadroom,
    LooseMinutes,
    LooseServers,
    NoMost,
    RunsBreak,
)
from topology.audit.inputs import MOST_INPUTS, candidates, ranges_of
from topology.audit.judging import AuditGround, Judged, judge_step
from topology.audit.limits import ALWAYS, AuditLimit, BeyondAudit, InputsLeftOut, InputsUnusable, WouldNotStart
from topology.audit.remedies import remedies_of
from topology.audit.report import AuditReport, Found, FoundKind, Input, PlaybookAudit
from topology.audit.runs import play, some_runs
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.slips import LAYOUTS, KeyboardLayout
from topology.fleet.state import State
from topology.planning.facts import FindingFacts
from topology.planning.guards.meaning.unknown import unconditional
from topology.planning.preview import Planner
from topology.planning.selection.choice import Intent
from topology.playbook.binding import misfits
from topology.playbook.expects import unmet_before
from topology.playbook.model import Playbook, Step

MOST_SHOWN = 10
"""Inputs that a finding lists; the others are counted."""

Progress = Callable[[int, int, str], None]
"""Told how many steps are done, how many there are, and the playbook that is next."""


def audit(
    playbooks: Sequence[Playbook],
    state: State,
    layout: KeyboardLayout | None = None,
    progress: Progress | None = None,
) -> AuditReport:
    """Work out which inputs that *playbooks* accept would break a floor if nothing but the playbook stood in the way.

    Args:
        playbooks: each is judged on its own, in the order given.
        state: the region as it is now; nothing in it is changed.
        layout: the keyboard on which slips happen; QWERTY when left out.
        progress: is called before each step.
    """
    layout = layout or LAYOUTS["qwerty"]
    ground = AuditGround(state, vocabulary_of(state), layout, Planner(state.region))
    total = sum(len(playbook.steps) + (playbook.undo is not None) for playbook in playbooks)
    done, audits, found, evaluated = 0, [], list(_source(state)), 0
    notes: dict[FindingFacts, None] = {}
    for playbook in playbooks:
        judged = []
        for step in (*playbook.steps, *((playbook.undo,) if playbook.undo is not None else ())):
            if progress is not None:
                progress(done, total, playbook.name)
            judged.append(judge_step(ground, playbook, step))
            done += 1
        runs = _runs(ground, playbook, judged, found)
        found += _found(ground, playbook, judged)
        evaluated += sum(one.evaluated for one in judged)
        notes.update((note, None) for note in _notes(playbook, judged, state))
        summaries = tuple(one.summary() for one in judged)
        audits.append(
            PlaybookAudit(
                playbook.name, playbook.title, playbook.purpose, summaries, runs, illustrative=playbook.illustrative
            )
        )
    if progress is not None:
        progress(total, total, "")
    region = state.region
    return AuditReport(
        region.name,
        region.title,
        region.digest,
        state.revision,
        region.illustrative,
        layout.name,
        tuple(audits),
        tuple(sorted(_merged(found), key=_rank)),
        (*notes, *ALWAYS),
        evaluated,
    )


_KINDS = list(FoundKind)


def _rank(found: Found) -> tuple[object, ...]:
    """Order what was found; what ranks the same stays in the order in which the playbook has it."""
    weight = found.inputs[0].weight if found.inputs else (0.0, 0, 0, "")
    return _KINDS.index(found.kind), weight, found.playbook, found.step


def _source(state: State) -> Iterator[Found]:
    """Give what keeps the region as a whole from being judged: no pace, no largest command, a silent source."""
    for finding in unconditional(state, Intent("", "remove"), frozenset()):
        yield Found(FoundKind.UNKNOWN, "", 0, finding.facts)


def _runs(ground: AuditGround, playbook: Playbook, judged: list[Judged], found: list[Found]) -> int:
    """Play whole runs of a playbook whose steps hold alone; give how many."""
    acting = [one for one in judged if one.step.number and one.step.command.makes_plan]
    if len(acting) < 2 or sum(one.step.command.verb == "remove" for one in acting) < 2:
        return 0
    widest = max(acting, key=lambda one: len(one.names))
    ranges = ranges_of(playbook, widest.step, ground.state, ground.vocabulary)
    broke: list[tuple[int, Input]] = []
    played = 0
    known = {one.run for steps in judged for one, _ in steps.open}
    for candidate in some_runs(playbook, list(candidates(ranges, ground.vocabulary))):
        end = play(ground, playbook, candidate)
        played += 1
        if end.input is not None and end.input.run not in known:
            broke.append((end.step, end.input))
    if broke:
        broke.sort(key=lambda one: one[1].weight)
        step, worst = broke[0]
        facts = RunsBreak(step, len(broke), played)
        inputs = tuple(one for _, one in broke[:MOST_SHOWN])
        found.append(Found(FoundKind.RUN_BREAKS, playbook.name, step, facts, inputs, command=worst.run))
    return played


def _found(ground: AuditGround, playbook: Playbook, judged: list[Judged]) -> Iterator[Found]:
    problems = misfits(playbook, ground.vocabulary)
    for problem in problems:
        yield Found(FoundKind.UNFIT, playbook.name, 0, DoesNotFit(ground.state.region.name, problem))
    for one in judged:
        if one.unfit and not problems:
            yield Found(FoundKind.UNFIT, playbook.name, one.step.number, one.unfit)
        if one.step.command.makes_plan:
            yield from _found_in_step(ground, playbook, one)
    used = {name for one in judged for name in one.step.command.parameters}
    for parameter in playbook.parameters:
        if parameter.type in ("count", "percent") and parameter.most is None and parameter.name in used:
            facts = NoMost(parameter.name, parameter.type == "percent")
            yield Found(FoundKind.NO_BOUND, playbook.name, 0, facts)


def _found_in_step(ground: AuditGround, playbook: Playbook, judged: Judged) -> Iterator[Found]:
    step = judged.step
    open_inputs = [one for one, _ in judged.open]
    if open_inputs:
        slipped = [one for one in open_inputs if one.is_slip]
        kind = FoundKind.SLIP_BREAKS if slipped else FoundKind.BREAKS
        worst = (slipped or open_inputs)[0]
        yield Found(
            kind,
            playbook.name,
            step.number,
            InputsBreak(len(open_inputs), judged.evaluated, len(slipped), _expects(step)),
            tuple(dict.fromkeys((*slipped[: MOST_SHOWN // 2], *open_inputs)))[:MOST_SHOWN],
            remedies_of(ground, judged),
            worst.command,
        )
    everywhere = {finding.facts for finding in unconditional(ground.state, Intent("", "remove"), frozenset())}
    for facts in judged.unknown:
        if facts not in everywhere:
            yield Found(FoundKind.UNKNOWN, playbook.name, step.number, facts)
    if step.number and not _expects(step):
        yield Found(FoundKind.NO_EXPECTS, playbook.name, step.number, ExpectsNothing(step.command.text))
    for loose in _loose(judged, bool(open_inputs)):
        yield Found(FoundKind.LOOSE, playbook.name, step.number, loose)


def _expects(step: Step) -> bool:
    return step.expects is not None and not step.expects.says_nothing


def _loose(judged: Judged, lets_through: bool) -> Iterator[FindingFacts]:
    """Give the expectations that refused nothing, and are far from ever doing so or let something break."""
    expects = judged.step.expects
    if expects is None or not judged.evaluated:
        return
    most = max(judged.sizes.values(), default=0)
    limit = expects.servers
    if isinstance(limit, int) and "servers" not in judged.objections and (lets_through or limit >= 2 * max(most, 1)):
        yield LooseServers(limit, most)
    minutes = expects.minutes
    if minutes is not None and "minutes" not in judged.objections and (lets_through or minutes >= 2 * judged.minutes):
        yield LooseMinutes(minutes, judged.minutes)
    idle = [one for one in expects.subsystems or () if isinstance(one, str) and one not in judged.touched]
    if idle:
        yield IdleSubsystems(tuple(idle))
    for name, amount in expects.headroom_of:
        if name not in judged.touched:
            yield LooseHeadroom(amount, name)


def _notes(playbook: Playbook, judged: list[Judged], state: State) -> Iterator[FindingFacts]:
    for one in judged:
        step = one.step.number
        if one.left_out:
            yield InputsLeftOut(playbook.name, step, one.left_out, MOST_INPUTS)
        if one.unusable and not one.unfit:
            yield InputsUnusable(playbook.name, step, one.unusable)
        if one.step.command.verb == "undo":
            yield BeyondAudit(AuditLimit.UNDO)
        if one.step.command.verb == "restore":
            yield BeyondAudit(AuditLimit.RESTORE)
    if playbook.before is not None and not playbook.before.references():
        for finding in unmet_before(playbook.before, state):
            yield WouldNotStart(playbook.name, finding.facts)


def _merged(found: list[Found]) -> Iterator[Found]:
    """Give what is about the whole region once, and everything else as it is."""
    seen: set[tuple[object, ...]] = set()
    for one in found:
        key = (one.kind, one.facts) if one.kind is FoundKind.UNKNOWN else (one.kind, one.playbook, one.step, one.facts)
        if key not in seen:
            seen.add(key)
            yield one
