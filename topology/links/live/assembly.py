"""Puts the region together from its description and what a fleet source lists: roster, places, and what is not described.

Whatever a source lists is checked first: a name, a position or a state that cannot be is an error that says which.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import islice
from operator import lt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from topology.fleet.observed import Pair
from topology.links.fleet_source import Facts, RackPlace, Supports
from topology.region.collecting import without_collection
from topology.region.errors import LinkError
from topology.region.learnt import Budget, Learnt
from topology.region.problems.problem import Problem, floor_path
from topology.region.region import NAME, Dependency, Region, Roster, Subsystem, shown
from topology.region.roster import natural
from topology.region.server_states import ServerState
from topology.region.source import place_of

UNPLACED = "unplaced"
"""The zone of servers that stand nowhere the description knows of, where it knows of more than one."""
NO_CELL, NO_RACK = "c0", "r0"
"""The cell and the rack of a server whose source knows none."""
LONGEST_NAME = 253
_IN_NAMES = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-\n"
Profile = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Assembled:
    """A region with the servers of its source; *position* gives the place in the roster of each server as the source has it."""

    region: Region
    position: NDArray[np.int32]


class Names:
    """What the source calls subsystems, put into the description's words."""

    def __init__(self, description: Region) -> None:
        self._described = description.subsystems
        self._number: dict[str, int] = {one.match or one.name: at for at, one in enumerate(self._described)}
        self._patterns = [(one.match, at) for at, one in enumerate(self._described) if "*" in one.match]
        self.unknown: list[str] = []
        """What the source has and the description has not, in order of appearance."""

    def number(self, name: str) -> int:
        """Give the position of a subsystem; one that is not described gets the next."""
        found = self._number.get(name)
        if found is None:
            found = next((at for pattern, at in self._patterns if fnmatchcase(name, pattern)), None)
            if found is None:
                found = len(self._described) + len(self.unknown)
                self.unknown.append(name)
            self._number[name] = found
        return found

    def known(self, name: str) -> int | None:
        """Give the position of a subsystem that is described, or was met in the source; None for another."""
        return self._number.get(name)

    def called(self, name: str) -> int | None:
        """Give the position of what telemetry calls *name*: as described, else by its name, or its last part; or None."""
        found = self._observed_as.get(name)
        if found is None:
            found = next((at for pattern, at in self._globs if fnmatchcase(name, pattern)), None)
        if found is None:
            found = self._number.get(name)
        return self._by_part.get(name.rpartition("/")[2]) if found is None else found

    @cached_property
    def _observed_as(self) -> dict[str, int]:
        return {one.observed_as: at for at, one in enumerate(self._described) if one.observed_as}

    @cached_property
    def _globs(self) -> list[tuple[str, int]]:
        return [(name, at) for name, at in self._observed_as.items() if "*" in name]

    @cached_property
    def _by_part(self) -> dict[str, int]:
        """The subsystems by their names, and by the last part of what the source calls them where only one has it."""
        parts = Counter(one.match.rpartition("/")[2] for one in self._described)
        found = {one.match.rpartition("/")[2]: at for at, one in enumerate(self._described)}
        own = {one.name: at for at, one in enumerate(self._described) if not one.observed_as}
        return {**{part: at for part, at in found.items() if part and parts[part] == 1}, **own}

    def described(self, name: str) -> int | None:
        """Give the position of a subsystem that the description means, whether the source lists it or not."""
        found = self._number.get(name)
        if found is None:
            found = next((at for pattern, at in self._patterns if fnmatchcase(name, pattern)), None)
        return found if found is not None and found < len(self._described) else None

    def profile(self, supports: Supports) -> Profile:
        """Give what a server supports by positions of subsystems; several that are one for us add up."""
        units: dict[int, int] = {}
        for name, count in supports:
            number = self.number(name)
            units[number] = units.get(number, 0) + count
        return tuple(sorted(units.items()))

    def subsystems(self) -> tuple[Subsystem, ...]:
        """Give the subsystems of the description, and after them those that only the source has: they state no floor."""
        return (*self._described, *(Subsystem(name) for name in self.unknown))


def assemble(
    description: Region, facts: Facts, names: Names, most_listed: Mapping[tuple[str, str], int] | None = None
) -> Assembled:
    """Put description and facts together; *most_listed* is what the ledger knows to have been listed, by (subsystem, scope).

    Raises:
        LinkError: the source lists something that cannot be.
    """
    with without_collection():
        check_facts(facts)
        profiles, profile = _profiles(facts, names)
        racks, rack = _racks(description, facts)
        order = _order(rack, facts.names)
        roster = _roster(description, facts, racks, rack[order], profiles, profile[order], order)
    position = np.empty(len(order), np.int32)
    position[order] = np.arange(len(order), dtype=np.int32)
    subsystems = names.subsystems()
    externals, calls, known_as = _calls(facts.calls, names, description)
    budgets = _budgets(facts.budgets, names, subsystems)
    wanted = _wanted(facts.wanted, names, subsystems)
    region = replace(
        description,
        subsystems=(*subsystems, *externals),
        dependencies=(*description.dependencies, *calls),
        roster=roster,
        learnt=Learnt(dict(most_listed or {}), budgets, known_as, wanted),
        gaps=(*_without_floors(description, budgets), *_gaps(names, roster, budgets)),
        remarks=(*description.remarks, *_guarded_by_budgets(description, names, budgets)),
        index={},
    )
    return Assembled(region, position)


def place_for(description: Region, name: str, place: RackPlace, address: str = "") -> RackPlace:
    """Give where a server stands: as its source says, and what that does not know as the description's places say."""
    zone, cell, rack = place
    if not zone:
        found = place_of(description.places, name, address)
        if found is not None:
            zone, cell, rack = found.zone, cell or found.cell, rack or found.rack
    if not zone:
        zone = description.zones[0] if len(description.zones) == 1 else UNPLACED
    return zone, cell or NO_CELL, rack or NO_RACK


def check_facts(facts: Facts) -> None:
    """See that a source's columns fit each other and hold names, places and states that can be.

    Raises:
        LinkError: with what is wrong, and of which server.
    """
    count = len(facts.names)
    lengths = {len(facts.rack), len(facts.profile), len(facts.states), len(facts.addresses) or count}
    if lengths != {count} and (count or lengths != {0}):
        raise LinkError(f"the source lists {count:,} names and columns of other lengths; nothing of it is taken")
    if (wrong := wrong_name(facts.names)) is not None:
        raise LinkError(f"the source lists a server called {shown(wrong)}, which is no name; nothing of it is taken")
    if len(set(facts.names)) != count:
        seen: set[str] = set()
        twice = next(name for name in facts.names if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise LinkError(f"the source lists {twice} twice; nothing of it is taken")
    for what, column, most in (
        ("rack", facts.rack, len(facts.racks)),
        ("set of subsystems", facts.profile, len(facts.profiles)),
        ("state", facts.states, len(ServerState)),
    ):
        if count and not 0 <= int(column.min()) <= int(column.max()) < most:
            at = int(np.flatnonzero((column < 0) | (column >= most))[0])
            raise LinkError(f"the source gives {facts.names[at]} the {what} {int(column[at])}, which there is not")


def wrong_name(names: Sequence[str]) -> str | None:
    """Give the first text that is no name of a server, or None; as quick as reading them all once."""
    if not names:
        return None
    try:
        joined = "\n".join(names).encode("ascii")
        fits = not joined.translate(None, _IN_NAMES) and max(map(len, names)) <= LONGEST_NAME
        starts = not any(mark in b"\n" + joined + b"\n" for mark in (b"\n\n", b"\n.", b"\n-", b"\n_"))
        if fits and starts and joined.count(b"\n") == len(names) - 1:
            return None
    except UnicodeEncodeError:
        pass
    return next((name for name in names if not NAME.fullmatch(name)), None)


def _profiles(facts: Facts, names: Names) -> tuple[tuple[Profile, ...], NDArray[np.int32]]:
    known: dict[Profile, int] = {}
    number = [known.setdefault(names.profile(supports), len(known)) for supports in facts.profiles]
    return tuple(known), np.array(number, np.int32)[facts.profile] if number else facts.profile.astype(np.int32)


def _racks(description: Region, facts: Facts) -> tuple[tuple[RackPlace, ...], NDArray[np.int32]]:
    """Give all racks in natural order, and the number of each server's; places are looked up where the source knows no zone."""
    known: dict[RackPlace, int] = {}
    by_rack = np.array(
        [known.setdefault(place_for(description, "", place), len(known)) for place in facts.racks], np.int32
    )
    rack = by_rack[facts.rack] if len(by_rack) else facts.rack.astype(np.int32)
    nowhere = np.array([not zone for zone, _, _ in facts.racks], np.bool_)
    if description.places and nowhere.any():
        addresses = facts.addresses or ("",) * len(facts.names)
        for at in np.flatnonzero(nowhere[facts.rack]).tolist():
            place = place_for(description, facts.names[at], facts.racks[facts.rack[at]], addresses[at])
            rack[at] = known.setdefault(place, len(known))
    used = np.unique(rack).tolist()
    racks = list(known)
    parts = {part: natural(part) for part in {part for at in used for part in racks[at]}}
    ordered = sorted(used, key=lambda at: tuple(parts[part] for part in racks[at]))
    number = np.zeros(len(racks), np.int32)
    number[ordered] = np.arange(len(ordered), dtype=np.int32)
    return tuple(racks[at] for at in ordered), number[rack] if len(number) else rack


def _order(rack: NDArray[np.int32], names: Sequence[str]) -> NDArray[np.int64]:
    """Give the order by rack and name; a source that lists each rack in order, as most do, needs no comparison of names."""
    by_rack: NDArray[np.int64] = np.argsort(rack, kind="stable").astype(np.int64)
    if len(names) < 2:
        return by_rack
    listed = [names[at] for at in by_rack.tolist()]
    ahead = np.fromiter(map(lt, listed, islice(listed, 1, None)), np.bool_, len(names) - 1)
    if bool((ahead | (np.diff(rack[by_rack]) > 0)).all()):
        return by_rack
    by_name = np.array(sorted(range(len(names)), key=names.__getitem__), np.int64)
    found: NDArray[np.int64] = by_name[np.argsort(rack[by_name], kind="stable")]
    return found


def _roster(
    description: Region,
    facts: Facts,
    racks: tuple[RackPlace, ...],
    rack: NDArray[np.int32],
    profiles: tuple[Profile, ...],
    profile: NDArray[np.int32],
    order: NDArray[np.int64],
) -> Roster:
    cells = tuple(dict.fromkeys(place[:2] for place in racks))
    zones = tuple(sorted({*description.zones, *(zone for zone, _ in cells)}, key=natural))
    cell_number = {cell: number for number, cell in enumerate(cells)}
    return Roster(
        tuple([facts.names[at] for at in order.tolist()]),
        rack,
        profile,
        facts.states[order].astype(np.uint8),
        np.zeros(len(order), np.bool_),
        racks,
        np.array([cell_number[place[:2]] for place in racks], np.int32),
        cells,
        np.array([zones.index(zone) for zone, _ in cells], np.int32),
        zones,
        profiles,
    )


def _budgets(budgets: Iterable[Budget], names: Names, subsystems: Sequence[Subsystem]) -> dict[str, Budget]:
    """Give the source's own floors in the description's words.

    Of several for one subsystem the strictest holds; those of several subsystems that are one for us add up.
    """
    strictest: dict[str, Budget] = {}
    for budget in budgets:
        known = strictest.get(budget.subsystem)
        if known is None or budget.floor > known.floor:
            strictest[budget.subsystem] = budget
    found: dict[str, Budget] = {}
    for budget in strictest.values():
        number = names.number(budget.subsystem)
        if number >= len(subsystems):
            continue  # of a subsystem that has no servers
        name = subsystems[number].name
        before = found.get(name)
        if before is None:
            found[name] = replace(budget, subsystem=name)
        else:
            found[name] = replace(before, floor=before.floor + budget.floor, name=f"{before.name} and {budget.name}")
    return found


def _wanted(wanted: Iterable[tuple[str, int]], names: Names, subsystems: Sequence[Subsystem]) -> dict[str, int]:
    """Give the units that subsystems are meant to have, in the description's words; several that are one for us add up."""
    found: dict[str, int] = {}
    for source_name, units in wanted:
        number = names.known(source_name)
        number = names.described(source_name) if number is None else number
        if number is not None and number < len(subsystems):
            found[subsystems[number].name] = found.get(subsystems[number].name, 0) + units
    return found


def _calls(
    calls: Iterable[Pair], names: Names, description: Region
) -> tuple[tuple[Subsystem, ...], tuple[Dependency, ...], dict[Pair, Pair]]:
    """Give who was seen to call whom: externals that nobody described, needs that nobody stated, and which edge each call is.

    Who calls is seen, not who cannot do without: what is not described as hard never counts in a judgement. Calls between two that
    the region does not have are no matter of its.
    """
    subsystems = names.subsystems()
    stated = {(one.dependent, one.needs) for one in description.dependencies}
    externals, found, edges = dict[str, Subsystem](), dict[Pair, Dependency](), dict[Pair, Pair]()
    taken = {one.name for one in subsystems}
    for pair in sorted(calls):
        numbers = [names.called(one) for one in pair]
        if numbers == [None, None]:
            continue
        ends = [
            _outside(one, taken) if at is None else subsystems[at].name for one, at in zip(pair, numbers, strict=True)
        ]
        edge = (ends[0], ends[1])
        if not all(ends) or edge[0] == edge[1]:
            continue
        edges[pair] = edge
        externals.update(
            (end, Subsystem(end, external=True)) for end, at in zip(ends, numbers, strict=True) if at is None
        )
        if edge not in stated:
            found[edge] = Dependency(*edge, kind="soft", observed=True)
    return tuple(externals.values()), tuple(found.values()), edges


def _outside(name: str, taken: Collection[str]) -> str:
    """Give the name that a caller, or a called one, which nobody described has here; empty where it cannot have any."""
    found = name.replace("/", ".").replace(":", ".")
    if found in taken:
        found = f"{found}.observed"
    return found if NAME.fullmatch(found) else ""


def _lacks_floor(gap: str, name: str) -> bool:
    return isinstance(gap, Problem) and gap.path == floor_path(name)


def _without_floors(description: Region, budgets: Mapping[str, Budget]) -> Iterable[str]:
    """Give what the description lacks, but for floors that the source states."""
    return (gap for gap in description.gaps if not any(_lacks_floor(gap, name) for name in budgets))


def _guarded_by_budgets(description: Region, names: Names, budgets: Mapping[str, Budget]) -> Iterable[str]:
    """Say of which subsystems the source's own floor is the only one."""
    for name, budget in budgets.items():
        if any(_lacks_floor(gap, name) for gap in description.gaps):
            yield f'subsystem "{name}" states no floor; its only one is the {budget.name}'
        elif name in names.unknown:
            yield f'the fleet has "{name}", which is not described; its only floor is the {budget.name}'


def _gaps(names: Names, roster: Roster, budgets: Mapping[str, Budget]) -> Iterable[str]:
    for name in names.unknown:
        if name in budgets:
            continue
        yield f'the fleet has "{name}", which is not described: state its floor, or every plan that touches it is refused'
    if UNPLACED in roster.zones and any(zone == UNPLACED for zone, _ in roster.cells):
        yield "some servers stand nowhere that the description knows of; say where with [[place]]"


def listed_units(scopes: Any, subsystems: Sequence[Subsystem]) -> dict[tuple[str, str], int]:
    """Give what is declared for every scope of a fleet, by (subsystem, scope)."""
    columns = zip(scopes.subsystem.tolist(), scopes.names, scopes.declared.tolist(), strict=True)
    return {(subsystems[number].name, scope): units for number, scope, units in columns}
