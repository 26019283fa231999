"""The guard `expects`: what a step, or a whole run, declared and does not keep to, as facts.

It stands among the other guards by its order, and is asked where a playbook is: by `topology.playbook.expects`.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from topology.planning.facts import FindingFacts
from topology.planning.guards.guard import Guard
from topology.planning.plan import Severity
from topology.region.scope import Scope

CODE = "expects"
GUARD = Guard(CODE, Severity.BLOCK, order=55, held_at_act=False, ask=None)


@dataclass(frozen=True, slots=True)
class MoreServers(FindingFacts):
    """A plan, or a run, that moves *count* servers, where *most* are expected."""

    kind: ClassVar[str] = "expects-servers"
    most: int
    count: int
    action: Literal["remove", "restore"]


@dataclass(frozen=True, slots=True)
class OutAlready(FindingFacts):
    """A region with *out* servers out of service before a run starts, where *most* may be."""

    kind: ClassVar[str] = "expects-out-already"
    most: int
    out: int


@dataclass(frozen=True, slots=True)
class SubsystemOut(FindingFacts):
    """A subsystem of which *count* servers are out of service, and which is not expected to miss any."""

    kind: ClassVar[str] = "expects-subsystem-out"
    subsystem: str
    count: int


@dataclass(frozen=True, slots=True)
class SubsystemTouched(FindingFacts):
    """A subsystem that a run touched and that it was not expected to."""

    kind: ClassVar[str] = "expects-touched"
    subsystem: str


@dataclass(frozen=True, slots=True)
class AnotherSubsystem(FindingFacts):
    """A subsystem that *count* of the *total* servers serve and that is not expected, in units before and after."""

    kind: ClassVar[str] = "expects-subsystems"
    subsystem: str
    count: int
    total: int
    in_service: int
    after: int


@dataclass(frozen=True, slots=True)
class NoFloorToKeep(FindingFacts):
    """A scope whose headroom is expected to be at least *amount*, as written, and which states no floor.

    *in_service* and *after* are None where no plan is judged.
    """

    kind: ClassVar[str] = "expects-no-floor"
    subsystem: str
    scope: Scope
    amount: str
    in_service: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class HeadroomShort(FindingFacts):
    """A scope with *headroom* where *least* is expected, in units; *share* is how that is written of the floor, if it is.

    *in_service* and *after* are None where no plan is judged.
    """

    kind: ClassVar[str] = "expects-headroom"
    subsystem: str
    scope: Scope
    least: int
    share: str | None
    headroom: int
    floor: int
    in_service: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class TakesLonger(FindingFacts):
    """A plan, or a run, that takes *minutes* where *most* are expected."""

    kind: ClassVar[str] = "expects-minutes"
    most: float
    minutes: float
