"""What a guard is: one entry in its own file, from which everything that has to know of guards reads."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from topology.planning.guards.case import Case
from topology.planning.plan import Finding, Severity


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard: what it is called, how much its findings weigh at most, its place, and what it asks.

    *order* is its place among the findings, the smaller first. *held_at_act* says whether a region's own check refuses
    for the same reason when a wave arrives. *ask* is pure; None for what is not asked of a preview but when one is
    confirmed.
    """

    code: str
    worst: Severity
    order: int
    held_at_act: bool
    ask: Callable[[Case], Iterable[Finding]] | None

    @property
    def may_block(self) -> bool:
        """Whether a finding of it can refuse a plan."""
        return self.worst is Severity.BLOCK
