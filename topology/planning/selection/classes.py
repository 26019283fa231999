"""What planning looks up about the classes of a fleet, worked out once: it depends on the description alone.

A class is the servers of one cell with one profile. Who is in service is the fleet's business; what a command means,
the matching's.
"""

from collections.abc import Callable, Sequence
from fnmatch import translate
from re import compile as compile_pattern
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from topology.command.grammar.syntax import Comparison, Place
from topology.fleet.fleet import NO_FLOOR, REGION, Fleet, Scopes
from topology.region.naming.packed_names import PackedNames
from topology.region.naming.patterns import places_like
from topology.region.region import Region, Roster
from topology.region.standing_order import in_order

MOST_MASKS = 64
"""Conditions remembered: each is one flag a rack or a server."""

Term = tuple[int, int, int]
"""Row of a scope with a floor, the units that one server counts there, and the floor itself, at least 1."""


class Classes:
    """Lookups over the classes of a fleet: members in order, rows in flat columns, floors as plain numbers."""

    def __init__(self, fleet: Fleet) -> None:
        self._roster = fleet.region.roster
        self.rows = np.flatnonzero((fleet.scopes.floor != NO_FLOOR) | (fleet.scopes.kind == REGION))
        """The scopes that a plan can say something about: those with a floor, and every subsystem in the region as a whole."""
        self.scopes = _some(fleet.scopes, self.rows)
        """Those scopes in columns; wherever planning says row, it means one of these."""
        self.scope_names = _objects(self.scopes.names)
        """Their scopes, to be picked many at once."""
        self.subsystem_names = _objects([subsystem.name for subsystem in fleet.region.subsystems])
        """The names of subsystems likewise."""
        self.stated = self.scopes.floor != NO_FLOOR
        """Which of them have a floor."""
        self.scale = np.maximum(self.scopes.floor, 1)
        """What a headroom is a share of."""
        self.whole = self.scopes.region_row[self.scopes.region_row >= 0]
        """The rows of subsystems in the region as a whole."""
        self.name_order = _name_order(fleet.region)
        """For each subsystem its place among their names."""
        self.order: NDArray[np.int32] | None = None
        """All servers by zone, cell, rack and name; None where that is the order of their positions, as before any joined."""
        self.rank: NDArray[np.int32] | None = None
        """The place of each server in that order."""
        if self._roster.loose:
            self.order = in_order(self._roster)
            self.rank = np.empty_like(self.order)
            self.rank[self.order] = np.arange(len(self.order), dtype=np.int32)
        self.members = np.argsort(fleet.class_of, kind="stable").astype(np.int32)
        """Positions of all servers, class by class, in roster order inside each."""
        sizes = np.bincount(fleet.class_of, minlength=len(fleet.class_cell))
        self.first = np.concatenate(([0], np.cumsum(sizes)))
        """Where each class begins in *members*; one entry more than there are classes."""
        row_of = np.full(len(fleet.scopes.floor), -1, np.int32)
        row_of[self.rows] = np.arange(len(self.rows), dtype=np.int32)
        rows = row_of[fleet.class_rows.flat]
        kept = rows >= 0
        self.first_row = np.concatenate(([0], np.cumsum(kept)))[fleet.class_rows.starts]
        """Where each class begins in *flat_rows*; one entry more than there are classes."""
        self.flat_rows = rows[kept]
        """The rows in which each class counts, class by class."""
        self.flat_units = fleet.class_units.flat[kept]
        """What one server of the class counts there."""
        self.profiles_of = _profiles_of(fleet.region)
        """For each subsystem, the profiles that hold it."""
        self.barred = _barred(fleet)
        """For each profile, whether no command may take its servers: a floor is missing or a subsystem protected."""
        self.is_protected = bool(self._roster.protected.any())
        """Whether any server is protected by itself."""
        profiles = self._roster.profiles
        self.supported = np.array([number for profile in profiles for number, _ in profile], np.int32)
        """The subsystems of all profiles, one profile after the other."""
        lengths = np.array([len(profile) for profile in profiles], np.int64)
        self.supporting = np.repeat(np.arange(len(profiles)), lengths)
        """The profile that each of those is of."""
        self._supports = np.concatenate(([0], np.cumsum(lengths)))
        """Where each profile begins in *supported*; one entry more than there are profiles."""
        self._besides: dict[frozenset[int], NDArray[np.int64]] = {}
        self._terms: dict[int, tuple[tuple[Term, ...], tuple[Term, ...]]] = {}
        self._masks: dict[object, NDArray[np.bool_]] = {}

    def terms(self, number: int) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
        """Give the floors that a server of a class counts towards: of the whole region, and of its zone and cell."""
        found = self._terms.get(number)
        if found is None:
            wide: list[Term] = []
            local: list[Term] = []
            begin, end = int(self.first_row[number]), int(self.first_row[number + 1])
            rows, units = self.flat_rows[begin:end].tolist(), self.flat_units[begin:end].tolist()
            for row, each in zip(rows, units, strict=True):
                if self.stated[row]:
                    (wide if self.scopes.kind[row] == REGION else local).append((row, each, int(self.scale[row])))
            found = self._terms[number] = (tuple(wide), tuple(local))
        return found

    def besides(self, named: frozenset[int]) -> NDArray[np.int64]:
        """Count, for each profile, the subsystems that are not *named*."""
        found = self._besides.get(named)
        if found is None:
            if len(self._besides) >= MOST_MASKS:
                self._besides.clear()
            others = ~np.isin(self.supported, list(named))
            found = np.bincount(self.supporting[others], minlength=len(self.barred))
            self._besides[named] = found
        return found

    def spread(self, classes: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the units that *counts* servers of *classes* are worth in each row."""
        begin = self.first_row[classes]
        lengths = self.first_row[classes + 1] - begin
        places = runs(begin, lengths)
        weights = self.flat_units[places] * np.repeat(counts, lengths)
        return np.bincount(self.flat_rows[places], weights, len(self.rows)).astype(np.int64)

    def by_subsystem(self, profiles: NDArray[np.int64]) -> NDArray[np.int64]:
        """Count servers by subsystem, of which so many are of each of the *profiles*."""
        present = profiles.nonzero()[0]
        begin = self._supports[present]
        lengths = self._supports[present + 1] - begin
        weights = np.repeat(profiles[present], lengths)
        return np.bincount(self.supported[runs(begin, lengths)], weights, len(self.name_order)).astype(np.int64)

    def supported_by(self, profile: int) -> NDArray[np.int32]:
        """Give the subsystems of a profile."""
        return self.supported[self._supports[profile] : self._supports[profile + 1]]

    def standing(self, servers: NDArray[np.int32]) -> NDArray[np.int32]:
        """Give numbers that order servers by zone, cell, rack and name."""
        return servers if self.rank is None else self.rank[servers]

    def in_places(self, places: tuple[Place, ...]) -> NDArray[np.bool_]:
        """Say for each rack whether it is in one of *places*."""
        return self._remember(places, lambda: _racks_in(self._roster, places))

    def by_comparison(self, comparison: Comparison, servers: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Say for each of *servers* whether its field has one of the values; `!=` is the caller's business."""
        key = (comparison.field, comparison.values)
        if comparison.field == "name":
            return self._remember(key, lambda: _names_like(self._roster, comparison.values))[servers]
        racks = self._remember(key, lambda: _racks_with(self._roster, comparison))
        return racks[self._roster.rack[servers]]

    def _remember(self, key: object, make: Callable[[], NDArray[np.bool_]]) -> NDArray[np.bool_]:
        found = self._masks.get(key)
        if found is None:
            if len(self._masks) >= MOST_MASKS:
                self._masks.clear()
            found = self._masks[key] = make()
        return found


def runs(begin: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the numbers of several runs one after the other: begin, begin + 1 ... for each."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(begin - (ends - lengths), lengths) + np.arange(total)


def _objects(values: Sequence[object]) -> NDArray[np.object_]:
    """Give values in an array as they are: what is a tuple, too, is one of them."""
    found = np.empty(len(values), object)
    found[:] = values
    return found


def _some(scopes: Scopes, rows: NDArray[np.int64]) -> Scopes:
    """Give only *rows* of *scopes*, with the whole of every subsystem among them."""
    names = tuple(map(scopes.names.__getitem__, rows.tolist()))
    known = scopes.region_row >= 0
    region_row = np.full(len(scopes.region_row), -1, np.int32)
    region_row[known] = np.searchsorted(rows, scopes.region_row[known])
    return Scopes(
        scopes.subsystem[rows], scopes.kind[rows], names, scopes.declared[rows], scopes.floor[rows], region_row
    )


def _name_order(region: Region) -> NDArray[np.int64]:
    names = [subsystem.name for subsystem in region.subsystems]
    found = np.empty(len(names), np.int64)
    found[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
    return found


def _profiles_of(region: Region) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in region.subsystems]
    for number, profile in enumerate(region.roster.profiles):
        for subsystem, _ in profile:
            found[subsystem].append(number)
    return found


def _barred(fleet: Fleet) -> NDArray[np.bool_]:
    subsystems, scopes = fleet.region.subsystems, fleet.scopes
    barred = [
        subsystem.protected or (row >= 0 and scopes.floor[row] == NO_FLOOR)
        for subsystem, row in zip(subsystems, scopes.region_row.tolist(), strict=True)
    ]
    profiles = fleet.region.roster.profiles
    return np.array([any(barred[subsystem] for subsystem, _ in profile) for profile in profiles], np.bool_)


def _racks_in(roster: Roster, places: tuple[Place, ...]) -> NDArray[np.bool_]:
    wanted = {(place.zone, place.cell, place.rack) for place in places}
    return np.array(
        [
            not wanted.isdisjoint(((zone, None, None), (zone, cell, None), (zone, cell, rack)))
            for zone, cell, rack in roster.racks
        ],
        np.bool_,
    )


def _racks_with(roster: Roster, comparison: Comparison) -> NDArray[np.bool_]:
    """A cell is meant by its name, or by zone/cell; a rack likewise."""
    level = ("zone", "cell", "rack").index(comparison.field)
    wanted = set(comparison.values)
    return np.array(
        [not wanted.isdisjoint((place[level], "/".join(place[: level + 1]))) for place in roster.racks], np.bool_
    )


def _names_like(roster: Roster, patterns: tuple[str, ...]) -> NDArray[np.bool_]:
    places = places_like(roster.names, patterns) if isinstance(roster.names, PackedNames) else None
    if places is not None:
        found = np.zeros(len(roster), np.bool_)
        found[places] = True
        return found
    matches = compile_pattern("|".join(f"(?:{translate(pattern)})" for pattern in patterns)).match
    return np.fromiter((matches(name) is not None for name in roster.names), np.bool_, len(roster))


# The lookups hold parts of the region but not the region, so that they go when it does.
_CLASSES: "WeakKeyDictionary[Region, Classes]" = WeakKeyDictionary()


def classes_of(fleet: Fleet) -> Classes:
    """Give the lookups for a fleet, made once as long as its region lives."""
    found = _CLASSES.get(fleet.region)
    if found is None:
        found = _CLASSES[fleet.region] = Classes(fleet)
    return found
