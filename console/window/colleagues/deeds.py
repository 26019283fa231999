"""What a confirmation would do besides carrying out one's own plan: ask, approve, break glass, undo another's execution."""

from console.operating.colleagues.gathering import Gathering
from console.operating.workbench import Work
from console.words import writing as words
from topology.command.grammar.syntax import ApproveRequest, BreakGlass, RequestApproval
from topology.planning.guards.policy.second_person import needs_of
from topology.planning.plan import Plan


def deed_of(work: Work, gathering: Gathering, operator: str, owner: str = "") -> str:
    """Say what the button does; empty where it confirms one's own plan. *owner* is whose execution an undo takes back."""
    plan, command = work.plan, work.command
    if plan is None:
        return ""
    if isinstance(command, ApproveRequest):
        known = gathering.request(command.number)
        return f"Approve {_doing(plan)}" + (f" for {known.request.operator}" if known is not None else "")
    if isinstance(command, BreakGlass):
        return f"Break glass: {_doing(plan)}"
    if isinstance(command, RequestApproval) or (needs_of(plan) and not plan.blocked):
        return f"Ask {_whom(gathering, operator)} to approve {_doing(plan)}"
    if plan.undoes is not None and owner and owner != operator:
        return f"Undo {owner}'s entry {plan.undoes:,}"
    return ""


def _doing(plan: Plan) -> str:
    return f"{'removing' if plan.action == 'remove' else 'restoring'} {words.number(plan.count)}"


def _whom(gathering: Gathering, operator: str) -> str:
    others = [name for name in gathering.operators if name != operator]
    return " or ".join(others) if 0 < len(others) <= 2 else "another operator"
