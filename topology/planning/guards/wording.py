"""How guards write numbers, names, places and times, so that the same thing reads alike in every finding."""

from typing import Protocol

from topology.region.scope import Scope
from topology.region.sentences.clock import by_clock
from topology.region.sentences.counting import counted, first_of


class Changing(Protocol):
    """A scope of a subsystem before and after, in units: an effect, or the facts of a finding."""

    @property
    def subsystem(self) -> str: ...
    @property
    def scope(self) -> Scope: ...
    @property
    def in_service(self) -> int: ...
    @property
    def after(self) -> int: ...
    @property
    def pending(self) -> int: ...


def servers(count: int) -> str:
    """Count servers: `1 server`, `2,600 servers`."""
    return counted(count, "server")


def place(subsystem: str, scope: Scope) -> str:
    """Name a scope of a subsystem: `index`, `index in az4/c1`."""
    return f"{subsystem} in {scope.place}" if scope.place else subsystem


def change(moved: Changing) -> str:
    """Give old and new value: `index 2,600 → 2,210`, and how much of it somebody else takes."""
    elsewhere = f" ({moved.pending:,} of it already leaving)" if moved.pending else ""
    return f"{place(moved.subsystem, moved.scope)} {moved.in_service:,} → {moved.after:,}{elsewhere}"


def some(names: tuple[str, ...], most: int = 10, more: str = "more", count: int | None = None) -> str:
    """List the first names and count the rest; *count* is how many there are, where *names* are only the first."""
    return first_of(names, most, more, count)


def clock(time_zone: str, time: float) -> str:
    """Give a time of day by the region's own clock."""
    return by_clock(time_zone, time)
