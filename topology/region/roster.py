"""Makes the roster of a region: servers that pools generate, and those listed in a fleet table, in one order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, islice
from operator import lt

import numpy as np
from numpy.typing import NDArray

from topology.region.collecting import without_collection
from topology.region.listing import MOST_CELLS, MOST_SERVERS, Listing, Supports, known_supports
from topology.region.naming.name_order import text_order
from topology.region.naming.packed_names import is_worth_packing
from topology.region.region import Roster
from topology.region.server_states import ServerState
from topology.region.tables import Problems, Tell, silent

TOLD_EVERY = 10_000
"""Servers of a pool between two words of how far it is."""


@dataclass(frozen=True, slots=True)
class Pool:
    """A rule that generates servers: `billing-0001` and so on, spread over zones, cells and racks."""

    name: str
    count: int
    supports: Supports
    protected: bool
    zone: str | None
    """All in this zone, or None to spread over every zone in turn."""
    cells_per_zone: int
    servers_per_rack: int
    place: str
    """Where the description states it, for messages."""
    state: int = ServerState.IN_SERVICE


def build_roster(
    pools: tuple[Pool, ...],
    listing: Listing | None,
    zones: tuple[str, ...],
    index: dict[str, int],
    external: set[str],
    problems: Problems,
    tell: Tell = silent,
) -> Roster:
    """Put the servers of *pools* and those of a *listing* into one roster, in order; what is wrong is noted."""
    everyone = listing if listing is not None else Listing()
    next_rack: dict[tuple[str, str], int] = {}
    # Counted before one of them is made: many pools together may ask for more than the machine holds.
    few = _are_few_enough(pools, len(everyone), problems)
    with without_collection():
        for pool in pools:
            supports = known_supports(
                [f"{name}:{units}" for name, units in pool.supports],
                f"{pool.place}.supports",
                index,
                external,
                problems,
                None,
            )
            if few and supports is not None and zones:
                _make(pool, supports, zones, next_rack, everyone, tell)
        tell(f"Putting {len(everyone):,} servers in order")
        return _in_order(everyone, zones, index, problems)


def _are_few_enough(pools: tuple[Pool, ...], listed: int, problems: Problems) -> bool:
    """Say whether a region can hold the servers *listed* and those of *pools*; the pool that is too much is noted."""
    total = listed + sum(pool.count for pool in pools)
    if total <= MOST_SERVERS:
        return True
    reached = listed
    for pool in pools:
        reached += pool.count
        if reached > MOST_SERVERS:
            what = f"makes {reached:,} servers in all" if reached == total else f"makes {reached:,} servers so far"
            rest = "" if reached == total else f", and all pools {total:,}"
            problems.add(f"{pool.place}.count", f"{what}{rest}; at most {MOST_SERVERS:,} are read")
            break
    return False


def _make(
    pool: Pool,
    supports: Supports,
    zones: tuple[str, ...],
    next_rack: dict[tuple[str, str], int],
    everyone: Listing,
    tell: Tell,
) -> None:
    """Spread a pool: servers go to the zones in turn, within a zone to its cells in turn, into racks of their own."""
    width = max(4, len(str(pool.count)))
    targets = zones if pool.zone is None else (pool.zone,)
    number = np.arange(pool.count)
    zone, turn = number % len(targets), number // len(targets)
    cell, inside = turn % pool.cells_per_zone, turn // pool.cells_per_zone
    keys = (zone * pool.cells_per_zone + cell) * (pool.count + 1) + inside // pool.servers_per_rack
    # Racks are numbered in a cell as servers come to them, so a key that is larger comes later there.
    distinct, rack = np.unique(keys, return_inverse=True)
    numbers = []
    for key in distinct.tolist():
        at = key // (pool.count + 1)
        place = (targets[at // pool.cells_per_zone], f"c{at % pool.cells_per_zone + 1}")
        next_rack[place] = next_rack.get(place, 0) + 1
        numbers.append(everyone.rack_of((*place, f"r{next_rack[place]}")))
    racks = np.array(numbers, np.int32)[rack]
    names, mine = (f"{pool.name}-{serial:0{width}}" for serial in count(1)), everyone.supports_of(supports)
    for first in range(0, pool.count, TOLD_EVERY):
        some = racks[first : first + TOLD_EVERY]
        everyone.extend(
            list(islice(names, len(some))),
            some,
            np.full(len(some), mine, np.int32),
            np.full(len(some), pool.state, np.uint8),
            pool.protected,
        )
        told = len(everyone) // TOLD_EVERY
        if told > (len(everyone) - len(some)) // TOLD_EVERY:
            tell(f"Made {told * TOLD_EVERY:,} servers")


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Order names as people count: r2 before r10."""
    return tuple(
        (0, int(part), part) if part.isdigit() else (1, 0, part) for part in re.findall(r"[0-9]+|[^0-9]+", text)
    )


def _in_order(listing: Listing, zones: tuple[str, ...], index: dict[str, int], problems: Problems) -> Roster:
    """Order everything by zone, cell, rack and name; of too many cells nothing is read."""
    count_of_cells = len({place[:2] for place in listing.racks})
    if count_of_cells > MOST_CELLS:
        problems.add("", f"has {count_of_cells:,} cells; at most {MOST_CELLS:,} are read: let each hold more racks")
        listing = Listing()
    ordered_zones = tuple(sorted(zones, key=natural))
    parts = {part: natural(part) for part in {part for rack in listing.racks for part in rack}}
    by_place = sorted(range(len(listing.racks)), key=lambda at: tuple(parts[part] for part in listing.racks[at]))
    racks = tuple(listing.racks[at] for at in by_place)
    new_number = np.empty(len(racks), np.int32)
    new_number[by_place] = np.arange(len(racks), dtype=np.int32)
    rack, supports, state, protected = listing.columns()
    rack = new_number[rack] if len(racks) else rack
    order, names = _ordered(rack, listing)
    if order is not None:
        rack, supports, state, protected = rack[order], supports[order], state[order], protected[order]
    if not listing.is_unique and listing.first_twice() is not None:
        seen: set[str] = set()
        for name in names:
            if name in seen:
                problems.add(f'server "{name}"', "is listed twice; names are unique in a region")
            seen.add(name)
    cells = tuple(dict.fromkeys(place[:2] for place in racks))
    cell_number = {cell: number for number, cell in enumerate(cells)}
    zone_number = {zone: number for number, zone in enumerate(ordered_zones)}
    profiles, profile = _profiles(listing.supports, supports, index)
    return Roster(
        names,
        rack,
        profile,
        state,
        protected,
        racks,
        np.array([cell_number[place[:2]] for place in racks], np.int32),
        cells,
        np.array([zone_number[cell[0]] for cell in cells], np.int32),
        ordered_zones,
        profiles,
    )


def _ordered(rack: NDArray[np.int32], listing: Listing) -> tuple[NDArray[np.int64] | None, Sequence[str]]:
    """Give the order by rack and name, None where it is that already, and the names in it."""
    names = listing.names
    if not is_worth_packing(len(names)):
        order = _order(rack, names)
        return order, tuple(names if order is None else [names[at] for at in order.tolist()])
    packed = listing.packed()
    keys = rack.astype(np.int64) << 32
    by_text = text_order(packed)
    keys[by_text] |= np.arange(len(packed))
    if bool((keys[1:] > keys[:-1]).all()):
        return None, packed
    order = np.argsort(keys)
    return order, packed.ordered(order)


def _order(rack: NDArray[np.int32], names: list[str]) -> NDArray[np.int64] | None:
    """Give the order by rack and name, or None where it is that already: as it is in most large tables."""
    if len(names) < 2:
        return None
    step = np.diff(rack)
    if bool((step >= 0).all()) and not _unsorted(names, step).size:
        return None
    order: NDArray[np.int64] = np.argsort(rack, kind="stable")
    by_rack = rack[order]
    # Inside their racks most servers stand by name already.
    wrong = _unsorted([names[at] for at in order.tolist()], np.diff(by_rack))
    for number in np.unique(by_rack[wrong]).tolist():
        low, high = np.searchsorted(by_rack, np.array([number, number + 1], by_rack.dtype)).tolist()
        order[low:high] = sorted(order[low:high].tolist(), key=names.__getitem__)
    return order


def _unsorted(names: list[str], step: NDArray[np.int32]) -> NDArray[np.intp]:
    """Give the places in *names* after which, in the same rack (where *step* is 0), one comes that should stand before it."""
    ahead = np.fromiter(map(lt, names[:-1], islice(names, 1, None)), np.bool_, len(names) - 1)
    return np.flatnonzero((step == 0) & ~ahead)


def _profiles(
    supports: list[Supports], column: NDArray[np.int32], index: dict[str, int]
) -> tuple[tuple[tuple[tuple[int, int], ...], ...], NDArray[np.int32]]:
    """Number the sets of supported subsystems as servers come to them; the order of writing them does not count."""
    first_of = np.full(len(supports), len(column), np.int64)
    np.minimum.at(first_of, column, np.arange(len(column)))
    profiles: dict[tuple[tuple[int, int], ...], int] = {}
    number_of = np.zeros(len(supports), np.int32)
    for at in np.argsort(first_of, kind="stable").tolist():
        if first_of[at] < len(column):
            key = tuple(sorted((index[name], units) for name, units in supports[at]))
            number_of[at] = profiles.setdefault(key, len(profiles))
    return tuple(profiles), number_of[column] if len(supports) else column
