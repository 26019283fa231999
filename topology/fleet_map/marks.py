"""What each server is marked as on the map, and how many there are of each mark.

A mark says one thing about a server: what it is doing, which subsystem it serves, or what a plan would do with it. Marks are in
the order of importance: where several servers share a pixel the highest shows, so that what is not normal is never lost.
"""

from dataclasses import dataclass, field
from enum import Enum, IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from topology.fleet.state import State
from topology.planning.plan import Plan
from topology.region.server_states import ServerState


class CellMark(IntEnum):
    """What a cell of the map shows; what is abnormal comes after what is normal, and a plan after that."""

    NOBODY = 0
    QUIET = 1
    """In service, and of none of the subsystems that are looked at."""
    IN_SERVICE = 2
    GROUP_1 = 3
    GROUP_2 = 4
    GROUP_3 = 5
    GROUP_4 = 6
    GROUP_5 = 7
    GROUP_6 = 8
    SEVERAL = 9
    """In service for several subsystems at once, where colours tell subsystems apart."""
    LIT = 10
    """In service for the subsystem that is looked at."""
    JOINING = 11
    REMOVED = 12
    DRAINING = 13
    FAILED = 14
    PENDING = 15
    """In service; a running execution will still take it."""
    PLANNED = 16
    """The plan on show takes it, or gives it back."""
    SHARED = 17
    """Likewise, and it supports a subsystem that the command does not name."""


class ColourBy(Enum):
    """What the marks of servers in service tell."""

    STATE = "state"
    SUBSYSTEM = "subsystem"
    PLAN = "plan"


GROUPS = (CellMark.GROUP_1, CellMark.GROUP_2, CellMark.GROUP_3, CellMark.GROUP_4, CellMark.GROUP_5, CellMark.GROUP_6)
"""The marks of the subsystems with most servers, the largest first; those of the rest are `IN_SERVICE`."""
MANY = 0.2
"""Where this part of the fleet changed, all of it is marked anew: that is quicker than one by one."""
ABNORMAL = CellMark.JOINING
"""From here on a mark is something to look at."""

_OF_STATE = np.zeros(len(ServerState), np.uint8)
_OF_STATE[[ServerState.JOINING, ServerState.IN_SERVICE]] = CellMark.JOINING, CellMark.IN_SERVICE
_OF_STATE[[ServerState.DRAINING, ServerState.REMOVED]] = CellMark.DRAINING, CellMark.REMOVED
_OF_STATE[ServerState.FAILED] = CellMark.FAILED
_ANY_BYTE = np.pad(_OF_STATE, (0, 256 - len(_OF_STATE))).astype(np.uint16)
_OF_TWO = (_ANY_BYTE[:, None] << 8 | _ANY_BYTE).ravel()
"""The marks of two servers at once, by both of their states: half the look-ups, whichever of the bytes comes first."""
Servers = NDArray[np.int32]
_NONE = np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """The servers of a plan by their place in the roster, and which of them also support what the command does not name.

    *also* counts these by subsystem, most first.
    """

    servers: Servers = field(default_factory=lambda: _NONE)
    shared: Servers = field(default_factory=lambda: _NONE)
    also: tuple[tuple[str, int], ...] = ()


def planned_of(state: State, plan: Plan | None) -> Planned:
    """Find the servers of a plan; a server that the region does not have is left out."""
    if plan is None or not plan.count:
        return Planned()
    region = state.region
    listed = plan.listed
    if listed is not None and listed.is_of(region):
        servers = listed.positions
    else:
        found = (state.fleet.position.get(name, -1) for name in plan.servers)
        servers = np.fromiter(found, np.int32, plan.count)
        servers = servers[servers >= 0]
    named = {region.index.get(effect.subsystem) for effect in plan.effects if effect.named}
    profiles, counts = np.unique(region.roster.profile[servers], return_counts=True)
    has_more = np.zeros(len(region.roster.profiles), np.bool_)
    also: dict[int, int] = {}
    for profile, count in zip(profiles.tolist(), counts.tolist(), strict=True):
        for number, _ in region.roster.profiles[profile]:
            if number not in named:
                has_more[profile] = True
                also[number] = also.get(number, 0) + count
    ordered = sorted(also.items(), key=lambda item: (-item[1], item[0]))
    shared = servers[has_more[region.roster.profile[servers]]]
    return Planned(servers, shared, tuple((region.subsystems[number].name, count) for number, count in ordered))


class Marks:
    """The mark of every server of a region, kept up to date with few of them touched."""

    def __init__(self, state: State) -> None:
        self._roster = state.region.roster
        self._region = state.region
        size = len(self._roster)
        self._gone = np.array(self._roster.gone, np.int64)
        self.values = np.zeros(size + 1, np.uint8)
        """N + 1: the mark of each server; the last stands for nobody."""
        self.counts = np.zeros(len(CellMark), np.int64)
        """How many servers have each mark."""
        self._seen = np.full(size, len(ServerState), np.uint8)
        self._normal: NDArray[np.uint8] | None = None
        """The mark of each server while it is in service, where these differ."""
        self._over = np.zeros(size, np.uint8)
        """What the plan, or a running execution, says about a server; 0 where nothing."""
        self._pending = self._planned = self._shared = _NONE
        self.by, self.lit = ColourBy.PLAN, ""
        self.planned = Planned()
        self._shown: Plan | None = None
        self.update(state)

    @cached_property
    def groups(self) -> tuple[tuple[str, CellMark], ...]:
        """The subsystems that have marks of their own while colours tell subsystems apart, the largest first."""
        listed = self._region.listed
        order = sorted((number for number, count in enumerate(listed) if count), key=lambda number: -listed[number])
        return tuple((self._region.subsystems[number].name, mark) for number, mark in zip(order, GROUPS, strict=False))

    def look(self, by: ColourBy, lit: str = "") -> None:
        """Choose what marks tell; *lit* is a subsystem whose servers stand out. Takes effect with the next `update`."""
        lit = lit if lit in self._region.index else ""
        if (by, lit) != (self.by, self.lit):
            self.by, self.lit = by, lit
            self._normal = self._normal_marks()
            self._seen.fill(len(ServerState))

    def plan(self, state: State, plan: Plan | None) -> None:
        """Take the plan on show. Takes effect with the next `update`."""
        shown = self._shown
        if plan is shown or (plan is not None and plan.is_like(shown)):
            return
        self._shown = plan
        self.planned = planned_of(state, plan)

    def update(self, state: State) -> Servers | None:
        """Mark anew what changed; gives the servers whose mark did, or None where that is most of them."""
        now = state.fleet.state
        differs = now != self._seen
        overlaid = self._overlay(state)
        if np.count_nonzero(differs) >= MANY * len(now):
            np.copyto(self._seen, now)
            self._mark_all(now)
            return None
        changed = np.flatnonzero(differs)
        if len(overlaid):
            changed = np.union1d(changed, overlaid)
        if not len(changed):
            return _NONE
        self._seen[changed] = now[changed]
        before = self.values[changed]
        after = self._marks_of(now[changed], changed)
        self.values[changed] = after
        self.counts += np.bincount(after, minlength=len(CellMark)) - np.bincount(before, minlength=len(CellMark))
        moved: Servers = changed[before != after].astype(np.int32)
        return moved

    def counted(self) -> tuple[tuple[CellMark, int], ...]:
        """Give how many servers have each mark, those that none has left out."""
        return tuple((mark, int(self.counts[mark])) for mark in CellMark if mark and self.counts[mark])

    def next_abnormal(self, server: int, step: int) -> int:
        """Give the next server that is marked as not normal, going up (1) or down (-1) from *server* and round; -1 for none."""
        found = np.flatnonzero(self.values[:-1] >= int(ABNORMAL))
        if not len(found):
            return -1
        if step > 0:
            place = int(np.searchsorted(found, server, "right"))
            return int(found[place % len(found)])
        return int(found[int(np.searchsorted(found, server)) - 1])

    def _overlay(self, state: State) -> NDArray[np.int64]:
        """Note what plan and executions say; gives the servers about which that changed."""
        shows = self.by is ColourBy.PLAN
        planned = self.planned.servers if shows else _NONE
        shared = self.planned.shared if shows else _NONE
        pending = np.unique(state.pending).astype(np.int32)
        kept = (self._pending, self._planned, self._shared)
        if planned is kept[1] and shared is kept[2] and np.array_equal(pending, kept[0]):
            return _NONE.astype(np.int64)
        touched = np.concatenate((*kept, pending, planned, shared))
        for servers, mark in (
            (touched, 0),
            (pending, CellMark.PENDING),
            (planned, CellMark.PLANNED),
            (shared, CellMark.SHARED),
        ):
            self._over[servers] = mark
        self._pending, self._planned, self._shared = pending, planned, shared
        return np.unique(touched).astype(np.int64)

    def _marks_of(self, states: NDArray[np.uint8], servers: NDArray[np.int64]) -> NDArray[np.uint8]:
        marks = _OF_STATE[states]
        if self._normal is not None:
            normal = marks == CellMark.IN_SERVICE
            marks[normal] = self._normal[servers[normal]]
        over = self._over[servers]
        # A server that left or failed meanwhile is shown as what it is, not as what was going to be done with it.
        over[(over == CellMark.PENDING) & (states != ServerState.IN_SERVICE)] = 0
        found: NDArray[np.uint8] = np.where(over > 0, over, marks)
        if len(self._gone):
            found[np.isin(servers, self._gone)] = CellMark.NOBODY
        return found

    def _mark_all(self, states: NDArray[np.uint8]) -> None:
        marks = self.values[:-1]
        _look_up(states, marks)
        if self._normal is not None:
            np.copyto(marks, self._normal, where=states == int(ServerState.IN_SERVICE))
        over = np.flatnonzero(self._over)
        marks[over] = self._marks_of(states[over], over)
        marks[self._gone] = CellMark.NOBODY
        if self._normal is not None:
            self.counts = _counted(marks)
            return
        odd = np.union1d(over, self._gone)
        of_states = np.bincount(_OF_STATE[states[odd]], minlength=len(CellMark))
        self.counts = _counted_by_state(states) - of_states + np.bincount(marks[odd], minlength=len(CellMark))

    def _normal_marks(self) -> NDArray[np.uint8] | None:
        if self.by is not ColourBy.SUBSYSTEM and not self.lit:
            return None
        lit = self._region.index.get(self.lit, -1)
        groups = {self._region.index[name]: mark for name, mark in self.groups}
        of_profile = np.zeros(max(1, len(self._roster.profiles)), np.uint8)
        for number, profile in enumerate(self._roster.profiles):
            subsystems = [subsystem for subsystem, _ in profile]
            if self.lit:
                of_profile[number] = CellMark.LIT if lit in subsystems else CellMark.QUIET
            elif len(subsystems) > 1:
                of_profile[number] = CellMark.SEVERAL
            else:
                of_profile[number] = (
                    groups.get(subsystems[0], CellMark.IN_SERVICE) if subsystems else CellMark.IN_SERVICE
                )
        found: NDArray[np.uint8] = of_profile[self._roster.profile]
        return found


def _look_up(states: NDArray[np.uint8], marks: NDArray[np.uint8]) -> None:
    """Write the mark of each state into *marks*, two at a time."""
    even = len(states) // 2 * 2
    np.take(_OF_TWO, states[:even].view(np.uint16), out=marks[:even].view(np.uint16), mode="clip")
    marks[even:] = _OF_STATE[states[even:]]


def _counted(marks: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Count each mark one by one, which is quicker than counting bytes at once as long as few marks can be there."""
    return np.array([0, *(np.count_nonzero(marks == int(mark)) for mark in CellMark if mark)], np.int64)


def _counted_by_state(states: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Count the marks that states alone make: there are fewer states than marks."""
    found = np.zeros(len(CellMark), np.int64)
    found[_OF_STATE] = [np.count_nonzero(states == int(one)) for one in ServerState]
    return found
