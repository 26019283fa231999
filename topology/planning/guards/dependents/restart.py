"""The guard `restart`: what a full restart of a touched subsystem would cost; a note, so that nobody learns it afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from topology.planning.facts import FindingFacts
from topology.planning.guards.case import Case, once
from topology.planning.guards.guard import Guard
from topology.planning.plan import Finding, Severity
from topology.planning.restart import RestartCost, restart_cost

CODE = "restart"


@dataclass(frozen=True, slots=True)
class RestartTakes(FindingFacts):
    """What a full restart of one touched subsystem takes."""

    kind: ClassVar[str] = CODE
    cost: RestartCost


@once
def costs(case: Case) -> tuple[RestartCost, ...]:
    """Give the cost of a full restart of every subsystem that loses servers and says anything about it."""
    if not case.removes:
        return ()
    return tuple(
        restart_cost(case.state, case.region.subsystems[number].name)
        for number in sorted(case.shift.servers)
        if _says_something(case, number)
    )


def unmodelled(case: Case) -> tuple[str, ...]:
    """Name the subsystems that lose servers and state no model of a restart."""
    subsystems = case.region.subsystems
    return tuple(subsystems[number].name for number in sorted(case.shift.servers) if subsystems[number].restart is None)


def _ask(case: Case) -> Iterator[Finding]:
    for cost in costs(case):
        yield Finding(CODE, Severity.NOTE, RestartTakes(cost), cost.subsystem)


def _says_something(case: Case, number: int) -> bool:
    subsystem = case.region.subsystems[number]
    return subsystem.restart is not None or subsystem.last_full_restart is not None


GUARD = Guard(CODE, Severity.NOTE, order=150, held_at_act=False, ask=_ask)
