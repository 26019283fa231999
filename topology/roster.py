"""Makes the roster of a region: servers that pools generate, and those listed in a fleet table, in one order."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from topology.events import STATE_NAMES, ServerState
from topology.region import NAME, Roster, shown
from topology.tables import Problems, Tell, silent

COLUMNS = ("name", "zone", "cell", "rack", "state", "supports")
MOST_SERVERS = 2_000_000
"""More servers than this in one description is taken for a slip."""
TOLD_EVERY = 10_000
"""Servers between two words of how far the reading is."""

Supports = tuple[tuple[str, int], ...]
"""Names of supported subsystems, each with its units."""


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


@dataclass(frozen=True, slots=True)
class Row:
    """One server: its name, its place, what it supports."""

    name: str
    rack: tuple[str, str, str]
    state: int
    supports: Supports
    protected: bool = False


def supports_of(texts: Iterable[str], place: str, problems: Problems, source: str | None = None) -> Supports:
    """Read `index` (one unit) and `index:3` (three units)."""
    found: dict[str, int] = {}
    for text in texts:
        name, colon, units = text.partition(":")
        if not NAME.fullmatch(name) or (colon and not re.fullmatch(r"[1-9][0-9]{0,6}", units)):
            problems.add(place, f'holds {shown(text)}; write a subsystem, or subsystem:units as in "index:3"', source)
        elif name in found:
            problems.add(place, f"names {shown(name)} twice", source)
        else:
            found[name] = int(units) if colon else 1
    return tuple(found.items())


def read_fleet_table(
    data: bytes,
    file: str,
    zones: tuple[str, ...],
    index: dict[str, int],
    external: set[str],
    problems: Problems,
    tell: Tell = silent,
) -> list[Row]:
    """Read a fleet table: CSV with the columns of `COLUMNS`, supports separated by spaces.

    A bad row is noted with its line and left out, so that every bad row of a table is named in one pass.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.add("", f"is not UTF-8 text at byte {error.start:,}", file)
        return []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    known: dict[str, Supports | None] = {}
    lines: dict[str, int] = {}
    states = {name: number for number, name in enumerate(STATE_NAMES)}
    zone_set = set(zones)
    try:
        header = next(reader, [])
        if tuple(header) != COLUMNS:
            problems.add("line 1", f"is {shown(','.join(header))}; the columns are {','.join(COLUMNS)}", file)
            return []
        for cells in reader:
            if not cells:
                continue
            place = f"line {reader.line_num:,}"
            if len(cells) != len(COLUMNS):
                problems.add(place, f"has {len(cells)} columns instead of {len(COLUMNS)}", file)
                continue
            name, zone, cell, rack, state, supports = cells
            wrong = next((part for part in (name, cell, rack) if not NAME.fullmatch(part)), None)
            if wrong is not None:
                problems.add(place, f"holds {shown(wrong)}, which is not a name", file)
                continue
            if zone not in zone_set:
                problems.add(place, f"puts {name} into {shown(zone)}, which is not a zone of the region", file)
                continue
            if state not in states:
                problems.add(
                    place, f"says that {name} is {shown(state)}; a state is one of {', '.join(STATE_NAMES)}", file
                )
                continue
            if name in lines:
                problems.add(place, f"lists {name} again; it is on line {lines[name]:,} already", file)
                continue
            lines[name] = reader.line_num
            if known.get(supports) is None:  # a wrong one is read again, so that every row that has it is named
                known[supports] = _known_supports(supports.split(), place, index, external, problems, file)
            found = known[supports]
            if found is None:
                continue
            if len(rows) == MOST_SERVERS:
                problems.add(place, f"is server {MOST_SERVERS + 1:,}; at most {MOST_SERVERS:,} are read", file)
                break
            rows.append(Row(name, (zone, cell, rack), states[state], found))
            if len(rows) % TOLD_EVERY == 0:
                tell(f"Read {len(rows):,} servers")
    except csv.Error as error:
        problems.add(f"line {reader.line_num:,}", f"is not CSV: {error}", file)
    return rows


def _known_supports(
    texts: list[str], place: str, index: dict[str, int], external: set[str], problems: Problems, source: str | None
) -> Supports | None:
    """Read supports and check that each has servers here; None when one is wrong (noted)."""
    supports = supports_of(texts, place, problems, source)
    if not supports:
        problems.add(place, "supports nothing; name at least one subsystem", source)
    good = len(supports) == len(texts) > 0
    for name, _ in supports:
        if name not in index or name in external:
            what = "an external, which has no servers here" if name in external else "not a subsystem here"
            problems.add(place, f"names {shown(name)}, which is {what}", source)
            good = False
    return supports if good else None


def build_roster(
    pools: tuple[Pool, ...],
    rows: list[Row] | None,
    zones: tuple[str, ...],
    index: dict[str, int],
    external: set[str],
    problems: Problems,
    tell: Tell = silent,
) -> Roster:
    """Put the servers of *pools* and *rows* into one roster, in order; what is wrong is noted."""
    everyone = list(rows or ())
    next_rack: dict[tuple[str, str], int] = {}
    # Counted before one of them is made: many pools together may ask for more than the machine holds.
    few = _are_few_enough(pools, len(everyone), problems)
    for pool in pools:
        supports = _known_supports(
            [f"{name}:{units}" for name, units in pool.supports],
            f"{pool.place}.supports",
            index,
            external,
            problems,
            None,
        )
        if few and supports is not None and zones:
            for row in _rows_of(pool, supports, zones, next_rack):
                everyone.append(row)
                if len(everyone) % TOLD_EVERY == 0:
                    tell(f"Made {len(everyone):,} servers")
    tell(f"Putting {len(everyone):,} servers in order")
    return _columns(everyone, zones, index, problems)


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


def _rows_of(
    pool: Pool, supports: Supports, zones: tuple[str, ...], next_rack: dict[tuple[str, str], int]
) -> Iterable[Row]:
    """Spread a pool: servers go to the zones in turn, within a zone to its cells in turn, into racks of their own."""
    width = max(4, len(str(pool.count)))
    targets = zones if pool.zone is None else (pool.zone,)
    filled: dict[tuple[str, str], int] = {}
    for number in range(pool.count):
        zone = targets[number % len(targets)]
        cell = (zone, f"c{number // len(targets) % pool.cells_per_zone + 1}")
        inside = filled.get(cell, 0)
        if inside % pool.servers_per_rack == 0:
            next_rack[cell] = next_rack.get(cell, 0) + 1
        filled[cell] = inside + 1
        rack = (*cell, f"r{next_rack[cell]}")
        yield Row(f"{pool.name}-{number + 1:0{width}}", rack, pool.state, supports, pool.protected)


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Order names as people count: r2 before r10."""
    return tuple(
        (0, int(part), part) if part.isdigit() else (1, 0, part) for part in re.findall(r"[0-9]+|[^0-9]+", text)
    )


def _columns(rows: list[Row], zones: tuple[str, ...], index: dict[str, int], problems: Problems) -> Roster:
    ordered_zones = tuple(sorted(zones, key=natural))
    racks = sorted({row.rack for row in rows}, key=lambda rack: tuple(natural(part) for part in rack))
    rack_number = {rack: number for number, rack in enumerate(racks)}
    rows.sort(key=lambda row: (rack_number[row.rack], row.name))
    cells = list(dict.fromkeys(rack[:2] for rack in racks))
    cell_number = {cell: number for number, cell in enumerate(cells)}
    zone_number = {zone: number for number, zone in enumerate(ordered_zones)}
    seen: set[str] = set()
    for row in rows:
        if row.name in seen:
            problems.add(f'server "{row.name}"', "is listed twice; names are unique in a region")
        seen.add(row.name)
    profiles: dict[tuple[tuple[int, int], ...], int] = {}
    by_supports: dict[Supports, int] = {}
    for row in rows:
        if row.supports not in by_supports:
            key = tuple(sorted((index[name], units) for name, units in row.supports))
            by_supports[row.supports] = profiles.setdefault(key, len(profiles))
    size = len(rows)
    return Roster(
        tuple(row.name for row in rows),
        np.fromiter((rack_number[row.rack] for row in rows), np.int32, size),
        np.fromiter((by_supports[row.supports] for row in rows), np.int32, size),
        np.fromiter((row.state for row in rows), np.uint8, size),
        np.fromiter((row.protected for row in rows), np.bool_, size),
        tuple(racks),
        np.array([cell_number[rack[:2]] for rack in racks], np.int32),
        tuple(cells),
        np.array([zone_number[cell[0]] for cell in cells], np.int32),
        ordered_zones,
        tuple(profiles),
    )
