"""The table of guards, in the order in which their findings are kept. A new guard is one entry."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from topology.planning.guards.case import Case
from topology.planning.guards.floor_guards import ceiling, collateral, floor, tight
from topology.planning.guards.graph_guards import impact, self_observation
from topology.planning.guards.knowledge_guards import nothing_matches, too_few_match, unknown
from topology.planning.guards.policy_guards import frozen, longer_windows, pace, protected, too_large
from topology.planning.guards.restart_guard import restart
from topology.planning.guards.usual import unusual
from topology.planning.plan import Finding, Severity, Verdict

Guard = Callable[[Case], Iterable[Finding]]

GUARDS: tuple[Guard, ...] = (
    floor,
    unknown,
    nothing_matches,
    too_few_match,
    too_large,
    protected,
    frozen,
    # `stale` stands here: it compares two plans, so it is asked when one is confirmed (topology.planning.confirmation).
    ceiling,
    pace,
    longer_windows,
    tight,
    collateral,
    impact,
    unusual,
    self_observation,
    restart,
)


def findings_of(case: Case, guards: tuple[Guard, ...] = GUARDS) -> tuple[Finding, ...]:
    """Ask every guard and keep everything they say; for the undo of a removal no block is left one."""
    found = (finding for guard in guards for finding in guard(case))
    if case.intent.is_lifted:
        return tuple(
            replace(one, severity=Severity.CAUTION) if one.severity is Severity.BLOCK else one for one in found
        )
    return tuple(found)


def verdict_of(servers: int, findings: tuple[Finding, ...]) -> Verdict:
    """Put a plan for so many *servers* in one word."""
    if servers == 0:
        return Verdict.NOTHING
    severities = {finding.severity for finding in findings}
    if Severity.BLOCK in severities:
        return Verdict.BLOCKED
    return Verdict.CAUTION if Severity.CAUTION in severities else Verdict.CLEAR
