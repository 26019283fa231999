"""Floors and headrooms counted the slow way, from the description and the states alone, to compare plans with."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from fractions import Fraction

from topology.fleet.state import State
from topology.region.region import Amount
from topology.region.server_states import ServerState

Key = tuple[str, str]
"""Subsystem and scope."""


def places_of(state: State, server: int) -> tuple[str, str, str]:
    zone, cell, _ = state.region.roster.racks[state.region.roster.rack[server]]
    return "region", f"zone:{zone}", f"cell:{zone}/{cell}"


def units_of(state: State, server: int) -> Iterator[tuple[Key, int]]:
    for number, units in state.region.roster.profiles[state.region.roster.profile[server]]:
        for scope in places_of(state, server):
            yield (state.region.subsystems[number].name, scope), units


def add_up(state: State, servers: Collection[int]) -> dict[Key, int]:
    total: dict[Key, int] = defaultdict(int)
    for server in servers:
        for key, units in units_of(state, server):
            total[key] += units
    return total


def serving(state: State) -> set[int]:
    """Servers in service that no running execution is about to take."""
    pending = set(state.pending.tolist())
    return {
        server
        for server in range(len(state.region.roster))
        if state.fleet.state[server] == ServerState.IN_SERVICE and server not in pending
    }


def floors(state: State) -> dict[Key, int]:
    """Every floor that is stated, as a count."""
    listed = add_up(state, range(len(state.region.roster)))
    found = {}
    for (name, scope), units in listed.items():
        subsystem = state.region.subsystem(name)
        kind = scope.partition(":")[0]
        stated = {"region": subsystem.floor, "zone": subsystem.zone_floor, "cell": subsystem.cell_floor}[kind]
        if stated is not None:
            declared = subsystem.declared if kind == "region" and subsystem.declared is not None else units
            found[name, scope] = rounded_up(stated, declared)
    for name, scope in listed:
        if scope == "region" and (name, scope) not in found:
            zones = [key for key in listed if key[0] == name and key[1].startswith("zone:")]
            if zones and all(zone in found for zone in zones):
                found[name, scope] = sum(found[zone] for zone in zones)
    return found


def rounded_up(amount: Amount, declared: int) -> int:
    if not amount.percent:
        return amount.value
    exact = Fraction(amount.value * declared, 100)
    return int(exact) if exact.denominator == 1 else int(exact) + 1


def broken(state: State, leaving: Collection[int]) -> dict[Key, int]:
    """The scopes that lose something and end below their floor, with the shortfall."""
    before, lost = add_up(state, serving(state)), add_up(state, leaving)
    return {
        key: floor - (before[key] - lost[key])
        for key, floor in floors(state).items()
        if lost[key] and before[key] - lost[key] < floor
    }


def smallest_margin(state: State, leaving: Collection[int], server: int) -> Fraction | None:
    """The smallest headroom / max(floor, 1) over the scopes of *server* once it and *leaving* are gone; None: no floor there."""
    left = add_up(state, serving(state) - set(leaving) - {server})
    known = floors(state)
    own = [key for key, _ in units_of(state, server) if key in known]
    return min((Fraction(left[key] - known[key], max(known[key], 1)) for key in own), default=None)
