"""What becomes of a scope of a subsystem, in the sentences of the core: its place, old and new value."""

from typing import Protocol

from topology.region.scope import Scope


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


def place(subsystem: str, scope: Scope) -> str:
    """Name a scope of a subsystem: `index`, `index in az4/c1`."""
    return f"{subsystem} in {scope.place}" if scope.place else subsystem


def change(moved: Changing) -> str:
    """Give old and new value: `index 2,600 → 2,210`, and how much of it somebody else takes."""
    elsewhere = f" ({moved.pending:,} of it already leaving)" if moved.pending else ""
    return f"{place(moved.subsystem, moved.scope)} {moved.in_service:,} → {moved.after:,}{elsewhere}"
