"""Which servers leave in each stage of `remove all … by rack`: the most that keep every floor, whole racks where they fit.

The rule, which the manual states: racks (cells, zones) go in the order of zone, cell and rack, dependents before what they
need. Whole ones that keep every floor go until the largest command is reached; one that would break a floor is passed over.
Where no whole one fits any more, parts of those that were passed over go, as far as floors allow. A stage ends there, and the
next is worked out as if all before it had left. What is needed does not begin before its dependents are gone.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from math import ceil

import numpy as np
from numpy.typing import NDArray

from topology.command.grammar.syntax import Remove
from topology.fleet.fleet import PACE_WINDOW_S
from topology.fleet.pace import windows_of_region, windows_of_subsystems
from topology.fleet.state import State
from topology.planning.selection.headrooms import Headrooms
from topology.planning.selection.lots import Lot, in_turns, lots_of
from topology.planning.selection.matching import matching
from topology.planning.selection.stages import Stage, StageNeed, StageRoom, Staging
from topology.region.scope import Scope

MOST_STAGES = 500
"""Stages that are worked out; what is left then counts among what stays."""
MOST_NEEDS = 8
MOST_REMEMBERED = 32
_ENOUGH = 1 << 30

_Taken = tuple[NDArray[np.int32], int, int, StageRoom | None]
"""The servers of a stage, how many lots of it are whole and how many parts, and the scope closest to its floor."""


class Staged:
    """The stages of one command at one state. *first* are the servers that leave next, in order."""

    def __init__(self, state: State, now: Headrooms, command: Remove) -> None:
        """Work all of it out.

        Raises:
            ValueError: the command does not go by places.
        """
        if command.by is None:
            raise ValueError(f"{command} does not go by places")
        self._state, self._now, self._command = state, now, command
        self._room: list[int] = now.room.tolist()
        self._limit = state.region.policy.largest_count(state.region.roster.count) or _ENOUGH
        servers = matching(state, command)
        self.matching = len(servers)
        turns = in_turns(state, command.subsystems)
        free = ~_never(state, now, servers)
        self._waiting = deque(lots_of(state, now, servers[free], command.by, turns))
        self._passed_over: list[Lot] = []
        taken = list(islice(iter(self._next, None), MOST_STAGES))
        left, never = [*self._passed_over, *self._waiting], np.sort(servers[~free])
        # Where nothing may leave, what would have to leave next: the guards then say what is in the way.
        blocked = (left[0].servers if left else never)[: self._limit]
        self.first: NDArray[np.int32] = taken[0][0] if taken else blocked
        self.staging = self._told(command.by, tuple(name for turn in turns for name in turn), taken, left, len(never))

    def _next(self) -> _Taken | None:
        """Take the servers of the next stage; None where nothing more may leave."""
        taken, whole = self._lots()
        if not taken:
            taken, whole = self._parts(), 0
        if not taken:
            return None
        servers = np.concatenate([lot.servers for lot in taken])
        return servers, whole, len(taken) - whole, self._worst(taken)

    def _lots(self) -> tuple[list[Lot], int]:
        """Take whole lots up to the largest command, or a part of one that is larger; gives them and how many are whole."""
        taken: list[Lot] = []
        count = 0
        while self._waiting and not self._must_wait(self._waiting[0]):
            size = len(self._waiting[0].servers)
            if count and count + size > self._limit:
                break
            lot = self._waiting.popleft()
            if size > self._limit:
                part, rest = self._part(lot, self._limit)
                if part is not None:
                    self._waiting.extendleft([rest] if rest is not None else [])
                    return [part], 0
                self._passed_over.append(lot)
            elif self._fits(lot):
                taken.append(lot)
                count += size
            else:
                self._passed_over.append(lot)
        return taken, len(taken)

    def _must_wait(self, lot: Lot) -> bool:
        """Whether dependents of what a lot has are still there."""
        return bool(self._passed_over) and self._passed_over[0].turn != lot.turn

    def _parts(self) -> list[Lot]:
        """Take parts of the lots that were passed over, up to the largest command."""
        taken, count, kept = [], 0, []
        for lot in self._passed_over:
            part, rest = self._part(lot, self._limit - count)
            if part is not None:
                taken.append(part)
                count += len(part.servers)
            if rest is not None:
                kept.append(rest)
        self._passed_over = kept
        return taken

    def _fits(self, lot: Lot) -> bool:
        """Take a lot, if every floor is kept without all of it."""
        if any(self._room[row] < units for row, units in lot.units.items()):
            return False
        self._give(lot.units)
        return True

    def _part(self, lot: Lot, most: int) -> tuple[Lot | None, Lot | None]:
        """Take as many of the lot's servers as keep every floor, in order, *most* at most; gives them and the others."""
        keep = np.zeros(len(lot.servers), np.bool_)
        for number, count in Counter(lot.classes.tolist()).items():
            fits = min(count, most, self._fitting(number))
            if fits > 0:
                keep[np.flatnonzero(lot.classes == number)[:fits]] = True
                self._give(self._units({number: fits}))
                most -= fits
        return self._some(lot, keep), self._some(lot, ~keep)

    def _some(self, lot: Lot, keep: NDArray[np.bool_]) -> Lot | None:
        if not keep.any() or keep.all():
            return lot if keep.any() else None
        classes = lot.classes[keep]
        return Lot(lot.servers[keep], classes, lot.turn, self._units(Counter(classes.tolist())))

    def _fitting(self, number: int) -> int:
        """Give how many servers of a class may leave before a floor is in the way."""
        wide, local = self._now.classes.terms(number)
        rooms = (self._room[row] // units for row, units, _ in (*wide, *local) if units)
        return max(0, min(rooms, default=_ENOUGH))

    def _units(self, counts: Mapping[int, int]) -> dict[int, int]:
        """Give the units that so many servers of each class have in every scope with a floor."""
        found: dict[int, int] = {}
        for number, count in counts.items():
            wide, local = self._now.classes.terms(number)
            for row, units, _ in (*wide, *local):
                found[row] = found.get(row, 0) + units * count
        return found

    def _give(self, units: Mapping[int, int]) -> None:
        for row, taken in units.items():
            self._room[row] -= taken

    def _worst(self, taken: Iterable[Lot]) -> StageRoom | None:
        """Give the scope closest to its floor, of those that a stage took from."""
        touched = sorted({row for lot in taken for row in lot.units})
        if not touched:
            return None
        row = min(touched, key=lambda row: self._room[row] / int(self._now.classes.scale[row]))
        return StageRoom(*self._named(row), self._room[row])

    def _named(self, row: int) -> tuple[str, Scope]:
        scopes = self._now.scopes
        return self._state.region.subsystems[int(scopes.subsystem[row])].name, scopes.names[row]

    def _told(self, by: str, order: tuple[str, ...], taken: list[_Taken], left: list[Lot], kept: int) -> Staging:
        stages = tuple(
            Stage(len(servers), whole, parts, worst, minutes_for(self._state, self._command, servers))
            for servers, whole, parts, worst in taken
        )
        everything = np.concatenate([servers for servers, *_ in taken]) if taken else np.zeros(0, np.int32)
        minutes = minutes_for(self._state, self._command, everything)
        stays = sum(len(lot.servers) for lot in left)
        return Staging(by, order, stages, len(everything), minutes, stays, kept, tuple(self._needs(left)))

    def _needs(self, left: list[Lot]) -> Iterator[StageNeed]:
        """Give the scopes that stand in the way of what is left, and how much they lack."""
        wanted: Counter[int] = Counter()
        for lot in left:
            wanted.update(lot.units)
        missing = {row: units - self._room[row] for row, units in wanted.items()}
        short = sorted((row for row in missing if missing[row] > 0), key=lambda row: (-missing[row], row))
        for row in short[:MOST_NEEDS]:
            yield StageNeed(*self._named(row), missing[row])


def staged(state: State, now: Headrooms, command: Remove) -> Staged:
    """Give the stages of a command, worked out once for each moment."""
    found: Staged | None = now.staged.get(command)
    if found is None:
        if len(now.staged) >= MOST_REMEMBERED:
            now.staged.clear()
        found = now.staged[command] = Staged(state, now, command)
    return found


def minutes_for(state: State, command: Remove, servers: NDArray[np.int32]) -> float:
    """Give the minutes that it takes *servers* to leave at every pace, if nothing else leaves meanwhile."""
    roster = state.region.roster
    takes: Counter[int] = Counter()
    for profile, count in Counter(roster.profile[servers].tolist()).items():
        takes.update({number: count for number, _ in roster.profiles[profile]})
    found = [len(servers) / command.pace.per_minute] if command.pace is not None else []
    for window in (*windows_of_region(state, state.time), *windows_of_subsystems(state, state.time, sorted(takes))):
        count = len(servers) if window.subsystem is None else takes[window.subsystem]
        if window.seconds == PACE_WINDOW_S:
            found.append(count / window.most)
        else:
            over = count - max(0, window.most - window.used)
            found.append(max(0, ceil(over / window.most)) * window.seconds / 60)
    return max(found, default=0.0)


def _never(state: State, now: Headrooms, servers: NDArray[np.int32]) -> NDArray[np.bool_]:
    barred = now.classes.barred[state.fleet.class_profile[state.fleet.class_of[servers]]]
    found: NDArray[np.bool_] = barred | state.region.roster.protected[servers].astype(np.bool_)
    return found
