"""What is asked of a branch beside removals: changes that wait for an approval, and recovery copies."""

from topology.incident.branch.branch import Branch
from topology.incident.conditions.values import WayIn
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


def go(branch: Branch, name: str) -> str:
    """Take a way in: one that needs no travel is tried, and found open or dead; to others somebody is sent.

    Raises:
        ValueError: there is no such way, or they are on it.
    """
    reach = reach_named(branch.incident, name)
    if reach.travel_s:
        branch.ways.send(reach, branch.time)
        return f"{reach.title}: they are on the way, and there in {reach.travel_s / 60:,.0f} min"
    if branch.ways.closed(reach, branch.moment()):
        branch.advance(branch.time + reach.try_s)
    return branch.ways.closed(reach, branch.moment()) or f"{reach.title}: you are in"


def announced(branch: Branch, text: str, channel: str) -> tuple[str, bool]:
    """Tell customers by the status board, or by a channel beside it; gives what follows, and whether they know at once.

    Raises:
        ValueError: there is none such, or it needs what is down.
    """
    known = {one.name: one for one in branch.incident.channels}
    if not channel:
        if branch.kept.can_report(branch.time):
            return "told by the status board", True
        others = ", ".join(known) or "banner"
        raise ValueError(
            f"the status board needs what is down and cannot be updated; name another channel: by {others}"
        )
    if not known:
        return f"told by {channel}", True
    found = known.get(channel)
    if found is None:
        raise ValueError(f"{shown(channel)} is no channel here; there is {', '.join(known)}")
    moment = branch.moment()
    down = [name for name in found.needs if not moment.standing(name).can_serve()]
    if down:
        raise ValueError(f"{found.title} needs {', '.join(down)}, which is down; name another channel")
    if not found.takes_s:
        return f"told by {found.title}", True
    branch.by_itself.say(f"customers are told by {found.title}: {text}", branch.time + found.takes_s)
    return f"it is told by {found.title} in {found.takes_s / 60:,.0f} min", False


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


def reach_named(incident: Incident, name: str) -> WayIn:
    """Give the way in with a name.

    Raises:
        ValueError: there is none.
    """
    found = next((one for one in incident.reaches if one.name == name), None)
    if found is None:
        known = ", ".join(one.name for one in incident.reaches) or "none"
        raise ValueError(f"{shown(name)} is no way in here; there is {known}")
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
