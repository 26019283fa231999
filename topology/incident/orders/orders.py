"""What can be ordered in a training besides the commands of the console: restarts, words to customers, injections.

    restart index                                 restart 40 of index in az4 by cell at 5/min
    announce "reads fail; we work on it"
    notice                                        announce "reads fail" by banner
    inject fail 40 from index in az4              inject lose az4
    inject restart index                          inject silence status-board
    check regional-values                         approve regional-values for 5% in az4 at 2/min
    try lvm-snapshot                              recover from lvm-snapshot
    go on-site
    shift 50% of satellites to core in europe at 20/min
    override "these are the machines that left"

A text that begins with none of these words is a command of the console; so are `announce "TEXT" for SERVICE status STATUS`, its
updates and maintenance, and `override SERVICE STATE ...`: they are for the status page of the console, which does not stand on the
region and works while the board of the day does not.
"""

import re
from dataclasses import dataclass
from typing import ClassVar, TypeGuard

from topology.command.grammar.syntax import Command, Count, Percent, ToolCommand
from topology.incident.orders.extent import CLAUSES, WHOLE, Extent, extent_of, place_of, quantity_of
from topology.region.region import Region, shown

WORDS = ("restart", "announce", "notice", "inject", "check", "approve", "try", "recover", "shift", "override", "go")
_ANNOUNCE = re.compile(r'announce "([^"]+)"(?: by ([a-z][a-z -]*))?')
_OF_THE_PAGE = re.compile(r'announce\s+(update|maintenance|"(?:[^"\\]|\\.)*"\s+for)\s|override\s+[A-Za-z0-9]')
_FAIL = re.compile(r"fail ([1-9][0-9]{0,8}|all)(?: servers)? from (\S+)(?: in (\S+))?")


@dataclass(frozen=True, slots=True)
class Restart(ToolCommand):
    """Restart a subsystem: all of it, some of its servers, or one place after the other."""

    word: ClassVar[str] = "restart"
    subsystem: str
    extent: Extent = WHOLE

    def __str__(self) -> str:
        return f"restart {_of(self.extent.quantity)}{self.subsystem}{self.extent.clauses()}"


@dataclass(frozen=True, slots=True)
class Announce(Command):
    """Tell customers; by the status board, or by a *channel* that does not need it."""

    word: ClassVar[str] = "announce"
    text: str
    channel: str = ""

    def __str__(self) -> str:
        return f'announce "{self.text}"{f" by {self.channel}" if self.channel else ""}'


@dataclass(frozen=True, slots=True)
class NoticeOrder(Command):
    """Say that something is seen to be wrong."""

    word: ClassVar[str] = "notice"

    def __str__(self) -> str:
        return "notice"


@dataclass(frozen=True, slots=True)
class Fail(Command):
    """An instructor lets servers fail: so many (None: all) of a subsystem (empty: any), in a place (empty: anywhere)."""

    word: ClassVar[str] = "inject"
    count: int | None
    subsystem: str
    place: str

    def __str__(self) -> str:
        if not self.subsystem:
            return f"inject lose {self.place}"
        where = f" in {self.place}" if self.place else ""
        return f"inject fail {'all' if self.count is None else self.count} from {self.subsystem}{where}"


@dataclass(frozen=True, slots=True)
class Silence(Command):
    """An instructor makes an observer silent, or lets it speak again."""

    word: ClassVar[str] = "inject"
    subsystem: str

    def __str__(self) -> str:
        return f"inject silence {self.subsystem}"


@dataclass(frozen=True, slots=True)
class Injected(Command):
    """An instructor restarts a subsystem behind the trainee's back, past every guard."""

    word: ClassVar[str] = "inject"
    subsystem: str

    def __str__(self) -> str:
        return f"inject restart {self.subsystem}"


@dataclass(frozen=True, slots=True)
class Approve(ToolCommand):
    """Let a change that waits happen, as far as its *extent* says; one that is not *meant* is only checked."""

    word: ClassVar[str] = "approve"
    name: str
    extent: Extent = WHOLE
    meant: bool = True

    def __str__(self) -> str:
        quantity = self.extent.quantity
        some = f" for {quantity}" if quantity is not None else ""
        return f"{'approve' if self.meant else 'check'} {self.name}{some}{self.extent.clauses()}"


@dataclass(frozen=True, slots=True)
class FromCopy(ToolCommand):
    """Try a recovery copy, or recover from it."""

    word: ClassVar[str] = "recover"
    name: str
    recover: bool

    def __str__(self) -> str:
        return f"{'recover from' if self.recover else 'try'} {self.name}"


@dataclass(frozen=True, slots=True)
class ShiftOrder(ToolCommand):
    """Move what is asked of one subsystem, or so much of it, to another: of some places, one after the other, at a rate."""

    word: ClassVar[str] = "shift"
    subsystem: str
    to: str
    extent: Extent = WHOLE

    def __str__(self) -> str:
        return f"shift {_of(self.extent.quantity)}{self.subsystem} to {self.to}{self.extent.clauses()}"


@dataclass(frozen=True, slots=True)
class Override(Command):
    """Let the next command pass the check of the share, for a reason that is kept."""

    word: ClassVar[str] = "override"
    reason: str

    def __str__(self) -> str:
        return f'override "{self.reason}"'


@dataclass(frozen=True, slots=True)
class Go(Command):
    """Take a way in: find out whether it is open, or send somebody who is there after a while."""

    word: ClassVar[str] = "go"
    way: str

    def __str__(self) -> str:
        return f"go {self.way}"


Order = Restart | Announce | NoticeOrder | Fail | Silence | Injected | Approve | FromCopy | ShiftOrder | Override | Go
PlannedOrder = Restart | Approve | FromCopy | ShiftOrder
"""The orders that a plan is made of, unless they only look."""


def makes_order_plan(order: Command | None) -> TypeGuard[PlannedOrder]:
    """Whether an order is previewed as a plan, and confirmed like a removal, rather than done at once."""
    match order:
        case Restart() | ShiftOrder():
            return True
        case Approve(meant=meant):
            return meant
        case FromCopy(recover=meant):
            return meant
        case _:
            return False


def _of(quantity: Count | Percent | None) -> str:
    return "" if quantity is None else f"{quantity} of "


def is_order(text: str) -> bool:
    """Whether a text is one of these rather than a command of the console, such as an announcement for a service."""
    if _OF_THE_PAGE.match(text.strip()):
        return False
    return text.split(maxsplit=1)[:1] != [] and text.split(maxsplit=1)[0] in WORDS


def is_injection(text: str) -> bool:
    """Whether a text lets something go wrong, which is an instructor's to decide; read as `order_of` reads it."""
    return text.split(maxsplit=1)[:1] == [Fail.word]


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
        return _restart(rest.split(), region)
    if word == "announce":
        match = _ANNOUNCE.fullmatch(text)
        if match is None:
            raise ValueError(f'{shown(text)} is no announcement; write announce "what is wrong", or add: by banner')
        return Announce(match[1], match[2] or "")
    if word in ("check", "approve", "try", "recover", "shift", "override", "go"):
        return _request(word, rest, region)
    if word == "inject":
        return _injection(rest, region)
    raise ValueError(f"{shown(text)} is no order; orders begin with {', '.join(WORDS)}")


def order_if_any(text: str, region: Region) -> Order | None:
    """Read what may be an order; None where it is none, or is not complete."""
    try:
        return order_of(text, region) if is_order(text) else None
    except ValueError:
        return None


def _restart(words: list[str], region: Region) -> Restart:
    match words:
        case [many, *rest] if quantity_of(many) is not None:
            rest = rest[1:] if rest[:1] in (["servers"], ["server"]) else rest
            if rest[:1] == ["of"] and len(rest) > 1:
                return Restart(_subsystem(rest[1], region), extent_of(rest[2:], region, quantity_of(many)))
        case [name, *clauses]:
            return Restart(_subsystem(name, region), extent_of(clauses, region))
        case _:
            pass
    raise ValueError(
        f"{shown(' '.join(('restart', *words)))} is not complete; write restart [N|N% of] SUBSYSTEM {CLAUSES}"
    )


def _request(word: str, rest: str, region: Region) -> Order:
    match word, rest.split():
        case (("check" | "approve"), [name, "for", many, *clauses]) if quantity_of(many) is not None:
            words = clauses[1:] if clauses[:1] in (["servers"], ["server"]) else clauses
            return Approve(name, extent_of(words, region, quantity_of(many)), word == "approve")
        case (("check" | "approve"), [name, *clauses]):
            return Approve(name, extent_of(clauses, region), word == "approve")
        case "go", [name]:
            return Go(name)
        case "try", [name]:
            return FromCopy(name, recover=False)
        case "recover", ["from", name]:
            return FromCopy(name, recover=True)
        case "shift", [name, "to", other, *clauses]:
            return ShiftOrder(_subsystem(name, region), _subsystem(other, region), extent_of(clauses, region))
        case "shift", [many, "of", name, "to", other, *clauses] if quantity_of(many) is not None:
            extent = extent_of(clauses, region, quantity_of(many))
            return ShiftOrder(_subsystem(name, region), _subsystem(other, region), extent)
        case _:
            pass
    reason = re.fullmatch('"([^"]+)"', rest)
    if word == "override" and reason:
        return Override(reason[1])
    how = {
        "check": f"check NAME [for N|N%] {CLAUSES}",
        "approve": f"approve NAME [for N|N%] {CLAUSES}",
        "go": "go WAY",
        "try": "try COPY",
        "recover": "recover from COPY",
        "shift": f"shift [N|N% of] SUBSYSTEM to SUBSYSTEM {CLAUSES}",
        "override": 'override "REASON"',
    }
    raise ValueError(f"{shown(f'{word} {rest}'.strip())} is not complete; write {how[word]}")


def _injection(rest: str, region: Region) -> Order:
    kind, _, what = rest.partition(" ")
    if kind == "restart":
        return Injected(_subsystem(what, region))
    if kind == "lose":
        return Fail(None, "", str(place_of(what, region)))
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
    return Fail(count, _subsystem(match[2], region), str(place_of(match[3], region)) if match[3] else "")


def _subsystem(name: str, region: Region) -> str:
    if name not in region.index:
        raise ValueError(f"{shown(name)} is not a subsystem of {region.name}; there are {', '.join(region.index)}")
    return name
