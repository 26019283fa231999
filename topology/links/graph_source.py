"""A graph source: which subsystems were seen to call which, how often, and how old that is. It states no dependency."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ObservedCalls:
    """Calls from one subsystem to another, by the names that the source has for them; *per_s* is their mean rate."""

    caller: str
    called: str
    per_s: float


@dataclass(frozen=True, slots=True)
class ObservedGraph:
    """What was seen up to *time* (the source's own, seconds since 1970 UTC), in a fixed order."""

    time: float
    calls: tuple[ObservedCalls, ...]


class GraphReader(Protocol):
    """What sees calls. Its methods may be slow, or fail with `LinkError`; none may block the event loop."""

    async def read(self) -> ObservedGraph:
        """Read what was seen lately."""

    async def aclose(self) -> None:
        """Let go of sockets and tasks."""
