"""A graph source: which subsystems were seen to call which, how often, and how old that is. It states no dependency."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from topology.fleet.observed import Pair


@dataclass(frozen=True, slots=True)
class ObservedGraph:
    """What was seen up to *time* (the source's own, seconds since 1970 UTC).

    *rates* are calls in a second, by who calls and who is called, in the source's words; None where a rate cannot be told.
    *age_s* is how old the newest sample is, by the source's clock. *remarks* say what was left out. *unknown* says why nothing is
    known, in a sentence: an empty answer is no answer.
    """

    time: float
    rates: Mapping[Pair, float | None]
    age_s: float | None = None
    remarks: tuple[str, ...] = ()
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class SeenBefore:
    """Who called whom within so many *seconds* before *time*, the source's own."""

    time: float
    seconds: float
    pairs: frozenset[Pair]


class GraphReader(Protocol):
    """What sees calls. Its methods may be slow, or fail with `LinkError`; none may block the event loop."""

    each_s: float
    """How often it is worth a look."""
    looks_back_each_s: float
    """How often it is worth a look back."""

    async def read(self) -> ObservedGraph:
        """Read what was seen lately."""

    async def look_back(self) -> tuple[SeenBefore, ...]:
        """Read what was seen within the last hour, day, week, shortest first: slow, and asked for apart."""

    async def aclose(self) -> None:
        """Let go of sockets and tasks."""
