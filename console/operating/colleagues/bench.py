"""What the commands about approvals show: the plan that was on show last, or the one that another asks for, judged now."""

from dataclasses import dataclass

from console.operating.colleagues.colleagues import Colleagues
from topology.command.grammar.syntax import ApproveRequest, BreakGlass, Command, Planned, RequestApproval, Undo
from topology.command.grammar.vocabulary import Vocabulary
from topology.command.parse import parse
from topology.fleet.state import State
from topology.planning.guards.guard import Guard
from topology.planning.guards.policy.second_person import BY_APPROVAL, as_if_approved, may_ask
from topology.planning.guards.table import verdict_of
from topology.planning.plan import Plan, Severity
from topology.planning.preview import Planner, judge_again

NO_PLAN = "There is no plan to ask about: type a command, look at what it does, then ask."
NOTHING_NEEDED = "This plan needs nobody's approval: confirm it."
Asking = RequestApproval | BreakGlass | ApproveRequest


@dataclass(frozen=True, slots=True)
class Considered:
    """The plan that an approval is about, the command it is of, and a remark where there is none."""

    plan: Plan | None = None
    command: Planned | Undo | None = None
    remark: str = ""


class Considering:
    """Remembers the last plan on show, and judges what is asked for."""

    def __init__(self, colleagues: Colleagues, guards: tuple[Guard, ...] = ()) -> None:
        self._colleagues = colleagues
        self._guards = guards
        self._last: tuple[Plan, Planned | Undo] | None = None

    def see(self, plan: Plan | None, command: Command | None) -> None:
        """Take in what is on show."""
        if plan is not None and isinstance(command, Planned | Undo):
            self._last = plan, command

    def forget(self) -> None:
        """The region is another."""
        self._last = None

    def consider(self, asking: Asking, state: State, planner: Planner, vocabulary: Vocabulary) -> Considered:
        """Give the plan that is asked about, as it would be once approved."""
        if isinstance(asking, ApproveRequest):
            return self._asked(asking, state, vocabulary)
        if self._last is None:
            return Considered(remark=NO_PLAN)
        plan, command = self._last
        now = (
            judge_again(state, plan, command, self._guards)
            if isinstance(command, Undo)
            else planner.replan(state, plan, command)
        )
        if any(one.severity is Severity.BLOCK and one.lifted_by != BY_APPROVAL for one in now.findings):
            return Considered(now, command)
        if not may_ask(now, state.region.policy.approval):
            return Considered(remark=NOTHING_NEEDED)
        return Considered(approved(now), command)

    def _asked(self, asking: ApproveRequest, state: State, vocabulary: Vocabulary) -> Considered:
        found = self._colleagues.asked(asking.number)
        if isinstance(found, str):
            return Considered(remark=found)
        _, plan = found
        command = parse(plan.command, vocabulary).command
        if not isinstance(command, Planned | Undo):
            return Considered(remark=f"What request {asking.number:,} asks for means nothing here: {plan.command}")
        return Considered(approved(judge_again(state, plan, command, self._guards)), command)


def approved(plan: Plan) -> Plan:
    """Give a plan as it is once what it needs is approved: what an approval may lift cautions."""
    findings = as_if_approved(plan.findings)
    return plan.told(findings, verdict_of(plan.count, findings))
