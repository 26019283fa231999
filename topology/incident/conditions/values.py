"""Conditions of an incident as read; frozen values. Every one says where it comes from, as events do.

*source* is the id of a source, *confidence* one of its marks, and *illustrative* whether it is invented.
"""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class WayIn:
    """A way in, by which an operator acts: open while all that it *needs* serves, once somebody has travelled for *travel_s*.

    *longer_s* more is needed at the door while something of *longer_while* is down. To find out that a way without travel is
    dead takes *try_s*.
    """

    name: str
    title: str
    needs: tuple[str, ...]
    travel_s: float
    longer_s: float
    longer_while: tuple[str, ...]
    try_s: float
    source: str
    confidence: str
    illustrative: bool


@dataclass(frozen=True, slots=True)
class ReturnLimit:
    """No more than *most* servers of *subsystem* may come back within *within_s*.

    Each one beyond puts *puts_out* of them into the state *to* again.
    """

    subsystem: str
    most: int
    within_s: float
    puts_out: int
    to: int
    text: str
    source: str
    confidence: str
    illustrative: bool


@dataclass(frozen=True, slots=True)
class SharedRate:
    """Restarts of *subsystems* share *servers_per_minute*; once *lifted_by* was approved, *lifted_per_minute*."""

    name: str
    subsystems: tuple[str, ...]
    servers_per_minute: int
    lifted_by: str
    lifted_per_minute: int
    source: str
    confidence: str
    illustrative: bool


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to tell customers beside the status board: it works while what it *needs* serves, and takes *takes_s*."""

    name: str
    title: str
    needs: tuple[str, ...]
    takes_s: float
    source: str
    confidence: str
    illustrative: bool


@dataclass(frozen=True, slots=True)
class PlacePair:
    """Two *places* that stand in for each other: a change reaches the second no earlier than *apart_s* after the first."""

    places: tuple[str, ...]
    apart_s: float
    source: str
    confidence: str
    illustrative: bool


@dataclass(frozen=True, slots=True)
class KnownCause:
    """Why something happened, as it was *known_at* (seconds since 1970 UTC; None: only afterwards), and words that give it away."""

    name: str
    text: str
    known_at: float | None
    given_away_by: tuple[str, ...]
    source: str
    confidence: str
    illustrative: bool

    def given_away_in(self, text: str) -> str:
        """Give the first of its words that a text has; empty for none."""
        return next(
            (word for word in self.given_away_by if re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE)), ""
        )


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Something that came after the end."""

    text: str
    source: str
    confidence: str
    illustrative: bool


@dataclass(frozen=True, slots=True)
class GuardBug:
    """A guard of an era that is wrong: what matches one of *passes* passes it, and nobody is told."""

    guard: str
    passes: tuple[str, ...]
    found: str

    def lets_pass(self, code: str, text: str) -> bool:
        """Whether the guard with a code says nothing of an act, for its bug."""
        return code == self.guard and any(fnmatchcase(text, pattern) for pattern in self.passes)
