"""The names a command may use: what the parser and the completion need to know of a region, and nothing more.

Every list is sorted, so that a name is looked up by halving and nothing here grows with the fleet at a keystroke.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from topology.command.grammar.syntax import Place

if (
    TYPE_CHECKING
):  # it brings numpy along, which reading a command does not need and the first window should not wait for
    from topology.fleet.state import State


class ParameterWords(NamedTuple):
    """A parameter of a playbook, for the completion: what it is for, and some values that it takes."""

    name: str
    reason: str
    values: tuple[str, ...] = ()


Standing = Literal["name", "beginning", "unknown"]


@dataclass(frozen=True)
class Vocabulary:
    """Every name of a region that a command can spell, sorted.

    *subsystems* have servers; *externals* do not (they can be shown, never removed from). *racks* maps a rack's name to
    every place that has a rack of that name. *server_names* is sorted; it may be long, so nothing copies it.
    *capacities* are units in service by subsystem, for the completion's reasons. *pace_per_minute* is the policy's, or
    None when the description has none. *playbooks* are those that can be run, with their parameters; where none are known any
    name is taken.

    Build it once for a description and a list of servers; when only capacities change, `with_capacities` keeps what was
    worked out.
    """

    subsystems: tuple[str, ...] = ()
    externals: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    cells: tuple[Place, ...] = ()
    racks: dict[str, tuple[Place, ...]] = field(default_factory=dict)
    server_names: Sequence[str] = ()
    pace_per_minute: int | None = None
    capacities: dict[str, int] = field(default_factory=dict)
    playbooks: dict[str, tuple[ParameterWords, ...]] = field(default_factory=dict)
    services: tuple[str, ...] = ()
    """What the public knows of the region, sorted."""

    def with_capacities(self, capacities: dict[str, int]) -> "Vocabulary":
        """Give the same names with other *capacities*."""
        other = copy(self)
        object.__setattr__(other, "capacities", capacities)
        return other

    def with_playbooks(self, playbooks: dict[str, tuple[ParameterWords, ...]]) -> "Vocabulary":
        """Give the same names with these *playbooks*."""
        other = copy(self)
        object.__setattr__(other, "playbooks", playbooks)
        return other

    @cached_property
    def nodes(self) -> tuple[str, ...]:
        """Subsystems and externals together."""
        return tuple(sorted({*self.subsystems, *self.externals}))

    @cached_property
    def inside(self) -> dict[str, tuple[str, ...]]:
        """The names one level inside each place: zones in "", cells in "az4", racks in "az4/c1"."""
        found: dict[str, set[str]] = {"": set(self.zones)}
        for place in (*self.cells, *(place for places in self.racks.values() for place in places)):
            found[""].add(place.zone)
            if place.cell is not None:
                found.setdefault(place.zone, set()).add(place.cell)
                if place.rack is not None:
                    found.setdefault(f"{place.zone}/{place.cell}", set()).add(place.rack)
        return {above: tuple(sorted(names)) for above, names in found.items()}

    @cached_property
    def cell_paths(self) -> dict[str, tuple[str, ...]]:
        """Every cell of a name, such as "az4/c1"; the same name may be used in several zones."""
        found: dict[str, list[str]] = {}
        for zone in self.inside[""]:
            for cell in self.inside.get(zone, ()):
                found.setdefault(cell, []).append(f"{zone}/{cell}")
        return {name: tuple(paths) for name, paths in found.items()}

    @cached_property
    def rack_paths(self) -> dict[str, tuple[str, ...]]:
        """Every rack of a name, such as "az4/c1/r12"."""
        return {name: tuple(str(place) for place in sorted(places)) for name, places in self.racks.items()}

    @cached_property
    def cell_names(self) -> tuple[str, ...]:
        """The name of each cell, once."""
        return tuple(sorted(self.cell_paths))

    @cached_property
    def rack_names(self) -> tuple[str, ...]:
        """The name of each rack, once."""
        return tuple(sorted(self.racks))


def paths_within(paths: tuple[str, ...], within: Sequence[Place]) -> tuple[str, ...]:
    """Give those cell or rack *paths* that share servers with a place of *within*; all of them, if there is none."""
    if not within:
        return paths
    inside = tuple([f"{place}/" for place in within])
    around = {text for place in within for text in (str(place), f"{place.zone}/{place.cell}")}
    return tuple([path for path in paths if path.startswith(inside) or path in around])


def standing(word: str, names: Sequence[str]) -> Standing:
    """Say whether *word* is one of the sorted *names*, the beginning of at least one, or neither."""
    place = bisect_left(names, word)
    if place == len(names):
        return "unknown"
    found = names[place]
    if found == word:
        return "name"
    return "beginning" if found.startswith(word) else "unknown"


def is_name(word: str, names: Sequence[str]) -> bool:
    """Say whether *word* is one of the sorted *names*; a list that knows a better way than halving is asked itself."""
    if not isinstance(names, tuple | list):
        return word in names
    place = bisect_left(names, word)
    return place < len(names) and names[place] == word


def starting_with(word: str, names: Sequence[str], most: int, after: str = "") -> Sequence[str]:
    """Give the first *most* of the sorted *names* that start with *word* and come *after* another."""
    first = max(bisect_left(names, word), bisect_right(names, after))
    last = min(first + most, len(names))
    while last > first and not names[last - 1].startswith(word):
        last -= 1
    return names[first:last]


def vocabulary_of(state: "State", before: Vocabulary | None = None) -> Vocabulary:
    """Gather the names of a region; *before*, of the same description, saves all but the capacities."""
    from topology.region.naming.name_order import in_text_order

    region = state.region
    capacities = {
        subsystem.name: int(state.fleet.capacity[row])
        for subsystem, row in zip(region.subsystems, state.fleet.scopes.region_row.tolist(), strict=True)
        if row >= 0
    }
    if before is not None:
        return before.with_capacities(capacities)
    racks: dict[str, list[Place]] = {}
    for zone, cell, rack in region.roster.racks:
        racks.setdefault(rack, []).append(Place(zone, cell, rack))
    return Vocabulary(
        subsystems=tuple(sorted(subsystem.name for subsystem in region.subsystems if not subsystem.external)),
        externals=tuple(sorted(subsystem.name for subsystem in region.subsystems if subsystem.external)),
        zones=tuple(sorted(region.zones)),
        cells=tuple(sorted(Place(zone, cell) for zone, cell in region.roster.cells)),
        racks={name: tuple(places) for name, places in sorted(racks.items())},
        server_names=in_text_order(region.roster.names),
        pace_per_minute=region.policy.pace_per_minute,
        capacities=capacities,
        services=tuple(sorted({one.service for one in region.subsystems if one.service and not one.external})),
    )
