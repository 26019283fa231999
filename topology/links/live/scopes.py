"""What servers count for: the units they have in every scope, and the floors and ceilings of those scopes."""

from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from topology.fleet.fleet import NO_FLOOR
from topology.fleet.state import State
from topology.links.fleet_source import Floors, ScopeFloor
from topology.records.ledger.values import ScopeUnits


def units_of(state: State, servers: Iterable[str]) -> tuple[ScopeUnits, ...]:
    """Give the units that servers have in every scope they count in; one that is not in the roster has none."""
    units: Counter[tuple[str, str]] = Counter()
    roster, subsystems = state.region.roster, state.region.subsystems
    for name in servers:
        at = state.fleet.position.get(name)
        if at is None:
            continue
        zone, cell, _ = state.fleet.place_of(at)
        for number, count in roster.profiles[roster.profile[at]]:
            for scope in ("region", f"zone:{zone}", f"cell:{zone}/{cell}"):
                units[subsystems[number].name, scope] += count
    return tuple(ScopeUnits(*scope, count) for scope, count in sorted(units.items()))


def floors_for(
    state: State, servers: Iterable[str], reserved: Iterable[ScopeUnits], source_name: Callable[[str], str]
) -> Floors:
    """Give what a source judges a wave by, in its own words, for every scope that the wave touches.

    What others have *reserved* and what is still in service at the source is added to each floor: it is as good as gone.
    """
    touched = {(one.subsystem, one.scope) for one in units_of(state, servers)}
    numbers = {state.region.index[subsystem] for subsystem, _ in touched}
    held: Counter[tuple[str, str]] = Counter()
    for one in reserved:
        held[one.subsystem, one.scope] += one.units
    floors = [
        ScopeFloor(source_name(one.subsystem), one.scope, one.units + held[one.subsystem, one.scope])
        for one in _floors_of(state, np.flatnonzero(np.isin(state.fleet.scopes.subsystem, list(numbers))))
        if (one.subsystem, one.scope) in touched
    ]
    ceilings = [
        ScopeFloor(source_name(one.name), "region", one.ceiling)
        for one in state.region.subsystems
        if one.ceiling is not None and (one.name, "region") in touched
    ]
    return Floors(tuple(floors), tuple(ceilings))


def all_floors(state: State) -> tuple[ScopeUnits, ...]:
    """Give every floor of a region."""
    return _floors_of(state, np.arange(len(state.fleet.scopes.floor)))


def _floors_of(state: State, rows: NDArray[np.int64]) -> tuple[ScopeUnits, ...]:
    scopes, subsystems = state.fleet.scopes, state.region.subsystems
    columns = zip(rows.tolist(), scopes.subsystem[rows].tolist(), scopes.floor[rows].tolist(), strict=True)
    return tuple(
        ScopeUnits(subsystems[at].name, str(scopes.names[row]), floor)
        for row, at, floor in columns
        if floor != NO_FLOOR
    )


def all_declared(state: State) -> tuple[ScopeUnits, ...]:
    """Give what is declared for every scope of a region: what is listed, or was."""
    scopes, subsystems = state.fleet.scopes, state.region.subsystems
    columns = zip(scopes.subsystem.tolist(), scopes.names, scopes.declared.tolist(), strict=True)
    return tuple(ScopeUnits(subsystems[at].name, str(scope), units) for at, scope, units in columns)


def all_listed(state: State) -> tuple[ScopeUnits, ...]:
    """Give what is listed for every scope of a region now, whatever was before."""
    fleet = state.fleet
    sizes = np.bincount(fleet.class_of, minlength=len(fleet.class_cell))
    counts = np.repeat(sizes, np.diff(fleet.class_rows.starts)) * fleet.class_units.flat
    listed = np.bincount(fleet.class_rows.flat, counts, len(fleet.scopes.declared)).astype(np.int64).tolist()
    scopes, subsystems = fleet.scopes, state.region.subsystems
    meant = state.region.learnt.wanted
    columns = zip(scopes.subsystem.tolist(), scopes.names, listed, strict=True)
    found = (
        ScopeUnits(
            subsystems[at].name,
            str(scope),
            meant.get(subsystems[at].name, units) if str(scope) == "region" else units,
        )
        for at, scope, units in columns
    )
    return tuple(one for one in found if one.units)
