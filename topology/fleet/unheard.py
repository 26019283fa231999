"""Racks whose agent is gone: what they serve counts for nothing, and how much their subsystems still have nobody knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

RackPlace = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class UnheardRack:
    """A rack of which nothing is heard, by zone, cell and rack, and the subsystems that its servers support."""

    place: RackPlace
    subsystems: tuple[str, ...]

    @property
    def name(self) -> str:
        """The rack as it is written."""
        return "/".join(self.place)


@runtime_checkable
class AcceptsUnheard(Protocol):
    """A source that keeps that an operator knows of racks whose agent is gone; not every source has agents."""

    async def accept_unheard(self, operator: str, racks: Sequence[UnheardRack]) -> None:
        """Let these racks count as failed, and no longer as unknown, until their agents are back and gone again."""
