"""A second person, at the moment of action: whether the approvals that a wave rests on live, and hold all that it does.

Like the rest of the check it recounts from server states, and shares no code with what a preview says.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from topology.approval.request import ApprovalState, ApprovalWord, LivingApproval
from topology.links.check.scene import Scene
from topology.links.protocol import Wave
from topology.records.ledger.values import KeptApproval
from topology.refusals.approvals import (
    ApprovalInvalid,
    BeyondHeadroom,
    BeyondServers,
    BeyondUnits,
    CautionUnapproved,
    CollateralUnapproved,
    Observer,
    ShareUnapproved,
)
from topology.refusals.refusal import Refusal
from topology.region.region import Roster
from topology.region.scope import WHOLE, Scope

_BY_NOBODY = ("floor", "unknown", "protected")
"""Lifted by nobody, whatever an approval says."""


def resting_on(kept: Iterable[KeptApproval], wave: Wave) -> tuple[tuple[LivingApproval, ...], tuple[Refusal, ...]]:
    """Give the approvals that a wave names, and a refusal for each that does not hold for its execution any more."""
    known = {one.number: one for one in kept}
    found, refusals = [], []
    for number in wave.approvals:
        one = known.get(number)
        why = ApprovalInvalid(number, "absent") if one is None else _why_not(one, wave.execution)
        if why is not None:
            refusals.append(Refusal("approval", why))
        elif one is not None and one.living is not None:
            found.append(one.living)
    return tuple(found), tuple(refusals)


def lifted(approvals: Iterable[LivingApproval]) -> frozenset[str]:
    """Give the codes that living approvals lift."""
    return frozenset(code for one in approvals for code in one.lifts if code not in _BY_NOBODY)


def unapproved(scene: Scene, wave: Wave, servers: Sequence[int]) -> Iterator[Refusal]:
    """Refuse what no approval holds: more of a scope than the policy leaves to one operator, or more than was approved."""
    whole = [scene.position[name] for name in scene.taken_names if name in scene.position]
    whole = sorted({*whole, *servers})
    share = scene.region.policy.approval.share_permille
    if not scene.approvals and share is not None:
        for name, scope, units, listed in _counts(scene, whole):
            if units * 1000 > share * listed:
                yield Refusal("approval", ShareUnapproved(name, str(scope), units, listed, share))
    for one in scene.approvals:
        most = {part.place: part for part in one.envelope.scopes}
        if len(whole) > one.envelope.servers:
            yield Refusal("approval", BeyondServers(one.number, len(whole), one.envelope.servers))
        for name, scope, units, _ in _counts(scene, whole):
            approved = most.get((name, scope))
            if units and (approved is None or units > approved.units):
                limit = None if approved is None else approved.units
                yield Refusal("approval", BeyondUnits(one.number, name, str(scope), units, limit))


def thinner(scene: Scene, subsystem: str, scope: Scope, headroom: int) -> Iterator[Refusal]:
    """Refuse a scope of which less headroom would be left than was approved."""
    for one in scene.approvals:
        for part in one.envelope.scopes:
            if part.place == (subsystem, scope) and part.headroom is not None and headroom < part.headroom:
                facts = BeyondHeadroom(one.number, subsystem, str(scope), headroom, part.headroom)
                yield Refusal("approval", facts)


def cautioned(scene: Scene, subsystem: str, scope: Scope, headroom: int, floor: int) -> Iterator[Refusal]:
    """Refuse without an approval what cautions where the policy wants a second person for that, whatever a screen said.

    Counted are those that may be other ones by now: that a scope ends `tight`, at its floor although others need it (`impact`),
    or either of both where an observer stands on it (`self`). What an approval holds of headroom, `thinner` sees.
    """
    policy = scene.region.policy
    if scene.approvals or headroom < 0:
        return
    wants = policy.approval.cautions
    place = (subsystem, str(scope), headroom, floor)
    is_tight = headroom * 100 < policy.tight_percent * floor
    needing = [one.dependent for one in scene.region.dependencies if one.needs == subsystem and one.kind == "hard"]
    if "impact" in wants and headroom == 0 and needing:
        yield Refusal("approval", CautionUnapproved("impact", *place, needing[0]))
    if is_tight and "tight" in wants:
        yield Refusal("approval", CautionUnapproved("tight", *place))
    if is_tight and "self" in wants and (observer := _observer_on(scene, subsystem)) is not None:
        yield Refusal("approval", CautionUnapproved("self", *place, observer[1], observer[0]))


def collateral(scene: Scene, wave: Wave, servers: Sequence[int]) -> Iterator[Refusal]:
    """Refuse without an approval servers that support, by now, what the command did not name, where that wants a second person."""
    if scene.approvals or "collateral" not in scene.region.policy.approval.cautions:
        return
    roster = scene.region.roster
    numbers = {number for server in servers for number, _ in roster.profiles[roster.profile[server]]}
    others = sorted({scene.region.subsystems[number].name for number in numbers} - set(wave.named))
    if others:
        yield Refusal("approval", CollateralUnapproved(tuple(others)))


def _observer_on(scene: Scene, subsystem: str) -> tuple[Observer, str] | None:
    """Give an observer, a target of the status page or this console, that needs a subsystem, directly or not; None for none."""
    region, reached, edge = scene.region, {subsystem}, {subsystem}
    while edge:
        edge = {one.dependent for one in region.dependencies if one.kind == "hard" and one.needs in edge} - reached
        reached |= edge
    for one in region.subsystems:
        if one.observer and one.name in reached:
            return Observer.SUBSYSTEM, one.name
    page = region.status_page
    if page is None:
        return None
    if reached.intersection(page.needs):
        return Observer.CONSOLE, ""
    return next(((Observer.TARGET, one.name) for one in page.targets if reached.intersection(one.needs)), None)


def _why_not(kept: KeptApproval, execution: str) -> ApprovalInvalid | None:
    """Say why an approval does not hold for an execution; None where it does."""
    request, state = kept.request, kept.state
    last = request.decisions[-1] if request.decisions else None
    if state is ApprovalState.WITHDRAWN and last is not None and last.word is ApprovalWord.WITHDRAW:
        return ApprovalInvalid(kept.number, state.value, last.operator, last.reason)
    if state is ApprovalState.VOID and last is not None:
        return ApprovalInvalid(kept.number, state.value, reason=last.reason)
    if state is not ApprovalState.APPROVED or kept.living is None:
        return ApprovalInvalid(kept.number, state.value)
    return None if request.execution == execution else ApprovalInvalid(kept.number, "other")


def _counts(scene: Scene, servers: Sequence[int]) -> Iterator[tuple[str, Scope, int, int]]:
    """Give the units that leave, and those declared, for every scope with a floor of each subsystem that loses something."""
    roster = scene.region.roster
    cells = roster.rack_cell[roster.rack]
    zones = roster.cell_zone[cells]
    touched = sorted({number for server in servers for number, _ in roster.profiles[roster.profile[server]]})
    for number in touched:
        subsystem, units = scene.region.subsystems[number], _units_of(roster, number)
        listed = units.copy()
        name, leaving = subsystem.name, np.zeros(len(units), np.int64)
        leaving[list(servers)] = units[list(servers)]
        once = scene.region.learnt.most_listed
        meant = scene.region.learnt.wanted.get(name, int(listed.sum()))
        declared = subsystem.declared or max(meant, once.get((name, WHOLE), 0))
        yield name, WHOLE, int(leaving.sum()), declared
        for scopes, place, floored in (
            ([Scope("zone", zone) for zone in roster.zones], zones, subsystem.floor_in_zone),
            ([Scope("cell", *pair) for pair in roster.cells], cells, subsystem.floor_in_cell),
        ):
            gone = np.bincount(place, leaving, len(scopes)).astype(np.int64).tolist()
            there = np.bincount(place, listed, len(scopes)).astype(np.int64).tolist()
            for scope, units_gone, units_there in zip(scopes, gone, there, strict=True):
                if units_gone and floored(scope.place) is not None:
                    yield name, scope, units_gone, max(units_there, once.get((name, scope), 0))


def _units_of(roster: Roster, number: int) -> NDArray[np.int64]:
    each = np.array([sum(units for own, units in profile if own == number) for profile in roster.profiles], np.int64)
    found: NDArray[np.int64] = each[roster.profile]
    return found
