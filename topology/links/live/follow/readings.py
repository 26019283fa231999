"""One reading of a whole fleet, put together with its description, and what the source calls things."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from topology.fleet.batches import EventBatch
from topology.fleet.fleet import Fleet
from topology.fleet.loads import Load
from topology.fleet.state import State
from topology.fleet.unheard import UnheardRack
from topology.links.fleet_source import Cursor, Facts, Supports
from topology.links.live.assembly import Assembled, Names, Profile, assemble
from topology.region.region import Region


@dataclass(frozen=True, slots=True, eq=False)
class FleetReading:
    """One reading of the whole fleet, and what it was put together to."""

    region: Region
    fleet: Fleet
    names: Names
    position: NDArray[np.int32]
    cursor: Cursor
    supports: Mapping[Profile, Supports]
    """What servers support in the source's own words, by profile."""
    unheard: tuple[UnheardRack, ...]
    """Racks whose agent is gone, with the description's names of subsystems."""
    is_described: bool = False
    """Whether the source's own description lists the servers, so that it calls everything as that does."""

    def supports_of(self, region: Region, server: int) -> Supports:
        """Give what a server of the *region*, as it is by now, supports in the source's own words."""
        roster, subsystems = region.roster, region.subsystems
        profile = roster.profiles[roster.profile[server]]
        found = self.supports.get(profile)
        return tuple((subsystems[at].name, units) for at, units in profile) if found is None else found

    def source_name(self, subsystem: str) -> str:
        """Give what the source calls a subsystem."""
        if self.is_described:
            return subsystem
        described = self.region.subsystem(subsystem)
        return described.match if described.match and "*" not in described.match else subsystem

    def loads(self, told: Mapping[str, Load]) -> dict[str, Load]:
        """Give what subsystems carry, *told* in the source's words, by the description's names."""
        numbers = ((self.names.known(name), load) for name, load in told.items())
        subsystems = self.region.subsystems
        return {subsystems[number].name: load for number, load in numbers if number is not None}


def reading_of(description: Region, facts: Facts, declared: Mapping[tuple[str, str], int]) -> FleetReading:
    """Put what a source lists together with a description; *declared* is what was listed at most.

    Raises:
        LinkError: the source lists something that cannot be.
    """
    if facts.region is not None:
        return _as_described(facts.region, facts)
    names = Names(description)
    found: Assembled = assemble(description, facts, names, declared)
    supports = {names.profile(own): own for own in facts.profiles}
    unheard = named(facts.unheard, names, description)
    return FleetReading(found.region, Fleet(found.region), names, found.position, facts.cursor, supports, unheard)


def _as_described(region: Region, facts: Facts) -> FleetReading:
    """Take what the source's own description lists as it stands, with the states of now."""
    fleet = Fleet(region)
    other = np.flatnonzero(fleet.state != facts.states).astype(np.int32)
    fleet.apply(EventBatch(0, facts.time, other, facts.states[other]))
    position = np.arange(len(facts.names), dtype=np.int32)
    supports = dict(zip(region.roster.profiles, facts.profiles, strict=True))
    return FleetReading(region, fleet, Names(region), position, facts.cursor, supports, (), is_described=True)


def named(racks: Sequence[UnheardRack], names: Names, region: Region) -> tuple[UnheardRack, ...]:
    """Give racks with the description's names of their subsystems; what it does not know no plan touches."""
    found = []
    for rack in racks:
        numbers = (names.known(name) for name in rack.subsystems)
        known = (region.subsystems[number].name for number in numbers if number is not None)
        found.append(replace(rack, subsystems=tuple(known)))
    return tuple(found)


def same_roster(one: Region, other: Region) -> bool:
    """Say whether two readings list the same servers at the same places under the same description, and the same budgets."""
    a, b = one.roster, other.roster
    return (
        one.digest == other.digest
        and one.subsystems == other.subsystems
        and one.dependencies == other.dependencies
        and one.learnt.budgets == other.learnt.budgets
        and one.learnt.wanted == other.learnt.wanted
        and len(a) == len(b)
        and a.racks == b.racks
        and a.profiles == b.profiles
        and bool((a.rack == b.rack).all())
        and bool((a.profile == b.profile).all())
        and a.names == b.names
    )


def carry_over(before: State, reading: FleetReading) -> None:
    """Keep what is known of servers beside their states: what left by acts, in which order, and when."""
    old, new = before.fleet, reading.fleet
    new.departures = old.departures.copy()
    names = before.region.roster.names
    position = new.position
    for at in np.flatnonzero(old.left).tolist():
        if names[at] in position:
            new.left[position[names[at]]] = old.left[at]
