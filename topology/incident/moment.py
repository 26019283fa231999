"""A region at one moment of an incident: what each subsystem has, what it must have, and in one word how it stands."""

from collections.abc import Iterable
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
    needs is below; *lost* are the operations that it cannot serve, empty for all), `partial` (it serves some operations, by an
    account that says which it *serves*, or since what it needs begins to serve again) or `unknown` (no floor is stated).
    """

    subsystem: str
    in_service: int | None
    floor: int | None
    verdict: str
    scope: str = ""
    lost: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()
    illustrative: bool = False
    missing: int = 0
    """Units below floors: of the region, or of its places together where those miss more."""

    @property
    def headroom(self) -> int | None:
        """Units above the floor; None where either is not known."""
        return None if self.in_service is None or self.floor is None else self.in_service - self.floor

    def can_serve(self, operation: str = "") -> bool:
        """Whether it serves an operation, or anything at all: below a floor in one place only, it does."""
        if self.verdict == "below":
            return self.scope != "region"
        if self.verdict == "partial":
            return not operation or operation in self.serves or (not self.serves and operation not in self.lost)
        if self.verdict == "impacted":
            return bool(self.lost) and operation not in self.lost
        return True


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


def moment_of_fleet(fleet: Fleet, time: float, marks: Marks, in_part: frozenset[str] = frozenset()) -> Moment:
    """Judge every subsystem by its floors, by what it needs, and by what an account says of it.

    Those *in_part* are short and begin to serve: who needs nothing else that is down serves in part, too.
    """
    region, scopes = fleet.region, fleet.scopes
    asked = {region.index[name]: mark.demand for name, mark in marks.items() if mark.demand is not None}
    short: dict[int, str] = {}
    missing: dict[int, dict[str, int]] = {}
    for row in ((fleet.capacity < scopes.floor) & (scopes.floor != NO_FLOOR)).nonzero()[0].tolist():
        if int(scopes.subsystem[row]) not in asked:
            number = int(scopes.subsystem[row])
            short.setdefault(number, str(scopes.names[row]))
            kind, units = scopes.names[row].kind, int(scopes.floor[row]) - int(fleet.capacity[row])
            missing.setdefault(number, {})[kind] = missing.get(number, {}).get(kind, 0) + units
    for number, demand in asked.items():
        if int(scopes.region_row[number]) >= 0 and int(fleet.capacity[int(scopes.region_row[number])]) < demand:
            short[number] = "region"
            missing[number] = {"region": demand - int(fleet.capacity[int(scopes.region_row[number])])}
    # Only what is below in the whole region takes others down; a zone that is short is its own trouble.
    down = frozenset(number for number, scope in short.items() if scope == "region")
    graph = graph_of(region)
    ways = {reach.node: reach.path for reach in graph.impacted(down)}
    reaches = {reach.node: reach.operations for reach in graph.impacted(down)}
    begins = frozenset(region.index[name] for name in in_part)
    without = {reach.node: reach.operations for reach in graph.impacted(down - begins)} if begins & down else reaches
    standings = []
    for number, subsystem in enumerate(region.subsystems):
        row = int(scopes.region_row[number])
        capacity = None if row < 0 else int(fleet.capacity[row])
        floor = None if row < 0 or int(scopes.floor[row]) == NO_FLOOR else int(scopes.floor[row])
        if number in asked and row >= 0:
            floor = asked[number]
        lost = reaches.get(number)
        verdict = _verdict(capacity, floor, region.policy.tight_percent, number in short, lost is not None)
        if verdict == "impacted" and begins & down and (number not in without or without[number]):
            verdict, lost = "partial", without.get(number)
        serves: tuple[str, ...] = ()
        mark = marks.get(subsystem.name)
        if mark is not None and mark.serves is not None:
            verdict, serves = _said(mark.serves, verdict)
        elif verdict == "impacted":
            verdict, serves = _passed_on((graph.names[one] for one in ways[number][1:]), marks)
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
                max(missing.get(number, {}).values(), default=0),
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


def _passed_on(way: Iterable[str], marks: Marks) -> tuple[str, tuple[str, ...]]:
    """Say how one stands that needs, by this way, what is down: if an account says that the way serves something, so does it."""
    said = (marks[name].serves for name in way if name in marks and marks[name].serves is not None)
    serves = next(said, None)
    return ("impacted", ()) if serves is None else _said(serves, "impacted")


def _said(serves: tuple[str, ...] | str, verdict: str) -> tuple[str, tuple[str, ...]]:
    """Put what an account says over what the graph says; a count below its floor stays below."""
    if serves == "all":
        return ("holds" if verdict == "impacted" else verdict), ()
    if serves == "none":
        return ("impacted" if verdict != "below" else verdict), ()
    return ("partial" if verdict != "below" else verdict), tuple(serves)
