"""The guard that says when a removal is far from what is usual, or is blocked while a far smaller slip of it is not.

Which counts are usual is `topology.fleet.usual`'s business, and which slips there are that of the survey of a command's neighbours.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from topology.command.slips import Slip
from topology.fleet.usual import Past
from topology.planning.guards.case import Case, servers
from topology.planning.plan import Finding, Plan, Severity

CODE = "unusual"
_AFTER = ("self", "restart")
"""Codes of the findings that stand behind this one."""


def unusual(case: Case) -> Iterable[Finding]:
    """It removes far more than usual for its operator, its playbook or its subsystems, as far as the past is known."""
    if not case.removes:
        return ()
    names = [case.region.subsystems[number].name for number in sorted(case.named)]
    found = finding_of(case.choice.wanted, case.state.usual.concerning(names))
    return () if found is None else (found,)


def finding_of(count: int, pasts: Iterable[Past], looks_like: Slip | None = None) -> Finding | None:
    """Say so when removing *count* servers is far more than usual, or is blocked while a far smaller slip of it is not.

    *looks_like* is that slip, as the survey of a blocked command's neighbours gives it.
    """
    reasons = [*_more_than_usual(count, pasts)]
    if looks_like is not None:
        reasons.append(_like(looks_like))
    if not reasons:
        return None
    wanted = "a count as usual" if looks_like is None else str(looks_like.command)
    return Finding("unusual", Severity.CAUTION, "; ".join(reasons), protects="what was meant", satisfied_by=wanted)


def with_slip(plan: Plan, looks_like: Slip | None) -> Plan:
    """Give a blocked *plan* with the finding that it looks like a slip of a far smaller command; its verdict stays."""
    if looks_like is None or not plan.blocked:
        return plan
    known = next((finding for finding in plan.findings if finding.code == CODE), None)
    if known is None:
        found = finding_of(len(plan.servers), (), looks_like)
        assert found is not None
    elif _like(looks_like) in known.message:
        return plan
    else:
        message = f"{known.message}; {_like(looks_like)}"
        found = replace(known, message=message, satisfied_by=str(looks_like.command))
    others = [finding for finding in plan.findings if finding.code != CODE]
    place = next((number for number, one in enumerate(others) if one.code in _AFTER), len(others))
    return replace(plan, findings=(*others[:place], found, *others[place:]))


def _like(slip: Slip) -> str:
    return f"this looks like a slip of {slip.command}, which keeps every floor"


def _more_than_usual(count: int, pasts: Iterable[Past]) -> Iterator[str]:
    for past in pasts:
        usual = past.usual()
        if usual is not None and past.stands_out(count):
            yield f"{servers(count)} is {count // usual:,} times what is usual for {past.whose}, {usual:,}"
