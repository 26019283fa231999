"""How a recovery copy stands in a run: whether it is good now, what is found of it, and what a recovery from it would lose."""

from collections.abc import Iterable
from dataclasses import dataclass

from topology.incident.branch.branch import Branch
from topology.incident.model import RecoveryCopy
from topology.region.server_states import ServerState

BEFORE_THE_RUN = float("-inf")


@dataclass(frozen=True, slots=True)
class CopyStanding:
    """Whether a copy is *good* at this moment of a run, what is *found*, and how long before the loss its state is."""

    good: bool
    found: str
    lost_s: float


def standing_of_copy(branch: Branch, copy: RecoveryCopy) -> CopyStanding:
    """Say how a copy stands now: one on a server lives with it, one that is made when it is tried needs something to be made of."""
    lost_at = _lost_at(branch, copy.subsystem)
    taken, good = copy.taken, copy.good
    if copy.when_tried:
        taken = branch.kept.tried.get(copy.name)
        good = taken is not None and (lost_at is None or taken <= lost_at)
    elif copy.server:
        good = branch.fleet.state[branch.fleet.position[copy.server]] == ServerState.IN_SERVICE
    found = copy.whole if good and copy.whole else copy.found
    if taken is None or lost_at == BEFORE_THE_RUN:
        return CopyStanding(good, found, copy.lost_s)
    return CopyStanding(good, found, max(0.0, (branch.time if lost_at is None else lost_at) - taken))


def data_gone(branch: Branch, servers: Iterable[str]) -> str:
    """Say that to put servers back brings nothing, since what they held is gone; empty where they hold nothing of a copy."""
    kept = {one.subsystem for one in branch.incident.copies}
    index = {branch.incident.region.index[name]: name for name in kept}
    for name in servers:
        for number in branch.fleet.subsystems_of(branch.fleet.position[name]):
            if number in index and _lost_at(branch, index[number]) is not None:
                return (
                    f"what {name} held of {index[number]} is gone: to put it back brings nothing; recover from a copy"
                )
    return ""


def _lost_at(branch: Branch, subsystem: str) -> float | None:
    """Give when a subsystem fell below its floor; None where it is not, and a moment before all others where it was at first."""
    below = None
    for moment in reversed(branch.kept.maker.moments):
        if moment.standing(subsystem).verdict != "below":
            return below
        below = moment.time
    return BEFORE_THE_RUN if below is not None else None
