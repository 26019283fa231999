"""Puts a plan together: what a choice of servers does, what every guard says to it, and how much would be safe."""

from dataclasses import replace

from topology.command.grammar.syntax import Count, Remove
from topology.fleet.state import State
from topology.graph.graph import graph_of
from topology.planning.effects import effects_of, impacts_of, shift_of
from topology.planning.guards.case import Case
from topology.planning.guards.dependents.restart import costs
from topology.planning.guards.guard import Guard
from topology.planning.guards.meaning.unknown import unconditional
from topology.planning.guards.not_evaluated import not_evaluated
from topology.planning.guards.outside import GuardFailed
from topology.planning.guards.policy.frozen import is_frozen
from topology.planning.guards.policy.pace_windows import limits, minutes_of, slowest, uses
from topology.planning.guards.table import findings_of, verdict_of
from topology.planning.listed import Listed, later
from topology.planning.plan import Finding, LargestSafe, Plan, Severity
from topology.planning.selection.choice import Choice, Intent
from topology.planning.selection.headrooms import headrooms_of
from topology.planning.selection.matching import named_subsystems


def judge_choice(state: State, intent: Intent, choice: Choice, extra: tuple[Guard, ...] = ()) -> Plan:
    """Work out everything about *choice*. Every guard is asked; none is skipped. *extra* guards may only add findings."""
    case = case_of(state, intent, choice)
    findings = findings_of(case, extra)
    listed = Listed(state.region, choice.servers)
    pace_per_minute, minutes = _duration(case)
    pace = uses(case)
    return Plan(
        command=intent.text,
        action=intent.action,
        revision=state.revision,
        verdict=verdict_of(len(listed), findings),
        servers=later(listed, lambda one: one.names),
        effects=case.effects,
        impacted=case.impacts,
        findings=findings,
        largest_safe=None if _blocks(findings, extra) else _largest_safe(case),
        not_evaluated=tuple(not_evaluated(case)),
        digest=later(listed, lambda one: one.digest(intent.text)),
        supports=later(listed, lambda one: one.supports),
        pace_per_minute=pace_per_minute,
        minutes=max(minutes, minutes_of(pace)),
        shared=case.shift.shared,
        undoes=intent.undoes,
        left_out=choice.missing if intent.undoes is not None else (),
        pace=pace,
        restart=costs(case),
        staging=choice.staging,
        in_part=not state.promises.atomic,
        lacks=tuple(able for able in ("restores_by_name", "stops_mid_wave") if not getattr(state.promises, able)),
    )


def _blocks(findings: tuple[Finding, ...], extra: tuple[Guard, ...]) -> bool:
    """Whether an extra guard blocks, or gave no answer: which smaller count it would let pass, nobody can know."""
    codes = {guard.code for guard in extra}
    blocking = (one for one in findings if one.severity is Severity.BLOCK)
    return bool(extra) and any(one.code in codes or isinstance(one.facts, GuardFailed) for one in blocking)


def case_of(state: State, intent: Intent, choice: Choice) -> Case:
    """Work out what guards judge."""
    now, graph = headrooms_of(state), graph_of(state.region)
    named = named_subsystems(state, intent.named)
    shift = shift_of(state, now, choice, named, comes_back=intent.action == "restore")
    columns = effects_of(state.region, now, shift, named)
    asked = columns if columns.is_worth_it else None
    return Case(state, intent, choice, named, shift, columns.effects, impacts_of(now, graph, shift), graph, asked)


def _duration(case: Case) -> tuple[int | None, float]:
    """Give the servers per minute that the slowest limit leaves for the whole, and the minutes that takes."""
    found = limits(case)
    if found:
        rule = slowest(found)
        pace = max(1, len(case.choice.servers) * rule.per_minute // rule.servers)
        return pace, rule.servers / rule.per_minute
    pace_asked = None if case.removes else case.intent.pace
    return pace_asked, len(case.choice.servers) / pace_asked if pace_asked else 0.0


def _largest_safe(case: Case) -> LargestSafe | None:
    """Give the largest count of the same command that nothing blocks; None where no count helps or counts."""
    command, safe = case.intent.selection, case.choice.safe
    if not isinstance(command, Remove) or safe is None:
        return None
    if any(unconditional(case.state, case.intent, case.named)) or is_frozen(case):
        return None
    limit = case.region.policy.largest_count(case.region.roster.count) or 0
    count = min(safe, limit)
    return LargestSafe(count, str(replace(command, quantity=Count(count)))) if count else None
