"""What a description says of its status page: where it is published, what those places stand on, how old it may be."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

THIS_MACHINE = "this machine"
"""The ground of a folder for which none is stated."""


class TargetKind(StrEnum):
    """How a place is written to, by the word before the colon of `to`."""

    FOLDER = "folder"
    S3 = "s3"
    PUT = "put"


@dataclass(frozen=True, slots=True)
class PublishTarget:
    """One place that the page is published to. Credentials are never here: *environment* begins the names of variables."""

    name: str
    kind: TargetKind
    address: str
    """The folder's path, or the URL to write to."""
    read: str = ""
    """The URL at which the public reads it; empty where that is not stated."""
    needs: tuple[str, ...] = ()
    """Subsystems and externals of the region's graph that it stands on."""
    ground: str = ""
    """What else it stands on, in a word: a provider, a place."""
    signing_region: str = "us-east-1"
    """The region's name in the signatures of S3."""
    environment: str = ""
    ca: str = ""
    """A file of certificates to trust instead of the system's."""

    @property
    def host(self) -> str:
        """The machine that it is written to, in lower case; empty for a folder."""
        return "" if self.kind is TargetKind.FOLDER else (urlsplit(self.address).hostname or "")

    @property
    def stands_on(self) -> str:
        """Its ground in a word: as stated, else its host, else this machine."""
        return self.ground or self.host or THIS_MACHINE


@dataclass(frozen=True, slots=True)
class StatusPagePolicy:
    """How a region tells those outside. Times are seconds."""

    title: str
    address: str = ""
    """The URL of the page as the public knows it, with a slash at its end; for permanent addresses and feeds."""
    every_s: float = 60.0
    """The page is published at least so often, and at once when something on it changes."""
    promise_s: float | None = None
    """No page is older than this; None: as measured."""
    hold_s: float = 60.0
    """For how long a service must be in another state before the page says so."""
    needs: tuple[str, ...] = ()
    """What this console itself stands on."""
    titles: tuple[tuple[str, str], ...] = ()
    """What services are called on the page, where that is not their name."""
    targets: tuple[PublishTarget, ...] = ()

    def title_of(self, service: str) -> str:
        """Give what a service is called on the page."""
        return dict(self.titles).get(service, service)

    def promised_s(self, slowest_s: float = 0.0) -> float:
        """Give for how long a page holds: as stated, else two publications and three of the slowest ones, in whole minutes."""
        if self.promise_s is not None:
            return self.promise_s
        return -(-(2 * self.every_s + 3 * slowest_s) // 60) * 60.0
