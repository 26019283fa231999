"""All of a place in stages, as a plan tells of it: what goes in each, what is left above the floors, and what stays."""

from dataclasses import dataclass

from topology.region.scope import Scope


@dataclass(frozen=True, slots=True)
class StageRoom:
    """What a scope still has above its floor, in units."""

    subsystem: str
    scope: Scope
    headroom: int


@dataclass(frozen=True, slots=True)
class Stage:
    """One command's worth of it: *servers*, whole *lots* (racks, cells or zones), and *parts* of such.

    *worst* is the scope that is closest to its floor afterwards, of those that it takes from; None where none has a floor.
    *minutes* is how long it takes at every pace, if nothing else leaves meanwhile.
    """

    servers: int
    lots: int
    parts: int
    worst: StageRoom | None
    minutes: float


@dataclass(frozen=True, slots=True)
class StageNeed:
    """A scope in which *missing* units more would have to serve elsewhere for the rest to leave."""

    subsystem: str
    scope: Scope
    missing: int


@dataclass(frozen=True, slots=True)
class Staging:
    """How the whole goes *by* racks, cells or zones, as far as can be told from now.

    *order* are the named subsystems, dependents first. *servers* leave in all *stages* together, in *minutes*. *stays* would
    break a floor, which *needs* would let go; *kept* may never be removed.
    """

    by: str
    order: tuple[str, ...]
    stages: tuple[Stage, ...]
    servers: int
    minutes: float
    stays: int
    kept: int
    needs: tuple[StageNeed, ...]

    @property
    def worst(self) -> StageRoom | None:
        """The least that any scope has left above its floor on the way."""
        rooms = [stage.worst for stage in self.stages if stage.worst is not None]
        return min(rooms, key=lambda room: room.headroom, default=None)
