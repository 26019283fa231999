"""Cuts the servers of a plan into waves that the pace can ever let through, and says when the next wave fits."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from topology.fleet.fleet import PACE_WINDOW_S
from topology.fleet.pace import SlidingWindow, departed_since, windows_of_region, windows_of_subsystems
from topology.fleet.state import State
from topology.region.sentences.clock import by_clock


@dataclass(frozen=True, slots=True)
class TooSoon:
    """Until when (the link's time) a wave has to wait, and which pace makes it."""

    until: float
    why: str


def split(state: State, servers: Iterable[str], own_pace: int | None) -> tuple[tuple[str, ...], ...]:
    """Cut *servers*, in their order, into waves of the policy's size, none larger than any pace it has to pass."""
    policy, listed = state.region.policy, len(state.region.roster)
    windows = (window.count(listed) for window in policy.windows)
    most = min(filter(None, (policy.wave, policy.pace_per_minute, own_pace, *windows)))
    waves: list[tuple[str, ...]] = []
    wave: list[str] = []
    counts: dict[int, int] = {}
    for server in servers:
        paced = _paced_subsystems(state, server)
        if len(wave) == most or any(counts.get(number, 0) == pace for number, pace in paced):
            waves.append(tuple(wave))
            wave, counts = [], {}
        wave.append(server)
        for number, _ in paced:
            counts[number] = counts.get(number, 0) + 1
    return (*waves, tuple(wave)) if wave else tuple(waves)


def too_soon(
    state: State,
    servers: Sequence[str],
    now: float,
    own: Sequence[tuple[float, int]],
    own_pace: int | None,
    *,
    leaving: bool,
) -> TooSoon | None:
    """Say how long *servers* have to wait for every sliding minute; None when they may be sent now.

    *own* is what the command sent so far, as (time, servers), and *own_pace* the pace it states; the region's paces
    hold for servers that are *leaving*.
    """
    latest: TooSoon | None = None
    windows = list(_windows(state, servers, now)) if leaving else []
    if own_pace is not None:
        sent = departed_since(own, now, PACE_WINDOW_S)
        windows.append((len(servers), SlidingWindow(None, PACE_WINDOW_S, own_pace, sent), " of this command"))
    for count, window, whose in windows:
        until = window.fits_from(count)
        if until is not None and until > now and (latest is None or until > latest.until):
            latest = TooSoon(until, f"{window.used:,} of {window.most:,} servers {_time(window.seconds)}{whose} used")
    return latest


def clock(state: State, moment: float) -> str:
    """Write a moment as the region's own clock shows it, never earlier than it is."""
    return by_clock(state.region.time_zone, math.ceil(moment), "%H:%M:%S")


def _windows(state: State, servers: Sequence[str], now: float) -> Iterator[tuple[int, SlidingWindow, str]]:
    """Give each pace to pass: servers of the wave that count, its window, and whose it is."""
    for window in windows_of_region(state, now):
        yield len(servers), window, ""
    counts = Counter(number for server in servers for number, _ in _paced_subsystems(state, server))
    for number, count in counts.items():
        for window in windows_of_subsystems(state, now, (number,)):
            yield count, window, f" of {state.region.subsystems[number].name}"


def _paced_subsystems(state: State, server: str) -> list[tuple[int, int]]:
    """Give the subsystems of a server that have a pace of their own, with the most that one wave may take of each."""
    position = state.fleet.position.get(server)
    if position is None:
        return []
    found = []
    for number in state.fleet.subsystems_of(position):
        subsystem = state.region.subsystems[number]
        limits = [window.count(state.region.listed[number]) for window in subsystem.windows]
        if subsystem.pace_per_minute is not None:
            limits.append(subsystem.pace_per_minute)
        if limits:
            found.append((number, min(limits)))
    return found


def _time(seconds: float) -> str:
    return "per minute" if seconds == PACE_WINDOW_S else f"in {seconds / 3600:g} h"
