"""What is asked of a branch beside removals: changes that wait for an approval, and recovery copies."""

from topology.incident.branch.branch import Branch
from topology.incident.model import Incident, Proposal, RecoveryCopy
from topology.incident.session.copies import standing_of_copy
from topology.region.region import shown


def try_copy(branch: Branch, name: str) -> str:
    """Find out whether a copy is good, which takes its time; says what was found.

    Raises:
        ValueError: there is no such copy; nothing was done.
    """
    copy = copy_named(branch.incident, name)
    branch.advance(branch.time + copy.try_s)
    branch.kept.tried.setdefault(name, branch.time)
    return f"{copy.title}: {standing_of_copy(branch, copy).found}"


def recover(branch: Branch, name: str) -> str:
    """Recover from a copy; one that is not good costs the time to find out.

    Raises:
        ValueError: there is no such copy, or it is not good.
    """
    copy = copy_named(branch.incident, name)
    if name not in branch.kept.tried:
        try_copy(branch, name)
    standing = standing_of_copy(branch, copy)
    if not standing.good:
        raise ValueError(f"{copy.title}: {standing.found}; nothing can be recovered from it")
    branch.by_itself.recover(copy.subsystem, branch.time + copy.recover_s, copy.title, standing.lost_s)
    return f"{copy.subsystem} is recovered from {copy.title} in {copy.recover_s / 60:,.0f} min"


def proposal_named(incident: Incident, name: str) -> Proposal:
    """Give the change that waits under a name.

    Raises:
        ValueError: there is none.
    """
    found = next((one for one in incident.proposals if one.name == name), None)
    if found is None:
        known = ", ".join(one.name for one in incident.proposals) or "none"
        raise ValueError(f"{shown(name)} is no change that waits here; there is {known}")
    return found


def copy_named(incident: Incident, name: str) -> RecoveryCopy:
    """Give the recovery copy with a name.

    Raises:
        ValueError: there is none.
    """
    found = next((one for one in incident.copies if one.name == name), None)
    if found is None:
        known = ", ".join(one.name for one in incident.copies) or "none"
        raise ValueError(f"{shown(name)} is no recovery copy here; there is {known}")
    return found
