"""The table of guards, in the order in which their findings are kept. A new guard is one file and one line here."""

from collections.abc import Iterable

from msgspec.structs import replace

from topology.planning.guards.capacity import ceiling, collateral, floor, tight
from topology.planning.guards.case import Case
from topology.planning.guards.confirming import effort, stale
from topology.planning.guards.dependents import impact, restart, self_observation
from topology.planning.guards.guard import Guard
from topology.planning.guards.meaning import nothing_matches, too_few_match, unknown, unusual
from topology.planning.guards.policy import beside, frozen, obstacles, pace, protected, second_person, too_large
from topology.planning.plan import Finding, Severity, Verdict

_MODULES = (
    floor, unknown, nothing_matches, too_few_match, too_large, protected, frozen, stale, second_person, effort, ceiling,
    pace, tight, collateral, impact, unusual, self_observation, beside, obstacles, restart,
)  # fmt: skip


def in_order(guards: Iterable[Guard]) -> tuple[Guard, ...]:
    """Give guards in the order in which their findings are kept."""
    return tuple(sorted(guards, key=lambda guard: (guard.order, guard.code)))


GUARDS = in_order(module.GUARD for module in _MODULES)
_ORDER = {guard.code: guard.order for guard in GUARDS}


def findings_of(case: Case, extra: Iterable[Guard] = ()) -> tuple[Finding, ...]:
    """Ask every guard and keep everything they say; for the undo of a removal no block is left one.

    *extra* guards are an organisation's own: they add findings, and take none away.
    """
    guards = in_order((*GUARDS, *extra)) if extra else GUARDS
    found: list[Finding] = []
    for guard in guards:
        if guard.ask is not None:
            found.extend(guard.ask(case))
    if case.intent.is_lifted:
        return tuple(
            replace(one, severity=Severity.CAUTION) if one.severity is Severity.BLOCK else one for one in found
        )
    return _in_order(second_person.judged(case, tuple(found)))


def _in_order(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Put what was said last in its place; whatever an extra guard said stays where it is."""
    if not findings or findings[-1].code != second_person.CODE:
        return findings
    return put_in(findings[:-1], findings[-1:], second_person.GUARD.order)


def put_in(findings: tuple[Finding, ...], added: tuple[Finding, ...], order: int) -> tuple[Finding, ...]:
    """Give *findings* with *added* in the place that guards of this *order* have among them."""
    later = (number for number, one in enumerate(findings) if _ORDER.get(one.code, order) > order)
    place = next(later, len(findings))
    return (*findings[:place], *added, *findings[place:])


def verdict_of(servers: int, findings: tuple[Finding, ...]) -> Verdict:
    """Put a plan for so many *servers* in one word."""
    if servers == 0:
        return Verdict.NOTHING
    block, caution = Severity.BLOCK, Severity.CAUTION
    if any(finding.severity is block for finding in findings):
        return Verdict.BLOCKED
    return Verdict.CAUTION if any(finding.severity is caution for finding in findings) else Verdict.CLEAR
