"""Cues of an instructor as text: what is to be done, and at which time or on which condition. One reader for screen and file."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from topology.incident.lesson.said import MARKS
from topology.incident.model import Incident
from topology.incident.times import moment_of
from topology.region.region import shown

DEEDS = ("inject", "say", "lie", "true", "note", "role", "mark", "pause")
HOW = (
    "write at 09:50 …, after 10 min …, when index < 2400 …, when quiet 10 min …, or nothing before it; then one of "
    "inject …, say NAME: TEXT, lie SUBSYSTEM NUMBER, true SUBSYSTEM, note TEXT, role NAME, "
    "mark agrees, sensible or doubtful (the open answer before the debrief), pause"
)
_AT = re.compile(r"at ((?:\d{4}-\d{2}-\d{2} )?\d{2}:\d{2}(?::\d{2})?) (.+)")
_AFTER = re.compile(r"after (\d+) (s|min|h) (.+)")
_QUIET = re.compile(r"when quiet (\d+) (s|min|h) (.+)")
_WHEN = re.compile(r"when (\S+) (<|>=) ([\d_,]+) (.+)")
_LIE = re.compile(r"lie (\S+) ([\d_,]+)")
_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}


class CueError(ValueError):
    """What was written is no cue; the sentence says why, and how one is written."""


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

    done: str
    at: float | None = None
    when: CueCondition | None = None
    quiet_s: float | None = None
    text: str = ""
    """As it was written."""

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
        return Cue(_deed(match[2], incident), at=at, text=text)
    if match := _AFTER.fullmatch(text):
        return Cue(_deed(match[3], incident), at=now + int(match[1]) * _SECONDS[match[2]], text=text)
    if match := _QUIET.fullmatch(text):
        return Cue(_deed(match[3], incident), quiet_s=int(match[1]) * _SECONDS[match[2]], text=text)
    if match := _WHEN.fullmatch(text):
        known = _subsystem(match[1], incident)
        sign: Literal["<", ">="] = "<" if match[2] == "<" else ">="
        return Cue(_deed(match[4], incident), when=CueCondition(known, sign, _number(match[3])), text=text)
    return Cue(_deed(text, incident), text=text)


def lie_of(deed: str) -> tuple[str, int]:
    """Give the subsystem whose gauge lies, and what it says, of a deed that was read."""
    match = _LIE.fullmatch(deed)
    if match is None:
        raise CueError(f"{shown(deed)} is no lie of a gauge; write lie SUBSYSTEM NUMBER")
    return match[1], _number(match[2])


def said_in(deed: str) -> tuple[str, str]:
    """Give who says what, of a deed that was read."""
    who, _, what = deed.removeprefix("say ").partition(":")
    return who.strip(), what.strip()


def _deed(text: str, incident: Incident) -> str:
    verb, _, rest = text.partition(" ")
    if verb not in DEEDS:
        raise CueError(f"{shown(text)} is nothing that can be done here; {HOW}")
    if verb == "say" and not all(said_in(text)):
        raise CueError(f"{shown(text)} does not say who says what; write say Customer: Is it only us?")
    if verb == "lie":
        _subsystem(lie_of(text)[0], incident)
    if verb == "true":
        _subsystem(rest, incident)
    if verb == "mark" and rest not in MARKS:
        raise CueError(f"{shown(rest)} is no mark; an open answer is {', '.join(MARKS)}")
    if verb in ("note", "role", "inject") and not rest:
        raise CueError(f"{verb} is not finished; {HOW}")
    return text


def _subsystem(name: str, incident: Incident) -> str:
    if name not in incident.region.index:
        raise CueError(f"{shown(name)} is not a subsystem of {incident.region.name}")
    return name


def _number(text: str) -> int:
    return int(text.replace("_", "").replace(",", ""))
