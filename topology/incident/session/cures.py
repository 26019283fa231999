"""What has to be taken back before a restart helps: servers that start with a change still in force stop again."""

from topology.incident.branch.branch import Branch
from topology.incident.model import Proposal
from topology.incident.orders.orders import Approve, order_if_any


def stops_again(branch: Branch, subsystem: str) -> str:
    """Say that a restart of a subsystem is for nothing, and what is in force; empty where it helps."""
    proposals = {one.name: one for one in branch.incident.proposals}
    for one in proposals.values():
        if one.cured_by and subsystem in _touched(one) and _went_out(branch, one.name):
            if _went_out(branch, one.cured_by):
                continue
            # What it is that has to be taken back is for the trainee to find: the name of the change is enough.
            return f"servers of {subsystem} start, take {one.name} up again and stop: the restart was for nothing"
    return ""


def _touched(proposal: Proposal) -> set[str]:
    return {one.subsystem for one in proposal.changes if one.subsystem}


def _went_out(branch: Branch, name: str) -> bool:
    """Whether a change was approved, in the run or in the account before it."""
    began = branch.kept.maker.starts
    told = (event.command for event in branch.incident.events if event.time <= began)
    orders = (order_if_any(command, branch.incident.region) for command in told)
    return name in branch.kept.approved or Approve(name) in orders
