"""Cues of an instructor as text: what is to be done, and at which time or on which condition. One reader for screen and file."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from topology.incident.model import Incident
from topology.incident.station.deeds import CueError, StationDeed, known_subsystem, number_in, read_deed
from topology.incident.times import moment_of
from topology.region.region import shown

_AT = re.compile(r"at ((?:\d{4}-\d{2}-\d{2} )?\d{2}:\d{2}(?::\d{2})?) (.+)")
_AFTER = re.compile(r"after (\d+) (s|min|h) (.+)")
_QUIET = re.compile(r"when quiet (\d+) (s|min|h) (.+)")
_WHEN = re.compile(r"when (\S+) (<|>=) ([\d_,]+) (.+)")
_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True)
class CueCondition:
    """The capacity of *subsystem* in service is below (`<`) or at least (`>=`) *units*."""

    subsystem: str
    sign: Literal["<", ">="]
    units: int

    def holds(self, in_service: int) -> bool:
        """Whether it is so with so many units."""
        return in_service < self.units if self.sign == "<" else in_service >= self.units


@dataclass(frozen=True, slots=True)
class Cue:
    """What is to be *done*: at a time (*at*, seconds since 1970 UTC), *when* something is so, or after *quiet_s* without an act."""

    done: StationDeed
    at: float | None = None
    when: CueCondition | None = None
    quiet_s: float | None = None
    text: str = ""
    """As it was written, with its condition."""

    @property
    def is_at_once(self) -> bool:
        """Whether nothing is waited for."""
        return self.at is None and self.when is None and self.quiet_s is None


def read_cue(text: str, incident: Incident, now: float) -> Cue:
    """Read what an instructor wrote at a moment of an incident.

    Raises:
        CueError: it is no cue.
    """
    text = " ".join(text.split())
    if match := _AT.fullmatch(text):
        try:
            at = moment_of(match[1], date.fromisoformat(incident.date), ZoneInfo(incident.time_zone))
        except (ValueError, OverflowError) as error:
            raise CueError(f"{shown(match[1])} is {error}") from error
        if not incident.starts <= at <= incident.ends:
            raise CueError(f"{match[1]} is outside of the incident")
        return Cue(read_deed(match[2], incident.region), at=at, text=text)
    if match := _AFTER.fullmatch(text):
        return Cue(read_deed(match[3], incident.region), at=now + int(match[1]) * _SECONDS[match[2]], text=text)
    if match := _QUIET.fullmatch(text):
        return Cue(read_deed(match[3], incident.region), quiet_s=int(match[1]) * _SECONDS[match[2]], text=text)
    if match := _WHEN.fullmatch(text):
        known = known_subsystem(match[1], incident.region)
        sign: Literal["<", ">="] = "<" if match[2] == "<" else ">="
        return Cue(read_deed(match[4], incident.region), when=CueCondition(known, sign, number_in(match[3])), text=text)
    return Cue(read_deed(text, incident.region), text=text)


__all__ = ["Cue", "CueCondition", "CueError", "read_cue"]
