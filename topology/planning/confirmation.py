"""Whether a confirmed plan may be carried out: the plan on screen, the operator's word, and the region as it is now."""

from collections.abc import Iterator

from topology.fleet.state import State
from topology.planning.guards.confirming import effort
from topology.planning.guards.confirming.stale import (
    MOST_NAMED,
    AnotherPlan,
    AnotherRegion,
    NoneComesBack,
    ServersChanged,
    SupportsOthers,
    VerdictWorse,
    objection,
)
from topology.planning.guards.policy import second_person
from topology.planning.listed import digest_of
from topology.planning.plan import Confirmation, Effort, Finding, Plan, Severity, Verdict
from topology.planning.selection.matching import sort_out
from topology.region.server_states import ServerState

_BEST_FIRST = (Verdict.CLEAR, Verdict.CAUTION, Verdict.BLOCKED, Verdict.NOTHING)


def is_worse(verdict: Verdict, before: Verdict) -> bool:
    """Whether *verdict* lets an operator do less than *before* did."""
    return _BEST_FIRST.index(verdict) > _BEST_FIRST.index(before)


def objections(state: State, plan: Plan, judged: Plan, confirmation: Confirmation) -> tuple[Finding, ...]:
    """Give everything that keeps *plan* from being carried out; *judged* is the same list of servers judged now."""
    if confirmation.digest != plan.digest:
        return (objection(AnotherPlan()),)
    if plan.digest != digest_of(state.region.name, plan.command, plan.servers):
        return (objection(AnotherRegion(state.region.name)),)
    if plan.blocked:
        blocks = tuple(finding for finding in plan.findings if finding.severity is Severity.BLOCK)
        return blocks or plan.findings
    approval = second_person.objections(judged, confirmation.approvals)
    return (*_effort(plan, confirmation), *stale(state, plan, judged), *approval)


def _effort(plan: Plan, confirmation: Confirmation) -> Iterator[Finding]:
    if plan.verdict is Verdict.CAUTION and confirmation.effort is not Effort.COUNT:
        yield effort.objection(plan.count)


def stale(state: State, plan: Plan, judged: Plan) -> Iterator[Finding]:
    """The confirmed plan no longer holds; each finding says what changed since the preview.

    The undo of a removal is never stale while there is a server to put back: the region leaves out what cannot come
    back.
    """
    if plan.undoes is not None and plan.action == "restore":
        if not judged.count:
            yield objection(NoneComesBack(plan.count))
        return
    wanted = ServerState.IN_SERVICE if plan.action == "remove" else ServerState.REMOVED
    _, lost = sort_out(state, plan.servers, wanted)
    if lost:
        yield objection(ServersChanged(plan.revision, lost[:MOST_NAMED], len(lost)))
    now = dict(zip(judged.servers, judged.supports, strict=True))
    for name, supports in zip(plan.servers, plan.supports, strict=True):
        if name in now and now[name] != supports:
            yield objection(SupportsOthers(name, supports, now[name]))
    if is_worse(judged.verdict, plan.verdict):
        reasons = tuple(dict.fromkeys(finding.facts for finding in _new(plan, judged)))
        yield objection(VerdictWorse(plan.verdict, plan.revision, judged.verdict, judged.revision, reasons))


def _new(plan: Plan, judged: Plan) -> Iterator[Finding]:
    """Give the findings that made the verdict worse."""
    severity = Severity.BLOCK if judged.blocked else Severity.CAUTION
    known = {(finding.code, finding.subsystem, finding.scope, finding.severity) for finding in plan.findings}
    for finding in judged.findings:
        if finding.severity is severity and (finding.code, finding.subsystem, finding.scope, severity) not in known:
            yield finding
