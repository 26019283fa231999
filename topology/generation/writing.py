"""The text of a generated region: its description, and the lines of its fleet table."""

from collections.abc import Iterator

import numpy as np

from topology.generation.dice import Dice
from topology.generation.floors import GeneratedFloors
from topology.generation.placing import PlacedServers
from topology.generation.structure import Structure
from topology.imports.region_text import list_of, quoted, table
from topology.region.fleet_table import COLUMNS
from topology.region.server_states import STATE_NAMES

_ROWS_AT_ONCE = 20_000


def zone_names(zones: int) -> list[str]:
    """Give the names of zones."""
    return [f"az{number + 1}" for number in range(zones)]


def description(
    name: str, structure: Structure, placed: PlacedServers, floors: list[GeneratedFloors], dice: Dice
) -> str:
    """Give the description, with the fleet in the table `fleet.csv`."""
    pace = max(5, len(placed) // 5000)
    parts = [
        "format = 1\n# Keys and kinds of this file: underkeel schema region\nfleet = \"fleet.csv\"\n",
        table("[region]", (
            ("name", quoted(name)), ("title", quoted("A generated region")), ("time_zone", quoted("UTC")),
            ("zones", list_of(zone_names(placed.zones))), ("illustrative", "true"),
        )),
        table("[policy]", (
            ("pace", quoted(f"{pace}/min")), ("largest_command", quoted("5%")),
            ("wave", str(max(5, pace // 4))), ("drain_timeout", quoted("10 min")), ("tight", quoted("5%")),
            ("stale_after", quoted("10 s")),
        )),
    ]  # fmt: skip
    parts += [_subsystem(structure, number, floors[number], dice) for number in range(len(structure.parts))]
    parts += [_external(structure, name) for name in structure.externals]
    parts += [
        table("[[dependency]]", _dependency(structure, pair, kind, operations))
        for pair, (kind, operations) in sorted(structure.needs.items())
    ]
    return "\n".join(parts)


def _subsystem(structure: Structure, number: int, floors: GeneratedFloors, dice: Dice) -> str:
    part = structure.parts[number]
    fields = [("name", quoted(part.name)), ("service", quoted(part.service)), ("floor", floors.floor)]
    if floors.zone_floor:
        fields.append(("zone_floor", floors.zone_floor))
    if floors.cell_floor:
        fields.append(("cell_floor", floors.cell_floor))
    if dice.chance(0.08):
        fields.append(("pace", quoted(f"{2 + dice.below(20)}/min")))
    if dice.chance(0.25):
        year, month, day = 2012 + dice.below(14), 1 + dice.below(12), 1 + dice.below(28)
        fields.append(("last_full_restart", f"{year}-{month:02}-{day:02}"))
        minutes, rate = 1 + dice.below(90), 5 + dice.below(60)
        fields.append(("restart", f"{{ checks_minutes = {minutes}, servers_per_minute = {rate} }}"))
    return table("[[subsystem]]", fields)


def _external(structure: Structure, name: str) -> str:
    fields = [("name", quoted(name)), ("external", "true")]
    if name == structure.observer:
        watched = [structure.name(position) for position in structure.reports_on]
        fields += [("observer", "true"), ("reports_on", list_of(watched))]
    return table("[[subsystem]]", fields)


def _dependency(
    structure: Structure, pair: tuple[int, int], kind: str, operations: tuple[str, ...]
) -> list[tuple[str, str]]:
    fields = [("from", quoted(structure.name(pair[0]))), ("to", quoted(structure.name(pair[1])))]
    if kind != "hard":
        fields.append(("kind", quoted(kind)))
    if operations:
        fields.append(("for", list_of(operations)))
    return fields


def fleet_table(structure: Structure, placed: PlacedServers) -> Iterator[tuple[int, str]]:
    """Give the fleet table piece by piece, each with the number of servers written with it."""
    yield 0, ",".join(COLUMNS) + "\n"
    names = [structure.parts[part].name for part in placed.pools]
    widths = [max(4, len(str(size))) for size in placed.sizes.tolist()]
    supports = [_supports(structure, one) for one in placed.sets]
    zones = zone_names(placed.zones)
    cells = [f"{zone},c{cell + 1}" for zone in zones for cell in range(placed.cells)]
    for begin in range(0, len(placed), _ROWS_AT_ONCE):
        rows = slice(begin, begin + _ROWS_AT_ONCE)
        columns = (placed.pool, placed.number, placed.supports, placed.cell, placed.rack, placed.state)
        lines = [
            f"{names[pool]}-{number:0{widths[pool]}},{cells[cell]},r{rack},{STATE_NAMES[state]},{supports[one]}\n"
            for pool, number, one, cell, rack, state in zip(*(part[rows].tolist() for part in columns), strict=True)
        ]
        yield min(begin + _ROWS_AT_ONCE, len(placed)), "".join(lines)


def _supports(structure: Structure, found: tuple[tuple[int, int], ...]) -> str:
    names = ((structure.name(position), units) for position, units in found)
    return " ".join(name if units == 1 else f"{name}:{units}" for name, units in names)


def shared_share(placed: PlacedServers) -> float:
    """Give the share of the servers that support more than one subsystem."""
    several = np.array([len(one) > 1 for one in placed.sets])
    return float(several[placed.supports].mean())
