"""The tool of an era: which guards hold in it, what it takes a command for, and what it shows of a plan."""

from dataclasses import replace

from topology.command.grammar.syntax import All, Planned, Remove
from topology.fleet.state import State
from topology.incident.model import Era
from topology.planning.guards.guard import Guard
from topology.planning.guards.not_evaluated import OnlyCounts
from topology.planning.plan import Plan, Severity, Verdict
from topology.planning.preview import preview


def holds(era: Era, code: str) -> bool:
    """Whether a guard refuses in an era."""
    return era.guards is None or code in era.guards


def own_in(era: Era, own: tuple[Guard, ...]) -> tuple[Guard, ...]:
    """Give those of an organisation's *own* guards that are asked in an era: all where ours hold, none with a tool of the day."""
    return own if era.guards is None else ()


def planned_in(era: Era, state: State, command: Planned, own: tuple[Guard, ...] = ()) -> Plan:
    """Plan as the tool of an era understood a command; every guard of ours is asked, whether it held then or not."""
    return preview(state, meant_in(era, state, command), own_in(era, own))


def meant_in(era: Era, state: State, command: Planned) -> Planned:
    """Give what the tool of an era took a command for: one of the day took a selection of nothing for no limit."""
    if era.empty_means_all and isinstance(command, Remove) and not preview(state, command).servers:
        return replace(command, quantity=All(), places=(), where=None)
    return command


def shown_in(era: Era, plan: Plan) -> Plan:
    """Give what the tool of an era shows of a plan: all of it, or how many servers go and what it refuses, nothing else."""
    if era.guards is None:
        return plan
    kept = tuple(
        one
        for one in plan.findings
        if one.severity is Severity.BLOCK and holds(era, one.code) and not era.lets_pass(one.code, plan.command)
    )
    verdict = Verdict.NOTHING if not plan.count else Verdict.BLOCKED if kept else Verdict.CLEAR
    return replace(
        plan,
        verdict=verdict,
        findings=kept,
        effects=(),
        impacted=(),
        largest_safe=None,
        not_evaluated=(OnlyCounts(era.title),),
        pace=(),
        restart=(),
        shared=0,
        pace_per_minute=plan.pace_per_minute if era.paced else None,
        minutes=plan.minutes if era.paced else 0.0,
    )
