"""What can be ordered in a training besides the commands of the console: restarts, words to customers, injections.

    restart index                                 announce "reads fail; we work on it"
    notice                                        announce "reads fail" by banner
    inject fail 40 from index in az4              inject lose az4
    inject restart index                          inject silence status-board
    check regional-values                         approve regional-values in az4
    try lvm-snapshot                              recover from lvm-snapshot
    shift satellites to core                      override "these are the machines that left"

A text that begins with none of these words is a command of the console; so are `announce "TEXT" for SERVICE status STATUS`, its
updates and maintenance, and `override SERVICE STATE ...`: they are for the status page of the console, which does not stand on the
region and works while the board of the day does not.
"""

import re
from dataclasses import dataclass

from topology.region.region import Region, shown

WORDS = ("restart", "announce", "notice", "inject", "check", "approve", "try", "recover", "shift", "override")
_ANNOUNCE = re.compile(r'announce "([^"]+)"(?: by ([a-z][a-z -]*))?')
_OF_THE_PAGE = re.compile(r'announce\s+(update|maintenance|"(?:[^"\\]|\\.)*"\s+for)\s|override\s+[A-Za-z0-9]')
_FAIL = re.compile(r"fail ([1-9][0-9]{0,8}|all)(?: servers)? from (\S+)(?: in (\S+))?")


@dataclass(frozen=True, slots=True)
class Restart:
    """Restart a subsystem in full."""

    subsystem: str


@dataclass(frozen=True, slots=True)
class Announce:
    """Tell customers; by the status board, or by a *channel* that does not need it."""

    text: str
    channel: str = ""


@dataclass(frozen=True, slots=True)
class NoticeOrder:
    """Say that something is seen to be wrong."""


@dataclass(frozen=True, slots=True)
class Fail:
    """An instructor lets servers fail: so many (None: all) of a subsystem (empty: any), in a place (empty: anywhere)."""

    count: int | None
    subsystem: str
    place: str


@dataclass(frozen=True, slots=True)
class Silence:
    """An instructor makes an observer silent, or lets it speak again."""

    subsystem: str


@dataclass(frozen=True, slots=True)
class Approve:
    """Let a change that waits happen, everywhere or in one *place*; one that is not *meant* is only checked."""

    name: str
    place: str = ""
    meant: bool = True


@dataclass(frozen=True, slots=True)
class FromCopy:
    """Try a recovery copy, or recover from it."""

    name: str
    recover: bool


@dataclass(frozen=True, slots=True)
class ShiftOrder:
    """Move what is asked of one subsystem to another."""

    subsystem: str
    to: str


@dataclass(frozen=True, slots=True)
class Override:
    """Let the next command pass the check of the share, for a reason that is kept."""

    reason: str


Order = Restart | Announce | NoticeOrder | Fail | Silence | Approve | FromCopy | ShiftOrder | Override


def is_order(text: str) -> bool:
    """Whether a text is one of these rather than a command of the console, such as an announcement for a service."""
    if _OF_THE_PAGE.match(text.strip()):
        return False
    return text.split(maxsplit=1)[:1] != [] and text.split(maxsplit=1)[0] in WORDS


def order_of(text: str, region: Region) -> Order:
    """Read an order.

    Raises:
        ValueError: it is none, with a sentence that says what is wrong.
    """
    text = " ".join(text.split())
    word, _, rest = text.partition(" ")
    if word == "notice" and not rest:
        return NoticeOrder()
    if word == "restart":
        return Restart(_subsystem(rest, region))
    if word == "announce":
        match = _ANNOUNCE.fullmatch(text)
        if match is None:
            raise ValueError(f'{shown(text)} is no announcement; write announce "what is wrong", or add: by banner')
        return Announce(match[1], match[2] or "")
    if word in ("check", "approve", "try", "recover", "shift", "override"):
        return _request(word, rest, region)
    if word == "inject":
        return _injection(rest, region)
    raise ValueError(f"{shown(text)} is no order; orders begin with {', '.join(WORDS)}")


def _request(word: str, rest: str, region: Region) -> Order:
    match word, rest.split():
        case (("check" | "approve"), [name]):
            return Approve(name, meant=word == "approve")
        case (("check" | "approve"), [name, "in", place]):
            return Approve(name, _place(place, region), word == "approve")
        case "try", [name]:
            return FromCopy(name, recover=False)
        case "recover", ["from", name]:
            return FromCopy(name, recover=True)
        case "shift", [name, "to", other]:
            return ShiftOrder(_subsystem(name, region), _subsystem(other, region))
        case _:
            pass
    reason = re.fullmatch('"([^"]+)"', rest)
    if word == "override" and reason:
        return Override(reason[1])
    how = {
        "check": "check NAME [in PLACE]",
        "approve": "approve NAME [in PLACE]",
        "try": "try COPY",
        "recover": "recover from COPY",
        "shift": "shift SUBSYSTEM to SUBSYSTEM",
        "override": 'override "REASON"',
    }
    raise ValueError(f"{shown(f'{word} {rest}'.strip())} is not complete; write {how[word]}")


def _injection(rest: str, region: Region) -> Order:
    kind, _, what = rest.partition(" ")
    if kind == "restart":
        return Restart(_subsystem(what, region))
    if kind == "lose":
        return Fail(None, "", _place(what, region))
    if kind == "silence":
        name = _subsystem(what, region)
        if not region.subsystem(name).observer:
            raise ValueError(f"{name} is no observer, so it cannot fall silent")
        return Silence(name)
    match = _FAIL.fullmatch(rest)
    if match is None:
        how = "inject fail 40 from index in az4, inject lose az4, inject restart index, inject silence status-board"
        raise ValueError(f"{shown('inject ' + rest)} is no injection; write such as {how}")
    count = None if match[1] == "all" else int(match[1])
    return Fail(count, _subsystem(match[2], region), _place(match[3], region) if match[3] else "")


def _subsystem(name: str, region: Region) -> str:
    if name not in region.index:
        raise ValueError(f"{shown(name)} is not a subsystem of {region.name}; there are {', '.join(region.index)}")
    return name


def _place(name: str, region: Region) -> str:
    if not any(name in (zone, f"{zone}/{cell}", f"{zone}/{cell}/{rack}") for zone, cell, rack in region.roster.racks):
        raise ValueError(f"{shown(name)} is no zone, cell or rack of {region.name} with servers")
    return name
