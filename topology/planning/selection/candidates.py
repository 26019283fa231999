"""The servers that commands mean, found fast enough for dozens of commands in the time of one.

`matching` and `sort_out` say what a command means; this gives the same servers, or the first of each class where no more
can matter. It looks at class counters before servers, answers conditions on places from lists made once for a region,
and looks the names of a run up once for all runs that share them. What takes long is cut into steps.
"""

from collections.abc import Generator, Iterable
from fnmatch import translate
from re import compile as compile_pattern
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from topology.command.grammar.syntax import Both, Comparison, Condition, Either, NameRange, Not, Place, Remove, Restore
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.planning.selection.classes import Classes, classes_of, runs
from topology.planning.selection.matching import named_subsystems
from topology.region.naming.packed_names import PackedNames, names_at
from topology.region.naming.patterns import places_like
from topology.region.naming.positions import PackedPositions
from topology.region.region import Region
from topology.region.server_states import ServerState

FEW_NAMES = 1_000
"""Names that are looked at in one step."""

Steps = Generator[None, None, NDArray[np.int32]]
Mask = NDArray[np.bool_]


class Register:
    """The racks of each zone, cell and rack, by bare name (`r12`) and in full (`az4/c1/r12`), and classes by profile."""

    def __init__(self, fleet: Fleet) -> None:
        roster = fleet.region.roster
        self._count = len(roster.racks)
        self._by_profile = np.argsort(fleet.class_profile, kind="stable").astype(np.int64)
        sizes = np.bincount(fleet.class_profile, minlength=len(roster.profiles))
        self._begins = np.concatenate(([0], np.cumsum(sizes))).tolist()
        found: dict[tuple[str, str], list[int]] = {}
        for number, (zone, cell, rack) in enumerate(roster.racks):
            for key in (
                ("zone", zone),
                ("cell", cell),
                ("cell", f"{zone}/{cell}"),
                ("rack", rack),
                ("rack", f"{zone}/{cell}/{rack}"),
            ):
                found.setdefault(key, []).append(number)
        self._racks = {key: np.array(racks, np.int32) for key, racks in found.items()}
        self._first = np.concatenate(([0], np.cumsum(np.bincount(roster.rack, minlength=self._count))))
        is_sorted = bool((np.diff(roster.rack) >= 0).all())
        self._by_rack = None if is_sorted else np.argsort(roster.rack, kind="stable").astype(np.int32)
        """Positions rack by rack; None where that is their order."""

    def classes_with(self, profiles: Iterable[int]) -> NDArray[np.int64]:
        """Give the classes that have one of *profiles*, in order."""
        parts = [self._by_profile[self._begins[profile] : self._begins[profile + 1]] for profile in profiles]
        return np.sort(np.concatenate([np.zeros(0, np.int64), *parts]))

    def servers_in(self, racks: Mask, fewer: int) -> NDArray[np.int32] | None:
        """Give the positions of all servers in *racks*, in order; None where they are not *fewer*."""
        chosen = np.flatnonzero(racks)
        begin = self._first[chosen]
        lengths = self._first[chosen + 1] - begin
        if int(lengths.sum()) >= fewer:
            return None
        places = runs(begin, lengths)
        return places.astype(np.int32) if self._by_rack is None else np.sort(self._by_rack[places])

    def called(self, level: str, names: tuple[str, ...]) -> Mask:
        """Say for each rack whether it is in one of those that *names* mean at *level*."""
        chosen = np.zeros(self._count, np.bool_)
        for name in names:
            if (level, name) in self._racks:
                chosen[self._racks[level, name]] = True
        return chosen

    def inside(self, places: tuple[Place, ...]) -> Mask:
        """Say for each rack whether it is in one of *places*."""
        chosen = np.zeros(self._count, np.bool_)
        for place in places:
            level = "zone" if place.cell is None else "cell" if place.rack is None else "rack"
            chosen |= self.called(level, (str(place),))
        return chosen


# As in `classes_of`: they hold parts of the region but not the region, so that they go when it does.
_REGISTERS: "WeakKeyDictionary[Region, Register]" = WeakKeyDictionary()


def register_of(fleet: Fleet) -> Register:
    """Give the register for a fleet, made once as long as its region lives."""
    found = _REGISTERS.get(fleet.region)
    if found is None:
        found = _REGISTERS[fleet.region] = Register(fleet)
    return found


class Lookups:
    """What the commands of one state share: it must not change while this is in use."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.classes: Classes = classes_of(state.fleet)
        self.register = register_of(state.fleet)
        fleet, protected = state.fleet, state.region.roster.protected
        self.special = np.zeros(len(fleet.class_cell), np.bool_)
        """For each class, whether counting is not enough: servers of it are protected, or about to leave."""
        self.special[fleet.class_of[np.flatnonzero(protected)]] = True
        self.special[fleet.class_of[state.pending]] = True
        self._runs: dict[tuple[str, int], dict[int, int]] = {}
        self._matches: dict[tuple[str, ...], NDArray[np.int8]] = {}
        self._called: dict[tuple[str, ...], NDArray[np.int32] | None] = {}

    def positions(self, names: NameRange) -> Steps:
        """Give the position of each server that *names* spells; -1 where there is none of that name."""
        position = self.state.fleet.position
        if names.last is None:
            return np.array([position.get(names.prefix + names.first, -1)], np.int32)
        width = len(names.first)
        numbers = range(int(names.first), int(names.last) + 1)
        if (
            isinstance(position, PackedPositions)
            and (of_run := position.of_run(names.prefix, width, numbers)) is not None
        ):
            return of_run
        known = self._runs.setdefault((names.prefix, width), {})
        missing = [number for number in numbers if number not in known]
        for begin in range(0, len(missing), FEW_NAMES):
            for number in missing[begin : begin + FEW_NAMES]:
                known[number] = position.get(f"{names.prefix}{number:0{width}}", -1)
            yield
        return np.fromiter(map(known.__getitem__, numbers), np.int32, len(numbers))

    def named_like(self, patterns: tuple[str, ...], servers: NDArray[np.int32]) -> Generator[None, None, Mask]:
        """Say for each of *servers* whether its name has one of the *patterns*."""
        names = self.state.region.roster.names
        called = self._places_like(patterns)
        if called is not None:
            marked = np.zeros(len(names), np.bool_)
            marked[called] = True
            return marked[servers]
        known = self._matches.get(patterns)
        if known is None:
            known = self._matches[patterns] = np.full(len(names), -1, np.int8)
        missing = servers[known[servers] < 0]
        matches = compile_pattern("|".join(f"(?:{translate(pattern)})" for pattern in patterns)).match
        for begin in range(0, len(missing), FEW_NAMES):
            some = missing[begin : begin + FEW_NAMES]
            known[some] = [matches(name) is not None for name in names_at(names, some)]
            yield
        return known[servers] > 0

    def _places_like(self, patterns: tuple[str, ...]) -> NDArray[np.int32] | None:
        """Give all servers whose names have one of the *patterns*, by position; None where names have to be read for it."""
        names = self.state.region.roster.names
        if patterns not in self._called:
            self._called[patterns] = places_like(names, patterns) if isinstance(names, PackedNames) else None
        return self._called[patterns]

    def named_by(self, condition: Condition) -> NDArray[np.int32] | None:
        """Give all servers, by position, that *condition* may mean by their names; None where it says nothing of these."""
        match condition:
            case Comparison(field="name") if condition.operator != "!=":
                return self._places_like(condition.values)
            case Both():
                known = [found for found in map(self.named_by, condition.parts) if found is not None]
                return min(known, key=len, default=None)
            case Either():
                parts = [found for found in map(self.named_by, condition.parts) if found is not None]
                return np.unique(np.concatenate(parts)) if len(parts) == len(condition.parts) else None
            case _:
                return None

    def racks_meeting(self, condition: Condition, wanted: bool = True) -> Mask | None:
        """Say for each rack whether *condition* may be met (or, where not *wanted*, unmet) there; None where it says nothing."""
        match condition:
            case Comparison(field="name"):
                return None
            case Comparison():
                racks = self.register.called(condition.field, condition.values)
                return racks if (condition.operator != "!=") == wanted else ~racks
            case Not():
                return self.racks_meeting(condition.inner, not wanted)
            case Both() | Either():
                parts = [self.racks_meeting(part, wanted) for part in condition.parts]
                known = [part for part in parts if part is not None]
                if isinstance(condition, Both) == wanted:
                    return np.logical_and.reduce(known) if known else None
                return np.logical_or.reduce(known) if len(known) == len(parts) else None

    def meets(self, condition: Condition, servers: NDArray[np.int32]) -> Generator[None, None, Mask]:
        """Say for each of *servers* whether it meets *condition*."""
        match condition:
            case Comparison():
                if condition.field == "name":
                    found = yield from self.named_like(condition.values, servers)
                else:
                    racks = self.register.called(condition.field, condition.values)
                    found = racks[self.state.region.roster.rack[servers]]
                return ~found if condition.operator == "!=" else found
            case Not():
                met = yield from self.meets(condition.inner, servers)
                return ~met
            case Both() | Either():
                join = np.logical_and if isinstance(condition, Both) else np.logical_or
                whole = yield from self.meets(condition.parts[0], servers)
                for part in condition.parts[1:]:
                    met = yield from self.meets(part, servers)
                    whole = join(whole, met)
                return whole


class Selection:
    """The servers that `matching` would give for one command, in its order."""

    def __init__(self, lookups: Lookups, command: Remove | Restore) -> None:
        self._lookups = lookups
        self._command = command
        self._fleet = lookups.state.fleet
        self._racks: Mask | None = None
        self._all: NDArray[np.int32] | None = None
        self.classes = self._classes_meant()
        """The classes in which servers may match."""
        self.is_counted = (
            isinstance(command, Remove)
            and command.where is None
            and self._racks is None
            and not lookups.special[self.classes].any()
        )
        """Whether counters are enough: no server of these classes is left out, protected or about to leave."""
        self.total = int(self._fleet.class_in_service[self.classes].sum()) if self.is_counted else 0
        """How many match; for some commands only known after `prepare`."""

    def prepare(self) -> Generator[None, None, None]:
        """Find out how many match."""
        if not self.is_counted:
            self._all = yield from self._search()
            self.total = len(self._all)

    def first(self, each: int) -> NDArray[np.int32]:
        """Give at least the first *each* servers of every class, or all it has, without leaving one out before the last."""
        if self._all is not None:
            return self._all
        begin = self._lookups.classes.first[self.classes]
        sizes = self._lookups.classes.first[self.classes + 1] - begin
        serving = self._fleet.class_in_service[self.classes]
        # Those out of service may all stand in front.
        lengths = np.minimum(sizes, np.minimum(serving, each) + sizes - serving)
        servers = self._lookups.classes.members[runs(begin, lengths)]
        found: NDArray[np.int32] = servers[self._fleet.state[servers] == ServerState.IN_SERVICE]
        return found

    def first_of(self, number: int, count: int) -> NDArray[np.int32]:
        """Give the first *count* servers of one class."""
        members = self._lookups.classes.members[slice(*self._lookups.classes.first[number : number + 2].tolist())]
        return members[np.flatnonzero(self._fleet.state[members] == ServerState.IN_SERVICE)[:count]]

    def all(self) -> NDArray[np.int32]:
        """Give every server that matches."""
        return self.first(self.total)

    def is_cut_short(self, given: NDArray[np.int32], chosen: NDArray[np.int32]) -> bool:
        """Whether *chosen* are all that were *given* of some class that has more: then more must be given."""
        if len(given) == self.total:
            return False
        size, of = len(self.classes), self._fleet.class_of
        taken = np.bincount(np.searchsorted(self.classes, of[chosen]), minlength=size)
        offered = np.bincount(np.searchsorted(self.classes, of[given]), minlength=size)
        there = self._fleet.class_in_service[self.classes]
        return bool(((taken > 0) & (taken == offered) & (offered < there)).any())

    def _classes_meant(self) -> NDArray[np.int64]:
        state, lookups, command = self._lookups.state, self._lookups, self._command
        named = named_subsystems(state, command.subsystems)
        profiles = {profile for subsystem in named for profile in lookups.classes.profiles_of[subsystem]}
        meant = lookups.register.classes_with(profiles)
        if command.places:
            roster = state.region.roster
            racks = lookups.register.inside(command.places)
            cells = np.zeros(len(roster.cells), np.bool_)
            cells[roster.rack_cell[racks]] = True
            meant = meant[cells[state.fleet.class_cell[meant]]]
            if any(place.rack is not None for place in command.places):
                self._racks = racks
        return meant

    def _search(self) -> Steps:
        state, command = self._lookups.state, self._command
        servers = self._within()
        wanted = ServerState.IN_SERVICE if isinstance(command, Remove) else ServerState.REMOVED
        keep = state.fleet.state[servers] == wanted
        if isinstance(command, Remove) and len(state.pending):
            keep &= ~np.isin(servers, state.pending)
        if self._racks is not None:
            keep &= self._racks[state.region.roster.rack[servers]]
        found: NDArray[np.int32] = servers[keep]
        if command.where is not None:
            met = yield from self._lookups.meets(command.where, found)
            found = found[met]
        return found

    def _within(self) -> NDArray[np.int32]:
        """Give the servers of the classes meant, class by class; of racks that cannot matter perhaps none."""
        lookups, classes, condition = self._lookups, self._lookups.classes, self._command.where
        begin = classes.first[self.classes]
        lengths = classes.first[self.classes + 1] - begin
        told = None if condition is None else lookups.racks_meeting(condition)
        masks = [mask for mask in (self._racks, told) if mask is not None]
        racks = np.logical_and.reduce(masks) if masks else None
        total = int(lengths.sum())
        some = None if racks is None else lookups.register.servers_in(racks, total)
        named = None if condition is None else lookups.named_by(condition)
        if named is not None and len(named) < (total if some is None else len(some)):
            some = named
        if some is None:
            everyone: NDArray[np.int32] = classes.members[runs(begin, lengths)]
            return everyone
        of = self._fleet.class_of[some]
        meant = np.zeros(len(self._fleet.class_cell), np.bool_)
        meant[self.classes] = True
        some, of = some[meant[of]], of[meant[of]]
        found: NDArray[np.int32] = some[np.argsort(of, kind="stable")]
        return found
