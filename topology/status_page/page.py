"""A status page at one moment, as values: all that any form of it shows, and nothing that is for operators only."""

from dataclasses import dataclass

from topology.status_page.history import DayRecord
from topology.status_page.values import SEVERITY, Announcement, AnnouncementStatus, ServiceReading, ServiceState


@dataclass(frozen=True, slots=True)
class PublicService:
    """One service on the page: how it is, since when, and the last ninety days, today last."""

    name: str
    title: str
    reading: ServiceReading
    since: float | None = None
    """None where nothing was ever shown of it."""
    reason: str = ""
    """Why an operator says so, where one does."""
    days: tuple[DayRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicPage:
    """The whole page. It holds until *holds_until*: who sees it later sees an old page."""

    title: str
    address: str
    region: str
    made: float
    holds_until: float
    promised_s: float
    services: tuple[PublicService, ...] = ()
    announcements: tuple[Announcement, ...] = ()
    """All that were ever made, the newest first."""
    drilled: float | None = None
    """When all targets last were written and read back as the public reads them."""
    console: str = ""
    """Who makes it, as a token without meaning: two consoles are told apart by it."""

    @property
    def open(self) -> tuple[Announcement, ...]:
        """Troubles that are not over, the newest first."""
        return tuple(one for one in self.announcements if not one.is_over and not one.is_maintenance)

    @property
    def maintenance(self) -> tuple[Announcement, ...]:
        """Maintenance that is planned or goes on, the soonest first."""
        planned = (one for one in self.announcements if not one.is_over and one.is_maintenance)
        return tuple(sorted(planned, key=lambda one: (one.starts or 0.0, one.number)))

    @property
    def past(self) -> tuple[Announcement, ...]:
        """What is over, the newest first."""
        return tuple(one for one in self.announcements if one.is_over)

    @property
    def worst(self) -> ServiceState:
        """The state of the service that is worst; unknown where there is none."""
        states = [service.reading.state for service in self.services]
        return max(states, key=SEVERITY.__getitem__, default=ServiceState.UNKNOWN)

    def about(self, service: str) -> tuple[Announcement, ...]:
        """Give the announcements about a service, the newest first."""
        return tuple(one for one in self.announcements if service in one.services)

    def under_maintenance(self, service: str) -> bool:
        """Whether a service is being maintained now."""
        going = AnnouncementStatus.IN_PROGRESS
        return any(one.status is going and service in one.services for one in self.announcements)

    @property
    def holds(self) -> dict[str, int]:
        """What it knows, for comparing two pages: how many updates each announcement has, by key."""
        return {one.key: len(one.updates) for one in self.announcements}
