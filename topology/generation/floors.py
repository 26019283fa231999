"""Floors of a generated region that hold: chosen by what is in service, in every scope."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topology.generation.dice import Dice
from topology.generation.placing import PlacedServers
from topology.region.server_states import ServerState

_WANTED = (50, 60, 66, 70, 75, 75, 80, 80, 85, 90, 95)
_LEAST_FOR_PERCENT = 8
"""Units below which a floor is written as a count."""

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class GeneratedFloors:
    """The floors of one subsystem, as TOML values; empty where it has none."""

    floor: str
    zone_floor: str = ""
    cell_floor: str = ""


def make_floors(placed: PlacedServers, subsystems: int, dice: Dice) -> list[GeneratedFloors]:
    """Choose floors for the *subsystems* that have servers; nearly all leave room for one server to go."""
    declared, serving = _units(placed, subsystems)
    found = []
    for all_declared, all_serving in zip(declared, serving, strict=True):
        inside = all_declared > 0
        cells = np.stack([all_declared[inside], all_serving[inside]])
        by_zone = np.stack([all_declared, all_serving]).reshape(2, placed.zones, placed.cells).sum(axis=2)
        floor = _floor(int(all_declared.sum()), int(all_serving.sum()), dice)
        zone = _of_scopes(by_zone[:, by_zone[0] > 0], 0.3, dice)
        cell = _of_scopes(cells, 0.12, dice) if placed.cells > 1 else ""
        found.append(GeneratedFloors(floor, zone, cell))
    return found


def _units(placed: PlacedServers, subsystems: int) -> tuple[Counts, Counts]:
    """Count units listed and in service for each subsystem in each cell."""
    width = placed.zones * placed.cells
    bins = len(placed.sets) * width
    key = placed.supports.astype(np.int64) * width + placed.cell
    listed = np.bincount(key, minlength=bins).reshape(-1, width)
    up = np.bincount(key[placed.state == ServerState.IN_SERVICE], minlength=bins).reshape(-1, width)
    declared = np.zeros((subsystems, width), np.int64)
    serving = np.zeros((subsystems, width), np.int64)
    for number, supports in enumerate(placed.sets):
        for subsystem, units in supports:
            declared[subsystem] += units * listed[number]
            serving[subsystem] += units * up[number]
    return declared, serving


def _floor(declared: int, serving: int, dice: Dice) -> str:
    wanted = dice.one(_WANTED)
    if dice.chance(0.01):
        return str(serving)  # nothing may leave
    if declared < _LEAST_FOR_PERCENT:
        return str(min(max(0, serving - 1), declared * wanted // 100))
    # A floor rounds up: this share of what is declared still leaves one unit.
    return f'"{min(wanted, max(0, 100 * (serving - 1) // declared))}%"'


def _of_scopes(scopes: Counts, share: float, dice: Dice) -> str:
    """Give a floor for each of the *scopes* (declared above, serving below), in this *share* of the cases."""
    wanted, chosen = dice.one(_WANTED) - 10, dice.chance(share)
    if not chosen or not scopes.size or scopes[0].min() < 4:
        return ""
    possible = min(wanted, int((100 * (scopes[1] - 1) // scopes[0]).min()))
    return f'"{possible}%"' if possible > 0 else ""
