"""A server that a command means and cannot move, and why."""

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """Why a server cannot be moved: the state that it is in, or that it is taken, gone or not meant any more."""

    IN_SERVICE = "in service"
    DRAINING = "draining"
    REMOVED = "removed"
    JOINING = "joining"
    FAILED = "failed"
    ALREADY_LEAVING = "already leaving"
    DOES_NOT_EXIST = "does not exist"
    NO_LONGER_MATCHES = "no longer matches"
    CANNOT_BE_MOVED = "cannot be moved"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A *server* by name, and *why* it is left out."""

    server: str
    why: Why

    def __str__(self) -> str:
        """Write both: `billing-0007 failed`."""
        return f"{self.server} {self.why}"

    @classmethod
    def read(cls, text: str) -> "LeftOut":
        """Read what `str` wrote, for plans from elsewhere.

        Raises:
            ValueError: it is neither.
        """
        server, _, why = text.partition(" ")
        return cls(server, Why(why))
