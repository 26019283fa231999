"""How it stands with one place that a status page is published to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TargetReading:
    """How it stands with one target. Times are seconds since 1970 UTC, by the clock of this machine."""

    name: str
    where: str
    last: float | None = None
    """When a page of this console was read back there last; None: not since it was started."""
    number: int = 0
    seconds: float = 0.0
    """How long that took."""
    trouble: str = ""
    """Why the last try failed; empty where it did not."""
    failing_since: float | None = None
    is_busy: bool = False
    elsewhere: str = ""
    """Who publishes there in place of this console; empty where this one does."""
