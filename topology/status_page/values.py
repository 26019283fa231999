"""What a status page is made of: states of services, announcements with their updates, and the steps that all of it follows from.

Services are what the public knows; subsystems, zones and numbers of servers never get here. Times are seconds since 1970 UTC.
"""

from enum import StrEnum
from typing import NamedTuple

import msgspec


class ServiceState(StrEnum):
    """How a service is, in the words of the page."""

    AVAILABLE = "available"
    PARTIAL = "partial"
    UNKNOWN = "unknown"
    UNAVAILABLE = "unavailable"


SEVERITY = {state: number for number, state in enumerate(ServiceState)}
"""How bad a state is for whoever needs the service; not to know is worse than a part."""


class ServiceReading(NamedTuple):
    """A service's state; of one that is partial the *operations* that are lost, empty where all work with less capacity."""

    state: ServiceState
    operations: tuple[str, ...] = ()


class AnnouncementStatus(StrEnum):
    """How far what was announced has come. The first four are of a trouble, the others of maintenance."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"


TROUBLE = (
    AnnouncementStatus.INVESTIGATING,
    AnnouncementStatus.IDENTIFIED,
    AnnouncementStatus.MONITORING,
    AnnouncementStatus.RESOLVED,
)
MAINTENANCE = (AnnouncementStatus.SCHEDULED, AnnouncementStatus.IN_PROGRESS, AnnouncementStatus.COMPLETED)
OVER = (AnnouncementStatus.RESOLVED, AnnouncementStatus.COMPLETED)


class Update(NamedTuple):
    """One thing said in an announcement."""

    time: float
    status: AnnouncementStatus
    text: str


class Announcement(NamedTuple):
    """Something said to those outside. Of maintenance *starts* and *ends* say when it is meant to be."""

    number: int
    token: str
    """Makes its address one that no other console gives away."""
    title: str
    services: tuple[str, ...]
    updates: tuple[Update, ...]
    """The first says what it began with; there is always one."""
    starts: float | None = None
    ends: float | None = None

    @property
    def key(self) -> str:
        """What it is called in addresses, for good."""
        return f"{self.number}-{self.token}"

    @property
    def status(self) -> AnnouncementStatus:
        """How far it is."""
        return self.updates[-1].status

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be expected."""
        return self.status in OVER

    @property
    def is_maintenance(self) -> bool:
        """Whether it was planned."""
        return self.starts is not None

    @property
    def began(self) -> float:
        """When it was first announced."""
        return self.updates[0].time


class PageStep(msgspec.Struct, frozen=True, tag_field="step", omit_defaults=True):
    """Something that changed what the page says; in order they are all that a page is made of."""

    time: float


class Announced(PageStep, frozen=True, tag="announced", omit_defaults=True):
    """An announcement began."""

    number: int
    token: str
    title: str
    services: tuple[str, ...]
    status: AnnouncementStatus
    starts: float | None = None
    ends: float | None = None


class Updated(PageStep, frozen=True, tag="updated", omit_defaults=True):
    """Something more was said in an announcement."""

    key: str
    status: AnnouncementStatus
    text: str = ""


class Shown(PageStep, frozen=True, tag="shown", omit_defaults=True):
    """A service is in another state on the page from now on."""

    service: str
    state: ServiceState
    operations: tuple[str, ...] = ()


class Overridden(PageStep, frozen=True, tag="overridden", omit_defaults=True):
    """An operator says how a service is, whatever is measured, until a time; for a *reason* that the page gives."""

    service: str
    state: ServiceState
    until: float
    reason: str


class Released(PageStep, frozen=True, tag="released", omit_defaults=True):
    """What an operator said of a service holds no longer."""

    service: str


class Watched(PageStep, frozen=True, tag="watched", omit_defaults=True):
    """Somebody was watching, and all states were as they had been shown before."""


class Drilled(PageStep, frozen=True, tag="drilled", omit_defaults=True):
    """Every target was written and read back as the public reads it; the slowest took so many seconds."""

    slowest_s: float


AnyPageStep = Announced | Updated | Shown | Overridden | Released | Watched | Drilled
