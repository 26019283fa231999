"""Where the servers of a generated region stand and what they support, in columns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topology.generation.dice import Dice, mixed
from topology.generation.structure import Structure
from topology.region.server_states import ServerState

SERVERS_PER_RACK = 40
_SERVERS_PER_CELL = 1500
_MOST_CELLS = 48
"""In one zone."""
_BLOCK = 6
"""Servers of one subsystem that stand side by side."""
_OUT = ((ServerState.FAILED, 0.003), (ServerState.REMOVED, 0.0015), (ServerState.DRAINING, 0.0005),
        (ServerState.JOINING, 0.0005))  # fmt: skip
"""How many are not in service, by state, as shares."""

Supports = tuple[tuple[int, int], ...]
"""Positions of the subsystems supported, each with its units."""


@dataclass(frozen=True, slots=True, eq=False)
class PlacedServers:
    """N servers, in columns, in the order of their places; P pools, one for each subsystem that has servers named after it."""

    pools: tuple[int, ...]
    """P positions of subsystems."""
    sizes: NDArray[np.int64]
    """P numbers of servers."""
    pool: NDArray[np.int32]
    """N indices into *pools*."""
    number: NDArray[np.int32]
    """N: which server of its pool, from 1."""
    supports: NDArray[np.int32]
    """N indices into *sets*."""
    sets: tuple[Supports, ...]
    cell: NDArray[np.int32]
    """N cells, counted through all zones."""
    rack: NDArray[np.int32]
    """N racks within the cell, from 1."""
    state: NDArray[np.uint8]
    zones: int
    cells: int
    """In each zone."""

    def __len__(self) -> int:
        return len(self.pool)


def place_servers(structure: Structure, servers: int, seed: int, dice: Dice) -> PlacedServers:
    """Give every subsystem servers, some of them shared, and every server a place and a state."""
    parts = len(structure.parts)
    pools = sorted(range(parts), key=lambda part: -structure.parts[part].size)[:servers]
    pools.sort()
    sizes = _sizes([structure.parts[part].size for part in pools], servers)
    segments, lengths, pool_of_segment = _segments(structure, pools, sizes, dice)
    sets = tuple(dict.fromkeys(segments))
    set_number = {found: number for number, found in enumerate(sets)}
    pool = np.repeat(np.asarray(pool_of_segment, np.int64), lengths)
    supports = np.repeat(np.asarray([set_number[one] for one in segments], np.int64), lengths)
    number = np.arange(servers) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    zones = min(2, servers) if servers < 60 else 3 if servers < 3000 else 4 if servers < 100_000 else 6
    cells = min(_MOST_CELLS, max(1, round(servers / zones / _SERVERS_PER_CELL)))
    start = np.asarray([dice.below(zones * cells) for _ in pools], np.int64)[pool]
    width = np.minimum(cells, np.maximum(1, -(-sizes // (8 * zones))))[pool]
    zone = (number + start) % zones
    cell = zone * cells + (start + number // zones % width) % cells
    # Blocks of a subsystem's servers, in an order of their own in each cell, fill the racks one after the other.
    block = number // (zones * width) // _BLOCK
    key = mixed((pool * (servers + 1) + block).astype(np.uint64), seed)
    order = np.lexsort((number, key, cell))
    cell_sorted = cell[order]
    first = np.searchsorted(cell_sorted, np.arange(zones * cells))
    rack = (np.arange(servers) - first[cell_sorted]) // SERVERS_PER_RACK + 1
    return PlacedServers(
        tuple(pools),
        sizes,
        pool[order].astype(np.int32),
        (number[order] + 1).astype(np.int32),
        supports[order].astype(np.int32),
        sets,
        cell_sorted.astype(np.int32),
        rack.astype(np.int32),
        _states(servers, seed),
        zones,
        cells,
    )


def _sizes(weights: list[float], servers: int) -> NDArray[np.int64]:
    """Share *servers* out by weight, at least one each."""
    weight = np.asarray(weights)
    wanted = weight / weight.sum() * (servers - len(weights))
    sizes: NDArray[np.int64] = np.floor(wanted).astype(np.int64)
    left = servers - len(weights) - int(sizes.sum())
    sizes[np.argsort(sizes - wanted, kind="stable")[:left]] += 1
    sizes += 1
    return sizes


def _segments(
    structure: Structure, pools: list[int], sizes: NDArray[np.int64], dice: Dice
) -> tuple[list[Supports], list[int], list[int]]:
    """Cut each pool into servers of its own and servers that it shares: what they support, how many, of which pool."""
    guests: dict[int, list[int]] = {}
    for place, part in enumerate(sorted(set(range(len(structure.parts))) - set(pools))):
        guests.setdefault(place % len(pools), []).append(part)
    mates = {member: members for members in structure.services for member in members}
    segments: list[Supports] = []
    lengths: list[int] = []
    owners: list[int] = []
    for place, (part, size) in enumerate(zip(pools, sizes.tolist(), strict=True)):
        always = [(part, 1), *((guest, 1) for guest in guests.get(place, ()))]
        shared = 0
        other = part
        if size >= 4 and dice.chance(0.3):
            other = dice.below(len(structure.parts)) if dice.chance(0.08) else dice.one(mates[part])
        if other not in {one for one, _ in always}:
            shared = max(1, int(size * (0.2 + 0.8 * dice.share())))
            units = 1 if dice.chance(0.8) else 2 + dice.below(3)
            segments.append((*always, (other, units)))
            lengths.append(shared)
            owners.append(place)
        if size > shared:
            segments.append(tuple(always))
            lengths.append(size - shared)
            owners.append(place)
    return segments, lengths, owners


def _states(servers: int, seed: int) -> NDArray[np.uint8]:
    drawn = mixed(np.arange(servers, dtype=np.uint64), seed + 1).astype(np.float64) / 2.0**64
    state = np.full(servers, ServerState.IN_SERVICE, np.uint8)
    begin = 0.0
    for value, share in _OUT:
        state[(drawn >= begin) & (drawn < begin + share)] = value
        begin += share
    return state
