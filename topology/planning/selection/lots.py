"""What is taken whole where it fits: the servers of one rack, cell or zone, in the order in which they go.

A server goes in the turn of the last of its subsystems that the command names, so that dependents go before what they need.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topology.command.grammar.syntax import Level
from topology.fleet.state import State
from topology.graph.graph import graph_of
from topology.planning.selection.classes import runs
from topology.planning.selection.headrooms import Headrooms
from topology.planning.selection.matching import named_subsystems

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Lot:
    """The servers of one place: by position, in order; *classes* are theirs, and *turn* is when they go.

    *units* are what they count for in every scope with a floor, by row.
    """

    servers: NDArray[np.int32]
    classes: Numbers
    turn: int
    units: Mapping[int, int]


def in_turns(state: State, names: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Give the subsystems of a command in the order in which they go: those that nobody needs first."""
    known = tuple(name for name in dict.fromkeys(names) if name in state.region.index)
    if len(known) < 2:
        return (known,) if known else ()
    layers = graph_of(state.region).layers()
    turns = (tuple(name for name in layer if name in known) for layer in layers)
    return tuple(turn for turn in turns if turn)


def lots_of(
    state: State, now: Headrooms, servers: NDArray[np.int32], by: Level, turns: tuple[tuple[str, ...], ...]
) -> list[Lot]:
    """Cut *servers* into lots, in the order in which they go: by turn, then by zone, cell and rack."""
    if not len(servers):
        return []
    fleet, roster = state.fleet, state.region.roster
    of = fleet.class_of[servers]
    turn = _turns(state, now, turns)[fleet.class_profile[of]]
    order = np.lexsort((now.classes.standing(servers), turn))
    servers, of, turn = servers[order], of[order].astype(np.int64), turn[order]
    place = _places(state, by)[roster.rack[servers]]
    bounds = np.flatnonzero(np.diff(turn, prepend=-1).astype(bool) | np.diff(place, prepend=-1).astype(bool))
    lot = np.repeat(np.arange(len(bounds)), np.diff(bounds, append=len(servers)))
    columns = (np.split(servers, bounds[1:]), np.split(of, bounds[1:]), turn[bounds].tolist(), _units(now, lot, of))
    return [Lot(*each) for each in zip(*columns, strict=True)]


def _units(now: Headrooms, lot: Numbers, of: Numbers) -> list[dict[int, int]]:
    """Give for each lot what its servers, of these classes, count for by row."""
    classes = now.classes
    size, rows = len(classes.first_row), len(classes.rows)
    pairs, counts = np.unique(lot * size + of, return_counts=True)
    begin = classes.first_row[pairs % size]
    lengths = classes.first_row[pairs % size + 1] - begin
    places = runs(begin, lengths)
    stated = classes.stated[classes.flat_rows[places]]
    keys = (np.repeat(pairs // size, lengths) * rows + classes.flat_rows[places])[stated]
    worth = (classes.flat_units[places] * np.repeat(counts, lengths))[stated]
    found, inverse = np.unique(keys, return_inverse=True)
    sums = np.bincount(inverse, worth, len(found)).astype(np.int64).tolist()
    units: list[dict[int, int]] = [{} for _ in range(int(lot[-1]) + 1)]
    for key, one, sum_ in zip((found // rows).tolist(), (found % rows).tolist(), sums, strict=True):
        units[key][one] = sum_
    return units


def _turns(state: State, now: Headrooms, turns: tuple[tuple[str, ...], ...]) -> Numbers:
    """Give for each profile the last turn of the subsystems that it holds."""
    found = np.zeros(len(now.classes.barred), np.int64)
    for number, names in enumerate(turns):
        for subsystem in named_subsystems(state, names):
            found[now.classes.profiles_of[subsystem]] = number
    return found


def _places(state: State, by: Level) -> Numbers:
    """Give for each rack the number of the rack, cell or zone that it counts for."""
    roster = state.region.roster
    if by == "rack":
        return np.arange(len(roster.racks))
    cells = roster.rack_cell.astype(np.int64)
    return cells if by == "cell" else roster.cell_zone[cells].astype(np.int64)
