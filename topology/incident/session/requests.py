"""What is asked of a branch beside removals: changes that wait for an approval, recovery copies, and moving what is asked."""

from dataclasses import replace

from topology.incident.branch.branch import Branch
from topology.incident.model import Incident, Proposal, RecoveryCopy
from topology.incident.session.tools import holds
from topology.region.region import shown
from topology.region.server_states import ServerState


class GuardRefusedError(ValueError):
    """A guard of the era refused; *wrong* is whether what was asked would have done harm."""

    def __init__(self, text: str, *, wrong: bool) -> None:
        super().__init__(text)
        self.wrong = wrong


def approve(branch: Branch, name: str, place: str = "", *, meant: bool = True) -> tuple[str, bool]:
    """Let a change that waits begin, in one place or everywhere; gives what follows, and whether it does harm.

    One that is not *meant* is only checked.

    Raises:
        ValueError: there is no such change; nothing was done.
        GuardRefusedError: a guard of the era refuses it; nothing was done.
    """
    proposal = proposal_named(branch.incident, name)
    changes = [replace(one, place=place) if place else one for one in proposal.changes]
    leaving = [branch.by_itself.meant(one) for one in changes if one.to != ServerState.IN_SERVICE]
    harmful = any(branch.by_itself.would_break(servers) for servers in leaving)
    if not meant:
        return f"{proposal.title}: {proposal.refusal or 'nothing was found against it'}", False
    if proposal.refused_by and holds(branch.era, proposal.refused_by):
        raise GuardRefusedError(proposal.refusal, wrong=harmful)
    if not place and proposal.needs_place_by and holds(branch.era, proposal.needs_place_by):
        raise GuardRefusedError(
            f"{name} would go everywhere at once; approve it in one place, then in the next", wrong=harmful
        )
    guarded = holds(branch.era, "floor")
    for change in changes:
        branch.by_itself.begin(change, branch.time, name, guarded=guarded)
    return f"{proposal.title} goes out{f' in {place}' if place else ', everywhere'}", harmful


def try_copy(branch: Branch, name: str) -> str:
    """Find out whether a copy is good, which takes its time; says what was found.

    Raises:
        ValueError: there is no such copy; nothing was done.
    """
    copy = copy_named(branch.incident, name)
    branch.advance(branch.time + copy.try_s)
    branch.kept.tried.add(name)
    return f"{copy.title}: {copy.found}"


def recover(branch: Branch, name: str) -> str:
    """Recover from a copy; one that is not good costs the time to find out.

    Raises:
        ValueError: there is no such copy, or it is not good.
    """
    copy = copy_named(branch.incident, name)
    if name not in branch.kept.tried:
        try_copy(branch, name)
    if not copy.good:
        raise ValueError(f"{copy.title}: {copy.found}; nothing can be recovered from it")
    branch.by_itself.recover(copy.subsystem, branch.time + copy.recover_s, copy.title, copy.lost_s)
    return f"{copy.subsystem} is recovered from {copy.title} in {copy.recover_s / 60:,.0f} min"


def shift(branch: Branch, name: str, to: str) -> str:
    """Move what is asked of one subsystem to another.

    Raises:
        ValueError: nothing is known to be asked of it, or the same is named twice; nothing was done.
        GuardRefusedError: the other one has no room and the era refuses; nothing was done.
    """
    asked = branch.kept.demand.get(name)
    if asked is None or name == to:
        raise ValueError(f"what is asked of {name} is not known here, or goes there already; nothing was moved")
    wanted = branch.kept.demand.get(to, 0) + asked
    room = branch.moment().standing(to).in_service or 0
    if wanted > room and holds(branch.era, "floor"):
        raise GuardRefusedError(f"{to} would be asked for {wanted:,} units and has {room:,}", wrong=True)
    branch.kept.ask(branch.time, to, wanted)
    branch.kept.ask(branch.time, name, 0)
    return f"{asked:,} units that were asked of {name} go to {to}"


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
