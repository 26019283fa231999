"""What paces a removal is held to, how much of each is used over its sliding window, and when one more server may leave."""

from math import ceil
from typing import NamedTuple

from topology.fleet.fleet import PACE_WINDOW_S
from topology.planning.guards.case import Case
from topology.planning.plan import PaceUse


class Limit(NamedTuple):
    """A pace that a removal is held to: for everything (*subsystem* None) or for one subsystem."""

    subsystem: str | None
    servers: int
    per_minute: int
    used: int
    """Servers that earlier acts took from it in the last minute."""


def limits(case: Case) -> tuple[Limit, ...]:
    """Give every pace that the removal is held to; none where nothing leaves or no pace is known."""
    count, policy = len(case.choice.servers), case.region.policy
    if not count or not case.removes:
        return ()
    used, used_by = case.state.fleet.usage_since(case.state.time - PACE_WINDOW_S)
    found = []
    if policy.pace_per_minute is not None:
        found.append(Limit(None, count, policy.pace_per_minute, used))
    if case.intent.pace is not None:  # holds this command back, whatever others took
        found.append(Limit(None, count, case.intent.pace, 0))
    for number, leaving in sorted(case.shift.servers.items()):
        pace = case.region.subsystems[number].pace_per_minute
        if pace is not None:
            found.append(Limit(case.region.subsystems[number].name, leaving, pace, used_by.get(number, 0)))
    return tuple(found)


def slowest(found: tuple[Limit, ...]) -> Limit:
    """Give the limit that makes a removal take longest."""
    return max(found, key=lambda limit: limit.servers / limit.per_minute)


def uses(case: Case) -> tuple[PaceUse, ...]:
    """Give every pace of the region and of its subsystems that the removal is held to, the shortest window first."""
    if not case.removes or not len(case.choice.servers):
        return ()
    region, policy, count = case.region, case.region.policy, len(case.choice.servers)
    found = []
    if policy.pace_per_minute is not None:
        found.append(_use(case, None, PACE_WINDOW_S, policy.pace_per_minute, count))
    listed = len(region.roster)
    found += [_use(case, None, window.seconds, window.count(listed), count) for window in policy.windows]
    for number, leaving in sorted(case.shift.servers.items()):
        subsystem = region.subsystems[number]
        if subsystem.pace_per_minute is not None:
            found.append(_use(case, number, PACE_WINDOW_S, subsystem.pace_per_minute, leaving))
        found += [
            _use(case, number, window.seconds, window.count(region.listed[number]), leaving)
            for window in subsystem.windows
        ]
    return tuple(sorted(found, key=lambda use: use.seconds))


def minutes_of(found: tuple[PaceUse, ...]) -> float:
    """Give the minutes that the longer windows make a removal take at most: what does not fit waits for whole windows."""
    waits = (
        ceil((use.takes - max(0, use.most - use.used)) / use.most) * use.seconds / 60
        for use in found
        if use.seconds > PACE_WINDOW_S and use.takes > use.most - use.used
    )
    return max(waits, default=0.0)


def _use(case: Case, number: int | None, seconds: float, most: int, takes: int) -> PaceUse:
    now, departures = case.state.time, case.state.fleet.departures
    left = [
        (one.time, one.servers if number is None else one.per_subsystem.get(number, 0))
        for one in departures
        if one.time > now - seconds
    ]
    used = sum(count for _, count in left)
    next_at, rest = None, used
    for time, count in left:
        if rest < most:
            break
        rest -= count
        next_at = time + seconds
    name = None if number is None else case.region.subsystems[number].name
    return PaceUse(name, seconds, most, used, takes, next_at)
