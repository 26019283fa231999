"""Gauges that lie: a state as the panels get it, with the capacity of some subsystems as an instructor wants it shown."""

import copy
from dataclasses import replace

import numpy as np

from topology.fleet.state import State


def shown_with_lies(state: State, lies: dict[str, int]) -> State:
    """Give a state in which each subsystem of *lies* has so many units, its places their share of them; nothing else changes."""
    known = {name: units for name, units in lies.items() if name in state.region.index}
    if not known:
        return state
    fleet = copy.copy(state.fleet)
    fleet.capacity = state.fleet.capacity.copy()
    scopes = fleet.scopes
    for name, units in known.items():
        number = state.region.index[name]
        whole = int(scopes.region_row[number])
        if whole < 0:
            continue
        rows = np.flatnonzero(scopes.subsystem == number)
        declared = max(1, int(scopes.declared[whole]))
        fleet.capacity[rows] = scopes.declared[rows] * units // declared
        fleet.capacity[whole] = units
    return replace(state, fleet=fleet)
