"""What an operator can say, as frozen values that print themselves.

`str(command)` is the one canonical spelling: parsing it gives the same command again. Nothing here knows which names
exist in a region; that is the parser's business (with a `Vocabulary`).
"""

import re
from dataclasses import dataclass, fields
from typing import ClassVar, Literal, TypeGuard

PLAIN_ARGUMENT = re.compile(r"[A-Za-z0-9_./%-]+")
"""An argument of a run that needs no quotes."""


class Command:
    """What an operator can say, a frozen dataclass each; `str` gives its one spelling: its *word* and its values, in order.

    *plans* is true where the text alone makes a plan, so that a slip in it makes another one.
    """

    __slots__ = ()
    word: ClassVar[str]
    plans: ClassVar[bool] = False

    def __str__(self) -> str:
        values = (getattr(self, one.name) for one in fields(self))  # type: ignore[arg-type]  # each command is a dataclass
        return " ".join([self.word, *(str(value) for value in values if value is not None)])


@dataclass(frozen=True, slots=True)
class Count:
    """A number of servers, at least 1."""

    value: int

    def __str__(self) -> str:
        return str(self.value)


@dataclass(frozen=True, slots=True)
class Percent:
    """Whole percent of the matching servers in service now, 1 to 100; rounds down."""

    value: int

    def __str__(self) -> str:
        return f"{self.value}%"


@dataclass(frozen=True, slots=True)
class All:
    """Every matching server; always spelled out, never a default."""

    def __str__(self) -> str:
        return "all"


Quantity = Count | Percent | All


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A zone, a cell of a zone, or a rack of a cell: `az4`, `az4/c1`, `az4/c1/r12`."""

    zone: str
    cell: str | None = None
    rack: str | None = None

    def __str__(self) -> str:
        return "/".join(part for part in (self.zone, self.cell, self.rack) if part is not None)


Field = Literal["rack", "cell", "zone", "name"]
Level = Literal["rack", "cell", "zone"]
LEVELS: tuple[Level, ...] = ("rack", "cell", "zone")


@dataclass(frozen=True, slots=True)
class Comparison:
    """`rack = r12`, `name != billing-00*`, `cell in (c1, c2)`; `name` values are globs."""

    field: Field
    operator: Literal["=", "!=", "in"]
    values: tuple[str, ...]

    def __str__(self) -> str:
        if self.operator == "in":
            return f"{self.field} in ({', '.join(self.values)})"
        return f"{self.field} {self.operator} {self.values[0]}"


@dataclass(frozen=True, slots=True)
class Not:
    """The servers the inner condition does not match."""

    inner: "Condition"

    def __str__(self) -> str:
        return f"not {_grouped(self.inner)}"


@dataclass(frozen=True, slots=True)
class Both:
    """Servers that match every part; at least two parts, none of them a `Both` (they are flattened)."""

    parts: tuple["Condition", ...]

    def __str__(self) -> str:
        return " and ".join(_grouped(part) if isinstance(part, Either) else str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Either:
    """Servers that match any part; at least two parts, none of them an `Either` (they are flattened)."""

    parts: tuple["Condition", ...]

    def __str__(self) -> str:
        return " or ".join(str(part) for part in self.parts)


Condition = Comparison | Not | Both | Either


def _grouped(condition: Condition) -> str:
    return f"({condition})" if isinstance(condition, Both | Either) else str(condition)


@dataclass(frozen=True, slots=True)
class NameRange:
    """Servers by name: one (`billing-0077`), or a run (`billing-0001..0040`, both ends included).

    *first* and *last* keep their digits, leading zeros included; *last* is None for a single name, and then *first* is
    the whole name with an empty *prefix*.
    """

    prefix: str
    first: str
    last: str | None = None

    def __str__(self) -> str:
        return f"{self.prefix}{self.first}" + (f"..{self.last}" if self.last is not None else "")


@dataclass(frozen=True, slots=True)
class Pace:
    """Servers per minute, at least 1; may only be slower than the policy's."""

    per_minute: int

    def __str__(self) -> str:
        return f"{self.per_minute}/min"


@dataclass(frozen=True, slots=True)
class Remove(Command):
    """Take *quantity* servers out of service, over the union of the named subsystems and places.

    With *by*, which goes with `all` alone, they go in stages: the most that keep every floor, whole racks, cells or zones first.
    """

    plans: ClassVar[bool] = True

    quantity: Quantity
    subsystems: tuple[str, ...]
    places: tuple[Place, ...] = ()
    where: Condition | None = None
    pace: Pace | None = None
    because: str | None = None
    by: Level | None = None

    def __str__(self) -> str:
        return f"remove {_servers(self.quantity)} from {_clauses(self)}"


@dataclass(frozen=True, slots=True)
class RemoveServers(Command):
    """Take exactly the named servers out of service."""

    plans: ClassVar[bool] = True

    servers: tuple[NameRange, ...]
    pace: Pace | None = None
    because: str | None = None

    def __str__(self) -> str:
        names = ", ".join(str(name) for name in self.servers)
        return f"remove servers {names}{_pace(self.pace)}{_because(self.because)}"


@dataclass(frozen=True, slots=True)
class Restore(Command):
    """Put *quantity* removed servers back, the last removed first."""

    plans: ClassVar[bool] = True

    quantity: Quantity
    subsystems: tuple[str, ...]
    places: tuple[Place, ...] = ()
    where: Condition | None = None
    pace: Pace | None = None
    because: str | None = None

    def __str__(self) -> str:
        return f"restore {_servers(self.quantity)} to {_clauses(self)}"


@dataclass(frozen=True, slots=True)
class RestoreServers(Command):
    """Put exactly the named removed servers back."""

    plans: ClassVar[bool] = True

    servers: tuple[NameRange, ...]
    pace: Pace | None = None
    because: str | None = None

    def __str__(self) -> str:
        names = ", ".join(str(name) for name in self.servers)
        return f"restore servers {names}{_pace(self.pace)}{_because(self.because)}"


@dataclass(frozen=True, slots=True)
class Undo(Command):
    """Give back what an execution took: the last one of this operator not yet undone, or that of journal *entry*."""

    word: ClassVar[str] = "undo"
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Headroom(Command):
    """Show the headroom of a subsystem (in a place), or of every subsystem."""

    subsystem: str | None = None
    place: Place | None = None

    def __str__(self) -> str:
        return " ".join(
            ["headroom"]
            + ([self.subsystem] if self.subsystem is not None else [])
            + ([f"in {self.place}"] if self.place is not None else [])
        )


@dataclass(frozen=True, slots=True)
class Explain(Command):
    """Say which floors hold for a subsystem, and which servers it shares with others."""

    word: ClassVar[str] = "explain"
    subsystem: str


@dataclass(frozen=True, slots=True)
class Show(Command):
    """Select a subsystem in the topology and bring it into view."""

    word: ClassVar[str] = "show"
    subsystem: str


@dataclass(frozen=True, slots=True)
class Control(Command):
    """Act on the running execution (`stop`, `pause`, `resume`), or `acknowledge` a changed description."""

    verb: Literal["stop", "pause", "resume", "acknowledge"]

    def __str__(self) -> str:
        return self.verb


@dataclass(frozen=True, slots=True)
class StopOf(Command):
    """Stop the execution of a journal *entry*, or all that an *operator* carries out, at whichever console."""

    word: ClassVar[str] = "stop"
    entry: int | None
    operator: str | None = None

    def __str__(self) -> str:
        return f"stop {self.entry}" if self.entry is not None else f"stop of {self.operator}"


@dataclass(frozen=True, slots=True)
class RequestApproval(Command):
    """Ask another operator to approve the plan that was on show last."""

    word: ClassVar[str] = "request"
    because: str | None = None

    def __str__(self) -> str:
        return f"request approval{_because(self.because)}"


@dataclass(frozen=True, slots=True)
class BreakGlass(Command):
    """Carry out the plan that was on show last without another operator, where the policy lets one alone do that."""

    word: ClassVar[str] = "break-glass"
    because: str

    def __str__(self) -> str:
        return f"break-glass{_because(self.because)}"


@dataclass(frozen=True, slots=True)
class ApproveRequest(Command):
    """Look at what another operator asks for and, with a reason, approve it."""

    word: ClassVar[str] = "approve"
    number: int
    because: str | None = None

    def __str__(self) -> str:
        return f"approve {self.number}{_because(self.because)}"


@dataclass(frozen=True, slots=True)
class Decline(Command):
    """Decline what another operator asks for."""

    word: ClassVar[str] = "decline"
    number: int
    because: str

    def __str__(self) -> str:
        return f"decline {self.number}{_because(self.because)}"


@dataclass(frozen=True, slots=True)
class Withdraw(Command):
    """Take back a request, or an approval that one gave: nothing more leaves by it."""

    word: ClassVar[str] = "withdraw"
    number: int
    because: str | None = None

    def __str__(self) -> str:
        return f"withdraw {self.number}{_because(self.because)}"


@dataclass(frozen=True, slots=True)
class TakeOver(Command):
    """Take over the execution of a journal *entry*, or all that an *operator* left: what nobody carries out any more."""

    word: ClassVar[str] = "take-over"
    entry: int | None
    operator: str | None = None

    def __str__(self) -> str:
        return f"take-over {self.entry}" if self.entry is not None else f"take-over of {self.operator}"


@dataclass(frozen=True, slots=True)
class Run(Command):
    """A playbook by name, with its arguments as they were typed, in order; *undo* is its undo step instead of its steps."""

    name: str
    arguments: tuple[tuple[str, str], ...] = ()
    undo: bool = False

    def __str__(self) -> str:
        arguments = (f"{name}={_argument(value)}" for name, value in self.arguments)
        return " ".join(("run", self.name, *arguments, *(("undo",) if self.undo else ())))


@dataclass(frozen=True, slots=True)
class Help(Command):
    """Show help, for one verb or in all."""

    word: ClassVar[str] = "help"
    verb: str | None = None


class ToolCommand(Command):
    """A command that only the tool of a training knows, which makes its plan; confirmed like any other."""

    __slots__ = ()


Planned = Remove | RemoveServers | Restore | RestoreServers
"""The commands that planning makes a plan of by themselves."""


def makes_plan(command: Command | None) -> TypeGuard[Planned]:
    """Whether the text of *command* alone makes a plan."""
    return command is not None and command.plans


def _argument(value: str) -> str:
    if PLAIN_ARGUMENT.fullmatch(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _servers(quantity: Quantity) -> str:
    if not isinstance(quantity, Count):
        return str(quantity)
    return f"{quantity} server" if quantity.value == 1 else f"{quantity} servers"


def _clauses(command: Remove | Restore) -> str:
    text = ", ".join(command.subsystems)
    if command.places:
        text += " in " + " ".join(str(place) for place in command.places)
    if command.where is not None:
        text += f" where {command.where}"
    if isinstance(command, Remove) and command.by is not None:
        text += f" by {command.by}"
    return text + _pace(command.pace) + _because(command.because)


def _pace(pace: Pace | None) -> str:
    return "" if pace is None else f" at {pace}"


def _because(reason: str | None) -> str:
    if reason is None:
        return ""
    escaped = reason.replace("\\", "\\\\").replace('"', '\\"')
    return f' because "{escaped}"'
