"""What is known of a live region beside its description: numbers that its source or its ledger states."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Budget:
    """A floor that the source of a region states for a subsystem, in units, and what it calls it."""

    subsystem: str
    floor: int
    name: str
    gives_way: str = ""
    """Who does not keep to it, in words that end a sentence; empty where everybody does."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """Numbers that raise what a description guards with, and never lower it.

    *most_listed* are the units once listed for a scope, by (subsystem, scope), where that is more than are listed now: only an
    acknowledgement forgets them. *budgets* are the source's own floors, by subsystem; of two floors the stricter holds.
    *wanted* are the units that a subsystem is meant to have, where the source says so: declared in place of what is listed.
    """

    most_listed: Mapping[tuple[str, str], int] = field(default_factory=dict)
    budgets: Mapping[str, Budget] = field(default_factory=dict)
    calls: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """Whom a source saw calling whom, by its own names: the edge of the region that this is, declared or not."""
    wanted: Mapping[str, int] = field(default_factory=dict)

    def declared(self, subsystem: str, scope: str, listed: int) -> int:
        """Give the units that a scope is meant to have, when so many are *listed* now."""
        meant = self.wanted.get(subsystem, listed) if scope == "region" else listed
        return max(meant, self.most_listed.get((subsystem, scope), 0))
