"""A region that lives by itself: servers fail, are repaired, finish draining and join.

`step` advances a world by some seconds and gives what happened; it knows no clock and reads none. What people do to the
world (drain these, let those join) its owner says with the methods of `World`. Nothing here judges whether an act is allowed.

Failures are a function of the seed and of the moment alone: each of a few *slots* goes through cycles of fixed length, and in
each cycle one server of that slot fails, is repaired and joins again. So two programs with the same seed see the same failures
at the same time, whenever they started, and no more servers than there are slots are ever down at once. Only servers whose
loss breaks no floor, even with every slot down, take part: calm churn never breaks a floor by itself.
"""

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from topology.fleet.fleet import NO_FLOOR, Fleet
from topology.region.region import Region
from topology.region.server_states import ServerState

TICK_S = 0.25
"""Everything happens at multiples of this, so that it does not matter how often the world is stepped."""

MOST_SLOTS = 12
"""Servers that may be down at once."""
SERVERS_PER_SLOT = 200
"""A region has one slot for so many servers, up to `MOST_SLOTS`: a handful of servers does not fail all the time."""
CYCLE_S = 180.0
"""A slot's cycle: with 12 slots, four failures a minute."""
WARM_UP_S = 4 * CYCLE_S
"""A world stepped for so long has the failures that one stepped for ever would have."""

_FELT_CYCLES = 4
"""So many cycles are gone through after the beginning, and before the end, of a time that is jumped over."""
_LONG_CYCLES = 480
"""A day: more than that at once is jumped over, as when a clock was set."""

_DRAIN_S = (2.0, 8.0)
_JOIN_S = (2.0, 5.0)
_FAIL_AFTER_S = (0.0, 36.0)
_REPAIR_S = (40.0, 110.0)
_REJOIN_S = (5.0, 20.0)


class Chance:
    """Numbers that depend on the seed and on what is asked, never on what was asked before."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def number(self, *what: str | int) -> float:
        """Give a number from 0 up to 1 for *what*."""
        digest = hashlib.blake2b(repr((self.seed, *what)).encode(), digest_size=8).digest()
        return int.from_bytes(digest) / 2.0**64

    def between(self, bounds: tuple[float, float], *what: str | int) -> float:
        """Give a number within *bounds* for *what*."""
        low, high = bounds
        return low + (high - low) * self.number(*what)

    def drain_s(self, operation: str, server: str) -> float:
        """Give the seconds for which *server* drains when *operation* takes it."""
        return self.between(_DRAIN_S, "drain", operation, server)

    def join_s(self, operation: str, server: str) -> float:
        """Give the seconds after which *server* is in service when *operation* restores it."""
        return self.between(_JOIN_S, "join", operation, server)


@dataclass(frozen=True, slots=True)
class SimulatedEvent:
    """Servers (positions in the roster) whose state changed at one tick, in order."""

    time: float
    changes: tuple[tuple[int, ServerState], ...]


@dataclass(slots=True, eq=False)
class World:
    """The states of all servers at *time*, and what is under way. One owner steps it and acts on it."""

    time: float
    states: NDArray[np.uint8]
    candidates: NDArray[np.int32]
    """Positions of the servers that may fail by themselves."""
    slots: int
    due: dict[int, tuple[float, ServerState]] = field(default_factory=dict)
    """By server: when its drain or its joining ends, and what it is then."""
    down: set[int] = field(default_factory=set)
    """Servers that failed by themselves and are not back yet."""

    @classmethod
    def of(cls, region: Region, time: float, churn: bool = True) -> "World":
        """Begin with the states that *region* describes; without *churn* nothing fails by itself."""
        slots = min(MOST_SLOTS, len(region.roster) // SERVERS_PER_SLOT) if churn else 0
        return cls(time, region.roster.state.copy(), _candidates(region, slots), slots)

    def put(self, server: int, state: ServerState) -> None:
        """Set a server's state by an act, which ends whatever was under way with it."""
        self.due.pop(server, None)
        self.down.discard(server)
        self.states[server] = state

    def drain(self, server: int, until: float) -> None:
        """Let a server drain until a moment, then be removed."""
        self.put(server, ServerState.DRAINING)
        self.due[server] = (_tick_after(until), ServerState.REMOVED)

    def join(self, server: int, until: float) -> None:
        """Let a server join until a moment, then be in service."""
        self.put(server, ServerState.JOINING)
        self.due[server] = (_tick_after(until), ServerState.IN_SERVICE)


def step(world: World, seconds: float, rng: Chance) -> tuple[SimulatedEvent, ...]:
    """Advance *world*, and give what happened, oldest first; seconds below zero count as none.

    Stepping in two parts gives the same as stepping at once; the same seed and the same acts give the same happenings.
    """
    start, until = world.time, world.time + max(0.0, seconds)
    coming = [(when, server, state) for server, (when, state) in world.due.items() if when <= until]
    coming.extend(_churn(world, start, until, rng))
    coming.sort(key=lambda change: change[:2])
    world.time = until
    ticks: dict[float, list[tuple[int, ServerState]]] = {}
    for when, server, state in coming:
        if _happens(world, when, server, state):
            world.states[server] = state
            ticks.setdefault(when, []).append((server, state))
    return tuple(SimulatedEvent(when, tuple(changes)) for when, changes in ticks.items())


def _happens(world: World, when: float, server: int, state: ServerState) -> bool:
    """Say whether a change still stands, and note what follows from it.

    A failure hits only what is in service, and a repair brings back only what failed by itself: never a removed server.
    """
    if world.due.get(server) == (when, state):
        del world.due[server]
        return True
    if state is ServerState.FAILED:
        if world.states[server] != ServerState.IN_SERVICE:
            return False
        world.down.add(server)
        return True
    if server not in world.down:
        return False
    if state is ServerState.IN_SERVICE:
        world.down.discard(server)
    return True


def _churn(world: World, start: float, until: float, rng: Chance) -> list[tuple[float, int, ServerState]]:
    """Give the failures, joinings and returns after *start* up to *until*, whether or not they can happen."""
    found: list[tuple[float, int, ServerState]] = []
    for slot in range(world.slots):
        servers = world.candidates[slot :: world.slots]
        if len(servers) == 0:
            continue
        offset = slot * CYCLE_S / world.slots
        for cycle in _cycles(math.floor((start - offset) / CYCLE_S), math.floor((until - offset) / CYCLE_S)):
            server = int(servers[int(rng.number("which", slot, cycle) * len(servers))])
            fails = offset + cycle * CYCLE_S + rng.between(_FAIL_AFTER_S, "fails", slot, cycle)
            joins = fails + rng.between(_REPAIR_S, "repair", slot, cycle)
            returns = joins + rng.between(_REJOIN_S, "rejoin", slot, cycle)
            for moment, state in (
                (fails, ServerState.FAILED),
                (joins, ServerState.JOINING),
                (returns, ServerState.IN_SERVICE),
            ):
                when = _tick_after(moment)
                if start < when <= until:
                    found.append((when, server, state))
    return found


def _cycles(first: int, last: int) -> Iterable[int]:
    """Give the cycles that can be felt at the end: what failed in one is back at its end, so long times are jumped over."""
    if last - first < _LONG_CYCLES:
        return range(first, last + 1)
    return chain(range(first, first + _FELT_CYCLES), range(last - _FELT_CYCLES, last + 1))


def _tick_after(moment: float) -> float:
    return math.ceil(moment / TICK_S) * TICK_S


def _candidates(region: Region, slots: int) -> NDArray[np.int32]:
    """Find the servers in service that can be spared by every scope they count in, even with every slot down in it."""
    if slots == 0:
        return np.zeros(0, np.int32)
    fleet = Fleet(region)
    headroom = fleet.capacity - fleet.scopes.floor
    most_units = max((units for profile in region.roster.profiles for _, units in profile), default=1)
    bound = (fleet.scopes.floor == NO_FLOOR) | (headroom >= slots * most_units)
    rows = fleet.class_rows
    spare = np.ones(len(rows), np.bool_)
    np.logical_and.at(spare, np.repeat(np.arange(len(rows)), np.diff(rows.starts)), bound[rows.flat])
    serving = fleet.state == ServerState.IN_SERVICE
    return np.flatnonzero(serving & spare[fleet.class_of]).astype(np.int32)
