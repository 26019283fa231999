"""The guard `expects`: whether a plan keeps to what its step declared, and what a condition says of the region.

Pure: expectations and a plan give findings. A step's plan is one like any other, with these findings among its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from msgspec import structs

from topology.command.grammar.syntax import Count, Planned, Remove
from topology.fleet.fleet import NO_FLOOR
from topology.fleet.state import State
from topology.planning.facts import FindingFacts
from topology.planning.guards.table import put_in, verdict_of
from topology.planning.plan import Effect, Finding, LargestSafe, Plan, Severity
from topology.planning.preview import Planner
from topology.planning.selection.choice import Action
from topology.planning.selection.headrooms import headrooms_of
from topology.playbook.model import Expects, Reference
from topology.playbook.unmet import (
    CODE,
    GUARD,
    AnotherSubsystem,
    HeadroomShort,
    MoreServers,
    NoFloorToKeep,
    OutAlready,
    SubsystemOut,
    SubsystemTouched,
    TakesLonger,
)
from topology.region.region import Amount
from topology.region.scope import Scope
from topology.region.server_states import ServerState


def unmet(expects: Expects, plan: Plan) -> tuple[Finding, ...]:
    """Say in what *plan* differs from what was expected; *expects* has no references any more.

    Every finding blocks, but for the undo of a removal, which no guard may block.
    """
    weight = Severity.CAUTION if plan.undoes is not None and plan.action == "restore" else Severity.BLOCK
    found = (*_servers(expects, plan.count, plan.action), *_subsystems(expects, plan))
    found += (*_headroom(expects, plan), *_minutes(expects, plan.minutes))
    return tuple(structs.replace(finding, severity=weight) for finding in found)


def with_findings(plan: Plan, found: tuple[Finding, ...]) -> Plan:
    """Give *plan* with the findings of this guard in their place among the others, and its verdict anew."""
    if not found:
        return plan
    findings = put_in(plan.findings, found, GUARD.order)
    return plan.told(findings, verdict_of(plan.count, findings))


def held_step(
    planner: Planner, state: State, command: Planned, plan: Plan, expects: Expects | None, taken: Plan | None = None
) -> Plan:
    """Hold the *plan* of a step to what it expects, its largest safe command too.

    *taken* is what earlier attempts at the same step took and what is still out: the step is all of it together.
    """
    if expects is None:
        return plan
    held = with_findings(plan, unmet(expects, together(taken, plan)))
    if plan.largest_safe is None or not isinstance(command, Remove):
        return held
    # More servers never meet what fewer do not: a larger command takes the same servers and more.
    low, high = 0, plan.largest_safe.count
    if isinstance(expects.servers, int):
        high = min(high, max(0, expects.servers - (0 if taken is None else taken.count)))
    middle = high  # as a rule no other expectation is in the way
    while low < high:
        smaller = planner.preview(state, replace(command, quantity=Count(middle)))
        if unmet(expects, together(taken, smaller)):
            high = middle - 1
        else:
            low = middle
        middle = (low + high + 1) // 2
    largest = LargestSafe(low, str(replace(command, quantity=Count(low)))) if low else None
    return replace(held, largest_safe=largest)


def together(taken: Plan | None, plan: Plan) -> Plan:
    """Give *plan* with the servers that *taken* took as well, for what counts servers."""
    if taken is None or taken.action != plan.action:
        return plan
    return replace(plan, servers=(*taken.servers, *plan.servers), supports=(*taken.supports, *plan.supports))


def unmet_before(expects: Expects, state: State) -> tuple[Finding, ...]:
    """Say what keeps a playbook from starting: judged by what is out of service now, as if a step had taken it."""
    fleet, region = state.fleet, state.region
    out = np.flatnonzero(fleet.state != ServerState.IN_SERVICE)
    found = []
    if isinstance(expects.servers, int) and len(out) > expects.servers:
        found.append(_finding(OutAlready(expects.servers, len(out))))
    if expects.subsystems is not None:
        profiles = np.bincount(region.roster.profile[out], minlength=len(region.roster.profiles))
        counts: dict[str, int] = {}
        for profile, count in enumerate(profiles.tolist()):
            for number, _ in region.roster.profiles[profile]:
                name = region.subsystems[number].name
                counts[name] = counts.get(name, 0) + count
        found += [
            _finding(SubsystemOut(name, counts[name]), name)
            for name in sorted(counts)
            if counts[name] and name not in expects.subsystems
        ]
    found += _headroom_now(expects, state)
    return tuple(found)


def unmet_after(expects: Expects, plans: Sequence[Plan], state: State) -> tuple[Finding, ...]:
    """Say in what a run ended otherwise than expected: all that its *plans* took, and the headroom there is now."""
    removals = [plan for plan in plans if plan.action == "remove"]
    taken = {server for plan in removals for server in plan.servers}
    found = [*_servers(expects, len(taken), "remove")]
    if expects.subsystems is not None:
        touched = {name for plan in plans for effect in plan.effects if effect.leaving for name in (effect.subsystem,)}
        found += [
            _finding(SubsystemTouched(name), name) for name in sorted(touched.difference(map(str, expects.subsystems)))
        ]
    found += _headroom_now(expects, state)
    found += _minutes(expects, sum(plan.minutes for plan in plans))
    return tuple(found)


def _servers(expects: Expects, count: int, action: Action) -> Iterator[Finding]:
    most = expects.servers
    if isinstance(most, Reference):
        raise TypeError(f"{most} has no value yet: resolve the expectations first")
    if most is not None and count > most:
        yield _finding(MoreServers(most, count, action))


def _subsystems(expects: Expects, plan: Plan) -> Iterator[Finding]:
    if expects.subsystems is None:
        return
    for effect in plan.effects:
        if effect.scope.kind != "region" or not effect.leaving or effect.subsystem in expects.subsystems:
            continue
        count = sum(effect.subsystem in supported for supported in plan.supports)
        facts = AnotherSubsystem(effect.subsystem, count, plan.count, effect.in_service, effect.after)
        yield _finding(facts, effect.subsystem, effect.scope)


def _headroom(expects: Expects, plan: Plan) -> Iterator[Finding]:
    named = dict(expects.headroom_of)
    for effect in plan.effects:
        if not effect.leaving:
            continue
        wanted = expects.headroom
        if effect.scope.kind == "region" and effect.subsystem in named:
            wanted = named[effect.subsystem]
        if wanted is not None:
            yield from _short(effect, wanted)


def _short(effect: Effect, wanted: Amount) -> Iterator[Finding]:
    name, scope, moved = effect.subsystem, effect.scope, (effect.in_service, effect.after)
    if effect.floor is None or effect.headroom is None:
        yield _finding(NoFloorToKeep(name, scope, str(wanted), *moved), name, scope)
        return
    least = wanted.of(effect.floor)
    if effect.headroom < least:
        facts = HeadroomShort(name, scope, least, _share(wanted), effect.headroom, effect.floor, *moved)
        yield _finding(facts, name, scope)


def _minutes(expects: Expects, minutes: float) -> Iterator[Finding]:
    most = expects.minutes
    if most is not None and minutes > most:
        yield _finding(TakesLonger(most, minutes))


def _headroom_now(expects: Expects, state: State) -> Iterator[Finding]:
    if expects.headroom is None and not expects.headroom_of:
        return
    now, named = headrooms_of(state), dict(expects.headroom_of)
    scopes = now.scopes
    columns = (scopes.subsystem.tolist(), scopes.floor.tolist(), now.room.tolist())
    for scope, number, floor, headroom in zip(scopes.names, *columns, strict=True):
        name = state.region.subsystems[number].name
        wanted = named.get(name, expects.headroom) if scope.kind == "region" else expects.headroom
        if wanted is None:
            continue
        if floor == NO_FLOOR:
            if scope.kind == "region":
                yield _finding(NoFloorToKeep(name, scope, str(wanted)), name, scope)
        elif headroom < wanted.of(floor):
            facts = HeadroomShort(name, scope, wanted.of(floor), _share(wanted), headroom, floor)
            yield _finding(facts, name, scope)


def _finding(facts: FindingFacts, subsystem: str | None = None, scope: Scope | None = None) -> Finding:
    return Finding(CODE, Severity.BLOCK, facts, subsystem, scope)


def _share(amount: Amount) -> str | None:
    return str(amount) if amount.percent else None
