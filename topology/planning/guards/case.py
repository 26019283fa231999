"""What guards are asked about, and the words they answer with."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from topology.fleet.state import State
from topology.graph.graph import Graph
from topology.planning.effects import Shift
from topology.planning.plan import Effect, Finding, Impact, Severity
from topology.planning.selection.choice import Choice, Intent
from topology.region.region import Region


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One intent at one state, with everything that was worked out about it."""

    state: State
    intent: Intent
    choice: Choice
    named: frozenset[int]
    shift: Shift
    effects: tuple[Effect, ...]
    impacts: tuple[Impact, ...]
    graph: Graph

    @property
    def region(self) -> Region:
        """The region as described."""
        return self.state.region

    @property
    def removes(self) -> bool:
        """Whether servers leave; else they come back."""
        return self.intent.action == "remove"

    @property
    def weight(self) -> Severity:
        """How much a guard of departures weighs: what gives capacity back is not refused by it."""
        return Severity.BLOCK if self.removes else Severity.CAUTION


def block(code: str, message: str, *, protects: str, satisfied_by: str, subsystem: str | None = None) -> Finding:
    """Refuse."""
    return Finding(code, Severity.BLOCK, message, subsystem, protects=protects, satisfied_by=satisfied_by)


def servers(count: int) -> str:
    """Count servers: `1 server`, `2,600 servers`."""
    return f"{count:,} server" + ("" if count == 1 else "s")


def place(effect: Effect) -> str:
    """Name the scope of an effect: `index`, `index in az4/c1`."""
    _, colon, where = effect.scope.partition(":")
    return f"{effect.subsystem} in {where}" if colon else effect.subsystem


def change(effect: Effect) -> str:
    """Give old and new value: `index 2,600 → 2,210`, and how much of it somebody else takes."""
    elsewhere = f" ({effect.pending:,} of it already leaving)" if effect.pending else ""
    return f"{place(effect)} {effect.in_service:,} → {effect.after:,}{elsewhere}"


def some(names: tuple[str, ...], most: int = 10, more: str = "more") -> str:
    """List the first names and count the rest."""
    rest = f" and {len(names) - most:,} {more}" if len(names) > most else ""
    return ", ".join(names[:most]) + rest


def clock(region: Region, time: float) -> str:
    """Give a time of day by the region's own clock."""
    return datetime.fromtimestamp(time, ZoneInfo(region.time_zone)).strftime("%H:%M:%S %Z")
