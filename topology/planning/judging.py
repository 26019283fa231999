"""Puts a plan together: what a choice of servers does, what every guard says to it, and how much would be safe."""

from collections.abc import Iterator
from dataclasses import replace

from topology.command.grammar.syntax import Count, Remove
from topology.fleet.state import State
from topology.graph.graph import Graph, graph_of
from topology.planning.effects import effects_of, held_by_executions, impacts_of, shift_of
from topology.planning.guards.case import Case
from topology.planning.guards.dependents.restart import costs, unmodelled
from topology.planning.guards.guard import Guard
from topology.planning.guards.meaning.unknown import unconditional
from topology.planning.guards.policy.frozen import is_frozen
from topology.planning.guards.policy.pace_windows import limits, minutes_of, slowest, uses
from topology.planning.guards.table import findings_of, verdict_of
from topology.planning.guards.wording import some
from topology.planning.listed import Listed, later
from topology.planning.plan import Finding, LargestSafe, Plan, Severity
from topology.planning.selection.choice import Choice, Intent
from topology.planning.selection.classes import classes_of
from topology.planning.selection.matching import named_subsystems
from topology.region.region import Subsystem


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
        not_evaluated=tuple(_not_evaluated(case)),
        digest=later(listed, lambda one: one.digest(intent.text)),
        supports=later(listed, lambda one: one.supports),
        pace_per_minute=pace_per_minute,
        minutes=max(minutes, minutes_of(pace)),
        shared=case.shift.shared,
        undoes=intent.undoes,
        left_out=choice.missing if intent.undoes is not None else (),
        pace=pace,
        restart=costs(case),
        in_part=not state.promises.atomic,
    )


def _blocks(findings: tuple[Finding, ...], extra: tuple[Guard, ...]) -> bool:
    """Whether an extra guard blocks: which smaller count it would let pass, nobody can know."""
    codes = {guard.code for guard in extra}
    return any(one.code in codes and one.severity is Severity.BLOCK for one in findings)


def case_of(state: State, intent: Intent, choice: Choice) -> Case:
    """Work out what guards judge."""
    classes, graph = classes_of(state.fleet), graph_of(state.region)
    named = named_subsystems(state, intent.named)
    held = held_by_executions(state, classes)
    shift = shift_of(state, classes, choice, named, held, comes_back=intent.action == "restore")
    return Case(
        state, intent, choice, named, shift, effects_of(state, shift, named), impacts_of(state, graph, shift), graph
    )


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
    limit = case.region.policy.largest_count(len(case.region.roster)) or 0
    count = min(safe, limit)
    return LargestSafe(count, str(replace(command, quantity=Count(count)))) if count else None


def _not_evaluated(case: Case) -> Iterator[str]:
    """Say what the judgement does not cover, as far as it matters here."""
    yield "The load that subsystems carry: floors say how much capacity is enough."
    touched = {effect.subsystem for effect in case.effects if effect.leaving > 0}
    yield from _places_without_floor(case, touched)
    soft = _soft_dependents(case.graph, touched)
    if soft:
        yield f"Soft dependencies: {some(soft, 3)} can do without what leaves, and how well is not judged."
    if touched:
        yield "Failures while it runs: the region judges each wave again before it acts."
    promises = case.state.promises
    if not promises.atomic and len(case.choice.servers):
        others = promises.others_act or "somebody else may act beside this"
        yield f"What happens between the last look and the act: {others}."
    silent = unmodelled(case)
    if silent and case.removes:
        yield f"What a full restart would cost: {some(silent, 3)} {'states' if len(silent) == 1 else 'state'} no model of it."


def _places_without_floor(case: Case, touched: set[str]) -> Iterator[str]:
    zones, cells = len(case.region.zones), len(case.region.roster.cells)
    subsystems = [case.region.subsystem(name) for name in sorted(touched)]
    for kind, places, unstated in (
        ("zone", zones, tuple(one.name for one in subsystems if one.zone_floor is None and not one.zone_floors)),
        ("cell", cells, tuple(one.name for one in subsystems if _only_zones_have_floors(one))),
    ):
        if places > 1 and unstated:
            verb = "states" if len(unstated) == 1 else "state"
            yield f"Single {kind}s: {some(unstated, 3)} {verb} no {kind} floor."


def _soft_dependents(graph: Graph, touched: set[str]) -> tuple[str, ...]:
    found = {
        dependent
        for name in touched
        for dependent in graph.model.predecessors(name)
        if graph.model.edges[dependent, name]["kind"] == "soft"
    }
    return tuple(sorted(found, key=graph.position.__getitem__))


def _only_zones_have_floors(subsystem: Subsystem) -> bool:
    in_zones = subsystem.zone_floor is not None or bool(subsystem.zone_floors)
    return in_zones and subsystem.cell_floor is None and not subsystem.cell_floors
