"""The guard that says what a full restart of a touched subsystem would cost: a note, so that nobody learns it afterwards."""

from collections.abc import Iterator

from topology.planning.guards.case import Case
from topology.planning.plan import Finding, Severity
from topology.planning.restart import RestartCost, restart_cost, sentence


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


def restart(case: Case) -> Iterator[Finding]:
    """What a full restart of each touched subsystem would take, and when it last happened."""
    for cost in costs(case):
        yield Finding(
            "restart",
            Severity.NOTE,
            sentence(cost),
            cost.subsystem,
            protects="who waits for it to come back",
            satisfied_by="",
        )


def _says_something(case: Case, number: int) -> bool:
    subsystem = case.region.subsystems[number]
    return subsystem.restart is not None or subsystem.last_full_restart is not None
