"""What subsystems carry at this moment, as far as their source tells. No judgement rests on it: floors say how much is enough."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Load:
    """What one subsystem carries: *sessions* at this moment, and new ones in the last second."""

    sessions: int
    per_s: int


@runtime_checkable
class TellsLoads(Protocol):
    """Whoever knows loads; not every source does."""

    def loads(self) -> Mapping[str, Load]:
        """Give the latest loads, by subsystem; never waits."""
