"""What a cue does, one class a deed; `str` writes it as an instructor would."""

from dataclasses import dataclass

from topology.incident.lesson.said import MARKS
from topology.region.region import Region, shown

HOW = (
    "write at 09:50 …, after 10 min …, when index < 2400 …, when quiet 10 min …, or nothing before it; then one of "
    "inject …, say NAME: TEXT, lie SUBSYSTEM NUMBER, true SUBSYSTEM, note TEXT, role NAME, "
    "mark agrees, sensible or doubtful (the open answer before the debrief), pause"
)


class CueError(ValueError):
    """What was written is no cue; the sentence says why, and how one is written."""


@dataclass(frozen=True, slots=True)
class InjectDeed:
    """Something goes wrong in the run, as the *order* says, which is read when it is done."""

    order: str

    def __str__(self) -> str:
        return f"inject {self.order}"


@dataclass(frozen=True, slots=True)
class SayDeed:
    """Somebody (*who*) says something to the trainee."""

    who: str
    text: str

    def __str__(self) -> str:
        return f"say {self.who}: {self.text}"


@dataclass(frozen=True, slots=True)
class LieDeed:
    """The gauge of a subsystem shows so many *units*, whatever is true."""

    subsystem: str
    units: int

    def __str__(self) -> str:
        return f"lie {self.subsystem} {self.units}"


@dataclass(frozen=True, slots=True)
class TruthDeed:
    """The gauge of a subsystem shows what is true again."""

    subsystem: str

    def __str__(self) -> str:
        return f"true {self.subsystem}"


@dataclass(frozen=True, slots=True)
class NoteDeed:
    """The instructor notes something that the trainee does not see."""

    text: str

    def __str__(self) -> str:
        return f"note {self.text}"


@dataclass(frozen=True, slots=True)
class RoleDeed:
    """The card of a role is handed out."""

    name: str

    def __str__(self) -> str:
        return f"role {self.name}"


@dataclass(frozen=True, slots=True)
class MarkDeed:
    """The open answer is marked, with one of `MARKS`."""

    mark: str

    def __str__(self) -> str:
        return f"mark {self.mark}"


@dataclass(frozen=True, slots=True)
class PauseDeed:
    """The clock stands still."""

    def __str__(self) -> str:
        return "pause"


StationDeed = InjectDeed | SayDeed | LieDeed | TruthDeed | NoteDeed | RoleDeed | MarkDeed | PauseDeed


def read_deed(text: str, region: Region) -> StationDeed:
    """Read what is to be done, of a text with single blanks.

    Raises:
        CueError: it is no deed, or speaks of what the region has not.
    """
    verb, _, rest = text.partition(" ")
    match verb:
        case "pause":
            return PauseDeed()
        case "say":
            return _said(text, rest)
        case "lie":
            return _lie(text, rest, region)
        case "true":
            return TruthDeed(known_subsystem(rest, region))
        case "mark":
            if rest not in MARKS:
                raise CueError(f"{shown(rest)} is no mark; an open answer is {', '.join(MARKS)}")
            return MarkDeed(rest)
        case "inject" | "note" | "role" if not rest:
            raise CueError(f"{verb} is not finished; {HOW}")
        case "inject":
            return InjectDeed(rest)
        case "note":
            return NoteDeed(rest)
        case "role":
            return RoleDeed(rest)
        case _:
            raise CueError(f"{shown(text)} is nothing that can be done here; {HOW}")


def known_subsystem(name: str, region: Region) -> str:
    """Give the name of a subsystem.

    Raises:
        CueError: the region has none of that name.
    """
    if name not in region.index:
        raise CueError(f"{shown(name)} is not a subsystem of {region.name}")
    return name


def number_in(text: str) -> int:
    """Give a number that may be grouped: `2,400` or `2_400`."""
    return int(text.replace("_", "").replace(",", ""))


def _said(text: str, rest: str) -> SayDeed:
    who, _, what = rest.partition(":")
    if not who.strip() or not what.strip():
        raise CueError(f"{shown(text)} does not say who says what; write say Customer: Is it only us?")
    return SayDeed(who.strip(), what.strip())


def _lie(text: str, rest: str, region: Region) -> LieDeed:
    subsystem, _, number = rest.partition(" ")
    digits = number.replace("_", "").replace(",", "")
    if not subsystem or not digits.isdecimal():
        raise CueError(f"{shown(text)} is no lie of a gauge; write lie SUBSYSTEM NUMBER")
    return LieDeed(known_subsystem(subsystem, region), number_in(number))
