"""A region at one moment of an incident: what each subsystem has, what it must have, and in one word how it stands."""

from dataclasses import dataclass

from topology.fleet.fleet import NO_FLOOR, Fleet
from topology.graph.graph import graph_of
from topology.incident.model import Mark

Marks = dict[str, Mark]


@dataclass(frozen=True, slots=True)
class SubsystemStanding:
    """One subsystem: *in_service* and *floor* in units over the region, None for an external or where none is stated.

    *floor* is what is asked of it, where that is known.
    *verdict* is `holds`, `tight`, `below` (its floor, in the region or the scope named by *scope*), `impacted` (something it
    needs is below), `partial` (an account says which operations it *serves*) or `unknown` (no floor is stated).
    """

    subsystem: str
    in_service: int | None
    floor: int | None
    verdict: str
    scope: str = ""
    lost: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()
    illustrative: bool = False

    @property
    def headroom(self) -> int | None:
        """Units above the floor; None where either is not known."""
        return None if self.in_service is None or self.floor is None else self.in_service - self.floor


@dataclass(frozen=True, slots=True)
class Moment:
    """The region at *time*, every subsystem in the region's order."""

    time: float
    standings: tuple[SubsystemStanding, ...]

    def standing(self, subsystem: str) -> SubsystemStanding:
        """Give one subsystem's.

        Raises:
            KeyError: the region has no such subsystem.
        """
        return {standing.subsystem: standing for standing in self.standings}[subsystem]


def moment_of_fleet(fleet: Fleet, time: float, marks: Marks) -> Moment:
    """Judge every subsystem by its floors, by what it needs, and by what an account says of it."""
    region, scopes = fleet.region, fleet.scopes
    asked = {region.index[name]: mark.demand for name, mark in marks.items() if mark.demand is not None}
    short: dict[int, str] = {}
    for row in ((fleet.capacity < scopes.floor) & (scopes.floor != NO_FLOOR)).nonzero()[0].tolist():
        if int(scopes.subsystem[row]) not in asked:
            short.setdefault(int(scopes.subsystem[row]), str(scopes.names[row]))
    for number, demand in asked.items():
        if int(scopes.region_row[number]) >= 0 and int(fleet.capacity[int(scopes.region_row[number])]) < demand:
            short[number] = "region"
    # Only what is below in the whole region takes others down; a zone that is short is its own trouble.
    down = frozenset(number for number, scope in short.items() if scope == "region")
    reaches = {reach.node: reach.operations for reach in graph_of(region).impacted(down)}
    standings = []
    for number, subsystem in enumerate(region.subsystems):
        row = int(scopes.region_row[number])
        capacity = None if row < 0 else int(fleet.capacity[row])
        floor = None if row < 0 or int(scopes.floor[row]) == NO_FLOOR else int(scopes.floor[row])
        if number in asked and row >= 0:
            floor = asked[number]
        lost = reaches.get(number)
        verdict = _verdict(capacity, floor, region.policy.tight_percent, number in short, lost is not None)
        serves: tuple[str, ...] = ()
        mark = marks.get(subsystem.name)
        if mark is not None and mark.serves is not None:
            verdict, serves = _said(mark.serves, verdict)
        standings.append(
            SubsystemStanding(
                subsystem.name,
                capacity,
                floor,
                verdict,
                short.get(number, ""),
                lost or (),
                serves,
                row >= 0 and (subsystem.illustrative or region.illustrative),
            )
        )
    return Moment(time, tuple(standings))


def _verdict(capacity: int | None, floor: int | None, tight: int, is_short: bool, reached: bool) -> str:
    if is_short:
        return "below"
    if reached:
        return "impacted"
    if capacity is None:
        return "holds"
    if floor is None:
        return "unknown"
    return "tight" if (capacity - floor) * 100 < tight * floor else "holds"


def _said(serves: tuple[str, ...] | str, verdict: str) -> tuple[str, tuple[str, ...]]:
    """Put what an account says over what the graph says; a count below its floor stays below."""
    if serves == "all":
        return ("holds" if verdict == "impacted" else verdict), ()
    if serves == "none":
        return ("impacted" if verdict != "below" else verdict), ()
    return ("partial" if verdict != "below" else verdict), tuple(serves)
