"""What stands in the way of taking a server out, as its source says: things that run on it and are lost, or keep it from ending."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable


class ObstacleKind(StrEnum):
    """What it is about."""

    STAYS = "stays"
    """It belongs to the server and is left there."""
    LEAVING = "leaving"
    """It ends already, and is waited for."""
    HELD = "held"
    """Something else has to let it end first."""
    SCRATCH = "scratch"
    """What it keeps on the server is lost."""
    UNHEALTHY = "unhealthy"
    """It is not healthy, and may keep its place until it is, or its budget is."""
    UNOWNED = "unowned"
    """Nobody would make another one: the source refuses."""
    CONTESTED = "contested"
    """Several budgets are for it: the source refuses."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """*count* things of one kind on one server, the first of them by its *name*, with *more* to be said of it."""

    kind: ObstacleKind
    count: int
    name: str
    more: str = ""


Obstacles = Mapping[str, tuple[Obstacle, ...]]
"""By the name of the server; one without any is not in it."""


@runtime_checkable
class TellsObstacles(Protocol):
    """Whoever knows what stands in the way; not every source does."""

    def obstacles(self) -> Obstacles:
        """Give what stands in the way now; never waits."""
