"""What paces a removal is held to, how much of each is used over its sliding window, and when one more server may leave."""

from math import ceil
from typing import NamedTuple

from topology.fleet.fleet import PACE_WINDOW_S
from topology.fleet.pace import SlidingWindow, windows_of_region, windows_of_subsystems
from topology.planning.guards.case import Case, once
from topology.planning.plan import PaceUse


class PaceLimit(NamedTuple):
    """A pace that a removal is held to: for everything (*subsystem* None) or for one subsystem."""

    subsystem: str | None
    servers: int
    per_minute: int
    used: int
    """Servers that earlier acts took from it in the last minute."""


@once
def limits(case: Case) -> tuple[PaceLimit, ...]:
    """Give every pace that the removal is held to; none where nothing leaves or no pace is known."""
    count, policy = len(case.choice.servers), case.region.policy
    if not count or not case.removes:
        return ()
    used, used_by = case.state.fleet.usage_since(case.state.time - PACE_WINDOW_S)
    found = []
    if policy.pace_per_minute is not None:
        found.append(PaceLimit(None, count, policy.pace_per_minute, used))
    if case.intent.pace is not None:  # holds this command back, whatever others took
        found.append(PaceLimit(None, count, case.intent.pace, 0))
    for number, leaving in sorted(case.shift.servers.items()):
        pace = case.region.subsystems[number].pace_per_minute
        if pace is not None:
            found.append(PaceLimit(case.region.subsystems[number].name, leaving, pace, used_by.get(number, 0)))
    return tuple(found)


def slowest(found: tuple[PaceLimit, ...]) -> PaceLimit:
    """Give the limit that makes a removal take longest."""
    return max(found, key=lambda limit: limit.servers / limit.per_minute)


@once
def uses(case: Case) -> tuple[PaceUse, ...]:
    """Give every pace of the region and of its subsystems that the removal is held to, the shortest window first."""
    if not case.removes or not len(case.choice.servers):
        return ()
    now, takes = case.state.time, dict(sorted(case.shift.servers.items()))
    found = (*windows_of_region(case.state, now), *windows_of_subsystems(case.state, now, takes))
    return tuple(sorted((_use(case, window, takes) for window in found), key=lambda use: use.seconds))


def minutes_of(found: tuple[PaceUse, ...]) -> float:
    """Give the minutes that the longer windows make a removal take at most: what does not fit waits for whole windows."""
    waits = (
        ceil((use.takes - max(0, use.most - use.used)) / use.most) * use.seconds / 60
        for use in found
        if use.seconds > PACE_WINDOW_S and use.takes > use.most - use.used
    )
    return max(waits, default=0.0)


def _use(case: Case, window: SlidingWindow, takes: dict[int, int]) -> PaceUse:
    number = window.subsystem
    name = None if number is None else case.region.subsystems[number].name
    count = len(case.choice.servers) if number is None else takes[number]
    return PaceUse(name, window.seconds, window.most, window.used, count, window.fits_from(1))
