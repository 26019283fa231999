"""What an operator can say to those outside: announcements with their updates, maintenance, and how a service is."""

from dataclasses import dataclass
from typing import ClassVar

from topology.command.grammar.syntax import Command


class PageCommand(Command):
    """A command about the status page: it is shown as the public will see it, and confirmed."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class AnnounceTrouble(PageCommand):
    """Begin an announcement about services."""

    word: ClassVar[str] = "announce"
    title: str
    services: tuple[str, ...]
    status: str

    def __str__(self) -> str:
        return f"announce {_quoted(self.title)} for {', '.join(self.services)} status {self.status}"


@dataclass(frozen=True, slots=True)
class AnnounceUpdate(PageCommand):
    """Say more in an announcement; without a status it stays as far as it is."""

    word: ClassVar[str] = "announce"
    number: int
    text: str
    status: str | None = None

    def __str__(self) -> str:
        status = "" if self.status is None else f" status {self.status}"
        return f"announce update {self.number} {_quoted(self.text)}{status}"


@dataclass(frozen=True, slots=True)
class AnnounceMaintenance(PageCommand):
    """AnnounceTrouble maintenance of services between two moments, written in UTC: `2017-03-01T10:00Z`."""

    word: ClassVar[str] = "announce"
    title: str
    services: tuple[str, ...]
    starts: str
    ends: str

    def __str__(self) -> str:
        about = f"{_quoted(self.title)} for {', '.join(self.services)}"
        return f"announce maintenance {about} from {self.starts} until {self.ends}"


@dataclass(frozen=True, slots=True)
class OverrideService(PageCommand):
    """Say how a service is for so many minutes, whatever is measured, for a reason."""

    word: ClassVar[str] = "override"
    service: str
    state: str
    minutes: int
    because: str

    def __str__(self) -> str:
        return f"override {self.service} {self.state} for {self.minutes} min because {_quoted(self.because)}"


@dataclass(frozen=True, slots=True)
class EndOverride(PageCommand):
    """Let the page show what is measured of a service again."""

    word: ClassVar[str] = "override"
    service: str

    def __str__(self) -> str:
        return f"override {self.service} end"


@dataclass(frozen=True, slots=True)
class PublishPage(Command):
    """Publish the status page to every target now."""

    word: ClassVar[str] = "publish"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
