"""What an order would do, as a plan like that of a removal: the same servers, scopes, guards and effort, and nothing is done.

A restart of what works takes servers; one of what stopped, and a recovery, bring some back. An approval is judged by what its
change is declared to do, or, where nobody can know that, as if everything it covers might stop serving.
"""

import math
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import chain, zip_longest

import numpy as np

from topology.command.grammar.syntax import All, Count, Percent, Place, Remove
from topology.fleet.state import State
from topology.incident.branch.branch import Branch
from topology.incident.model import Proposal, ServerChange
from topology.incident.orders.extent import Extent
from topology.incident.orders.orders import Approve, FromCopy, PlannedOrder, Restart, ShiftOrder
from topology.incident.session.copies import standing_of_copy
from topology.incident.session.requests import copy_named, proposal_named
from topology.incident.session.shifting import moves_of, units_of
from topology.planning.facts import ToldFacts
from topology.planning.guards.guard import Guard
from topology.planning.judging import judge_choice
from topology.planning.plan import Finding, LargestSafe, Plan, Severity, Verdict
from topology.planning.preview import preview
from topology.planning.selection.choice import Action, Choice, Intent
from topology.planning.selection.headrooms import headrooms_of
from topology.planning.selection.worth import Worth
from topology.region.region import Amount
from topology.region.server_states import ServerState

PLACE = "place"
"""The code of a finding that says that a change would go everywhere at once."""


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """A plan of an order, with its *stages* where it goes by places: servers that leave only when those before are back."""

    plan: Plan
    stages: tuple[tuple[str, ...], ...] = ()


def plan_order(order: PlannedOrder, branch: Branch, state: State, own: tuple[Guard, ...] = ()) -> OrderPlan:
    """Work out what an order would do now, by our guards and an organisation's *own*.

    Raises:
        ValueError: it means nothing that could be done, with a sentence that says why.
    """
    if closed := branch.ways.all_closed(branch.moment()):
        raise ValueError(closed)
    match order:
        case Restart():
            pace = order.extent.pace
            branch.restarts.check(order.subsystem, None if pace is None else pace.per_minute)
            if order.subsystem in branch.restarts.phases or _means_stuck(order, branch):
                return OrderPlan(_restart_of_stopped(order, branch, state, own))
            return _restart_of_working(order, branch, state, own)
        case Approve():
            return OrderPlan(_approval(order, branch, state, own))
        case FromCopy():
            return OrderPlan(_recovery(order, branch, state, own))
        case ShiftOrder():
            return OrderPlan(_shift(order, branch, state, own))


def _means_stuck(order: Restart, branch: Branch) -> bool:
    """Whether servers are meant that stopped in a subsystem that works: some are there, and no more are asked for."""
    stuck = branch.restarts.stuck(order.subsystem)
    try:
        return bool(stuck and _narrowed(order.extent, branch, stuck))
    except ValueError:
        return False


# ---- restarts -----------------------------------------------------------------------------------------------------------


def _restart_of_stopped(order: Restart, branch: Branch, state: State, own: tuple[Guard, ...]) -> Plan:
    """Plan to check and let in again what waits in a subsystem that stopped; nothing leaves by it."""
    name, extent = order.subsystem, order.extent
    _check_rate(order, branch)
    waiting = _narrowed(extent, branch, branch.restarts.held(name) or branch.restarts.stuck(name))
    if not waiting:
        where = " ".join(map(str, extent.places)) or "this region"
        raise ValueError(f"no server of {name} in {where} waits for a restart; restore first what was removed")
    plan = _judged(state, own, order, "restore", (name,), waiting)
    model, rate = branch.restarts.model(name), _rate(order, branch)
    share = 1.0 if extent.is_all else len(waiting) / max(1, len(branch.restarts.servers_of(name)))
    checks = model.checks_minutes / branch.era.cells * share
    minutes = checks + max(0, math.ceil(len(waiting) / rate) - 1)
    notes = [
        f"{checks:,.0f} min of checks, then {rate:,} servers a minute: all back after about {minutes:,.0f} min (model)"
    ]
    if missing := branch.restarts.missing(name):
        notes.append(f"it begins by itself as soon as {', '.join(missing)} works, not before")
    return _told(plan, notes, [*_too_fast(order, branch), *_still_short(plan, name)], minutes=minutes)


def _still_short(plan: Plan, name: str) -> list[Finding]:
    """Warn of a restart that does not bring a subsystem above its floor: what was removed has to be restored for that."""
    short = [
        one for one in plan.effects if one.subsystem == name and one.scope.kind == "region" and (one.headroom or 0) < 0
    ]
    text = "it would come back with {:,} of a floor of {:,}: restore what was removed, before or meanwhile"
    return [
        Finding("restart", Severity.CAUTION, ToldFacts(f"{name}: " + text.format(one.after, one.floor or 0)), name)
        for one in short
    ]


def _restart_of_working(order: Restart, branch: Branch, state: State, own: tuple[Guard, ...]) -> OrderPlan:
    """Plan to take servers of a subsystem that works out, check them and let them in again."""
    name, extent = order.subsystem, order.extent
    _check_rate(order, branch)
    command = Remove(extent.quantity or All(), (name,), extent.places, None, extent.pace)
    selected = preview(state, command, own)
    positions = [] if selected.listed is None else selected.listed.positions.tolist()
    if not positions:
        raise ValueError(f"no server that serves {name} matches; nothing would be restarted")
    stages = _staged(extent, branch, positions) if extent.by is not None else [positions]
    plans = [_judged(state, own, order, "remove", (name,), stage, command, selected) for stage in stages]
    # What is on show is the stage that is worst, or the one that comes first: all of them have to hold.
    worst = min(plans, key=lambda plan: _WORST_FIRST.index(plan.verdict))
    rate, model = _rate(order, branch), branch.restarts.model(name)
    total = len(branch.restarts.servers_of(name))
    each = [
        _minutes(plan, len(stage), total, model.checks_minutes / branch.era.cells, rate)
        for plan, stage in zip(plans, stages, strict=True)
    ]
    notes = [
        f"they leave, are checked together once the last has left, and rejoin at {rate:,}/min: about {each[0]:,.0f} min (model)"
    ]
    if len(stages) > 1:
        notes.append(
            f"{len(stages):,} stages by {extent.by}, {len(positions):,} servers in all: each begins when the one before is back, "
            f"and every guard is asked again; about {sum(each):,.0f} min (model)"
        )
    names = branch.incident.region.roster.names
    safe = worst.largest_safe
    told = _told(worst, notes, _too_fast(order, branch), minutes=sum(each))
    if safe is not None and extent.by is None:
        smaller = replace(order, extent=replace(extent, quantity=Count(safe.count)))
        vars(told).update(largest_safe=LargestSafe(safe.count, str(smaller)))
    else:
        vars(told).update(largest_safe=None)
    return OrderPlan(told, tuple(tuple(names[server] for server in stage) for stage in stages))


_WORST_FIRST = (Verdict.NOTHING, Verdict.BLOCKED, Verdict.CAUTION, Verdict.CLEAR)


def _minutes(plan: Plan, count: int, total: int, checks: float, rate: int) -> float:
    return plan.minutes + checks * count / max(1, total) + max(0, math.ceil(count / rate) - 1)


def _staged(extent: Extent, branch: Branch, servers: Sequence[int]) -> list[list[int]]:
    """Put servers into stages by their rack, cell or zone, in the order of the roster."""
    depth = {"zone": 1, "cell": 2, "rack": 3}[extent.by or "rack"]
    found: dict[tuple[str, ...], list[int]] = {}
    for server in sorted(servers):
        found.setdefault(branch.fleet.place_of(server)[:depth], []).append(server)
    return [found[place] for place in sorted(found)]


def _rate(order: Restart, branch: Branch) -> int:
    pace = order.extent.pace
    return branch.restarts.rate(order.subsystem) if pace is None else pace.per_minute


def _too_fast(order: Restart, branch: Branch) -> list[Finding]:
    """Refuse a return that is known to be faster than what it brings back can bear."""
    name, rate, most = order.subsystem, _rate(order, branch), branch.returns.most_per_minute(order.subsystem)
    if most is None or rate <= most:
        return []
    text = f"{rate:,} servers of {name} a minute are more than the {most:,.0f} that it bears: some are put out again"
    return [Finding("ceiling", Severity.BLOCK, ToldFacts(text), name)]


def _check_rate(order: Restart, branch: Branch) -> None:
    if branch.returns.most_per_minute(order.subsystem) is not None:
        return  # nothing holds it back but what becomes of those that come too fast
    most = branch.restarts.fastest(order.subsystem)
    if _rate(order, branch) > most:
        raise ValueError(
            f"at most {most:,} servers of {order.subsystem} a minute can rejoin (model); write at {most}/min"
        )


# ---- approvals ----------------------------------------------------------------------------------------------------------


def narrowed_changes(order: Approve, proposal: Proposal, branch: Branch) -> tuple[ServerChange, ...]:
    """Give the changes of a proposal as far as an approval lets them go, one place after the other where it goes by places.

    Raises:
        ValueError: it names a number for several places.
    """
    extent = order.extent
    if isinstance(extent.quantity, Count) and len(extent.places) > 1:
        raise ValueError(
            "a number of servers goes with one place; write a percentage, or approve one place after the other"
        )
    places = [str(place) for place in extent.places] or [""]
    if extent.by is not None:
        places = _places_by(extent, branch)
    found: list[ServerChange] = []
    late = 0.0
    for place in places:
        longest = 0.0
        for change in proposal.changes:
            one = replace(change, place=place) if place else change
            one = replace(one, amount=_amount(extent.quantity)) if extent.quantity is not None else one
            if extent.pace is not None:
                one = replace(one, over_s=len(branch.by_itself.meant(one)) * 60 / extent.pace.per_minute)
            found.append(replace(one, after_s=one.after_s + late))
            longest = max(longest, one.over_s)
        late += longest if extent.by is not None else 0.0
    return tuple(found)


def _places_by(extent: Extent, branch: Branch) -> list[str]:
    depth = {"zone": 1, "cell": 2, "rack": 3}[extent.by or "rack"]
    roster = branch.incident.region.roster
    inside = [
        one
        for one in sorted(set(roster.racks))
        if not extent.places or any(_within(one, place) for place in extent.places)
    ]
    return list(dict.fromkeys("/".join(one[:depth]) for one in inside))


def _amount(quantity: Count | Percent) -> Amount:
    return Amount(quantity.value, percent=isinstance(quantity, Percent))


def _approval(order: Approve, branch: Branch, state: State, own: tuple[Guard, ...]) -> Plan:
    proposal = proposal_named(branch.incident, order.name)
    changes = narrowed_changes(order, proposal, branch)
    seen = [one for one in changes if not one.hidden]
    states = branch.fleet.state
    leaving = [s for one in seen if one.to != ServerState.IN_SERVICE for s in branch.by_itself.meant(one)]
    leaving = [server for server in dict.fromkeys(leaving) if states[server] == ServerState.IN_SERVICE]
    coming = list(
        dict.fromkeys(s for one in seen if one.to == ServerState.IN_SERVICE for s in branch.by_itself.meant(one))
    )
    named = tuple(dict.fromkeys([*proposal.covers, *(one.subsystem for one in seen if one.subsystem)]))
    notes = []
    if leaving or not coming:
        action: Action = "remove"
        servers = leaving or covered(order, proposal, branch)
        if not leaving and not proposal.gives_back:
            notes.append(_covers(proposal, branch, servers))
    else:
        action, servers = "restore", coming
    if proposal.gives_back:
        action = "restore"
    if not servers:
        raise ValueError(f"{proposal.title}: no server that it covers matches")
    plan = _judged(state, own, order, action, named, servers, moves=not proposal.gives_back)
    return _told(
        plan, notes, _refusals(order, proposal, branch), minutes=max((one.over_s for one in changes), default=0.0) / 60
    )


def covered(order: Approve, proposal: Proposal, branch: Branch) -> list[int]:
    """Give the servers in service that a change covers, as far as an approval lets it go: of each subsystem in turn."""
    names = proposal.covers or tuple(dict.fromkeys(one.subsystem for one in proposal.changes if one.subsystem))
    states = branch.fleet.state
    each = [
        [
            server
            for server in branch.restarts.servers_of(name).tolist()
            # What takes a change back does so for those that stopped by it.
            if proposal.gives_back or states[server] == ServerState.IN_SERVICE
        ]
        for name in names
    ]
    turns = chain.from_iterable(zip_longest(*each))
    return _narrowed(order.extent, branch, list(dict.fromkeys(server for server in turns if server is not None)))


def _covers(proposal: Proposal, branch: Branch, servers: Sequence[int]) -> str:
    fleet = branch.fleet
    names = proposal.covers or tuple(dict.fromkeys(one.subsystem for one in proposal.changes if one.subsystem))
    counts = [sum(fleet.region.index[name] in fleet.subsystems_of(server) for server in servers) for name in names]
    what = ", ".join(f"{count:,} of {name}" for name, count in zip(names, counts, strict=True))
    said = (
        "it is said only to read, which nobody can see from here"
        if proposal.reads
        else "what it does to them nobody can know"
    )
    return f"it covers {what}; {said}, so it is judged as if all of them stopped serving"


def _refusals(order: Approve, proposal: Proposal, branch: Branch) -> list[Finding]:
    """Give what the tools themselves have against a change, besides the guards of every plan."""
    found = []
    if proposal.refused_by:
        found.append(Finding(proposal.refused_by, Severity.BLOCK, ToldFacts(proposal.refusal)))
    extent = order.extent
    if proposal.needs_place_by and extent.is_all and extent.by is None:
        text = f"{order.name} would go everywhere at once; approve it in one place, then in the next"
        found.append(
            Finding(proposal.needs_place_by, Severity.BLOCK, ToldFacts(text, "the region from one large step"))
        )
    return [*found, *(_of_pairs(order, proposal, branch) if not proposal.gives_back else ())]


def zones_of(extent: Extent, branch: Branch) -> list[str]:
    """Give the zones that an approval reaches, in order of their names."""
    zones = sorted({zone for zone, _, _ in branch.incident.region.roster.racks})
    return [zone for zone in zones if not extent.places or any(str(one).split("/")[0] == zone for one in extent.places)]


def _of_pairs(order: Approve, proposal: Proposal, branch: Branch) -> Iterable[Finding]:
    """Refuse to reach both of two places that stand in for each other, together or too soon after each other."""
    zones, kept = zones_of(order.extent, branch), branch.kept.approved_in
    for pair in branch.incident.pairs:
        reached = [place for place in pair.places if place in zones]
        soon = [one for one in pair.places if branch.time - kept.get((order.name, one), -math.inf) < pair.apart_s]
        if len(reached) == len(pair.places) or (reached and set(soon) - set(reached)):
            text = (
                f"{' and '.join(pair.places)} stand in for each other: {order.name} may reach one of them, and the other no "
                f"sooner than {pair.apart_s / 60:,.0f} min later"
            )
            yield Finding(proposal.needs_place_by or "too-large", Severity.BLOCK, ToldFacts(text, "both of a pair"))


# ---- recoveries ---------------------------------------------------------------------------------------------------------


def _recovery(order: FromCopy, branch: Branch, state: State, own: tuple[Guard, ...]) -> Plan:
    found = copy_named(branch.incident, order.name)
    states = branch.fleet.state
    gone = [s for s in branch.restarts.servers_of(found.subsystem).tolist() if states[s] != ServerState.IN_SERVICE]
    if not gone:
        raise ValueError(f"nothing of {found.subsystem} is gone, so there is nothing to recover")
    plan = _judged(state, own, order, "restore", (found.subsystem,), gone)
    tried = order.name in branch.kept.tried
    findings = []
    if not tried:
        text = f"nobody knows whether {found.title} is good: to find out takes {found.try_s / 60:,.0f} min, and then it is tried"
        findings.append(Finding("copy", Severity.CAUTION, ToldFacts(text)))
    lost_s = standing_of_copy(branch, found).lost_s
    lost = f"what was written in the last {lost_s / 60:,.0f} min before the loss is gone for good"
    findings.append(Finding("copy", Severity.CAUTION, ToldFacts(lost)))
    minutes = (found.recover_s + (0.0 if tried else found.try_s)) / 60
    return _told(
        plan,
        [f"{found.recover_s / 60:,.0f} min to recover {found.subsystem}, if it is good"],
        findings,
        minutes=minutes,
    )


# ---- moving what is asked ------------------------------------------------------------------------------------------------


def _shift(order: ShiftOrder, branch: Branch, state: State, own: tuple[Guard, ...]) -> Plan:
    """Plan to move what is asked: no server leaves by it; those that take it on are counted, and must have room for it."""
    moves = moves_of(order, branch)
    moved, to, states = sum(move.units for move in moves), order.to, branch.fleet.state
    takers = [s for s in branch.restarts.servers_of(to).tolist() if states[s] == ServerState.IN_SERVICE]
    plan = _judged(state, own, order, "restore", (order.subsystem, to), takers[:moved] or takers, moves=False)
    wanted, room = branch.kept.demand.get(to, 0) + moved, units_of(branch, to)
    asked = f"{to} would be asked for {wanted:,} units and has {room:,}"
    findings = []
    if wanted > room or not takers:
        findings.append(Finding("floor", Severity.BLOCK, ToldFacts(asked, f"{to} from more than it can bear"), to))
    elif (room - wanted) * 100 < state.region.policy.tight_percent * wanted:
        findings.append(Finding("tight", Severity.CAUTION, ToldFacts(f"{asked}: hardly any room is left"), to))
    minutes = max(move.after_s for move in moves) / 60
    how = f"in {len(moves):,} steps over {minutes:,.0f} min" if len(moves) > 1 else "at once"
    note = f"{moved:,} units go from {order.subsystem} to {to} {how}; before each step its room is counted again"
    found = _told(plan, [note], findings, minutes=minutes)
    if not takers:
        vars(found).update(verdict=Verdict.BLOCKED)
    return found


# ---- all of them --------------------------------------------------------------------------------------------------------


def _judged(
    state: State,
    own: tuple[Guard, ...],
    order: PlannedOrder,
    action: Action,
    named: tuple[str, ...],
    servers: Sequence[int],
    command: Remove | None = None,
    selected: Plan | None = None,
    *,
    moves: bool = True,
) -> Plan:
    """Judge an order by every guard; where it *moves* nothing its servers count for nothing."""
    safe = selected.largest_safe.count if selected is not None and selected.largest_safe is not None else None
    choice = Choice(np.array(servers, np.int32), len(servers), len(servers), safe=safe)
    if not moves:
        choice = replace(choice, worth=Worth.nothing(headrooms_of(state).classes))
    pace = command.pace.per_minute if command is not None and command.pace is not None else None
    return judge_choice(state, Intent(str(order), action, named, pace, command), choice, own)


def _told(plan: Plan, notes: Iterable[str], findings: Iterable[Finding] = (), *, minutes: float) -> Plan:
    """Give a plan that says more: *findings* first, and *notes* last."""
    last = tuple(Finding("order", Severity.NOTE, ToldFacts(text)) for text in notes)
    every = (*findings, *plan.findings, *last)
    severities = {one.severity for one in every}
    verdict = Verdict.CLEAR
    if Severity.CAUTION in severities:
        verdict = Verdict.CAUTION
    if Severity.BLOCK in severities:
        verdict = Verdict.BLOCKED
    found = copy(plan)
    vars(found).update(findings=every, verdict=verdict if plan.count else Verdict.NOTHING, minutes=minutes)
    return found


def _narrowed(extent: Extent, branch: Branch, servers: Sequence[int]) -> list[int]:
    """Give those of servers, in their order, that stand in the places of an extent, as many as it says."""
    place_of = branch.fleet.place_of
    inside = [
        server
        for server in servers
        if not extent.places or any(_within(place_of(server), place) for place in extent.places)
    ]
    match extent.quantity:
        case Count(value):
            if value > len(inside):
                raise ValueError(f"{value:,} are asked for, and {len(inside):,} match; ask for no more than there are")
            return inside[:value]
        case Percent(value):
            return inside[: value * len(inside) // 100]
        case _:
            return inside


def _within(standing: tuple[str, str, str], place: Place) -> bool:
    return standing[: len(str(place).split("/"))] == tuple(str(place).split("/"))
